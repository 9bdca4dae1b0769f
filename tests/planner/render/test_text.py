"""The plan as people read it. `GOLDEN=write pytest tests/planner/render` rewrites the golden files; read the diff."""

import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.plan import Cause, Note, Plan
from planner.references import UNKNOWN, Ref, text
from planner.render.document import document, from_json, to_json
from planner.render.spans import Style, line, to_plain, width_of
from planner.render.text import render
from tests.planner.render.plans import NOW, field, operation, page, plan, update
from tests.planner.render.scenes import SCENES, both_sides_moved, everything_new, launch_held, three_edits

GOLDEN = Path(__file__).parent / "golden"
SHAPES = [(name, 100, False) for name in SCENES] + [("everything-new", 80, True), ("both-sides-moved", 72, True)]


def show(found: Plan, width: int = 100, verbose: bool = False) -> str:
    return to_plain(render(document(found), width, verbose))


@pytest.mark.parametrize(("scene", "width", "verbose"), SHAPES)
def test_a_plan_reads_as_agreed(scene: str, width: int, verbose: bool) -> None:
    golden = GOLDEN / f"{scene}{'-verbose' if verbose else ''}-{width}.txt"
    shown = show(SCENES[scene](), width, verbose)
    if os.environ.get("GOLDEN") == "write":
        golden.write_text(shown)
    assert shown == golden.read_text()


@pytest.mark.parametrize("scene", SCENES)
def test_a_saved_plan_shows_what_the_planned_one_showed(scene: str) -> None:
    planned = document(SCENES[scene]())
    assert render(from_json(to_json(planned)), 100, True) == render(planned, 100, True)


@pytest.mark.parametrize("scene", SCENES)
def test_the_summary_comes_first_and_last(scene: str) -> None:
    lines = show(SCENES[scene]()).splitlines()
    first = next(row for row in lines if row.startswith(("Plan:", "No changes")))
    assert lines.index(first) <= 4
    assert first in lines[-3:]


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_wider_than_the_terminal_but_for_what_cannot_be_broken(scene: str, width: int) -> None:
    wide = [row for row in render(document(SCENES[scene]()), width, verbose=True) if width_of(row) > width]
    assert [row for row in wide if max(len(word) for span in row for word in span.text.split() or [""]) < 20] == []


def test_three_edits_among_a_hundred_resources_fit_on_a_screen() -> None:
    assert len(render(document(three_edits()))) <= 25


def test_each_new_page_takes_one_line() -> None:
    pages = [row for row in show(everything_new(pages=40)).splitlines() if "+ wiki.staging/" in row]
    assert len(pages) == 40


def test_every_field_of_a_creation_is_shown_when_asked_for() -> None:
    assert 'instructions: "Submit a CSV file."' not in show(everything_new())
    assert 'instructions: "Submit a CSV file."' in show(everything_new(), verbose=True)


def test_rights_that_come_and_go_are_marked() -> None:
    assert "team.participants: -DELETE, READ, +SUBMIT" in show(both_sides_moved())


def test_who_changed_something_on_synapse_is_said_with_both_times() -> None:
    assert "by example-organizer-1, 2027-02-17 23:05 PST (2027-02-18 07:05 UTC)" in show(both_sides_moved())


def test_what_synapse_does_not_record_is_said_to_be_unrecorded() -> None:
    removed = update("round.a/b", field("end", "2027-01-01T00:00:00.000Z", "2027-02-01T00:00:00.000Z", Cause.SYNAPSE))
    assert "(by whom and when: not recorded)" in show(plan(operations=(removed,)))


def test_ids_are_shown_by_the_names_that_are_known() -> None:
    moved = update("round.a/b", field("queue", "9600001", "syn404"))
    assert "queue: queue.leaderboard/similarity -> syn404" in show(plan(operations=(moved,)))


def test_a_reference_to_what_does_not_exist_yet_names_it() -> None:
    moved = update("team.x", field("parent", "syn1", UNKNOWN), spec={"parent": Ref("folder.new")})
    assert "parent: project.live -> folder.new (known after apply)" in show(plan(operations=(moved,)))


