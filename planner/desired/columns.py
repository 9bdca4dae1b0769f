"""The columns of submission views: as listed, or what staff need and what may be shared (`challenge_spec.columns`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from challenge_spec.columns import FRIENDLY, KNOWN
from challenge_spec.resolved import ResolvedChallenge, ResolvedQueue, ResolvedView, ResolvedViewColumn
from planner.references import Value

STAFF_COLUMNS: Final = tuple(name for name in KNOWN if name != "rank")
"""What staff see of every queue; the metrics stand behind."""

_SHARED: Final = ("id", "createdOn", "submitterid", "evaluationid", "evaluationroundid", "status", "submission_status")


def columns_of(challenge: ResolvedChallenge, view: ResolvedView, scope: Sequence[ResolvedQueue]) -> tuple[Value, ...]:
    """The columns of a view, in order: as listed, else everything staff need, else what may be shared."""
    metrics = tuple(dict.fromkeys(_metrics(challenge, scope)))
    said = {FRIENDLY.get(item.name, item.name): item for item in view.columns}
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
    return KNOWN.get(name, ("DOUBLE", None))


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
