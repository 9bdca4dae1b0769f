"""Projects, their ACLs and annotations, and the restricted folder of the ledger."""

from __future__ import annotations

from collections.abc import Iterator

from planner.access import ENTITY, READ, grant
from planner.desired.context import Context, add_grants, staff_acl
from planner.references import Ref, Value
from planner.resources import LEDGER_FOLDER, PUBLIC, SIGNED_IN, Kind, Resource, acl_address, annotations_address
from planner.stages import LIVE_PUBLIC, LIVE_PUBLIC_WITHOUT_PREREGISTRATION, PORTAL_STATUS

KEY_ANNOTATION = "challengeKey"
HOME_ANNOTATION = "challengeHome"
"""On the live project: the id of the staging project, which keeps the ledger."""
LEDGER_NAME = "Challenge ledger"


def projects(context: Context) -> Iterator[Resource]:
    """Compile the projects, home first, and the folder that keeps the ledger."""
    ordered = sorted(context.challenge.projects, key=lambda project: f"project.{project.key}" != context.home)
    for project in ordered:
        address = f"project.{project.key}"
        if project.use is None:
            spec = {"name": project.name, "description": project.description, "alias": project.alias}
            yield Resource(address, Kind.PROJECT, spec, protect=project.protect, ignore=project.ignore)
            yield _annotations(context, address)
            yield _acl(context, address)
        if address == context.home:
            yield from _ledger(context)


def _annotations(context: Context, address: str) -> Resource:
    spec: dict[str, Value] = {KEY_ANNOTATION: (context.challenge.key,)}
    if address == "project.live":
        spec["Status"] = (PORTAL_STATUS[context.stage],)
    if address != context.home:
        spec[HOME_ANNOTATION] = (Ref(context.home),)
    return Resource(annotations_address(address), Kind.ANNOTATIONS, spec, carried_by=address)


def _acl(context: Context, address: str) -> Resource:
    acl = staff_acl(context, address if context.two_projects else "lone project", ENTITY)
    project = next(item for item in context.challenge.projects if f"project.{item.key}" == address)
    after: tuple[str, ...] = ()
    if address == "project.live" and live_is_public(context):
        grant(acl, PUBLIC, READ)
        grant(acl, SIGNED_IN, READ)
        after = ("wiki.live", "order.live")
    if address == context.home and context.two_projects:
        for account in context.service_accounts():
            grant(acl, account, READ)
    add_grants(context, acl, project.grants, ENTITY)
    return Resource(acl_address(address), Kind.ACL, acl, after=after)


def live_is_public(context: Context) -> bool:
    """Whether everybody reads the live project at this stage."""
    has_page = context.challenge.wiki.preregistration is not None
    return (LIVE_PUBLIC if has_page else LIVE_PUBLIC_WITHOUT_PREREGISTRATION)[context.stage]


def _ledger(context: Context) -> Iterator[Resource]:
    yield Resource(LEDGER_FOLDER, Kind.FOLDER, {"name": LEDGER_NAME, "parent": Ref(context.home)})
    yield Resource(acl_address(LEDGER_FOLDER), Kind.ACL, staff_acl(context, "ledger", ENTITY))
