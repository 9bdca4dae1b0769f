"""Where things lie: which project something belongs to, and what there is in a project to be asked for.

Only ids come from here; whether a viewer may know of them is asked of the API, one by one.
"""

from __future__ import annotations

from synapse_sandbox.store import Store

# From the few things that are looked for up to their projects: cheaper than down through everything in a project.
_UP = (
    "WITH RECURSIVE up (start, id, parent_id) AS ("
    " SELECT id, id, parent_id FROM entities WHERE {which}"
    " UNION ALL SELECT start, entities.id, entities.parent_id FROM entities JOIN up ON entities.id = up.parent_id"
    ") SELECT start FROM up WHERE id = ? ORDER BY start"
)
_SHARED = _UP.format(which="id IN (SELECT owner_id FROM acls WHERE owner_type = 'ENTITY')")
_VIEWS = _UP.format(which="type LIKE '%.SubmissionView' OR type LIKE '%.EntityView'")


def only_challenge(store: Store) -> int | None:
    """The project of the sandbox's challenge; None when there is none, or more than one."""
    rows = store.all("SELECT project_id FROM challenges LIMIT 2")
    return int(rows[0]["project_id"]) if len(rows) == 1 else None


def shared(store: Store, project_id: int) -> list[int]:
    """The project and everything in it that has sharing settings of its own."""
    return [row["start"] for row in store.all(_SHARED, project_id)]


def views(store: Store, project_id: int) -> list[int]:
    """The submission views and entity views of a project."""
    return [row["start"] for row in store.all(_VIEWS, project_id)]


def queues(store: Store, project_id: int) -> list[int]:
    """The evaluation queues of a project."""
    return [row["id"] for row in store.all("SELECT id FROM evaluations WHERE content_source = ?", project_id)]
