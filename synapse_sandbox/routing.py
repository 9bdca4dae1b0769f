"""Which handler serves which address: exact templates, literal segments before variables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from synapse_sandbox.call import Answer, Call
from synapse_sandbox.permissions import Caller
from synapse_sandbox.refusals import forbidden, method_not_allowed, no_such_route

Handler = Callable[[Call], Answer]


@dataclass(frozen=True, slots=True)
class Route:
    """One served address.

    `reads` says that a call changes nothing (also some POSTs). `scopes` are the token scopes it demands, by default
    view for reads, view and modify for writes. `raw` routes take bytes of any size and know no callers: storage, pages.
    """

    method: str
    template: str
    handler: Handler
    reads: bool = False
    scopes: tuple[str, ...] | None = None
    raw: bool = False
    before_terms: bool = False

    @property
    def needed_scopes(self) -> tuple[str, ...]:
        """Token scopes that a caller must hold (contract 1.1)."""
        if self.scopes is not None:
            return self.scopes
        return ("view",) if self.reads else ("view", "modify")


def check_terms(caller: Caller, route: Route | None) -> None:
    """403 for somebody who hasn't accepted the terms of use, except where that is to be done."""
    if not caller.accepted_terms and not (route is not None and route.before_terms):
        raise forbidden("Terms of use have not been signed.")


@dataclass(slots=True)
class _Node:
    literals: dict[str, _Node] = field(default_factory=dict)
    variable: _Node | None = None
    routes: dict[str, tuple[Route, tuple[str, ...]]] = field(default_factory=dict)


class Router:
    """Finds the route of a request."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._root = _Node()
        for route in routes:
            self._add(route)

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]]:
        """The route and the values of its variables. 404 for an unknown address, 405 for an unknown method."""
        segments = _segments(path)
        nodes = list(_walk(self._root, segments, ()))
        for node, values in nodes:
            if method in node.routes:
                route, names = node.routes[method]
                return route, dict(zip(names, values, strict=True))
        raise method_not_allowed(method) if nodes else no_such_route(method)

    def _add(self, route: Route) -> None:
        node, names = self._root, []
        for segment in _segments(route.template):
            if segment.startswith("{"):
                names.append(segment.strip("{}"))
                node.variable = node.variable or _Node()
                node = node.variable
            else:
                node = node.literals.setdefault(segment, _Node())
        if route.method in node.routes:
            raise ValueError(f"two routes for {route.method} {route.template}")
        node.routes[route.method] = (route, tuple(names))


def _segments(path: str) -> list[str]:
    # The client calls /userProfile/ with a trailing slash; Spring of 2024 tolerates one.
    return path.removesuffix("/").split("/")[1:]


def _walk(node: _Node, segments: list[str], values: tuple[str, ...]) -> Iterator[tuple[_Node, tuple[str, ...]]]:
    if not segments:
        if node.routes:
            yield node, values
        return
    head, rest = segments[0], segments[1:]
    if head in node.literals:
        yield from _walk(node.literals[head], rest, values)
    if node.variable is not None and head:
        yield from _walk(node.variable, rest, (*values, unquote(head)))
