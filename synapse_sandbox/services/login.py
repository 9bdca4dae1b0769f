"""Tokens, terms of use, version and status (contract 1.1, 1.2)."""

from __future__ import annotations

import json

from synapse_sandbox.call import Answer, Call, no_content
from synapse_sandbox.permissions import ALL_SCOPES, ANONYMOUS
from synapse_sandbox.reading import texts
from synapse_sandbox.refusals import forbidden, invalid, not_found
from synapse_sandbox.routing import Route
from synapse_sandbox.services.principals import new_token
from synapse_sandbox.store import Row
from synapse_sandbox.wire import Json, to_iso

SCHEMA = ""
TOKENS = "/auth/v1/personalAccessToken"
TERMS = "/auth/v1/termsOfUse2"
TERMS_VERSION = "1.0.0"


def get_version(_: Call) -> Answer:
    """GET /version: needs no token."""
    return Answer({"version": "sandbox", "stackInstance": "local"})


def get_status(_: Call) -> Answer:
    """GET /status: the sandbox is never down."""
    return Answer({"status": "READ_WRITE", "currentMessage": "Synapse is ready for read and write"})


def get_authenticated_on(call: Call) -> Answer:
    """GET /authenticatedOn."""
    _require_signed_in(call)
    moment = call.store.value("SELECT authenticated_on FROM user_profiles WHERE user_id = ?", call.caller.id)
    return Answer({"authenticatedOn": to_iso(moment)})


def create_token(call: Call) -> Answer:
    """POST /personalAccessToken {name?, scope?, userInfoClaims?} → 200 {token}."""
    _require_signed_in(call)
    name = str(call.body.get("name") or call.store.new_etag())
    taken = call.store.one("SELECT 1 FROM access_tokens WHERE user_id = ? AND name = ?", call.caller.id, name)
    if taken is not None:
        raise invalid("The provided token name is already in use.")
    scopes = frozenset(texts(call.body, "scope") or call.caller.scopes - {"authorize"})
    if scopes - ALL_SCOPES:
        raise invalid(f"No enum constant org.sagebionetworks.repo.model.oauth.OAuthScope.{min(scopes - ALL_SCOPES)}")
    token = f"sandbox-{call.store.random.getrandbits(256):064x}"
    new_token(call.store, call.caller.id, name, token, scopes, call.body.get("userInfoClaims", {}), call.now)
    return Answer({"token": token})


def list_tokens(call: Call) -> Answer:
    """GET /personalAccessToken."""
    _require_signed_in(call)
    rows = call.store.all("SELECT * FROM access_tokens WHERE user_id = ? ORDER BY id", call.caller.id)
    return Answer({"results": [_record(row) for row in rows]})


def get_token(call: Call) -> Answer:
    """GET /personalAccessToken/{id}."""
    return Answer(_record(_own_token(call)))


def delete_token(call: Call) -> Answer:
    """DELETE /personalAccessToken/{id}: revoked at once."""
    call.store.run("DELETE FROM access_tokens WHERE id = ?", _own_token(call)["id"])
    return Answer()


def _own_token(call: Call) -> Row:
    _require_signed_in(call)
    row = call.store.one("SELECT * FROM access_tokens WHERE id = ?", call.number("id"))
    if row is None or row["user_id"] != call.caller.id:
        raise not_found(f"The access token with ID {call.number('id')} does not exist")
    return row


def _record(row: Row) -> Json:
    return {
        "id": str(row["id"]),
        "userId": str(row["user_id"]),
        "name": row["name"],
        "scopes": json.loads(row["scopes"]),
        "userInfoClaims": json.loads(row["claims"]),
        "createdOn": to_iso(row["created_on"]),
        "lastUsed": to_iso(row["created_on"]),
        "state": "ACTIVE",
    }


def accept_terms(call: Call) -> Answer:
    """POST /termsOfUse2 → 204: from now on the caller may do more than look at the own profile."""
    _require_signed_in(call)
    call.store.run("UPDATE user_profiles SET accepted_terms_on = ? WHERE user_id = ?", call.now, call.caller.id)
    return no_content()


def get_terms(call: Call) -> Answer:
    """GET /termsOfUse2: which version is in force."""
    return Answer(
        {
            "termsOfServiceUrl": f"{call.base_url}/",
            "latestTermsOfServiceVersion": TERMS_VERSION,
            "currentRequirements": {"minimumTermsOfServiceVersion": TERMS_VERSION, "requirementDate": to_iso(0)},
        }
    )


def get_terms_status(call: Call) -> Answer:
    """GET /termsOfUse2/status: whether the caller has accepted them."""
    _require_signed_in(call)
    accepted = call.store.value("SELECT accepted_terms_on FROM user_profiles WHERE user_id = ?", call.caller.id)
    status: Json = {"userId": str(call.caller.id), "userCurrentTermsOfServiceState": "MUST_AGREE_NOW"}
    if accepted is not None:
        status["userCurrentTermsOfServiceState"] = "UP_TO_DATE"
        status |= {"lastAgreementDate": to_iso(accepted), "lastAgreementVersion": TERMS_VERSION}
    return Answer(status)


def _require_signed_in(call: Call) -> None:
    if call.caller.id == ANONYMOUS:
        raise forbidden("Anonymous user is not allowed to access this resource.")


ROUTES = (
    Route("GET", "/repo/v1/version", get_version, reads=True, scopes=(), before_terms=True),
    Route("GET", "/repo/v1/status", get_status, reads=True, scopes=(), before_terms=True),
    Route("GET", "/auth/v1/authenticatedOn", get_authenticated_on, reads=True, before_terms=True),
    Route("POST", TOKENS, create_token, scopes=("authorize",)),
    Route("GET", TOKENS, list_tokens, reads=True),
    Route("GET", f"{TOKENS}/{{id}}", get_token, reads=True),
    Route("DELETE", f"{TOKENS}/{{id}}", delete_token, scopes=("authorize",)),
    Route("GET", TERMS, get_terms, reads=True, scopes=(), before_terms=True),
    Route("POST", TERMS, accept_terms, scopes=(), before_terms=True),
    Route("GET", f"{TERMS}/status", get_terms_status, reads=True, scopes=(), before_terms=True),
)
