"""A page that was moved on Synapse: its file goes to another place, and every link between files still leads there."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from pathlib import Path

from challenge_spec.pages import Page
from challenge_spec.pages.heads import put_in_head
from challenge_spec.pages.markdown import Token, scan, target_of
from challenge_spec.pages.tree import INDEX_STEMS, page_of
from planner.describe.texts import target
from planner.diff import wanted_spec
from planner.live import Live
from planner.pull.goals import ByHand
from planner.references import Resolved
from planner.resources import Desired, Kind


def place_below(page: Page, parent: Page, pages: Mapping[str, Page]) -> Path:
    """Where the file of a page belongs that stands below `parent`. Raises ByHand."""
    others = [other for other in pages.values() if other is not page]
    if any(other.key[: len(page.key)] == page.key for other in others):
        remedy = (
            f"Move {page.file.name} and the files below it by hand, and write `was: {'/'.join(page.key)}` in its head."
        )
        raise ByHand("there are pages below it", remedy)
    is_folder = parent.file.stem.lower() in INDEX_STEMS or not parent.key
    place = (parent.file.parent if is_folder else parent.file.with_suffix("")) / page.file.name
    if any(other.file == place or other.key == (*parent.key, *page.key[-1:]) for other in others):
        raise ByHand(f"there is a page of that name below {parent.file.name} already", "Rename one of the files first.")
    return place


def moved_text(text: str, old: Path, new: Path, key: tuple[str, ...]) -> str:
    """The text of a page whose file goes from `old` to `new`: links lead where they led, and its head says `was`."""
    text = relinked(text, old, new, {old: new})
    files = page_of(text, old, old.name, key).head.files
    if files:
        text = put_in_head(text, "files", tuple(posixpath.relpath(_joined(old, name), new.parent) for name in files))
    return put_in_head(text, "was", "/".join(key))


def _joined(file: Path, name: str) -> str:
    return posixpath.normpath((file.parent / name).as_posix())


def relinked(text: str, here: Path, to: Path, moved: Mapping[Path, Path]) -> str:
    """A page's text with its links for another place (`to` in place of `here`), or to files that were moved."""
    begin = page_of(text, here, here.name, ()).body_start
    parts, position = [text[:begin]], 0
    body = text[begin:]
    for token, instead in _changed(body, here, to, moved):
        parts += [body[position : token.inner[0]], instead]
        position = token.inner[1]
    return "".join([*parts, body[position:]])


def _changed(body: str, here: Path, to: Path, moved: Mapping[Path, Path]) -> Iterator[tuple[Token, str]]:
    """The links whose targets must be written otherwise, with their new targets."""
    for token in sorted(scan(body), key=lambda token: token.inner):
        leads = target_of(token.text)
        if token.kind == "value" or leads.is_external or not leads.path or leads.path.startswith("/"):
            continue
        old = Path(_joined(here, leads.path))
        new = moved.get(old, old)
        written = target(new.as_posix(), to.as_posix())
        if written != target(old.as_posix(), here.as_posix()):
            yield token, written + token.text[len(token.text.partition("#")[0]) :]


def objections_to_move(before: Desired, after: Desired, live: Live, old: str, new: str) -> list[str]:
    """Why a move isn't the right one: everything must be as it was, but for the place and the order of pages."""
    site = old.partition("/")[0]
    others = [address for address in before.resources if address.partition("/")[2] == old.partition("/")[2]]
    sites = {item.partition("/")[0] for item in others if item.startswith("wiki.")} or {site}
    names = {f"{item}{old.removeprefix(site)}": f"{item}{new.removeprefix(site)}" for item in sites}
    ids = {**live.ids, **{there: live.ids[here] for here, there in names.items() if here in live.ids}}
    wrong = list(dict.fromkeys(_differences(before, after, live, names, ids)))
    moved = after.resources.get(new)
    if moved is not None and wanted_spec(moved, ids)["parent"] != live.resources[old].spec["parent"]:
        wrong.append(f"{old} would stand somewhere else")
    return wrong


def _differences(
    before: Desired, after: Desired, live: Live, names: Mapping[str, str], ids: Mapping[str, str]
) -> Iterator[str]:
    for address, resource in before.resources.items():
        other = after.resources.get(names.get(address, address))
        if other is None:
            yield f"{address} would go"
        elif resource.kind is not Kind.ORDER:
            wrong = _fields(wanted_spec(resource, live.ids), wanted_spec(other, ids), address in names)
            yield from (f"the {name} of {address} would change as well" for name in wrong)


def _fields(before: Mapping[str, Resolved], after: Mapping[str, Resolved], is_moved: bool) -> Iterator[str]:
    return (name for name in before if before[name] != after.get(name) and not (is_moved and name == "parent"))
