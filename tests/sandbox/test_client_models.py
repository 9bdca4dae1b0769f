"""The unmodified official client's models of what lies in a project, synchronous and asynchronous (contract 12.1)."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from synapseclient.core.exceptions import SynapseHTTPError
from synapseclient.models import (
    Activity,
    Column,
    ColumnType,
    DockerRepository,
    EntityView,
    File,
    Folder,
    Link,
    Project,
    SubmissionView,
    UsedEntity,
    UsedURL,
    UserProfile,
    ViewTypeMask,
    WikiHeader,
    WikiHistorySnapshot,
    WikiOrderHint,
    WikiPage,
)

from tests.sandbox.making import MODEL, Client, Names, Users, id_of, make_folder, make_project, make_queue, share_entity
from tests.sandbox.roads import Road, via

__all__ = ["via"]  # a fixture
PUBLIC = 273949


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A small file."""
    file = tmp_path / "small.txt"
    file.write_text("small")
    return file


@pytest.fixture
def stored(via: Road, project: str, source: Path) -> Any:
    """The small file in the project."""
    return via(File(path=str(source), parent_id=project), "store")


def metadata_of(file: Any) -> File:
    """The file by its id alone, not to be downloaded."""
    return File(id=file.id, download_file=False)


class TestContainers:
    def test_projects_and_folders_are_stored_read_changed_and_deleted(self, via: Road, unique: Names) -> None:
        project = via(Project(name=unique("project"), description="first"), "store")
        folder = via(Folder(name="data", parent_id=project.id, annotations={"a": ["b"]}), "store")
        project.description = "second"
        via(project, "store")
        assert via(Project(name=project.name), "get").description == "second"
        assert via(Folder(name="data", parent_id=project.id), "get").annotations == {"a": ["b"]}
        via(folder, "delete")
        with pytest.raises(SynapseHTTPError, match=f"Entity {folder.id} is in trash can."):
            via(Folder(id=folder.id), "get")
        via(project, "delete")

    def test_copies_take_content_annotations_and_folders_along(
        self, via: Road, organizer: Client, project: str, unique: Names, source: Path
    ) -> None:
        folder = via(Folder(name="data", parent_id=project), "store")
        via(File(path=str(source), parent_id=folder.id, annotations={"x": [1]}), "store")
        target = make_project(organizer, unique("target"))["id"]
        copied = via(Folder(id=folder.id), "copy", parent_id=target)
        assert [file.name for file in copied.files] == ["small.txt"]
        whole = make_project(organizer, unique("whole"))["id"]
        again = via(Project(id=project), "copy", destination_id=whole)
        assert [one.name for one in again.folders] == ["data"]

    def test_a_project_is_walked_synced_and_described_by_a_manifest(
        self, via: Road, project: str, stored: Any, tmp_path: Path
    ) -> None:
        via(Folder(name="data", parent_id=project), "store")
        walked = via(Project(id=project), "walk")
        assert {entity.name for _, folders, files in walked for entity in (*folders, *files)} == {"data", "small.txt"}
        down = tmp_path / "down"
        synced = via(Project(id=project), "sync_from_synapse", path=str(down), manifest="all")
        assert [file.name for file in synced.files] == ["small.txt"]
        assert (down / "small.txt").read_text() == "small"
        assert stored.id in (down / "manifest.csv").read_text()
        manifest = tmp_path / "manifest.csv"
        via(Project(id=project), "generate_sync_manifest", directory_path=str(down), manifest_path=str(manifest))
        assert project in manifest.read_text()


