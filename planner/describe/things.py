"""Links to workflows, submission views, and the account that evaluates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from challenge_spec.resolving.names import title
from challenge_spec.resolving.workflows import archive_folder, archive_url, ref_kind
from planner.access import ENTITY
from planner.describe.draft import tidy
from planner.describe.keys import key_from, unique
from planner.describe.scene import Scene
from planner.desired.columns import STAFF_COLUMNS, usual_column
from planner.discovered import Entity, FoundQueue
from planner.resources import LOGS_FOLDER, Kind
from planner.stages import SCORES_VISIBLE

_ARCHIVE = re.compile(r"https://github\.com/([A-Za-z0-9-]+)/([A-Za-z0-9._-]+)/archive/(.+)\.zip")
_TEMPLATE = "ROOT_TEMPLATE"


def describe_workflows(scene: Scene) -> None:
    """Fill the block `workflows`: one entry for each link to an archive."""
    for home, link in _on_projects(scene, Kind.LINK):
        if not home and _TEMPLATE not in link.annotations:
            scene.draft.leave(f"{link.name} ({link.id}), a file that is an address, in the live project")
            continue
        block = scene.draft.block("workflows")
        told = scene.remembered.key("link", link.id)
        key = unique(key_from((told or link.name.removeprefix("workflow-")).replace("/", "-"), "workflow"), block)
        strange = scene.adopt(link.id, link.created_by) and not scene.may_change(link.access)
        said = _repository(link) if home and not strange else None
        if said is None:
            why = "its address or entry point is not what `repository` would make of it"
            text = f"{'this account may not change it' if strange else why}; used as it is, never changed"
            block[key] = {"use": link.id}
            scene.draft.comment(text, "workflows", key)
            scene.draft.leave(f"the link {link.name} ({link.id}) to {link.url}: {text}")
            scene.place(f"link.{key}", link.id)
            continue
        name = None if link.name == f"workflow-{key}" else link.name
        block[key] = tidy({"name": name} | said | _owned(scene, link))
        scene.place(f"link.{key}", link.id, link.access)


def _on_projects(scene: Scene, kind: Kind) -> Iterator[tuple[bool, Entity]]:
    """(whether it stands on the home project, entity) of everything of a kind directly in a project."""
    home = scene.found.home
    for site in (scene.found.staging, scene.found.live):
        if site is not None:
            yield from ((site.project is home, item) for item in site.project.children if item.kind == kind)


def _owned(scene: Scene, entity: Entity) -> dict[str, Any]:
    return {
        "adopt": scene.adopt(entity.id, entity.created_by),
        "inherits": True if entity.access is None else None,
    }


def _repository(link: Entity) -> dict[str, Any] | None:
    """Repository and entry point from which address and template follow exactly; None where there are none."""
    match, template = _ARCHIVE.fullmatch(link.url), link.annotations.get(_TEMPLATE, ())
    if match is None or len(template) != 1:
        return None
    owner, repository, ref = match.groups()
    kind, name = ref_kind(ref)
    folder, _, entrypoint = template[0].partition("/")
    exact = archive_url(owner, repository, kind, name) == link.url and archive_folder(repository, kind, name) == folder
    if not exact or not entrypoint or ".." in entrypoint.split("/"):
        return None
    shown = name if ref_kind(name) == (kind, name) else ref
    return {"repository": f"{owner}/{repository}@{shown}", "entrypoint": entrypoint}


def describe_orchestrators(scene: Scene) -> None:
    """Fill the block `orchestrators`, if an account stands on the folder for logs that isn't of the staff."""
    rights = scene.access.get(LOGS_FOLDER, {})
    staff = {scene.deployer} | {id_ for team in scene.found.teams.values() for id_ in team.members}
    accounts = [
        id_
        for id_, types in rights.items()
        if id_ in scene.found.people and types == ENTITY["admin"] and id_ not in staff
    ]
    if len(accounts) == 1:
        scene.evaluator = accounts[0]
        scene.draft.block("orchestrators")["main"] = {"service_account": scene.found.names[accounts[0]]}
        scene.draft.comment("decide: sizes of the machine, and which queues it serves", "orchestrators")


