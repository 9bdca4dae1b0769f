"""The one writer: an outline becomes a manifest, with a comment above each line that somebody has to decide about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from challenge_spec.converting.moments import Said
from challenge_spec.converting.names import printable
from challenge_spec.converting.outline import (
    Board,
    Catalogue,
    DataFolder,
    Outline,
    Question,
    Queue,
    Series,
    Terms,
    Window,
)
from challenge_spec.converting.pages import FOLDER
from challenge_spec.converting.spans import in_words
from challenge_spec.dump import dump
from challenge_spec.keys import key_from
from challenge_spec.source import Path

_REPOSITORY: Final = "my-org/my-workflow@v1.0.0"
HEADLINE: Final = 80
ABOUT: Final = 1000
"""Characters that catalogues show (peers 4)."""
COLUMNS: Final = 100
"""Columns of a view; the dashboard has all metrics."""


def document_of(outline: Outline) -> dict[str, Any]:
    """The manifest as nested data, in the order in which it is read."""
    docker = any(queue.submission == "docker" for queue in outline.queues)
    found = {
        "manifest": 1,
        "challenge": _identity(outline),
        "timeline": {"open": outline.opens.text, "close": outline.closes.text},
        "teams": _teams(outline),
        "sub_challenges": {item.key: _question(item) for item in outline.questions},
        "queues": {item.key: _queue(item, outline) for item in outline.queues},
        "workflows": _workflows(outline, docker=docker) if outline.queues else {},
        "data": {item.key: _data(item) for item in outline.data},
        "requirements": {"terms": {"kind": "clickwrap"}} if outline.accepts_terms else {},
        "wiki": {"pages": f"{FOLDER}/"} if outline.pages else {},
        "views": {item.key: _view(item) for item in outline.boards},
        "orchestrators": _orchestrators() if outline.queues else {},
        "catalog": _catalogue(outline.catalogue),
    }
    return {key: value for key, value in found.items() if value != {}}


def manifest_of(outline: Outline, heading: str) -> str:
    """The manifest's text."""
    document = document_of(outline)
    return dump(document, {**_comments(outline, document), (): heading})


def _tidy(block: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in block.items() if value is not None and value not in ({}, [], ())}


def _identity(outline: Outline) -> dict[str, Any]:
    about = outline.catalogue.description
    return _tidy(
        {
            "key": key_from(outline.name, "challenge"),
            "name": outline.name,
            "description": about[:ABOUT] if about else None,
            "stage": "draft",
            "timezone": outline.zone,
        }
    )


def _teams(outline: Outline) -> dict[str, Any]:
    participants = _tidy({"join": outline.join, "requires": ["terms"] if outline.accepts_terms else None})
    return _tidy({"participants": participants})


def _question(item: Question) -> dict[str, Any]:
    return _tidy(
        {
            "name": item.name,
            "question": item.question,
            "format": {"file": item.kind} if item.kind else None,
            "metrics": dict(item.metrics),
            "rank_by": list(item.rank_by),
        }
    )


def _queue(queue: Queue, outline: Outline) -> dict[str, Any]:
    everything = {item.key for item in outline.questions} == set(queue.questions)
    scope: Any = None if everything or not queue.questions else list(queue.questions)
    if queue.together:
        scope = {"together": "all" if everything else list(queue.questions)}
    shared = queue.truths.get("")
    return _tidy(
        {
            "purpose": queue.purpose,
            "name": queue.name,
            "description": queue.description,
            "instructions": queue.instructions,
            "receipt": queue.receipt,
            "for": scope,
            "access": queue.access,
            "submission": queue.submission,
            "rounds": _rounds(queue),
            **_terms(queue.terms, queue.withhold),
            "workflow": "scoring",
            "truth": shared,
            "inputs": list(queue.inputs),
            "by_sub_challenge": {} if shared else {key: {"truth": entry} for key, entry in queue.truths.items()},
        }
    )


def _rounds(queue: Queue) -> Any:
    if queue.windows is None:
        return "always"
    if isinstance(queue.windows, Series):
        series = {"start": _when(queue.windows.start), "gap": "intended"}
        if queue.windows.every is None:
            return {"start": series["start"], "end": "close"}
        return {"count": queue.windows.count, "every": queue.windows.every, **series}
    return [_round(item) for item in queue.windows]


