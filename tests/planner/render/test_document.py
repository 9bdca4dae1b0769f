"""The plan's JSON: complete, validated, and digested so that a changed plan can't pass for the reviewed one."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pydantic import ValidationError

from planner.plan import Action, Part, Plan
from planner.references import Ref, text
from planner.render.document import digest, document, from_json, to_json
from planner.render.schema import json_schema
from tests.planner.render.plans import field, operation, plan, sharing, update
from tests.planner.render.scenes import SCENES, both_sides_moved, everything_new, launch_held, three_edits

SCHEMAS = Path(__file__).resolve().parents[3] / "schemas"


def as_data(found: Plan) -> Any:
    return json.loads(to_json(document(found)))


def test_the_published_schema_is_current() -> None:
    assert json.loads((SCHEMAS / "plan.schema.json").read_text()) == json_schema()


@pytest.mark.parametrize("scene", SCENES)
def test_documents_keep_to_the_published_schema(scene: str) -> None:
    schema = json.loads((SCHEMAS / "plan.schema.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(as_data(SCENES[scene]()))


@pytest.mark.parametrize("scene", SCENES)
def test_a_document_survives_the_way_through_a_file(scene: str) -> None:
    planned = document(SCENES[scene]())
    assert from_json(to_json(planned)) == planned


def test_what_scripts_rely_on_is_there() -> None:
    found = as_data(everything_new())
    assert found["format_version"] == "1.0"
    assert found["summary"]["create"] == 60
    assert {"digest", "changes", "drift", "gates", "outputs", "unmanaged"} <= found.keys()
    assert {"address", "kind", "action", "cause", "reason", "before", "after", "after_unknown", "depends_on"} <= found[
        "changes"
    ][0].keys()


def change(found: Plan, address: str) -> Any:
    return next(item for item in as_data(found)["changes"] if item["address"] == address)


def test_an_unknown_id_is_null_with_a_mask_beside_it() -> None:
    found = change(everything_new(), "challenge.live")
    assert found["before"] is None
    assert found["after"] == {"project": None, "team": None}
    assert found["after_unknown"] == {"project": True, "team": True}
    assert found["after_sketch"] == {"project": "{{ project.live }}", "team": "{{ team.participants }}"}


def test_the_mask_of_a_list_has_an_entry_for_each_item() -> None:
    view = operation("view.x", spec={"scope": (Ref("queue.leaderboard/similarity"), Ref("queue.new/x"))})
    found = change(plan(operations=(view,)), "view.x")
    assert found["after"] == {"scope": ["9600001", None]}
    assert found["after_unknown"] == {"scope": [False, True]}


def test_known_values_have_no_mask() -> None:
    assert change(everything_new(), "team.organizers")["after_unknown"] == {}


def test_before_is_the_live_spec_with_the_unchanged_fields_too() -> None:
    renamed = update("folder.x", field("name", "Old", "New"), spec={"name": "New", "parent": Ref("project.live")})
    found = change(plan(operations=(renamed,)), "folder.x")
    assert found["before"] == {"name": "Old", "parent": "syn1"}
    assert found["after"] == {"name": "New", "parent": "syn1"}


def test_a_principal_that_leaves_an_acl_is_in_before_only() -> None:
    acl = "acl.queue.leaderboard/similarity"
    narrowed = update(acl, field("273949", ("READ",), None), spec={"team.organizers": ("READ",)})
    found = change(plan(operations=(narrowed,)), acl)
    assert found["before"] == {"3400002": ["READ"], "273949": ["READ"]}
    assert found["after"] == {"3400002": ["READ"]}


def test_a_deletion_has_no_after() -> None:
    found = change(both_sides_moved(), "folder.old")
    assert found["before"] == {"name": "Old data"}
    assert found["after"] is None


def test_two_parts_of_a_page_are_one_change() -> None:
    spec = {"title": "Home", "text": text("Go to ", Ref("wiki.live/home"))}
    shell = operation("wiki.live/home", spec=spec, part=Part.SHELL)
    again = {"id": "wiki.live/home#text", "depends_on": ("wiki.live/home",)}
    words = operation("wiki.live/home", Action.UPDATE, spec=spec, part=Part.TEXT, **again)
    found = as_data(plan(operations=(shell, words)))
    assert [item["parts"] for item in found["changes"]] == [["shell", "text"]]
    assert found["changes"][0]["depends_on"] == []
    assert [item["id"] for item in found["operations"]] == ["wiki.live/home", "wiki.live/home#text"]


def test_held_changes_are_counted_apart() -> None:
    summary = as_data(launch_held())["summary"]
    assert (summary["update"], summary["create"], summary["held"]) == (1, 0, 5)
    assert (summary["gates_failed"], summary["gates_pending"]) == (2, 1)


def test_the_digest_does_not_move_with_time_or_wording() -> None:
    found = three_edits()
    later = replace(found, planned_at=found.planned_at + timedelta(days=3), title="Another title", outputs=())
    assert document(later).digest == document(found).digest


def test_the_digest_moves_with_what_a_gate_saw_and_not_with_its_remedy() -> None:
    found = launch_held()
    first, *others = found.gates
    seen, worded = replace(first, evidence=("something else",)), replace(first, remedy="Do something else.")
    assert document(replace(found, gates=(seen, *others))).digest != document(found).digest
    assert document(replace(found, gates=(worded, *others))).digest == document(found).digest


def test_the_digest_moves_with_the_decisions_and_with_what_is_as_wanted() -> None:
    found = three_edits()
    assert document(replace(found, options={"publish": ("all",)})).digest != document(found).digest
    assert document(replace(found, unchanged=found.unchanged[1:])).digest != document(found).digest


def test_the_digest_does_not_move_with_the_place_of_the_manifest() -> None:
    assert document(three_edits(), "here/challenge.yaml").digest == document(three_edits(), "there.yaml").digest


OTHERS = {
    "precondition": replace(three_edits().operations[0], precondition="another etag"),
    "value": update("queue.leaderboard/similarity", field("name", "Odor leaderboard", "Another name")),
    "dependency": replace(three_edits().operations[0], depends_on=("project.live",)),
    "hold": replace(three_edits().operations[0], held_by=("launch-time",)),
    "carrier": replace(three_edits().operations[0], carried_by="project.live"),
}


@pytest.mark.parametrize("what", OTHERS)
def test_the_digest_moves_with_whatever_is_carried_out(what: str) -> None:
    found = three_edits()
    changed = replace(found, operations=(OTHERS[what], *found.operations[1:]))
    assert document(changed).digest != document(found).digest


def test_the_digest_moves_with_a_gate_and_with_drift() -> None:
    found = launch_held()
    assert document(replace(found, gates=found.gates[1:])).digest != document(found).digest
    assert document(replace(found, drift=both_sides_moved().drift)).digest != document(found).digest


def test_a_text_with_other_ids_in_it_has_another_digest() -> None:
    one, two = (plan(operations=(operation("wiki.live/x", spec={"text": text("see ", Ref(a))}),)) for a in ("a", "b"))
    assert document(one).digest != document(two).digest


def test_a_document_that_was_changed_is_refused() -> None:
    data = as_data(three_edits())
    data["operations"][0]["precondition"] = "another etag"
    with pytest.raises(ValueError, match="changed after it was planned"):
        from_json(json.dumps(data))


def test_a_document_of_another_version_is_refused() -> None:
    data = as_data(three_edits()) | {"format_version": "2.0"}
    with pytest.raises(ValidationError):
        from_json(json.dumps(data))


def test_the_digest_is_of_the_contents_not_of_its_own_value() -> None:
    found = document(three_edits())
    assert digest(found.model_copy(update={"digest": "sha256:" + "f" * 64})) == found.digest


def test_an_acl_of_new_teams_is_keyed_by_their_addresses() -> None:
    found = change(plan(operations=(sharing("project.new", finalists=("READ",)),)), "acl.project.new")
    assert found["after"]["team.finalists"] == ["READ"]
    assert "3400002" in found["after"]
