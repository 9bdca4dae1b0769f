"""Folders of the live project: data, truths, and the one for logs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from challenge_spec.teams import STAFF_TEAMS
from planner.access import ENTITY
from planner.describe.draft import tidy
from planner.describe.keys import key_from, unique
from planner.describe.scene import Scene, count
from planner.desired.data import LOGS_NAME, folder_address
from planner.desired.projects import LEDGER_NAME
from planner.discovered import Entity, Rights
from planner.resources import LOGS_FOLDER, Kind
from planner.stages import DATA_OPENS, reached

Folder = tuple[tuple[str, ...], Entity]
"""The path of a folder on the live project, and the folder."""


def describe_folders(scene: Scene) -> None:
    """Fill the block `data` and what is to be said about the folder for logs."""
    project = scene.found.live.project
    _logs(scene, next((item for item in project.children if _is_logs(item)), None))
    _others(scene, project, "the live project")
    for path, folder in _folders(scene, project, (), project.access):
        address = folder_address(path)
        scene.place(address, folder.id, folder.access)
        scene.folders[address] = (path, folder)
        _others(scene, folder, "/".join(path))
        if not folder.children or not _goes_without_saying(scene, folder):
            add_entry(scene, path, folder)
    if scene.found.staging is not None:
        _staging(scene, scene.found.staging.project)


def _is_logs(item: Entity) -> bool:
    return item.kind == Kind.FOLDER and item.name == LOGS_NAME


def _logs(scene: Scene, folder: Entity | None) -> None:
    if folder is None:
        scene.draft.block("projects")["logs"] = {"exists": False}
        return
    scene.place(LOGS_FOLDER, folder.id, folder.access)
    said = tidy(
        {"adopt": scene.adopt(folder.id, folder.created_by), "inherits": True if folder.access is None else None}
    )
    if said:
        scene.draft.block("projects")["logs"] = said


def _folders(scene: Scene, parent: Entity, path: tuple[str, ...], rights: Rights | None) -> Iterator[Folder]:
    """Every folder with its path, parents first; of two whose paths say the same, the first.

    rights: in force at the parent; what this account may not change is used, with all below.
    """
    seen = set(scene.addresses)
    for item in parent.children:
        if item.kind != Kind.FOLDER or (not path and item.name in (LOGS_NAME, LEDGER_NAME)):
            continue
        here, held = (*path, item.name), rights if item.access is None else item.access
        if scene.adopt(item.id, item.created_by) and not scene.may_change(held):
            _use(scene, here, item)
            continue
        if folder_address(here) in seen:
            scene.draft.leave(f"the folder {'/'.join(here)} ({item.id}): beside it is one that differs in signs only")
            continue
        seen.add(folder_address(here))
        yield here, item
        yield from _folders(scene, item, here, held)


def _use(scene: Scene, path: tuple[str, ...], folder: Entity) -> None:
    block = scene.draft.block("data")
    block[unique(key_from(path[-1], "data"), block)] = {"use": folder.id}
    scene.draft.leave(f"the folder {'/'.join(path)}, which this account may not change; it is used as it is")


def _goes_without_saying(scene: Scene, folder: Entity) -> bool:
    """Whether a folder on the way to others may be left to what they say; what it grants is looked at later."""
    has_folders = any(item.kind == Kind.FOLDER for item in folder.children)
    return has_folders and folder.access is not None and scene.adopt(folder.id, folder.created_by) is None


def add_entry(scene: Scene, path: tuple[str, ...], folder: Entity) -> dict[str, Any]:
    """An entry of `data` for a folder."""
    block = scene.draft.block("data")
    key = unique(key_from(path[-1], "data"), block)
    said: dict[str, Any] = {"folder": "/".join(path), "adopt": scene.adopt(folder.id, folder.created_by)}
    if folder.access is None:
        said["inherits"] = True
    elif DATA_OPENS[scene.stage]:
        said["access"] = _access(scene, folder.access)
    entry = tidy(said)
    block[key] = entry
    return entry


def _access(scene: Scene, rights: Mapping[str, tuple[str, ...]]) -> Any:
    """Who besides staff sees or downloads it; more than that is granted."""
    levels = {ENTITY[level]: level for level in ("view", "download")}
    outside = {id_: key for id_, key in scene.teams().items() if key not in STAFF_TEAMS}
    outside |= {scene.addresses[word]: word for word in ("public", "signed-in")}
    held = {outside[id_]: levels[types] for id_, types in rights.items() if id_ in outside and types in levels}
    if set(held.values()) == {"download"} and "public" not in held:
        return next(iter(held)) if len(held) == 1 else list(held)
    return held


def _others(scene: Scene, parent: Entity, where: str) -> None:
    """Say what lies there besides folders, links and views."""
    managed = {str(Kind.FOLDER), str(Kind.LINK), str(Kind.VIEW)}
    kinds: dict[str, list[Entity]] = {}
    for item in parent.children:
        if item.kind not in managed:
            kinds.setdefault(item.kind, []).append(item)
    for kind, items in kinds.items():
        scene.draft.leave(f"{count(items, kind)} in {where}")


def _staging(scene: Scene, project: Entity) -> None:
    _others(scene, project, "the staging project")
    folders = [item for item in project.children if item.kind == Kind.FOLDER and item.name != LEDGER_NAME]
    if folders:
        scene.draft.leave(f"{count(folders, 'folder')} in the staging project: data lie on the live project")


def says_little(scene: Scene) -> None:
    """Before the opening nobody can tell from access lists for whom data are."""
    if scene.draft.document.get("data") and not reached(scene.stage, "open"):
        text = (
            "decide: who may download, from the opening on (`access`), and what is scored against (`truth` of a queue)"
        )
        scene.draft.comment(text, "data")
