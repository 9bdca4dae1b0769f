"""HTML pages as Markdown, and what gets lost on the way: programs, styles, embedded things."""

from __future__ import annotations

import re
from typing import Any, Final

_LOST: Final = ("script", "style", "iframe", "object", "embed", "form", "video", "audio", "canvas", "svg", "template")


MAX_TAGS: Final = 20_000
"""A page with more is none that anybody wrote."""
# Only these reach the parser, which otherwise reads some pages again and again; quantifiers are possessive.
_NO_TEXT = re.compile(r"<!--(?:.*?-->|.*)|<[!?][^>]*+(?:>|$)", re.DOTALL)
_BLANKS = re.compile(r"(\s{100})\s++")
_TAG = re.compile(r"""</?[a-zA-Z](?:[^<>"']|"[^"]*+"|'[^']*+')*+>""")


def to_markdown(html: str) -> tuple[str, tuple[str, ...]]:
    """The page as Markdown, and the names of the tags that had to go. Never raises."""
    html, number = _only_tags(html)
    if number > MAX_TAGS:
        return _tidy(_TAG.sub(" ", html)), (f"{number:,} tags",)
    from bs4 import BeautifulSoup
    from markdownify import MarkdownConverter

    soup = BeautifulSoup(html if number else f"<p>{html}</p>", "html.parser")  # without a tag it might be an address
    lost = sorted({tag.name for tag in soup.find_all(list(_LOST))})
    for tag in soup.find_all([*_LOST, "head"]):
        tag.extract()
    try:
        converter: Any = MarkdownConverter(heading_style="ATX", bullets="-", escape_misc=False)
        text = converter.convert_soup(soup)
    except RecursionError:
        text, lost = soup.get_text("\n"), [*lost, "tags nested too deep"]
    return _tidy(text), tuple(lost)


def _only_tags(html: str) -> tuple[str, int]:
    """The page without comments and declarations, with `<` that begins no tag escaped; and how many tags it has."""
    parts, done, number = [], 0, 0
    html = _BLANKS.sub(r"\1", _NO_TEXT.sub("", html))
    for match in _TAG.finditer(html):
        parts += [html[done : match.start()].replace("<", "&lt;"), match[0]]
        done, number = match.end(), number + 1
    return "".join([*parts, html[done:].replace("<", "&lt;")]), number


def _tidy(text: str) -> str:
    """Without blanks at line ends, and with one empty line where there were several."""
    lines = [line.rstrip() for line in text.split("\n")]
    kept = [line for line, before in zip(lines, ["", *lines], strict=False) if line or before]
    return "\n".join(kept).strip("\n") + "\n"
