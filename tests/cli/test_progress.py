"""Progress of an apply, and its receipt, as people see them."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from challenge_cli import progress, receipts
from challenge_cli.progress import HEARTBEAT, Heart, Tally, event_line, heartbeat
from planner.plan import Action
from planner.render.spans import Line, to_plain
from providers.apply.events import Begun, ErrorReport, Failed, Finished, Skipped, Started, Waiting
from providers.apply.receipt import Line as Entry
from providers.apply.receipt import Receipt, Result

NOW = datetime(2027, 3, 3, 9, tzinfo=UTC)
SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"
TAKEN = ErrorReport("team.x", "the name is taken", "choose another name")


@dataclass
class Watch:
    """A clock that stands where a test puts it, in seconds."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


def shown(row: Line | None) -> str:
    assert row is not None
    return to_plain([row]).rstrip("\n")


def test_what_is_done_is_said_with_its_time() -> None:
    finished = Finished("team.x", "team.x", Action.CREATE, "found again and completed", 1.25)
    assert shown(event_line(finished)) == "  + team.x  found again and completed, 1.2 s"


def test_what_is_made_with_its_owner_needs_no_line_of_its_own() -> None:
    assert event_line(Finished("acl.x", "acl.x", Action.CREATE, "with its owner", 0.0)) is None


def test_a_failure_is_said_at_once() -> None:
    assert shown(event_line(Failed("team.x", "team.x", TAKEN))) == "  x team.x  the name is taken"


def test_waiting_is_said() -> None:
    assert shown(event_line(Waiting("429: waiting 4 s"))) == "  . 429: waiting 4 s"


def test_events_are_counted_as_they_come() -> None:
    tally = Tally(4)
    for event in (
        Started("a", "team.a", Action.CREATE),
        Started("b", "team.b", Action.CREATE),
        Finished("a", "team.a", Action.CREATE, "created", 1.0),
        Failed("b", "team.b", TAKEN),
        Skipped("c", "team.c", "b"),
        Started("d", "team.d", Action.UPDATE),
    ):
        tally.tell(event)
    assert (tally.done, tally.failed, tally.skipped, tally.ended) == (1, 1, 1, 3)
    assert list(tally.running) == ["d"]


def test_a_heartbeat_says_what_takes_so_long() -> None:
    watch = Watch()
    tally = Tally(9, watch)
    tally.tell(Started("a", "wiki.live/a", Action.CREATE))
    watch.seconds = 12
    assert shown(heartbeat(tally)) == "  . 0 of 9 done; wiki.live/a (12 s)"


def test_a_heartbeat_after_the_last_operation_says_what_is_still_to_come() -> None:
    tally = Tally(2)
    tally.tell(Finished("a", "team.a", Action.CREATE, "created", 1.0))
    tally.tell(Failed("b", "team.b", TAKEN))
    assert shown(heartbeat(tally)) == "  . 1 of 2 done, 1 failed; writing the ledger"


def test_silence_lasts_ten_seconds_at_most() -> None:
    watch, said = Watch(), list[Line]()
    heart = Heart(Tally(1, watch), said.append)
    beats = []
    for watch.seconds in (5.0, HEARTBEAT, HEARTBEAT + 5, 2 * HEARTBEAT):
        beats.append(heart.due())
    assert beats == [False, True, False, True]
    assert len(said) == 2


def test_whatever_is_said_puts_the_next_heartbeat_off() -> None:
    watch = Watch()
    heart = Heart(Tally(1, watch), lambda _: None)
    watch.seconds = 9.0
    heart.touch()
    watch.seconds = 11.0
    assert not heart.due()


def test_off_a_terminal_lines_go_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    with progress.progress(1) as tell:
        tell(Started("a", "team.a", Action.CREATE))
        tell(Finished("a", "team.a", Action.CREATE, "created", 0.5))
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "  + team.a  created, 0.5 s\n")


