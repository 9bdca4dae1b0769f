"""Which team is which: by the challenge object, by what an apply of ours noted, by name, by what they may do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from challenge_spec.resolving.names import team_name
from challenge_spec.resolving.people import default_description, default_join
from challenge_spec.teams import STANDARD_TEAMS
from planner.access import ENTITY
from planner.describe.draft import tidy
from planner.describe.keys import key_from, unique, without
from planner.describe.scene import Scene
from planner.discovered import FoundTeam
from planner.stages import JOINING, Joining

_LISTED = ("organizers", "administrators", "testers")
"""Teams whose members are few and chosen: the manifest names them."""


def describe_teams(scene: Scene) -> None:
    """Fill the block `teams`."""
    keys = _keys(scene)
    for key, team in keys.items():
        scene.place(f"team.{key}", team.id, team.access if team.managed else None)
    block = scene.draft.block("teams")
    for key, team in keys.items():
        said = _team(scene, key, team) if team.managed else {"use": int(team.id)}
        if said or key not in STANDARD_TEAMS:
            block[key] = said
        if not team.managed:
            scene.draft.comment(f"{team.name}: managed by others", "teams", key)
    needed = [key for key in STANDARD_TEAMS if key not in ("participants", "preregistrants")]
    for key in (*needed, *(["preregistrants"] if scene.stage == "preregistration" else [])):
        if key not in keys:
            block[key] = {"exists": False}
    if not block:
        del scene.draft.document["teams"]
    if "participants" not in keys:
        scene.draft.leave("no team takes part: the first apply makes one, and the challenge object that names it")


def _keys(scene: Scene) -> dict[str, FoundTeam]:
    """Key → team, standard ones first."""
    found: dict[str, FoundTeam] = {}
    teams = dict(scene.found.teams)
    for key, id_ in _known(scene):
        if key not in found and id_ in teams:
            found[key] = teams.pop(id_)
    for team in teams.values():
        found[unique(key_from(without(team.name, scene.name), "team"), {*found, *STANDARD_TEAMS})] = team
    return {key: found[key] for key in (*STANDARD_TEAMS, *found) if key in found}


def _known(scene: Scene) -> Iterator[tuple[str, str]]:
    """(key, id), the surest first."""
    if scene.found.participants:
        yield "participants", scene.found.participants
    others = [team for team in scene.found.teams.values() if team.id != scene.found.participants]
    for team in others:
        told = scene.remembered.key("team", team.id)
        if told:
            yield told, team.id
    usual = {team_name(scene.name, key).casefold(): key for key in STANDARD_TEAMS}
    for team in others:
        if team.name.casefold() in usual:
            yield usual[team.name.casefold()], team.id
    yield from _by_rights(scene, others)


def _by_rights(scene: Scene, teams: list[FoundTeam]) -> Iterator[tuple[str, str]]:
    """Who may do everything on the live project administers; who may write or moderate there organizes."""
    rights = scene.found.live.project.access or {}
    for team in sorted(teams, key=lambda team: -len(rights.get(team.id, ()))):
        held = set(rights.get(team.id, ()))
        if not team.managed:
            continue
        if held >= set(ENTITY["admin"]):
            yield "administrators", team.id
        if held & {"UPDATE", "MODERATE"}:
            yield "organizers", team.id


def _team(scene: Scene, key: str, team: FoundTeam) -> dict[str, Any]:
    adopt = scene.adopt(team.id, team.created_by)
    said: dict[str, Any] = {"adopt": int(adopt) if adopt else None}
    if team.name != team_name(scene.name, key):
        said["name"] = team.name
    if team.description != default_description(scene.name, key):
        said["description"] = team.description
    return tidy(said | _joining(scene, key, team) | {"members": _members(scene, key, team)})


def _joining(scene: Scene, key: str, team: FoundTeam) -> dict[str, Any]:
    rule = JOINING[key][scene.stage] if key in JOINING else Joining.DECLARED
    if rule is Joining.DECLARED:
        return {"join": team.join} if team.join != default_join(key) else {}
    return {"join_at": {scene.stage: team.join}} if team.join != str(rule) else {}


def _members(scene: Scene, key: str, team: FoundTeam) -> list[str]:
    """Members and those invited, apart from whoever made the team."""
    people = {**team.members, **team.invited}
    if key not in _LISTED:
        if len(people) > 1:
            scene.draft.leave(f"the {len(people)} members of {team.name}: they come and go without the manifest")
        return []
    return sorted(name for id_, name in people.items() if id_ != team.created_by)
