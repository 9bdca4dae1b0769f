"""What may stand in the body of an access requirement: its kinds, their members, its subjects (contract 9.1)."""

from __future__ import annotations

from typing import Any, Final

from synapse_sandbox.reading import boolean, choice, integer, objects, text
from synapse_sandbox.refusals import invalid
from synapse_sandbox.wire import Json, entity_number, number

_MODEL: Final = "org.sagebionetworks.repo.model."
SELF_SIGN: Final = f"{_MODEL}SelfSignAccessRequirement"
TERMS_OF_USE: Final = f"{_MODEL}TermsOfUseAccessRequirement"
MANAGED_ACT: Final = f"{_MODEL}ManagedACTAccessRequirement"
ACT_KIND: Final = f"{_MODEL}ACTAccessRequirement"
LOCK: Final = f"{_MODEL}LockAccessRequirement"
POST_MESSAGE: Final = f"{_MODEL}PostMessageContentAccessRequirement"

# Kinds that a user meets by signing himself; all others are met by decision of the ACT, or never.
SELF_SIGNED: Final = frozenset({SELF_SIGN, TERMS_OF_USE})
_ACCESSOR: Final = {"isCertifiedUserRequired": False, "isValidatedProfileRequired": False}
_TRUTHS: Final[dict[str, dict[str, bool | None]]] = {
    SELF_SIGN: {**_ACCESSOR},
    TERMS_OF_USE: {},
    MANAGED_ACT: {
        **_ACCESSOR,
        "isDUCRequired": False,
        "isIRBApprovalRequired": False,
        "areOtherAttachmentsRequired": False,
        "isIDURequired": True,
        "isIDUPublic": False,
        "isTwoFaRequired": None,
    },
    ACT_KIND: {"openJiraIssue": None},
    LOCK: {},
    POST_MESSAGE: {},
}
_TEXTS: Final = {
    TERMS_OF_USE: ("termsOfUse",),
    MANAGED_ACT: ("ducTemplateFileHandleId",),
    ACT_KIND: ("actContactInfo",),
    LOCK: ("jiraKey",),
    POST_MESSAGE: ("url",),
}


def checked_kind(body: Json) -> str:
    """The concrete type of a body, also under its legacy name; 400 unless it is an access requirement."""
    kind = text(body, "concreteType") or text(body, "entityType")
    if kind is None:
        raise invalid(
            f"Missing 'concreteType' property, cannot discriminate polymorphic type {_MODEL}AccessRequirement"
        )
    if kind in _TRUTHS:
        return kind
    if kind.startswith(_MODEL):
        raise invalid(f'Unexpected concreteType: "{kind}" is not of type "{_MODEL}AccessRequirement"')
    raise invalid(f"Unknown concreteType : '{kind}'")


def fields_of(kind: str, body: Json) -> Json:
    """The members that this kind alone has, with their defaults."""
    fields: dict[str, Any] = {name: _truth(body, name, default) for name, default in _TRUTHS[kind].items()}
    fields |= {name: text(body, name) for name in (*_TEXTS.get(kind, ()), "description")}
    if kind == MANAGED_ACT:
        fields["expirationPeriod"] = _expiration(body)
    return {name: value for name, value in fields.items() if value is not None}


def subjects_in(body: Json, by_annotations: bool) -> list[tuple[str, int]]:
    """The subjects as (type, number); they are compulsory unless annotations define them, then forbidden."""
    said = objects(body, "subjectIds")
    if by_annotations:
        if said:
            raise invalid("When 'subjectsDefinedByAnnotations' = true, then subjectIds must be empty or excluded.")
        return []
    if said is None:
        raise invalid("When 'subjectsDefinedByAnnotations' = false (or excluded), then subjectIds must be included.")
    return [_subject(subject or {}) for subject in said]


def _subject(subject: Json) -> tuple[str, int]:
    kind, spelt = choice(subject, "type", ("ENTITY", "TEAM", "EVALUATION")), text(subject, "id")
    if kind is None or spelt is None:
        raise invalid("RestrictableObjectDescriptor needs id and type.")
    return kind, entity_number(spelt) if kind == "ENTITY" else number(spelt)


def _truth(body: Json, name: str, default: bool | None) -> bool | None:
    value = boolean(body, name)
    return default if value is None else value


def _expiration(body: Json) -> int:
    """Milliseconds until an approval expires; 0 means never."""
    period = integer(body, "expirationPeriod") or 0
    if period < 0:
        raise invalid("When supplied, the expiration period should be greater than 0")
    return period
