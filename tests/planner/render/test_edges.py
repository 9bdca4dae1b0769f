"""Plans as people read them, at the edges: what is known only later, what is held, what goes."""

from __future__ import annotations

from planner.consents import PROTECTED
from planner.plan import Action, Output, OutputState
from planner.references import UNKNOWN, Ref
from planner.render.consenting import holding
from planner.render.document import document
from planner.render.headlines import labels
from planner.render.openings import openings
from planner.render.schema import PlanDocument
from planner.render.spans import to_plain
from planner.render.text import render
from planner.render.values import LATER, show_later, view_of
from tests.planner.render.plans import field, operation, plan, round_, update


def shown(found: PlanDocument) -> str:
    return to_plain(render(found, 100, verbose=True))


def test_labels_are_shown_side_by_side() -> None:
    assert labels({"Status": ["Upcoming", "Active"], "key": "x"}) == "Status=Upcoming|Active, key=x"


def test_files_that_are_as_wanted_are_counted() -> None:
    outputs = (Output("a/.env", OutputState.WRITE), Output("a/compose.yaml", OutputState.SAME))
    assert "1 file already as wanted" in to_plain(render(document(plan(outputs=outputs))))


def test_a_value_that_is_known_later_is_shown_by_what_it_will_be() -> None:
    view = view_of(document(plan()), 100, verbose=False)
    assert show_later("1", None, None, "x", view) == '"1"'
    assert show_later(None, True, None, "x", view) == LATER
    assert show_later(None, True, "{{ team.x }}", "x", view).endswith(LATER)


def test_a_text_that_is_known_later_and_that_nothing_sketches_says_so() -> None:
    words = update("wiki.live/x", field("text", "Old\nwords", UNKNOWN), spec={"title": "x"})
    assert f"text: {LATER}" in shown(document(plan(operations=(words,))))


def test_of_a_block_only_the_entries_that_differ_are_shown() -> None:
    limits = update("round.a/b/1", field("limits", {"total": 3, "daily": 1}, {"total": 5, "daily": 1}))
    said = shown(document(plan(operations=(limits,))))
    assert "limits.total" in said
    assert "limits.daily" not in said


def test_what_goes_opens_nothing() -> None:
    gone = (
        operation("round.leaderboard/similarity/Round 1", Action.DELETE, spec=dict(round_("x", "a", "b").spec)),
        operation("member.organizers/example-organizer-1", Action.DELETE, spec={"team": Ref("team.organizers")}),
    )
    found = document(plan(operations=gone))
    assert openings(found.changes, view_of(found, 100, verbose=False)) == []


def test_what_is_protected_says_that_it_is_held() -> None:
    assert "it is protected" in holding([PROTECTED])
