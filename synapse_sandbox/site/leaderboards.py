"""What the pages show of views: their rows, as the query service gives them to the viewer (contract 8)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from synapse_sandbox.refusals import Refusal
from synapse_sandbox.services.entity_types import BY_CLASS
from synapse_sandbox.services.jobs import NotReady
from synapse_sandbox.site import within
from synapse_sandbox.site.moments import moment
from synapse_sandbox.site.viewing import Viewer, principal_name
from synapse_sandbox.store import Store
from synapse_sandbox.wire import Json

MAX_ROWS: Final = 50
_RESULTS_COUNT_AND_COLUMNS: Final = 0x1 | 0x2 | 0x4


@dataclass(frozen=True, slots=True)
class Cell:
    """A value for people; `entity` is the id behind it when it stands for an entity, `is_number` aligns it."""

    text: str
    entity: str = ""
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The answer to a query: its first rows of `total`; or, in `fault`, why there is none."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    total: int = 0
    fault: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """A view of a project with its rows."""

    id: str
    name: str
    kind: str
    scope: tuple[str, ...]
    table: Table


def views(viewer: Viewer, project_id: int) -> list[View]:
    """The submission views and entity views of a project that the viewer can read, by name."""
    found = [_view(viewer, header) for header in _readable(viewer, project_id)]
    return sorted(found, key=lambda view: (view.kind, view.name.lower()))


def count(viewer: Viewer, project_id: int) -> int:
    """How many views of a project the viewer can read."""
    return len(_readable(viewer, project_id))


def table(viewer: Viewer, sql: str, most: int = MAX_ROWS) -> Table:
    """The first rows that a query gives this viewer. A refusal becomes the table's fault."""
    try:
        bundle = viewer.query(sql, limit=most, partMask=_RESULTS_COUNT_AND_COLUMNS)
    except Refusal as refusal:
        return Table(fault=refusal.reason)
    except NotReady as wait:
        return Table(fault=str(wait))
    headers = bundle["selectColumns"]
    rows = bundle["queryResult"]["queryResults"]["rows"]
    return Table(
        columns=tuple(header["name"] for header in headers),
        rows=tuple(_cells(viewer.store, headers, row["values"]) for row in rows),
        total=bundle["queryCount"],
    )


def _readable(viewer: Viewer, project_id: int) -> list[Json]:
    """The headers of the views that the viewer can read."""
    headers = (viewer.find(f"/entity/syn{view}/type") for view in within.views(viewer.store, project_id))
    return [header for header in headers if header is not None]


def _view(viewer: Viewer, header: Json) -> View:
    body = viewer.get(f"/entity/{header['id']}")
    return View(
        id=header["id"],
        name=header["name"],
        kind=BY_CLASS[header["type"]].short,
        scope=tuple(_scope_name(viewer, body, one) for one in body.get("scopeIds", [])),
        table=table(viewer, f"SELECT * FROM {header['id']}"),
    )


def _scope_name(viewer: Viewer, view: Json, object_id: str) -> str:
    """The name of a queue or entity in a view's scope; its id alone when the viewer can't read it."""
    if view["concreteType"].endswith(".SubmissionView"):
        found, spelt = viewer.find(f"/evaluation/{object_id}"), object_id
    else:
        spelt = f"syn{object_id.removeprefix('syn')}"
        found = viewer.find(f"/entity/{spelt}/type")
    return f"{found['name']} ({spelt})" if found else spelt


def _cells(store: Store, headers: Sequence[Json], values: Sequence[str | None]) -> tuple[Cell, ...]:
    return tuple(_cell(store, header, value) for header, value in zip(headers, values, strict=True))


def _cell(store: Store, header: Json, value: str | None) -> Cell:
    if value is None:
        return Cell("")
    if header["name"] == "etag":
        # Eight characters tell one etag from another.
        return Cell(f"{value[:8]}…")
    read = _READERS.get(header["columnType"])
    return Cell(value) if read is None else read(store, value)


_READERS: Final[dict[str, Callable[[Store, str], Cell]]] = {
    "USERID": lambda store, value: Cell(principal_name(store, value)),
    "DATE": lambda _, value: Cell(moment(int(value))),
    "ENTITYID": lambda _, value: Cell(value, entity=value),
    "INTEGER": lambda _, value: Cell(value, is_number=True),
    "DOUBLE": lambda _, value: Cell(value, is_number=True),
}
