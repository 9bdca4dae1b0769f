"""Access control lists of every kind of owner: content checks, reading, writing (contract 2.9)."""

from __future__ import annotations

from collections.abc import Mapping

from synapse_sandbox.permissions import ANONYMOUS, AUTHENTICATED_USERS, PUBLIC, Caller
from synapse_sandbox.reading import date, integer, objects, text, texts
from synapse_sandbox.refusals import CERTIFICATION_REQUIRED, forbidden, invalid, not_found, required, stale_etag
from synapse_sandbox.store import Store
from synapse_sandbox.wire import Json, to_iso

# Who has which access: principal id → access types. Both are sets; no order is kept.
Grants = Mapping[int, frozenset[str]]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ACCESS_TYPES = _words(
    "CREATE READ UPDATE DELETE CHANGE_PERMISSIONS DOWNLOAD UPLOAD PARTICIPATE SUBMIT READ_PRIVATE_SUBMISSION"
    " UPDATE_SUBMISSION DELETE_SUBMISSION TEAM_MEMBERSHIP_UPDATE SEND_MESSAGE CHANGE_SETTINGS MODERATE"
    " REVIEW_SUBMISSIONS EXEMPTION_ELIGIBLE"
)
ALLOWED = {
    "ENTITY": ACCESS_TYPES - {"REVIEW_SUBMISSIONS", "EXEMPTION_ELIGIBLE"},
    "EVALUATION": _words(
        "READ CHANGE_PERMISSIONS CREATE DELETE DELETE_SUBMISSION READ_PRIVATE_SUBMISSION SUBMIT UPDATE"
        " UPDATE_SUBMISSION PARTICIPATE CHANGE_SETTINGS DOWNLOAD MODERATE"
    ),
    "TEAM": _words(
        "DELETE READ SEND_MESSAGE TEAM_MEMBERSHIP_UPDATE UPDATE CREATE DOWNLOAD CHANGE_PERMISSIONS CHANGE_SETTINGS"
        " MODERATE DELETE_SUBMISSION SUBMIT UPDATE_SUBMISSION PARTICIPATE"
    ),
    "ACCESS_REQUIREMENT": frozenset({"REVIEW_SUBMISSIONS", "EXEMPTION_ELIGIBLE"}),
}
EVALUATION_ADMIN = _words(
    "CREATE READ SUBMIT READ_PRIVATE_SUBMISSION UPDATE_SUBMISSION CHANGE_PERMISSIONS UPDATE DELETE DELETE_SUBMISSION"
)
TEAM_MANAGER = frozenset({"READ", "SEND_MESSAGE", "UPDATE", "DELETE", "TEAM_MEMBERSHIP_UPDATE"})
TEAM_MESSENGER = frozenset({"READ", "SEND_MESSAGE"})


def grants_in(body: Json) -> Grants:
    """The entries of an ACL as sent; 400 for unknown access types and for entries without a principal."""
    grants: dict[int, frozenset[str]] = {}
    for entry in objects(body, "resourceAccess") or []:
        if entry is None:
            raise invalid("ACL row is null.")
        principal = integer(entry, "principalId")
        if principal is None:
            raise invalid("Group ID is null")
        grants[principal] = grants.get(principal, frozenset()) | _access_types(entry)
    return grants


def check_content(caller: Caller, grants: Grants, *, exempt: bool) -> None:
    """What an entity's or a queue's ACL must fulfil, all 400 but the certification (contract 2.9).

    `exempt` callers may lock themselves out: Synapse's administrators, and whoever made the owner.
    """
    for principal, types in grants.items():
        _check_entry(caller, principal, types)
    keeps = any("CHANGE_PERMISSIONS" in types for principal, types in grants.items() if principal in caller.groups)
    if not (keeps or exempt or caller.is_admin):
        raise invalid("Caller is trying to revoke their own ACL editing permissions.")


def read(store: Store, owner_type: str, owner_id: int) -> Grants | None:
    """The grants of an owner's own ACL, or None when it has none."""
    if store.one("SELECT 1 FROM acls WHERE owner_type = ? AND owner_id = ?", owner_type, owner_id) is None:
        return None
    grants: dict[int, frozenset[str]] = {}
    rows = store.all(
        "SELECT principal_id, access_type FROM acl_entries WHERE owner_type = ? AND owner_id = ?", owner_type, owner_id
    )
    for principal, access in rows:
        grants[principal] = grants.get(principal, frozenset()) | {access}
    return grants


