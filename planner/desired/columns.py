"""The columns of submission views: Synapse's own (contract 8.3), those of the orchestrator (orchestrator-and-tools 1.8)
and the metrics.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from challenge_spec.resolved import ResolvedChallenge, ResolvedQueue, ResolvedView, ResolvedViewColumn
from planner.references import Value

_PREFIX: Final = "orgSagebionetworksSynapseWorkflowOrchestrator"

_KNOWN: Final[dict[str, tuple[str, int | None]]] = {
    "id": ("SUBMISSIONID", None),
    "name": ("STRING", 256),
    "createdOn": ("DATE", None),
    "createdBy": ("USERID", None),
    "etag": ("STRING", 36),
    "modifiedOn": ("DATE", None),
    "projectId": ("ENTITYID", None),
    "status": ("STRING", 50),
    "evaluationid": ("EVALUATIONID", None),
    "evaluationroundid": ("INTEGER", None),
    "submitterid": ("USERID", None),
    "submitteralias": ("STRING", 500),
    "entityid": ("ENTITYID", None),
    "entityversion": ("INTEGER", None),
    "dockerrepositoryname": ("STRING", 400),
    "dockerdigest": ("STRING", 200),
    "submission_status": ("STRING", 50),
    "submission_errors": ("STRING", 1000),
    "rank": ("DOUBLE", None),
    f"{_PREFIX}SubmissionFolder": ("ENTITYID", None),
    f"{_PREFIX}StatusDescription": ("STRING", 100),
    f"{_PREFIX}FailureReason": ("STRING", 300),
    f"{_PREFIX}ExecutionStarted": ("INTEGER", None),
    f"{_PREFIX}Progress": ("DOUBLE", None),
}
"""Column name → Synapse column type, maximum size where the type has one."""

STAFF_COLUMNS: Final = tuple(name for name in _KNOWN if name != "rank")
"""What staff see of every queue; the metrics stand behind."""

_FRIENDLY: Final = {
    "submitter": "submitterid",
    "submitted": "createdOn",
    "team": "submitteralias",
    "round": "evaluationroundid",
}
"""What a manifest may write for Synapse's own spelling."""

_SHARED: Final = ("id", "createdOn", "submitterid", "evaluationid", "evaluationroundid", "status", "submission_status")


def columns_of(challenge: ResolvedChallenge, view: ResolvedView, scope: Sequence[ResolvedQueue]) -> tuple[Value, ...]:
    """The columns of a view, in order: as listed, else everything staff need, else what may be shared."""
    metrics = tuple(dict.fromkeys(_metrics(challenge, scope)))
    said = {_FRIENDLY.get(item.name, item.name): item for item in view.columns}
    if said:
        names = tuple(said)
    elif view.access:
        withheld = {name for queue in scope for name in queue.results.withhold}
        names = (*_SHARED, *(name for name in metrics if name not in withheld))
    else:
        names = (*STAFF_COLUMNS, *metrics)
    if view.per == "round":
        names = (*names, "evaluationroundid")
    return tuple(_column(name, said.get(name)) for name in dict.fromkeys(names))


def usual_column(name: str) -> tuple[str, int | None]:
    """Type and size of a column for which the manifest says none: metrics are numbers."""
    return _KNOWN.get(name, ("DOUBLE", None))


def _metrics(challenge: ResolvedChallenge, scope: Sequence[ResolvedQueue]) -> Iterator[str]:
    served = {key for queue in scope for key in queue.sub_challenges}
    for sub_challenge in challenge.sub_challenges:
        if sub_challenge.key in served:
            yield from sub_challenge.metrics


def _column(name: str, said: ResolvedViewColumn | None) -> Value:
    type_, size = usual_column(name)
    if said is not None and said.type is not None:
        type_, size = said.type, said.size
    return {"name": name, "type": type_} | ({} if size is None else {"size": size})
