"""Projects, teams, requirements, approvals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from challenge_spec.manifest import Manifest
from challenge_spec.resolved import (
    ResolvedApproval,
    ResolvedCatalog,
    ResolvedFolder,
    ResolvedGovernance,
    ResolvedProject,
    ResolvedRequirement,
    ResolvedTeam,
)
from challenge_spec.resolving.names import project_name, team_name
from challenge_spec.resolving.precedence import all_with_defaults, with_defaults
from challenge_spec.teams import STANDARD_TEAMS, Team

Join = Literal["open", "request", "invitation"]

_JOIN: Mapping[str, Join] = {"participants": "open", "preregistrants": "open"}
"""How people get into the standard teams; into any other by invitation."""

_DESCRIPTIONS = {
    "participants": "Everybody who takes part in {name}.",
    "organizers": "The organizers of {name}.",
    "administrators": "The administrators of {name}.",
    "preregistrants": "People who want to hear when {name} opens.",
    "testers": "People who try out {name}. Their submissions are not ranked.",
}


def projects(manifest: Manifest) -> Iterator[ResolvedProject]:
    """Live first; staging only where the layout has one."""
    keys: tuple[Literal["live", "staging"], ...] = ("live", "staging")
    for key in keys if manifest.challenge.layout == "two-projects" else keys[:1]:
        said = getattr(manifest.projects, key)
        yield ResolvedProject(
            key=key,
            name=said.name or project_name(manifest.challenge.name, key),
            description=_first(said.description, manifest.challenge.description, ""),
            alias=manifest.challenge.alias if key == "live" else None,
            grants=said.grants,
            adopt=said.adopt,
            use=said.use,
            protect=said.protect,
            ignore=said.ignore,
        )


def _first(*texts: str | None) -> str:
    """The first text that was said, an empty one included."""
    return next((text for text in texts if text is not None), "")


def logs(manifest: Manifest) -> ResolvedFolder:
    """The folder for what orchestrators leave."""
    said = manifest.projects.logs
    return ResolvedFolder(
        exists=said.exists,
        grants=said.grants,
        inherits=said.inherits,
        adopt=said.adopt,
        use=said.use,
        protect=said.protect,
    )


def teams(manifest: Manifest) -> Iterator[ResolvedTeam]:
    """The standard teams, then the organizer's own; preregistrants only where there is a preregistration."""
    listed = all_with_defaults(manifest.teams, manifest.defaults.team)
    for key in team_keys(manifest):
        yield _team(manifest, key, listed.get(key) or with_defaults(Team(), manifest.defaults.team))


def team_keys(manifest: Manifest) -> list[str]:
    """Every team there is, listed or not; without those that the challenge does without."""
    unlisted = [key for key in STANDARD_TEAMS if key != "preregistrants" or manifest.timeline.preregistration]
    keys = [*unlisted, *(key for key in manifest.teams if key not in unlisted)]
    return [key for key in keys if key not in manifest.teams or manifest.teams[key].exists]


def _team(manifest: Manifest, key: str, said: Team) -> ResolvedTeam:
    name = manifest.challenge.name
    return ResolvedTeam(
        key=key,
        name=said.name or team_name(name, key),
        description=_first(said.description, default_description(name, key)),
        members=said.members,
        join=said.join or default_join(key),
        join_at={str(stage): str(way) for stage, way in said.join_at.items()},
        requires=said.requires,
        grants=said.grants,
        adopt=said.adopt,
        use=said.use,
        was=said.was,
        protect=said.protect,
        ignore=said.ignore,
    )


def default_description(challenge: str, key: str) -> str:
    """What a team's page says unless the manifest says something else."""
    return _DESCRIPTIONS.get(key, "A team of {name}.").format(name=challenge)


def default_join(key: str) -> Join:
    """How people get into a team unless the manifest says something else."""
    return _JOIN.get(key, "invitation")


def requirements(manifest: Manifest) -> Iterator[ResolvedRequirement]:
    """What is asked of people before they get in."""
    for key, said in manifest.requirements.items():
        yield ResolvedRequirement(
            key=key, kind=said.kind, description=said.description, url=said.url, grants=said.grants, use=said.use
        )


def approvals(manifest: Manifest) -> Iterator[ResolvedApproval]:
    """What the launch waits for."""
    for key, said in manifest.launch.approvals.items():
        yield ResolvedApproval(
            key=key,
            description=said.description,
            by=said.by,
            evidence_required=said.evidence == "required",
            approved_by=said.approved.by if said.approved else None,
            evidence=said.approved.evidence if said.approved else None,
        )


def governance(manifest: Manifest) -> ResolvedGovernance:
    """What is known of the data."""
    said = manifest.governance
    return ResolvedGovernance(human_data=said.human_data, sensitive=said.sensitive, ticket=said.ticket)


def catalog(manifest: Manifest) -> ResolvedCatalog | None:
    """The entry in public catalogues, if one is wanted."""
    said = manifest.catalog
    if said is None:
        return None
    return ResolvedCatalog(
        headline=said.headline,
        description=said.description,
        organizations=tuple((item.name, item.role, item.url) for item in said.organizations),
        incentives=said.incentives,
        input_data_types=said.input_data_types,
        operation=said.operation,
        doi=said.doi,
        keywords=said.keywords,
        platform=said.platform,
        slug=said.slug or manifest.challenge.key,
    )
