"""Texts of live pages in the words of files: ids become links and values again, widgets become Markdown.

Every step is exact: what is written here becomes the very same text when it is rendered for the same site.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, unquote

from challenge_spec.pages import AttachmentLink
from challenge_spec.pages.attachments import IMAGE_SUFFIXES
from planner.desired.wiki import widget

_SHORTEST_NUMBER: Final = 5
"""Digits from which on a bare number is taken for an id: years and counts are shorter."""

_TOKENS: Final = re.compile(
    r"(?P<link>(?<=\]\()#!Synapse:(?P<project>syn[0-9]+)/wiki/(?P<page>[0-9]+)(?=\)))"
    r"|(?P<widget>\$\{(?P<kind>image|previewattachment)\?(?P<options>[^{}\n]*)\})"
    rf"|(?P<id>(?<![\w/])(?:syn[0-9]+|[0-9]{{{_SHORTEST_NUMBER},}})(?![\w]))"
)


@dataclass(frozen=True, slots=True)
class Site:
    """What ids in the texts of one site stand for. Paths have slashes and begin where `here` begins.

    project: the site's id. pages: wiki id → path of the page's file. values: id → name of the value that stands for it
    (`teams.participants.id`). files: of the page at hand, name of an attachment → path of its file.
    """

    project: str
    pages: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Kept:
    """A piece of a file that isn't what it says: the text it became on Synapse, and how it is written."""

    rendered: str
    written: str


def to_markdown(text: str, here: str, site: Site, kept: Iterable[Kept] = ()) -> str:
    """A live text as the file `here` would say it. kept: pieces of the lines that it replaces, in their order."""
    parts: list[str | Kept] = [text]
    for piece in kept:
        parts = list(_split(parts, piece)) if piece.rendered.strip() else parts
    return "".join(part.written if isinstance(part, Kept) else _rewritten(part, here, site) for part in parts)


def _split(parts: list[str | Kept], piece: Kept) -> Iterator[str | Kept]:
    """Put a piece back where its text still stands, at one place only."""
    done = False
    for part in parts:
        if done or isinstance(part, Kept) or piece.rendered not in part:
            yield part
            continue
        before, _, after = part.partition(piece.rendered)
        yield from (before, piece, after)
        done = True


def _rewritten(text: str, here: str, site: Site) -> str:
    found: list[str] = []
    position = 0
    for match in _TOKENS.finditer(text):
        instead = _instead(match, here, site)
        if instead is not None:
            found += [_escaped(text[position : match.start()]), instead]
            position = match.end()
    return "".join([*found, _escaped(text[position:])])


def _escaped(text: str) -> str:
    """Braces that mean themselves."""
    return text.replace("{{", "\\{{")


def _instead(match: re.Match[str], here: str, site: Site) -> str | None:
    if match["link"] is not None:
        return _link(match["project"], match["page"], here, site)
    if match["widget"] is not None:
        return attachment(match["widget"], here, site.files)
    name = site.values.get(match["id"])
    return f"{{{{ {name} }}}}" if name else None


def _link(project: str, page: str, here: str, site: Site) -> str | None:
    """The target of a link to a page of the same site; links to other sites keep their ids."""
    if project == site.project and page in site.pages:
        return target(site.pages[page], here)
    value = site.values.get(project)
    return f"#!Synapse:{{{{ {value} }}}}/wiki/{page}" if value else None


def target(path: str, here: str) -> str:
    """The target of a link in the file `here` to another file."""
    return quote(posixpath.relpath(path, posixpath.dirname(here) or "."), safe="/,_.-+'")


def attachment(text: str, here: str, files: Mapping[str, str]) -> str | None:
    """A widget as a Markdown image or link; None where that would show it otherwise than the widget does."""
    said = widget_of(text)
    if said is None or said.name not in files:
        return None
    is_image = posixpath.splitext(files[said.name])[1].lower() in IMAGE_SUFFIXES
    if (said.kind == "image") != is_image or re.search(r"[\[\]\\\n]", said.label):
        return None
    where = target(files[said.name], here)
    return f"![{said.label}]({where})" if is_image else f"[{said.label or said.name}]({where})"


def widget_of(text: str) -> AttachmentLink | None:
    """What a widget shows, where it is one that we would write; None for any other."""
    match = re.fullmatch(r"\$\{(image|previewattachment)\?([^{}\n]*)\}", text)
    if match is None:
        return None
    options = dict(item.partition("=")[::2] for item in match[2].split("&"))
    kind, name = match[1], unquote(options.get("fileName", ""))
    said = AttachmentLink(name, "image" if kind == "image" else "file", unquote(options.get("altText", "")))
    return said if widget(said) == text else None


def file_names(text: str) -> frozenset[str]:
    """Names of the attachments that the widgets of a text mention, in whatever way."""
    names = re.findall(r"\$\{[^{}\n]*?[?&]fileName=([^&{}\n]*)", text)
    return frozenset(unquote(name) for name in names)
