"""Approvals of access requirements (contract 9.4)."""

from __future__ import annotations

import json

from synapse_sandbox.call import Answer, Call, created
from synapse_sandbox.permissions import ANONYMOUS, CERTIFIED_USERS, is_member
from synapse_sandbox.reading import date, integer, principal, texts
from synapse_sandbox.refusals import CERTIFICATION_REQUIRED, forbidden, gone, invalid, not_found, required
from synapse_sandbox.restrictions import is_approved
from synapse_sandbox.routing import Route
from synapse_sandbox.services.requirement_bodies import ACT_KIND, LOCK, POST_MESSAGE, SELF_SIGNED
from synapse_sandbox.services.requirements import NOT_ACT, find_requirement, may_manage, require_act
from synapse_sandbox.store import Row, Store
from synapse_sandbox.wire import Json, number, optional_iso, to_iso

SCHEMA = ""


def create_approval(call: Call) -> Answer:
    """POST /accessApproval: by oneself for terms, by the ACT for the rest; doing it again changes nothing."""
    requirement_id = integer(call.body, "requirementId")
    if requirement_id is None:
        raise required("accessRequirementId")
    requirement = find_requirement(call.store, requirement_id)
    if requirement["kind"] in (LOCK, POST_MESSAGE):
        raise invalid(f"Cannot apply an approval to a {requirement['kind']}")
    accessor = _accessor(call, requirement)
    _check_accessor(call.store, requirement, accessor)
    return created(_document(_find(call.store, _approve(call, requirement, accessor))))


def get_approval(call: Call) -> Answer:
    """GET /accessApproval/{approvalId}: the ACT."""
    require_act(call)
    return Answer(_document(_find(call.store, call.number("approvalId"))))


def revoke_approvals(call: Call) -> Answer:
    """DELETE /accessApproval?requirementId=&accessorId=: of ACT requirements alone."""
    requirement_id, accessor = number(call.parameter("requirementId")), number(call.parameter("accessorId"))
    if accessor != call.caller.id and not may_manage(call):
        raise forbidden("Only ACT member may delete access approvals of other users.")
    requirement = find_requirement(call.store, requirement_id)
    if requirement["kind"] != ACT_KIND:
        raise invalid(f"Do not support access approval deletion for access requirement type: {requirement['kind']}")
    call.store.run(
        "UPDATE access_approvals SET state = 'REVOKED', etag = ?, modified_on = ?, modified_by = ?"
        " WHERE requirement_id = ? AND accessor_id = ?",
        call.store.new_etag(),
        call.now,
        call.caller.id,
        requirement_id,
        accessor,
    )
    return Answer()


def get_approval_information(call: Call) -> Answer:
    """POST /accessApproval/information {userId, accessRequirementIds}: of oneself, or by the ACT."""
    user_id, wanted = principal(call.body, "userId"), texts(call.body, "accessRequirementIds")
    if user_id is None:
        raise required("BatchAccessApprovalInfoRequest.userId")
    if wanted is None:
        raise required("BatchAccessApprovalInfoRequest.accessRequirementIds")
    if user_id != call.caller.id and not may_manage(call):
        raise forbidden(NOT_ACT)
    results = [
        {
            "userId": str(user_id),
            "accessRequirementId": one,
            "hasAccessApproval": is_approved(call.store, number(one), user_id, call.now),
        }
        for one in wanted
    ]
    return Answer({"results": results})


def retired(_call: Call) -> Answer:
    """Lists and single deletions of approvals: 410."""
    raise gone("This service has been removed.")


def _accessor(call: Call, requirement: Row) -> int:
    """For whom the approval is: for terms always the caller."""
    if requirement["kind"] in SELF_SIGNED:
        return call.caller.id
    if not may_manage(call):
        raise forbidden("User is not an ACT Member.")
    accessor = principal(call.body, "accessorId")
    if accessor is None:
        raise required("accessorId")
    return accessor


def _check_accessor(store: Store, requirement: Row, accessor: int) -> None:
    if accessor == ANONYMOUS:
        raise invalid("Cannot create an AccessApproval for anonymous user.")
    fields = json.loads(requirement["fields"])
    if fields.get("isCertifiedUserRequired") and not is_member(store, CERTIFIED_USERS, accessor):
        raise forbidden("Accessors must be Synapse Certified Users.", CERTIFICATION_REQUIRED)
    if fields.get("isValidatedProfileRequired"):
        # Nobody's profile is validated here: that is a review by people.
        raise invalid("Accessors must have validated profiles.")


def _approve(call: Call, requirement: Row, accessor: int) -> int:
    """Write the approval, or approve again the one of the same version, submitter and accessor; its id."""
    version = integer(call.body, "requirementVersion")
    submitter = None if requirement["kind"] in SELF_SIGNED else principal(call.body, "submitterId")
    return int(
        call.store.value(
            "INSERT INTO access_approvals VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'APPROVED', ?7, ?8, ?9, ?8, ?9)"
            " ON CONFLICT (requirement_id, requirement_version, submitter_id, accessor_id) DO UPDATE SET"
            " etag = ?2, state = 'APPROVED', expired_on = ?7, modified_on = ?8, modified_by = ?9 RETURNING id",
            call.store.next_id("access_approval"),
            call.store.new_etag(),
            requirement["id"],
            requirement["version"] if version is None else version,
            accessor if submitter is None else submitter,
            accessor,
            None if requirement["kind"] in SELF_SIGNED else date(call.body, "expiredOn"),
            call.now,
            call.caller.id,
        )
    )


def _find(store: Store, approval_id: int) -> Row:
    row = store.one("SELECT * FROM access_approvals WHERE id = ?", approval_id)
    if row is None:
        raise not_found(f"The access approval with ID '{approval_id}' does not exist")
    return row


def _document(row: Row) -> Json:
    return {
        "id": row["id"],
        "etag": row["etag"],
        "requirementId": row["requirement_id"],
        "requirementVersion": row["requirement_version"],
        "submitterId": str(row["submitter_id"]),
        "accessorId": str(row["accessor_id"]),
        "state": row["state"],
        "expiredOn": optional_iso(row["expired_on"]),
        "createdOn": to_iso(row["created_on"]),
        "createdBy": str(row["created_by"]),
        "modifiedOn": to_iso(row["modified_on"]),
        "modifiedBy": str(row["modified_by"]),
    }


ROUTES = (
    Route("POST", "/repo/v1/accessApproval", create_approval),
    Route("DELETE", "/repo/v1/accessApproval", revoke_approvals),
    Route("POST", "/repo/v1/accessApproval/information", get_approval_information, reads=True),
    Route("GET", "/repo/v1/accessApproval/{approvalId}", get_approval, reads=True),
    Route("DELETE", "/repo/v1/accessApproval/{approvalId}", retired),
    Route("GET", "/repo/v1/entity/{id}/accessApproval", retired, reads=True),
    Route("GET", "/repo/v1/team/{id}/accessApproval", retired, reads=True),
    Route("GET", "/repo/v1/evaluation/{evalId}/accessApproval", retired, reads=True),
)
