"""Answers fit Synapse's own model schemas: every answer of every test beside this one is held against them."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from synapse_sandbox.services import ROUTES
from tests.sandbox.answers import answer_class, complaints
from tests.sandbox.models import REFERENCE, Models


@pytest.fixture(scope="module")
def models() -> Models:
    if not REFERENCE.is_dir():
        pytest.skip(f"the schemas lie beside the checkout only where the project is built: {REFERENCE} isn't there")
    return Models(REFERENCE)


SERVED = [route for route in ROUTES if not isinstance(route.handler, partial)]


def test_every_route_has_a_class_of_answers() -> None:
    told = {f"{route.method} {route.template}": answer_class(route.method, route.template) for route in SERVED}
    assert [route for route, answer in told.items() if answer is None] == []


def test_every_class_of_answers_is_a_schema(models: Models) -> None:
    answers = {answer_class(route.method, route.template) or "-" for route in SERVED} - {"-", "Bool"}
    assert [models.name_of(answer.rpartition(" ")[2]) for answer in sorted(answers)]


TEAM = {"id": "1", "name": "us", "canPublicJoin": True, "createdOn": "2027-01-01T00:00:00.000Z"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, []),
        ({"colour": "red"}, [".colour: org.sagebionetworks.repo.model.Team has no such member"]),
        ({"canPublicJoin": "yes"}, [".canPublicJoin: 'yes' is no boolean"]),
        ({"createdOn": "2027-01-01T00:00:00Z"}, [".createdOn: '2027-01-01T00:00:00Z' is no date-time"]),
        ({"id": 1}, [".id: 1 is no string"]),
    ],
)
def test_what_does_not_fit_is_told_with_its_place(models: Models, change: dict[str, Any], said: list[str]) -> None:
    body = TEAM | change
    assert list(complaints(models, "model.Team", body)) == [f"answer{one}" for one in said]
    page = {"totalNumberOfResults": 1, "results": [body]}
    assert list(complaints(models, "Page model.Team", page)) == [f"answer.results[0]{one}" for one in said]


@pytest.mark.parametrize(
    ("answer", "body", "said"),
    [
        ("Entity", {"name": "untyped"}, ["answer: says not which org.sagebionetworks.repo.model.Entity it is"]),
        ("EvaluationRoundLimit", {"limitType": "TOTAL"}, ["answer.maximumSubmissions: is missing"]),
        ("AliasType", "NICKNAME", ["answer: 'NICKNAME' is no org.sagebionetworks.repo.model.principal.AliasType"]),
        ("Bool", {"result": "true"}, ["answer: {'result': 'true'} is no BooleanResult"]),
        ("List model.Team", {"list": [], "more": 1}, ["answer.more: a List has no such member"]),
    ],
)
def test_each_kind_of_class_is_held_to_its_rules(models: Models, answer: str, body: Any, said: list[str]) -> None:
    assert list(complaints(models, answer, body)) == said


def test_inheritance_is_followed_from_interface_to_class(tmp_path: Path) -> None:
    schemas = {
        "a.Named": {
            "type": "interface",
            "properties": {"concreteType": {"type": "string"}, "name": {"type": "string"}},
        },
        "a.Dog": {"implements": [{"$ref": "a.Named"}], "properties": {"legs": {"type": "integer"}}},
        "a.Cat": {"properties": {"concreteType": {"type": "string"}}},
    }
    (tmp_path / "a").mkdir()
    for name, schema in schemas.items():
        (tmp_path / f"{name.replace('.', '/')}.json").write_text(json.dumps(schema))
    models = Models(tmp_path)
    assert list(models.complaints({"concreteType": "a.Dog", "name": "x", "legs": 4}, "a.Named")) == []
    assert list(models.complaints({"concreteType": "a.Cat"}, "a.Named")) == ["answer: a.Cat is no a.Named"]
    assert list(models.complaints({"concreteType": "a.Dog", "legs": 4.5}, "a.Named")) == [
        "answer.legs: 4.5 is no integer"
    ]
