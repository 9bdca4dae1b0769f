"""What a handler gets and what it gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

from synapse_sandbox.clock import Clock
from synapse_sandbox.permissions import Caller
from synapse_sandbox.refusals import invalid
from synapse_sandbox.settings import Settings
from synapse_sandbox.store import Store
from synapse_sandbox.wire import Json, Page, entity_number, flag, number, page_from

# Everything that a URL may hold as it is; the rest goes into a header percent-encoded, as browsers send it.
_URL_CHARACTERS: Final = "%/:=&?~#+!$,;'@()*[]"


@dataclass(frozen=True, slots=True)
class Call:
    """One request, parsed. `path` holds the variables of the route's template, `body` the JSON object of the request.

    `content` is the body as sent; `base_url` is the address under which the caller reached the sandbox; `now` is one
    instant for everything that the request does, by the sandbox clock in epoch milliseconds; `settings` is what the
    sandbox was started with.
    """

    method: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Json
    content: bytes
    caller: Caller
    store: Store
    clock: Clock
    now: int
    base_url: str
    settings: Settings

    def entity_id(self, name: str = "id") -> int:
        """The number of an entity id in the path."""
        return entity_number(self.path[name])

    def number(self, name: str) -> int:
        """A decimal id in the path."""
        return number(self.path[name])

    def flag(self, name: str, default: bool = False) -> bool:
        """A boolean query parameter."""
        return flag(self.query.get(name), default)

    def page(self, default_limit: int = 10) -> Page:
        """`limit` and `offset` of the query."""
        return page_from(self.query, default_limit)

    def parameter(self, name: str, kind: str = "String") -> str:
        """A compulsory query parameter; 400 in Spring's words when it is missing."""
        if name not in self.query:
            raise invalid(f"Required request parameter '{name}' for method parameter type {kind} is not present")
        return self.query[name]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: a dict or list becomes JSON (null members dropped), str and bytes travel as is, None is no body."""

    body: Json | list[Any] | str | bytes | int | None = None
    status: int = 200
    media_type: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def created(body: Json) -> Answer:
    """201 with the new object."""
    return Answer(body, 201)


def no_content() -> Answer:
    """204, without a body."""
    return Answer(None, 204)


def moved_to(url: str) -> Answer:
    """307 to `url`."""
    return Answer(None, 307, headers={"Location": quote(url, safe=_URL_CHARACTERS)})


def redirect_to(call: Call, url: str) -> Answer:
    """307 to `url`, or its text when the caller says `redirect=false` (contract 0.4)."""
    if call.flag("redirect", default=True):
        return moved_to(url)
    return Answer(url, media_type="text/plain")
