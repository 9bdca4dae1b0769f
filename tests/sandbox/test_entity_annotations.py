"""Annotations of entities (contract 2.8)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.making import Client, Json, Names, Users, id_of, make_project, share_entity


@pytest.fixture
def organizer(api: Users) -> Client:
    return api("organizer")


@pytest.fixture
def project(organizer: Client, unique: Names) -> Json:
    return make_project(organizer, unique("project"))


def note(kind: str, *values: str) -> Json:
    return {"type": kind, "value": list(values)}


def put(client: Client, project: Json, annotations: Json) -> Any:
    body = {**client.ok("GET", f"/entity/{project['id']}/annotations2"), "annotations": annotations}
    return client.put(f"/entity/{project['id']}/annotations2", body)


def test_a_new_entity_has_an_empty_map_under_its_own_etag(organizer: Client, project: Json) -> None:
    expected = {"id": project["id"], "etag": project["etag"], "annotations": {}}
    assert organizer.ok("GET", f"/entity/{project['id']}/annotations2") == expected


def test_a_put_replaces_the_map_and_renews_the_entitys_etag(organizer: Client, project: Json) -> None:
    put(organizer, project, {"gone": note("STRING", "x")})
    written = put(organizer, project, {"kept": note("LONG", "1", "2")}).body
    assert written["annotations"] == {"kept": note("LONG", "1", "2")}
    assert written["etag"] == organizer.ok("GET", f"/entity/{project['id']}")["etag"] != project["etag"]


def test_any_change_of_the_entity_makes_the_etag_stale(organizer: Client, project: Json) -> None:
    body = organizer.ok("GET", f"/entity/{project['id']}/annotations2")
    share_entity(organizer, project["id"], 273949, "READ")
    assert organizer.put(f"/entity/{project['id']}/annotations2", body).status == 412


def test_an_update_of_the_entity_keeps_annotations(organizer: Client, project: Json) -> None:
    put(organizer, project, {"kept": note("STRING", "x")})
    organizer.ok("PUT", f"/entity/{project['id']}", organizer.ok("GET", f"/entity/{project['id']}"))
    assert organizer.ok("GET", f"/entity/{project['id']}/annotations2")["annotations"] == {"kept": note("STRING", "x")}


def test_empty_lists_are_dropped(organizer: Client, project: Json) -> None:
    written = put(organizer, project, {"empty": note("STRING"), "full": note("STRING", "")})
    assert written.body["annotations"] == {"full": note("STRING", "")}


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("LONG", ["0", "-5", "9223372036854775807"], ["1.0", "x", "", "9223372036854775808"]),
        ("TIMESTAMP_MS", ["1798761600000"], ["2027-01-01"]),
        ("DOUBLE", ["1", "1.5", "-2e-3", "nan", "Infinity", "-inf"], ["x", "1,5"]),
        ("BOOLEAN", ["true", "FALSE"], ["yes", "1"]),
    ],
)
def test_values_must_fit_their_type(
    organizer: Client, project: Json, kind: str, good: list[str], bad: list[str]
) -> None:
    assert put(organizer, project, {"key": note(kind, *good)}).status == 200
    for value in bad:
        refused = put(organizer, project, {"key": note(kind, value)})
        assert refused.status == 400
        assert refused.reason == f"Value associated with key=key is not valid for type={kind}: {value}"


@pytest.mark.parametrize("key", ["with blank", "hy-phen", "", "é", "_accessRequirementIds"])
def test_keys_are_letters_digits_comma_underscore_and_dot(organizer: Client, project: Json, key: str) -> None:
    assert put(organizer, project, {key: note("STRING", "x")}).status == 400


def test_at_most_100_keys_and_100_values(organizer: Client, project: Json) -> None:
    many = put(organizer, project, {f"k{number}": note("STRING", "x") for number in range(101)})
    assert many.reason == "Exceeded maximum number of annotation keys: 100"
    assert put(organizer, project, {"k": note("STRING", *["x"] * 101)}).status == 400
    assert put(organizer, project, {"k": note("STRING", *["x"] * 100)}).status == 200


def test_type_and_value_are_compulsory(organizer: Client, project: Json) -> None:
    refused = put(organizer, project, {"key": {"value": ["x"]}})
    assert refused.reason == "Property: 'type' is required and cannot be null"
    assert put(organizer, project, {"key": {"type": "string", "value": ["x"]}}).status == 400


def test_writing_needs_update_and_reading_read(api: Users, organizer: Client, project: Json) -> None:
    stranger = api("stranger")
    path = f"/entity/{project['id']}/annotations2"
    assert stranger.get(path).status == 403
    share_entity(organizer, project["id"], id_of(stranger), "READ")
    refused = stranger.put(path, stranger.ok("GET", path))
    assert refused.reason == "You lack UPDATE access to the requested entity."


def test_the_body_must_name_its_entity(organizer: Client, project: Json) -> None:
    body = {"etag": project["etag"], "annotations": {}}
    assert organizer.put(f"/entity/{project['id']}/annotations2", body).reason == "Annotations must have a non-null id"
