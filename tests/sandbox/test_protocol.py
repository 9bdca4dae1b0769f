"""What every call has in common: tokens, addresses, bodies, dates, errors (contract 0, 1.1)."""

from __future__ import annotations

import httpx
import pytest

from tests.sandbox.conftest import Sandbox
from tests.sandbox.making import MODEL, Client, Names, Users, make_project

ERROR = f"{MODEL}ErrorResponse"
JSON = {"Content-Type": "application/json; charset=UTF-8"}


@pytest.fixture
def organizer(api: Users) -> Client:
    return api("organizer")


@pytest.fixture
def raw(sandbox: Sandbox) -> httpx.Client:
    """Plain HTTP as the organizer, for what a JSON client can't send."""
    return httpx.Client(
        base_url=f"{sandbox.url}/repo/v1", headers={"Authorization": f"Bearer {sandbox.tokens['organizer']}"}
    )


def test_an_unknown_address_is_404_in_the_words_of_synapse(organizer: Client) -> None:
    answer = organizer.get("/no/such/thing")
    assert answer.status == 404
    assert answer.body == {
        "concreteType": ERROR,
        "reason": "GET was not found. Please reference API documentation at https://rest-docs.synapse.org/rest/",
    }


def test_the_bare_endpoints_answer_404_with_a_reason(organizer: Client) -> None:
    assert [organizer.get(path).status for path in ("/repo/v1/", "/file/v1/", "/auth/v1/")] == [404, 404, 404]


def test_a_wrong_method_is_405(organizer: Client) -> None:
    assert organizer.delete("/version").status == 405


def test_a_call_that_is_known_but_not_served_is_501_and_names_itself(organizer: Client) -> None:
    answer = organizer.get("/entity/syn1/sts")
    assert answer.status == 501
    assert "GET /repo/v1/entity/{id}/sts" in answer.reason


def test_a_trailing_slash_is_tolerated(organizer: Client) -> None:
    assert organizer.get("/userProfile/").status == 200


def test_a_bad_token_is_401_also_where_anonymous_may_go(sandbox: Sandbox) -> None:
    answer = httpx.get(f"{sandbox.url}/repo/v1/userProfile", headers={"Authorization": "Bearer nonsense"})
    assert answer.status_code == 401
    assert answer.json()["reason"] == "Invalid access token"
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="Synapse Repository Services"'


def test_the_legacy_session_token_header_signs_in_too(sandbox: Sandbox) -> None:
    answer = httpx.get(f"{sandbox.url}/repo/v1/userProfile", headers={"sessionToken": sandbox.tokens["organizer"]})
    assert answer.json()["userName"] == "organizer"


def test_no_token_is_anonymous(api: Users) -> None:
    assert api().get("/userProfile").body["userName"] == "anonymous"


def test_terms_of_use_must_be_signed_before_almost_anything(api: Users) -> None:
    unsigned = api("unsigned")
    assert unsigned.get("/user/bundle", mask=1).reason == "Terms of use have not been signed."
    assert unsigned.get("/userProfile").status == 200
    assert unsigned.get("/auth/v1/termsOfUse2/status").body["userCurrentTermsOfServiceState"] == "MUST_AGREE_NOW"
    assert unsigned.post("/auth/v1/termsOfUse2", {}).status == 204
    assert unsigned.get("/user/bundle", mask=1).status == 200


def test_a_token_without_the_scope_is_403(sandbox: Sandbox, organizer: Client) -> None:
    token = organizer.ok("POST", "/auth/v1/personalAccessToken", {"name": "view alone", "scope": ["view"]})["token"]
    viewer = httpx.Client(base_url=f"{sandbox.url}/repo/v1", headers={"Authorization": f"Bearer {token}"})
    assert viewer.get("/userProfile").status_code == 200
    refused = viewer.post("/entity", content=b"{}", headers=JSON)
    assert refused.status_code == 403
    assert refused.json()["reason"] == "Request lacks scope(s) required by this service: modify"


def test_a_deleted_token_no_longer_signs_in(sandbox: Sandbox, organizer: Client) -> None:
    token = organizer.ok("POST", "/auth/v1/personalAccessToken", {"name": "short-lived"})["token"]
    records = organizer.ok("GET", "/auth/v1/personalAccessToken")["results"]
    record = next(record for record in records if record["name"] == "short-lived")
    assert "authorize" not in record["scopes"]
    assert organizer.delete(f"/auth/v1/personalAccessToken/{record['id']}").status == 200
    answer = httpx.get(f"{sandbox.url}/repo/v1/userProfile", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401


def test_a_body_must_say_that_it_is_json(raw: httpx.Client) -> None:
    assert raw.post("/entity", content=b"{}", headers={"Content-Type": "text/plain"}).status_code == 415


def test_a_body_that_is_no_json_object_is_400(raw: httpx.Client) -> None:
    assert [raw.post("/entity", content=text, headers=JSON).status_code for text in (b"{", b"[]", b"3")] == [400] * 3


def test_a_body_beyond_two_mebibytes_is_413_in_the_short_form_of_a_filter(raw: httpx.Client) -> None:
    answer = raw.post("/entity", content=b" " * (2097152 + 1), headers=JSON)
    assert answer.status_code == 413
    assert answer.json() == {"reason": "Request size exceeded maximum number of bytes: 2097152"}


def test_without_a_charset_a_body_is_read_as_latin_1(raw: httpx.Client, unique: Names) -> None:
    body = f'{{"concreteType": "{MODEL}Project", "name": "{unique("charset")}", "description": "é"}}'.encode()
    answer = raw.post("/entity", content=body, headers={"Content-Type": "application/json"})
    assert answer.json()["description"] == "Ã©"


def test_with_a_charset_a_body_is_read_as_it_says(raw: httpx.Client, unique: Names) -> None:
    body = f'{{"concreteType": "{MODEL}Project", "name": "{unique("charset")}", "description": "é"}}'.encode()
    assert raw.post("/entity", content=body, headers=JSON).json()["description"] == "é"


def test_unknown_members_vanish_without_a_word_and_nulls_are_absent(organizer: Client, unique: Names) -> None:
    body = {"concreteType": f"{MODEL}Project", "name": unique("extra"), "descripton": "typo", "description": None}
    project = organizer.ok("POST", "/entity", body)
    assert "descripton" not in project
    assert "description" not in project


def test_dates_have_three_digits_and_a_literal_z(organizer: Client, unique: Names) -> None:
    created = make_project(organizer, unique("dated"))["createdOn"]
    assert created.endswith("Z")
    assert len(created) == len("2027-01-01T00:00:00.000Z")


def test_an_error_is_plain_text_for_who_accepts_only_that(raw: httpx.Client) -> None:
    answer = raw.get("/entity/syn1", headers={"Accept": "text/plain"})
    assert answer.text == "Resource: 'syn1' does not exist"
    assert answer.headers["Content-Type"].startswith("text/plain")


def test_answers_are_labelled_utf_8_and_empty_ones_not_at_all(organizer: Client, raw: httpx.Client) -> None:
    assert raw.get("/version").headers["Content-Type"] == "application/json;charset=UTF-8"
    empty = raw.delete("/entity/syn999999999")
    assert (empty.status_code, empty.content) == (204, b"")
    assert "Content-Type" not in empty.headers


def test_a_foreign_kind_of_entity_is_named_in_the_refusal(organizer: Client) -> None:
    assert organizer.post("/entity", {"name": "x"}).reason.startswith("Missing 'concreteType' property")
    assert organizer.post("/entity", {"concreteType": "Nonsense"}).reason == "Unknown concreteType : 'Nonsense'"
