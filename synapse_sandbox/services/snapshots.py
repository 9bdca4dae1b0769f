"""What Synapse doesn't have: snapshots of the whole sandbox, files and clock included, under /sandbox/v1.

A snapshot is a copy of the database in the data folder; bringing one back is one transaction, like any request.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from synapse_sandbox.call import Answer, Call, created, no_content
from synapse_sandbox.clock import SandboxClock
from synapse_sandbox.refusals import Refusal, invalid, not_found
from synapse_sandbox.routing import Route
from synapse_sandbox.services import nodes, principals
from synapse_sandbox.store import Store
from synapse_sandbox.wire import Json, needed, to_iso

SCHEMA = ""
SNAPSHOTS: Final = "/sandbox/v1/snapshots"
FOLDER: Final = "snapshots"
_SUFFIX: Final = ".sqlite3"
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def list_snapshots(call: Call) -> Answer:
    """{results: [{name, savedOn, bytes}]} in the order of names; savedOn is real time."""
    files = sorted(_folder(call.store).glob(f"*{_SUFFIX}"))
    return Answer({"results": [_described(file) for file in files]})


def save_snapshot(call: Call) -> Answer:
    """Keep everything as it is under a {name}; 409 when there is such a snapshot."""
    file = _file(call.store, str(needed(call.body, "name")))
    if file.exists():
        raise Refusal(409, f"There is a snapshot {file.stem!r} already: take another name, or delete that one first.")
    file.parent.mkdir(exist_ok=True)
    # Written beside its place and moved there, so that a snapshot is whole or not there at all.
    unfinished = file.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    call.store.copy_to(unfinished)
    unfinished.replace(file)
    return created(_described(file))


def restore_snapshot(call: Call) -> Answer:
    """Bring everything back as it was: 404 for an unknown name. Users of the start options are made where missing.

    File handle ids go on from the highest so far, because clients keep caches under those ids (surprise 54).
    """
    file = _known(call.store, call.path["name"])
    _check_version(call.store, file)
    handles = _last_file_handle(call.store)
    call.store.replace_by(file)
    if handles is not None:
        call.store.run(
            "INSERT INTO counters VALUES ('file_handle', ?)"
            " ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)",
            handles,
        )
    for prepare in (principals.prepare, nodes.prepare):
        prepare(call.store, call.now, call.settings)
    if isinstance(call.clock, SandboxClock):
        call.clock.reload()
    return Answer(_described(file))


def delete_snapshot(call: Call) -> Answer:
    """Forget a snapshot."""
    _known(call.store, call.path["name"]).unlink()
    return no_content()


def _folder(store: Store) -> Path:
    if store.folder is None:
        raise invalid("A sandbox in memory keeps no snapshots: start it with a data folder.")
    return store.folder / FOLDER


def _file(store: Store, name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise invalid(
            f"{name!r} is no name for a snapshot: take letters, digits, dot, dash and underscore, at most 64."
        )
    return _folder(store) / f"{name}{_SUFFIX}"


def _known(store: Store, name: str) -> Path:
    file = _file(store, name)
    if not file.is_file():
        raise not_found(f"There is no snapshot {name!r}: GET {SNAPSHOTS} lists them.")
    return file


def _described(file: Path) -> Json:
    facts = file.stat()
    return {
        "name": file.name.removesuffix(_SUFFIX),
        "savedOn": to_iso(int(facts.st_mtime * 1000)),
        "bytes": facts.st_size,
    }


def _check_version(store: Store, file: Path) -> None:
    with closing(sqlite3.connect(file)) as database:
        made_by = database.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()
    if made_by is None or made_by[0] != store.meta("schema"):
        raise Refusal(409, f"The snapshot {file.stem!r} was made by another version of the sandbox: delete it.")


def _last_file_handle(store: Store) -> int | None:
    value: int | None = store.value("SELECT value FROM counters WHERE name = 'file_handle'")
    return value


ROUTES = (
    Route("GET", SNAPSHOTS, list_snapshots, reads=True, scopes=(), before_terms=True),
    # It reads the database and writes a file of its own.
    Route("POST", SNAPSHOTS, save_snapshot, reads=True, scopes=(), before_terms=True),
    Route("POST", f"{SNAPSHOTS}/{{name}}/restore", restore_snapshot, scopes=(), before_terms=True),
    Route("DELETE", f"{SNAPSHOTS}/{{name}}", delete_snapshot, reads=True, scopes=(), before_terms=True),
)
