"""Whether terms stand before the content of an entity or before joining a team, for the caller (contract 9.5)."""

from __future__ import annotations

from typing import Final

from synapse_sandbox.call import Answer, Call
from synapse_sandbox.permissions import check_exists
from synapse_sandbox.reading import choice, text, texts
from synapse_sandbox.refusals import invalid, required
from synapse_sandbox.restrictions import applicable, is_approved, is_exempt, subjects_of_entity
from synapse_sandbox.routing import Route
from synapse_sandbox.services.entity_reads import permissions_of
from synapse_sandbox.services.requirement_bodies import SELF_SIGNED
from synapse_sandbox.services.requirements import find_requirement
from synapse_sandbox.store import Store
from synapse_sandbox.wire import Json, entity_number, number

SCHEMA = ""
MAX_BATCH: Final = 50
_TYPES: Final = ("ENTITY", "EVALUATION", "TEAM")


def get_information(call: Call) -> Answer:
    """POST /restrictionInformation {restrictableObjectType, objectId}."""
    object_id = text(call.body, "objectId")
    if object_id is None:
        raise required("RestrictionInformationRequest.objectId")
    return Answer(restriction_information(call, _object_type(call.body), object_id))


def get_batch(call: Call) -> Answer:
    """POST /restrictionInformation/batch {restrictableObjectType, objectIds}: at most 50."""
    ids = texts(call.body, "objectIds")
    if ids is None:
        raise required("RestrictionInformationBatchRequest.objectIds")
    if len(ids) > MAX_BATCH:
        raise invalid(f"The maximum number of allowed object ids is {MAX_BATCH}")
    kind = _object_type(call.body)
    return Answer({"restrictionInformation": [restriction_information(call, kind, one) for one in ids]})


def restriction_information(call: Call, object_type: str, object_id: str) -> Json:
    """The RestrictionInformationResponse of an entity or a team, for the caller; `objectId` is a bare number."""
    if object_type == "ENTITY":
        entity_id = entity_number(object_id)
        check_exists(call.store, entity_id)
        ids = applicable(call.store, "ENTITY", subjects_of_entity(call.store, entity_id))
        answer = _answer(call, entity_id, ids, [is_exempt(call.store, one, entity_id, call.caller.id) for one in ids])
        return answer | {"userEntityPermissions": permissions_of(call, entity_id)}
    if object_type == "TEAM":
        ids = applicable(call.store, "TEAM", [number(object_id)])
        return _answer(call, number(object_id), ids, [False] * len(ids))
    raise invalid(f"Do not support retrieving restriction information for type: {object_type}")


def _answer(call: Call, object_number: int, requirements: list[int], exempt: list[bool]) -> Json:
    details = [_fulfillment(call, *each) for each in zip(requirements, exempt, strict=True)]
    return {
        "objectId": object_number,
        "restrictionLevel": _level(call.store, requirements),
        "hasUnmetAccessRequirement": not all(detail["isMet"] for detail in details),
        "restrictionDetails": details,
    }


def _fulfillment(call: Call, requirement: int, exempt: bool) -> Json:
    approved = is_approved(call.store, requirement, call.caller.id, call.now)
    return {
        "accessRequirementId": requirement,
        "isApproved": approved,
        "isExempt": exempt,
        "isMet": approved or exempt,
    }


def _level(store: Store, requirements: list[int]) -> str:
    """OPEN without requirements; what isn't signed by oneself is in the hands of the ACT."""
    kinds = {find_requirement(store, requirement)["kind"] for requirement in requirements}
    if not kinds:
        return "OPEN"
    return "RESTRICTED_BY_TERMS_OF_USE" if kinds <= SELF_SIGNED else "CONTROLLED_BY_ACT"


def _object_type(body: Json) -> str:
    kind = choice(body, "restrictableObjectType", _TYPES)
    if kind is None:
        raise required("RestrictionInformationRequest.restrictableObjectType")
    return kind


ROUTES = (
    Route("POST", "/repo/v1/restrictionInformation", get_information, reads=True),
    Route("POST", "/repo/v1/restrictionInformation/batch", get_batch, reads=True),
)
