"""What is left over in pages: ids of another challenge, empty sections, files that no page shows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import zip_longest

from challenge_spec.diagnostics import Diagnostic, Position, did_you_mean
from challenge_spec.pages.attachments import IMAGE_SUFFIXES
from challenge_spec.pages.body import page_key
from challenge_spec.pages.markdown import marked_headings
from challenge_spec.pages.placeholders import has_only_headings, placeholders
from challenge_spec.pages.tree import PageFile
from challenge_spec.resolved import ResolvedQueue
from challenge_spec.rules.context import Room
from challenge_spec.tree import Tree, Unreadable

_ID = re.compile(r"\b(?:syn[0-9]{5,}|(?<=teamId=)[0-9]{5,}|(?<=challengeId=)[0-9]{3,}|(?<=evaluationId=)[0-9]{5,})\b")
_ANY_ID = re.compile(r"\bsyn[0-9]+\b|\b[0-9]{3,}\b")
"""What the manifest itself names, whatever for."""
_MAYBE_ID = re.compile(r"syn[0-9]")
_LINK = re.compile(r"synapse\.org/(?:#!)?Synapse:(?P<id>(?!syn[0-9]|\{\{|\$)[^\s/)\]}>\"']++)")
_A_DAY = re.compile(r"(?i:submi|entries|entry|limit)[^\n.]*?\b(?P<day>(?:per|a|each|every) day|daily)\b")
_FILES = (*sorted(IMAGE_SUFFIXES), ".pdf", ".csv", ".tsv", ".txt", ".zip", ".docx", ".xlsx", ".pptx", ".ipynb")


def check(room: Room) -> None:
    """Run the rules of this family."""
    known = known_ids(room)
    daily = any("daily" in place for queue in room.challenge.queues for place in _limits(queue))
    for page in room.pages:
        _foreign_ids(room, known, page)
        _empty_sections(room, page)
        _synapse_links(room, page)
        if daily:
            _days(room, page)
    _required(room)
    if room.tree is not None:
        _orphans(room, room.tree)


def _required(room: Room) -> None:
    """What a challenge's pages must cover is the organizers' list; that it is complete is ours (guide, item 32)."""
    there = {page.key for page in room.challenge.wiki.pages}
    for index, said in enumerate(room.manifest.wiki.required):
        if page_key(said) not in there:
            names = sorted("/".join(key) for key in there if key)
            remedy = did_you_mean(said, names) or "Write it, or take it off the list."
            room.findings.error("page.required-missing", ("wiki", "required", index), f"no page `{said}`", remedy)


def _warn(room: Room, code: str, place: Position, message: str, remedy: str, why: str = "") -> None:
    room.findings.extend([Diagnostic(code, "warning", place, message, why, remedy)])


def known_ids(room: Room) -> frozenset[str]:
    """Every id that the manifest names, whatever for."""
    return frozenset(_ANY_ID.findall("\n".join(room.texts)))


def foreign_ids(text: str, known: frozenset[str]) -> Iterator[tuple[int, str]]:
    """Offset and text of every id on Synapse that is not known; placeholders are reported as such."""
    ids = _ID.finditer(text) if "Id=" in text or _MAYBE_ID.search(text) else ()
    foreign = [match for match in ids if match[0] not in known]
    marks = {mark for _, mark in placeholders(text)} if foreign else set()
    yield from ((match.start(), match[0]) for match in foreign if not any(match[0] in mark for mark in marks))


def _foreign_ids(room: Room, known: frozenset[str], page: PageFile) -> None:
    for offset, text in foreign_ids(page.text, known):
        place = page.at(offset, len(text))
        message = f"`{text}` is nothing that this manifest knows"
        remedy = "Fill our own ids in, `{{ data.training.id }}`; those of others go into `wiki.foreign`."
        _warn(room, "stale.foreign-id", place, message, remedy, "Ids of last year stay in copied pages for years.")


def _limits(queue: ResolvedQueue) -> Iterator[Mapping[str, int]]:
    yield queue.limits or {}
    yield from (item.limits for item in queue.rounds)


def _synapse_links(room: Room, page: PageFile) -> None:
    """What-goes-wrong D4: numbers of pages taken for ids of entities, and ids without their first letters."""
    for match in _LINK.finditer(page.text):
        message = f"`{match['id']}` is no id of an entity on Synapse: these begin with `syn`"
        place = page.at(match.start("id"), len(match["id"]))
        _warn(room, "page.synapse-link", place, message, "Link to the file of the page, or fill the id in.")


def _days(room: Room, page: PageFile) -> None:
    """ "A day" is read as that of the reader; limits know the day of UTC only (what-goes-wrong C4)."""
    says_day = " day" in page.prose or "daily" in page.prose
    if not says_day or "UTC" in page.body or "utc_midnight" in page.body:
        return
    match = _A_DAY.search(page.prose)
    if match is None:
        return
    place = page.at(page.body_start + match.start("day"), len(match["day"]))
    remedy = "Say it: `(a day begins at {{ challenge.utc_midnight }})`."
    _warn(room, "quota.reset-unsaid", place, "when does a day begin? For limits, at midnight UTC", remedy)


def _empty_sections(room: Room, page: PageFile) -> None:
    """A heading with nothing below it before the next one of its rank: a template that nobody has filled in."""
    body = page.body
    if has_only_headings(body):
        return
    found = list(marked_headings(page.prose))
    for heading, after in zip_longest(found, found[1:]):
        end = after.start() if after else len(body)
        goes_on = after is not None and len(after["marks"]) > len(heading["marks"])
        if body[heading.end() : end].strip() or goes_on:
            continue
        place = page.at(page.body_start + heading.start("text"), len(heading["text"]))
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
