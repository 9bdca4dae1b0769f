"""`synapseutils` of the official client: copy, copyWiki, walk, sync and what belongs to them."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
import synapseclient
import synapseutils  # type: ignore[import-untyped]  # it has no stubs

from tests.sandbox.making import Client, Names, make_folder, make_project

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture
def syn(client: Any) -> Any:
    return client


@pytest.fixture
def tree(syn: Any, organizer: Client, project: str, tmp_path: Path, unique: Names) -> tuple[str, str]:
    """A folder with an annotated file, and a wiki of two pages that speaks of them: folder and file."""
    source = tmp_path / "data.csv"
    source.write_text(unique("content"))
    folder = make_folder(organizer, "data", project)["id"]
    file = syn.store(synapseclient.File(str(source), parent=folder, annotations={"rank": [1]}), used=[project]).id
    home = synapseclient.Wiki(title="Home", owner=project, markdown=f"see {file}", attachments=[str(source)])
    home = syn.store(home)
    syn.store(synapseclient.Wiki(title="Rules", owner=project, markdown="rules", parentWikiId=home.id))
    return folder, file


@pytest.fixture
def target(organizer: Client, unique: Names) -> str:
    return str(make_project(organizer, unique("target"))["id"])


def test_copy_takes_a_project_with_files_and_wiki(syn: Any, project: str, target: str, tree: tuple[str, str]) -> None:
    mapping = synapseutils.copy(syn, project, destinationId=target)
    folder, file = tree
    assert set(mapping) == {project, folder, file}
    copied = syn.get(mapping[file], downloadFile=False)
    assert (copied.parentId, copied["rank"]) == (mapping[folder], [1])
    assert syn.getWiki(target).markdown == f"see {mapping[file]}"
    assert syn.getProvenance(mapping[file])["used"][0]["reference"]["targetId"] == file


def test_copy_meets_what_was_copied_before(syn: Any, target: str, tree: tuple[str, str]) -> None:
    folder, file = tree
    first = synapseutils.copy(syn, folder, destinationId=target, skipCopyWikiPage=True, setProvenance="existing")
    again = synapseutils.copy(syn, folder, destinationId=target, skipCopyWikiPage=True, updateExisting=True)
    assert first[file] == again[file]


def test_copy_wiki_takes_the_tree_or_a_part_of_it(syn: Any, project: str, target: str, tree: tuple[str, str]) -> None:
    headers = synapseutils.copyWiki(syn, project, target, entityMap={tree[1]: target})
    assert [one["title"] for one in headers] == ["Home", "Rules"]
    assert syn.getWiki(target).markdown == f"see {target}"
    below = next(one["id"] for one in syn.getWikiHeaders(project) if one["title"] == "Rules")
    place = next(one["id"] for one in headers if one["title"] == "Rules")
    synapseutils.copyWiki(syn, project, target, entitySubPageId=below, destinationSubPageId=place)
    assert len(list(syn.getWikiHeaders(target))) == 2


def test_file_handles_are_copied_under_other_names(syn: Any, tree: tuple[str, str]) -> None:
    handle = syn.get(tree[1], downloadFile=False).dataFileHandleId
    (copied,) = synapseutils.copyFileHandles(syn, [handle], ["FileEntity"], [tree[1]], ["text/plain"], ["new.txt"])
    assert copied["newFileHandle"]["fileName"] == "new.txt"
    changed = synapseutils.changeFileMetaData(syn, tree[1], downloadAs="as.txt", contentType="text/plain")
    assert changed._file_handle["fileName"] == "as.txt"  # noqa: SLF001 -- the client offers no other way to read it


def test_walk_tells_folders_and_files(syn: Any, project: str, tree: tuple[str, str]) -> None:
    walked = list(synapseutils.walk(syn, project))
    assert [[entity[1] for entity in (*folders, *files)] for _, folders, files in walked] == [[tree[0]], [tree[1]]]


def test_sync_from_synapse_downloads_a_tree_with_its_manifest(
    syn: Any, project: str, tree: tuple[str, str], tmp_path: Path
) -> None:
    (file,) = synapseutils.syncFromSynapse(syn, project, path=str(tmp_path / "down"))
    assert Path(file.path) == tmp_path / "down" / "data" / "data.csv"
    manifest = (tmp_path / "down" / "SYNAPSE_METADATA_MANIFEST.tsv").read_text().splitlines()
    assert dict(zip(*(line.split("\t") for line in manifest), strict=True))["parent"] == tree[0]


def test_a_manifest_for_an_upload_makes_the_folders(syn: Any, organizer: Client, target: str, tmp_path: Path) -> None:
    (tmp_path / "up" / "inner").mkdir(parents=True)
    (tmp_path / "up" / "inner" / "file.txt").write_text("x")
    synapseutils.generate_sync_manifest(syn, str(tmp_path / "up"), target, str(tmp_path / "manifest.tsv"))
    made = organizer.ok("POST", "/entity/child", {"parentId": target, "entityName": "inner"})["id"]
    assert made in (tmp_path / "manifest.tsv").read_text()


def test_whoever_asks_is_told_by_mail_when_work_is_done(syn: Any, organizer: Client) -> None:
    async def work() -> str:
        return "done"

    assert synapseutils.notifyMe(syn, "the long work")(lambda: "done")() == "done"
    assert asyncio.run(synapseutils.notify_me_async(syn, "the other work")(work)()) == "done"
    outbox = organizer.ok("GET", "/message/outbox", limit="50", offset="0")["results"]
    assert {"the long work", "the other work"} <= {message["subject"] for message in outbox}
