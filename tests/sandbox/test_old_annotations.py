"""Annotations of entities in their first form: the same set as in the second, told differently."""

from __future__ import annotations

import pytest

from tests.sandbox.making import Client, Json, Users


def second(client: Client, entity: str, **annotations: tuple[str, list[str]]) -> Json:
    """Write annotations in the second form."""
    notes = client.ok("GET", f"/entity/{entity}/annotations2")
    notes["annotations"] = {key: {"type": kind, "value": value} for key, (kind, value) in annotations.items()}
    written: Json = client.ok("PUT", f"/entity/{entity}/annotations2", notes)
    return written


def test_each_type_has_a_map_of_its_own(organizer: Client, project: str) -> None:
    written = second(
        organizer, project, text=("STRING", ["a", "b"]), count=("LONG", ["3"]), ratio=("DOUBLE", ["0.5"]),
        due=("TIMESTAMP_MS", ["1700000000000"]), yes=("BOOLEAN", ["true"]),
    )  # fmt: skip
    told = organizer.ok("GET", f"/entity/{project}/annotations")
    assert told.pop("creationDate").endswith("Z")
    assert told == {
        "id": project,
        "etag": written["etag"],
        "stringAnnotations": {"text": ["a", "b"], "yes": ["true"]},
        "longAnnotations": {"count": [3]},
        "doubleAnnotations": {"ratio": [0.5]},
        "dateAnnotations": {"due": [1700000000000]},
        "blobAnnotations": {},
    }


def test_a_put_replaces_the_set_and_both_forms_show_it(organizer: Client, project: str) -> None:
    second(organizer, project, old=("STRING", ["x"]))
    told = organizer.ok("GET", f"/entity/{project}/annotations")
    told |= {"stringAnnotations": {"new": ["y"]}, "longAnnotations": {"count": [7]}}
    after = organizer.ok("PUT", f"/entity/{project}/annotations", told)
    assert after["etag"] != told["etag"]
    assert organizer.ok("GET", f"/entity/{project}/annotations2")["annotations"] == {
        "new": {"type": "STRING", "value": ["y"]},
        "count": {"type": "LONG", "value": ["7"]},
    }
    assert organizer.ok("GET", f"/entity/{project}/version/1/annotations")["longAnnotations"] == {"count": [7]}


def test_a_stale_etag_is_412(organizer: Client, project: str) -> None:
    told = organizer.ok("GET", f"/entity/{project}/annotations")
    second(organizer, project, newer=("STRING", ["x"]))
    assert organizer.put(f"/entity/{project}/annotations", told).status == 412


@pytest.mark.parametrize(
    "change",
    [
        {"longAnnotations": {"count": ["many"]}},
        {"stringAnnotations": {"no blank": ["x"]}},
        {"stringAnnotations": {"twice": ["x"]}, "longAnnotations": {"twice": [1]}},
        {"id": "syn1"},
    ],
)
def test_what_does_not_fit_is_400(organizer: Client, project: str, change: Json) -> None:
    told = organizer.ok("GET", f"/entity/{project}/annotations")
    assert organizer.put(f"/entity/{project}/annotations", told | change).status == 400


def test_reading_takes_read_and_writing_update(api: Users, organizer: Client, project: str) -> None:
    told = organizer.ok("GET", f"/entity/{project}/annotations")
    assert api("stranger").get(f"/entity/{project}/annotations").status == 403
    assert api("stranger").put(f"/entity/{project}/annotations", told).status == 403
