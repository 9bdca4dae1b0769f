"""Principals: users, teams and system groups, the names they share, and the tokens that sign users in (contract 1)."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping

from synapse_sandbox.permissions import (
    ACT,
    ADMIN_USER,
    ADMINISTRATORS,
    ALL_SCOPES,
    ANONYMOUS,
    ANONYMOUS_CALLER,
    AUTHENTICATED_USERS,
    CERTIFIED_USERS,
    PUBLIC,
    TRUSTED_SENDERS,
    Caller,
    add_member,
    groups_of,
    remove_member,
)
from synapse_sandbox.refusals import invalid, name_conflict, not_found, unauthenticated
from synapse_sandbox.settings import Settings, SettingsError, User
from synapse_sandbox.store import Row, Store
from synapse_sandbox.wire import Json

SCHEMA = """
CREATE TABLE IF NOT EXISTS principals (
    id INTEGER PRIMARY KEY,
    is_individual INTEGER NOT NULL,
    created_on INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS principal_aliases (
    principal_id INTEGER NOT NULL REFERENCES principals (id) ON DELETE CASCADE,
    type TEXT NOT NULL CHECK (type IN ('USER_NAME', 'TEAM_NAME', 'USER_EMAIL')),
    alias TEXT NOT NULL,
    unique_key TEXT NOT NULL UNIQUE,
    PRIMARY KEY (principal_id, type)
);
CREATE TABLE IF NOT EXISTS user_profiles (
    user_id INTEGER PRIMARY KEY REFERENCES principals (id),
    etag TEXT NOT NULL,
    fields TEXT NOT NULL,
    certified_on INTEGER,
    accepted_terms_on INTEGER,
    authenticated_on INTEGER
);
CREATE TABLE IF NOT EXISTS access_tokens (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES principals (id),
    name TEXT NOT NULL,
    digest TEXT NOT NULL UNIQUE,
    scopes TEXT NOT NULL,
    claims TEXT NOT NULL,
    created_on INTEGER NOT NULL,
    UNIQUE (user_id, name)
);
"""

SYSTEM_GROUPS = {
    ADMINISTRATORS: "Administrators",
    CERTIFIED_USERS: "CertifiedUsers",
    TRUSTED_SENDERS: "TrustedMessageSenders",
    AUTHENTICATED_USERS: "AUTHENTICATED_USERS",
    PUBLIC: "PUBLIC",
    ACT: "ACT",
}
SYSTEM_USERS = {ADMIN_USER: "migrationAdmin", ANONYMOUS: "anonymous"}
_USER_NAME = re.compile(r"[a-z0-9._-]{3,}")
_TEAM_NAME = re.compile(r"[a-z0-9 ._-]{3,}")
_USER_FAULT = (
    "User names can only contain letters, numbers, dot (.), dash (-), and underscore (_)"
    " and must be at least 3 characters long."
)
_TEAM_FAULT = (
    "Team names can only contain letters, numbers, spaces, dot (.), dash (-), underscore (_)"
    " and must be at least 3 characters long. Value={value}"
)


def prepare(store: Store, now: int, settings: Settings) -> None:
    """The principals that every Synapse has, and the users of this sandbox."""
    for groups, individual in ((SYSTEM_GROUPS, False), (SYSTEM_USERS, True)):
        for principal, name in groups.items():
            _system_principal(store, principal, name, individual, now)
    for user in settings.users:
        ensure_user(store, user, now)


def _system_principal(store: Store, principal: int, name: str, individual: bool, now: int) -> None:
    if store.one("SELECT 1 FROM principals WHERE id = ?", principal) is not None:
        return
    store.insert("principals", id=principal, is_individual=individual, created_on=now)
    claim_alias(store, principal, "USER_NAME", name)
    if individual:
        _new_profile(store, principal, now)


def ensure_user(store: Store, user: User, now: int) -> int:
    """Make a user of this name, or bring the one that exists into this state; the principal id."""
    found = find_alias(store, user.name, "USER_NAME")
    user_id = found["principal_id"] if found is not None else _new_user(store, user.name, now)
    for member, group in ((user.certified, CERTIFIED_USERS), (user.act, ACT), (user.admin, ADMINISTRATORS)):
        (add_member(store, group, user_id, now) if member else remove_member(store, group, user_id))
    store.run(
        "UPDATE user_profiles SET certified_on = ?, accepted_terms_on = ? WHERE user_id = ?",
        now if user.certified else None,
        now if user.accepted_terms else None,
        user_id,
    )
    store.run(
        "DELETE FROM access_tokens WHERE digest = ? OR (user_id = ? AND name = 'sandbox')", digest(user.token), user_id
    )
    new_token(store, user_id, "sandbox", user.token, user.scopes, {}, now)
    return int(user_id)


def _new_user(store: Store, name: str, now: int) -> int:
    fault = alias_fault("USER_NAME", name)
    if fault is not None:
        raise SettingsError(f"--user {name}: {fault}")
    user_id = store.next_id("principal")
    store.insert("principals", id=user_id, is_individual=True, created_on=now)
    claim_alias(store, user_id, "USER_NAME", name)
    claim_alias(store, user_id, "USER_EMAIL", f"{name}@example.org")
    _new_profile(store, user_id, now)
    return user_id


def _new_profile(store: Store, user_id: int, now: int) -> None:
    store.insert(
        "user_profiles",
        user_id=user_id,
        etag=store.new_etag(),
        fields="{}",
        accepted_terms_on=now,
        authenticated_on=now,
    )


def new_token(store: Store, user_id: int, name: str, token: str, scopes: frozenset[str], claims: Json, now: int) -> int:
    """Keep a token (as a digest); its id."""
    token_id = store.next_id("access_token")
    store.insert(
        "access_tokens",
        id=token_id,
        user_id=user_id,
        name=name,
        digest=digest(token),
        scopes=json.dumps(sorted(scopes)),
        claims=json.dumps(claims),
        created_on=now,
    )
    return token_id


def digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def authenticate(store: Store, headers: Mapping[str, str]) -> Caller:
    """Who calls, by bearer token or the legacy sessionToken header; without a token it is anonymous (contract 1.1)."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    token = token.strip() if scheme.lower() == "bearer" else headers.get("sessiontoken", "").strip()
    if not token:
        return ANONYMOUS_CALLER
    row = store.one(
        "SELECT user_id, scopes, accepted_terms_on, alias FROM access_tokens JOIN user_profiles USING (user_id)"
        " JOIN principal_aliases ON principal_id = user_id AND type = 'USER_NAME' WHERE digest = ?",
        digest(token),
    )
    if row is None:
        raise unauthenticated()
    return _caller(store, row, frozenset(json.loads(row["scopes"])))


def account(store: Store, name: str) -> Caller | None:
    """The person of this user name, as signed in on the web site: with every scope; None when there is none."""
    found = find_alias(store, name, "USER_NAME")
    row = found and store.one(
        "SELECT user_id, accepted_terms_on, alias FROM user_profiles"
        " JOIN principal_aliases ON principal_id = user_id AND type = 'USER_NAME' WHERE user_id = ?",
        found["principal_id"],
    )
    return None if row is None else _caller(store, row, ALL_SCOPES)


def account_names(store: Store) -> list[str]:
    """The user names of all people of the sandbox, without Synapse's own accounts."""
    rows = store.all(
        "SELECT alias FROM principal_aliases JOIN user_profiles ON user_id = principal_id"
        " WHERE type = 'USER_NAME' AND user_id NOT IN (?, ?) ORDER BY alias",
        *SYSTEM_USERS,
    )
    return [row["alias"] for row in rows]


def _caller(store: Store, row: Row, scopes: frozenset[str]) -> Caller:
    signed = row["accepted_terms_on"] is not None
    return Caller(row["user_id"], row["alias"], groups_of(store, row["user_id"]), scopes, signed)


# Names: users, teams and e-mail addresses share one namespace (contract 1.5).


def unique_key(alias: str) -> str:
    """What must be unique of a name: lower case, letters and digits alone."""
    return re.sub(r"[^a-z0-9]", "", alias.lower())


def alias_fault(alias_type: str, alias: str) -> str | None:
    """Why a name can't be used, in Synapse's words; None when it can."""
    lowered = alias.lower()
    if alias_type == "TEAM_NAME" and not _TEAM_NAME.fullmatch(lowered):
        return _TEAM_FAULT.format(value=lowered)
    if alias_type == "USER_NAME" and not _USER_NAME.fullmatch(lowered):
        return _USER_FAULT
    return None


def claim_alias(store: Store, principal: int, alias_type: str, alias: str) -> None:
    """Give a principal this name, in place of an earlier one of the type; the caller has tested that it is free."""
    store.run("DELETE FROM principal_aliases WHERE principal_id = ? AND type = ?", principal, alias_type)
    store.insert(
        "principal_aliases", principal_id=principal, type=alias_type, alias=alias, unique_key=unique_key(alias)
    )


def alias_owner(store: Store, alias: str) -> int | None:
    """The principal that holds a name (of any type) with the same unique key."""
    owner: int | None = store.value(
        "SELECT principal_id FROM principal_aliases WHERE unique_key = ?", unique_key(alias)
    )
    return owner


def find_alias(store: Store, alias: str, *types: str) -> Row | None:
    """The alias of one of these types that equals a name, after stripping."""
    marks = ", ".join("?" * len(types))
    return store.one(
        f"SELECT * FROM principal_aliases WHERE unique_key = ? AND type IN ({marks})", unique_key(alias), *types
    )


def find_user(store: Store, user_id: int) -> Row:
    """The principal of a person, or 404; teams and groups are none."""
    user = store.one("SELECT * FROM principals WHERE id = ? AND is_individual", user_id)
    if user is None:
        raise not_found(f"UserGroup (id = {user_id}) does not exist")
    return user


def display_name(store: Store, principal: int) -> str:
    """The user name or team name of a principal; its id when it has none."""
    name = store.value(
        "SELECT alias FROM principal_aliases WHERE principal_id = ? AND type IN ('USER_NAME', 'TEAM_NAME')", principal
    )
    return str(principal if name is None else name)


def require_free_alias(store: Store, alias: str, alias_type: str, holder: int | None = None) -> None:
    """400 for a name that breaks the rules, 409 for one that somebody else holds."""
    fault = alias_fault(alias_type, alias)
    if fault is not None:
        raise invalid(fault)
    if alias_owner(store, alias) not in (None, holder):
        raise name_conflict(f"The name '{alias}' is already taken.")


def header(store: Store, principal: Row) -> Json:
    """A UserGroupHeader; for a team `userName` is the team's name."""
    fields = json.loads(store.value("SELECT fields FROM user_profiles WHERE user_id = ?", principal["id"]) or "{}")
    return {
        "ownerId": str(principal["id"]),
        "userName": display_name(store, principal["id"]),
        "isIndividual": bool(principal["is_individual"]),
        "firstName": fields.get("firstName"),
        "lastName": fields.get("lastName"),
    }
