"""What a wiki hangs on (an entity, a queue, an access requirement) and who may do what with it (contract 6.2, 6.4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from synapse_sandbox.call import Call
from synapse_sandbox.permissions import Caller, check_certified, require_entity, require_evaluation
from synapse_sandbox.refusals import Refusal, forbidden, not_found
from synapse_sandbox.store import Store
from synapse_sandbox.wire import entity_number, number

# Path prefix of an owner's wiki addresses, and the owner's kind.
OWNER_PREFIXES: Final = (
    ("/entity/{ownerId}", "ENTITY"),
    ("/evaluation/{ownerId}", "EVALUATION"),
    ("/access_requirement/{ownerId}", "ACCESS_REQUIREMENT"),
)


@dataclass(frozen=True, slots=True)
class Owner:
    """The object that a wiki belongs to; `spelt` is its id as the caller wrote it, because reasons repeat that."""

    kind: str
    number: int
    spelt: str


def entity_owner(entity_id: int) -> Owner:
    """An entity as an owner, when its id comes from a body."""
    return Owner("ENTITY", entity_id, str(entity_id))


def owner_of(call: Call, kind: str) -> Owner:
    """The owner named in the path."""
    spelt = call.path["ownerId"]
    return Owner(kind, entity_number(spelt) if kind == "ENTITY" else number(spelt), spelt)


def require(store: Store, caller: Caller, owner: Owner, access: str) -> None:
    """404 for an unknown owner, 403 in the words of the wiki service."""
    try:
        _CHECKS[owner.kind](store, caller, owner.number, access)
    except Refusal as refusal:
        if refusal.status != 403:
            raise
        raise forbidden(
            f"User is not authorized to '{access}' a WikiPage with an ownerId: '{owner.spelt}' of type: '{owner.kind}'"
        ) from refusal


def _check_entity(store: Store, caller: Caller, entity_id: int, access: str) -> None:
    require_entity(store, caller, entity_id, access)
    if access == "CREATE":
        check_certified(caller, store.value("SELECT type FROM entities WHERE id = ?", entity_id))


def _check_access_requirement(store: Store, caller: Caller, requirement_id: int, access: str) -> None:
    if store.one("SELECT 1 FROM access_requirements WHERE id = ?", requirement_id) is None:
        raise not_found(f"An access requirement with id {requirement_id} cannot be found.")
    if access != "READ" and not (caller.is_act or caller.is_admin):
        raise forbidden("")


_CHECKS: Final[dict[str, Callable[[Store, Caller, int, str], object]]] = {
    "ENTITY": _check_entity,
    "EVALUATION": require_evaluation,
    "ACCESS_REQUIREMENT": _check_access_requirement,
}
