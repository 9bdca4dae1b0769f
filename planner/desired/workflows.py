"""Links to workflow archives: what the orchestrator reads to learn which code evaluates a queue (orchestrator-and-tools
1.6).
"""

from __future__ import annotations

from collections.abc import Iterator

from planner.access import ENTITY, grant
from planner.desired.context import Context, staff_acl
from planner.references import Ref, Spec
from planner.resources import Kind, Resource, acl_address, annotations_address


def links(context: Context) -> Iterator[Resource]:
    """Compile one file entity with an external address and its ROOT_TEMPLATE for each entry point."""
    for workflow in context.challenge.workflows:
        if workflow.use is not None:
            continue
        address = f"link.{workflow.key}"
        spec: Spec = {"name": workflow.name, "parent": Ref(context.home), "url": workflow.archive_url}
        yield Resource(address, Kind.LINK, spec)
        template = {"ROOT_TEMPLATE": (workflow.root_template,)}
        yield Resource(annotations_address(address), Kind.ANNOTATIONS, template, carried_by=address)
        yield _acl(context, address, workflow.key)


def _acl(context: Context, address: str, workflow: str) -> Resource:
    acl = staff_acl(context, "link", ENTITY)
    orchestrators = {queue.orchestrator for queue in context.challenge.queues if queue.workflow == workflow}
    if orchestrators:
        for account in context.service_accounts(*orchestrators):
            grant(acl, account, ENTITY["download"])
    return Resource(acl_address(address), Kind.ACL, acl, carried_by=address)
