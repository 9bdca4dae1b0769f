"""Apply a plan: walk it, remember it in the ledger, and return the receipt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from planner.applied import Applied
from planner.interfaces import ProviderError, Writer
from planner.live import Live
from planner.plan import Plan
from planner.remembering import remember
from planner.resources import LEDGER_FOLDER, Desired
from providers.apply.events import Emit, Summary, silent
from providers.apply.receipt import Line, Receipt, Result
from providers.apply.results import Results
from providers.apply.walk import CONCURRENCY, Walk


@dataclass(frozen=True, slots=True)
class World:
    """What was read before the plan was made: its desired state, the live world, the ledger."""

    desired: Desired
    live: Live
    applied: Applied


class Apply:
    """One apply of one plan. `request_stop` may be called at any time, from a signal handler too."""

    def __init__(
        self,
        plan: Plan,
        digest: str,
        world: World,
        writer: Writer,
        now: Callable[[], datetime],
        emit: Emit = silent,
        concurrency: int = CONCURRENCY,
    ) -> None:
        self._plan, self._digest, self._world, self._writer, self._now = plan, digest, world, writer, now
        self._emit = emit
        self._results = Results(world.desired, world.live)
        operations = {item.id: item for item in plan.to_do()}
        self._walk = Walk(operations, writer, self._results, emit, concurrency)

    def request_stop(self, why: str) -> None:
        """Start nothing more; finish what is under way, write the ledger, return the receipt."""
        self._walk.stop = self._walk.stop or why

    async def run(self, note: Mapping[str, str], requests: Callable[[], Mapping[str, int]]) -> Receipt:
        """Perform the plan.

        note: what the ledger's version says of this apply (plan digest, git commit). requests: counts of the requests
        sent so far.
        """
        started = self._now()
        await self._walk.run()
        ledger = await self._write_ledger(note)
        finished = self._now()
        lines = (*self._walk.lines, *self._held())
        receipt = Receipt(
            challenge=self._plan.challenge,
            target=self._plan.target,
            started_at=started,
            finished_at=finished,
            plan_digest=self._digest,
            lines=lines,
            ledger=ledger,
            stopped=self._walk.stop,
            requests=requests(),
            orphans=self._walk.orphans,
        )
        self._emit(_summary(receipt))
        return receipt

    def ids(self) -> Mapping[str, str]:
        """Address → id of everything known after the walk."""
        return self._results.ids

    async def _write_ledger(self, note: Mapping[str, str]) -> str:
        """Remember what was done; nothing done, nothing written."""
        done = {line.address for line in self._walk.lines if line.result is Result.DONE}
        if not done:
            return "unchanged"
        folder = self._results.ids.get(LEDGER_FOLDER)
        if folder is None:
            return "the restricted folder of the ledger does not exist yet"
        unfinished = {line.address for line in self._walk.lines if line.result is not Result.DONE}
        settled = [*self._plan.unchanged, *sorted(done - unfinished)]
        applied = remember(self._world.applied, self._world.desired, self._results.ids, settled)
        try:
            await self._writer.write_applied(folder, applied, note)
        except ProviderError as error:
            return f"could not be written: {error.what}"
        return "written"

    def _held(self) -> list[Line]:
        return [
            Line(item.id, item.address, item.action, Result.HELD, because=item.held_by) for item in self._plan.held()
        ]


def _summary(receipt: Receipt) -> Summary:
    return Summary(
        done=receipt.count(Result.DONE),
        failed=receipt.count(Result.FAILED),
        skipped=receipt.count(Result.SKIPPED) + receipt.count(Result.STOPPED),
        held=receipt.count(Result.HELD),
        seconds=(receipt.finished_at - receipt.started_at).total_seconds(),
    )
