"""References to entities, with or without a version."""

from __future__ import annotations

from synapse_sandbox.reading import integer
from synapse_sandbox.refusals import required
from synapse_sandbox.wire import Json, entity_number, syn


def reference(body: Json) -> Json:
    """A Reference in its usual spelling: {targetId: syn…, targetVersionNumber?}."""
    if body.get("targetId") is None:
        raise required("Reference.targetId")
    cleaned: Json = {"targetId": syn(entity_number(body["targetId"]))}
    version = integer(body, "targetVersionNumber")
    return cleaned if version is None else {**cleaned, "targetVersionNumber": version}
