"""Settings of projects: there are none here, which is what Synapse says of most projects.

A setting would name storage of one's own; files go to the sandbox's storage alone, so making one isn't served.
"""

from __future__ import annotations

from typing import Final

from synapse_sandbox.call import Answer, Call
from synapse_sandbox.permissions import require_entity
from synapse_sandbox.refusals import invalid
from synapse_sandbox.routing import Route
from synapse_sandbox.wire import entity_number

SCHEMA = ""
TYPES: Final = ("upload", "external_sync", "requester_pays")


def get_setting(call: Call) -> Answer:
    """GET /projectSettings/{projectId}/type/{type}: 200 without a body, which the client reads as none."""
    if call.path["type"] not in TYPES:
        raise invalid(
            f"No enum constant org.sagebionetworks.repo.model.project.ProjectSettingsType.{call.path['type']}"
        )
    require_entity(call.store, call.caller, entity_number(call.path["projectId"]), "READ")
    return Answer()


ROUTES = (Route("GET", "/repo/v1/projectSettings/{projectId}/type/{type}", get_setting, reads=True),)
