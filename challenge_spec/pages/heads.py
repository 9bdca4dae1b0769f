"""Edits of a page's head, the YAML between the `---` lines at its top."""

from __future__ import annotations

from challenge_spec.dump import dump
from challenge_spec.edit import Data, put, remove
from challenge_spec.pages.tree import HEAD


def put_in_head(text: str, key: str, value: Data) -> str:
    """The text of a page whose head says `value` for a key; a page without a head gets one. Raises CannotEdit."""
    match = HEAD.match(text)
    if match is None:
        return f"---\n{dump({key: value})}---\n{text}"
    return text[: match.start("head")] + put(match["head"], (key,), value) + text[match.end("head") :]


def remove_from_head(text: str, key: str) -> str:
    """The text of a page whose head doesn't say a key; a head that would be empty goes. Raises CannotEdit."""
    match = HEAD.match(text)
    if match is None:
        return text
    rest = remove(match["head"], (key,))
    if rest.strip() == "{}":
        return text[match.end() :]
    return text[: match.start("head")] + rest + text[match.end("head") :]
