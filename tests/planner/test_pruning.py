"""What the manifest dropped goes in a safe order, with what belongs to it, and only if it is ours and still there."""

from __future__ import annotations

from dataclasses import replace

from planner.consents import PROTECTED
from planner.desired import compile_challenge
from planner.live import Unmanaged
from planner.plan import Action, Operation, Plan
from planner.planning import Options, make_plan
from planner.remembering import remember
from planner.resources import Kind
from tests.planner.challenges import CLOSE, RUNNING, challenge, data, page, queue, team, window
from tests.planner.consents.scenes import edited, plan_of

ALL = ("delete", "mass-delete", "shorten-round", "admin-removal")


def deletions(plan: Plan) -> dict[str, Operation]:
    return {item.address: item for item in plan.to_do() if item.action is Action.DELETE}


def test_what_belongs_to_a_thing_goes_with_it() -> None:
    tiny = challenge("open")
    more = replace(tiny, queues=(*tiny.queues, queue("trial/task")), data=(*tiny.data, data("old", "Old", "Deep")))
    gone = deletions(plan_of(edited(more, tiny), *ALL))
    assert gone["queue.trial/task"].carries == ("acl.queue.trial/task", "round.trial/task/1")
    assert gone["folder.old"].carries == ("acl.folder.old", "acl.folder.old/deep", "folder.old/deep")
    assert set(gone) == {"queue.trial/task", "folder.old"}


def test_pages_go_one_by_one_the_lower_ones_first() -> None:
    tiny = challenge("open")
    fewer = replace(tiny, wiki=replace(tiny.wiki, pages=(page(), page("data"))))
    gone = deletions(plan_of(edited(tiny, fewer), *ALL))
    assert set(gone) == {f"wiki.{site}/rules{late}" for site in ("live", "staging") for late in ("", "/late")}
    assert "wiki.live/rules/late" in gone["wiki.live/rules"].depends_on


def test_a_page_below_which_others_have_put_one_is_held_with_those_above_it_whatever_is_consented_to() -> None:
    tiny = challenge("open")
    fewer = replace(tiny, wiki=replace(tiny.wiki, pages=(page(), page("data"))))
    after, live, applied = edited(tiny, fewer)
    theirs = (
        Unmanaged(Kind.WIKI, "900", "Questions", "wiki.live/rules/late"),
        Unmanaged(Kind.WIKI, "901", "News", "wiki.live/data"),
    )
    plan = plan_of((after, replace(live, unmanaged=theirs), applied), *ALL)
    held = {item.address: item.held_by for item in plan.held()}
    assert held == dict.fromkeys(("wiki.live/rules", "wiki.live/rules/late"), (PROTECTED,))
    assert set(deletions(plan)) == {"wiki.staging/rules", "wiki.staging/rules/late"}
    (note,) = (note for note in plan.notes if note.code == "protected")
    assert (note.address, note.message) == (
        "wiki.live/rules/late",
        "would take with it what others have put below it: 'Questions'; move or delete that on Synapse first",
    )


def test_a_team_goes_after_everything_that_was_shared_with_it() -> None:
    tiny = challenge("open")
    shared = data("training", "Data", "Training", access={"participants": "download", "finalists": "download"})
    more = replace(tiny, teams=(*tiny.teams, team("finalists")), data=(shared, *tiny.data[1:]))
    plan = plan_of(edited(more, tiny), *ALL)
    assert {"acl.folder.data", "acl.folder.data/training"} <= set(deletions(plan)["team.finalists"].depends_on)


def test_nobody_can_submit_any_more_when_the_last_round_goes() -> None:
    tiny = challenge("open")
    plan = plan_of(edited(tiny, replace(tiny, queues=(queue(rounds=()),))), *ALL)
    gone = deletions(plan)["round.leaderboard/task/1"]
    assert "acl.queue.leaderboard/task" in gone.depends_on


def test_a_round_goes_before_others_take_its_time() -> None:
    tiny = challenge("open")
    half = RUNNING.replace(month=5)
    two = replace(tiny, queues=(queue(rounds=(window(end=half), window("2", half, CLOSE))),))
    plan = plan_of(edited(two, tiny), *ALL)
    (grown,) = (item for item in plan.to_do() if item.address == "round.leaderboard/task/1")
    assert "round.leaderboard/task/2" in grown.depends_on


