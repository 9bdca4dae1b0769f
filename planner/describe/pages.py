"""Wiki pages as files: one tree for both sites where they show the same, with texts that lead back to the same."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from challenge_spec.diagnostics import has_errors
from challenge_spec.dump import dump
from challenge_spec.pages import Attachment
from challenge_spec.pages.attachments import Attachments
from challenge_spec.pages.model import Page
from challenge_spec.pages.read import page_from, surroundings
from challenge_spec.pages.tree import PageFile, page_of
from challenge_spec.resolved import ResolvedChallenge, ResolvedWiki
from challenge_spec.tree import Unreadable
from planner.describe import texts
from planner.describe.compiled import resolved
from planner.describe.scene import Scene
from planner.describe.shelf import Leaf, lay_out
from planner.desired import compile_challenge
from planner.desired.wiki import page_address
from planner.diff import wanted_spec
from planner.discovered import FoundPage
from planner.discovered import Site as FoundSite
from planner.resources import Desired
from planner.stages import reached

PAGES, STAGING, PREREGISTRATION = "wiki/", "wiki-staging/", "preregistration.md"
_UNTOUCHED = 4
"""The last way to write a text: as it is, with nothing rewritten at all. See `_body`."""


@dataclass(slots=True)
class Tree:
    """Pages that become files together. sites: the sites that show them → their pages by path."""

    folder: str
    leaves: tuple[Leaf, ...]
    sites: dict[str, Mapping[str, FoundPage]]
    ways: dict[str, int] = field(default_factory=dict)


class Held(Attachments):
    """Attached files that are in memory."""

    def __init__(self, contents: Mapping[str, bytes]) -> None:
        self._contents = contents

    def at(self, path: Path) -> Attachment:
        """The attachment at a path. Raises Unreadable where there is none."""
        content = self._contents.get(path.as_posix())
        if content is None:
            raise Unreadable("file.missing", f"there is no file `{path}`")
        digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
        return Attachment(path.name, path, digest, len(content))


def describe_pages(scene: Scene) -> tuple[dict[str, str | bytes], ResolvedWiki]:
    """The files of all pages, and the pages that they are; the block `wiki` is filled."""
    trees = list(_trees(scene))
    scene.draft.document.pop("wiki", None)
    for tree in trees:
        name = {PAGES: "pages", STAGING: "staging"}.get(tree.folder, "preregistration")
        scene.draft.block("wiki")[name] = tree.folder
    challenge, clock = resolved(scene, scene.draft.document)
    contents = {path: content for tree in trees for leaf in tree.leaves for path, content in leaf.contents.items()}
    while True:
        files = {leaf.path: _file(scene, tree, leaf) for tree in trees for leaf in tree.leaves}
        around = surroundings(list(files.values()), challenge, clock, Held(contents))
        pages = {path: page_from(file, around, clock) for path, file in files.items()}
        wiki = _wiki(trees, pages)
        if not _another_way(scene, _wrong(scene, trees, files, challenge, wiki)):
            return {**{path: file.text for path, file in files.items()}, **contents}, wiki


def _another_way(scene: Scene, wrong: Iterable[tuple[Tree, str]]) -> bool:
    """Choose a plainer way for each page that came out wrong; whether there was one left to try."""
    tried = False
    for tree, path in list(wrong):
        way = tree.ways.get(path, 0)
        tree.ways[path] = min(way + 1, _UNTOUCHED)
        tried = tried or way < _UNTOUCHED
        if way == _UNTOUCHED:
            scene.draft.leave(f"the page of {path}: the first plan will show what differs")
    return tried


def _trees(scene: Scene) -> Iterator[Tree]:
    """Which site's pages become which files."""
    live, staging, early = scene.found.live, scene.found.staging, not reached(scene.stage, "open")
    if early and live.pages and (staging is not None or scene.stage == "preregistration"):
        yield _preregistration(scene, live)
    if staging is None:
        if len(live.pages) > (scene.stage == "preregistration"):
            yield _tree(scene, PAGES, {"live": live})
    elif early:
        if staging.pages:
            yield _tree(scene, PAGES, {"staging": staging})
    else:
        yield from _both(scene, live, staging)


def _preregistration(scene: Scene, live: FoundSite) -> Tree:
    """The one page that the live site shows before the launch."""
    for page in live.pages[1:] if scene.found.staging is not None else ():
        scene.draft.leave(f"the page {page.title!r} of the live site: before the opening it has one page")
    leaves = lay_out(scene, live.pages[:1], "", "live")
    leaf = replace(leaves[0], path=PREREGISTRATION)
    return Tree(PREREGISTRATION, (leaf,), {"live": {leaf.path: live.pages[0]}})


def _tree(scene: Scene, folder: str, sites: Mapping[str, FoundSite]) -> Tree:
    laid = {name: lay_out(scene, site.pages, folder, name) for name, site in sites.items()}
    leaves = next(iter(laid.values()))
    return Tree(folder, leaves, {name: {leaf.path: leaf.page for leaf in items} for name, items in laid.items()})


