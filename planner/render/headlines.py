"""The one line that says enough about a creation, by kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from pydantic import JsonValue

from planner.counting import count
from planner.render.instants import show_window
from planner.render.schema import Change
from planner.render.spans import printable
from planner.render.values import View, principal, show

Spec: TypeAlias = Mapping[str, JsonValue]

ADMINISTERS: Final = "CHANGE_PERMISSIONS"
"""Who holds it can take every other right (contract 3)."""
_POWERS: Final = {ADMINISTERS: "administer", "TEAM_MEMBERSHIP_UPDATE": "manage"}
"""Rights that come with most others: naming the rest as well would hide who has less."""


def headline(change: Change, view: View) -> str:
    """The most telling fields of a resource on one line; empty where the address says it all."""
    spec = change.after or change.before or {}
    tell = _TELL.get(change.kind)
    return "  ".join(filter(None, tell(spec, view))) if tell else ""


def _project(spec: Spec, view: View) -> tuple[str, ...]:
    return (_name(spec, view), f"synapse.org/{spec['alias']}" if spec.get("alias") else "")


def _team(spec: Spec, view: View) -> tuple[str, ...]:
    return (_name(spec, view), f"join: {spec.get('join')}")


def _link(spec: Spec, view: View) -> tuple[str, ...]:
    return (_name(spec, view), printable(str(spec.get("url") or "")))


def _submission_view(spec: Spec, view: View) -> tuple[str, ...]:
    return (_name(spec, view), f"{_length(spec, 'scope', 'queue')}, {_length(spec, 'columns', 'column')}")


def _named(spec: Spec, view: View) -> tuple[str, ...]:
    return (_name(spec, view),)


def _name(spec: Spec, view: View) -> str:
    return show(spec.get("name"), "name", view)


def _length(spec: Spec, field: str, one: str) -> str:
    found = spec.get(field)
    return count(len(found) if isinstance(found, list) else 0, one)


def _round(spec: Spec, view: View) -> tuple[str, ...]:
    limits = spec.get("limits")
    shown = [f"{number} {name}" for name, number in limits.items()] if isinstance(limits, dict) else []
    window = show_window(str(spec.get("start")), str(spec.get("end")), view.zone)
    return (window, ", ".join(shown) or "no limit")


def sharing(spec: Spec, view: View) -> str:
    """Who may do what, principals with the same rights together; `administer` includes changing permissions.

    Where nobody but administrators is in it, it is `private to` them.
    """
    by_rights: dict[str, list[str]] = {}
    for key, rights in spec.items():
        by_rights.setdefault(_rights(rights), []).append(principal(key, view))
    if all(ADMINISTERS in rights for rights in spec.values() if isinstance(rights, list)):
        return f"private to {', '.join(principal(key, view) for key in spec)}"
    return "; ".join(f"{', '.join(who)}: {rights}" for rights, who in by_rights.items())


def _rights(rights: JsonValue) -> str:
    names = [str(right) for right in rights] if isinstance(rights, list) else []
    power = next((word for right, word in _POWERS.items() if right in names), None)
    return f"{power} ({len(names)} rights)" if power else ", ".join(names)


def labels(spec: Spec) -> str:
    """`key=value, key=value`."""
    return ", ".join(f"{printable(key)}={_joined(value)}" for key, value in spec.items())


def _joined(value: JsonValue) -> str:
    return "|".join(str(item) for item in value) if isinstance(value, list) else str(value)


_TELL: Final[Mapping[str, Callable[[Spec, View], tuple[str, ...]]]] = {
    "project": _project,
    "team": _team,
    "member": lambda _spec, _view: ("invite",),
    "queue": _named,
    "round": _round,
    "folder": _named,
    "link": _link,
    "view": _submission_view,
    "wiki": lambda spec, view: (show(spec.get("title"), "title", view),),
    "order": lambda spec, _view: (f"order of {_length(spec, 'pages', 'page')}",),
    "acl": lambda spec, view: (sharing(spec, view),),
    "annotations": lambda spec, _view: (labels(spec),),
    "stage": lambda spec, _view: (str(spec.get("stage") or ""),),
}
