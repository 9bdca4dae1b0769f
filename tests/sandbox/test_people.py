"""Profiles, user bundles, names and principals (contract 1.3 to 1.5)."""

from __future__ import annotations

import pytest

from tests.sandbox.making import Client, Users, id_of


@pytest.fixture
def organizer(api: Users) -> Client:
    return api("organizer")


def test_the_own_profile_shows_private_fields_and_others_see_public_ones(api: Users, organizer: Client) -> None:
    own = organizer.ok("GET", "/userProfile")
    seen = api("stranger").ok("GET", f"/userProfile/{own['ownerId']}")
    assert own["emails"] == ["organizer@example.org"]
    assert seen == {"ownerId": own["ownerId"], "userName": "organizer", "createdOn": own["createdOn"]}


def test_an_unknown_profile_is_404_and_a_wrong_id_400(organizer: Client) -> None:
    assert organizer.get("/userProfile/1234567").status == 404
    assert organizer.get("/userProfile/somebody").status == 400


def test_a_profile_is_changed_under_its_etag(api: Users) -> None:
    colleague = api("colleague")
    profile = colleague.ok("GET", "/userProfile")
    changed = colleague.ok("PUT", "/userProfile", {**profile, "firstName": "Co", "lastName": "League"})
    assert changed["firstName"] == "Co"
    assert changed["etag"] != profile["etag"]
    assert colleague.put("/userProfile", {**profile, "firstName": "Again"}).status == 412


def test_many_profiles_are_read_at_once(api: Users, organizer: Client) -> None:
    ids = [str(id_of(api(name))) for name in ("colleague", "participant")]
    listed = organizer.ok("POST", "/userProfile", {"list": ids})["list"]
    assert [profile["ownerId"] for profile in listed] == ids
    assert all("emails" not in profile for profile in listed)


def test_nobody_changes_the_profile_of_another(api: Users, organizer: Client) -> None:
    profile = api("stranger").ok("GET", "/userProfile")
    assert organizer.put("/userProfile", profile).status == 403


def test_a_user_name_that_somebody_holds_in_another_spelling_is_taken(api: Users) -> None:
    stranger = api("stranger")
    profile = stranger.ok("GET", "/userProfile")
    assert stranger.put("/userProfile", {**profile, "userName": "Organ.Izer"}).status == 409


def test_the_bundle_holds_what_the_mask_asks_for(organizer: Client) -> None:
    bundle = organizer.ok("GET", "/user/bundle", mask=0x8 | 0x20)
    assert bundle == {"userId": str(id_of(organizer)), "isCertified": True, "isACTMember": False}


def test_the_act_is_recognised_by_its_group(api: Users) -> None:
    assert api("reviewer").ok("GET", "/user/bundle", mask=0x20)["isACTMember"] is True


def test_certification_reads_as_a_passing_record_or_404(api: Users, organizer: Client) -> None:
    passed = organizer.ok("GET", f"/user/{id_of(organizer)}/certifiedUserPassingRecord")
    assert passed["passed"] is True
    assert organizer.get(f"/user/{id_of(api('newcomer'))}/certifiedUserPassingRecord").status == 404


def test_aliases_resolve_exactly_and_unknown_names_are_left_out(organizer: Client) -> None:
    answer = organizer.ok("POST", "/userGroupHeaders/aliases", {"list": ["Organizer", "organ", "nobody-here"]})
    assert [header["userName"] for header in answer["list"]] == ["organizer"]
    assert answer["list"][0]["isIndividual"] is True


def test_a_look_up_of_aliases_takes_1_to_100(organizer: Client) -> None:
    path = "/userGroupHeaders/aliases"
    assert organizer.post(path, {"list": []}).reason == "Request must include at least one alias."
    assert organizer.post(path, {"list": ["x"] * 101}).reason == "Request exceeds the maximum number of 100 aliases."


def test_a_batch_keeps_the_order_and_leaves_unknown_ids_out(api: Users, organizer: Client) -> None:
    one, two = id_of(organizer), id_of(api("colleague"))
    answer = organizer.ok("GET", "/userGroupHeaders/batch", ids=f"{two},999,{one}")
    assert [header["ownerId"] for header in answer["children"]] == [str(two), str(one)]


def test_the_prefix_search_finds_more_than_the_exact_name(organizer: Client) -> None:
    answer = organizer.ok("GET", "/userGroupHeaders", prefix="re")
    assert [header["userName"] for header in answer["children"]] == ["reviewer"]


def test_the_prefix_search_ends_with_an_empty_page(organizer: Client) -> None:
    assert organizer.ok("GET", "/userGroupHeaders", prefix="re", offset=20)["children"] == []


def test_a_principal_is_found_by_user_name_alone(organizer: Client) -> None:
    found = organizer.ok("POST", "/principal/alias", {"alias": "organizer", "type": "USER_NAME"})
    assert found == {"principalId": id_of(organizer)}
    missing = organizer.post("/principal/alias", {"alias": "nobody-here", "type": "USER_NAME"})
    assert (missing.status, missing.reason) == (404, "Alias: 'nobody-here' of type: 'USER_NAME' does not exist")
    wrong = organizer.post("/principal/alias", {"alias": "organizer", "type": "TEAM_NAME"})
    assert (wrong.status, wrong.reason) == (400, "Unsupported alias type TEAM_NAME")


@pytest.mark.parametrize(
    ("alias", "kind", "valid", "available"),
    [
        ("free-name", "USER_NAME", True, True),
        ("ORGANIZER", "TEAM_NAME", True, False),
        ("no blanks", "USER_NAME", False, False),
        ("R+D", "TEAM_NAME", False, False),
    ],
)
def test_a_name_is_told_to_be_valid_and_available(
    organizer: Client, alias: str, kind: str, valid: bool, available: bool
) -> None:
    answer = organizer.post("/principal/available", {"alias": alias, "type": kind})
    assert (answer.status, answer.body) == (201, {"valid": valid, "available": available})


def test_version_and_status_need_no_token(api: Users) -> None:
    assert api().ok("GET", "/version")["stackInstance"] == "local"
    assert api().ok("GET", "/status")["status"] == "READ_WRITE"
