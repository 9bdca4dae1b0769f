"""The models' errors in an organizer's words, each at the key or value that caused it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from challenge_spec.diagnostics import Diagnostic, did_you_mean
from challenge_spec.fields import KEY_PATTERN, Model
from challenge_spec.source import Path, Source

M = TypeVar("M", bound=Model)

MAX_ERRORS = 200
"""More than that nobody reads; it also bounds the work."""

_CODES = {
    "moment": "time.unreadable",
    "zone_abbreviation": "time.zone-abbreviation",
    "span": "time.unreadable-length",
    "block": "manifest.wrong-shape",
    "text": "manifest.wrong-shape",
    "quoted": "manifest.quoted",
    "flag": "manifest.not-a-flag",
    "count": "manifest.not-a-count",
    "number": "manifest.not-a-number",
    "size": "manifest.not-a-size",
    "grant": "manifest.unknown-value",
}
_SHAPES = {
    "string_type": "a single value",
    "tuple_type": "a list",
    "list_type": "a list",
    "mapping_type": "a block of `key: value` lines",
    "dict_type": "a block of `key: value` lines",
    "model_type": "a block of `key: value` lines",
}
_PATTERNS = {
    KEY_PATTERN: "A key begins with a small letter and goes on with small letters, digits, `-` and `_`.",
    r"^syn[0-9]+$": "Write a Synapse id such as `syn1234567`.",
    r"^[0-9]+$": "Write the number alone.",
    r"^https?://": "Write a full address that begins with `https://`.",
    r"^/": "Write an absolute path that begins with `/`.",
    r"^[a-zA-Z0-9_]+$": "Letters, digits and `_` only.",
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$": "Write a day such as `2027-07-05`.",
    r"^[a-z][a-z0-9_-]*(/[a-z][a-z0-9_-]*)?$": "Write an entry of `queues`, or one queue of it, `final/similarity`.",
    r"^[a-z0-9]+(-[a-z0-9]+)*$": "Small letters and digits, in words joined by single hyphens.",
}


def validate(model: type[M], source: Source) -> tuple[M | None, list[Diagnostic]]:
    """The model that the values make, or what is wrong with them."""
    try:
        return model.model_validate(source.value), []
    except ValidationError as error:
        found = [(item, _path(item["loc"], source.value)) for item in error.errors(include_url=False)]
        wrong = [(item, path) for item, path in found if not _is_known(item, path, source)]
        shown = [_diagnostic(item, path, source) for item, path in wrong[:MAX_ERRORS]]
        return None, [*shown, *_and_more(len(wrong), source)]


def _and_more(number: int, source: Source) -> list[Diagnostic]:
    """A word about the errors that are not shown."""
    if number <= MAX_ERRORS:
        return []
    message = f"{number - MAX_ERRORS} more errors of this kind are not shown"
    return [Diagnostic("manifest.more-errors", "error", source.at(()), message, help="Mend these first.")]


def _is_known(item: Any, path: Path, source: Source) -> bool:
    """Whether a key is missing because what was written for it has been refused already."""
    return item["type"] == "missing" and source.says(path)


def _diagnostic(item: Any, path: Path, source: Source) -> Diagnostic:
    handler = _HANDLERS.get(item["type"], _other)
    return handler(item, path, source)


def _path(location: tuple[Any, ...], value: Any) -> Path:
    """The keys and indexes among a location's parts; names of unions' branches and the like are left out."""
    path: list[str | int] = []
    for position, part in enumerate(location):
        last = position == len(location) - 1
        if _holds(value, part):
            value = value[part]
        elif not (last and isinstance(value, Mapping) and part != "[key]"):
            continue
        path.append(part)
    return tuple(path)


def _holds(value: Any, part: Any) -> bool:
    if isinstance(value, Mapping):
        return part in value
    return isinstance(value, list) and isinstance(part, int) and part < len(value)


def _unknown_key(item: Any, path: Path, source: Source) -> Diagnostic:
    block = ".".join(str(part) for part in path[:-1])
    message = f"unknown key `{path[-1]}`" + (f" in `{block}`" if block else "")
    return Diagnostic(
        "manifest.unknown-key",
        "error",
        source.key_at(path),
        message,
        help=did_you_mean(str(path[-1]), item["ctx"]["known"]),
    )


def _missing(_item: Any, path: Path, source: Source) -> Diagnostic:
    block = ".".join(str(part) for part in path[:-1])
    message = f"`{path[-1]}` is missing" + (f" in `{block}`" if block else "")
    remedy = _MISSING_REMEDIES.get(path, f"Add `{path[-1]}: ...`.")
    return Diagnostic("manifest.missing-key", "error", source.key_at(path[:-1]), message, help=remedy)


_MISSING_REMEDIES: Mapping[Path, str] = {
    ("manifest",): "Begin the file with `manifest: 1`.",
    (
        "challenge",
        "timezone",
    ): "Write the zone that your times are in, `timezone: America/New_York`; it is never assumed.",
    ("challenge", "key"): "Choose a short name that will never change, `key: odor-mixtures`.",
}


def _unknown_value(item: Any, path: Path, source: Source) -> Diagnostic:
    choices = re.findall(r"'([^']*)'", item["ctx"]["expected"]) or [item["ctx"]["expected"]]
    given = str(item["input"])
    remedy = did_you_mean(given, choices)
    if remedy.startswith("Did") and len(choices) > 1:
        remedy += " Possible are " + ", ".join(f"`{choice}`" for choice in choices) + "."
    return Diagnostic(
        "manifest.unknown-value", "error", source.at(path), f"`{given}` is not possible here", help=remedy
    )


def _bad_pattern(item: Any, path: Path, source: Source) -> Diagnostic:
    at_key = item["loc"][-1] == "[key]"
    pattern = item["ctx"]["pattern"]
    remedy = _PATTERNS.get(pattern) or _pattern_remedy(path)
    place = source.key_at(path) if at_key else source.at(path)
    code = "manifest.bad-key" if at_key or pattern == KEY_PATTERN else "manifest.bad-text"
    return Diagnostic(code, "error", place, f"`{item['input']}` can't stand here", help=remedy)


def _pattern_remedy(path: Path) -> str:
    return {
        "repository": "Write `owner/name@ref`: the GitHub repository, and the tag, commit or branch to use.",
        "folder": "Write a path of folders without slashes at its ends, `Data/Training`.",
        "name": "Letters, digits, blanks, `.`, `_` and `-`; begin with a letter or digit.",
        "score": "Write the name of an image, `registry/name@sha256:...`.",
        "validate": "Write the name of an image, `registry/name@sha256:...`.",
        "compose_project": "Small letters, digits, `-` and `_`.",
    }.get(str(path[-1]) if path else "", "")


def _wrong_shape(item: Any, path: Path, source: Source) -> Diagnostic:
    expected = _SHAPES.get(item["type"], "something else")
    return Diagnostic("manifest.wrong-shape", "error", source.at(path), f"{expected} is expected here")


def _wrong_branch(_item: Any, path: Path, source: Source) -> Diagnostic:
    return Diagnostic("manifest.wrong-shape", "error", source.at(path), "this is neither a word, a list nor a block")


def _too_long(item: Any, path: Path, source: Source) -> Diagnostic:
    given, possible = item["input"], item["ctx"]["max_length"]
    number = f"{len(given)} entries" if isinstance(given, (Mapping, list)) else f"{len(str(given))} characters"
    message = f"this has {number}, {possible} are possible"
    return Diagnostic("manifest.too-long", "error", source.at(path), message, help="Shorten it.")


def _too_short(_item: Any, path: Path, source: Source) -> Diagnostic:
    return Diagnostic(
        "manifest.empty", "error", source.at(path), "this is empty", help="Give it a value, or delete it."
    )


def _our_own(item: Any, path: Path, source: Source) -> Diagnostic:
    context = item.get("ctx", {})
    message = context.get("message", item["msg"])
    return Diagnostic(_CODES[item["type"]], "error", source.at(path), message, help=context.get("help", ""))


def _other(item: Any, path: Path, source: Source) -> Diagnostic:
    return Diagnostic("manifest.invalid", "error", source.at(path), item["msg"])


_Handler = Callable[[Any, Path, Source], Diagnostic]
_HANDLERS: Mapping[str, _Handler] = {
    "unknown_key": _unknown_key,
    "missing": _missing,
    "literal_error": _unknown_value,
    "string_pattern_mismatch": _bad_pattern,
    "string_too_long": _too_long,
    "too_long": _too_long,
    "string_too_short": _too_short,
    "too_short": _too_short,
    "union_tag_not_found": _wrong_branch,
    **dict.fromkeys(_SHAPES, _wrong_shape),
    **dict.fromkeys(_CODES, _our_own),
}
