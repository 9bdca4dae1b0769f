"""Activities, what they generated, and Docker repositories (contract 2.1, 11.1)."""

from __future__ import annotations

import pytest

from tests.sandbox.making import MODEL, Client, Json, Names, Users, make_folder, make_project

DOCKER = f"{MODEL}docker.DockerRepository"
DIGEST = "sha256:" + "a" * 64


@pytest.fixture
def organizer(api: Users) -> Client:
    return api("organizer")


@pytest.fixture
def project(organizer: Client, unique: Names) -> Json:
    return make_project(organizer, unique("project"))


@pytest.fixture
def activity(organizer: Client) -> Json:
    used = [{"concreteType": f"{MODEL}provenance.UsedURL", "url": "https://example.org", "name": "source"}]
    made: Json = organizer.ok("POST", "/activity", {"name": "scoring", "used": used})
    return made


def make_repository(client: Client, parent: str, name: str) -> Json:
    made: Json = client.ok("POST", "/entity", {"concreteType": DOCKER, "parentId": parent, "repositoryName": name})
    return made


def test_an_activity_is_noted_on_an_entity_and_taken_off(organizer: Client, project: Json, activity: Json) -> None:
    path = f"/entity/{project['id']}/generatedBy"
    assert organizer.get(path).status == 404
    assert organizer.ok("PUT", path, generatedBy=activity["id"]) == activity
    assert organizer.ok("GET", f"/entity/{project['id']}")["etag"] != project["etag"]
    assert organizer.ok("GET", f"/entity/{project['id']}/version/1/generatedBy") == activity
    generated = organizer.ok("GET", f"/activity/{activity['id']}/generated")["results"]
    assert generated == [{"targetId": project["id"], "targetVersionNumber": 1}]
    assert organizer.delete(path).status == 204
    assert organizer.get(path).status == 404


def test_an_entity_may_be_created_with_its_activity(organizer: Client, project: Json, activity: Json) -> None:
    body = {"concreteType": f"{MODEL}Folder", "name": "made", "parentId": project["id"]}
    folder = organizer.ok("POST", "/entity", body, generatedBy=activity["id"])
    assert organizer.ok("GET", f"/entity/{folder['id']}/generatedBy")["id"] == activity["id"]


def test_an_activity_is_its_creators_and_changed_under_its_etag(api: Users, organizer: Client, activity: Json) -> None:
    path = f"/activity/{activity['id']}"
    assert api("stranger").get(path).status == 403
    assert api("stranger").delete(path).status == 403
    assert organizer.ok("PUT", path, {**activity, "name": "rescoring"})["name"] == "rescoring"
    assert organizer.put(path, activity).status == 412
    assert organizer.delete(path).status == 204


def test_an_external_repository_is_named_by_the_server(organizer: Client, project: Json) -> None:
    repository = make_repository(organizer, project["id"], "docker.io/org/image")
    assert (repository["repositoryName"], repository["isManaged"]) == ("docker.io/org/image", False)
    assert repository["name"] == repository["id"]


def test_repositories_live_in_projects_under_legal_names(organizer: Client, project: Json) -> None:
    folder = make_folder(organizer, "folder", project["id"])
    body = {"concreteType": DOCKER, "parentId": project["id"], "repositoryName": "docker.io/org/image"}
    assert organizer.post("/entity", {**body, "parentId": folder["id"]}).status == 400
    wrong = organizer.post("/entity", {**body, "repositoryName": "Org/Image!"})
    assert (wrong.status, wrong.reason) == (400, "Invalid repository name: Org/Image!")
    managed = organizer.post("/entity", {**body, "repositoryName": "docker.synapse.org/syn1/image"})
    assert managed.status == 400


def test_a_repository_keeps_its_repository_name(organizer: Client, project: Json) -> None:
    repository = make_repository(organizer, project["id"], "docker.io/org/kept")
    path = f"/entity/{repository['id']}"
    assert organizer.put(path, {**repository, "repositoryName": "docker.io/org/renamed"}).status == 400
    assert organizer.ok("PUT", path, {**repository, "description": "x"})["description"] == "x"


def test_the_latest_commit_of_each_tag_is_listed(organizer: Client, project: Json) -> None:
    repository = make_repository(organizer, project["id"], "docker.io/org/tagged")
    path = f"/entity/{repository['id']}"
    for tag, digest in (("v1", DIGEST), ("v2", DIGEST), ("v1", DIGEST.replace("a", "b"))):
        assert organizer.post(f"{path}/dockerCommit", {"tag": tag, "digest": digest}).status == 204
    tags = organizer.ok("GET", f"{path}/dockerTag", sort="TAG", ascending="true")["results"]
    assert [(item["tag"], item["digest"][-1]) for item in tags] == [("v1", "b"), ("v2", "a")]
    assert organizer.ok("GET", f"{path}/dockerTag", offset=2)["results"] == []


def test_a_commit_needs_a_tag_and_a_digest(organizer: Client, project: Json) -> None:
    repository = make_repository(organizer, project["id"], "docker.io/org/strict")
    path = f"/entity/{repository['id']}/dockerCommit"
    assert organizer.post(path, {"tag": "v1"}).status == 400
    assert organizer.post(path, {"tag": "v1", "digest": "nonsense"}).status == 400
    assert organizer.post(f"/entity/{project['id']}/dockerCommit", {"tag": "v1", "digest": DIGEST}).status == 400


def test_only_managed_repositories_are_found_by_name(organizer: Client) -> None:
    assert organizer.get("/entity/dockerRepo/id", repositoryName="docker.io/org/image").status == 404
