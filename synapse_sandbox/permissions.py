"""Who may do what: callers and their groups, and access through ACLs, in one place."""

from __future__ import annotations

import json
from dataclasses import dataclass

from synapse_sandbox.refusals import Refusal, forbidden, not_found
from synapse_sandbox.restrictions import unmet_to_download
from synapse_sandbox.store import Row, Store

# Fixed ids of Synapse (contract 0.6).
ADMIN_USER = 1
ADMINISTRATORS = 2
CERTIFIED_USERS = 3
TRUSTED_SENDERS = 4
AUTHENTICATED_USERS = 273948
PUBLIC = 273949
ANONYMOUS = 273950
ACT = 464532
ROOT = 4489
TRASH = 1681355

ALL_SCOPES = frozenset({"openid", "view", "modify", "download", "authorize", "offline_access", "email", "profile"})
PROJECT_TYPE = "org.sagebionetworks.repo.model.Project"

SCHEMA = """
CREATE TABLE IF NOT EXISTS acls (
    owner_type TEXT NOT NULL CHECK (owner_type IN ('ENTITY', 'EVALUATION', 'TEAM', 'ACCESS_REQUIREMENT')),
    owner_id INTEGER NOT NULL,
    etag TEXT NOT NULL,
    created_on INTEGER NOT NULL,
    PRIMARY KEY (owner_type, owner_id)
);
CREATE TABLE IF NOT EXISTS acl_entries (
    owner_type TEXT NOT NULL,
    owner_id INTEGER NOT NULL,
    principal_id INTEGER NOT NULL REFERENCES principals (id),
    access_type TEXT NOT NULL,
    PRIMARY KEY (owner_type, owner_id, principal_id, access_type),
    FOREIGN KEY (owner_type, owner_id) REFERENCES acls (owner_type, owner_id) ON DELETE CASCADE
);
CREATE TABLE IF NOT EXISTS group_members (
    group_id INTEGER NOT NULL REFERENCES principals (id),
    member_id INTEGER NOT NULL REFERENCES principals (id),
    joined_on INTEGER NOT NULL,
    PRIMARY KEY (group_id, member_id)
);
CREATE INDEX IF NOT EXISTS groups_by_member ON group_members (member_id);
"""

_WAY_UP = """
WITH RECURSIVE up (id, parent_id, depth) AS (
    SELECT id, parent_id, 0 FROM entities WHERE id = ?
    UNION ALL
    SELECT entities.id, entities.parent_id, up.depth + 1 FROM entities JOIN up ON entities.id = up.parent_id
)
"""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, with all groups that count for access (own id and PUBLIC included) and the scopes of the token."""

    id: int
    name: str
    groups: frozenset[int]
    scopes: frozenset[str] = ALL_SCOPES
    accepted_terms: bool = True

    @property
    def is_anonymous(self) -> bool:
        """True without a token."""
        return self.id == ANONYMOUS

    @property
    def is_admin(self) -> bool:
        """True for Synapse's own administrators, whom nothing stops."""
        return self.id == ADMIN_USER or ADMINISTRATORS in self.groups

    @property
    def is_certified(self) -> bool:
        """True after the certification quiz."""
        return CERTIFIED_USERS in self.groups

    @property
    def is_act(self) -> bool:
        """True for members of the Access and Compliance Team."""
        return ACT in self.groups


ANONYMOUS_CALLER = Caller(ANONYMOUS, "anonymous", frozenset({ANONYMOUS, PUBLIC}))


def groups_of(store: Store, user_id: int) -> frozenset[int]:
    """The groups with which a user acts (contract 0.6): self, everybody, signed-in users, and those joined."""
    if user_id == ANONYMOUS:
        return ANONYMOUS_CALLER.groups
    joined = store.all("SELECT group_id FROM group_members WHERE member_id = ?", user_id)
    return frozenset({user_id, AUTHENTICATED_USERS, PUBLIC, *(row[0] for row in joined)})


def is_member(store: Store, group_id: int, member_id: int) -> bool:
    """Whether a principal is in a team or a system group."""
    return (
        store.one("SELECT 1 FROM group_members WHERE group_id = ? AND member_id = ?", group_id, member_id) is not None
    )


def add_member(store: Store, group_id: int, member_id: int, now: int) -> None:
    """Put a principal into a team or group; nothing happens when it is there already."""
    store.run("INSERT INTO group_members VALUES (?, ?, ?) ON CONFLICT DO NOTHING", group_id, member_id, now)


def remove_member(store: Store, group_id: int, member_id: int) -> None:
    """Take a principal out of a team or group."""
    store.run("DELETE FROM group_members WHERE group_id = ? AND member_id = ?", group_id, member_id)


def acl_grants(store: Store, owner_type: str, owner_id: int, access: str, groups: frozenset[int]) -> bool:
    """Whether the ACL of exactly this owner gives one of the groups this access."""
    return (
        store.one(
            "SELECT 1 FROM acl_entries WHERE owner_type = ? AND owner_id = ? AND access_type = ?"
            " AND principal_id IN (SELECT value FROM json_each(?))",
            owner_type,
            owner_id,
            access,
            json.dumps(sorted(groups)),
        )
        is not None
    )


def benefactor_of(store: Store, entity_id: int) -> int:
    """The entity whose ACL decides: the nearest one upwards that has its own."""
    found = store.value(
        _WAY_UP + "SELECT up.id FROM up JOIN acls ON acls.owner_type = 'ENTITY' AND acls.owner_id = up.id"
        " ORDER BY depth LIMIT 1",
        entity_id,
    )
    return int(found)