def test_off_a_terminal_a_heartbeat_is_heard_when_nothing_ends_for_long(capsys: pytest.CaptureFixture[str]) -> None:
    watch, ticks = Watch(), list[Callable[[], object]]()

    @contextmanager
    def by_hand(_: float, tick: Callable[[], object]) -> Iterator[None]:
        ticks.append(tick)
        yield

    with progress.plain(Tally(2, watch), by_hand) as tell:
        tell(Started("a", "team.a", Action.CREATE))
        for watch.seconds in (9.0, 10.0, 12.0, 19.0):
            ticks[0]()
        tell(Finished("a", "team.a", Action.CREATE, "created", 19.0))
        for watch.seconds in (28.0, 30.0):
            ticks[0]()
    assert capsys.readouterr().err.splitlines() == [
        "  . 0 of 2 done; team.a (10 s)",
        "  + team.a  created, 19.0 s",
        "  . 1 of 2 done; waiting",
    ]


def test_what_is_about_to_begin_is_no_operation_that_ended() -> None:
    tally = Tally(4)
    tally.tell(Begun("key", "Synapse", "sha256:0", 4))
    assert (tally.ended, tally.known) == (0, 4)


def receipt(*lines: Entry, **fields: Any) -> Receipt:
    given = Receipt("key", "Synapse", NOW, NOW, "sha256:0", lines, "written", requests={"GET /entity/{id}": 7})
    return replace(given, **fields)


def told(found: Receipt) -> str:
    return to_plain(receipts.lines(found, 80))


DONE = Entry("team.a", "team.a", Action.CREATE, Result.DONE, "created")


def test_a_receipt_counts_a_page_in_two_parts_once() -> None:
    parts = (
        Entry("wiki.a", "wiki.a", Action.CREATE, Result.DONE),
        Entry("wiki.a#text", "wiki.a", Action.UPDATE, Result.DONE),
    )
    assert "Apply complete: 1 created, 7 requests\n" in told(receipt(*parts))


def test_a_receipt_names_root_causes_with_remedies_and_what_waited_for_them() -> None:
    failed = Entry("team.x", "team.x", Action.CREATE, Result.FAILED, error=TAKEN)
    skipped = Entry("acl.team.x", "acl.team.x", Action.CREATE, Result.SKIPPED, because=("team.x",))
    said = told(receipt(DONE, failed, skipped))
    assert "Apply incomplete: 1 created, 1 failed, 1 skipped, 7 requests" in said
    assert "remedy: choose another name" in said
    assert "1 operation waited for team.x" in said
    assert "Run apply again" in said


def test_a_ledger_that_could_not_be_written_makes_an_apply_incomplete() -> None:
    said = told(receipt(DONE, ledger="could not be written: the server is gone"))
    assert "Apply incomplete" in said
    assert "The ledger was not written: could not be written: the server is gone" in said


def test_orphans_are_counted() -> None:
    assert "2 file handles may have been left behind" in told(receipt(DONE, orphans=2))


def test_receipts_of_one_second_replace_nothing(tmp_path: Path) -> None:
    kept = {receipts.keep(receipt(DONE), tmp_path) for _ in range(3)}
    assert len(kept) == 3


def test_a_receipt_of_everything_that_can_go_wrong_fits_its_schema() -> None:
    lines = [
        Entry("team.x", "team.x", Action.CREATE, Result.FAILED, error=TAKEN),
        Entry("acl.team.x", "acl.team.x", Action.CREATE, Result.SKIPPED, because=("team.x",)),
        Entry("team.y", "team.y", Action.UPDATE, Result.STOPPED),
        Entry("stage.begun", "stage.begun", Action.UPDATE, Result.HELD, because=("launch-time",)),
    ]
    found = json.loads(receipts.to_json(receipt(DONE, *lines, stopped="Ctrl-C", ledger="gone", orphans=1)))
    schema = json.loads((SCHEMAS / "receipt.schema.json").read_text())
    assert schema == receipts.json_schema()
    jsonschema.Draft202012Validator(schema).validate(found)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate(found | {"more": 1})
