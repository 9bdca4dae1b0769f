"""What is left over in pages: ids of another challenge, empty sections, files that no page shows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any

from challenge_spec.diagnostics import Diagnostic, Position
from challenge_spec.pages.attachments import IMAGE_SUFFIXES
from challenge_spec.pages.markdown import prose
from challenge_spec.pages.placeholders import has_only_headings, placeholders
from challenge_spec.pages.places import body_of, position
from challenge_spec.resolved import ResolvedQueue
from challenge_spec.rules.context import Room
from challenge_spec.tree import Tree, Unreadable

_ID = re.compile(r"\b(?:syn[0-9]{5,}|(?<=teamId=)[0-9]{5,}|(?<=challengeId=)[0-9]{3,}|(?<=evaluationId=)[0-9]{5,})\b")
_HEADING = re.compile(r"^ {0,3}(?P<marks>#{1,6})[ \t]++(?P<text>[^\n]*+)$", re.MULTILINE)
_LINK = re.compile(r"synapse\.org/(?:#!)?Synapse:(?P<id>(?!syn[0-9]|\{\{|\$)[^\s/)\]}>\"']++)")
_A_DAY = re.compile(r"(?i:submi|entries|entry|limit)[^\n.]*?\b(?P<day>(?:per|a|each|every) day|daily)\b")
_FILES = (*sorted(IMAGE_SUFFIXES), ".pdf", ".csv", ".tsv", ".txt", ".zip", ".docx", ".xlsx", ".pptx", ".ipynb")


def check(room: Room) -> None:
    """Run the rules of this family."""
    known = frozenset(_ids(room.findings.source.value))
    daily = any("daily" in place for queue in room.challenge.queues for place in _limits(queue))
    for name, text in room.texts.items():
        _foreign_ids(room, known, name, text)
        _empty_sections(room, name, text)
        _synapse_links(room, name, text)
        if daily:
            _days(room, name, text)
    if room.tree is not None:
        _orphans(room, room.tree)


def _warn(room: Room, code: str, place: Position, message: str, remedy: str, why: str = "") -> None:
    room.findings.extend([Diagnostic(code, "warning", place, message, why, remedy)])


def _ids(value: Any) -> Iterator[str]:
    """Every id that the manifest itself names, whatever for."""
    if isinstance(value, str):
        yield from re.findall(r"\bsyn[0-9]+\b|\b[0-9]{3,}\b", value)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _ids(item)
    elif isinstance(value, list):
        for item in value:
            yield from _ids(item)


def _foreign_ids(room: Room, known: frozenset[str], name: str, text: str) -> None:
    foreign = [match for match in _ID.finditer(text) if match[0] not in known]
    marks = {mark for _, mark in placeholders(text)} if foreign else set()
    for match in foreign:
        if any(match[0] in mark for mark in marks):
            continue
        place = position(name, text, match.start(), len(match[0]))
        message = f"`{match[0]}` is nothing that this manifest knows"
        remedy = "Fill our own ids in, `{{ data.training.id }}`; those of others go into `wiki.foreign`."
        _warn(room, "stale.foreign-id", place, message, remedy, "Ids of last year stay in copied pages for years.")


def _limits(queue: ResolvedQueue) -> Iterator[Mapping[str, int]]:
    yield queue.limits or {}
    yield from (item.limits for item in queue.rounds)


def _synapse_links(room: Room, name: str, text: str) -> None:
    """What-goes-wrong D4: numbers of pages taken for ids of entities, and ids without their first letters."""
    for match in _LINK.finditer(text):
        message = f"`{match['id']}` is no id of an entity on Synapse: these begin with `syn`"
        place = position(name, text, match.start("id"), len(match["id"]))
        _warn(room, "page.synapse-link", place, message, "Link to the file of the page, or fill the id in.")


def _days(room: Room, name: str, text: str) -> None:
    """ "A day" is read as that of the reader; limits know the day of UTC only (what-goes-wrong C4)."""
    body = body_of(text)
    match = _A_DAY.search(prose(body))
    if match is None or "UTC" in body or "utc_midnight" in body:
        return
    place = position(name, text, len(text) - len(body) + match.start("day"), len(match["day"]))
    remedy = "Say it: `(a day begins at {{ challenge.utc_midnight }})`."
    _warn(room, "quota.reset-unsaid", place, "when does a day begin? For limits, at midnight UTC", remedy)


def _empty_sections(room: Room, name: str, text: str) -> None:
    """A heading with nothing below it before the next one of its rank: a template that nobody has filled in."""
    body = body_of(text)
    if has_only_headings(body):
        return
    found = list(_HEADING.finditer(prose(body)))
    for heading, after in zip_longest(found, found[1:]):
        end = after.start() if after else len(body)
        goes_on = after is not None and len(after["marks"]) > len(heading["marks"])
        if body[heading.end() : end].strip() or goes_on:
            continue
        place = position(name, text, len(text) - len(body) + heading.start("text"), len(heading["text"]))
        _warn(room, "page.empty-section", place, "nothing is below this heading", "Write it, or delete the heading.")


def _orphans(room: Room, tree: Tree) -> None:
    """Files beside the pages that no page shows: the link is missing, or they are left over."""
    wiki = room.challenge.wiki
    pages = [*wiki.pages, *(wiki.staging or ()), *([wiki.preregistration] if wiki.preregistration else [])]
    shown = {item.path.resolve() for page in pages for item in page.attachments}
    for said in (room.manifest.wiki.pages, room.manifest.wiki.staging):
        folder = tree.home / said if said else None
        if folder is None or not tree.is_folder(folder):
            continue
        try:
            files = [path for path in tree.files_below(folder, *_FILES) if path.resolve() not in shown]
        except Unreadable:
            continue  # reported where the pages are read
        for path in files:
            message = f"no page shows `{tree.name(path)}`"
            remedy = "Link to it, name it under `files` in the head of a page, or delete it."
            _warn(room, "page.orphan-file", Position(tree.name(path)), message, remedy)
