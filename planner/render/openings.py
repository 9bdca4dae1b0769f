"""What a plan opens: who gains which right, which queue takes submissions longer or more of them, who may join."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from pydantic import JsonValue

from planner.render.instants import show_instant, show_window
from planner.render.schema import Change
from planner.render.values import View, name_of, principal
from planner.resources import DEPLOYER, owner_of
from planner.stages import STAFF_TEAMS

Spec = Mapping[str, JsonValue]
_EASE: Final = ("invitation", "request", "open")
"""Ways into a team, the easiest last."""


@dataclass(frozen=True, slots=True)
class Opening:
    """One way in that is wider afterwards: `what` in words, of each of the `addresses`."""

    what: str
    addresses: tuple[str, ...]
    cause: str
    held: bool


class _Told(NamedTuple):
    """What one field of one change opens, of what has an address."""

    field: str
    address: str
    what: str


def openings(changes: Iterable[Change], view: View) -> list[Opening]:
    """Everything that widens access or opens a queue, the same things of several addresses together."""
    found: dict[tuple[str, str, bool], list[str]] = {}
    for change in changes:
        tell, causes = _TELL.get(change.kind, _nothing), {field.name: field.cause for field in change.fields}
        for told in tell(change, view):
            cause = causes.get(told.field, change.cause)
            found.setdefault((told.what, cause, change.held), []).append(told.address)
    return [Opening(what, tuple(addresses), cause, held) for (what, cause, held), addresses in found.items()]


def _nothing(_change: Change, _view: View) -> Iterator[_Told]:
    return iter(())


def _rights(change: Change, view: View) -> Iterator[_Told]:
    """Rights that somebody gains. That staff administers what is new is no news, nor that a new team can be seen."""
    owner = owner_of(change.address)
    if change.after is None:
        yield _Told("", owner, "loses its own access list: whoever may see what it lies in sees it")
        return
    before = change.before or {}
    for who, rights in change.after.items():
        gained = _set(rights) - _set(before.get(who))
        if gained and not (change.before is None and _is_usual(who, gained, owner, view)):
            name = principal(who, view).removeprefix("user.")
            yield _Told(who, owner, f"{name} gains {', '.join(sorted(gained))} on")


def _is_usual(who: str, gained: set[str], owner: str, view: View) -> bool:
    """Whether a right goes without saying on something new."""
    if name_of(who, view) in STAFF_TEAMS | {DEPLOYER}:
        return True
    return owner.startswith("team.") and gained <= {"READ", "SEND_MESSAGE"}


def _set(rights: JsonValue) -> set[str]:
    return {str(right) for right in rights} if isinstance(rights, list) else set()


def _round(change: Change, view: View) -> Iterator[_Told]:
    """A round that is new, begins earlier, ends later, or takes more."""
    new, old = change.after, change.before
    if new is None:
        return
    if old is None:
        window = show_window(str(new.get("start")), str(new.get("end")), view.zone)
        yield _Told("", change.address, f"submissions are taken {window}, {_limits(new.get('limits'))}, in")
        return
    for name, word, wider in (("start", "begins earlier", _less), ("end", "ends later", _more)):
        if wider(new.get(name), old.get(name)):
            moved = f"{_moment(old.get(name), view)} → {_moment(new.get(name), view)}"
            yield _Told(name, change.address, f"{word}: {moved}:")
    if raised := list(_raised(old.get("limits"), new.get("limits"))):
        yield _Told("limits", change.address, f"takes more: {', '.join(raised)}:")


def _less(new: JsonValue, old: JsonValue) -> bool:
    return isinstance(new, str) and isinstance(old, str) and new < old


def _more(new: JsonValue, old: JsonValue) -> bool:
    return isinstance(new, str) and isinstance(old, str) and new > old


def _moment(value: JsonValue, view: View) -> str:
    return show_instant(str(value), view.zone)


def _limits(value: JsonValue) -> str:
    limits = value if isinstance(value, dict) else {}
    return ", ".join(f"{number} {name}" for name, number in limits.items()) or "no limit"


def _raised(old: JsonValue, new: JsonValue) -> Iterator[str]:
    """Limits that are higher than before, or gone."""
    before, after = (value if isinstance(value, dict) else {} for value in (old, new))
    for name, number in before.items():
        now = after.get(name)
        if now is None:
            yield f"{number} {name} → no limit"
        elif isinstance(number, int) and isinstance(now, int) and now > number:
            yield f"{number} → {now} {name}"


def _team(change: Change, _view: View) -> Iterator[_Told]:
    """A team that becomes easier to get into."""
    before, after = (_ease(spec) for spec in (change.before, change.after))
    if after > before:
        yield _Told("join", change.address, f"{_WAYS[after]} join")


def _ease(spec: Spec | None) -> int:
    join = (spec or {}).get("join")
    return _EASE.index(str(join)) if join in _EASE else 0


_WAYS: Final = ("only who is invited may", "anybody may ask to", "anybody may")


def _member(change: Change, view: View) -> Iterator[_Told]:
    if change.action == "create":
        team, _, person = change.address.partition(".")[2].rpartition("/")
        yield _Told("", f"team.{team}", f"{name_of(person, view)} is invited to")


_TELL: Final[Mapping[str, Callable[[Change, View], Iterator[_Told]]]] = {
    "acl": _rights,
    "round": _round,
    "team": _team,
    "member": _member,
}
