"""Submission views: who sees which submissions in a table.

Whoever can read the view and the queue sees every column of every row (contract 8.2), so a view has an ACL of its own
from birth, and metrics that
are withheld are never columns of a view that is shared beyond staff.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from challenge_spec.resolved import ResolvedQueue, ResolvedView
from planner.access import ENTITY, grant
from planner.desired.columns import columns_of
from planner.desired.context import Context, add_grants, staff_acl
from planner.references import Ref, Spec
from planner.resources import Kind, Resource, acl_address
from planner.stages import SCORES_VISIBLE


def views(context: Context) -> Iterator[Resource]:
    """Compile every view that is ours, closed to all but staff until its scores may be seen."""
    for view in context.challenge.views:
        if view.use is not None:
            continue
        address = f"view.{view.key}"
        scope = _scope(context, view)
        spec: Spec = {
            "name": view.name,
            "parent": Ref(_parent(context, view)),
            "scope": tuple(Ref(f"queue.{queue.key}") for queue in scope),
            "columns": columns_of(context.challenge, view, scope),
        }
        yield Resource(address, Kind.VIEW, spec, protect=view.protect, ignore=view.ignore)
        if view.inherits:
            continue
        acl = staff_acl(context, "view", ENTITY)
        for principal, level in readers(context, view).items():
            grant(acl, principal, ENTITY[level])
        add_grants(context, acl, view.grants, ENTITY)
        yield Resource(acl_address(address), Kind.ACL, acl, carried_by=address)


def readers(context: Context, view: ResolvedView) -> dict[str, str]:
    """Address of a principal → level, of those besides staff who see a view at this stage."""
    scores = {queue.results.scores for queue in _scope(context, view)}
    visible = bool(scores) and all(SCORES_VISIBLE[item][context.stage] for item in scores)
    return {context.principal(name): level for name, level in view.access.items()} if visible else {}


def readers_of_queues(context: Context) -> Mapping[str, frozenset[str]]:
    """Key of a queue → principals who must read it because a view of it is shared with them."""
    found: dict[str, frozenset[str]] = {}
    for view in context.challenge.views:
        principals = frozenset(readers(context, view))
        for queue in view.queues if principals else ():
            found[queue] = found.get(queue, frozenset()) | principals
    return found


def _scope(context: Context, view: ResolvedView) -> list[ResolvedQueue]:
    """The queues of a view, in the order of the manifest."""
    shown = frozenset(view.queues)
    return [queue for key, queue in context.queues.items() if key in shown]


def _parent(context: Context, view: ResolvedView) -> str:
    return "project.live" if view.access else context.home
