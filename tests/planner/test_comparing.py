"""What comparing the wanted with the live world says of each thing: made, taken over, kept, noted or refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Literal

import pytest

from challenge_spec.pages import PageLink
from challenge_spec.resolved import ResolvedChallenge
from planner.applied import Applied
from planner.comparing import Comparison, compare_all
from planner.desired import compile_challenge
from planner.live import Live
from planner.options import Options
from planner.plan import Action, Drift, Note
from planner.resources import Kind
from tests.planner.challenges import BEFORE, CLOSE, RUNNING, challenge, queue
from tests.planner.worlds import edited, without, world_at

PAGE = "wiki.staging/rules"
BOARD = "queue.leaderboard/task"
ROUND = "round.leaderboard/task/1"
DEFAULTS = Options()


def compared(tiny: ResolvedChallenge, live: Live, applied: Applied, options: Options = DEFAULTS) -> Comparison:
    return compare_all(compile_challenge(tiny, tiny.stage, live.now), live, applied, options)


def found_as(live: Live, address: str, **fields: Any) -> Live:
    """The same world where something else is known of one resource."""
    return replace(live, resources={**live.resources, address: replace(live.resources[address], **fields)})


def on_projects(said: Literal["adopt", "use"]) -> ResolvedChallenge:
    """The tiny challenge on projects that exist, which become its own or stay their owner's."""
    tiny = challenge()
    ids = {item.key: f"id-project.{item.key}" for item in tiny.projects}
    adopted = tuple(replace(item, adopt=ids[item.key]) for item in tiny.projects)
    used = tuple(replace(item, use=ids[item.key]) for item in tiny.projects)
    return replace(tiny, projects=adopted if said == "adopt" else used)


def strangers_queue(tiny: ResolvedChallenge) -> Live:
    live, _ = world_at(tiny, "draft", BEFORE)
    return found_as(live, BOARD, identified_by="name")


def drifted(options: Options = DEFAULTS, *, in_files: bool = False) -> Drift:
    """What is said of a page that somebody changed on the web, and maybe somebody else in the files."""
    tiny = challenge()
    live, applied = world_at(tiny, "draft", BEFORE)
    live = found_as(edited(live, PAGE, text="Edited by hand."), PAGE, modified_by="example-admin", modified_on=BEFORE)
    pages = tuple(replace(item, parts=("New.",)) if item.key == ("rules",) else item for item in tiny.wiki.pages)
    wanted = replace(tiny, wiki=replace(tiny.wiki, pages=pages)) if in_files else tiny
    (drift,) = compared(wanted, live, applied, options).drift
    return drift


ENDED = "this round has ended and isn't on Synapse; Synapse lets nobody make a round in the past (contract 5.5)"


@pytest.mark.parametrize("now", [CLOSE, datetime(2028, 1, 1, tzinfo=UTC)], ids=["at its end", "later"])
def test_a_missing_round_that_has_ended_is_noted_for_nobody_can_make_it(now: datetime) -> None:
    live, applied = world_at(challenge(), "draft", now)
    result = compared(challenge(), without(live, ROUND), applied)
    assert result.notes == [Note("round-ended", ROUND, ENDED)]
    assert ROUND not in {item.address for item in result.operations}


def test_a_missing_round_that_has_not_ended_is_made() -> None:
    live, applied = world_at(challenge(), "draft", RUNNING)
    result = compared(challenge(), without(live, ROUND), applied)
    assert [(item.address, item.action) for item in result.operations] == [(ROUND, Action.CREATE)]
    assert result.notes == []


def test_somebody_who_was_invited_and_is_gone_is_not_invited_again() -> None:
    live, applied = world_at(challenge(), "draft", BEFORE)
    member = "member.organizers/example-organizer-1"
    result = compared(challenge(), without(live, member), applied)
    text = "was invited before and is neither a member nor invited now: declined, or left"
    assert result.notes == [Note("invitation-gone", member, text)]
    assert result.operations == []


def test_what_the_manifest_adopts_becomes_ours_once() -> None:
    tiny = on_projects("adopt")
    live, applied = world_at(tiny, "draft", BEFORE)
    for project in ("project.live", "project.staging"):
        live = found_as(live, project, identified_by="manifest")
    first = compared(tiny, live, Applied())
    assert {(item.address, item.action) for item in first.operations} == {
        ("project.live", Action.ADOPT),
        ("project.staging", Action.ADOPT),
    }
    assert compared(tiny, live, applied).operations == []