def _round(item: Window) -> dict[str, Any]:
    gap = "intended" if item.gap else None
    found = {"name": item.name, "start": _when(item.start), "end": _when(item.end), "gap": gap}
    return _tidy({**found, **_terms(item.terms, ())})


def _when(moment: Said) -> str:
    return moment.text


def _terms(terms: Terms, withhold: tuple[str, ...]) -> dict[str, Any]:
    results = _tidy({"scores": terms.scores, "logs": terms.logs, "withhold": list(withhold)})
    return {
        "limits": None if terms.limits is None else dict(terms.limits) or "none",
        "run": {"time_limit": in_words(terms.time_limit)} if terms.time_limit else None,
        "results": results or None,
    }


def _workflows(outline: Outline, *, docker: bool) -> dict[str, Any]:
    template = "model-to-data" if docker else "data-to-model"
    table = "queues.json" if _differs_by_round(outline) else None
    scoring = {"template": template, "repository": _REPOSITORY, "entrypoint": "workflow.cwl", "queue_table": table}
    return {"scoring": _tidy(scoring)}


def _differs_by_round(outline: Outline) -> bool:
    """Whether the workflow has to learn the round of a submission."""
    windows = (item for queue in outline.queues if isinstance(queue.windows, tuple) for item in queue.windows)
    return any(item.terms != Terms() for item in windows)


def _orchestrators() -> dict[str, Any]:
    machine = {"memory": "16 GB", "disk": "100 GB"}
    return {
        "main": {"service_account": "my-bot", "max_concurrent": 2, "memory_per_submission": "4 GB", "machine": machine}
    }


def _data(item: DataFolder) -> dict[str, Any]:
    found = {"folder": item.folder, "file": item.file, "description": item.description}
    return _tidy({**found, **({"access": "participants", "start": "open"} if item.shared else {})})


def _view(item: Board) -> dict[str, Any]:
    shown = {"queues": list(item.queues), "access": "public", "columns": list(item.columns[:COLUMNS])}
    return _tidy({"name": item.name, **shown})


def _catalogue(item: Catalogue) -> dict[str, Any]:
    sponsors = [
        _tidy(
            {"name": name, "role": "sponsor", "url": url if url and url.startswith(("http://", "https://")) else None}
        )
        for name, url in item.sponsors
    ]
    return _tidy(
        {
            "headline": item.headline[:HEADLINE].strip() if item.headline else None,
            "description": item.description[:ABOUT].strip() if item.description else None,
            "organizations": sponsors,
            "incentives": ["monetary"] if item.prizes else None,
            "keywords": list(item.keywords),
        }
    )


def _comments(outline: Outline, document: dict[str, Any]) -> dict[Path, str]:
    """What there is to decide, above the nearest line that is there; several words about one line below each other."""
    found: dict[Path, str] = {}
    for decision in outline.report.decisions:
        path = decision.path
        while path and not _is_there(document, path):
            path = path[:-1]
        if path:
            line = f"decide: {printable(decision.what)}"
            said = found.get(path, "").splitlines()
            found[path] = "\n".join([*said, *([line] if line not in said else [])])
    return found


def _is_there(document: Any, path: Path) -> bool:
    for key in path:
        if not isinstance(document, Mapping) or key not in document:
            return False
        document = document[key]
    return True


def unplaced(outline: Outline) -> list[str]:
    """What there is to decide about blocks that the manifest doesn't have yet."""
    document = document_of(outline)
    return [item.what for item in outline.report.decisions if not _is_there(document, item.path[:1])]


def heading_of(source: str, platform: str, to_say: list[str], left: Iterator[str]) -> str:
    """The words at the top of the file."""
    lines = [
        f"Converted from {platform}, {source}.",
        "Lines with `decide` are for people: look at each, then delete the comment. Moments with `Z` are in UTC.",
    ]
    listed = [f"- {printable(item)}" for item in left]
    said = [f"- {printable(item)}" for item in to_say]
    lines += ["", "decide, for nothing here says it:", *said] if said else []
    lines += ["", "What has no place here (`challenge convert` says why, and what to do):", *listed] if listed else []
    return "\n".join(lines)
