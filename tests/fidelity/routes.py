"""What vouches for each route: sections of the contract, from the docstrings; who was answered, from seen.json."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Final

from synapse_sandbox.routing import Route
from synapse_sandbox.services import ROUTES
from synapse_sandbox.site.pages import ROUTES as PAGES
from tests.fidelity.traffic import SEEN

SPOKEN: Final = {"client": "client", "challengeutils": "challengeutils", "cnb-tools": "cnb-tools", "test": "own test"}
"""Who was answered, in the order of weight."""


def route_tables() -> Iterator[str]:
    """A table of routes for each service, in the order of the route table; then what is not served."""
    seen = seen_by()
    modules = routes_by_module()
    everything = [route for routes in modules.values() for route in routes]
    yield f"All services together: {_count(everything, seen)}."
    for module, routes in modules.items():
        title = (sys.modules[module].__doc__ or "").splitlines()[0]
        yield f"\n### {module.rpartition('.')[2]}\n\n{title} {_count(routes, seen).capitalize()}.\n"
        yield "| method | address | | evidence |\n|---|---|---|---|"
        for route in routes:
            effect = "reads" if route.reads else "writes"
            yield f"| {route.method} | `{route.template}` | {effect} | {evidence(route, seen)} |"


def unserved() -> Iterator[str]:
    """The calls that answer 501, one a line."""
    for route in ROUTES:
        if isinstance(route.handler, partial):
            yield f"- `{route.method} {route.template}`"


def evidence(route: Route, seen: Mapping[str, list[str]]) -> str:
    """What vouches for a served route."""
    sections = contract_sections(route)
    who = [SPOKEN[name] for name in SPOKEN if name in seen.get(f"{route.method} {route.template}", [])]
    return ", ".join([*(f"contract {section}" for section in sections), *who]) or "inferred"


def contract_sections(route: Route) -> list[str]:
    """The sections that the docstrings of a handler, or else of its module, name."""
    for text in (route.handler.__doc__, sys.modules[route.handler.__module__].__doc__):
        found = re.findall(r"contract ((?:[0-9.]*\d(?:, | to | and )?)+)", text or "")
        if found:
            return found
    return []


def seen_by() -> dict[str, list[str]]:
    """Who was answered, by `METHOD template`."""
    seen: dict[str, list[str]] = json.loads(SEEN.read_text(encoding="utf-8"))
    return seen


def routes_by_module() -> dict[str, list[Route]]:
    """The served routes, the pages among them, by the module that answers."""
    groups: dict[str, list[Route]] = {}
    for route in (*ROUTES, *PAGES):
        if not isinstance(route.handler, partial):
            groups.setdefault(route.handler.__module__, []).append(route)
    return groups


def _count(routes: list[Route], seen: Mapping[str, list[str]]) -> str:
    """How many routes there are, and how many of them answered whom."""
    told = [seen.get(f"{route.method} {route.template}", []) for route in routes]
    parts = [
        f"{sum(name in who for who in told)} {word}" for name, word in SPOKEN.items() if any(name in w for w in told)
    ]
    alone = sum(not who for who in told)
    return f"{len(routes)} routes: " + ", ".join(parts + ([f"{alone} nobody yet"] if alone else []))
