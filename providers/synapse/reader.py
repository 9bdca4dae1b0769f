"""Reading Synapse: everything that the manifest names and what stands beside it, by reading routes only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from planner.applied import Applied
from planner.live import Live, LiveResource, Unmanaged
from planner.resources import Desired, Kind
from providers.synapse import ledger
from providers.synapse.ahead import Ahead, look_ahead
from providers.synapse.dropped import read_dropped
from providers.synapse.failures import Refused, explain
from providers.synapse.kinds.challenges import read_challenges
from providers.synapse.kinds.entities import read_given
from providers.synapse.kinds.folders_and_links import read_children
from providers.synapse.kinds.guards import read_guards
from providers.synapse.kinds.members import read_members
from providers.synapse.kinds.principals import read_groups, read_names, read_people
from providers.synapse.kinds.projects import read_projects
from providers.synapse.kinds.queues import read_queues
from providers.synapse.kinds.teams import FoundTeam, judge_teams, read_teams
from providers.synapse.kinds.views import order_scopes
from providers.synapse.kinds.wikis import read_wikis
from providers.synapse.session import Session
from providers.synapse.survey import Survey
from providers.synapse.together import together
from providers.synapse.whereabouts import checked, find_projects

Raw = Mapping[str, Any]


class SynapseReader:
    """Implements `planner.interfaces.Reader`. counted: addresses of queues and folders whose submissions and
    contents are to be counted. kept: what the restricted folder was found to keep.
    """

    def __init__(self, session: Session, counted: Iterable[str] = ()) -> None:
        self._session = session
        self._counted = frozenset(counted)
        self.kept: ledger.Kept | None = None
        self._read: Mapping[str, Raw] = {}
        self._ahead = Ahead()

    async def read(self, desired: Desired, applied: Applied) -> Live:
        """Read everything that `desired` names and what stands beside it. Raises ProviderError."""
        survey = Survey(self._session.transport, self._session.me, desired, applied, self._counted)
        survey.read, survey.ahead = self._read, self._ahead
        # True for this reading alone.
        self._read, self._ahead = {}, Ahead()
        try:
            await _read(survey)
        except Refused as refused:
            raise explain(refused, survey.transport.endpoint) from refused
        return self._live(survey)

    async def read_applied(self, desired: Desired) -> Applied:
        """Read the newest ledger. Raises ProviderError where the server can't be reached."""
        ahead = look_ahead(self._session.transport, self._session.me, desired)
        try:
            applied, self._ahead = await together(self._read_applied(desired), ahead)
        except Refused as refused:
            raise explain(refused, self._session.transport.endpoint) from refused
        found: Applied = applied
        return found

    async def _read_applied(self, desired: Desired) -> Applied:
        where = await find_projects(self._session.transport, self._session.me, desired)
        self._read = where.read
        applied = Applied(lost=where.lost)
        if where.home is not None:
            self.kept = await ledger.read(self._session.transport, where.home)
            applied = self.kept.applied
            where = checked(where, applied)
        if where.doubt is not None:
            return Applied(doubt=where.doubt)
        return replace(applied, found=where.found)

    def _live(self, survey: Survey) -> Live:
        return Live(
            now=self._session.now(),
            me=replace(survey.me, groups=frozenset(survey.groups)),
            resources={address: _named(item, survey.names) for address, item in _in_order(survey)},
            ids=survey.ids,
            names=survey.names,
            taken=survey.taken,
            unreadable=survey.unreadable,
            missing_people=tuple(survey.missing_people),
            unmanaged=_nobodys(survey),
            memberships=survey.memberships,
            guarded=survey.guarded,
            submissions=survey.submissions,
            requirements=survey.requirements,
            dropped={address: _named(item, survey.names) for address, item in sorted(survey.dropped.items())},
            bare=frozenset(survey.bare),
            contents=survey.contents,
        )


async def _read(survey: Survey) -> None:
    """Teams are looked up beside everything else, but whose they are is seen only when the rest is known."""
    teams, _, _ = await together(_read_teams(survey), _read_projects(survey), read_groups(survey))
    judge_teams(survey, teams)
    await together(read_members(survey), read_guards(survey), read_given(survey))
    await read_dropped(survey)
    await read_names(survey)


async def _read_teams(survey: Survey) -> list[FoundTeam]:
    return await read_teams(survey, await read_people(survey))


async def _read_projects(survey: Survey) -> None:
    await read_projects(survey)
    await together(read_children(survey), read_queues(survey), read_challenges(survey), read_wikis(survey))
    order_scopes(survey)


def _in_order(survey: Survey) -> list[tuple[str, LiveResource]]:
    """What was found, in the order of the manifest: answers come in any order."""
    return [(address, survey.resources[address]) for address in survey.desired.resources if address in survey.resources]


def _named(item: LiveResource, names: Mapping[str, str]) -> LiveResource:
    return replace(item, modified_by=names.get(item.modified_by, item.modified_by)) if item.modified_by else item


def _nobodys(survey: Survey) -> tuple[Unmanaged, ...]:
    """What stands on our projects and was not found to be something wanted, pages where they hang in the tree. Entity
    ids are told by their prefix.
    """
    known = (*survey.resources.values(), *survey.dropped.values())
    ours = {_mark(str(item.kind), item.id) for item in known}
    ours |= {_mark(address.split(".", 1)[0], id_) for address, id_ in survey.desired.given.items()}
    pages = {item.id: item.address for item in known if item.kind is Kind.WIKI}
    nobodys = [
        replace(item, where=pages.get(item.above or "", item.where))
        for item in survey.unmanaged
        if _mark(str(item.kind), item.id) not in ours
    ]
    return tuple(sorted(nobodys, key=lambda item: (item.where, item.kind, item.name, item.id)))


def _mark(kind: str, id_: str) -> tuple[str, str]:
    return ("entity", id_) if id_.startswith("syn") else (kind, id_)
