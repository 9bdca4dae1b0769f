"""Opening a session: one event loop, one client of the official library, one HTTP client of ours."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import httpx

from planner.interfaces import ProviderError
from planner.live import Me
from providers.synapse.certificates import Certificates
from providers.synapse.credentials import check_credentials, find_credentials
from providers.synapse.failures import SIGN_IN, Refused, explain
from providers.synapse.retries import IN_FLIGHT, PATIENCE, Clock, Sleep
from providers.synapse.transport import Transport

if TYPE_CHECKING:
    from synapseclient import Synapse
    from synapseclient.core.credentials.cred_data import SynapseCredentials

PRODUCTION: Final = "https://repo-prod.prod.sagebase.org"
TIMEOUT: Final = 45.0
"""Seconds that one request may take; no write may start with less lease left than this."""

_CONNECTING: Final = 10.0
"""Seconds to keep trying when signing in: a server that is down should be said soon."""

_PROFILE_AND_CERTIFIED: Final = 0x1 + 0x8
"""Bits of GET /user/bundle (contract 1.3)."""

_USER_AGENT: Final = "challenge-as-code/0.1.0"


def seconds() -> float:
    """Seconds that pass while the machine sleeps as well: a lease goes on then, and so does the server's clock.

    `time.monotonic` stands still meanwhile (Linux, macOS), and a laptop that wakes up would take an old lease for good.
    """
    clock = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", None))
    return time.monotonic() if clock is None else time.clock_gettime(clock)


@dataclass(frozen=True, slots=True)
class Session:
    """Signed in at one Synapse. scopes: what the token may do, None where it doesn't say."""

    transport: Transport
    me: Me
    scopes: frozenset[str] | None = None

    def now(self) -> datetime:
        """The server's time."""
        return self.transport.now()

    def require_writing(self) -> None:
        """Raise ProviderError where this account or token can't apply a plan."""
        if not self.me.certified:
            mend = "take the certification quiz of Synapse with this account, or use a certified account"
            raise ProviderError(self.transport.endpoint, f"{self.me.name} is not a certified user", mend)
        missing = {"view", "modify", "download"} - self.scopes if self.scopes is not None else set()
        if missing:
            raise ProviderError(self.transport.endpoint, f"the token lacks {', '.join(sorted(missing))}", SIGN_IN)


@asynccontextmanager
async def connect(
    endpoint: str,
    token: str | None = None,
    *,
    http: httpx.AsyncClient | None = None,
    config: Path | None = None,
    sleep: Sleep = asyncio.sleep,
    clock: Clock = seconds,
    waiting: Callable[[str], object] | None = None,
) -> AsyncIterator[Session]:
    """Sign in and yield the session.

    endpoint: base address, without /repo/v1. token: else as the official client finds it, with `config` in place of
    ~/.synapseConfig. http, sleep, clock: of the caller's own, for tests without a socket and without waiting. waiting:
    told in words whenever a pause is made that people would notice. Raises ProviderError where signing in fails, saying
    how to mend it.
    """
    async with AsyncExitStack() as stack:
        own = http if http is not None else await stack.enter_async_context(_http())
        credentials = find_credentials(token, config)
        base = endpoint.rstrip("/")
        client = _client(base, own, config)
        client.credentials = credentials
        transport = Transport(base, client, own, sleep, clock, patience=_CONNECTING)
        if waiting is not None:
            transport.waiting = waiting
        profile, certified = await _who(transport)
        check_credentials(token, config, profile)
        transport.patience = PATIENCE
        me = Me(str(profile["ownerId"]), str(profile["userName"]), certified)
        yield Session(transport, me, _scopes(credentials))


def _http() -> httpx.AsyncClient:
    return httpx.AsyncClient(
        verify=Certificates(),
        limits=httpx.Limits(max_connections=IN_FLIGHT + 1),
        timeout=httpx.Timeout(TIMEOUT, connect=10.0, pool=None),
    )


def _client(base: str, http: httpx.AsyncClient, config: Path | None) -> Synapse:
    """The official client, quiet, with our HTTP client and without its caches and checks."""
    import synapseclient
    from synapseclient.client import CONFIG_FILE

    client = synapseclient.Synapse(
        repoEndpoint=f"{base}/repo/v1",
        authEndpoint=f"{base}/auth/v1",
        fileHandleEndpoint=f"{base}/file/v1",
        portalEndpoint=base,
        debug=False,
        skip_checks=True,
        silent=True,
        cache_client=False,
        configPath=str(config or CONFIG_FILE),
        requests_session_async_synapse=http,
        requests_session_storage=httpx.Client(transport=_Unused(), trust_env=False),
        asyncio_event_loop=asyncio.get_running_loop(),
        user_agent=_USER_AGENT,
    )
    # Its messages are not ours to print, and warnings of a logger without handlers would reach stderr.
    client.logger = _silent()
    return client


class _Unused(httpx.BaseTransport):
    """In place of the client's second connection pool, which loads all certificates once more; files go by ours."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        raise AssertionError(f"{request.method} {_bare(request.url)} must go through providers.synapse.transport")


def _bare(url: httpx.URL) -> httpx.URL:
    """An address without its query, which may hold a signature."""
    return url.copy_with(query=None)


def _silent() -> logging.Logger:
    logger = logging.getLogger("providers.synapse.client")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    logger.propagate = False
    return logger


async def _who(transport: Transport) -> tuple[Mapping[str, Any], bool]:
    """The caller's profile, and whether the account is certified: one request."""
    try:
        bundle = await transport.get(f"/user/bundle?mask={_PROFILE_AND_CERTIFIED}")
    except Refused as refused:
        raise explain(refused, transport.endpoint) from None
    try:
        return bundle["userProfile"], bool(bundle.get("isCertified", False))
    except (TypeError, KeyError):
        mend = "give the base address of a Synapse-compatible server"
        raise ProviderError(transport.endpoint, "what answers there is not Synapse", mend) from None


def _scopes(credentials: SynapseCredentials) -> frozenset[str] | None:
    """What a personal access token says of itself; the server checks it, this only lets us say so before the first
    write.
    """
    try:
        payload = credentials.secret.split(".")[1]
        scopes = json.loads(base64.urlsafe_b64decode(payload + "==="))["access"]["scope"]
        return frozenset(str(scope).lower() for scope in scopes)
    except (IndexError, ValueError, KeyError, TypeError, AttributeError):
        return None
