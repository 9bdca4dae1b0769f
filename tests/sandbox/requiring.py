"""Bodies, calls and fixtures of access requirements, for their tests."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.sandbox.making import MODEL, Answered, Client, Json, Names, Users, id_of, make_team

SELF_SIGN, TERMS = f"{MODEL}SelfSignAccessRequirement", f"{MODEL}TermsOfUseAccessRequirement"
ACT, MANAGED = f"{MODEL}ACTAccessRequirement", f"{MODEL}ManagedACTAccessRequirement"
STALE = "Access Requirement was updated since you last fetched it, retrieve it again and reapply the update."
CLOSED = "There are unmet access requirements that must be met to read content in the requested container."
Require = Callable[..., Json]


@pytest.fixture
def act(api: Users) -> Client:
    """A member of Synapse's Access and Compliance Team."""
    return api("reviewer")


@pytest.fixture
def team(organizer: Client, unique: Names) -> str:
    """The id of a team that anybody may join."""
    return str(make_team(organizer, unique("team"), canPublicJoin=True)["id"])


@pytest.fixture
def require(act: Client) -> Require:
    """`require(body)`: an access requirement, made by the ACT."""

    def made(body: Json) -> Json:
        requirement: Json = act.ok("POST", "/accessRequirement", body)
        return requirement

    return made


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
