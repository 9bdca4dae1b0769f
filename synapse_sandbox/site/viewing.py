"""Who looks at a page, and the one way to what the page shows: the REST API's own handlers, asked as that account."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from typing import Any, Final
from urllib.parse import quote, unquote, urlencode

from synapse_sandbox.call import Call
from synapse_sandbox.permissions import ANONYMOUS_CALLER, Caller
from synapse_sandbox.refusals import Refusal, not_found
from synapse_sandbox.routing import Router, check_terms
from synapse_sandbox.services import ROUTES
from synapse_sandbox.services.principals import account, display_name
from synapse_sandbox.services.view_queries import query_bundle
from synapse_sandbox.store import Store
from synapse_sandbox.wire import Json, without_nulls

VISITOR: Final = "Visitor"
PARAMETER: Final = "as"
_PAGE: Final = 50
_MAY_NOT: Final = (403, 404)


@dataclass(frozen=True, slots=True)
class Viewer:
    """An account that looks (or a visitor, who isn't signed in), with the request of the page."""

    call: Call

    @property
    def caller(self) -> Caller:
        """The account, with its groups."""
        return self.call.caller

    @property
    def store(self) -> Store:
        """The store, for what everybody may know: names, and which things there are to be asked for."""
        return self.call.store

    @property
    def now(self) -> int:
        """The instant of the page by the sandbox clock, epoch ms."""
        return self.call.now

    @property
    def name(self) -> str:
        """The user name; a visitor has none."""
        return VISITOR if self.caller.is_anonymous else self.caller.name

    def get(self, path: str, **query: object) -> Any:
        """What GET /repo/v1<path> answers this viewer. Raises Refusal, as the API would refuse."""
        return self._ask("GET", path, {}, query)

    def post(self, path: str, body: Json) -> Any:
        """What a POST that only reads answers this viewer."""
        return self._ask("POST", path, body, {})

    def find(self, path: str, **query: object) -> Any:
        """As `get`; None for what isn't there or isn't for this viewer."""
        try:
            return self.get(path, **query)
        except Refusal as refusal:
            if refusal.status not in _MAY_NOT:
                raise
            return None

    def every(self, path: str, most: int = 10_000, **query: object) -> list[Json]:
        """All results (but not more than `most`) of a list that comes in pages by limit and offset."""
        return list(islice(self._paged(path, query), most))

    def query(self, sql: str, **query: object) -> Json:
        """The QueryResultBundle of a view, as its job would answer this viewer."""
        check_terms(self.caller, None)
        return query_bundle(self.call, {"query": {"sql": sql, **query}})

    def link(self, path: str) -> str:
        """The address of another page, seen by the same viewer."""
        return path if self.caller.is_anonymous else seen_by(path, self.caller.name)

    def _paged(self, path: str, query: dict[str, object]) -> Iterator[Json]:
        offset = 0
        while True:
            results = self.get(path, **query, limit=_PAGE, offset=offset)["results"]
            yield from results
            if len(results) < _PAGE:
                return
            offset += _PAGE

    def _ask(self, method: str, path: str, body: Json, query: dict[str, object]) -> Any:
        route, variables = _api().find(method, f"/repo/v1{path}")
        if not route.reads:
            raise ValueError(f"a page only reads: {method} {route.template}")
        check_terms(self.caller, route)
        asked = {name: str(value) for name, value in query.items()}
        call = replace(self.call, method=method, path=variables, query=asked, body=body, content=b"")
        # As it would travel: without null members, and nothing that the store could still change.
        return without_nulls(route.handler(call).body)


def viewer_of(call: Call) -> Viewer:
    """The viewer that the address names with `?as=NAME`, by default a visitor; 404 for a name that nobody has."""
    name = call.query.get(PARAMETER, "")
    if not name:
        return visitor(call)
    found = account(call.store, name)
    if found is None or found.is_anonymous:
        raise not_found(f"Nobody in this sandbox is called {name}.")
    return Viewer(replace(call, caller=found))


def visitor(call: Call) -> Viewer:
    """Somebody who isn't signed in."""
    return Viewer(replace(call, caller=ANONYMOUS_CALLER))


def seen_by(path: str, name: str) -> str:
    """The address of a page as seen by the account of this name."""
    address, mark, anchor = path.partition("#")
    return f"{address}{'&' if '?' in address else '?'}{urlencode({PARAMETER: name})}{mark}{anchor}"


def page_path(call: Call, template: str) -> str:
    """The path of the page that was asked for, without its query."""
    return template.format(**{name: quote(unquote(value), safe="") for name, value in call.path.items()})


def principal_name(store: Store, principal: object) -> str:
    """The name of a user, team or group, which Synapse tells everybody."""
    return GROUP_NAMES.get(int(str(principal))) or display_name(store, int(str(principal)))


def parsed(text: object) -> Any:
    """JSON that travels inside JSON."""
    return json.loads(str(text))


# Everybody by another name: the two groups that Synapse itself writes in capitals.
GROUP_NAMES: Final = {273949: "Anybody on the web", 273948: "Anybody signed in"}


@cache
def _api() -> Router:
    return Router(ROUTES)
