"""Events of an apply as JSON lines: each as it happens, each by the schema; a full disk stops no apply."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from challenge_cli.errors import Code
from challenge_cli.event_log import KINDS, json_schema, logged, to_json
from planner.plan import Action
from providers.apply.events import (
    Begun,
    ErrorReport,
    Event,
    Failed,
    Finished,
    Skipped,
    Started,
    Summary,
    Waiting,
    silent,
)
from tests.cli.conftest import BEFORE_LAUNCH, Challenge

NOW = datetime(2027, 3, 3, 9, tzinfo=UTC)
SCHEMA = Path(__file__).resolve().parents[2] / "schemas/events.schema.json"
ONE_OF_EACH: tuple[Event, ...] = (
    Begun("key", "Synapse", "sha256:0", 3),
    Started("team.x", "team.x", Action.CREATE),
    Finished("team.x", "team.x", Action.CREATE, "created", 0.5),
    Failed("team.y", "team.y", ErrorReport("team.y", "is taken", "choose another name")),
    Skipped("acl.team.y", "acl.team.y", "team.y"),
    Waiting("429: waiting 4 s"),
    Summary(1, 1, 1, 0, 2.5),
)


def valid(line: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(line)
    jsonschema.Draft202012Validator(json_schema()).validate(found)
    return found


def test_the_published_schema_is_current() -> None:
    assert json.loads(SCHEMA.read_text()) == json_schema()


def test_there_is_one_of_each() -> None:
    assert [type(event) for event in ONE_OF_EACH] == list(KINDS)


@pytest.mark.parametrize("event", ONE_OF_EACH, ids=lambda event: type(event).__name__)
def test_every_event_is_one_line_by_the_schema(event: Event) -> None:
    line = to_json(event, NOW)
    assert "\n" not in line
    assert valid(line)["time"] == "2027-03-03T09:00:00.000+00:00"


def test_a_line_that_is_no_event_fits_no_schema() -> None:
    with pytest.raises(jsonschema.ValidationError):
        valid('{"event": "finished", "time": "2027-03-03T09:00:00Z"}')


def test_an_event_is_in_the_file_before_the_next_one_happens(tmp_path: Path) -> None:
    file, told = tmp_path / "events.jsonl", list[Event]()
    with logged(str(file), told.append, lambda: NOW) as emit:
        for number, event in enumerate(ONE_OF_EACH, 1):
            emit(event)
            assert len(file.read_text().splitlines()) == number
    assert told == list(ONE_OF_EACH)


def test_without_a_file_events_go_where_they_went() -> None:
    with logged(None, silent) as emit:
        assert emit is silent


class FullDisk(io.StringIO):
    """A file on a disk with room for one line."""

    def write(self, text: str) -> int:
        if self.getvalue():
            raise OSError(28, "No space left on device")
        return super().write(text)


def test_a_full_disk_is_said_once_and_stops_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout", FullDisk())
    told: list[Event] = []
    with logged("-", told.append) as emit:
        for event in ONE_OF_EACH:
            emit(event)
    assert told == list(ONE_OF_EACH)
    assert capsys.readouterr().err == "--events -: No space left on device; apply goes on without it\n"


def test_a_disk_that_is_full_from_the_beginning_stops_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    told: list[Event] = []
    with logged("/dev/full", told.append) as emit:
        for event in ONE_OF_EACH:
            emit(event)
    assert told == list(ONE_OF_EACH)
    assert capsys.readouterr().err == "--events /dev/full: No space left on device; apply goes on without it\n"


def test_an_apply_writes_its_events_to_standard_output_and_nothing_else(challenge: Challenge, here: Path) -> None:
    shown = challenge("apply", *BEFORE_LAUNCH, "--auto-approve", "--events", "-")
    assert shown.code == Code.FINE
    found = [valid(line) for line in shown.out.splitlines()]
    assert (found[0]["event"], found[-1]["event"]) == ("begun", "summary")
    assert found[0]["operations"] == found[-1]["done"] == sum(item["event"] == "finished" for item in found)
    receipt = json.loads(min((here / ".challenge/receipts").iterdir()).read_text())
    assert found[0]["plan"] == receipt["plan_digest"]
    assert "Apply complete" in shown.err


def test_two_things_that_want_standard_output_are_refused(challenge: Challenge, here: Path) -> None:
    shown = challenge("apply", *BEFORE_LAUNCH, "--events", "-", "--format", "json")
    assert shown.code == Code.ERROR
    assert "both want standard output" in shown.err


def test_a_file_that_can_not_be_written_is_said_before_anything_is_done(challenge: Challenge, here: Path) -> None:
    shown = challenge("apply", *BEFORE_LAUNCH, "--auto-approve", "--events", "nowhere/events.jsonl")
    assert shown.code == Code.ERROR
    assert "--> nowhere/events.jsonl" in shown.err
    assert not (here / ".challenge/receipts").exists()


def test_events_are_written_over_earlier_ones_and_over_nothing_else(challenge: Challenge, here: Path) -> None:
    before = (here / "challenge.yaml").read_text()
    shown = challenge("apply", *BEFORE_LAUNCH, "--auto-approve", "--events", "challenge.yaml")
    assert shown.code == Code.ERROR
    assert "it holds no events" in shown.err
    assert (here / "challenge.yaml").read_text() == before
    assert not (here / ".challenge/receipts").exists()


def test_earlier_events_and_an_empty_file_take_events(tmp_path: Path) -> None:
    for file in (tmp_path / "events.jsonl", tmp_path / "empty"):
        file.touch()
        for event in ONE_OF_EACH[:2]:
            with logged(str(file), silent) as emit:
                emit(event)
        assert valid(file.read_text())["event"] == "started"
