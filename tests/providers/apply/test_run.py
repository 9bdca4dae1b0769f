"""One apply: under the lock, remembered in the ledger, stopped politely or at once, always with a receipt."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from planner.interfaces import ProviderError, Stale, Unreachable
from planner.plan import Action, Operation
from planner.resources import LEDGER_FOLDER
from providers.apply.events import Begun, ErrorReport, Summary, silent
from providers.apply.receipt import Line, Receipt, Result, done_to
from providers.apply.run import AT_ONCE, Ending, Means
from providers.apply.walk import ABANDONED
from tests.providers.apply.memory import NOW, Applying, MemoryLock, MemoryWriter, first_plan, nothing_to_do


def applying(**said: Any) -> Applying:
    planned, world = first_plan()
    return Applying(planned.plan, world, **said)


def test_what_the_plan_holds_is_what_runs_the_very_objects() -> None:
    one = applying()
    one.run()
    by_id = {step.id: step for step in one.plan.to_do()}
    assert one.writer.performed
    assert all(by_id[step.id] is step for step in one.writer.performed)


def test_what_explain_shows_of_an_address_are_the_very_objects_that_apply_is_given() -> None:
    one = applying()
    one.run()
    performed = {id(step) for step in one.writer.performed}
    for address in {step.address for step in one.plan.operations}:
        steps = one.plan.steps(address)
        assert steps
        assert all(id(step) in performed or step.carried_by is not None for step in steps)


def test_the_ledger_says_what_was_done_in_numbers() -> None:
    one = applying(writer=MemoryWriter({"view.dashboard": ProviderError("view.dashboard", "no", "mend it")}))
    receipt = one.run()
    (note,) = one.writer.notes
    done = {line.address for line in receipt.lines if line.result is Result.DONE}
    undone = {line.address for line in receipt.lines if line.result is not Result.DONE}
    assert note == {
        "plan": "sha256:0",
        "run": "this-run",
        "create": str(len(done)),
        "unfinished": str(len(undone)),
    }
    assert "view.dashboard" not in one.writer.applied[0].entries


def test_the_receipt_tells_everything_once() -> None:
    receipt = applying().run()
    assert receipt.complete
    assert (receipt.started_at, receipt.ledger, receipt.requests) == (NOW, "written", {"GET /x": 1})
    assert len({line.id for line in receipt.lines}) == len(receipt.lines)


def test_the_first_event_says_what_is_to_come_and_the_last_what_came() -> None:
    one = applying()
    one.run()
    first, *_, last = one.events
    number = len(list(one.plan.to_do()))
    assert first == Begun("tiny", "Synapse", "sha256:0", number)
    assert isinstance(last, Summary)
    assert (last.done, last.failed, last.skipped, last.held) == (number, 0, 0, 0)


def test_a_lock_that_is_given_back_says_that_the_run_finished() -> None:
    one = applying()
    one.run()
    assert one.lock is not None
    assert one.lock.endings == [Ending.FINISHED]


def test_a_ledger_that_can_not_be_written_leaves_the_run_unfinished() -> None:
    one = applying(writer=MemoryWriter(refusing=ProviderError("the ledger", "the disk is full", "make room")))
    receipt = one.run()
    assert receipt.ledger == "could not be written: the disk is full"
    assert not receipt.complete
    assert one.lock is not None
    assert one.lock.endings == [Ending.UNFINISHED]


def test_a_plan_that_another_apply_made_old_is_refused_and_the_lock_given_back_untouched() -> None:
    async def moved() -> None:
        raise Stale("tiny", "somebody else applied", "plan again")

    one = applying(lock=MemoryLock(last="another-run"), given={"recheck": moved})
    with pytest.raises(Stale):
        one.run()
    assert one.lock is not None
    assert one.lock.endings == [Ending.UNTOUCHED]
    assert {step.address for step in one.writer.performed} <= {"project.staging", LEDGER_FOLDER}


def test_where_the_same_run_is_the_last_one_nothing_is_looked_at_again() -> None:
    async def asked() -> None:
        raise AssertionError("nobody else applied")

    assert applying(given={"recheck": asked}).run().complete


def test_by_default_nothing_is_checked_hurried_or_told() -> None:
    means = Means(MemoryWriter(), lambda: NOW)
    asyncio.run(means.recheck())  # type: ignore[arg-type] # an awaitable that is a coroutine
    means.hurry()
    means.emit(Summary(0, 0, 0, 0, 0.0))
    assert means.emit is silent


def test_without_a_lock_the_plan_runs_all_the_same_and_names_no_run() -> None:
    one = applying(lock=None)
    assert one.run().complete
    assert "run" not in one.writer.notes[0]


def test_without_the_restricted_folder_nothing_is_remembered_and_that_is_said() -> None:
    one = applying(writer=MemoryWriter({LEDGER_FOLDER: ProviderError(LEDGER_FOLDER, "no", "mend it")}))
    receipt = one.run()
    assert receipt.ledger == "the restricted folder of the ledger does not exist yet"
    assert one.writer.notes == []
    assert one.lock is not None
    assert one.lock.endings == []


def test_nothing_done_is_nothing_written() -> None:
    planned, world = nothing_to_do()
    one = Applying(planned.plan, world)
    assert one.run().ledger == "unchanged"
    assert one.writer.notes == []


def test_when_the_server_is_gone_the_last_things_are_hurried() -> None:
    hurried: list[bool] = []
    gone = MemoryWriter({"team.testers": Unreachable("the server", "does not answer", "try later")})
    applying(writer=gone, given={"hurry": lambda: hurried.append(True)}).run()
    assert hurried == [True]


def test_a_lock_that_somebody_took_stops_the_run() -> None:
    receipt = applying(lock=MemoryLock(taken_by_somebody=True)).run()
    assert receipt.stopped == "the lock was taken by somebody"
    assert receipt.count(Result.STOPPED) > 0


def stop_at(one: Applying, id_: str, how: Any) -> None:
    """Do something to the apply when an operation begins."""

    def before(step: Operation) -> None:
        if step.id == id_:
            how()

    one.writer.before = before


def test_a_polite_stop_finishes_what_is_under_way_and_remembers_it() -> None:
    one = applying()
    stop_at(one, "team.testers", lambda: one.apply.request_stop("Ctrl-C"))
    assert not one.apply.stopping
    receipt = one.run()
    results = {line.id: line.result for line in receipt.lines}
    assert results["team.testers"] is Result.DONE
    assert one.apply.stopping
    assert (receipt.stopped, receipt.ledger) == ("Ctrl-C", "written")
    assert not receipt.complete


def test_the_first_reason_to_stop_is_the_one_that_is_told() -> None:
    one = applying()
    one.apply.request_stop("first")
    one.apply.request_stop("second")
    assert one.run().stopped == "first"


def test_a_stop_at_once_waits_for_nothing_and_keeps_the_lease() -> None:
    one = applying(writer=MemoryWriter(stalled=frozenset({"team.testers"})))
    stop_at(one, "team.testers", lambda: one.apply.stop_at_once("twice"))
    receipt = one.run()
    failed = {line.id: line.error.what for line in receipt.lines if line.error}
    assert failed["team.testers"] == ABANDONED
    assert set(failed.values()) == {ABANDONED}
    assert (receipt.stopped, receipt.ledger) == ("twice", AT_ONCE)
    assert one.lock is not None
    assert one.lock.endings == [], "a write may still be on its way"
    assert one.writer.notes == []
    assert {line.id for line in receipt.lines} == {step.id for step in one.plan.operations}


def test_a_stop_at_once_before_anything_began_stops_all() -> None:
    one = applying()
    one.apply.stop_at_once("twice")
    receipt = one.run()
    assert {line.result for line in receipt.lines} == {Result.STOPPED}


def test_a_cancellation_that_is_not_ours_goes_through() -> None:
    one = applying(writer=MemoryWriter(stalled=frozenset({"team.testers"})))

    async def cancelled() -> None:
        begun = asyncio.Event()
        stop_at(one, "team.testers", begun.set)
        task = asyncio.ensure_future(one.apply.run({}, dict))
        await begun.wait()
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cancelled())


def test_ids_are_known_after_the_walk() -> None:
    one = applying()
    one.run()
    assert one.apply.ids()["team.testers"] == "id-team.testers"


@pytest.mark.parametrize(("ledger", "complete"), [("written", True), ("unchanged", True), ("could not", False)])
def test_an_apply_is_complete_only_if_it_is_remembered(ledger: str, complete: bool) -> None:
    assert Receipt("key", "Synapse", NOW, NOW, "sha256:0", (), ledger).complete is complete


def test_a_page_that_was_made_and_then_filled_was_created() -> None:
    made = Line("wiki.a", "wiki.a", Action.CREATE, Result.DONE)
    filled = Line("wiki.a#text", "wiki.a", Action.UPDATE, Result.DONE)
    failed = Line("wiki.b", "wiki.b", Action.CREATE, Result.FAILED, error=ErrorReport("wiki.b", "no", "mend it"))
    assert done_to((made, filled, failed)) == done_to((filled, made)) == {"wiki.a": Action.CREATE}
