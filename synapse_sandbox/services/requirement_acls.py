"""ACLs of access requirements: who reviews requests, who is exempt (contract 9.2)."""

from __future__ import annotations

from synapse_sandbox.access_lists import acl_document, delete_acl, read_grants, replace_acl, write_acl
from synapse_sandbox.call import Answer, Call, created
from synapse_sandbox.refusals import forbidden, invalid, not_found
from synapse_sandbox.routing import Route
from synapse_sandbox.services.requirements import find_requirement, may_manage
from synapse_sandbox.wire import Json

SCHEMA = ""
_OWNER = "ACCESS_REQUIREMENT"


def get_acl(call: Call) -> Answer:
    """GET /accessRequirement/{requirementId}/acl."""
    return Answer(_document(call, find_requirement(call.store, call.number("requirementId"))["id"]))


def create_acl(call: Call) -> Answer:
    """POST /accessRequirement/{requirementId}/acl: a requirement has none until then."""
    grants = read_grants(call.store, _OWNER, call.body)
    requirement = _managed(call, "Only an ACT member can assign an ACL to an access requirement.")
    if acl_document(call.store, _OWNER, requirement, str(requirement)) is not None:
        raise invalid(f"An ACL already exists for the access requirement {requirement}.")
    write_acl(call.store, _OWNER, requirement, grants, call.now)
    return created(_document(call, requirement))


def update_acl(call: Call) -> Answer:
    """PUT /accessRequirement/{requirementId}/acl: full replacement under the ACL's etag."""
    read_grants(call.store, _OWNER, call.body)
    requirement = _managed(call, "Only an ACT member can update the ACL of an access requirement.")
    _document(call, requirement)
    replace_acl(call.store, _OWNER, requirement, call.body, call.now)
    return Answer(_document(call, requirement))


def remove_acl(call: Call) -> Answer:
    """DELETE /accessRequirement/{requirementId}/acl: 200."""
    delete_acl(call.store, _OWNER, _managed(call, "Only an ACT member can delete the ACL of an access requirement."))
    return Answer()


def _managed(call: Call, refusal: str) -> int:
    if not may_manage(call):
        raise forbidden(refusal)
    return int(find_requirement(call.store, call.number("requirementId"))["id"])


def _document(call: Call, requirement: int) -> Json:
    acl = acl_document(call.store, _OWNER, requirement, str(requirement))
    if acl is None:
        raise not_found(f"ACL for '{requirement}' of type '{_OWNER}' does not exist")
    return acl


ROUTES = (
    Route("GET", "/repo/v1/accessRequirement/{requirementId}/acl", get_acl, reads=True),
    Route("POST", "/repo/v1/accessRequirement/{requirementId}/acl", create_acl),
    Route("PUT", "/repo/v1/accessRequirement/{requirementId}/acl", update_acl),
    Route("DELETE", "/repo/v1/accessRequirement/{requirementId}/acl", remove_acl),
)
