"""A decided challenge as a document for people and scripts: every default filled in, every instant in three zones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from challenge_spec.pages import Page
from challenge_spec.resolved import ResolvedChallenge, ResolvedQueue, ResolvedRound
from challenge_spec.turnover import everywhere, turns_over

MANIFEST_BLOCKS = {"projects", "teams", "sub_challenges", "queues", "workflows", "data", "requirements", "views"} | {
    "orchestrators",
    "approvals",
}
"""Parts whose entries are shown by their keys, as in the manifest."""


def document(challenge: ResolvedChallenge) -> dict[str, Any]:
    """The whole challenge as nested dicts, lists and scalars, in the order of the manifest.

    An instant is a block `local`, `utc`, `anywhere_on_earth`, or `tbd`. What has neither value nor default is left out.
    """
    zone = ZoneInfo(challenge.zone)
    shown: dict[str, Any] = {}
    for item in fields(challenge):
        value = getattr(challenge, item.name)
        if item.name == "queues":
            shown[item.name] = {queue.key: _queue(queue, challenge, zone) for queue in challenge.queues}
        elif item.name == "timeline":
            shown[item.name] = {name: _moment(at, zone) for name, at in challenge.timeline.items()}
        elif item.name in MANIFEST_BLOCKS:
            shown[item.name] = {entry.key: _without_key(entry, zone) for entry in value}
        else:
            shown[item.name] = _plain(value, zone)
    return {name: value for name, value in shown.items() if value is not None}


def _without_key(entry: Any, zone: ZoneInfo) -> dict[str, Any]:
    found: dict[str, Any] = _plain(entry, zone)
    return {name: value for name, value in found.items() if name != "key"}


def _queue(queue: ResolvedQueue, challenge: ResolvedChallenge, zone: ZoneInfo) -> dict[str, Any]:
    shown = _without_key(queue, zone)
    for item, entry in zip(queue.rounds, shown["rounds"], strict=True):
        entry |= {"start": _moment(item.start, zone), "end": _moment(item.end, zone)}
        entry["limits_begin_anew"] = _turnover(item, zone)
    if queue.always and queue.limits and (opening := challenge.timeline.get("open")):
        shown["limits_begin_anew"] = turns_over(queue.limits, opening, opening.replace(year=opening.year + 1), zone)
    return shown


def decisions(
    challenge: ResolvedChallenge, address: str, folders: Mapping[str, Decided] | None = None
) -> dict[str, dict[str, str]]:
    """What explains the values at an address; empty where nothing is known of them (pages, orders, stages).

    folders: address → data entry, whose address is that of its folder.
    said_at: setting → where in the manifest it was said, or which purpose decided. limits_begin_anew: see `turns_over`.
    """
    queues = {f"queue.{queue.key}": queue for queue in challenge.queues}
    if address.startswith("round."):
        key, _, name = address.removeprefix("round.").rpartition("/")
        queue = queues.get(f"queue.{key}")
        zone = ZoneInfo(challenge.zone)
        anew = {item.name: _turnover(item, zone) for item in queue.rounds}.get(name, {}) if queue else {}
        return {"said_at": _said_at(queue, ("rounds", "limits")), "limits_begin_anew": anew} if queue else {}
    owner, wanted = _owner(address)
    thing = {**queues, **_things(challenge), **(folders or {})}.get(owner)
    return {"said_at": _said_at(thing, wanted)} if thing else {}


def _owner(address: str) -> tuple[str, tuple[str, ...]]:
    """Whose values decide about an address, and which of them (empty: all)."""
    if address.startswith("member."):
        return f"team.{address.removeprefix('member.').partition('/')[0]}", ("members",)
    wanted = ("access", "grants", "start", "release") if address.startswith("acl.") else ()
    return address.removeprefix("acl.").removeprefix("annotations."), wanted


def _things(challenge: ResolvedChallenge) -> dict[str, Decided]:
    """What else knows where its values came from, by address."""
    kinds: tuple[tuple[str, Sequence[Keyed]], ...] = (
        ("project", challenge.projects),
        ("team", challenge.teams),
        ("link", challenge.workflows),
        ("view", challenge.views),
        ("orchestrator", challenge.orchestrators),
    )
    return {f"{kind}.{item.key}": item for kind, items in kinds for item in items}


class Decided(Protocol):
    """Something that knows where its values came from."""

    @property
    def origins(self) -> Mapping[str, str]:
        """Field → where its value was said."""
        ...


class Keyed(Decided, Protocol):
    """The same, with a key."""

    @property
    def key(self) -> str:
        """Key in the manifest."""
        ...


def _said_at(thing: Decided, wanted: tuple[str, ...]) -> dict[str, str]:
    return {name: place for name, place in thing.origins.items() if not wanted or name in wanted}


def _turnover(item: ResolvedRound, zone: ZoneInfo) -> dict[str, str]:
    return turns_over(item.limits, item.start, item.end, zone) if item.start and item.end else {}


def _moment(at: datetime | None, zone: ZoneInfo) -> Any:
    return everywhere(at, zone) if at else "tbd"


def _plain(value: Any, zone: ZoneInfo) -> Any:
    if isinstance(value, datetime):
        return everywhere(value, zone)
    if isinstance(value, Page):
        return _page(value, zone)
    if is_dataclass(value):
        found = {item.name: getattr(value, item.name) for item in fields(value)}
        return {name: _plain(item, zone) for name, item in found.items() if item is not None}
    if isinstance(value, Mapping):
        return {str(key): _plain(item, zone) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item, zone) for item in value]
    return value


def _page(page: Page, zone: ZoneInfo) -> dict[str, Any]:
    """A page without its text, which is in its file."""
    return {
        "key": "/".join(page.key),
        "title": page.title,
        "file": page.file.name,
        **{name: everywhere(at, zone) for name, at in (("start", page.start), ("until", page.until)) if at},
        "attachments": [item.name for item in page.attachments],
    }
