"""Which access requirements apply to an entity or a team, and which of them a user hasn't met (contract 9.5)."""

from __future__ import annotations

import json
from collections.abc import Sequence

from synapse_sandbox.store import Store

SCHEMA = """
CREATE TABLE IF NOT EXISTS access_requirements (
    id INTEGER PRIMARY KEY,
    etag TEXT NOT NULL,
    version INTEGER NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    access_type TEXT NOT NULL CHECK (access_type IN ('DOWNLOAD', 'PARTICIPATE')),
    by_annotations INTEGER NOT NULL,
    fields TEXT NOT NULL,
    created_on INTEGER NOT NULL,
    created_by INTEGER NOT NULL REFERENCES principals (id),
    modified_on INTEGER NOT NULL,
    modified_by INTEGER NOT NULL REFERENCES principals (id)
);
CREATE TABLE IF NOT EXISTS requirement_subjects (
    requirement_id INTEGER NOT NULL REFERENCES access_requirements (id) ON DELETE CASCADE,
    subject_type TEXT NOT NULL CHECK (subject_type IN ('ENTITY', 'TEAM')),
    subject_id INTEGER NOT NULL,
    PRIMARY KEY (requirement_id, subject_type, subject_id)
);
CREATE INDEX IF NOT EXISTS requirements_by_subject ON requirement_subjects (subject_type, subject_id);
CREATE TABLE IF NOT EXISTS access_approvals (
    id INTEGER PRIMARY KEY,
    etag TEXT NOT NULL,
    requirement_id INTEGER NOT NULL REFERENCES access_requirements (id) ON DELETE CASCADE,
    requirement_version INTEGER NOT NULL,
    submitter_id INTEGER NOT NULL REFERENCES principals (id),
    accessor_id INTEGER NOT NULL REFERENCES principals (id),
    state TEXT NOT NULL CHECK (state IN ('APPROVED', 'REVOKED')),
    expired_on INTEGER,
    created_on INTEGER NOT NULL,
    created_by INTEGER NOT NULL REFERENCES principals (id),
    modified_on INTEGER NOT NULL,
    modified_by INTEGER NOT NULL REFERENCES principals (id),
    UNIQUE (requirement_id, requirement_version, submitter_id, accessor_id)
);
"""


def subjects_of_entity(store: Store, entity_id: int) -> list[int]:
    """An entity and its ancestors: a requirement on any of them applies."""
    rows = store.all(
        "WITH RECURSIVE up (id) AS (SELECT ?1 UNION"
        " SELECT parent_id FROM entities JOIN up ON entities.id = up.id WHERE parent_id IS NOT NULL) SELECT id FROM up",
        entity_id,
    )
    return [row[0] for row in rows]


def applicable(store: Store, subject_type: str, subject_ids: Sequence[int]) -> list[int]:
    """The ids of the requirements on any of these subjects, in order."""
    rows = store.all(
        "SELECT DISTINCT requirement_id FROM requirement_subjects WHERE subject_type = ?"
        " AND subject_id IN (SELECT value FROM json_each(?)) ORDER BY requirement_id",
        subject_type,
        json.dumps(list(subject_ids)),
    )
    return [row[0] for row in rows]


def is_approved(store: Store, requirement_id: int, user_id: int, now: int) -> bool:
    """Whether a user holds an approval that is neither revoked nor expired; any version of the requirement counts."""
    return (
        store.one(
            "SELECT 1 FROM access_approvals WHERE requirement_id = ? AND accessor_id = ? AND state = 'APPROVED'"
            " AND (expired_on IS NULL OR expired_on > ?)",
            requirement_id,
            user_id,
            now,
        )
        is not None
    )


def unmet(store: Store, subject_type: str, subject_ids: Sequence[int], user_id: int, now: int) -> list[int]:
    """The requirements on these subjects that a user hasn't met."""
    return [
        requirement
        for requirement in applicable(store, subject_type, subject_ids)
        if not is_approved(store, requirement, user_id, now)
    ]


def unmet_to_download(store: Store, entity_id: int, user_id: int, now: int) -> list[int]:
    """What a user must still meet before the content of an entity may be read."""
    lacking = unmet(store, "ENTITY", subjects_of_entity(store, entity_id), user_id, now)
    return [requirement for requirement in lacking if not is_exempt(store, requirement, entity_id, user_id)]


def is_exempt(store: Store, requirement_id: int, entity_id: int, user_id: int) -> bool:
    """Whether a contributor with edit rights is exempt, which the requirement's own ACL must say (contract 9.5)."""
    if not _holds(store, "ACCESS_REQUIREMENT", requirement_id, "EXEMPTION_ELIGIBLE", user_id):
        return False
    benefactor = next((one for one in subjects_of_entity(store, entity_id) if _has_acl(store, one)), entity_id)
    return _holds(store, "ENTITY", benefactor, "UPDATE", user_id)


def unmet_to_join(store: Store, team_id: int, user_id: int, now: int) -> list[int]:
    """What a user must still meet before joining a team."""
    return unmet(store, "TEAM", [team_id], user_id, now)


def _has_acl(store: Store, entity_id: int) -> bool:
    return store.one("SELECT 1 FROM acls WHERE owner_type = 'ENTITY' AND owner_id = ?", entity_id) is not None


def _holds(store: Store, owner_type: str, owner_id: int, access: str, user_id: int) -> bool:
    """Whether an ACL names the user, or a team of the user, with this access."""
    return (
        store.one(
            "SELECT 1 FROM acl_entries WHERE owner_type = ?1 AND owner_id = ?2 AND access_type = ?3 AND principal_id IN"
            " (SELECT ?4 UNION SELECT group_id FROM group_members WHERE member_id = ?4)",
            owner_type,
            owner_id,
            access,
            user_id,
        )
        is not None
    )
