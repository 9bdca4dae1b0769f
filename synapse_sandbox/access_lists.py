"""Access control lists as documents: reading, replacing, and what may stand in one (contract 2.9)."""

from __future__ import annotations

from collections import defaultdict

from synapse_sandbox.permissions import ANONYMOUS, AUTHENTICATED_USERS, PUBLIC, Caller
from synapse_sandbox.reading import wrong_type
from synapse_sandbox.refusals import CERTIFICATION_REQUIRED, forbidden, invalid, required, stale_etag
from synapse_sandbox.store import Store
from synapse_sandbox.wire import Json, from_iso, number, to_iso

ENTITY_ADMIN = ("READ", "DOWNLOAD", "UPDATE", "DELETE", "CREATE", "CHANGE_PERMISSIONS", "CHANGE_SETTINGS", "MODERATE")
_REVIEW = {"REVIEW_SUBMISSIONS", "EXEMPTION_ELIGIBLE"}
ACCESS_TYPES = frozenset(
    "CREATE READ UPDATE DELETE CHANGE_PERMISSIONS DOWNLOAD UPLOAD PARTICIPATE SUBMIT READ_PRIVATE_SUBMISSION"
    " UPDATE_SUBMISSION DELETE_SUBMISSION TEAM_MEMBERSHIP_UPDATE SEND_MESSAGE CHANGE_SETTINGS MODERATE"
    " REVIEW_SUBMISSIONS EXEMPTION_ELIGIBLE".split()
)
ALLOWED = {
    "ENTITY": ACCESS_TYPES - _REVIEW,
    "EVALUATION": frozenset(
        "READ CHANGE_PERMISSIONS CREATE DELETE DELETE_SUBMISSION READ_PRIVATE_SUBMISSION SUBMIT UPDATE"
        " UPDATE_SUBMISSION PARTICIPATE CHANGE_SETTINGS DOWNLOAD MODERATE".split()
    ),
    "TEAM": frozenset(
        "DELETE READ SEND_MESSAGE TEAM_MEMBERSHIP_UPDATE UPDATE CREATE DOWNLOAD CHANGE_PERMISSIONS CHANGE_SETTINGS"
        " MODERATE DELETE_SUBMISSION SUBMIT UPDATE_SUBMISSION PARTICIPATE".split()
    ),
    "ACCESS_REQUIREMENT": frozenset(_REVIEW),
}

Grants = dict[int, list[str]]


def acl_document(store: Store, owner_type: str, owner_id: int, shown_id: str) -> Json | None:
    """The ACL of an owner, or None when it has none of its own; `shown_id` is its id as this kind spells it."""
    acl = store.one("SELECT * FROM acls WHERE owner_type = ? AND owner_id = ?", owner_type, owner_id)
    if acl is None:
        return None
    grants = acl_grants_by_principal(store, owner_type, owner_id)
    return {
        "id": shown_id,
        "etag": acl["etag"],
        "creationDate": to_iso(acl["created_on"]),
        "resourceAccess": [{"principalId": who, "accessType": types} for who, types in grants.items()],
    }


def acl_grants_by_principal(store: Store, owner_type: str, owner_id: int) -> Grants:
    """Who holds what, by principal id."""
    rows = store.all(
        "SELECT principal_id, access_type FROM acl_entries WHERE owner_type = ? AND owner_id = ?"
        " ORDER BY principal_id, access_type",
        owner_type,
        owner_id,
    )
    grants: Grants = defaultdict(list)
    for row in rows:
        grants[row["principal_id"]].append(row["access_type"])
    return dict(grants)


def write_acl(store: Store, owner_type: str, owner_id: int, grants: Grants, created_on: int) -> None:
    """Make or replace the ACL of an owner, under a fresh etag."""
    store.run("DELETE FROM acls WHERE owner_type = ? AND owner_id = ?", owner_type, owner_id)
    store.insert("acls", owner_type=owner_type, owner_id=owner_id, etag=store.new_etag(), created_on=created_on)
    for principal, types in grants.items():
        for access in sorted(set(types)):
            store.insert(
                "acl_entries", owner_type=owner_type, owner_id=owner_id, principal_id=principal, access_type=access
            )


def delete_acl(store: Store, owner_type: str, owner_id: int) -> None:
    """Remove the ACL of an owner; an entity then inherits."""
    store.run("DELETE FROM acls WHERE owner_type = ? AND owner_id = ?", owner_type, owner_id)


def replace_acl(store: Store, owner_type: str, owner_id: int, body: Json, now: int) -> None:
    """A PUT: full replacement under the current etag; the creation date is the body's, or now when left out."""
    etag = store.value("SELECT etag FROM acls WHERE owner_type = ? AND owner_id = ?", owner_type, owner_id)
    if body.get("etag") is None:
        raise required("acl.etag")
    if body["etag"] != etag:
        raise stale_etag("E-tags do not match.")
    write_acl(store, owner_type, owner_id, read_grants(store, owner_type, body), creation_date(body, now))


def creation_date(body: Json, now: int) -> int:
    """The creationDate of an ACL body, by default now."""
    return from_iso(body["creationDate"]) if "creationDate" in body else now


def read_grants(store: Store, owner_type: str, body: Json) -> Grants:
    """The entries of an ACL body; every principal must exist and every access type suit the kind of owner."""
    grants: Grants = defaultdict(list)
    for row in body.get("resourceAccess", []):
        if not isinstance(row, dict):
            raise invalid("ACL row is null.")
        if row.get("principalId") is None:
            raise invalid("Group ID is null")
        if not row.get("accessType"):
            raise invalid("No access types specified.")
        if not isinstance(row["accessType"], list):
            raise wrong_type("accessType", "JSONArray")
        grants[_principal(store, row["principalId"])] += [_access_type(owner_type, text) for text in row["accessType"]]
    return dict(grants)


def _principal(store: Store, value: object) -> int:
    principal = number(value)
    if principal != ANONYMOUS and store.one("SELECT 1 FROM principals WHERE id = ?", principal) is None:
        raise invalid(f"Cannot add or update a child row: a foreign key constraint fails (principal {principal})")
    return principal


def known_access_type(text: object) -> str:
    """An access type as it was asked for; 400 when Synapse knows none of this name."""
    if not isinstance(text, str) or text not in ACCESS_TYPES:
        raise invalid(f"No enum constant org.sagebionetworks.repo.model.ACCESS_TYPE.{text}")
    return str(text)


def _access_type(owner_type: str, text: object) -> str:
    if known_access_type(text) not in ALLOWED[owner_type]:
        raise invalid(f"The access type {text} is not allowed for {owner_type}.")
    return str(text)


def check_grants(grants: Grants, caller: Caller, owner: int) -> None:
    """The content rules of entity and evaluation ACLs; `owner` (the creator) may lock himself out, others may not."""
    if ANONYMOUS in grants:
        raise invalid(
            "Cannot assign permissions to anonymous. To share resources with anonymous users,"
            " use the PUBLIC group id (273949)"
        )
    if set(grants.get(PUBLIC, ())) - {"READ"}:
        raise invalid("Only READ permissions can be assigned to the public group")
    if "DOWNLOAD" in grants.get(AUTHENTICATED_USERS, ()) and not (caller.is_certified or caller.is_admin):
        raise forbidden("Only certified users can allow authenticated users to download.", CERTIFICATION_REQUIRED)
    keeps = any("CHANGE_PERMISSIONS" in types for who, types in grants.items() if who in caller.groups)
    if not (keeps or caller.is_admin or caller.id == owner):
        raise invalid("Caller is trying to revoke their own ACL editing permissions.")
