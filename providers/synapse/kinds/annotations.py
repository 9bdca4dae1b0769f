"""Annotations of entities: ours among others', and the stage that the challenge has reached, kept on the home project
(contract 2.8).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from planner.interfaces import Outcome
from planner.live import LiveResource
from planner.plan import Operation
from planner.resources import Kind, annotations_address, owner_of
from providers.synapse.settle import Change, update
from providers.synapse.survey import Survey
from providers.synapse.writing import Writing

Raw = Mapping[str, Any]

CHALLENGE_KEY: Final = "challengeKey"
STAGE_KEYS: Final[Mapping[str, str]] = {
    "stage.begun": "challengeStageBegun",
    "stage.completed": "challengeStageCompleted",
}


def read_annotations(survey: Survey, owner: str, annotations: Raw) -> None:
    """Record our annotations of a found entity: those that the manifest wants and those that the ledger remembers."""
    address = annotations_address(owner)
    entry = survey.applied.entries.get(address)
    wanted = survey.desired.resources.get(address)
    ours = {*(wanted.spec if wanted else ()), *(entry.fields if entry else ())}
    _add(survey, address, Kind.ANNOTATIONS, annotations, values(annotations, ours))
    if owner == survey.desired.home:
        _read_stages(survey, annotations)


def _read_stages(survey: Survey, annotations: Raw) -> None:
    for address, key in STAGE_KEYS.items():
        for stage in values(annotations, [key]).values():
            survey.add(_live(address, Kind.STAGE, annotations, {"stage": stage[0] if stage else ""}))


def _add(survey: Survey, address: str, kind: Kind, annotations: Raw, spec: Mapping[str, tuple[str, ...]]) -> None:
    if survey.wanted(address) and spec:
        survey.add(_live(address, kind, annotations, spec))


def _live(address: str, kind: Kind, annotations: Raw, spec: Mapping[str, Any]) -> LiveResource:
    return LiveResource(address, kind, annotations["id"], spec, annotations["etag"], annotations, "key")


def values(annotations: Raw, keys: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The strings under some keys; a key of another type than STRING counts as absent, so that it is written again."""
    found = annotations.get("annotations") or {}
    return {
        key: tuple(found[key]["value"])
        for key in sorted(keys)
        if key in found and found[key].get("type") == "STRING" and found[key].get("value")
    }


def challenge_key(annotations: Raw) -> str | None:
    """The key of the challenge that an entity says it belongs to."""
    return next(iter(values(annotations, [CHALLENGE_KEY]).get(CHALLENGE_KEY, ())), None)


def merged(current: Mapping[str, Any], spec: Mapping[str, Any], gone: Iterable[str] = ()) -> dict[str, Any]:
    """A whole map of annotations with our keys set, and some of ours taken away."""
    kept = {key: value for key, value in current.items() if key not in set(gone)}
    return kept | {key: {"type": "STRING", "value": _strings(value)} for key, value in spec.items()}


def _strings(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else [str(item) for item in value]


async def write(writing: Writing, operation: Operation) -> Outcome:
    """Set our annotations of an entity among those of others; keys that we no longer want are taken away."""
    gone = [change.name for change in operation.changes if change.name not in operation.spec]
    owner = writing.known.id_of(owner_of(operation.address))
    return await _merge(writing, operation, owner, writing.spec(operation), gone)


async def write_stage(writing: Writing, operation: Operation, home: str) -> Outcome:
    """Note on the home project how far the challenge has come."""
    spec = {STAGE_KEYS[operation.address]: (str(operation.spec["stage"]),)}
    return await _merge(writing, operation, writing.known.id_of(home), spec)


async def delete(writing: Writing, operation: Operation) -> Outcome:
    """Take our annotations away, those of others stay."""
    owner = writing.known.id_of(owner_of(operation.address))
    return await _merge(writing, operation, owner, {}, list(operation.spec))


async def _merge(
    writing: Writing, operation: Operation, id_: str, spec: Mapping[str, Any], gone: Iterable[str] = ()
) -> Outcome:
    path = f"/entity/{id_}/annotations2"

    async def reread() -> Raw:
        annotations: Raw = await writing.transport.get(path)
        return annotations

    async def send(body: Raw) -> Raw:
        answer: Raw = await writing.transport.put(path, body)
        return answer

    chain = writing.chain(id_)
    async with chain.lock:
        raw = writing.raw(operation.address)
        if raw is not None and chain.annotations is not None:
            raw = {**raw, "annotations": chain.annotations}
        base = await writing.base(chain, raw, operation.address, reread)
        fields = {"annotations": merged(base.get("annotations") or {}, spec, gone)}
        change = Change(base, fields, send, reread)
        answer, did = await update(writing.transport, operation.address, change)
        chain.wrote(answer["etag"])
        chain.annotations = answer.get("annotations") or {}
    return Outcome(id_, did, answer["etag"], answer)
