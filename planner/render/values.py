"""One value for people: ids by the names that are known, instants in the challenge's zone, texts in quotes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final

from pydantic import JsonValue

from planner.render.instants import is_instant, show_instant, zone_of
from planner.render.schema import PlanDocument
from planner.render.spans import printable
from planner.resources import FIXED_PRINCIPALS

REFERENCE_FIELDS: Final = frozenset({"project", "team", "person", "queue", "parent", "owner", "scope", "pages"})
"""Fields of specs that hold ids of other resources (planner/resources.py)."""
LATER: Final = "(known after apply)"
_PLAIN_WORDS: Final = {
    "public": "public (anyone)",
    "signed-in": "signed-in (any account)",
    "deployer": "deployer (you)",
}
_FIXED_NAMES: Final = {id_: name for name, id_ in FIXED_PRINCIPALS.items()}


@dataclass(frozen=True, slots=True)
class View:
    """How a document is to be shown: width in columns, the zone of its times, and whether everything is unfolded.

    whole_texts: long texts and lists to their end, for who can't ask for more. marked: each change says whose it is.
    """

    names: Mapping[str, str]
    zone: tzinfo
    width: int
    verbose: bool
    whole_texts: bool = False
    marked: bool = False

    @property
    def whole(self) -> bool:
        """Whether long texts and lists are shown to their end."""
        return self.verbose or self.whole_texts


def view_of(plan: PlanDocument, width: int, verbose: bool) -> View:
    """The view for one document."""
    return View(plan.names, zone_of(plan.zone), max(40, width), verbose)


def name_of(id_: str, view: View) -> str:
    """What people call an id; the id itself where no name is known."""
    return printable(view.names.get(id_, id_))


def principal(key: str, view: View) -> str:
    """What people call a principal of an ACL."""
    name = name_of(_FIXED_NAMES.get(key, key), view)
    return _PLAIN_WORDS.get(name, name)


def show(value: JsonValue, field: str, view: View) -> str:
    """A value on one line."""
    if isinstance(value, str):
        return _show_text(value, field, view)
    if isinstance(value, list):
        return "[" + ", ".join(show(item, field, view) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{printable(key)}: {show(item, key, view)}" for key, item in value.items()) + "}"
    return "none" if value is None else json.dumps(value)


def _show_text(value: str, field: str, view: View) -> str:
    if field in REFERENCE_FIELDS:
        return name_of(value, view)
    return show_instant(value, view.zone) if is_instant(value) else json.dumps(value, ensure_ascii=False)


def show_later(value: JsonValue, mask: JsonValue, sketch: JsonValue, field: str, view: View) -> str:
    """A value on one line whose unknown parts are named by their addresses where a sketch knows them."""
    if not mask:
        return show(value, field, view)
    if sketch is None:
        return LATER
    return f"{_bare(show(sketch, field, view))} {LATER}"


def _bare(text: str) -> str:
    return text.replace("{{ ", "").replace(" }}", "")


def is_long(value: JsonValue) -> bool:
    """Whether a text is better read in lines."""
    return isinstance(value, str) and ("\n" in value or len(value) > 60)
