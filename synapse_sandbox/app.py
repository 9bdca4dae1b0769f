"""The ASGI application: from a request to a handler in one transaction, and back."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sqlite3
import time
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from synapse_sandbox.access_log import AccessLog, Entry
from synapse_sandbox.call import Answer, Call
from synapse_sandbox.clock import Clock
from synapse_sandbox.faults import Fault, FaultInjector
from synapse_sandbox.permissions import ANONYMOUS_CALLER, Caller
from synapse_sandbox.refusals import Refusal, forbidden, invalid
from synapse_sandbox.routing import Route, Router, check_terms
from synapse_sandbox.services import ROUTES
from synapse_sandbox.services.principals import authenticate
from synapse_sandbox.settings import Settings
from synapse_sandbox.shapes import check_shapes
from synapse_sandbox.site.pages import ROUTES as PAGES
from synapse_sandbox.store import Store
from synapse_sandbox.throttle import Throttle
from synapse_sandbox.wire import decode_body, parse_json, to_iso, without_nulls

MAX_BODY = 2 * 1024 * 1024
_THROTTLED = ("/repo/v1/", "/file/v1/")
TRANSPORT = "synapse_sandbox.transport"
_LOG = logging.getLogger("synapse_sandbox")


class ConnectionDropped(Exception):
    """The connection is closed on purpose, without an answer (only seen without a real server)."""


@dataclass(slots=True)
class _Outcome:
    """An answer and how its connection ends."""

    answer: Answer
    drop: bool = False
    truncate: bool = False


class SandboxApp:
    """An ASGI callable. Handlers run inside the event loop, one at a time, so requests are serial by construction."""

    def __init__(
        self, store: Store, clock: Clock, settings: Settings, routes: Iterable[Route] = (*ROUTES, *PAGES)
    ) -> None:
        self._store = store
        self._clock = clock
        self._settings = settings
        self._latency = settings.latency_ms / 1000
        self._router = Router(routes)
        self._faults = FaultInjector(settings.faults, settings.seed)
        self._throttle = Throttle(settings.throttle)
        self._log = AccessLog(settings.access_log)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection event of ASGI."""
        if scope["type"] != "http":
            return
        request, started = Request(scope, receive), time.perf_counter()
        entry = Entry(request.method, _raw_path(scope))
        try:
            outcome = await self._serve(request, entry)
        except ClientDisconnect:
            return
        entry.status = outcome.answer.status
        self._log.write(entry, to_iso(self._clock.now()), (time.perf_counter() - started) * 1000)
        await self._send(outcome, scope, receive, send)

    def close(self) -> None:
        """Close the access log."""
        self._log.close()

    async def _serve(self, request: Request, entry: Entry) -> _Outcome:
        try:
            return await self._filtered(request, entry)
        except Refusal as refusal:
            return _Outcome(_refusal_answer(refusal, request))

    async def _filtered(self, request: Request, entry: Entry) -> _Outcome:
        """Body size, token, terms, throttle, route: the order of Synapse's filters (contract 10)."""
        route, variables, missing = self._route(request.method, entry.path)
        content = await _read(request, None if route is not None and route.raw else MAX_BODY)
        caller = ANONYMOUS_CALLER if route is not None and route.raw else authenticate(self._store, request.headers)
        entry.user = caller.name
        if route is not None:
            entry.route, entry.write = route.template, not route.reads
        check_terms(caller, route)
        with self._throttle.slot(caller) if entry.path.startswith(_THROTTLED) else nullcontext():
            await self._pause(self._latency)
            if missing is not None or route is None:
                raise missing or invalid("no route")
            return await self._with_faults(request, route, variables, content, caller, entry)

    def _route(self, method: str, path: str) -> tuple[Route | None, dict[str, str], Refusal | None]:
        try:
            route, variables = self._router.find(method, path)
        except Refusal as refusal:
            return None, {}, refusal
        return route, variables, None

    async def _with_faults(
        self, request: Request, route: Route, variables: dict[str, str], content: bytes, caller: Caller, entry: Entry
    ) -> _Outcome:
        fault = self._faults.strike(entry)
        if fault is None:
            return _Outcome(self._carry_out(request, route, variables, content, caller))
        await self._pause(fault.delay_ms / 1000)
        if fault.at == "before" and not fault.truncate:
            struck = _struck(fault)
            if struck is not None:
                return struck
        outcome = _Outcome(self._carry_out(request, route, variables, content, caller), truncate=fault.truncate)
        return (_struck(fault) or outcome) if fault.at == "after" else outcome

    def _carry_out(
        self, request: Request, route: Route, variables: dict[str, str], content: bytes, caller: Caller
    ) -> Answer:
        """Run the handler in one transaction. Whatever goes wrong rolls it back and becomes an answer."""
        try:
            _check_scopes(caller, route)
            with self._store.transaction(write=not route.reads):
                return route.handler(self._call(request, route, variables, content, caller))
        except Refusal as refusal:
            return _refusal_answer(refusal, request)
        except sqlite3.IntegrityError as fault:
            return _refusal_answer(invalid(f"The request breaks a constraint of the database: {fault}"), request)
        except Exception as fault:  # noqa: BLE001 -- the last resort of a server: a defect becomes a 500 and a trace
            _LOG.exception("%s %s failed", request.method, route.template)
            # Not 500: clients repeat that for minutes, and a defect doesn't go away.
            return _refusal_answer(Refusal(501, f"The sandbox failed: {type(fault).__name__}: {fault}"), request)

    def _call(self, request: Request, route: Route, variables: dict[str, str], content: bytes, caller: Caller) -> Call:
        return Call(
            method=request.method,
            path=variables,
            query=dict(request.query_params),
            headers=request.headers,
            body={} if route.raw else _json_body(request, content),
            content=content,
            caller=caller,
            store=self._store,
            clock=self._clock,
            now=self._clock.now(),
            base_url=f"{request.url.scheme}://{request.url.netloc}",
            settings=self._settings,
        )

    async def _pause(self, seconds: float) -> None:
        if seconds > 0:
            await asyncio.sleep(seconds)

    async def _send(self, outcome: _Outcome, scope: Scope, receive: Receive, send: Send) -> None:
        if outcome.drop:
            _drop(scope)
            return
        response = _response(outcome.answer, self._clock.now())
        if not outcome.truncate:
            await response(scope, receive, send)
            return
        half = bytes(response.body)[: len(response.body) // 2]
        await send({"type": "http.response.start", "status": response.status_code, "headers": response.raw_headers})
        await send({"type": "http.response.body", "body": half, "more_body": True})
        _drop(scope)


def _struck(fault: Fault) -> _Outcome | None:
    """What a fault puts in the answer's place; None when it only delays."""
    if fault.kill:
        os.kill(os.getpid(), signal.SIGKILL)
    if fault.drop:
        return _Outcome(Answer(status=0), drop=True)
    if fault.status is None:
        return None
    headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    return _Outcome(Answer({"reason": fault.reason}, fault.status, headers=headers))


def _drop(scope: Scope) -> None:
    transport = scope.get("state", {}).get(TRANSPORT)
    if transport is None:
        raise ConnectionDropped
    # close, not abort, so that the first half of a truncated body still goes out.
    transport.close()


def _raw_path(scope: Scope) -> str:
    """The path as sent, still percent-encoded, so that an encoded slash stays inside its segment."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    return raw.split(b"?")[0].decode("latin-1")


async def _read(request: Request, maximum: int | None) -> bytes:
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if maximum is not None and len(content) > maximum:
            raise Refusal(413, f"Request size exceeded maximum number of bytes: {maximum}", by_filter=True)
    return bytes(content)


def _check_scopes(caller: Caller, route: Route) -> None:
    lacking = [scope for scope in route.needed_scopes if scope not in caller.scopes]
    if lacking and not route.raw:
        raise forbidden(f"Request lacks scope(s) required by this service: {', '.join(lacking)}")


def _json_body(request: Request, content: bytes) -> dict[str, Any]:
    """The JSON object of a request; 415 unless it says application/json (contract 0.2)."""
    if not content:
        return {}
    media_type, _, parameters = request.headers.get("content-type", "").partition(";")
    if media_type.strip().lower() != "application/json":
        raise Refusal(415, f"Content type '{media_type.strip()}' not supported")
    charset = parameters.lower().partition("charset=")[2].strip(' "') or None
    parsed = parse_json(decode_body(content, charset))
    if not isinstance(parsed, dict):
        raise invalid("A JSONObject text must begin with '{' at 1 [character 2 line 1]")
    check_shapes(parsed)
    return parsed


def _refusal_answer(refusal: Refusal, request: Request) -> Answer:
    if request.headers.get("accept", "").startswith("text/plain"):
        return Answer(refusal.reason, refusal.status, "text/plain", refusal.headers)
    return Answer(refusal.body(), refusal.status, headers=refusal.headers)


def _response(answer: Answer, now: int) -> Response:
    """Bytes and headers of an answer; its Date is the sandbox's."""
    content, media_type = _rendered(answer)
    response = Response(content, answer.status, dict(answer.headers))
    if media_type is not None:
        response.headers["Content-Type"] = media_type
    response.headers["Date"] = formatdate(now / 1000, usegmt=True)
    return response


def _legal(media_type: str | None) -> str | None:
    """The type of a file as somebody once said it; None when no header can carry it."""
    return media_type if media_type is not None and media_type.isascii() and media_type.isprintable() else None


def _rendered(answer: Answer) -> tuple[bytes, str | None]:
    if answer.body is None:
        return b"", None
    if isinstance(answer.body, bytes):
        return answer.body, _legal(answer.media_type) or "application/octet-stream"
    if isinstance(answer.body, str):
        return answer.body.encode(), f"{answer.media_type or 'text/plain'};charset=UTF-8"
    text = json.dumps(without_nulls(answer.body), ensure_ascii=False)
    return text.encode(), "application/json;charset=UTF-8"
