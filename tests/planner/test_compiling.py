"""What a challenge comes to on Synapse, at the edges: things of others, dates that aren't known, what isn't shared."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from challenge_spec.resolved import ResolvedExemption, ResolvedProject, ResolvedView, ResolvedWiki
from planner.applied import Applied
from planner.comparing import about_to_change
from planner.describe.draft import Draft
from planner.desired import compile_challenge
from planner.diff import wanted_spec
from planner.live import Membership
from planner.planning import Options, make_plan
from planner.pull.taking import tasks
from planner.references import UNKNOWN, plain
from planner.renames import claims
from planner.resources import Desired, Kind, Resource
from planner.settings import settings_of
from tests.planner.challenges import BEFORE, RESULTS, RUNNING, challenge, orchestrator, page, queue, team, window
from tests.planner.worlds import edited, world_at


def compiled(**said: object) -> Desired:
    return compile_challenge(replace(challenge("open"), **said), "open", BEFORE)  # type: ignore[arg-type] # by name


def test_a_project_of_somebody_else_is_left_as_it_is_and_so_are_its_pages() -> None:
    live = ResolvedProject(key="live", name="Tiny Challenge", description="", use="syn1")
    desired = compiled(projects=(live, challenge().projects[1]))
    assert not {"project.live", "acl.project.live", "wiki.live"} & desired.resources.keys()
    assert {"project.staging", "wiki.staging"} <= desired.resources.keys()
    assert desired.given["project.live"] == "syn1"


def test_a_round_whose_dates_are_not_known_waits() -> None:
    open_end = replace(window("later"), end=None)
    rounds = [item.address for item in compiled(queues=(queue(rounds=(window(), open_end)),)).of_kind(Kind.ROUND)]
    assert rounds == ["round.leaderboard/task/1"]


def test_a_view_that_is_shared_shows_no_metric_that_a_queue_withholds() -> None:
    withholding = queue(results=replace(RESULTS, withhold=("pearson",)))
    shared = ResolvedView(
        key="board",
        name="Board",
        description="",
        queues=("leaderboard/task",),
        access={"public": "view"},
        columns=(),
        per="all",
    )
    columns = {
        str(withheld): str(compiled(queues=(item,), views=(shared,)).resources["view.board"].spec["columns"])
        for withheld, item in ((False, queue()), (True, withholding))
    }
    assert "pearson" in columns["False"]
    assert "pearson" not in columns["True"]


def test_what_is_known_only_after_apply_is_no_plain_value() -> None:
    with pytest.raises(ValueError, match="known only after apply"):
        plain(UNKNOWN)


def test_an_address_that_a_stage_does_not_have_is_not_about_to_change() -> None:
    tiny = challenge()
    live, applied = world_at(tiny, "draft", BEFORE)
    desired = compile_challenge(tiny, "draft", BEFORE)
    assert not about_to_change(desired, live, applied, Options())("queue.nowhere")
    assert not about_to_change(desired, live, applied, Options())("queue.leaderboard/task")
    ours = Options(take_manifest=frozenset({"all"}))
    assert not about_to_change(desired, live, Applied(), ours)("queue.leaderboard/task")


def test_only_what_was_named_is_pulled() -> None:
    tiny = challenge()
    live, applied = world_at(tiny, "draft", BEFORE)
    moved = edited(live, "queue.leaderboard/task", description="Edited by hand.")
    known = {"team.participants": Membership(frozenset({"77"})), "team.organizers": Membership(frozenset({"78"}))}
    moved = replace(moved, memberships=known)
    plan = make_plan(tiny, moved, applied, Options())
    named = {
        address: [task.address for task in tasks(plan.plan, moved, plan.desired, frozenset({address}))]
        for address in ("queue.leaderboard/task", "team.organizers", "team.testers")
    }
    assert named == {
        "queue.leaderboard/task": ["queue.leaderboard/task"],
        "team.organizers": ["team.organizers"],
        "team.testers": [],
    }


def test_a_manifest_that_leaves_something_to_synapse_says_it_once() -> None:
    draft = Draft()
    for _ in range(2):
        draft.leave("two tables")
    assert draft.left == ["two tables"]


def test_an_access_list_names_rights_as_lists_and_passes_over_anything_else() -> None:
    acl = Resource("acl.x", Kind.ACL, {"public": ("READ",), "team.x": None})
    assert wanted_spec(acl, {"public": "273949"}) == {"273949": ("READ",)}


def test_a_queue_for_several_together_that_was_renamed_is_looked_for_by_its_old_name_alone() -> None:
    renamed = replace(queue("both", together=True), was="pair")
    assert [claim.old for claim in claims(replace(challenge(), queues=(renamed,)))] == [("queue.pair",)]


def test_rights_that_administrators_gain_are_no_harm_to_them() -> None:
    tiny = challenge()
    live, applied = world_at(tiny, "draft", BEFORE)
    team = live.ids["team.administrators"]
    acl = live.resources["acl.folder.logs"].spec[team]
    assert isinstance(acl, tuple)
    narrowed = edited(live, "acl.folder.logs", **{team: acl[:1]})
    plan = make_plan(tiny, narrowed, applied, Options()).plan
    assert [item.address for item in plan.to_do()] == ["acl.folder.logs"]


def test_entries_of_a_list_without_names_are_told_by_their_fields() -> None:
    listed = replace(queue(), inputs=({"at": BEFORE},))  # type: ignore[arg-type] # any list of entries
    told = settings_of(replace(challenge(), queues=(listed,)))["queues.leaderboard/task"]
    assert told["inputs"] == [{"at": "2027-01-01T00:00:00.000Z"}]


def test_a_queue_whose_rounds_are_all_over_takes_nothing() -> None:
    """Its rounds may never have been made, and a queue without rounds is open without limit."""
    over = queue(rounds=(window(end=RUNNING - timedelta(days=1)),))
    acl = compile_challenge(challenge("open", queues=(over,)), "open", RUNNING).resources["acl.queue.leaderboard/task"]
    assert "SUBMIT" not in acl.spec["team.participants"]  # type: ignore[operator]  # an access list


def test_pages_below_a_page_that_is_not_up_are_not_up_either() -> None:
    pages = (page(), page("rules", until=BEFORE), page("rules", "late"))
    tiny = challenge("open", wiki=ResolvedWiki(pages=pages))
    assert not [
        address for address in compile_challenge(tiny, "open", RUNNING).resources if "wiki.live/rules" in address
    ]


def someone_excepted(who: str) -> ResolvedExemption:
    return ResolvedExemption(who=who, why="late", until=RUNNING)


def test_everybody_who_is_named_anywhere_is_looked_up_by_name() -> None:
    bots = orchestrator(service_account="bot", notify="operator", unlock="keeper")
    desired = compiled(
        teams=(team("participants"), team("organizers", members=("member",), grants={"reader": "view"})),
        queues=(queue(exceptions=(someone_excepted("late-one"),), grants={"judge": "score"}),),
        orchestrators=(bots,),
    )
    assert set(desired.people.values()) == {"bot", "operator", "keeper", "member", "reader", "late-one", "judge"}


def test_everybody_who_is_named_anywhere_may_be_a_number_and_that_is_its_id() -> None:
    bots = orchestrator(service_account="1", notify="2", unlock="3")
    desired = compiled(
        teams=(team("participants"), team("organizers", members=("4",), grants={"5": "view"})),
        queues=(queue(exceptions=(someone_excepted("6"),), grants={"7": "score"}),),
        orchestrators=(bots,),
    )
    assert desired.people == {}
    assert desired.given == {f"principal.{number}": number for number in "1234567"}
    assert desired.adopt == frozenset()
