"""The accounts as which one may look, and in a few words what each is for the challenge at hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from synapse_sandbox.permissions import ANONYMOUS_CALLER, Caller, may_entity, may_evaluation
from synapse_sandbox.services.challenges import challenge_of_project
from synapse_sandbox.services.invitations import has_open_invitation
from synapse_sandbox.services.principals import account, account_names
from synapse_sandbox.site import within
from synapse_sandbox.site.viewing import VISITOR, Viewer, principal_name, seen_by
from synapse_sandbox.store import Store

# So many that the list of them can still be read; the address takes every name.
MOST: Final = 60


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody as whom one may look; `page` is the address of the same page for this account.

    `parts` are what the account is in the project, `traits` what it is anywhere.
    """

    name: str
    parts: tuple[str, ...]
    traits: tuple[str, ...]
    page: str
    is_current: bool
    may_read: bool

    @property
    def roles(self) -> str:
        """What the account is, in words."""
        return " · ".join((*self.parts, *self.traits))


@dataclass(frozen=True, slots=True)
class _Cast:
    """What the roles of a project hang on: its queues, its participant team, and every team that it knows."""

    store: Store
    project_id: int
    now: int
    queues: tuple[int, ...]
    participants: int | None
    teams: tuple[int, ...]


def accounts(viewer: Viewer, path: str, project_id: int | None) -> list[Account]:
    """The visitor, then everybody with something to do in the project, then the others; each at most once."""
    store = viewer.store
    cast = None if project_id is None else _cast(store, project_id, viewer.now)
    found = [(name, account(store, name)) for name in account_names(store)]
    everybody = [(VISITOR, ANONYMOUS_CALLER), *((name, caller) for name, caller in found if caller is not None)]
    listed = [_account(viewer, cast, path, name, caller) for name, caller in everybody]
    visitor, *people = listed
    people.sort(key=lambda one: (not one.parts, not one.may_read, one.name))
    return [visitor, *people[:MOST]]


def _account(viewer: Viewer, cast: _Cast | None, path: str, name: str, caller: Caller) -> Account:
    return Account(
        name,
        () if cast is None or caller.is_anonymous else tuple(_in_project(cast, caller)),
        tuple(_traits(caller)),
        path if caller.is_anonymous else seen_by(path, name),
        caller.id == viewer.caller.id,
        cast is not None and _may_read(cast, caller),
    )


def _cast(store: Store, project_id: int, now: int) -> _Cast | None:
    if store.one("SELECT 1 FROM acls WHERE owner_type = 'ENTITY' AND owner_id = ?", project_id) is None:
        return None
    challenge = challenge_of_project(store, project_id)
    queues = within.queues(store, project_id)
    participants = None if challenge is None else int(challenge["participant_team_id"])
    known = [*_granted(store, "ENTITY", within.shared(store, project_id)), *_granted(store, "EVALUATION", queues)]
    registered = () if challenge is None else _registered(store, challenge["id"])
    teams = tuple(team for team in dict.fromkeys((*known, *registered)) if team != participants)
    return _Cast(store, project_id, now, tuple(queues), participants, teams)


def _granted(store: Store, kind: str, owners: list[int]) -> Iterator[int]:
    """The teams that stand in the sharing settings of some things."""
    for owner in owners:
        rows = store.all(
            "SELECT DISTINCT teams.id FROM acl_entries JOIN teams ON teams.id = principal_id"
            " WHERE owner_type = ? AND owner_id = ? ORDER BY teams.id",
            kind,
            owner,
        )
        yield from (row["id"] for row in rows)


def _registered(store: Store, challenge_id: int) -> tuple[int, ...]:
    rows = store.all("SELECT team_id FROM challenge_teams WHERE challenge_id = ? ORDER BY id", challenge_id)
    return tuple(row["team_id"] for row in rows)


def _traits(caller: Caller) -> Iterator[str]:
    if caller.is_anonymous:
        yield "not signed in"
        return
    if caller.is_admin:
        yield "Synapse administrator"
    if caller.is_act:
        yield "ACT"
    if not caller.accepted_terms:
        yield "terms not accepted"
    elif not caller.is_certified and not caller.is_admin:
        yield "not certified"


def _in_project(cast: _Cast, caller: Caller) -> Iterator[str]:
    organizes = may_entity(cast.store, caller, cast.project_id, "CHANGE_PERMISSIONS")
    if organizes:
        yield "organizer"
    elif may_entity(cast.store, caller, cast.project_id, "UPDATE"):
        yield "editor"
    if not organizes and any(may_evaluation(cast.store, caller, one, "UPDATE_SUBMISSION") for one in cast.queues):
        yield "scores submissions"
    if cast.participants in caller.groups:
        yield "participant"
    for team in cast.teams:
        if team in caller.groups:
            yield f"in {principal_name(cast.store, team)}"
    invites = cast.teams if cast.participants is None else (cast.participants, *cast.teams)
    for team in invites:
        if has_open_invitation(cast.store, team, caller.id, cast.now):
            yield f"invited to {principal_name(cast.store, team)}"


def _may_read(cast: _Cast, caller: Caller) -> bool:
    return may_entity(cast.store, caller, cast.project_id, "READ")