class TestFile:
    def test_found_by_its_id_and_by_the_content_of_a_path(
        self, via: Road, project: str, tmp_path: Path, unique: Names
    ) -> None:
        path = tmp_path / "only.txt"
        path.write_text(unique("content"))
        made = via(File(path=str(path), parent_id=project), "store")
        assert via(File, "from_id", synapse_id=made.id).name == "only.txt"
        assert via(File, "from_path", path=str(path)).id == made.id

    def test_metadata_changes_without_a_new_upload(self, via: Road, stored: Any) -> None:
        changed = via(
            metadata_of(stored), "change_metadata", name="new.txt", download_as="as.csv", content_type="text/csv"
        )
        read = via(metadata_of(stored), "get")
        assert (changed.name, read.file_handle.file_name, read.file_handle.content_type) == (
            "new.txt", "as.csv", "text/csv",
        )  # fmt: skip

    def test_a_copy_of_somebody_elses_file_has_a_handle_of_its_own(
        self, via: Road, organizer: Client, participant: Client, upload: Any, project: str, unique: Names
    ) -> None:
        theirs = make_project(participant, unique("theirs"))["id"]
        share_entity(participant, theirs, id_of(organizer), "READ", "DOWNLOAD")
        handle = upload(participant, "data.csv", b"id\n")
        body = {"concreteType": f"{MODEL}FileEntity", "name": "data", "parentId": theirs, "dataFileHandleId": handle}
        file = File(id=participant.ok("POST", "/entity", body)["id"], download_file=False)
        copied = via(file, "copy", parent_id=project)
        assert (copied.file_handle.content_md5, copied.data_file_handle_id == handle) == (
            hashlib.md5(b"id\n", usedforsecurity=False).hexdigest(),
            False,
        )

    def test_one_version_is_deleted(self, via: Road, stored: Any) -> None:
        again = via(metadata_of(stored), "get")
        again.version_label = "second"
        assert via(again, "store").version_number == 2
        via(File(id=stored.id, version_number=1), "delete", version_only=True)
        with pytest.raises(SynapseHTTPError, match="Cannot find a node with id"):
            via(File(id=stored.id, version_number=1, download_file=False), "get")

    def test_a_link_leads_to_its_target(self, via: Road, project: str, stored: Any) -> None:
        link = via(Link(name="link", parent_id=project, target_id=stored.id), "store")
        found = via(Link(id=link.id), "get", file_options=None)
        assert found.id == stored.id

    def test_docker_repositories_are_stored_read_and_deleted(self, via: Road, project: str) -> None:
        made = via(DockerRepository(repository_name="docker.io/org/image", parent_id=project), "store")
        assert via(DockerRepository(id=made.id), "get").is_managed is False
        via(made, "delete")


class TestProvenance:
    def test_an_activity_is_stored_with_its_file_and_read_from_it(self, via: Road, project: str, source: Path) -> None:
        used = [UsedURL(url="https://example.org/data"), UsedEntity(target_id=project)]
        activity = Activity(name="made", description="by hand", used=used)
        file = via(File(path=str(source), parent_id=project, activity=activity), "store")
        read = via(Activity, "from_parent", parent=File(id=file.id, version_number=1))
        assert (read.name, read.description, {type(one) for one in read.used}) == (
            "made", "by hand", {UsedURL, UsedEntity},
        )  # fmt: skip
        assert via(Activity, "get", activity_id=read.id).name == "made"
        assert via(Activity, "get", parent_id=file.id, parent_version_number=1).id == read.id
        assert via(metadata_of(file), "get", include_activity=True).activity.name == "made"

    def test_an_activity_is_changed_taken_off_and_deleted(self, via: Road, stored: Any) -> None:
        made = via(Activity(name="first"), "store", parent=stored)
        made.name = "second"
        via(made, "store")
        assert via(Activity, "from_parent", parent=stored).name == "second"
        via(Activity, "disassociate_from_entity", parent=stored)
        assert via(Activity, "get", activity_id=made.id).name == "second"
        other = via(Activity(name="other"), "store", parent=stored)
        via(Activity, "delete", parent=stored)
        assert via(Activity, "get", activity_id=other.id) is None


class TestSharing:
    def test_an_acl_is_made_changed_listed_and_removed(self, via: Road, api: Users, project: str) -> None:
        person = id_of(api("participant"))
        folder = via(Folder(name="data", parent_id=project), "store")
        via(folder, "set_permissions", principal_id=PUBLIC, access_type=["READ"])
        via(folder, "set_permissions", principal_id="participant", access_type=["READ", "DOWNLOAD"])
        assert sorted(via(folder, "get_acl", principal_id=person)) == ["DOWNLOAD", "READ"]
        listed = via(Project(id=project), "list_acl", recursive=True, include_container_content=True)
        assert folder.id in {str(one.entity_id) for one in listed.all_entity_acls}
        via(folder, "set_permissions", principal_id=person, access_type=[])
        assert via(folder, "get_acl", principal_id=person) == ["READ"]  # as everybody
        assert "READ" in via(folder, "get_permissions").access_types
        via(folder, "delete_permissions", show_acl_details=False)
        assert via(folder, "get_acl", principal_id=PUBLIC) == []

    def test_people_are_found_by_id_and_by_name(self, via: Road, api: Users) -> None:
        person = id_of(api("participant"))
        assert via(UserProfile(), "get").username == "organizer"
        assert via(UserProfile, "from_username", username="participant").id == person
        assert via(UserProfile, "from_id", user_id=person).username == "participant"
        assert [via(UserProfile(username=name), "is_certified") for name in ("participant", "newcomer")] == [
            True,
            False,
        ]


