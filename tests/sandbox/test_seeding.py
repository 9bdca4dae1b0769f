"""Objects under chosen ids, for tools that know some of production's ids by heart."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.sandbox.making import MODEL, Client, Names, make_project, make_team

PROJECT = f"{MODEL}Project"


def test_an_entity_gets_the_id_that_it_asks_for_and_later_ones_go_on_from_there(
    organizer: Client, unique: Names
) -> None:
    before = make_project(organizer, unique("before"))
    body = {"concreteType": PROJECT, "name": unique("template"), "id": "syn18058986"}
    assert organizer.ok("POST", "/sandbox/v1/entity", body)["id"] == "syn18058986"
    assert organizer.ok("GET", "/entity/syn18058986")["name"] == unique("template")
    after = make_project(organizer, unique("after"))
    assert int(before["id"][3:]) < 18058986 < int(after["id"][3:])


def test_a_lower_id_does_not_turn_the_count_back(organizer: Client, unique: Names) -> None:
    before = int(make_project(organizer, unique("before"))["id"][3:])
    organizer.ok("POST", "/sandbox/v1/entity", {"concreteType": PROJECT, "name": unique("low"), "id": "syn5000"})
    assert int(make_project(organizer, unique("after"))["id"][3:]) == before + 1


def test_a_team_gets_the_id_that_it_asks_for(organizer: Client, unique: Names) -> None:
    team = organizer.ok("POST", "/sandbox/v1/team", {"name": unique("staff"), "id": "3379097"})
    assert team["id"] == "3379097"
    assert organizer.ok("GET", "/team/3379097") == team
    assert int(make_team(organizer, unique("later"))["id"]) > 3379097


@pytest.mark.parametrize(("kind", "taken"), [("entity", "syn4489"), ("team", "273949")])
def test_an_id_that_is_taken_is_refused_with_409(organizer: Client, unique: Names, kind: str, taken: str) -> None:
    body = {"concreteType": PROJECT, "name": unique("again"), "id": taken}
    reply = organizer.post(f"/sandbox/v1/{kind}", body)
    assert (reply.status, reply.reason) == (409, f"The id {taken} is taken.")


def test_without_an_id_nothing_is_made(organizer: Client, unique: Names) -> None:
    reply = organizer.post("/sandbox/v1/entity", {"concreteType": PROJECT, "name": unique("nameless")})
    assert (reply.status, reply.reason) == (400, "id is required.")


def test_rights_and_names_are_those_of_the_ordinary_calls(
    organizer: Client, api: Callable[..., Client], unique: Names
) -> None:
    body = {"concreteType": PROJECT, "name": unique("ordinary"), "id": "syn7000"}
    assert api().post("/sandbox/v1/entity", body).status == 403
    organizer.ok("POST", "/sandbox/v1/entity", body)
    assert organizer.post("/sandbox/v1/entity", body | {"id": "syn7001"}).status == 409
    assert organizer.get("/entity/syn7001").status == 404
