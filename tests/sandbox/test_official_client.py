"""The unmodified official client at work on entities: what it demands of a server (contract 12.1)."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from synapseclient import Synapse
from synapseclient.core.exceptions import SynapseAuthenticationError, SynapseHTTPError
from synapseclient.models import DockerRepository, File, Folder, Link, Project

from synapse_sandbox.server import running
from tests.sandbox.conftest import Sandbox, signed_in

Names = Callable[[str], str]
PUBLIC = 273949


@pytest.fixture
def project(client: Synapse, unique: Names) -> Project:
    return Project(name=unique("client")).store(synapse_client=client)


def test_signing_in_with_a_bad_token_is_refused(sandbox: Sandbox, client: Synapse) -> None:
    other = Synapse(
        repoEndpoint=client.repoEndpoint,
        authEndpoint=client.authEndpoint,
        fileHandleEndpoint=client.fileHandleEndpoint,
        portalEndpoint=client.portalEndpoint,
        silent=True,
        cache_client=False,
        skip_checks=True,
        configPath=client.configPath,
    )
    with pytest.raises(SynapseAuthenticationError):
        other.login(authToken="nonsense", silent=True)


def test_the_root_checks_of_a_client_pass(client: Synapse) -> None:
    for endpoint in (client.repoEndpoint, client.authEndpoint, client.fileHandleEndpoint):
        answer = client._requests_session.get(endpoint, allow_redirects=False)  # noqa: SLF001 -- what the client does
        assert answer.status_code == 404


def test_a_project_is_stored_once_and_found_by_name(client: Synapse, project: Project) -> None:
    again = Project(name=project.name, description="found").store(synapse_client=client)
    assert (again.id, again.description) == (project.id, "found")


def test_annotations_survive_the_way_there_and_back(client: Synapse, unique: Names) -> None:
    notes: dict[str, Any] = {"text": ["a", "b"], "count": [1], "ratio": [1.5], "yes": [True]}
    stored = Project(name=unique("annotated"), annotations=notes).store(synapse_client=client)
    assert Project(id=stored.id).get(synapse_client=client).annotations == notes


def test_a_small_file_goes_up_and_comes_down(client: Synapse, project: Project, tmp_path: Path) -> None:
    source = tmp_path / "small.txt"
    source.write_text("small")
    stored = File(path=str(source), parent_id=project.id).store(synapse_client=client)
    client.cache.purge(after_date=0)
    found = File(id=stored.id, path=str(tmp_path / "down")).get(synapse_client=client)
    assert Path(found.path).read_text() == "small"
    assert found.version_number == 1


def test_a_file_above_8_mebibytes_comes_down_in_ranges(client: Synapse, project: Project, tmp_path: Path) -> None:
    source = tmp_path / "large.bin"
    source.write_bytes(os.urandom(9 * 1024 * 1024))
    stored = File(path=str(source), parent_id=project.id).store(synapse_client=client)
    client.cache.purge(after_date=0)
    found = File(id=stored.id, path=str(tmp_path / "down")).get(synapse_client=client)
    assert Path(found.path).read_bytes() == source.read_bytes()


def test_a_changed_file_becomes_a_version_and_an_unchanged_one_does_not(
    client: Synapse, project: Project, tmp_path: Path
) -> None:
    source = tmp_path / "versions.txt"
    versions = []
    for moment, text in enumerate(("one", "one", "two")):
        source.write_text(text)
        os.utime(source, (moment, moment))  # the client's cache takes files of the same second for the same
        versions.append(File(path=str(source), parent_id=project.id).store(synapse_client=client).version_number)
    assert versions == [1, 1, 2]


def test_an_external_url_is_stored_as_such(client: Synapse, project: Project) -> None:
    url = "https://example.org/data.csv"
    file = File(external_url=url, name="data.csv", parent_id=project.id, synapse_store=False)
    stored = file.store(synapse_client=client)
    found = File(id=stored.id, download_file=False).get(synapse_client=client)
    assert (found.external_url, found.file_handle.content_size) == (url, None)


def test_a_link_points_at_its_target(client: Synapse, project: Project) -> None:
    folder = Folder(name="target", parent_id=project.id).store(synapse_client=client)
    link = Link(name="link", parent_id=project.id, target_id=folder.id).store(synapse_client=client)
    found = Link(id=link.id).get(follow_link=False, synapse_client=client)
    assert (found.target_id, found.links_to_class_name) == (folder.id, "org.sagebionetworks.repo.model.Folder")


def test_an_external_docker_repository_is_stored_and_read(client: Synapse, project: Project) -> None:
    repository = DockerRepository(repository_name="docker.io/org/image", parent_id=project.id)
    stored = repository.store(synapse_client=client)
    found = DockerRepository(id=stored.id).get(synapse_client=client)
    assert (found.repository_name, found.is_managed) == ("docker.io/org/image", False)


def test_permissions_are_set_read_and_taken_back(client: Synapse, project: Project) -> None:
    folder = Folder(name="shared", parent_id=project.id).store(synapse_client=client)
    folder.set_permissions(principal_id=PUBLIC, access_type=["READ"], synapse_client=client)
    assert folder.get_acl(principal_id=PUBLIC, synapse_client=client) == ["READ"]
    folder.delete_permissions(synapse_client=client, show_acl_details=False)
    assert folder.get_acl(principal_id=PUBLIC, synapse_client=client) == []
    assert folder.get_permissions(synapse_client=client).can_change_permissions is True


def test_surprise_45_a_single_hit_by_prefix_is_taken_for_the_person_meant(client: Synapse, project: Project) -> None:
    """Somebody who asks for "particip" gives rights to "participant"."""
    folder = Folder(name="guessed", parent_id=project.id).store(synapse_client=client)
    folder.set_permissions(principal_id="particip", access_type=["READ"], synapse_client=client)
    meant = client.getUserProfile("participant")["ownerId"]
    assert folder.get_acl(principal_id=meant, synapse_client=client) == ["READ"]


def test_a_throttled_client_repeats_until_it_is_answered(tmp_path: Path) -> None:
    """Five connections where three are allowed: 429 is normal, and the client's repetitions absorb it (surprise 31)."""
    log = tmp_path / "log.jsonl"
    with running(tmp_path / "data", ["busy:token-busy"], throttle=True, latency_ms=20, access_log=log) as url:
        client = signed_in(url, "token-busy", tmp_path)
        names = [f"project {number}" for number in range(8)]

        async def all_at_once() -> list[Any]:
            return await asyncio.gather(*(Project(name=name).store_async(synapse_client=client) for name in names))

        stored = asyncio.run(all_at_once())
    assert len({project.id for project in stored}) == len(names)
    assert 429 in {json.loads(line)["status"] for line in log.read_text().splitlines()}


def test_a_tree_is_walked(client: Synapse, project: Project, tmp_path: Path) -> None:
    outer = Folder(name="outer", parent_id=project.id).store(synapse_client=client)
    Folder(name="inner", parent_id=outer.id).store(synapse_client=client)
    source = tmp_path / "leaf.txt"
    source.write_text("leaf")
    File(path=str(source), parent_id=outer.id).store(synapse_client=client)
    assert {child["name"] for child in client.getChildren(project.id)} == {"outer"}
    walked = list(Project(id=project.id).walk(synapse_client=client))
    assert {entity.name for _, folders, files in walked for entity in (*folders, *files)} == {
        "outer",
        "inner",
        "leaf.txt",
    }


def test_a_deleted_folder_is_in_the_trash_can(client: Synapse, project: Project) -> None:
    folder = Folder(name="gone", parent_id=project.id).store(synapse_client=client)
    folder.delete(synapse_client=client)
    with pytest.raises(SynapseHTTPError, match=f"Entity {folder.id} is in trash can."):
        Folder(id=folder.id).get(synapse_client=client)