def test_a_text_with_unknown_ids_is_shown_with_their_addresses() -> None:
    changed = update(
        "wiki.live/home", field("text", "Old.\n", UNKNOWN), spec={"text": text("New: ", Ref("queue.final/x"), ".\n")}
    )
    assert "+ New: {{ queue.final/x }}." in show(plan(operations=(changed,)))


def test_long_diffs_fold_with_a_count() -> None:
    before, after = ("".join(f"{word} {number}\n" for number in range(60)) for word in ("old", "new"))
    changed = plan(operations=(update("wiki.live/home", field("text", before, after)),))
    assert "82 more lines: --verbose shows them" in show(changed)
    assert "more line" not in show(changed, verbose=True)


def test_texts_that_differ_in_line_ends_only_say_so() -> None:
    changed = update("wiki.live/home", field("text", "one\r\ntwo\r\n", "one\ntwo\n"))
    assert "the texts differ in their line ends only" in show(plan(operations=(changed,)))


def test_drift_runs_from_the_manifest_to_synapse() -> None:
    shown = show(both_sides_moved()).split("\nDrift ")[1]
    assert "+ We extended the deadline." in shown


def test_nothing_to_do_with_drift_is_not_called_a_match() -> None:
    shown = show(plan(drift=both_sides_moved().drift))
    assert "No changes to make, but Synapse and the manifest differ" in shown
    assert "matches" not in shown


def test_nothing_to_do_with_problems_is_not_called_a_match() -> None:
    assert "matches" not in show(plan(problems=SCENES["with-problems"]().problems))


@pytest.mark.parametrize("code", ["incomplete-read", "waits"])
def test_nothing_to_do_in_a_part_is_not_called_a_match_of_the_whole(code: str) -> None:
    shown = show(plan(notes=(Note(code, "queue.main", "is out of sight"),)))
    assert "No changes to make to what could be seen; the notes say what could not." in shown
    assert "matches" not in shown


def test_evidence_of_a_shut_gate_stands_below_it() -> None:
    shown = show(launch_held())
    assert "FAILED   launch-time" in shown
    assert "- timeline.open, 2027-03-03 09:00 PST (2027-03-03 17:00 UTC), is still to come" in shown
    assert "40 pages are complete" not in shown


def test_what_is_held_and_what_is_done_of_one_address_are_two_changes() -> None:
    now = operation("acl.queue.a/b", spec={"team.organizers": ("READ",)})
    later = update("acl.queue.a/b", field("team.participants", None, ("SUBMIT",)), id="later", held_by=("launch-time",))
    shown = show(plan(operations=(now, later)))
    assert "  + acl.queue.a/b" in shown
    assert " !~ acl.queue.a/b" in shown


def test_when_something_was_read_or_changed_is_told_to_the_second() -> None:
    assert "planned 2027-02-20 09:30:12 PST (17:30:12 UTC)" in show(
        plan(planned_at=NOW.replace(second=12, microsecond=9000))
    )


def test_a_moment_of_the_manifest_is_told_to_the_millisecond() -> None:
    moved = update("round.a/b", field("end", "2027-03-03T08:00:00.000Z", "2027-03-04T07:59:59.999Z"))
    assert "-> 2027-03-03 23:59:59.999 PST (2027-03-04 07:59:59.999 UTC)" in show(plan(operations=(moved,)))


def test_an_unknown_zone_falls_back_to_utc() -> None:
    assert "planned 2027-02-20 17:30 UTC" in show(plan(zone="Nowhere/Known"))


@given(st.text(max_size=80))
def test_no_title_can_command_a_terminal(title: str) -> None:
    shown = show(plan(operations=(page("wiki.live/home", title, title),)), verbose=True)
    assert all(mark.isprintable() or mark == "\n" for mark in shown)


@given(st.text(), st.text(), st.integers(40, 120))
def test_any_two_texts_can_be_compared(before: str, after: str, width: int) -> None:
    changed = update("wiki.live/home", field("text", before, after + "\n"))
    assert "wiki.live/home" in show(plan(operations=(changed,)), width)


def test_styles_say_what_each_piece_means() -> None:
    rows = render(document(both_sides_moved()))
    right = next(span for row in rows for span in row if re.fullmatch(r"\+SUBMIT", span.text))
    assert right.style is Style.ADDED
    assert line(("x", Style.BAD), "") == line(("x", Style.BAD))
