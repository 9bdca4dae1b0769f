"""Nonsense for every route, put together from the words of its module and from what the sandbox answered so far."""

from __future__ import annotations

import ast
import inspect
import json
import logging
import random
import re
import sys
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final
from urllib.parse import quote, urlencode

from synapse_sandbox.app import SandboxApp
from synapse_sandbox.routing import Route
from tests.sandbox.making import Json

JSON: Final = "application/json; charset=UTF-8"
# What a handle that holds no gzip does to the old wiki calls, on Synapse too (contract 6.8).
ASKED_FOR: Final = ("Not in GZIP format", "does not serve")
_WORD: Final = re.compile(r"[A-Za-z_]{2,40}")
_VARIABLE: Final = re.compile(r"([^/]+/)\{[^}]+\}")
_ENTITIES: Final = ("entity", "trash", "restore", "purge", "projects")
_EVERYWHERE: Final = (
    "id", "etag", "name", "concreteType", "parentId", "list", "limits", "value", "type", "resourceAccess",
    "principalId", "accessType", "nextPageToken", "sql", "query", "entityId", "evaluationId", "teamId", "annotations",
)  # fmt: skip
_NASTY: Final[tuple[Any, ...]] = (
    None, True, False, 0, -1, 1, 3.5, 1e308, float("inf"), float("nan"), 2**63, -(2**63), 2**70, 10**400, "", " ",
    "\x00", "a\x00b", "\ud800", "é" * 300, "x" * 3000, "'; drop table entities --", "../../etc/passwd", "%00", "syn",
    "syn1", "syn99999999999999999999", "-1", "1.5", "1e3", "٣", "²", "NaN", "2027-01-01T00:00:00.000Z",
    "0001-01-01T00:00:00.000+14:00", "9999-12-31T23:59:59.999-14:00", "2027-13-01T00:00:00.000Z", "a\r\nb", "true",
    (), {}, ((),), (None,), ({},), {"a": {"b": ()}},
)  # fmt: skip
_BODIES: Final = (b"", b"{", b"[]", b"[1]", b'"x"', b"nul", b"\xff\xfe", b"\x00\x01", b'{"a":' * 2000, b'{"id":1e999}')
_PARAMETERS: Final = (
    "limit", "offset", "etag", "mask", "prefix", "fragment", "accessType", "fileName", "redirect", "wikiVersion", "as",
    "status", "ids", "batch", "isAdmin", "participantId", "sort", "type", "generatedBy", "skipTrashCan", "inviteeId",
    "viewEntityType", "viewTypeMask", "fileAssociateType", "fileAssociateId", "activeOnly", "evaluationIds",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """One answer of the application."""

    status: int
    content: bytes
    headers: dict[str, str]

    @property
    def body(self) -> Any:
        """The JSON of the answer; ValueError when it says that it is JSON and isn't."""
        is_json = self.headers.get("content-type", "").startswith("application/json") and self.content
        return json.loads(self.content, parse_constant=_no_json) if is_json else None


def _no_json(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def ask(app: SandboxApp, method: str, address: str, token: str | None, body: bytes, media_type: str = JSON) -> Said:
    """One request, straight to the application: no socket, no event loop."""
    path, _, query = address.partition("?")
    headers = [(b"host", b"sandbox"), (b"content-type", media_type.encode())]
    headers += [] if token is None else [(b"authorization", f"Bearer {token}".encode())]
    scope = {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": query.encode(),
        "headers": headers, "scheme": "http", "server": ("sandbox", 80), "state": {},
    }  # fmt: skip
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    _carried_out(app(scope, receive, send))
    content = b"".join(message.get("body", b"") for message in sent[1:])
    return Said(sent[0]["status"], content, {name.decode(): value.decode() for name, value in sent[0]["headers"]})


def _carried_out(serving: Coroutine[Any, Any, None]) -> None:
    try:
        serving.send(None)
    except StopIteration:
        return
    raise AssertionError("a sandbox without latency and faults waits for nobody")


@cache
def _words(module: str) -> tuple[str, ...]:
    """Everything that looks like a name in the text of a module: members, parameters, constants of enumerations."""
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    said = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return tuple(sorted(word for word in said if _WORD.fullmatch(word)))


@dataclass
class Fuzzer:
    """Makes requests that nobody means. `ids` and `known` (addresses and bodies that worked) make some of them fit."""

    chance: random.Random
    ids: Sequence[str]
    known: dict[str, list[Json]] = field(default_factory=dict)

    def request(self, route: Route) -> tuple[str, bytes]:
        """An address and a body for a route."""
        words = (*_EVERYWHERE, *_words(route.handler.__module__))
        path = _VARIABLE.sub(self._filled, route.template)
        count = self.chance.choice((0, 0, 1, 2, 3))
        names = [self.chance.choice((*_PARAMETERS, *words)) for _ in range(count)]
        query = urlencode({name: str(self._value(words, 3))[:200] for name in names}, errors="replace")
        return f"{path}?{query}", self._body(route, words)

    def learn(self, route: Route, answer: Any) -> None:
        """Remember an answer: the next bodies for addresses of this kind are made of it."""
        if isinstance(answer, dict):
            kept = self.known.setdefault(_kind(route), [])
            kept.append(answer)
            del kept[:-20]

    def _filled(self, found: re.Match[str]) -> str:
        return found[1] + (quote(self._part(found[1].rstrip("/")), safe="", errors="replace") or "x")

    def _part(self, before: str) -> str:
        """A variable of an address: mostly an id of the right kind, after what stands before it."""
        luck = self.chance.random()
        if luck < 0.1:
            return str(self._nasty())[:40]
        entity = before in _ENTITIES
        return self.chance.choice([one for one in self.ids if luck < 0.3 or one.startswith("syn") == entity])

    def _nasty(self) -> Any:
        return self.chance.choice(_NASTY)

    def _body(self, route: Route, words: Sequence[str]) -> bytes:
        if route.method not in ("POST", "PUT"):
            return b""
        if self.chance.random() < 0.05:
            return self.chance.choice(_BODIES)
        known = self.known.get(_kind(route))
        made = self._object(words, 0) if not known or self.chance.random() < 0.3 else self._changed(known, words)
        return json.dumps(made).encode()

    def _changed(self, known: Sequence[Json], words: Sequence[str]) -> Json:
        """A body that once worked, with some members replaced, gone, or more."""
        body = dict(self.chance.choice(known))
        for name in list(body):
            luck = self.chance.random()
            if luck < 0.12:
                body[name] = self._value(words, 0)
            elif luck < 0.16:
                del body[name]
        return body | (self._object(words, 1) if self.chance.random() < 0.2 else {})

    def _object(self, words: Sequence[str], depth: int) -> Json:
        return {self.chance.choice(words): self._value(words, depth) for _ in range(self.chance.randrange(7))}

    def _value(self, words: Sequence[str], depth: int) -> Any:
        luck = self.chance.random()
        if depth < 3 and luck < 0.15:
            return self._object(words, depth + 1)
        if depth < 3 and luck < 0.25:
            return [self._value(words, depth + 1) for _ in range(self.chance.randrange(3))]
        if luck < 0.4:
            return self.chance.choice(words)
        return self.chance.choice(self.ids) if luck < 0.7 else self._nasty()


def _kind(route: Route) -> str:
    """Addresses that speak of the same kind of object."""
    return route.template.partition("/{")[0]


@contextmanager
def told() -> Iterator[list[str]]:
    """The defects that the application writes into its log within the block, with where they happened."""
    found: list[str] = []

    class Told(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(self.format(record))

    log, handler = logging.getLogger("synapse_sandbox"), Told()
    log.addHandler(handler)
    log.propagate = False
    try:
        yield found
    finally:
        log.removeHandler(handler)
        log.propagate = True
