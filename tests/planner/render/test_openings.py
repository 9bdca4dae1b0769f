"""What a plan opens, which a reviewer must see before everything else."""

from typing import Any

from planner.plan import Action, Cause, Plan
from planner.render.document import document
from planner.render.openings import openings
from planner.render.values import view_of
from tests.planner.render.plans import field, operation, plan, round_, sharing, update
from tests.planner.render.scenes import everything_new

QUEUE = "queue.leaderboard/similarity"
ROUND = "round.leaderboard/similarity/Round 1"


def told(found: Plan) -> list[str]:
    """Every opening as one line."""
    planned = document(found)
    return [
        f"{item.what} {', '.join(item.addresses)}{' (held)' * item.held}"
        for item in openings(planned.changes, view_of(planned, 100, verbose=False))
    ]


def of(*operations: Any) -> list[str]:
    return told(plan(operations=operations))


def test_a_right_gained_on_what_exists_is_told_whoever_gains_it() -> None:
    changed = update(f"acl.{QUEUE}", field("3400001", ("READ",), ("READ", "SUBMIT")), field("3400002", None, ("READ",)))
    assert of(changed) == [f"team.participants gains SUBMIT on {QUEUE}", f"team.organizers gains READ on {QUEUE}"]


def test_a_right_lost_opens_nothing() -> None:
    assert of(update(f"acl.{QUEUE}", field("3400001", ("READ", "SUBMIT"), None))) == []


def test_that_staff_administers_what_is_new_is_no_news() -> None:
    assert of(sharing(QUEUE)) == []


def test_others_who_get_into_what_is_new_are_told() -> None:
    assert of(sharing("project.live", public=("READ",))) == ["public (anyone) gains READ on project.live"]


def test_that_a_new_team_can_be_seen_is_no_news_but_managing_it_is() -> None:
    assert of(sharing("team.judges", participants=("READ",))) == []
    assert of(sharing("team.judges", participants=("UPDATE",))) == ["team.participants gains UPDATE on team.judges"]


def test_the_same_right_on_several_things_is_one_line() -> None:
    both = (sharing("folder.a", participants=("READ",)), sharing("folder.b", participants=("READ",)))
    assert of(*both) == ["team.participants gains READ on folder.a, folder.b"]


def test_what_is_drift_and_what_is_held_stand_apart() -> None:
    wide = field("273949", None, ("READ",))
    held = update("acl.folder.a", wide, held_by=("launch-time",))
    drift = update("acl.folder.b", field("273949", None, ("READ",), Cause.SYNAPSE))
    assert of(held, drift) == [
        "public (anyone) gains READ on folder.a (held)",
        "public (anyone) gains READ on folder.b",
    ]


def test_losing_an_access_list_of_its_own_opens() -> None:
    assert "whoever may see what it lies in sees it" in of(operation("acl.folder.a", Action.DELETE))[0]


def test_a_new_round_opens_its_queue() -> None:
    made = round_("Round 1", "2027-03-03T17:00:00.000Z", "2027-03-31T16:00:00.000Z", total=3)
    assert of(made) == [f"submissions are taken 2027-03-03 09:00 PST - 2027-03-31 09:00 PDT, 3 total, in {ROUND}"]


def test_a_round_opens_when_it_begins_earlier_or_ends_later() -> None:
    early, late = "2027-03-03T17:00:00.000Z", "2027-03-04T17:00:00.000Z"
    moved = "2027-03-04 09:00 PST (17:00 UTC) → 2027-03-03 09:00 PST (17:00 UTC)"
    assert of(update(ROUND, field("start", late, early))) == [f"begins earlier: {moved}: {ROUND}"]
    assert "ends later: " in of(update(ROUND, field("end", early, late)))[0]
    assert of(update(ROUND, field("start", early, late), field("end", late, early))) == []


def test_higher_limits_and_limits_that_go_open() -> None:
    assert of(update(ROUND, field("limits", {"total": 3, "daily": 1}, {"total": 5}))) == [
        f"takes more: 3 → 5 total, 1 daily → no limit: {ROUND}"
    ]
    assert of(update(ROUND, field("limits", {"total": 3}, {"total": 2, "daily": 1}))) == []


def test_a_team_that_is_easier_to_join_opens() -> None:
    assert of(update("team.participants", field("join", "invitation", "open"))) == [
        "anybody may join team.participants"
    ]
    assert of(update("team.participants", field("join", "open", "request"))) == []
    assert "anybody may join team.participants" in told(everything_new())


def test_who_is_invited_is_told() -> None:
    assert of(operation("member.administrators/example-admin")) == ["example-admin is invited to team.administrators"]


def test_texts_open_nothing() -> None:
    assert of(update("wiki.live/home", field("text", "old", "new"))) == []
