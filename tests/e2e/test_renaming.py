"""A challenge that gets another name stays itself: its projects are found by its key, and everything is renamed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from planner.plan import Action, Cause, Operation
from tests.e2e.rehearsal import Rehearsal, shown
from tests.e2e.workshop import Workshop, agreed, branched, plan_of, workshop

START = "2026-11-21T12:00:00+00:00"
GOLDEN = Path(__file__).parent / "golden" / "another-name.txt"
OLD, NEW = "Melting Points Challenge", "Boiling Points Challenge"


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """The quick start, applied once."""
    with workshop("quickstart", tmp_path_factory.mktemp("renaming"), START) as shop:
        return shop


@pytest.fixture
def shop(applied: Workshop, tmp_path: Path) -> Iterator[Workshop]:
    with branched(applied, tmp_path) as shop:
        yield shop


def renamed(item: Operation) -> bool:
    """Whether an operation does nothing but give another name."""
    return all((one.base, one.after) == (one.before, str(one.before).replace(OLD, NEW)) for one in item.changes)


def test_another_name_is_planned_as_renames_and_nothing_else(shop: Workshop) -> None:
    shop.edit("challenge.yaml", OLD, NEW)
    plan = shop.look().plan
    assert {(item.action, item.cause) for item in plan.operations} == {(Action.UPDATE, Cause.MANIFEST)}
    kinds = {str(item.kind) for item in plan.operations}
    assert kinds == {"project", "team", "queue"}
    assert all(renamed(item) for item in plan.operations), plan.operations
    assert (plan.problems, plan.drift, plan.unmanaged) == ((), (), ())
    told = {note.address for note in plan.notes if note.code == "found-by-key"}
    assert told == {"project.live", "project.staging"}


def test_the_plan_of_another_name_reads_as_agreed(shop: Workshop) -> None:
    shop.edit("challenge.yaml", OLD, NEW)
    if os.environ.get("GOLDEN") == "write":
        GOLDEN.write_text(_changes(shop))
    assert _changes(shop) == GOLDEN.read_text()


def _changes(shop: Workshop) -> str:
    """The plan without the files of the orchestrator, which stand somewhere else each time."""
    return plan_of(shop).partition("\nFiles")[0]


def test_after_another_name_everything_is_what_it_was_and_nothing_is_left_to_do(shop: Workshop) -> None:
    before = shop.ids
    shop.edit("challenge.yaml", OLD, NEW)
    begun = len(shop.one.writes())
    shop.apply()
    look = shop.look()
    assert look.plan.empty, shown(look)
    assert dict(look.world.live.ids) == before
    assert {note.code for note in look.plan.notes} == set()
    # The lock was taken on the project of the old name, before anything else was written.
    assert shop.one.writes()[begun] == "/repo/v1/entity/{id}/annotations2"
    agreed(shop)


@pytest.mark.prove
def test_the_name_of_one_project_alone_may_change(shop: Workshop) -> None:
    said = "projects: { staging: { name: The Workbench } }\nteams:"
    shop.edit("challenge.yaml", "teams:", said)
    plan = shop.look().plan
    assert {item.address: item.action for item in plan.operations} == {"project.staging": Action.UPDATE}
    shop.apply()
    shop.edit("challenge.yaml", "The Workbench", "The Bench")
    assert {item.address for item in shop.look().plan.operations} == {"project.staging"}


@pytest.mark.prove
def test_before_the_live_project_pointed_home_the_usual_name_led_there(shop: Workshop) -> None:
    with shop.one.api() as api:
        path = f"/entity/{shop.ids['project.live']}/annotations2"
        found = api.get(path).json()
        del found["annotations"]["challengeHome"]
        assert api.put(path, json=found).status_code == 200
    shop.edit("challenge.yaml", OLD, NEW)
    plan = shop.look().plan
    assert {item.action for item in plan.operations} == {Action.UPDATE}
    assert "annotations.project.live" in {item.address for item in plan.operations}


def test_a_stranger_who_has_the_new_name_is_told_and_the_rest_is_renamed(shop: Workshop) -> None:
    body = {"concreteType": "org.sagebionetworks.repo.model.Project", "name": NEW}
    with shop.one.api("example-stranger") as api:
        assert api.post("/entity", json=body).status_code == 201
    shop.edit("challenge.yaml", OLD, NEW)
    plan = shop.look().plan
    assert [(item.code, item.address) for item in plan.problems] == [("name-taken", "project.live")]
    touched = {item.address: item.action for item in plan.operations}
    assert "project.live" not in touched
    assert touched["project.staging"] is Action.UPDATE
    assert set(touched.values()) == {Action.UPDATE}


@pytest.mark.prove
def test_a_stranger_who_has_the_new_name_of_a_team_is_told(shop: Workshop) -> None:
    with shop.one.api("example-stranger") as api:
        assert api.post("/team", json={"name": f"{NEW} Organizers"}).status_code == 201
    shop.edit("challenge.yaml", OLD, NEW)
    plan = shop.look().plan
    assert [(item.code, item.address) for item in plan.problems] == [("name-taken", "team.organizers")]
    assert {item.action for item in plan.operations} == {Action.UPDATE}


def test_without_a_ledger_no_name_is_changed(shop: Workshop) -> None:
    with shop.one.api() as api:
        folder = shop.ids["folder.ledger"]
        child = api.post("/entity/child", json={"parentId": folder, "entityName": "ledger.json"}).json()["id"]
        assert api.delete(f"/entity/{child}").status_code == 204
    shop.edit("challenge.yaml", OLD, NEW)
    codes = {item.code: item for item in shop.look().plan.problems}
    assert codes["renamed-unremembered"].address is None
    shop.edit("challenge.yaml", NEW, OLD)
    shop.apply()
    shop.edit("challenge.yaml", OLD, NEW)
    assert {item.action for item in shop.look().plan.operations} == {Action.UPDATE}


@pytest.mark.prove
def test_another_manifest_with_a_key_of_its_own_is_another_challenge(shop: Workshop) -> None:
    shop.edit("challenge.yaml", OLD, NEW)
    shop.edit("challenge.yaml", "key: melting-points ", "key: melting-points-2 ")
    plan = shop.look().plan
    assert not {item.address for item in plan.operations} & set(shop.look().world.live.resources)


@pytest.mark.prove
@pytest.mark.parametrize("layout", ["two-projects", "one-project"])
@pytest.mark.parametrize("stage", ["draft", "preregistration", "open"])
def test_a_name_may_change_in_every_layout_and_stage(tmp_path: Path, stage: str, layout: str) -> None:
    def prepare(files: Path) -> None:
        manifest = files / "challenge.yaml"
        text = manifest.read_text()
        manifest.write_text(text.replace("  stage: draft", f"  layout: {layout}\n  stage: draft"))

    with workshop("quickstart", tmp_path, "2027-03-04T12:00:00+00:00", prepare) as shop:
        shop.now().upload_truths()
        shop.now().accept_invitations()
        shop.edit("challenge.yaml", "stage: draft", f"stage: {stage}")
        shop.apply()
        ids = dict(shop.look().world.live.ids)
        shop.edit("challenge.yaml", OLD, NEW)
        plan = shop.look().plan
        assert {item.action for item in plan.operations} == {Action.UPDATE}, plan.operations
        assert plan.problems == ()
        shop.apply()
        look = shop.look()
        assert look.plan.empty, shown(look)
        assert dict(look.world.live.ids) == ids


@pytest.mark.prove
def test_an_administrator_whom_the_manifest_names_finds_it_too(shop: Workshop) -> None:
    shop.now().accept_invitations()
    shop.edit("challenge.yaml", OLD, NEW)
    colleague = replace(shop.now(), account="example-admin")
    assert _told(colleague) == ["which-project"]
    members = "administrators: { members: [example-admin"
    shop.edit("challenge.yaml", members, f"{members}, example-deployer")
    plan = replace(shop.now(), account="example-admin").look().plan
    assert plan.problems == ()
    assert {item.action for item in plan.operations if str(item.kind) != "member"} == {Action.UPDATE}


def _told(one: Rehearsal) -> list[str]:
    return [item.code for item in one.look().plan.problems if item.address is None]


@pytest.mark.prove
def test_an_administrator_adopts_what_somebody_else_made(shop: Workshop) -> None:
    shop.now().accept_invitations()
    shop.edit("challenge.yaml", OLD, NEW)
    adopted = ", ".join(f"{key}: {{ adopt: {shop.ids[f'project.{key}']} }}" for key in ("live", "staging"))
    shop.edit("challenge.yaml", "teams:", f"projects: {{ {adopted} }}\nteams:")
    plan = replace(shop.now(), account="example-admin").look().plan
    assert plan.problems == ()
    assert {item.action for item in plan.operations} == {Action.UPDATE}
