"""From an engine's client to the sandbox's application without a socket: the client's own requests, nothing between."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from synapse_sandbox.app import SandboxApp

Carry = Callable[[httpx.Request], Awaitable[httpx.Response]]
"""Takes a request where it belongs, and brings its answer."""


class InProcess(httpx.AsyncClient):
    """A client whose requests are carried by hand: without pools, redirects, cookies and sockets."""

    def __init__(self, carry: Carry) -> None:
        super().__init__(transport=_Nowhere(), trust_env=False)
        self._carry = carry

    async def request(self, method: str, url: httpx.URL | str, **given: Any) -> httpx.Response:
        """Carry one request; only what the official client and ours give with one is understood."""
        request = httpx.Request(method, url, headers=given.get("headers"), content=given.get("content"))
        auth = given.get("auth")
        if auth is not None:
            request = auth(request)
        response = await self._carry(request)
        response.request = request
        for hook in self.event_hooks["response"]:
            await hook(response)
        return response


class _Nowhere(httpx.AsyncBaseTransport):
    """Keeps the client from building a transport of its own, with a pool and certificates."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise AssertionError(f"{request.method} {request.url} was not carried by hand")


async def serve(application: SandboxApp, request: httpx.Request) -> httpx.Response:
    """Let the application answer a request."""
    answer = _Answer(await request.aread())
    await application(_scope(request), answer.receive, answer.send)
    return httpx.Response(answer.status, headers=answer.headers, content=answer.content)


def _scope(request: httpx.Request) -> dict[str, Any]:
    url = request.url
    return {
        "type": "http",
        "method": request.method,
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "scheme": url.scheme,
        "path": url.path,
        "raw_path": url.raw_path.split(b"?")[0],
        "query_string": url.query,
        "server": (url.host, url.port),
    }


class _Answer:
    """Both ends of one exchange with an ASGI application."""

    def __init__(self, content: bytes) -> None:
        self._asked = content
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.content = b""

    async def receive(self) -> dict[str, Any]:
        return {"type": "http.request", "body": self._asked, "more_body": False}

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], message["headers"]
        else:
            self.content += message.get("body", b"")
