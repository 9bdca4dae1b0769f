"""Drift out of a plan: what is kept, what the next apply puts back, and the status."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from planner.plan import Cause, Note
from planner.references import Ref, text
from planner.render import drift
from planner.render.document import document, sketch
from planner.render.spans import to_plain
from planner.render.text import render_status
from tests.planner.render.plans import field, plan, update
from tests.planner.render.scenes import SCENES, both_sides_moved, launch_held, three_edits

SCHEMA = Path(__file__).resolve().parents[3] / "schemas/drift.schema.json"
SHARED = update("acl.folder.x", field("273949", ("READ",), None, Cause.SYNAPSE), spec={"team.organizers": ("READ",)})


@pytest.mark.parametrize("scene", SCENES)
def test_every_report_keeps_to_its_schema(scene: str) -> None:
    assert json.loads(SCHEMA.read_text()) == drift.json_schema()
    found = drift.drift_of(document(SCENES[scene]()))
    jsonschema.Draft202012Validator(drift.json_schema()).validate(found.model_dump(mode="json"))
    assert found.unchanged == []


def test_without_drift_that_is_said() -> None:
    said = to_plain(drift.render(drift.drift_of(document(plan()))))
    assert "No drift. Nobody changed on Synapse what the manifest says." in said


@pytest.mark.parametrize("code", ["incomplete-read", "waits"])
def test_without_sight_of_everything_no_drift_is_said_of_what_was_seen(code: str) -> None:
    found = drift.drift_of(document(plan(notes=(Note(code, "queue.main", "is out of sight"),))))
    said = to_plain(drift.render(found))
    assert "No drift in what could be seen; the notes say what could not." in said
    assert "queue.main: is out of sight" in said


def test_what_apply_keeps_and_what_it_puts_back_are_told_apart() -> None:
    found = drift.drift_of(document(replace(both_sides_moved(), operations=(SHARED,))))
    said = to_plain(drift.render(found))
    assert found.changes == found.restored
    assert "with drift that apply keeps (1 conflict), 1 resource that the next apply puts back." in " ".join(
        said.split()
    )
    assert "The next apply puts back" in said


def test_what_the_manifest_changed_is_no_drift() -> None:
    assert drift.drift_of(document(three_edits())).restored == []


def test_a_status_tells_gates_and_drift_but_no_changes() -> None:
    said = to_plain(render_status(document(launch_held())))
    assert "Gates on the way to open" in said
    assert "+ " not in said.partition("Gates on the way")[2]


def test_a_status_tells_what_it_could_not_see() -> None:
    said = to_plain(render_status(document(plan(notes=(Note("waits", "queue.main", "is out of sight"),)))))
    assert "No changes to make to what could be seen; the notes say what could not." in said
    assert "queue.main: is out of sight" in said


def test_a_list_with_something_unknown_can_be_sketched() -> None:
    value = {"scope": (Ref("queue.new"), "1"), "text": text("see ", Ref("wiki.x"))}
    assert sketch(value, {}) == {"scope": ["{{ queue.new }}", "1"], "text": "see {{ wiki.x }}"}
