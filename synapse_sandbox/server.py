"""Running a sandbox: in the foreground with `serve`, embedded with `running`, without a socket with `open_app`."""

from __future__ import annotations

import asyncio
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from synapse_sandbox.app import TRANSPORT, SandboxApp
from synapse_sandbox.clock import Clock, SandboxClock
from synapse_sandbox.permissions import SCHEMA as PERMISSIONS_SCHEMA
from synapse_sandbox.refusals import Refusal
from synapse_sandbox.services import PREPARATIONS, SCHEMAS
from synapse_sandbox.settings import InstantError, Settings, User, parse_users
from synapse_sandbox.store import Store, open_store

HOST = "127.0.0.1"
_STARTING_SECONDS = 0.2
_ADDRESS = "server.url"
_MOMENT = 0.005
"""Seconds between two looks at what is still being answered."""


class _Protocol(HttpToolsProtocol):
    """HTTP/1.1 that hands its transport to the application, which may have to drop a connection on purpose."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn declares it
        super().connection_made(transport)
        self.app_state = {**self.app_state, TRANSPORT: transport}


@contextmanager
def open_app(folder: Path | None, settings: Settings, clock: Clock | None = None) -> Iterator[SandboxApp]:
    """The application on a data folder (None: in memory), for use without a socket; `clock` replaces its own clock."""
    schemas = (PERMISSIONS_SCHEMA, *SCHEMAS)
    store = open_store(folder, schemas, seed=settings.seed, first_file_handle=settings.first_file_handle)
    try:
        clock = clock or SandboxClock(store)
        _prepare(store, clock, settings)
        app = SandboxApp(store, clock, settings)
        try:
            yield app
        finally:
            app.close()
    finally:
        store.close()


def _prepare(store: Store, clock: Clock, settings: Settings) -> None:
    with store.transaction(write=True):
        if settings.now is not None and isinstance(clock, SandboxClock):
            _start_clock(clock, settings.now, frozen=settings.frozen)
        for prepare in PREPARATIONS:
            prepare(store, clock.now(), settings)


def _start_clock(clock: SandboxClock, now: int, *, frozen: bool) -> None:
    try:
        clock.set("frozen" if frozen else "running", now)
    except Refusal as refusal:
        raise InstantError(f"--now: {refusal.reason}") from refusal


@contextmanager
def running(data_dir: Path, users: Sequence[str | User] = (), *, port: int = 0, **options: Any) -> Iterator[str]:
    """A server in a background thread on loopback; yields its base address, and shuts it down cleanly at the end.

    `options` are the members of Settings. Raises DataFolderInUse when another server has the folder.
    """
    settings = Settings(users=parse_users(users), **options)
    with open_app(data_dir, settings) as app, _listening(port) as listener, _told(data_dir, listener) as base_url:
        server = _server(app)
        thread = threading.Thread(target=server.run, args=([listener],), name="synapse-sandbox", daemon=True)
        ready = threading.Event()
        server.tell = ready.set
        thread.start()
        try:
            while not ready.wait(_STARTING_SECONDS):
                if not thread.is_alive():
                    raise RuntimeError("the server's thread ended before it listened; its log says why")
            yield base_url
        finally:
            server.end()
            thread.join()


def serve(data_dir: Path, settings: Settings, port: int, announce: Callable[[str], None] | None = None) -> None:
    """Serve in the foreground until interrupted; says first how to point a client at the server."""
    with open_app(data_dir, settings) as app, _listening(port) as listener, _told(data_dir, listener) as base_url:
        server = _server(app)
        server.tell = lambda: (announce or _say)(client_configuration(base_url, settings.users))
        # uvicorn raises the interrupt again after its clean shutdown.
        with suppress(KeyboardInterrupt):
            server.run([listener])


@contextmanager
def _told(data_dir: Path, listener: socket.socket) -> Iterator[str]:
    """The base address, also in a file of the data folder as long as the server runs."""
    base_url = f"http://{HOST}:{listener.getsockname()[1]}"
    (data_dir / _ADDRESS).write_text(f"{base_url}\n")
    try:
        yield base_url
    finally:
        (data_dir / _ADDRESS).unlink(missing_ok=True)


def address_of(data_dir: Path) -> str | None:
    """Where the server that works on a data folder listens; None when the folder doesn't say. Outdated after a kill."""
    file = data_dir / _ADDRESS
    return file.read_text().strip() if file.is_file() else None


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def client_configuration(base_url: str, users: Sequence[User]) -> str:
    """Text for ~/.synapseConfig, ready to paste."""
    lines = [
        f"Sandbox at {base_url} (open it in a browser, too). For ~/.synapseConfig:",
        "",
        "[endpoints]",
        f"repoEndpoint = {base_url}/repo/v1",
        f"authEndpoint = {base_url}/auth/v1",
        f"fileHandleEndpoint = {base_url}/file/v1",
        f"portalEndpoint = {base_url}/",
    ]
    for index, user in enumerate(users):
        lines += ["", "[default]" if index == 0 else f"[profile {user.name}]"]
        lines += [f"username = {user.name}", f"authtoken = {user.token}"]
    return "\n".join(lines)


class _Server(uvicorn.Server):
    """Tells when it has started; leaves signals alone unless it runs in the main thread (as uvicorn does).

    uvicorn looks ten times a second whether it is to end, and then waits a tenth more for connections to close. An
    embedded server starts and ends with every command, so this one is told to end, and waits only as long as it must.
    """

    tell: Callable[[], None]
    _loop: asyncio.AbstractEventLoop
    _ending: asyncio.Event

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop, self._ending = asyncio.get_running_loop(), asyncio.Event()
        await super().startup(sockets)
        self.tell()

    def end(self) -> None:
        """End the server; may be called from any thread, and from a signal handler."""
        self.should_exit = True
        if self.started:
            self._loop.call_soon_threadsafe(self._ending.set)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        self.end()

    async def main_loop(self) -> None:
        await self.on_tick(0)
        await self._ending.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for listener in (*self.servers, *(sockets or ())):
            listener.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        with suppress(TimeoutError):
            async with asyncio.timeout(self.config.timeout_graceful_shutdown):
                await self._answered()
        for task in self.server_state.tasks:
            task.cancel()

    async def _answered(self) -> None:
        """Wait until everybody who still listens has an answer, or somebody presses Ctrl-C once more."""
        while self.server_state.connections and not self.force_exit:  # noqa: ASYNC110 -- a plain set of uvicorn
            await asyncio.sleep(_MOMENT)


def _server(app: SandboxApp) -> _Server:
    config = uvicorn.Config(
        app,
        http=_Protocol,
        lifespan="off",
        log_level="warning",
        access_log=False,
        date_header=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    return _Server(config)


@contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    # With the protocol named, asyncio sets TCP_NODELAY on what is accepted; without, each answer waits 40 ms.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError as fault:
            raise OSError(
                fault.errno, f"port {port} of {HOST} can't be had ({fault.strerror}): choose another, or 0"
            ) from fault
        yield listener