def _both(scene: Scene, live: FoundSite, staging: FoundSite) -> Iterator[Tree]:
    """One tree where both sites show the same, else one for each."""
    shared, apart = _tree(scene, PAGES, {"live": live}), _tree(scene, PAGES, {"staging": staging})
    one = {leaf.path: _file(scene, shared, leaf).text for leaf in shared.leaves}
    other = {leaf.path: _file(scene, apart, leaf).text for leaf in apart.leaves}
    same_files = [leaf.contents for leaf in shared.leaves] == [leaf.contents for leaf in apart.leaves]
    if one == other and same_files:
        yield Tree(PAGES, shared.leaves, {**shared.sites, **apart.sites})
        return
    if live.pages:
        yield shared
    if staging.pages:
        scene.draft.comment(
            "decide: the staging site differs from the live one; bring them together", "wiki", "staging"
        )
        yield _tree(scene, STAGING, {"staging": staging})


def _file(scene: Scene, tree: Tree, leaf: Leaf) -> PageFile:
    """A page as a file, written as simply as is possible without changing it."""
    way, site = tree.ways.get(leaf.path, 0), next(iter(tree.sites))
    found = scene.found.live if site == "live" or scene.found.staging is None else scene.found.staging
    body = _body(scene, tree, leaf, way, found.project.id)
    head: dict[str, object] = {"title": leaf.page.title}
    if leaf.order is not None:
        head["order"] = leaf.order
    if way >= _UNTOUCHED - 1:
        head["as_is"] = True
    unlinked = [path for path in leaf.files.values() if f"({texts.target(path, leaf.path)})" not in body]
    if unlinked:
        head["files"] = [posixpath.relpath(path, posixpath.dirname(leaf.path) or ".") for path in unlinked]
    return page_of(f"---\n{dump(head)}---\n{body}", Path(leaf.path), leaf.path, leaf.key)


def _body(scene: Scene, tree: Tree, leaf: Leaf, way: int, project: str) -> str:
    """Ways: 0 everything rewritten, 1 without values, 2 without files, 3 nothing but values, 4 nothing."""
    alone = len(tree.leaves) == 1
    site = texts.Site(
        project=project,
        pages={} if alone or way > 2 else {item.page.id: item.path for item in tree.leaves},
        values={} if way in (1, _UNTOUCHED) else _values(scene),
        files=leaf.files if way < 2 else {},
    )
    return texts.to_markdown(leaf.page.text, leaf.path, site)


def _values(scene: Scene) -> dict[str, str]:
    """Id → name of the value that stands for it in pages."""
    words = {"team": "teams", "project": "projects", "queue": "queues", "view": "views"}
    found: dict[str, str] = {}
    for address, id_ in scene.addresses.items():
        kind, _, key = address.partition(".")
        if kind in words and key:
            found[id_] = f"{words[kind]}.{key}.id"
    folders = {"/".join(path): folder.id for path, folder in scene.folders.values()}
    for key, entry in scene.draft.document.get("data", {}).items():
        if entry.get("folder") in folders:
            found[folders[entry["folder"]]] = f"data.{key}.id"
    return found


def _wiki(trees: Sequence[Tree], pages: Mapping[str, Page]) -> ResolvedWiki:
    by_folder = {tree.folder: tuple(pages[leaf.path] for leaf in tree.leaves) for tree in trees}
    return ResolvedWiki(
        pages=by_folder.get(PAGES, ()),
        staging=by_folder.get(STAGING),
        preregistration=next(iter(by_folder.get(PREREGISTRATION, ())), None),
    )


def _wrong(
    scene: Scene, trees: Sequence[Tree], files: Mapping[str, PageFile], challenge: ResolvedChallenge, wiki: ResolvedWiki
) -> Iterator[tuple[Tree, str]]:
    """The pages that would come out otherwise than they are, or not at all."""
    desired = compile_challenge(replace(challenge, wiki=wiki), scene.stage, scene.found.now)
    for tree in trees:
        for leaf in tree.leaves:
            good = all(_same(scene, desired, tree, name, leaf) for name in tree.sites if _is_shown(scene, tree))
            if not good or has_errors(files[leaf.path].problems):
                yield tree, leaf.path


def _is_shown(scene: Scene, tree: Tree) -> bool:
    """Whether Synapse shows these pages at this stage; what waits in a draft can't be compared."""
    if tree.folder == PREREGISTRATION:
        return scene.stage == "preregistration"
    return scene.found.staging is not None or scene.stage != "preregistration"


def _same(scene: Scene, desired: Desired, tree: Tree, site: str, leaf: Leaf) -> bool:
    pages = tree.sites[site]
    single = len(tree.leaves) == 1
    ids = dict(scene.addresses)
    ids |= {page_address(site, () if single else item.key): pages[item.path].id for item in tree.leaves}
    resource = desired.resources.get(page_address(site, () if single else leaf.key))
    if resource is None:
        return False
    page, wanted = pages[leaf.path], wanted_spec(resource, ids)
    digests = {item.name: hashlib.md5(item.content, usedforsecurity=False).hexdigest() for item in page.files}
    return (
        wanted["title"] == page.title
        and wanted["text"] == page.text
        and wanted["parent"] == page.parent
        and wanted["attachments"] == digests
    )
