"""What the pages show of submissions: one's own, everybody's where allowed, the public part (contract 5.9)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from synapse_sandbox.site.viewing import Viewer, principal_name
from synapse_sandbox.wire import Json, from_iso

MAX_ROWS: Final = 100
# Which colour tells a status at a glance.
TONES: Final = {
    "ACCEPTED": "good", "SCORED": "good", "VALIDATED": "good",
    "INVALID": "bad", "REJECTED": "bad",
    "EVALUATION_IN_PROGRESS": "warn",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Submission:
    """A submission as the viewer may know it: without READ_PRIVATE_SUBMISSION only its status, others' aren't named."""

    id: str
    name: str
    who: str
    created_on: int | None
    entity: str
    version: int
    image: str
    status: str
    tone: str
    wants_cancel: bool
    annotations: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """The submissions of one queue: `own` when they are the viewer's, `others` when it is only everybody's statuses."""

    queue_id: str
    queue: str
    is_everything: bool
    submissions: tuple[Submission, ...]
    statuses: tuple[Submission, ...]
    counts: tuple[tuple[str, str, int], ...]


def listings(viewer: Viewer, project_id: int) -> list[Listing]:
    """What the viewer may read of the submissions to each queue of a project that the viewer sees."""
    return [_listing(viewer, queue) for queue in viewer.every(f"/entity/syn{project_id}/evaluation")]


def _listing(viewer: Viewer, queue: Json) -> Listing:
    address = f"/evaluation/{queue['id']}/submission"
    everything = viewer.find(f"{address}/count") is not None
    bundles = viewer.every(f"{address}/bundle{'/all' if everything else ''}", MAX_ROWS)
    found = tuple(_submission(viewer, one["submission"], one["submissionStatus"]) for one in bundles)
    statuses = () if everything else _statuses(viewer, address, {one.id for one in found})
    counted = Counter((one.status, one.tone) for one in (*found, *statuses))
    counts = tuple((status, tone, count) for (status, tone), count in sorted(counted.items()))
    return Listing(queue["id"], queue["name"], everything, found, statuses, counts)


def _statuses(viewer: Viewer, address: str, own: set[str]) -> tuple[Submission, ...]:
    """The public part of the submissions of others."""
    found = viewer.every(f"{address}/status/all", MAX_ROWS)
    return tuple(_submission(viewer, {}, one) for one in found if one["id"] not in own)


def _submission(viewer: Viewer, body: Json, status: Json) -> Submission:
    digest = body.get("dockerDigest")
    return Submission(
        id=status["id"],
        name=body.get("name", ""),
        who=_submitter(viewer, body),
        created_on=from_iso(body["createdOn"]) if body else None,
        entity=status["entityId"],
        version=status["versionNumber"],
        image=f"{body.get('dockerRepositoryName', '')}@{digest}" if digest else "",
        status=status["status"],
        tone=TONES.get(status["status"], "plain"),
        wants_cancel=status.get("cancelRequested", False),
        annotations=_annotations(status),
    )


def _submitter(viewer: Viewer, body: Json) -> str:
    if not body:
        return ""
    person = principal_name(viewer.store, body["userId"])
    return f"{principal_name(viewer.store, body['teamId'])} ({person})" if "teamId" in body else person


def _annotations(status: Json) -> tuple[tuple[str, str], ...]:
    """Both forms of annotations, as texts; what is private was left out by the service."""
    found = {}
    for kind in ("stringAnnos", "longAnnos", "doubleAnnos"):
        for one in status.get("annotations", {}).get(kind, []):
            found[one["key"]] = str(one.get("value", ""))
    for name, annotation in status.get("submissionAnnotations", {}).get("annotations", {}).items():
        found[name] = ", ".join(annotation.get("value", []))
    return tuple(sorted(found.items()))
