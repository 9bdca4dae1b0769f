"""When a row appears: some time after the view was changed, or after a query noticed what had happened.

On Synapse workers build the index, and a query that finds it out of date triggers a refresh but is answered from the
old rows (contract 8.7). Here the delay is a setting, 0 at first: the option --view-delay, or /sandbox/v1/views/delay.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import Final

from synapse_sandbox.call import Answer, Call
from synapse_sandbox.refusals import invalid, not_found
from synapse_sandbox.routing import Route
from synapse_sandbox.services.jobs import NotReady
from synapse_sandbox.services.view_rows import current_rows
from synapse_sandbox.services.view_scope import View
from synapse_sandbox.settings import Settings
from synapse_sandbox.store import Store
from synapse_sandbox.table_index import ViewRow
from synapse_sandbox.wire import needed, number

SCHEMA = """
CREATE TABLE IF NOT EXISTS view_builds (
    view_id INTEGER NOT NULL REFERENCES entities (id) ON DELETE CASCADE,
    definition TEXT NOT NULL,
    ready_on INTEGER NOT NULL,
    rows TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS view_builds_by_view ON view_builds (view_id, ready_on);
CREATE TABLE IF NOT EXISTS view_snapshots (
    view_id INTEGER NOT NULL REFERENCES entities (id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    columns TEXT NOT NULL,
    rows TEXT NOT NULL,
    PRIMARY KEY (view_id, version)
);
"""
DELAY: Final = "/sandbox/v1/views/delay"
WAITING: Final = "Waiting for the table index to become available..."
_SETTING: Final = "view_delay_ms"


def prepare(store: Store, _: int, settings: Settings) -> None:
    """Keep the delay that the sandbox was started with, if any."""
    if settings.view_delay_ms is not None:
        store.set_meta(_SETTING, str(settings.view_delay_ms))


def get_delay(call: Call) -> Answer:
    """{milliseconds}: how long a view takes to show what happened."""
    return Answer({"milliseconds": delay(call.store)})


def set_delay(call: Call) -> Answer:
    """Set the delay, {milliseconds}."""
    milliseconds = number(needed(call.body, "milliseconds"))
    if milliseconds < 0:
        raise invalid("milliseconds must not be negative.")
    call.store.set_meta(_SETTING, str(milliseconds))
    return get_delay(call)


def delay(store: Store) -> int:
    """The delay in milliseconds."""
    return int(store.meta(_SETTING) or 0)


def indexed_rows(store: Store, view: View, now: int) -> list[ViewRow]:
    """The rows as the index knows them.

    Raises:
        NotReady: the index of a new or changed view isn't built yet.
    """
    rows, wait = current_rows(store, view), delay(store)
    if wait == 0:
        return rows
    _notice(store, view, rows, now + wait)
    built = store.value(
        "SELECT rows FROM view_builds WHERE view_id = ? AND definition = ? AND ready_on <= ?"
        " ORDER BY ready_on DESC, rowid DESC LIMIT 1",
        view.entity_id, _definition(view), now,
    )  # fmt: skip
    if built is None:
        raise NotReady(WAITING)
    return _loaded(built)


def keep_snapshot(store: Store, view: View, rows: list[ViewRow]) -> None:
    """Freeze the rows of a view under its present version number."""
    store.insert(
        "view_snapshots", view_id=view.entity_id, version=view.version, columns=json.dumps(view.columns),
        rows=_dumped(rows),
    )  # fmt: skip


def snapshot_rows(store: Store, view: View, version: int) -> list[ViewRow]:
    """The rows of a snapshot; 404 when the view has no such version."""
    rows = store.value("SELECT rows FROM view_snapshots WHERE view_id = ? AND version = ?", view.entity_id, version)
    if rows is None:
        raise not_found(f"Cannot find a node with id syn{view.entity_id} and version {version}")
    return _loaded(rows)


def _notice(store: Store, view: View, rows: list[ViewRow], ready_on: int) -> None:
    """Schedule a build when the rows differ from what was built or scheduled last."""
    last = store.one(
        "SELECT rows FROM view_builds WHERE view_id = ? AND definition = ? ORDER BY rowid DESC LIMIT 1",
        view.entity_id, _definition(view),
    )  # fmt: skip
    if last is not None and last["rows"] == _dumped(rows):
        return
    # The first build starts by itself when the view is changed, later ones when a query notices.
    at = view.changed_on + delay(store) if last is None else ready_on
    store.insert("view_builds", view_id=view.entity_id, definition=_definition(view), ready_on=at, rows=_dumped(rows))


def _definition(view: View) -> str:
    """What a view is, apart from its rows: changing that builds it anew."""
    said = json.dumps([[column["id"] for column in view.columns], view.scope, view.mask])
    return hashlib.sha256(said.encode()).hexdigest()


def _dumped(rows: list[ViewRow]) -> str:
    return json.dumps([asdict(row) for row in rows])


def _loaded(text: str) -> list[ViewRow]:
    return [ViewRow(**row) for row in json.loads(text)]


ROUTES = (
    Route("GET", DELAY, get_delay, reads=True, scopes=()),
    Route("PUT", DELAY, set_delay, scopes=()),
)