class TestWiki:
    @pytest.fixture
    def home(self, via: Road, project: str, source: Path) -> Any:
        page = WikiPage(owner_id=project, title="Home", markdown="# Welcome", attachments=[str(source)])
        return via(page, "store")

    def test_pages_are_written_listed_changed_and_restored(self, via: Road, project: str, home: Any) -> None:
        below = via(WikiPage(owner_id=project, parent_id=home.id, title="Rules", markdown="one"), "store")
        assert [one.title for one in via(WikiHeader, "get", owner_id=project)] == ["Home", "Rules"]
        via(WikiPage(owner_id=project, id=below.id, title="Rules", markdown="two"), "store")
        history = via(WikiHistorySnapshot, "get", owner_id=project, id=below.id)
        assert [one.version for one in history] == ["1", "0"]
        via(WikiPage(owner_id=project, id=below.id, wiki_version="0"), "restore")
        assert len(via(WikiHistorySnapshot, "get", owner_id=project, id=below.id)) == 3
        assert via(WikiPage(owner_id=project, id=below.id), "get").parent_id == home.id
        via(WikiPage(owner_id=project, id=below.id), "delete")
        assert [one.title for one in via(WikiHeader, "get", owner_id=project)] == ["Home"]

    def test_markdown_and_attachments_come_down(self, via: Road, project: str, home: Any, tmp_path: Path) -> None:
        page = WikiPage(owner_id=project, id=home.id)
        (tmp_path / "down").mkdir()
        down = str(tmp_path / "down")
        markdown = via(page, "get_markdown_file", download_file=True, download_location=down)
        assert Path(markdown).read_text() == "# Welcome"
        got = via(page, "get_attachment", file_name="small.txt", download_file=True, download_location=down)
        assert Path(got).read_text() == "small"
        assert len(via(page, "get_attachment_handles")["list"]) == 1
        with pytest.raises(SynapseHTTPError, match="A preview does not exist for file"):
            via(page, "get_attachment_preview", file_name="small.txt", download_file=False)

    def test_the_order_of_pages_is_a_hint(self, via: Road, project: str, home: Any) -> None:
        hint = via(WikiOrderHint(owner_id=project), "get")
        hint.id_list = [home.id]
        hint.owner_id = project.removeprefix("syn")
        hint.owner_object_type = "ENTITY"
        assert via(hint, "store").id_list == [home.id]

    def test_a_wiki_is_copied_with_its_tree(
        self, via: Road, organizer: Client, project: str, home: Any, unique: Names
    ) -> None:
        via(WikiPage(owner_id=project, parent_id=home.id, title="Rules", markdown=f"of {project}"), "store")
        target = make_project(organizer, unique("target"))["id"]
        page = WikiPage(owner_id=project)
        copied = via(page, "copy", destination_owner_id=target, entity_map={project: target})
        assert [one.title for one in copied] == ["Home", "Rules"]


class TestViews:
    def test_a_submission_view_is_made_changed_frozen_and_deleted(
        self, via: Road, organizer: Client, project: str, unique: Names
    ) -> None:
        queue = make_queue(organizer, unique("queue"), project)["id"]
        view = via(SubmissionView(name="dashboard", parent_id=project, scope_ids=[queue]), "store")
        changed = via(SubmissionView(id=view.id), "get")
        changed.add_column(Column(name="auc", column_type=ColumnType.DOUBLE))
        changed.delete_column(name="dockerdigest")
        via(changed, "store")
        read = via(SubmissionView(id=view.id), "get")
        assert ("auc" in read.columns, "dockerdigest" in read.columns) == (True, False)
        frozen = via(read, "snapshot", comment="before scoring", label="first")
        assert frozen.snapshot_version_number == 1
        via(read, "delete")

    def test_an_entity_view_is_made_frozen_and_deleted(self, via: Road, organizer: Client, project: str) -> None:
        make_folder(organizer, "data", project)
        mask = ViewTypeMask.FILE | ViewTypeMask.FOLDER
        view = via(EntityView(name="files", parent_id=project, scope_ids=[project], view_type_mask=mask), "store")
        assert via(view, "snapshot").snapshot_version_number == 1
        assert via(EntityView(id=view.id), "get").view_type_mask == mask
        via(view, "delete")
