"""What the pages show of evaluation queues and views: rounds, limits, submissions, rows (contract 5, 8)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from synapse_sandbox.access_lists import acl_grants_by_principal
from synapse_sandbox.permissions import Caller, may_evaluation
from synapse_sandbox.refusals import Refusal
from synapse_sandbox.services.view_rows import current_rows, visible
from synapse_sandbox.services.view_scope import view_of
from synapse_sandbox.services.wiki_owners import Owner
from synapse_sandbox.site.moments import moment
from synapse_sandbox.site.projects import QUEUE_LEVELS, Grant, grants, principal_name, shows
from synapse_sandbox.site.wiki import Page, page, tree
from synapse_sandbox.store import Row, Store
from synapse_sandbox.table_index import ViewRow

MAX_ROWS: Final = 50
_LIMITS: Final = {"TOTAL": "in the round", "DAILY": "a day", "WEEKLY": "a week", "MONTHLY": "a month"}


@dataclass(frozen=True, slots=True)
class Round:
    """A round with its limits in words; `state` is over, running or ahead."""

    id: int
    start: int
    end: int
    state: str
    limits: tuple[str, ...]
    submissions: int


@dataclass(frozen=True, slots=True)
class Queue:
    """An evaluation queue with everything that decides who may submit what when."""

    id: int
    name: str
    description: str
    instructions: str
    receipt: str
    rounds: tuple[Round, ...]
    legacy_quota: str
    statuses: tuple[tuple[str, int], ...]
    grants: tuple[Grant, ...]
    wiki: Page | None


@dataclass(frozen=True, slots=True)
class Table:
    """A view with its first rows, as texts."""

    id: int
    name: str
    kind: str
    scope: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: int
    fault: str = ""


def queues(store: Store, viewer: Caller | None, project_id: int, now: int) -> list[Queue]:
    """The queues of a project that the viewer may see (None: all), by name."""
    rows = store.all("SELECT * FROM evaluations WHERE content_source = ? ORDER BY lower(name)", project_id)
    return [
        _queue(store, viewer, row, now)
        for row in rows
        if viewer is None or may_evaluation(store, viewer, row["id"], "READ")
    ]


def tables(store: Store, viewer: Caller | None, project_id: int) -> list[Table]:
    """The submission views and entity views anywhere below a project, by name."""
    rows = store.all(
        "WITH RECURSIVE below (id) AS (SELECT ? UNION"
        " SELECT entities.id FROM entities JOIN below ON parent_id = below.id)"
        " SELECT entities.id, name, type FROM entities JOIN below USING (id)"
        " WHERE type LIKE '%.SubmissionView' OR type LIKE '%.EntityView' ORDER BY lower(name), id",
        project_id,
    )
    return [_table(store, viewer, row) for row in rows if shows(store, viewer, row["id"])]


def _queue(store: Store, viewer: Caller | None, row: Row, now: int) -> Queue:
    counted = store.all(
        "SELECT status, count(*) FROM submissions JOIN submission_statuses ON submission_id = id"
        " WHERE evaluation_id = ? GROUP BY status ORDER BY status",
        row["id"],
    )
    return Queue(
        id=row["id"],
        name=row["name"],
        description=row["description"] or "",
        instructions=row["instructions"] or "",
        receipt=row["receipt"] or "",
        rounds=_rounds(store, row["id"], now),
        legacy_quota=row["quota"] or "",
        statuses=tuple((status, count) for status, count in counted),
        grants=grants(store, acl_grants_by_principal(store, "EVALUATION", row["id"]), QUEUE_LEVELS),
        wiki=_wiki(store, viewer, row["id"]),
    )


def _rounds(store: Store, evaluation_id: int, now: int) -> tuple[Round, ...]:
    rows = store.all("SELECT * FROM evaluation_rounds WHERE evaluation_id = ? ORDER BY round_start", evaluation_id)
    return tuple(
        Round(
            id=row["id"],
            start=row["round_start"],
            end=row["round_end"],
            state="over" if row["round_end"] <= now else "ahead" if row["round_start"] > now else "running",
            limits=_limits(row["limits"]),
            submissions=store.value("SELECT count(*) FROM submissions WHERE round_id = ?", row["id"]),
        )
        for row in rows
    )


def _limits(text: str) -> tuple[str, ...]:
    return tuple(f"{maximum} {_LIMITS[kind]}" for kind, maximum in json.loads(text) or [])


def _wiki(store: Store, viewer: Caller | None, evaluation_id: int) -> Page | None:
    owner = Owner("EVALUATION", evaluation_id, str(evaluation_id))
    root = tree(store, viewer, owner)
    return None if root is None else page(store, viewer, owner, root.id)


def _table(store: Store, viewer: Caller | None, row: Row) -> Table:
    kind = row["type"].rpartition(".")[2]
    try:
        view = view_of(store, row["id"])
    except Refusal as refusal:
        return Table(row["id"], row["name"], kind, (), (), (), 0, refusal.reason)
    found = visible(store, viewer, view, current_rows(store, view))
    names = tuple(column["name"] for column in view.columns)
    return Table(
        id=row["id"],
        name=row["name"],
        kind=kind,
        scope=tuple(_scope_name(store, view.is_submission_view, one) for one in view.scope),
        columns=names,
        rows=tuple(_cells(store, names, one) for one in found[:MAX_ROWS]),
        total=len(found),
    )


def _scope_name(store: Store, is_queue: bool, object_id: int) -> str:
    table = "evaluations" if is_queue else "entities"
    name = store.value(f"SELECT name FROM {table} WHERE id = ?", object_id)
    return f"{name} ({'' if is_queue else 'syn'}{object_id})" if name else f"unknown {object_id}"


def _cells(store: Store, names: tuple[str, ...], row: ViewRow) -> tuple[str, ...]:
    return tuple(_cell(store, name, row.values.get(name)) for name in names)


def _cell(store: Store, name: str, value: object) -> str:
    if value is None:
        return ""
    if name in ("createdBy", "modifiedBy", "submitterid"):
        return principal_name(store, int(str(value)))
    if name in ("createdOn", "modifiedOn"):
        return moment(int(str(value)))
    # Eight characters tell one etag from another.
    return f"{str(value)[:8]}…" if name == "etag" else str(value)