def describe_views(scene: Scene, queues: Mapping[str, FoundQueue]) -> None:
    """Fill the block `views`."""
    views = list(_on_projects(scene, Kind.VIEW))
    keys: dict[str, tuple[bool, Entity]] = {}
    for home, view in views:
        told = scene.remembered.key("view", view.id)
        keys[unique(told or key_from(view.name, "view"), keys)] = (home, view)
    block = scene.draft.block("views")
    for key, (home, view) in keys.items():
        said = _view(scene, key, view, queues, home=home)
        scene.place(f"view.{key}", view.id, None if "use" in said else view.access)
        if said or key != "dashboard":
            block[key] = said
    if "dashboard" not in keys:
        block["dashboard"] = {"exists": False}
    if not block:
        del scene.draft.document["views"]


def _view(scene: Scene, key: str, view: Entity, queues: Mapping[str, FoundQueue], *, home: bool) -> dict[str, Any]:
    by_id = {queue.id: address for address, queue in queues.items()}
    access = _readers(scene, view) if view.access is not None else None
    lone = scene.found.staging is None
    if scene.adopt(view.id, view.created_by) and not scene.may_change(view.access):
        scene.draft.leave(f"the view {view.name} ({view.id}), which this account may not change; it is used as it is")
        return {"use": view.id}
    if not set(view.scope) <= by_id.keys() or (access is None and not home) or (access and home and not lone):
        text = "it shows other queues, or stands elsewhere, than views of the manifest do"
        scene.draft.leave(f"the view {view.name} ({view.id}): {text}; it is used as it is, never changed")
        return {"use": view.id}
    said = {
        "name": view.name if view.name != title(key) else None,
        "queues": _shown(queues, {by_id[id_] for id_ in view.scope}),
        "access": access,
        "columns": None if access is None and _are_usual(scene, view) else [_column(*item) for item in view.columns],
    }
    return tidy(said | _owned(scene, view))


def _readers(scene: Scene, view: Entity) -> Any:
    """With whom a view is shared; one on the live project that nobody sees yet will be shared once scores are out."""
    rights = view.access or {}
    outside = {id_: key for id_, key in scene.teams().items() if key not in ("organizers", "administrators")}
    outside |= {scene.addresses[word]: word for word in ("public", "signed-in")}
    levels = {types: level for level, types in ENTITY.items()}
    held = {outside[id_]: levels[types] for id_, types in rights.items() if id_ in outside and types in levels}
    on_home = view in scene.found.home.children
    hidden = not SCORES_VISIBLE["immediate"][scene.stage]
    if not held:
        return "participants" if hidden and not on_home and "team.participants" in scene.addresses else None
    if set(held.values()) == {"view"}:
        return next(iter(held)) if len(held) == 1 else list(held)
    return held


def _shown(queues: Mapping[str, FoundQueue], scope: set[str]) -> list[str] | None:
    """The queues of a view: None for all, whole entries by their name, else addresses."""
    if scope == set(queues):
        return None
    entries = {address.partition("/")[0] for address in scope}
    said: list[str] = []
    for entry in sorted(entries):
        members = {address for address in queues if address.partition("/")[0] == entry}
        said += [entry] if members <= scope else sorted(members & scope)
    return said


def _are_usual(scene: Scene, view: Entity) -> bool:
    """Whether staff would see these columns anyway: all that every queue has, and then the metrics of the question.

    Where there is one question, its metrics are what the columns say.
    """
    names = tuple(name for name, _, _ in view.columns)
    extra, subs = names[len(STAFF_COLUMNS) :], scene.draft.document.get("sub_challenges", {})
    if names[: len(STAFF_COLUMNS)] != STAFF_COLUMNS or any(isinstance(_column(*item), dict) for item in view.columns):
        return False
    if not extra or len(subs) != 1:
        return not extra
    ((key, sub),) = subs.items()
    if "metrics" not in sub:
        sub["metrics"] = {name: "minimize" if _SMALL.search(name) else "maximize" for name in extra}
        text = "decide: taken from the columns of the dashboard; which way is better is a guess"
        scene.draft.comment(text, "sub_challenges", key, "metrics")
    return tuple(sub["metrics"]) == extra


_SMALL = re.compile(r"rmse|mse|mae|error|loss|distance|hausdorff|time|rank", re.IGNORECASE)
"""Metrics of which less is better, as far as names tell."""


def _column(name: str, type_: str, size: int | None) -> Any:
    usual, usual_size = usual_column(name)
    if type_ == usual and usual_size in (None, size):
        return name
    return {"name": name, "type": type_} | ({"size": size} if size else {})