def document(store: Store, owner_type: str, owner_id: int) -> Json:
    """The AccessControlList as it travels; 404 when the owner has none of its own."""
    acl = store.one("SELECT * FROM acls WHERE owner_type = ? AND owner_id = ?", owner_type, owner_id)
    if acl is None:
        raise not_found(f"ACL for '{owner_id}' of type '{owner_type}' does not exist")
    grants = read(store, owner_type, owner_id) or {}
    return {
        "id": f"syn{owner_id}" if owner_type == "ENTITY" else str(owner_id),
        "etag": acl["etag"],
        "creationDate": to_iso(acl["created_on"]),
        "resourceAccess": [
            {"principalId": principal, "accessType": sorted(types)} for principal, types in sorted(grants.items())
        ],
    }


def create(store: Store, owner_type: str, owner_id: int, grants: Grants, now: int) -> None:
    """A first ACL for an owner."""
    _check_allowed(store, owner_type, grants)
    store.insert("acls", owner_type=owner_type, owner_id=owner_id, etag=store.new_etag(), created_on=now)
    _write_entries(store, owner_type, owner_id, grants)


def replace(store: Store, owner_type: str, owner_id: int, body: Json, now: int) -> None:
    """Full replacement by a document, under the ACL's etag; `creationDate` becomes now when it is left out."""
    etag = text(body, "etag")
    if etag is None:
        raise required("acl.etag")
    grants = grants_in(body)
    _check_allowed(store, owner_type, grants)
    current = store.value("SELECT etag FROM acls WHERE owner_type = ? AND owner_id = ?", owner_type, owner_id)
    if current != etag:
        raise stale_etag("E-tags do not match.")
    created_on = date(body, "creationDate")
    _renew(store, owner_type, owner_id, now if created_on is None else created_on)
    _rewrite(store, owner_type, owner_id, grants)


def regrant(store: Store, owner_type: str, owner_id: int, principal: int, types: frozenset[str]) -> None:
    """Give one principal exactly these accesses (none: take it off the list), whatever the etag."""
    grants = {**(read(store, owner_type, owner_id) or {}), principal: types}
    created_on = store.value("SELECT created_on FROM acls WHERE owner_type = ? AND owner_id = ?", owner_type, owner_id)
    _renew(store, owner_type, owner_id, created_on)
    _rewrite(store, owner_type, owner_id, grants)


def delete(store: Store, owner_type: str, owner_id: int) -> None:
    """Remove an owner's ACL with its entries."""
    store.run("DELETE FROM acls WHERE owner_type = ? AND owner_id = ?", owner_type, owner_id)


def _access_types(entry: Json) -> frozenset[str]:
    types = frozenset(texts(entry, "accessType") or ())
    for unknown in sorted(types - ACCESS_TYPES):
        raise invalid(f"No enum constant for accessType: {unknown}")
    return types


def _check_entry(caller: Caller, principal: int, types: frozenset[str]) -> None:
    if not types:
        raise invalid("No access types specified.")
    if principal == ANONYMOUS:
        raise invalid(
            "Cannot assign permissions to anonymous. To share resources with anonymous users,"
            f" use the PUBLIC group id ({PUBLIC})"
        )
    if principal == PUBLIC and types != {"READ"}:
        raise invalid("Only READ permissions can be assigned to the public group")
    if principal == AUTHENTICATED_USERS and "DOWNLOAD" in types and not (caller.is_certified or caller.is_admin):
        raise forbidden("Only certified users can allow authenticated users to download.", CERTIFICATION_REQUIRED)


def _check_allowed(store: Store, owner_type: str, grants: Grants) -> None:
    for principal, types in grants.items():
        for access in sorted(types - ALLOWED[owner_type]):
            raise invalid(f"The access type {access} is not allowed for {owner_type}.")
        if store.one("SELECT 1 FROM principals WHERE id = ?", principal) is None:
            raise invalid(f"Cannot add or update a child row: a foreign key constraint fails (GROUP_ID = {principal})")


def _renew(store: Store, owner_type: str, owner_id: int, created_on: int) -> None:
    store.run(
        "UPDATE acls SET etag = ?, created_on = ? WHERE owner_type = ? AND owner_id = ?",
        store.new_etag(),
        created_on,
        owner_type,
        owner_id,
    )


def _rewrite(store: Store, owner_type: str, owner_id: int, grants: Grants) -> None:
    store.run("DELETE FROM acl_entries WHERE owner_type = ? AND owner_id = ?", owner_type, owner_id)
    _write_entries(store, owner_type, owner_id, grants)


def _write_entries(store: Store, owner_type: str, owner_id: int, grants: Grants) -> None:
    for principal, types in grants.items():
        for access in types:
            store.insert(
                "acl_entries", owner_type=owner_type, owner_id=owner_id, principal_id=principal, access_type=access
            )
