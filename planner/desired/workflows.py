"""Links to workflow archives: what the orchestrator reads to learn which code evaluates a queue (orchestrator-and-tools
1.6).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from challenge_spec.resolved import Grants
from planner.access import ENTITY, grant
from planner.desired.context import Context, add_grants, staff_acl
from planner.references import Ref, Spec
from planner.resources import Kind, Resource, acl_address, annotations_address


def links(context: Context) -> Iterator[Resource]:
    """Compile one file entity with an external address and its ROOT_TEMPLATE for each entry point."""
    readers = _readers(context)
    for workflow in context.challenge.workflows:
        if workflow.use is not None:
            continue
        address = f"link.{workflow.key}"
        spec: Spec = {"name": workflow.name, "parent": Ref(context.home), "url": workflow.archive_url}
        yield Resource(address, Kind.LINK, spec, protect=workflow.protect, ignore=workflow.ignore)
        template = {"ROOT_TEMPLATE": (workflow.root_template,)}
        yield Resource(annotations_address(address), Kind.ANNOTATIONS, template, carried_by=address)
        if not workflow.inherits:
            yield _acl(context, address, readers.get(workflow.key, frozenset()), workflow.grants)


def _readers(context: Context) -> Mapping[str | None, frozenset[str]]:
    """Key of a workflow → the accounts of the orchestrators that run it."""
    found: dict[str | None, frozenset[str]] = {}
    for queue in context.challenge.queues:
        accounts = frozenset(context.service_accounts(queue.orchestrator))
        found[queue.workflow] = found.get(queue.workflow, frozenset()) | accounts
    return found


def _acl(context: Context, address: str, readers: frozenset[str], grants: Grants) -> Resource:
    acl = staff_acl(context, "link", ENTITY)
    for account in sorted(readers):
        grant(acl, account, ENTITY["download"])
    add_grants(context, acl, grants, ENTITY)
    return Resource(acl_address(address), Kind.ACL, acl, carried_by=address)
