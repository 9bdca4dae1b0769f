"""Who may do what with an evaluation queue: its ACL and the permissions that follow (contract 5.10)."""

from __future__ import annotations

from typing import Final

from synapse_sandbox.access_lists import acl_document, check_grants, known_access_type, read_grants, replace_acl
from synapse_sandbox.call import Answer, Call
from synapse_sandbox.permissions import ANONYMOUS_CALLER, AUTHENTICATED_USERS, check_evaluation, may_evaluation
from synapse_sandbox.reading import text
from synapse_sandbox.refusals import gone, invalid, not_found
from synapse_sandbox.routing import Route
from synapse_sandbox.store import Row
from synapse_sandbox.wire import Json, number

SCHEMA = ""
PERMISSIONS: Final = {
    "canChangePermissions": "CHANGE_PERMISSIONS",
    "canView": "READ",
    "canEdit": "UPDATE",
    "canDelete": "DELETE",
    "canParticipate": "PARTICIPATE",
    "canSubmit": "SUBMIT",
    "canViewPrivateSubmissionStatusAnnotations": "READ_PRIVATE_SUBMISSION",
    "canEditSubmissionStatuses": "UPDATE_SUBMISSION",
    "canDeleteSubmissions": "DELETE_SUBMISSION",
}


def get_acl(call: Call) -> Answer:
    """GET /evaluation/{evalId}/acl: no right is asked for."""
    return Answer(_document(call, call.number("evalId")))


def update_acl(call: Call) -> Answer:
    """PUT /evaluation/acl: the id is in the body; whoever made the queue may lock himself out."""
    spelt = text(call.body, "id")
    if not spelt:
        raise invalid("ACL's evaluation ID must not be null or empty.")
    evaluation = _evaluation(call, number(spelt))
    check_evaluation(call.store, call.caller, evaluation["id"], "CHANGE_PERMISSIONS")
    grants = read_grants(call.store, "EVALUATION", call.body)
    if set(grants.get(AUTHENTICATED_USERS, ())) - {"READ"}:
        raise invalid("Only read access on an evaluation can be granted to all authenticated Synapse users.")
    check_grants(grants, call.caller, evaluation["owner_id"])
    replace_acl(call.store, "EVALUATION", evaluation["id"], call.body, call.now)
    return Answer(_document(call, evaluation["id"]))


def create_acl(_call: Call) -> Answer:
    """POST /evaluation/acl: retired."""
    raise gone("You cannot create an ACL for an evaluation. The ACL is created automatically with the evaluation.")


def delete_acl(_call: Call) -> Answer:
    """DELETE /evaluation/{evalId}/acl: retired."""
    raise gone("You cannot delete an ACL for an evaluation. The ACL is deleted automatically with the evaluation.")


def get_permissions(call: Call) -> Answer:
    """GET /evaluation/{evalId}/permissions: UserEvaluationPermissions of the caller."""
    evaluation = _evaluation(call, call.number("evalId"))
    granted = {
        name: may_evaluation(call.store, call.caller, evaluation["id"], access) for name, access in PERMISSIONS.items()
    }
    public = may_evaluation(call.store, ANONYMOUS_CALLER, evaluation["id"], "READ")
    return Answer({**granted, "canPublicRead": public, "ownerPrincipalId": evaluation["owner_id"]})


def has_access(call: Call) -> Answer:
    """GET /evaluation/{evalId}/access?accessType=."""
    access = known_access_type(call.parameter("accessType"))
    return Answer({"result": may_evaluation(call.store, call.caller, call.number("evalId"), access)})


def _document(call: Call, evaluation_id: int) -> Json:
    acl = acl_document(call.store, "EVALUATION", evaluation_id, str(evaluation_id))
    if acl is None:
        raise not_found(f"ACL for '{evaluation_id}' of type 'EVALUATION' does not exist")
    return acl


def _evaluation(call: Call, evaluation_id: int) -> Row:
    evaluation = call.store.one("SELECT * FROM evaluations WHERE id = ?", evaluation_id)
    if evaluation is None:
        raise not_found(f"Evaluation of ID {evaluation_id} does not exist yet.")
    return evaluation


ROUTES = (
    Route("GET", "/repo/v1/evaluation/{evalId}/acl", get_acl, reads=True),
    Route("DELETE", "/repo/v1/evaluation/{evalId}/acl", delete_acl),
    Route("PUT", "/repo/v1/evaluation/acl", update_acl),
    Route("POST", "/repo/v1/evaluation/acl", create_acl),
    Route("GET", "/repo/v1/evaluation/{evalId}/permissions", get_permissions, reads=True),
    Route("GET", "/repo/v1/evaluation/{evalId}/access", has_access, reads=True),
)
