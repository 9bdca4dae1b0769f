"""Bodies and calls of access requirements, for their tests."""

from __future__ import annotations

from tests.sandbox.making import MODEL, Answered, Client, Json, id_of

SELF_SIGN, TERMS = f"{MODEL}SelfSignAccessRequirement", f"{MODEL}TermsOfUseAccessRequirement"
ACT, MANAGED = f"{MODEL}ACTAccessRequirement", f"{MODEL}ManagedACTAccessRequirement"


def joining(team: str, kind: str = SELF_SIGN, **members: object) -> Json:
    subjects = [{"id": team, "type": "TEAM"}]
    return {"concreteType": kind, "accessType": "PARTICIPATE", "subjectIds": subjects, **members}


def downloading(entity: str, kind: str = SELF_SIGN, **members: object) -> Json:
    subjects = [{"id": entity, "type": "ENTITY"}]
    return {"concreteType": kind, "accessType": "DOWNLOAD", "subjectIds": subjects, **members}


def approve(client: Client, requirement: Json, **members: object) -> Answered:
    return client.post("/accessApproval", {"requirementId": requirement["id"], **members})


def join(client: Client, team: str) -> Answered:
    return client.put(f"/team/{team}/member/{id_of(client)}")
