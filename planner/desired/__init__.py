"""The compiler: a challenge, a stage and an instant → everything that has to exist on Synapse. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from challenge_spec.resolved import Ownership, ResolvedChallenge
from planner.desired.context import Context, context_of
from planner.desired.data import entry_address, folders, guarded
from planner.desired.projects import projects
from planner.desired.queues import queues
from planner.desired.teams import teams
from planner.desired.views import views
from planner.desired.wiki import attached_files, moved_pages, wikis
from planner.desired.workflows import links
from planner.resources import LOGS_FOLDER, STAGE_BEGUN, STAGE_COMPLETED, Desired, Kind, Resource


def compile_challenge(challenge: ResolvedChallenge, stage: str, now: datetime) -> Desired:
    """Compile what has to exist at `stage` and `now` (aware)."""
    context = context_of(challenge, stage, now)
    resources = {resource.address: resource for resource in _resources(context)}
    people = _people(context, resources)
    given = dict(_given(context, people))
    return Desired(
        challenge=challenge.key,
        stage=stage,
        home=context.home,
        resources=resources,
        given={address: id_ for address, (id_, _) in given.items()},
        adopt=frozenset(address for address, (_, ours) in given.items() if ours),
        people={address: address.removeprefix("user.") for address in sorted(people) if address.startswith("user.")},
        files=attached_files(context),
        guarded=guarded(context),
        restricted=tuple(_restricted(context)),
        was=moved_pages(context),
    )


def _resources(context: Context) -> Iterator[Resource]:
    yield from projects(context)
    yield from teams(context)
    yield from queues(context)
    yield from folders(context)
    yield from links(context)
    yield from wikis(context)
    yield from views(context)
    for address in (STAGE_BEGUN, STAGE_COMPLETED):
        yield Resource(address, Kind.STAGE, {"stage": context.stage}, after=(context.home,))


def _given(context: Context, people: frozenset[str]) -> Iterator[tuple[str, tuple[str, bool]]]:
    """Addresses whose id the manifest tells, and whether they become ours; and of people who are named by number."""
    challenge = context.challenge
    owned: list[tuple[str, Ownership]] = [
        *((f"project.{item.key}", item) for item in challenge.projects),
        *((f"team.{item.key}", item) for item in challenge.teams),
        *((f"queue.{item.key}", item) for item in challenge.queues),
        *((f"link.{item.key}", item) for item in challenge.workflows),
        *((f"view.{item.key}", item) for item in challenge.views),
        *((entry_address(item), item) for item in challenge.data if item.folder or item.use),
        (LOGS_FOLDER, challenge.logs),
    ]
    for address, item in owned:
        if item.adopt or item.use:
            yield address, (str(item.adopt or item.use), item.adopt is not None)
    for principal in sorted(people):
        if principal.startswith("principal."):
            yield principal, (principal.removeprefix("principal."), False)


def _people(context: Context, resources: dict[str, Resource]) -> frozenset[str]:
    """The address of everybody who is named anywhere; a number may stand wherever a name does."""
    challenge = context.challenge
    named = {
        *(name for team in challenge.teams for name in team.members),
        *(name for item in challenge.orchestrators for name in (item.service_account, item.notify, item.unlock)),
        *(exception.who for queue in challenge.queues for exception in queue.exceptions),
    }
    granted = {principal for resource in resources.values() if resource.kind is Kind.ACL for principal in resource.spec}
    return frozenset(granted | {context.principal(name) for name in named if name})


def _restricted(context: Context) -> Iterator[str]:
    """Teams and folders for which people must agree to something that only Synapse's ACT can set up."""
    kinds = {item.key: item.kind for item in context.challenge.requirements}
    for team in context.challenge.teams:
        if any(kinds.get(key) in ("clickwrap", "act") for key in team.requires):
            yield f"team.{team.key}"
    for entry in context.challenge.data:
        if any(kinds.get(key) in ("clickwrap", "act") for key in entry.requires):
            yield entry_address(entry)
