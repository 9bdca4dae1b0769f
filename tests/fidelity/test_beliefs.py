"""What docs/fidelity.md lists as believed without proof is what the sandbox really does."""

from __future__ import annotations

import hashlib

import httpx

from tests.sandbox.conftest import Sandbox
from tests.sandbox.making import MODEL, Client, Names, Users, id_of, make_queue, make_team


def test_a_project_below_the_root_by_name_has_no_acl(organizer: Client, unique: Names) -> None:
    body = {"concreteType": f"{MODEL}Project", "name": unique("rooted"), "parentId": "syn4489"}
    made = organizer.post("/entity", body)
    assert made.status == 201
    assert organizer.get(f"/entity/{made.body['id']}").status == 403


def test_a_project_with_an_acl_in_one_bundle_is_refused(organizer: Client, unique: Names) -> None:
    acl = {"resourceAccess": [{"principalId": id_of(organizer), "accessType": ["READ", "CHANGE_PERMISSIONS"]}]}
    entity = {"concreteType": f"{MODEL}Project", "name": unique("bundled")}
    assert organizer.post("/entity/bundle2/create", {"entity": entity, "accessControlList": acl}).status == 400


def test_a_round_names_its_queue_in_the_body_too(organizer: Client, project: str, unique: Names) -> None:
    queue = make_queue(organizer, unique("queue"), project)["id"]
    body = {"roundStart": "2040-01-01T00:00:00.000Z", "roundEnd": "2040-02-01T00:00:00.000Z"}
    refused = organizer.post(f"/evaluation/{queue}/round", body)
    assert (refused.status, refused.reason) == (400, "Property: 'evaluationId' is required and cannot be null")


def test_the_uncertified_create_neither_challenges_nor_queues(api: Users, unique: Names) -> None:
    newcomer = api("newcomer")
    home = newcomer.ok("POST", "/entity", {"concreteType": f"{MODEL}Project", "name": unique("home")})["id"]
    team = make_team(newcomer, unique("team"))["id"]
    for path, body in (
        ("/challenge", {"projectId": home, "participantTeamId": team}),
        ("/evaluation", {"name": unique("queue"), "contentSource": home}),
    ):
        assert newcomer.post(path, body).status == 403


def test_a_file_that_has_not_the_announced_md5_is_refused(organizer: Client) -> None:
    request = {
        "fileName": "wrong.txt",
        "contentType": "text/plain",
        "contentMD5Hex": hashlib.md5(b"announced", usedforsecurity=False).hexdigest(),
        "fileSizeBytes": len(b"announced"),
        "partSizeBytes": 5 * 1024 * 1024,
    }
    base = "/file/v1/file/multipart"
    upload = organizer.ok("POST", base, request)["uploadId"]
    batch = {"uploadId": upload, "partNumbers": [1]}
    urls = organizer.ok("POST", f"{base}/{upload}/presigned/url/batch", batch)["partPresignedUrls"]
    sent = b"different"
    httpx.put(urls[0]["uploadPresignedUrl"], content=sent).raise_for_status()
    md5 = hashlib.md5(sent, usedforsecurity=False).hexdigest()
    organizer.ok("PUT", f"{base}/{upload}/add/1", partMD5Hex=md5)
    assert organizer.put(f"{base}/{upload}/complete").status == 400


def test_a_submission_view_needs_the_right_to_read_private_submissions(
    organizer: Client, participant: Client, project: str, unique: Names
) -> None:
    queue = make_queue(organizer, unique("queue"), project)["id"]
    home = participant.ok("POST", "/entity", {"concreteType": f"{MODEL}Project", "name": unique("home")})["id"]
    body = {"concreteType": f"{MODEL}table.SubmissionView", "name": "view", "parentId": home, "scopeIds": [queue]}
    assert participant.post("/entity", body).status == 403


def test_characters_on_the_border_of_1024_bytes_break(sandbox: Sandbox, unique: Names) -> None:
    head = f'{{"name":"{unique("sliced")}","concreteType":"{MODEL}Project","description":"'
    text = head + "x" * (1023 - len(head)) + 'é"}'
    headers = {
        "Authorization": f"Bearer {sandbox.tokens['organizer']}",
        "Content-Type": "application/json; charset=UTF-8",
    }
    made = httpx.post(f"{sandbox.url}/repo/v1/entity", content=text.encode(), headers=headers).json()
    assert made["description"].endswith("x\ufffd\ufffd")


def test_numbers_and_strings_are_read_leniently(organizer: Client, unique: Names) -> None:
    body = {"concreteType": f"{MODEL}Project", "name": unique("numbers"), "description": 5}
    assert organizer.ok("POST", "/entity", body)["description"] == "5"
    refused = organizer.post("/entity", body | {"name": unique("other"), "description": ["a"]})
    assert refused.status == 400


def test_an_annotation_may_have_the_key_of_a_field(organizer: Client, project: str) -> None:
    notes = organizer.ok("GET", f"/entity/{project}/annotations2")
    notes["annotations"] = {"name": {"type": "STRING", "value": ["x"]}}
    assert organizer.put(f"/entity/{project}/annotations2", notes).status == 200


def test_a_member_may_be_invited_again(organizer: Client, unique: Names) -> None:
    team = make_team(organizer, unique("team"))["id"]
    invitation = {"teamId": team, "inviteeId": str(id_of(organizer))}
    assert organizer.post("/membershipInvitation", invitation).status == 201


def test_what_databases_refuse_is_400(organizer: Client, project: str) -> None:
    assert organizer.post(f"/entity/{project}/wiki2", {"title": "no text"}).status == 400
    acl = organizer.ok("GET", f"/entity/{project}/acl")
    acl["resourceAccess"].append({"principalId": 1234567, "accessType": ["READ"]})
    assert organizer.put(f"/entity/{project}/acl", acl).status == 400
