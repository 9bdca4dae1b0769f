"""The walk: along the graph, longest chain first; a failure stops what depends on it and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.applied import Applied
from planner.interfaces import Known, Outcome, ProviderError, Unreachable
from planner.live import Live, Me
from planner.plan import Action, Cause, Operation, Part
from planner.resources import Desired, Kind
from providers.apply.events import Event, Failed, Finished, Skipped, Started
from providers.apply.receipt import Line, Result
from providers.apply.results import Results
from providers.apply.walk import Walk
from tests.planner.challenges import BEFORE


class ScriptedWriter:
    """A writer in memory: fails where it is told to, and notes what ran at the same time."""

    def __init__(self, failing: Mapping[str, Exception] | None = None) -> None:
        self.failing = failing or {}
        self.begun: list[str] = []
        self.running = 0
        self.most = 0

    async def perform(self, operation: Operation, known: Known) -> Outcome:  # noqa: ARG002 -- the protocol's signature
        self.begun.append(operation.id)
        self.running += 1
        self.most = max(self.most, self.running)
        await asyncio.sleep(0)
        self.running -= 1
        if operation.id in self.failing:
            raise self.failing[operation.id]
        return Outcome(id=f"id-{operation.address}", did="created")

    async def write_applied(self, folder: str, applied: Applied, note: Mapping[str, str]) -> None:
        raise AssertionError(f"the walk does not write the ledger: {folder}, {applied}, {note}")


def step(id_: str, *depends_on: str, rank: int = 1) -> Operation:
    return Operation(
        id=id_,
        address=id_,
        kind=Kind.FOLDER,
        action=Action.CREATE,
        part=Part.WHOLE,
        cause=Cause.MANIFEST,
        reason="is new",
        spec={},
        depends_on=depends_on,
        rank=rank,
    )


def walk(
    operations: list[Operation], writer: ScriptedWriter | None = None, concurrency: int = 3
) -> tuple[dict[str, Line], ScriptedWriter, list[Event]]:
    writer = writer or ScriptedWriter()
    events: list[Event] = []
    live = Live(now=BEFORE, me=Me("1", "example-deployer", certified=True), resources={}, ids={})
    results = Results(Desired("tiny", "draft", "project.live", {}), live)
    one = Walk({item.id: item for item in operations}, writer, results, events.append, concurrency)
    asyncio.run(one.run())
    return {line.id: line for line in one.lines}, writer, events


def test_the_longest_remaining_chain_is_started_first() -> None:
    operations = [step("short"), step("a", rank=3), step("b", "a", rank=2), step("c", "b")]
    _, writer, _ = walk(operations, concurrency=1)
    assert writer.begun == ["a", "b", "c", "short"]


def test_no_more_than_the_allowed_number_run_at_once() -> None:
    _, writer, _ = walk([step(f"s{number}") for number in range(20)])
    assert writer.most == 3


def test_a_failure_skips_what_depends_on_it_and_names_the_root_cause() -> None:
    operations = [step("a"), step("b", "a"), step("c", "b"), step("other")]
    writer = ScriptedWriter({"a": ProviderError("a", "is taken", "Choose another name.")})
    lines, _, events = walk(operations, writer)
    assert {id_: line.result for id_, line in lines.items()} == {
        "a": Result.FAILED,
        "b": Result.SKIPPED,
        "c": Result.SKIPPED,
        "other": Result.DONE,
    }
    assert lines["c"].because == ("a",)
    assert [event.operation_id for event in events if isinstance(event, Failed)] == ["a"]
    assert {event.operation_id for event in events if isinstance(event, Skipped)} == {"b", "c"}


def test_when_the_server_is_gone_nothing_more_is_started() -> None:
    gone = Unreachable("the server", "does not answer", "Try again later.")
    lines, writer, _ = walk([step("a", rank=2), step("b")], ScriptedWriter({"a": gone}), concurrency=1)
    assert writer.begun == ["a"]
    assert lines["b"].result is Result.STOPPED


def test_a_bug_in_one_operation_is_a_failure_with_words_not_a_crash() -> None:
    lines, _, _ = walk([step("a"), step("b")], ScriptedWriter({"a": KeyError("x")}))
    error = lines["a"].error
    assert error is not None
    assert "KeyError" in error.what
    assert lines["b"].result is Result.DONE


def test_an_operation_that_is_carried_sends_nothing_and_has_its_owners_id() -> None:
    carried = replace(step("acl.a", "a"), carried_by="a")
    lines, writer, _ = walk([step("a"), carried])
    assert writer.begun == ["a"]
    assert lines["acl.a"].synapse_id == "id-a"


def test_every_operation_is_announced_and_ends_in_the_receipt_once() -> None:
    lines, _, events = walk([step("a"), step("b", "a")])
    assert set(lines) == {"a", "b"}
    assert [type(event) for event in events] == [Started, Finished, Started, Finished]


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[Operation], set[str]]:
    size = draw(st.integers(1, 12))
    operations = []
    for number in range(size):
        needed = draw(st.sets(st.integers(0, number - 1), max_size=3)) if number else set()
        operations.append(step(f"s{number}", *(f"s{other}" for other in sorted(needed))))
    failing = draw(st.sets(st.sampled_from([item.id for item in operations]), max_size=3))
    return operations, failing


@given(graphs(), st.integers(1, 5))
def test_exactly_what_depends_on_no_failure_is_done(graph: tuple[list[Operation], set[str]], width: int) -> None:
    operations, failing = graph
    lines, _, _ = walk(operations, ScriptedWriter({id_: ProviderError(id_, "no", "mend it") for id_ in failing}), width)
    lost: set[str] = set()
    for item in operations:
        if item.id in failing or lost & set(item.depends_on):
            lost.add(item.id)
    assert {id_ for id_, line in lines.items() if line.result is Result.DONE} == {item.id for item in operations} - lost


@pytest.mark.parametrize("width", [1, 3, 8])
def test_the_outcome_does_not_depend_on_how_much_runs_at_once(width: int) -> None:
    operations = [step("a"), step("b", "a"), step("c", "a"), step("d", "b", "c")]
    lines, _, _ = walk(operations, concurrency=width)
    assert {line.synapse_id for line in lines.values()} == {"id-a", "id-b", "id-c", "id-d"}
