"""Every key that refers to an entry of another block refers to one that exists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from challenge_spec.diagnostics import did_you_mean
from challenge_spec.resolving.people import team_keys
from challenge_spec.rules.context import Room
from challenge_spec.source import Path
from challenge_spec.teams import EVERYBODY

_SETTINGS = ("sub_challenges.*", "queues.*", "queues.*.by_sub_challenge.*", "defaults.queue", "defaults.sub_challenge")
_ROUNDS = ("queues.*.rounds.*", "queues.*.by_sub_challenge.*.rounds.*")

_PLACES: tuple[tuple[str, str], ...] = (
    *(
        (f"{place}.{name}", block)
        for place in (*_SETTINGS, *_ROUNDS)
        for name, block in (
            ("truth", "data"),
            ("inputs", "data"),
            ("forward_to", "queues"),
        )
    ),
    *(
        (f"{place}.{name}", block)
        for place in _SETTINGS
        for name, block in (
            ("workflow", "workflows"),
            ("orchestrator", "orchestrators"),
            ("access", "principals"),
        )
    ),
    *(
        (f"{place}.eligibility.{name}", block)
        for place in ("queues.*", "queues.*.by_sub_challenge.*", "defaults.queue")
        for name, block in (
            ("member_of", "teams"),
            ("exclusive_with", "queues or addresses"),
            ("needs_success_in", "queues or addresses"),
            ("ranked_with", "queues or addresses"),
        )
    ),
    ("queues.*.for", "sub_challenges"),
    ("queues.*.for.together", "sub_challenges"),
    ("queues.*.by_sub_challenge", "sub_challenges"),
    ("teams.*.requires", "requirements"),
    ("defaults.team.requires", "requirements"),
    ("data.*.requires", "requirements"),
    ("data.*.access", "principals"),
    ("data.*.at", "orchestrators"),
    ("requirements.*.grants", "teams"),
    ("views.*.queues", "queues or addresses"),
    ("views.*.access", "principals"),
    ("launch.approvals.*.by", "teams"),
)
"""Where in the manifest a text, the items of a list or the keys of a block refer to entries of which block."""

_WORDS = {"principals": "team", "data": "data entry", "queues or addresses": "queue", "sub_challenges": "sub-challenge"}
_FREE = {"queues.*.for": ("all", "together"), "queues.*.for.together": ("all",)}


MAX_REPORTS = 200


def check(room: Room) -> None:
    """Report references to nothing, with the nearest name there is; at most MAX_REPORTS of them."""
    known = _known(room)
    for place, name, block, at_key in islice(_broken(room, known), MAX_REPORTS):
        _report(room, place, name, block, known[block], at_key=at_key)


def _broken(room: Room, known: Mapping[str, list[str]]) -> Iterator[tuple[Path, str, str, bool]]:
    """(where, name, block, whether it is a key) of each reference to nothing."""
    names = {block: frozenset(keys) for block, keys in known.items()}
    for pattern, block in _PLACES:
        for path, value in _found(room.findings.source.value, pattern.split("."), ()):
            for place, name, at_key in _references(value, path):
                if name not in names[block] and name not in _FREE.get(pattern, ()):
                    yield place, name, block, at_key


def _known(room: Room) -> Mapping[str, list[str]]:
    manifest, teams = room.manifest, team_keys(room.manifest)
    queues = list(manifest.queues)
    return {
        "data": list(manifest.data),
        "queues": queues,
        "workflows": list(manifest.workflows),
        "orchestrators": list(manifest.orchestrators),
        "sub_challenges": list(manifest.sub_challenges),
        "requirements": list(manifest.requirements),
        "teams": teams,
        "principals": [*teams, *EVERYBODY],
        "queues or addresses": list(dict.fromkeys([*queues, *(queue.key for queue in room.challenge.queues)])),
    }


def _found(value: Any, pattern: list[str], path: Path) -> Iterator[tuple[Path, Any]]:
    """Every value that a pattern leads to; `*` is any key or index."""
    if not pattern:
        yield path, value
        return
    step, rest = pattern[0], pattern[1:]
    if step == "*":
        items = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
        for key, item in items:
            yield from _found(item, rest, (*path, key))
    elif isinstance(value, Mapping) and step in value:
        yield from _found(value[step], rest, (*path, step))


def _references(value: Any, path: Path) -> Iterator[tuple[Path, str, bool]]:
    """(where, name, whether it is a key) of each reference in a value."""
    if isinstance(value, str):
        yield path, value, False
    elif isinstance(value, list):
        yield from (((*path, index), item, False) for index, item in enumerate(value) if isinstance(item, str))
    elif isinstance(value, Mapping):
        yield from (((*path, key), key, True) for key in value)


def _report(room: Room, place: Path, name: str, block: str, known: list[str], *, at_key: bool) -> None:
    word = _WORDS.get(block) or block.removesuffix("s")
    remedy = did_you_mean(name, known) or f"There is none yet; add it to `{block.partition(' ')[0]}`."
    if name == "preregistrants":
        remedy = "That team exists once `timeline.preregistration` says when it is needed."
    report = room.findings.error_at_key if at_key else room.findings.error
    report(f"reference.unknown-{word.replace(' ', '-')}", place, f"there is no {word} `{name}`", remedy)
