"""Snapshots of a sandbox: asked of the server that runs on its data folder, or of one started for the purpose."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from challenge_cli.errors import Failure
from challenge_cli.target import in_words

DATABASE: Final = "synapse.sqlite3"
_SNAPSHOTS: Final = "/sandbox/v1/snapshots"
_SECONDS: Final = 600

Json = dict[str, Any]


def save(data: Path, name: str) -> Json:
    """Keep everything under a name; what the sandbox says of the snapshot. Raises Failure."""
    return _asked(data, "POST", "", {"name": name})


def restore(data: Path, name: str) -> Json:
    """Bring everything back. Raises Failure."""
    return _asked(data, "POST", f"/{quote(name, safe='')}/restore")


def delete(data: Path, name: str) -> None:
    """Forget a snapshot. Raises Failure."""
    _asked(data, "DELETE", f"/{quote(name, safe='')}")


def listed(data: Path) -> list[Json]:
    """Every snapshot: name, savedOn, bytes. Raises Failure."""
    found: list[Json] = _asked(data, "GET", "")["results"]
    return found


def as_json(found: list[Json]) -> str:
    """The list for machines."""
    return json.dumps({"snapshots": found}, indent=2)


def in_lines(found: list[Json]) -> str:
    """The list for people, a snapshot a line."""
    width = max((len(one["name"]) for one in found), default=0)
    lines = [f"{one['name']:<{width}}  {one['savedOn']}  {one['bytes'] / 1e6:>8.1f} MB" for one in found]
    return "\n".join(lines) or "no snapshots"


def check_is_sandbox(data: Path) -> None:
    """Failure unless a folder is the data folder of a sandbox."""
    if not (data / DATABASE).is_file():
        raise Failure(str(data), "this folder holds no sandbox", "name the data folder of a sandbox with --data")


def _asked(data: Path, method: str, path: str, body: Json | None = None) -> Json:
    import httpx

    check_is_sandbox(data)
    with _served(data) as url:
        try:
            answer = httpx.request(method, f"{url}{_SNAPSHOTS}{path}", json=body, timeout=_SECONDS)
        except httpx.TransportError as fault:
            mend = f"stop the process that {data / 'server.pid'} names, then try again"
            raise Failure(str(data), f"the server on it does not answer at {url} ({fault})", mend) from None
    if answer.is_error:
        raise Failure(str(data), answer.json()["reason"], "see `challenge sandbox snapshot list`")
    found: Json = answer.json() if answer.content else {}
    return found


@contextmanager
def _served(data: Path) -> Iterator[str]:
    """The server on a folder: the one that runs, or one for as long as the block."""
    from synapse_sandbox.server import address_of, running
    from synapse_sandbox.store import DataFolderInUse

    with in_words(data), ExitStack() as stack:
        try:
            url = stack.enter_context(running(data))
        except DataFolderInUse:
            url = address_of(data) or ""
            if not url:
                raise
        yield url