def test_a_consent_to_take_over_a_project_covers_the_queues_that_are_found_on_it() -> None:
    live = strangers_queue(challenge())
    refused = compared(challenge(), live, Applied())
    assert [(item.code, item.address) for item in refused.problems] == [("not-ours", BOARD)]
    taken = compared(challenge(), live, Applied(), Options(adopt=frozenset({"project.live"})))
    assert taken.problems == []
    assert BOARD in taken.unchanged


def test_a_queue_on_a_project_that_is_only_used_is_still_a_strangers() -> None:
    tiny = on_projects("use")
    result = compared(tiny, strangers_queue(tiny), Applied())
    assert [(item.code, item.address) for item in result.problems] == [("not-ours", BOARD)]


def test_what_is_known_by_its_id_can_be_referred_to_though_it_is_none_of_ours() -> None:
    """The ids of what the manifest only uses are known, and its resources are never read."""
    tiny = on_projects("use")
    live, _ = world_at(tiny, "draft", BEFORE)
    result = compared(tiny, without(live, BOARD), Applied())
    assert BOARD in {item.address for item in result.operations}


def test_drift_tells_who_changed_what_when_and_what_to_do() -> None:
    drift = drifted()
    assert (drift.address, drift.kind, drift.conflict) == (PAGE, Kind.WIKI, False)
    assert (drift.modified_by, drift.modified_on) == ("example-admin", BEFORE)
    assert [change.name for change in drift.changes] == ["text"]


BROUGHT = f"`challenge pull {PAGE}` brings this into the files"
REMEDIES = {
    "only Synapse moved": (
        DEFAULTS,
        False,
        f"{BROUGHT}; `--take manifest {PAGE}` restores the manifest's version.",
    ),
    "both moved": (DEFAULTS, True, f"Say who wins: `--take manifest {PAGE}` or `--take live {PAGE}`."),
    "both moved, and Synapse wins": (
        Options(take_live=frozenset({PAGE})),
        True,
        f"Synapse wins, and the manifest's version waits: {BROUGHT}.",
    ),
}


@pytest.mark.parametrize("case", REMEDIES)
def test_whoever_is_to_win_has_a_word_for_it(case: str) -> None:
    options, in_files, remedy = REMEDIES[case]
    assert drifted(options, in_files=in_files).remedy == remedy


def test_access_is_put_back_though_synapse_was_to_win_and_that_is_said() -> None:
    live, applied = world_at(challenge(), "draft", BEFORE)
    acl = f"acl.{BOARD}"
    opened = edited(live, acl, **{live.ids["team.participants"]: ("READ", "SUBMIT")})
    result = compared(challenge(), opened, applied, Options(take_live=frozenset({acl})))
    text = "is put back whoever changed it; if it is to stay, say it in the manifest (`access`, `grants`)"
    assert result.notes == [Note("not-kept", acl, text)]
    assert [item.address for item in result.operations] == [acl]


def test_what_hangs_on_something_that_nobody_can_see_is_left_alone() -> None:
    live, applied = world_at(challenge(), "draft", BEFORE)
    hidden = replace(without(live, BOARD, ROUND), unreadable={BOARD: "status 403"})
    assert not {BOARD, ROUND} & {item.address for item in compared(challenge(), hidden, applied).operations}


VIEW = "view.dashboard"
PAGES = challenge().wiki.pages


def unseen(live: Live, *addresses: str) -> Live:
    return replace(without(live, *addresses), unreadable=dict.fromkeys(addresses, "status 403"))


def test_what_exists_and_refers_to_something_that_nobody_can_see_is_left_alone_and_that_is_said() -> None:
    live, applied = world_at(challenge(), "draft", BEFORE)
    result = compared(challenge(), unseen(live, BOARD, ROUND, f"acl.{BOARD}"), applied)
    assert result.operations == []
    assert VIEW not in result.unchanged
    text = f"is left as it is: it refers to {BOARD}, which is out of reach: status 403"
    assert result.notes == [Note("waits", VIEW, text)]


