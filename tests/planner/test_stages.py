"""The table of stages: what it promises, and that the docs show it as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.desired import compile_challenge
from planner.references import Ref
from planner.render.stage_table import stage_page
from planner.resources import PUBLIC, SIGNED_IN, Desired, Kind
from planner.stages import STAGES, reached, way
from tests.planner.challenges import BEFORE, RUNNING, challenge, queue

OUTSIDERS = {PUBLIC, SIGNED_IN, "team.participants", "team.preregistrants"}
BEFORE_LAUNCH = ("draft", "preregistration")


def compiled(stage: str) -> Desired:
    return compile_challenge(challenge(stage), stage, RUNNING)


def submitters(desired: Desired, key: str = "leaderboard/task") -> set[str]:
    spec = desired.resources[f"acl.queue.{key}"].spec
    return {principal for principal, types in spec.items() if isinstance(types, tuple) and "SUBMIT" in types}


def test_the_page_in_the_docs_is_current() -> None:
    page = Path(__file__).parents[2] / "docs" / "stages.md"
    assert page.read_text() == stage_page(), "run `make generated`"


@pytest.mark.parametrize("stage", STAGES)
def test_participants_submit_while_the_challenge_is_open_and_never_else(stage: str) -> None:
    assert ("team.participants" in submitters(compiled(stage))) == (stage == "open")


@pytest.mark.parametrize("stage", STAGES)
def test_no_outsider_ever_reads_a_truth(stage: str) -> None:
    spec = compiled(stage).resources["acl.folder.private-data/truth"].spec
    assert not OUTSIDERS & spec.keys()


@pytest.mark.parametrize("stage", STAGES)
def test_data_reaches_participants_from_the_opening_on(stage: str) -> None:
    spec = compiled(stage).resources["acl.folder.data/training"].spec
    assert ("team.participants" in spec) == (stage not in BEFORE_LAUNCH)


@pytest.mark.parametrize("stage", STAGES)
def test_staging_is_never_public(stage: str) -> None:
    assert not OUTSIDERS & compiled(stage).resources["acl.project.staging"].spec.keys()


def test_the_live_site_shows_one_page_before_the_launch_and_all_after() -> None:
    shown = {
        stage: [item.address for item in compiled(stage).of_kind(Kind.WIKI) if ".live" in item.address]
        for stage in STAGES
    }
    assert shown["draft"] == []
    assert shown["preregistration"] == ["wiki.live"]
    assert shown["open"] == ["wiki.live", "wiki.live/data", "wiki.live/rules", "wiki.live/rules/late"]


def test_links_of_the_live_pages_lead_to_the_live_project() -> None:
    text = compiled("open").resources["wiki.live"].spec["text"]
    assert Ref("project.staging") not in getattr(text, "parts", ())
    assert Ref("project.live") in getattr(text, "parts", ())


@pytest.mark.parametrize("stage", STAGES)
def test_every_access_list_keeps_somebody_of_ours_who_can_change_it(stage: str) -> None:
    for acl in compiled(stage).of_kind(Kind.ACL):
        changers = {
            who for who, types in acl.spec.items() if isinstance(types, tuple) and "CHANGE_PERMISSIONS" in types
        }
        if not acl.address.startswith("acl.team."):
            assert {"deployer", "team.administrators"} <= changers, acl.address


@pytest.mark.parametrize("stage", STAGES)
def test_public_never_gets_more_than_read(stage: str) -> None:
    for acl in compiled(stage).of_kind(Kind.ACL):
        assert acl.spec.get(PUBLIC, ("READ",)) == ("READ",), acl.address


def test_a_queue_whose_rounds_are_not_known_yet_takes_nothing() -> None:
    desired = compile_challenge(challenge("open", queues=(queue(rounds=()),)), "open", RUNNING)
    assert "team.participants" not in submitters(desired)


def test_a_test_queue_is_open_to_testers_from_the_draft_on() -> None:
    test = queue("test/task", purpose="test", access={"testers": "submit"})
    desired = compile_challenge(challenge(queues=(test,)), "draft", BEFORE)
    assert "team.testers" in submitters(desired, "test/task")


def test_adding_a_second_sub_challenge_renames_no_address() -> None:
    one = set(compiled("draft").resources)
    both = challenge(queues=(queue(), queue("leaderboard/other", name="Tiny other")))
    assert one <= set(compile_challenge(both, "draft", RUNNING).resources)


def test_in_one_project_the_live_project_is_the_home() -> None:
    lone = challenge(layout="one-project", projects=challenge().projects[:1])
    desired = compile_challenge(lone, "draft", RUNNING)
    assert desired.home == "project.live"
    assert "project.staging" not in desired.resources


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_has_reached_itself_and_all_before_it(stage: str) -> None:
    come = STAGES.index(stage) + 1
    assert [other for other in STAGES if reached(stage, other)] == list(STAGES[:come])


def test_the_way_forward_names_every_stage_between() -> None:
    assert way(None, "open") == ("draft", "preregistration", "open")
    assert way("open", "closed") == ("closed",)
    assert way("open", "open") == ()
