"""The order of operations: safe at every moment, and the same whatever comes in first."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from challenge_spec.pages import Attachment
from planner.applied import Applied
from planner.desired import compile_challenge
from planner.ordering import UPLOAD_STEPS, order
from planner.plan import Action, Cause, FieldChange, Operation, Part
from planner.planning import Options, make_plan
from planner.resources import LEDGER_FOLDER, Desired, Kind, Resource
from tests.planner.challenges import BEFORE, CLOSE, OPEN, RUNNING, challenge, data, page, queue, window
from tests.planner.worlds import empty_world, ready_to_open, without, world_at


def first_plan(stage: str = "draft", **said: Any) -> tuple[Operation, ...]:
    tiny = challenge(stage, **said)
    desired = compile_challenge(tiny, stage, BEFORE)
    return tuple(make_plan(tiny, empty_world(BEFORE, desired), Applied(), Options()).plan.to_do())


def positions(operations: tuple[Operation, ...]) -> dict[str, int]:
    return {item.id: number for number, item in enumerate(operations)}


def ancestors(operations: tuple[Operation, ...], id_: str) -> set[str]:
    by_id = {item.id: item for item in operations}
    found: set[str] = set()
    stack = [id_]
    while stack:
        for other in by_id[stack.pop()].depends_on:
            if other not in found:
                found.add(other)
                stack.append(other)
    return found


def test_the_home_project_and_its_restricted_folder_come_before_everything_else() -> None:
    operations = first_plan()
    early = {"project.staging", "annotations.project.staging", LEDGER_FOLDER}
    for item in operations:
        if item.id not in early:
            assert LEDGER_FOLDER in ancestors(operations, item.id), item.id


def test_nothing_comes_before_what_it_depends_on() -> None:
    operations = first_plan()
    where = positions(operations)
    assert all(where[other] < where[item.id] for item in operations for other in item.depends_on)


def test_a_queue_is_shared_only_after_its_rounds_exist() -> None:
    operations = first_plan()
    assert "round.leaderboard/task/1" in ancestors(operations, "acl.queue.leaderboard/task")


def test_a_private_folder_is_born_with_its_access_list() -> None:
    operations = {item.id: item for item in first_plan()}
    folder = operations["folder.private-data/truth"]
    assert "acl.folder.private-data/truth" in folder.carries
    assert operations["acl.folder.private-data/truth"].carried_by == folder.id


def test_the_live_site_becomes_public_only_after_its_page_is_there() -> None:
    tiny = challenge("preregistration")
    live, applied = world_at(tiny, "draft", RUNNING)
    operations = tuple(make_plan(tiny, live, applied, Options()).plan.operations)
    assert "wiki.live" in ancestors(operations, "acl.project.live")


def test_pages_that_link_to_each_other_are_made_empty_first() -> None:
    operations = {item.id: item for item in first_plan()}
    assert operations["wiki.staging"].part is Part.SHELL
    assert operations["wiki.staging/data"].part is Part.SHELL
    text = operations["wiki.staging#text"]
    assert (text.part, text.action) == (Part.TEXT, Action.UPDATE)
    assert {"wiki.staging", "wiki.staging/data"} <= set(text.depends_on)


def test_a_page_that_nothing_circles_back_to_is_made_in_one_operation() -> None:
    operations = {item.id: item for item in first_plan()}
    assert operations["wiki.staging/rules"].part is Part.WHOLE
    assert "wiki.staging/rules#text" not in operations


def test_a_page_with_a_link_to_itself_gets_its_text_later() -> None:
    wiki = replace(challenge().wiki, pages=(page(links=((),)),))
    operations = {item.id: item for item in first_plan(wiki=wiki)}
    assert operations["wiki.staging"].part is Part.WHOLE, "with one page only, a link home needs no page id"
    wiki = replace(challenge().wiki, pages=(page(links=((),)), page("data")))
    assert "wiki.staging#text" in {item.id for item in first_plan(wiki=wiki)}


def test_writes_to_one_entity_stand_in_a_row() -> None:
    operations = first_plan()
    home = [
        item
        for item in operations
        if item.address in ("project.staging", "acl.project.staging", "stage.begun", "stage.completed")
    ]
    for earlier, later in pairwise(home):
        assert earlier.id in ancestors(operations, later.id)


def test_a_round_moves_out_of_the_way_before_another_grows_into_its_place() -> None:
    two = (window("a", OPEN, RUNNING), window("b", RUNNING, CLOSE))
    moved = (window("a", OPEN, RUNNING.replace(day=20)), window("b", RUNNING.replace(day=20), CLOSE))
    tiny = challenge(queues=(queue(rounds=two),))
    live, applied = world_at(tiny, "draft", BEFORE)
    later = replace(tiny, queues=(queue(rounds=moved),))
    operations = tuple(make_plan(later, live, applied, Options()).plan.operations)
    assert [item.id for item in operations] == ["round.leaderboard/task/b", "round.leaderboard/task/a"]
    assert operations[1].depends_on == ("round.leaderboard/task/b",)


def test_taking_rights_away_waits_for_nothing() -> None:
    tiny = challenge("closed")
    live, applied = world_at(tiny, "open", RUNNING)
    broken = without(live, "round.leaderboard/task/1")
    operations = {item.id: item for item in make_plan(tiny, broken, applied, Options()).plan.operations}
    acl = operations["acl.queue.leaderboard/task"]
    assert "round.leaderboard/task/1" not in acl.depends_on


def test_taking_rights_away_waits_for_nothing_though_what_it_is_about_gets_another_name() -> None:
    queue, acl = "queue.board/task", "acl.queue.board/task"
    renamed = FieldChange("address", "acl.queue.leaderboard/task", acl, Cause.MANIFEST)
    narrowed = FieldChange("7", ("READ", "SUBMIT"), ("READ",), Cause.MANIFEST)
    resources = {
        queue: Resource(queue, Kind.QUEUE, {}),
        acl: Resource(acl, Kind.ACL, {"7": ("READ",)}, after=(queue,)),
    }
    first, second = (
        Operation(item.address, item.address, item.kind, Action.UPDATE, Part.WHOLE, Cause.MANIFEST, "", item.spec)
        for item in resources.values()
    )
    desired = Desired("tiny", "draft", "project.live", resources)
    ordered = order([first, replace(second, changes=(renamed, narrowed))], desired, frozenset())
    assert {item.id: item.depends_on for item in ordered}[acl] == ()


def test_the_launch_begins_before_anything_opens_and_is_complete_after_all_of_it() -> None:
    tiny = challenge("open")
    live, applied = ready_to_open(tiny, RUNNING)
    operations = tuple(make_plan(tiny, live, applied, Options()).plan.operations)
    for item in operations:
        if item.kind is not Kind.STAGE:
            assert "stage.begun" in ancestors(operations, item.id)
            assert item.id in ancestors(operations, "stage.completed")


def test_ranks_count_the_steps_on_the_longest_way_to_the_end() -> None:
    operations = first_plan()
    followers: dict[str, list[Operation]] = {item.id: [] for item in operations}
    for item in operations:
        for other in item.depends_on:
            followers[other].append(item)
    for item in operations:
        assert item.rank == 1 + max((other.rank for other in followers[item.id]), default=0)


def test_a_page_that_uploads_files_ranks_before_its_neighbours_without() -> None:
    wiki = replace(challenge().wiki, pages=(page(), page("plain"), page("shown", attachments=(IMAGE,))))
    ranks = {item.id: item.rank for item in first_plan(wiki=wiki)}
    assert ranks["wiki.staging/shown"] == ranks["wiki.staging/plain"] + UPLOAD_STEPS


IMAGE = Attachment(name="plot.png", path=Path("plot.png"), md5="0" * 32, size=4)


def rank_of_an_edit(text: str, *images: Attachment) -> int:
    """The rank of the one operation that follows when a page that shows an image is edited."""
    pages = [
        replace(challenge().wiki, pages=(page(text=said, attachments=files),))
        for said, files in (
            ("Words.", (IMAGE,)),
            (text, images),
        )
    ]
    live, applied = world_at(challenge(wiki=pages[0]), "draft", BEFORE)
    (operation,) = make_plan(challenge(wiki=pages[1]), live, applied, Options()).plan.operations
    return operation.rank


def test_an_edit_of_the_words_uploads_no_file_again() -> None:
    assert rank_of_an_edit("Other words.", IMAGE) == 1


def test_an_edit_of_the_files_uploads_them() -> None:
    assert rank_of_an_edit("Words.", replace(IMAGE, md5="1" * 32)) == 1 + UPLOAD_STEPS


def test_a_page_that_is_made_empty_first_uploads_its_files_with_its_text() -> None:
    ranks = []
    for files in ((), (IMAGE,)):
        wiki = replace(challenge().wiki, pages=(page(links=(("data",),)), page("data", links=((),), attachments=files)))
        ranks.append({item.id: item.rank for item in first_plan(wiki=wiki)})
    without_files, with_files = ranks
    assert with_files["wiki.staging/data#text"] == without_files["wiki.staging/data#text"] + UPLOAD_STEPS
    assert with_files["wiki.staging/data"] == without_files["wiki.staging/data"] + UPLOAD_STEPS, "once, not twice"


@pytest.mark.parametrize("stage", ["draft", "preregistration", "open"])
def test_skipping_ahead_from_nothing_makes_no_circle(stage: str) -> None:
    tiny = challenge(stage)
    desired = compile_challenge(tiny, stage, RUNNING)
    assert make_plan(tiny, empty_world(RUNNING, desired), Applied(), Options()).plan.operations


def test_a_folder_that_is_born_open_waits_for_the_stage_that_opens_it() -> None:
    live, applied = ready_to_open(challenge("open"), OPEN)
    new = data("more", "Data", "More", access={"participants": "download"})
    tiny = challenge("open", data=(*challenge().data, new))
    operations = tuple(make_plan(tiny, live, applied, Options()).plan.to_do())
    assert "stage.begun" in ancestors(operations, "folder.data/more")
