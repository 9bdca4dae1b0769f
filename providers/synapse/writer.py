"""Writing to Synapse: one operation at a time, each safely repeatable."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeAlias

from planner.applied import Applied
from planner.guards import LEDGER_ONLY
from planner.interfaces import Known, Outcome, ProviderError
from planner.plan import Action, Operation
from planner.resources import LEDGER_FOLDER, Kind, owner_of
from providers.synapse import ledger
from providers.synapse.failures import Ambiguous, Refused, explain
from providers.synapse.kinds import (
    acls,
    challenges,
    folders_and_links,
    members,
    pages,
    projects,
    queues,
    rounds,
    teams,
    trash,
    views,
)
from providers.synapse.kinds import (
    annotations as entity_annotations,
)
from providers.synapse.session import Session
from providers.synapse.settle import ALREADY, CREATED
from providers.synapse.uploads import Uploads
from providers.synapse.writing import Run, Writing

Write: TypeAlias = Callable[[Writing, Operation], Awaitable[Outcome]]

_CREATE: Final[Mapping[Kind, Write]] = {
    Kind.PROJECT: projects.create,
    Kind.TEAM: teams.create,
    Kind.MEMBER: members.invite,
    Kind.CHALLENGE: challenges.create,
    Kind.QUEUE: queues.create,
    Kind.ROUND: rounds.create,
    Kind.FOLDER: folders_and_links.create_folder,
    Kind.LINK: folders_and_links.create_link,
    Kind.VIEW: views.create,
    Kind.WIKI: pages.create,
    Kind.ORDER: pages.order,
    Kind.ACL: acls.write,
    Kind.ANNOTATIONS: entity_annotations.write,
}

_UPDATE: Final[Mapping[Kind, Write]] = {
    Kind.PROJECT: projects.update,
    Kind.TEAM: teams.update,
    Kind.MEMBER: members.invite,
    Kind.CHALLENGE: challenges.update,
    Kind.QUEUE: queues.update,
    Kind.ROUND: rounds.change,
    Kind.FOLDER: folders_and_links.update_folder,
    Kind.LINK: folders_and_links.update_link,
    Kind.VIEW: views.update,
    Kind.WIKI: pages.update,
    Kind.ORDER: pages.order,
    Kind.ACL: acls.write,
    Kind.ANNOTATIONS: entity_annotations.write,
}

_DELETE: Final[Mapping[Kind, Write]] = {
    Kind.PROJECT: trash.delete,
    Kind.FOLDER: trash.delete,
    Kind.LINK: trash.delete,
    Kind.VIEW: trash.delete,
    Kind.TEAM: teams.delete,
    Kind.MEMBER: members.delete,
    Kind.CHALLENGE: challenges.delete,
    Kind.QUEUE: queues.delete,
    Kind.ROUND: rounds.delete,
    Kind.WIKI: pages.delete,
    Kind.ACL: acls.delete,
    Kind.ANNOTATIONS: entity_annotations.delete,
}


class SynapseWriter:
    """Implements `planner.interfaces.Writer` for one apply. home: address of the project that keeps the stage.

    ledger_file: id of the ledger, where it was read.
    """

    def __init__(self, session: Session, home: str, ledger_file: str | None = None) -> None:
        self._session, self._home, self._ledger_file = session, home, ledger_file
        self._run = Run(session, Uploads(session.transport))

    async def perform(self, operation: Operation, known: Known) -> Outcome:
        """Perform one operation. Raises Stale, ProviderError."""
        writing = Writing(self._run, known)
        outcome = await self._explained(writing, operation)
        if outcome.did == CREATED:
            self._run.created.add(operation.address)
        return outcome

    def has_made(self, address: str) -> bool:
        """Whether this very run has made it: nobody else can have put anything there before."""
        return address in self._run.created

    async def _explained(self, writing: Writing, operation: Operation) -> Outcome:
        try:
            return await self._perform(writing, operation)
        except Refused as refused:
            raise _counted(explain(refused, operation.address), refused) from refused
        except Ambiguous as lost:
            what = f"no answer to {lost.call} ({lost.cause}): it may have happened or not"
            error = ProviderError(operation.address, what, "run again: it looks before it writes")
            raise _counted(error, lost) from lost

    async def _perform(self, writing: Writing, operation: Operation) -> Outcome:
        if operation.carried_by is not None:
            return _carried(writing, operation)
        if operation.kind is Kind.STAGE:
            return await entity_annotations.write_stage(writing, operation, self._home)
        if _only_remembered(operation):
            return _adopted(writing, operation)
        write = _table(operation.action).get(operation.kind)
        if write is None:
            mend = "remove it by hand on Synapse, then plan again"
            raise ProviderError(operation.address, f"can't {operation.action} a {operation.kind}", mend)
        return await write(writing, operation)

    async def write_applied(self, folder: str, applied: Applied, note: Mapping[str, str]) -> None:
        """Store a new version of the ledger. Raises Stale, ProviderError."""
        try:
            place = ledger.Place(folder, self._ledger_file, self.has_made(LEDGER_FOLDER))
            await ledger.write(self._session.transport, self._session.me.id, place, applied, note)
        except Refused as refused:
            raise explain(refused, "ledger") from refused


def _counted(error: ProviderError, cause: Refused | Ambiguous) -> ProviderError:
    error.orphans = cause.orphans
    return error


def _table(action: Action) -> Mapping[Kind, Write]:
    return {Action.CREATE: _CREATE, Action.DELETE: _DELETE}.get(action, _UPDATE)


def _carried(writing: Writing, operation: Operation) -> Outcome:
    """Its owner's creation has made it."""
    raw = writing.raw(operation.address) or {}
    return Outcome(writing.known.id_of(owner_of(operation.address)), "with its owner", raw.get("etag"), raw)


def _only_remembered(operation: Operation) -> bool:
    """Whether nothing on Synapse changes: the ledger alone has to learn something."""
    if operation.action is Action.UPDATE and not operation.changes:
        return False
    changed = {change.name for change in operation.changes}
    return operation.action in (Action.ADOPT, Action.UPDATE) and changed <= LEDGER_ONLY


def _adopted(writing: Writing, operation: Operation) -> Outcome:
    """It is as wanted; the ledger will know it from now on."""
    raw = writing.raw(operation.address) or {}
    did = f"adopted, {ALREADY}" if operation.action is Action.ADOPT else "remembered"
    return Outcome(writing.known.id_of(operation.address), did, raw.get("etag"), raw)