def test_what_refers_to_it_around_a_corner_waits_as_well() -> None:
    """A missing page links to the page that nobody can see, and the order of all pages names the missing one."""
    hidden = "wiki.staging/data"
    tiny = challenge()
    linking = tuple(replace(item, parts=(PageLink(("data",)),)) if item.key == ("rules",) else item for item in PAGES)
    wanted = replace(tiny, wiki=replace(tiny.wiki, pages=linking))
    live, applied = world_at(wanted, "draft", BEFORE)
    result = compared(wanted, without(unseen(live, hidden), PAGE), applied)
    assert result.operations == []
    notes = {note.address: note.message for note in result.notes if note.code == "waits"}
    assert notes.keys() == {"wiki.staging", "wiki.staging/rules/late", "order.staging"}
    assert notes["wiki.staging/rules/late"] == (
        f"is left as it is: it refers to {PAGE}, and that to {hidden}, which is out of reach: status 403"
    )


def test_what_hangs_on_something_adopted_that_nobody_can_see_is_not_taken_for_removed() -> None:
    tiny = challenge(queues=(queue(adopt="9600001"),))
    live, applied = world_at(tiny, "draft", BEFORE)
    live = unseen(live, BOARD, ROUND, f"acl.{BOARD}")
    result = compared(tiny, replace(live, ids={**live.ids, BOARD: "9600001"}), applied)
    assert {item.address for item in result.operations} <= {VIEW}


def test_the_id_of_what_the_manifest_only_uses_is_enough_to_refer_to_it() -> None:
    tiny = challenge(queues=(queue(use="9600001"),))
    live, _ = world_at(tiny, "draft", BEFORE)
    hidden = replace(edited(live, VIEW, name="Other"), unreadable={BOARD: "status 403"})
    assert [item.address for item in compared(tiny, hidden, Applied()).operations] == [VIEW]


def test_what_is_missing_is_made_where_it_refers_to_what_the_manifest_only_uses() -> None:
    tiny = challenge(queues=(queue(use="9600001"),))
    live, _ = world_at(tiny, "draft", BEFORE)
    hidden = replace(without(live, VIEW), unreadable={BOARD: "status 403"})
    assert [item.address for item in compared(tiny, hidden, Applied()).operations] == [VIEW]


def test_what_was_seen_in_part_is_seen() -> None:
    """A queue that was read, of which something else could not be."""
    live, applied = world_at(challenge(), "draft", BEFORE)
    partly = replace(without(live, ROUND), unreadable={BOARD: "its submissions: status 403"})
    assert [item.address for item in compared(challenge(), partly, applied).operations] == [ROUND]


def test_rounds_of_an_adopted_queue_that_nobody_can_see_are_not_made() -> None:
    tiny = challenge(queues=(queue(adopt="9600001"),))
    live, applied = world_at(tiny, "draft", BEFORE)
    live = without(unseen(live, BOARD), ROUND)
    result = compared(tiny, replace(live, ids={**live.ids, BOARD: "9600001"}), applied)
    assert ROUND not in {item.address for item in result.operations}


WAITING: dict[str, tuple[Callable[[Live], Live], str]] = {
    "its name is a stranger's": (
        lambda live: replace(without(live, BOARD), taken={BOARD: "a stranger has a queue of that name"}),
        f"{BOARD}, which is out of reach: a stranger has a queue of that name",
    ),
    "it would hang on what is a stranger's": (
        lambda live: found_as(without(live, BOARD), "project.live", identified_by="name"),
        f"{BOARD}, and that to project.live, which is out of reach: it is not known to belong to this challenge",
    ),
}


@pytest.mark.parametrize("case", WAITING)
def test_what_refers_to_it_waits_and_says_why(case: str) -> None:
    change, why = WAITING[case]
    live, applied = world_at(challenge(), "draft", BEFORE)
    notes = {note.address: note.message for note in compared(challenge(), change(live), applied).notes}
    assert notes[VIEW] == f"is left as it is: it refers to {why}"


def test_on_what_somebody_consents_to_take_over_things_can_be_hung() -> None:
    live, applied = world_at(challenge(), "draft", BEFORE)
    named = found_as(without(live, BOARD), "project.live", identified_by="name")
    ours = Options(adopt=frozenset({"project.live"}))
    assert BOARD in {item.address for item in compared(challenge(), named, applied, ours).operations}
    assert BOARD not in {item.address for item in compared(challenge(), named, applied).operations}