def test_a_round_that_is_over_stays_as_history() -> None:
    tiny = challenge("open")
    later = window("2", CLOSE, CLOSE.replace(month=7, day=20))
    two = replace(tiny, queues=(queue(rounds=(window(total=3), later)),))
    after, live, applied = edited(two, replace(two, queues=(queue(rounds=(later,)),)))
    over = replace(live, now=CLOSE)
    assert "round.leaderboard/task/1" in over.dropped
    assert not plan_of((after, over, replace(applied, at=CLOSE)), *ALL).operations


def test_what_is_no_longer_there_is_forgotten() -> None:
    tiny = challenge("open")
    after, live, applied = edited(replace(tiny, teams=(*tiny.teams, team("finalists"))), tiny)
    plan = plan_of((after, replace(live, dropped={}), applied))
    assert plan.empty
    assert plan.forgotten == ("team.finalists", "acl.team.finalists")


def test_what_cannot_be_seen_is_not_forgotten() -> None:
    tiny = challenge("open")
    after, live, applied = edited(replace(tiny, teams=(*tiny.teams, team("finalists"))), tiny)
    hidden = replace(live, dropped={}, unreadable={"team.finalists": "no access"})
    assert plan_of((after, hidden, applied)).forgotten == ()


def test_what_is_handed_over_to_somebody_else_is_forgotten_and_left_alone() -> None:
    tiny = challenge("open")
    ours = replace(tiny, teams=(*tiny.teams, team("finalists")))
    theirs = replace(tiny, teams=(*tiny.teams, team("finalists", use="id-team.finalists")))
    after, live, applied = edited(ours, theirs)
    plan = plan_of((after, replace(live, dropped={}), applied), *ALL)
    assert plan.empty
    assert "team.finalists" in plan.forgotten


def test_a_member_that_the_manifest_dropped_leaves_the_team() -> None:
    tiny = challenge("open")
    more = replace(tiny, teams=tuple(replace(item, members=(*item.members, "example-late")) for item in tiny.teams))
    gone = deletions(plan_of(edited(more, tiny), *ALL))
    assert "member.organizers/example-late" in gone
    assert "admin-removal" in gone["member.administrators/example-late"].consents


def test_nothing_is_pruned_that_the_ledger_does_not_know() -> None:
    tiny = challenge("open")
    after, live, applied = edited(tiny, tiny)
    assert live.unmanaged == ()
    assert not plan_of((after, live, applied), *ALL).operations


def test_an_entity_that_shall_inherit_loses_its_own_access_list_and_opens_only_by_consent() -> None:
    tiny = challenge("open")
    inheriting = data("training", "Data", "Training", inherits=True)
    plan = plan_of(edited(tiny, replace(tiny, data=(inheriting, *tiny.data[1:]))))
    (held,) = (item for item in plan.operations if item.action is Action.DELETE)
    assert held.address == "acl.folder.data/training"
    assert held.held_by == ()


def test_a_part_of_a_plan_may_be_a_deletion() -> None:
    tiny = challenge("open")
    after, live, applied = edited(replace(tiny, teams=(*tiny.teams, team("finalists"), team("judges"))), tiny)
    options = Options(allow=frozenset({"delete"}), targets=frozenset({"team.judges"}))
    plan = make_plan(after, live, applied, options).plan
    assert set(deletions(plan)) == {"team.judges"}


def test_no_forward_way_through_the_stages_drops_anything() -> None:
    tiny = challenge("draft")
    wanted = [set(compile_challenge(tiny, stage, CLOSE).resources) for stage in ("preregistration", "open", "closed")]
    assert wanted[0] <= wanted[1] <= wanted[2]


def test_the_ledger_forgets_everything_that_went() -> None:
    tiny = challenge("open")
    _, live, applied = edited(replace(tiny, queues=(*tiny.queues, queue("trial/task"))), tiny)
    gone = (address for address in ("queue.trial/task", "acl.queue.trial/task", "round.trial/task/1"))
    left = remember(applied, compile_challenge(tiny, "open", RUNNING), live.ids, (), gone=gone)
    assert set(left.entries) == set(compile_challenge(tiny, "open", RUNNING).resources)
    assert left.at == RUNNING
