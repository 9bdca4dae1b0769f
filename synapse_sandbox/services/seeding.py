"""What Synapse doesn't have: entities and teams under ids of one's own choice, under /sandbox/v1.

Tools of others know some objects of production by their id: template projects, a portal's view, a team. These calls put
such an object in its place. All else is as for POST /entity and POST /team: caller, rights, names, answers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from synapse_sandbox.call import Answer, Call
from synapse_sandbox.refusals import name_conflict, required
from synapse_sandbox.routing import Route
from synapse_sandbox.services.entities import create_entity
from synapse_sandbox.services.teams import create_team
from synapse_sandbox.wire import entity_number, number

SCHEMA = ""


def seed_entity(call: Call) -> Answer:
    """POST an entity together with the `id` that it shall have; 409 when the id is taken. Later ids are higher."""
    wanted = entity_number(_wanted(call))
    return _under(call, "entity", "entities", wanted, create_entity)


def seed_team(call: Call) -> Answer:
    """POST a team together with the `id` that it shall have; 409 when a user, team or group has the id."""
    return _under(call, "principal", "principals", number(_wanted(call)), create_team)


def _wanted(call: Call) -> str:
    if "id" not in call.body:
        raise required("id")
    return str(call.body["id"])


def _under(call: Call, counter: str, table: str, wanted: int, create: Callable[[Call], Answer]) -> Answer:
    if call.store.one(f"SELECT 1 FROM {table} WHERE id = ?", wanted) is not None:
        raise name_conflict(f"The id {call.body['id']} is taken.")
    body = {name: value for name, value in call.body.items() if name != "id"}
    with call.store.next_id_is(counter, wanted):
        return create(replace(call, body=body))


ROUTES = (
    Route("POST", "/sandbox/v1/entity", seed_entity),
    Route("POST", "/sandbox/v1/team", seed_team),
)
