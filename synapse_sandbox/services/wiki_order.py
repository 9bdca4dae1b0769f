"""The order hint: in which order the web site shows the pages of an entity's wiki (contract 6.7)."""

from __future__ import annotations

import json

from synapse_sandbox import reading
from synapse_sandbox.call import Answer, Call
from synapse_sandbox.routing import Route
from synapse_sandbox.services import wiki_pages
from synapse_sandbox.services.wiki_owners import Owner, entity_owner, owner_of, require
from synapse_sandbox.store import Store
from synapse_sandbox.wire import Json, number

SCHEMA = ""
HINT = "/repo/v1/entity/{ownerId}/wiki2orderhint"


def get_hint(call: Call) -> Answer:
    """The hint; there is one as soon as there is a root page."""
    owner = owner_of(call, "ENTITY")
    require(call.store, call.caller, owner, "READ")
    return Answer(_hint_json(call.store, owner))


def put_hint(call: Call) -> Answer:
    """Replace the hint. The owner is the body's, as a bare number; ids are taken unseen, for a hint is only a hint."""
    owner = entity_owner(number(call.body.get("ownerId")))
    require(call.store, call.caller, owner, "UPDATE")
    root = wiki_pages.root_id(call.store, owner)
    etag = call.store.value("SELECT order_etag FROM wiki_owners WHERE root_id = ?", root)
    wiki_pages.check_etag(owner, etag, call.body.get("etag"))
    ids = reading.texts(call.body, "idList")
    call.store.run(
        "UPDATE wiki_owners SET order_hint = ?, order_etag = ? WHERE root_id = ?",
        None if ids is None else json.dumps(ids), call.store.new_etag(), root,
    )  # fmt: skip
    return Answer(_hint_json(call.store, owner))


def hinted_order(store: Store, owner: Owner) -> list[str]:
    """The ids in the hint; empty before the first PUT."""
    root = wiki_pages.root_id(store, owner)
    hint = store.value("SELECT order_hint FROM wiki_owners WHERE root_id = ?", root)
    return [] if hint is None else [str(page_id) for page_id in json.loads(hint)]


def _hint_json(store: Store, owner: Owner) -> Json:
    root = wiki_pages.root_id(store, owner)
    row = store.one("SELECT order_etag, order_hint FROM wiki_owners WHERE root_id = ?", root)
    etag, hint = (row["order_etag"], row["order_hint"]) if row else (None, None)
    return {
        "ownerId": str(owner.number),
        "ownerObjectType": "ENTITY",
        "idList": None if hint is None else json.loads(hint),
        "etag": etag,
    }


ROUTES = (
    Route("GET", HINT, get_hint, reads=True),
    Route("PUT", HINT, put_hint),
)
