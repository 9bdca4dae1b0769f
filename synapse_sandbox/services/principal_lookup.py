"""From names to principals and back (contract 1.4)."""

from __future__ import annotations

from collections.abc import Sequence

from synapse_sandbox.call import Answer, Call, created
from synapse_sandbox.refusals import invalid, not_found
from synapse_sandbox.routing import Route
from synapse_sandbox.services.principals import alias_fault, alias_owner, find_alias, header, unique_key
from synapse_sandbox.store import Row, Store
from synapse_sandbox.wire import Json, needed, number

MAX_ALIASES = 100


def headers_of(store: Store, ids: Sequence[int]) -> list[Json]:
    """The headers of principals in the order asked; unknown ids are left out."""
    rows = (store.one("SELECT * FROM principals WHERE id = ?", principal) for principal in ids)
    return [header(store, row) for row in rows if row is not None]


def get_headers_batch(call: Call) -> Answer:
    """GET /userGroupHeaders/batch?ids=csv."""
    ids = [number(text.strip()) for text in call.parameter("ids").split(",") if text.strip()]
    children = headers_of(call.store, ids)
    return Answer({"children": children, "totalNumberOfResults": len(children)})


def get_headers_by_alias(call: Call) -> Answer:
    """POST /userGroupHeaders/aliases: exact user and team names to headers; unknown names are left out."""
    names = call.body.get("list") or []
    if not names:
        raise invalid("Request must include at least one alias.")
    if len(names) > MAX_ALIASES:
        raise invalid(f"Request exceeds the maximum number of {MAX_ALIASES} aliases.")
    rows = (find_alias(call.store, str(name), "USER_NAME", "TEAM_NAME") for name in names)
    ids = dict.fromkeys(row["principal_id"] for row in rows if row is not None)
    return Answer({"list": headers_of(call.store, list(ids))})


def get_headers_by_prefix(call: Call) -> Answer:
    """GET /userGroupHeaders?prefix=: names that start with a prefix, after stripping (contract 1.4)."""
    prefix, page = call.query.get("prefix", ""), call.page()
    kinds = {"USERS_ONLY": (1,), "TEAMS_ONLY": (0,)}.get(call.query.get("typeFilter", "ALL"), (0, 1))
    ids = [row for row in search_principals(call.store, prefix) if row["is_individual"] in kinds]
    shown = ids[page.offset : page.offset + page.limit]
    children = headers_of(call.store, [row["id"] for row in shown])
    return Answer({"children": children, "prefixFilter": prefix, "totalNumberOfResults": len(ids)})


def search_principals(store: Store, prefix: str) -> list[Row]:
    """Users and teams whose stripped name, or a user's first+last or last+first name, starts with a stripped prefix."""
    return store.all(
        "SELECT DISTINCT principals.* FROM principals"
        " JOIN principal_aliases ON principal_id = principals.id AND type IN ('USER_NAME', 'TEAM_NAME')"
        " LEFT JOIN user_profiles ON user_id = principals.id WHERE principals.id >= 3000000 AND ("
        " unique_key GLOB ?1 || '*'"
        " OR lower(fields ->> 'firstName' || (fields ->> 'lastName')) GLOB ?1 || '*'"
        " OR lower(fields ->> 'lastName' || (fields ->> 'firstName')) GLOB ?1 || '*') ORDER BY principals.id",
        unique_key(prefix),
    )


def lookup_alias(call: Call) -> Answer:
    """POST /principal/alias {alias, type: USER_NAME} → {principalId}."""
    alias, alias_type = needed(call.body, "alias"), needed(call.body, "type")
    if alias_type != "USER_NAME":
        raise invalid(f"Unsupported alias type {alias_type}")
    row = find_alias(call.store, str(alias), "USER_NAME")
    if row is None:
        raise not_found(f"Alias: '{alias}' of type: '{alias_type}' does not exist")
    return Answer({"principalId": row["principal_id"]})


def check_alias(call: Call) -> Answer:
    """POST /principal/available {alias, type} → {available, valid}."""
    alias, alias_type = str(needed(call.body, "alias")), str(needed(call.body, "type"))
    valid = alias_fault(alias_type, alias) is None
    return created({"valid": valid, "available": valid and alias_owner(call.store, alias) is None})


ROUTES = (
    Route("GET", "/repo/v1/userGroupHeaders", get_headers_by_prefix, reads=True),
    Route("GET", "/repo/v1/userGroupHeaders/batch", get_headers_batch, reads=True),
    Route("POST", "/repo/v1/userGroupHeaders/aliases", get_headers_by_alias, reads=True),
    Route("POST", "/repo/v1/principal/alias", lookup_alias, reads=True),
    Route("POST", "/repo/v1/principal/available", check_alias, reads=True),
)