def is_in_trash(store: Store, entity_id: int) -> bool:
    """Whether an entity or one of its ancestors is in the trash can."""
    return store.one(_WAY_UP + "SELECT 1 FROM up WHERE parent_id = ?", entity_id, TRASH) is not None


def check_exists(store: Store, entity_id: int) -> None:
    """404 for an unknown or trashed entity; these are told to everybody, before any right is tested (contract 2.5)."""
    if store.one("SELECT 1 FROM entities WHERE id = ?", entity_id) is None:
        raise not_found(f"Resource: 'syn{entity_id}' does not exist")
    if is_in_trash(store, entity_id):
        raise not_found(f"Entity syn{entity_id} is in trash can.")


def may_entity(store: Store, caller: Caller, entity_id: int, access: str) -> bool:
    """Whether the caller has an access to an existing entity, by the ACL of its benefactor alone."""
    if caller.is_admin:
        return True
    if caller.is_anonymous and access != "READ":
        return False
    return acl_grants(store, "ENTITY", benefactor_of(store, entity_id), access, caller.groups)


def require_entity(store: Store, caller: Caller, entity_id: int, access: str) -> None:
    """Refuse unless the caller has this access to an entity, in Synapse's order of tests (contract 2.5)."""
    check_exists(store, entity_id)
    if caller.is_admin:
        return
    if caller.is_anonymous and access not in ("READ", "DOWNLOAD"):
        raise forbidden("Anonymous users have only READ access permission.")
    if access == "UPDATE" and not caller.is_certified:
        check_certified(caller, store.value("SELECT type FROM entities WHERE id = ?", entity_id))
    if not may_entity(store, caller, entity_id, access):
        raise forbidden(f"You lack {access} access to the requested entity.")


def require_entity_download(store: Store, caller: Caller, entity_id: int, now: int) -> None:
    """Refuse unless the caller may download an entity's content: DOWNLOAD, and no terms left unmet (contract 2.5, 2.9).

    Open data needs only READ, also for anonymous callers, who can't download anything else.
    """
    check_exists(store, entity_id)
    if caller.is_admin:
        return
    is_open = store.value("SELECT data_type FROM entities WHERE id = ?", entity_id) == "OPEN_DATA"
    access = "READ" if is_open else "DOWNLOAD"
    if not may_entity(store, caller, entity_id, access):
        raise forbidden(f"You lack {access} access to the requested entity.")
    if unmet_to_download(store, entity_id, caller.id, now):
        raise forbidden(
            "There are unmet access requirements that must be met to read content in the requested container."
        )


def has_entity_access(store: Store, caller: Caller, entity_id: int, access: str, now: int) -> bool:
    """Whether an operation that needs this access would be let through; also False for what doesn't exist."""
    try:
        if access == "DOWNLOAD":
            require_entity_download(store, caller, entity_id, now)
        else:
            require_entity(store, caller, entity_id, access)
    except Refusal:
        return False
    return True


def check_certified(caller: Caller, entity_type: str) -> None:
    """403 when somebody uncertified writes anything but a project (contract 2.4)."""
    if entity_type != PROJECT_TYPE and not caller.is_certified and not caller.is_admin:
        raise forbidden("Only certified users may create or update content in Synapse.")


def may_evaluation(store: Store, caller: Caller, evaluation_id: int, access: str) -> bool:
    """Whether the caller has an access to an evaluation queue; anonymous only ever READ (contract 5.10)."""
    if caller.is_admin:
        return True
    if caller.is_anonymous and access != "READ":
        return False
    return acl_grants(store, "EVALUATION", evaluation_id, access, caller.groups)


def may_team(store: Store, caller: Caller, team_id: int, access: str) -> bool:
    """Whether the caller has an access to a team."""
    return caller.is_admin or acl_grants(store, "TEAM", team_id, access, caller.groups)


def require_create(store: Store, caller: Caller, entity_id: int) -> None:
    """Refuse unless the caller may create something that hangs on an entity without being one: queues, challenges.

    No type is named there, so that even on a project the caller must be certified (contract 4.2, 5.3).
    """
    check_exists(store, entity_id)
    if not caller.is_anonymous:
        check_certified(caller, "")
    require_entity(store, caller, entity_id, "CREATE")


def require_evaluation(store: Store, caller: Caller, evaluation_id: int, access: str) -> Row:
    """The evaluation, or 404 when it isn't there, or 403 in the words of its manager (contract 5.3)."""
    evaluation = store.one("SELECT * FROM evaluations WHERE id = ?", evaluation_id)
    if evaluation is None:
        raise not_found(f"Evaluation could not be found with id :{evaluation_id}")
    if not may_evaluation(store, caller, evaluation_id, access):
        raise forbidden(
            f"User {caller.id} is not authorized to {access} evaluation {evaluation_id} ({evaluation['name']})"
        )
    return evaluation


def check_evaluation(store: Store, caller: Caller, evaluation_id: int, access: str) -> None:
    """Refuse, in the words of the ACL, unless the caller has this access; an unknown queue grants nothing."""
    if may_evaluation(store, caller, evaluation_id, access):
        return
    if caller.is_anonymous and access != "READ":
        raise forbidden("Anonymous user is not allowed to access Evaluation.")
    raise forbidden(f"User lacks {access} access to Evaluation {evaluation_id}")


def require_team(store: Store, caller: Caller, team_id: int, access: str) -> None:
    """Refuse unless the team's ACL gives the caller this access."""
    if may_team(store, caller, team_id, access):
        return
    if caller.is_anonymous and access != "READ":
        raise forbidden("Anonymous users have only READ access permission.")
    raise forbidden(f"Unauthorized to access Team {team_id} for {access}")
