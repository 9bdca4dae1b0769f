"""Findings for machines: our own JSON, GitHub's workflow commands, and SARIF 2.1.0 for code scanning.

File names are those that people see, beginning where the command was run: run it at the repository's root.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import quote

from challenge_spec.diagnostics import Diagnostic, Position, page_of
from challenge_spec.rulebook import rule_named
from challenge_spec.suppression import matches

Kept = Iterable[tuple[Diagnostic, str]]
SARIF_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_GITHUB: Final = {"error": "error", "warning": "warning", "info": "notice"}
_SARIF: Final = {"error": "error", "warning": "warning", "info": "note"}


def chosen(found: Iterable[Diagnostic], select: tuple[str, ...], ignore: tuple[str, ...]) -> tuple[Diagnostic, ...]:
    """The wanted findings: of the selected codes, if any, and without the ignored ones; no error is ignored."""
    return tuple(
        item
        for item in found
        if (not select or _any(item.code, select)) and (item.severity == "error" or not _any(item.code, ignore))
    )


def _any(code: str, codes: tuple[str, ...]) -> bool:
    return any(matches(code, one) for one in codes)


def as_json(found: Iterable[Diagnostic], kept: Kept) -> dict[str, Any]:
    """Findings, and those that comments keep on purpose with the reasons."""
    return {
        "diagnostics": [_finding(item) for item in found],
        "kept": [{**_finding(item), "reason": reason} for item, reason in kept],
    }


def _finding(item: Diagnostic) -> dict[str, Any]:
    return {
        "code": item.code,
        "severity": item.severity,
        **_place(item.position),
        "message": item.message,
        "why": item.why,
        "help": item.help,
        "page": page_of(item.code),
        "related": [{**_place(place), "message": note} for place, note in item.related],
    }


def _place(place: Position) -> dict[str, Any]:
    return {"file": place.file, "line": place.line, "column": place.column, "length": place.length}


def as_github(found: Iterable[Diagnostic]) -> str:
    """One workflow command for each finding; GitHub shows them beside the lines of a pull request."""
    return "\n".join(_command(item) for item in found)


def _command(item: Diagnostic) -> str:
    place = item.position
    values = {
        "file": place.file,
        "line": place.line,
        "col": place.column,
        "endColumn": place.column + place.length,
        "title": item.code,
    }
    said = ",".join(f"{key}={_property(str(value))}" for key, value in values.items())
    text = "\n".join([f"{item.message}", *([item.help] if item.help else []), page_of(item.code)])
    return f"::{_GITHUB[item.severity]} {said}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def as_sarif(found: Iterable[Diagnostic], kept: Kept, version: str) -> dict[str, Any]:
    """One run of ours; findings kept on purpose are in it as suppressed, with their justification."""
    results = [*(_result(item) for item in found), *(_suppressed(item, reason) for item, reason in kept)]
    codes = sorted({result["ruleId"] for result in results})
    driver = {"name": "challenge", "version": version, "rules": [_rule(code) for code in codes]}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(code: str) -> dict[str, Any]:
    rule = rule_named(code)
    if rule is None:
        return {"id": code}
    return {
        "id": code,
        "shortDescription": {"text": rule.what},
        "fullDescription": {"text": rule.why},
        "help": {"text": f"{rule.mend}\n\n{page_of(code)}"},
        "defaultConfiguration": {"level": _SARIF[rule.severity]},
    }


def _result(item: Diagnostic) -> dict[str, Any]:
    text = f"{item.message}. {item.help}" if item.help else item.message
    related = [{**_location(place), "message": {"text": note}} for place, note in item.related]
    return {
        "ruleId": item.code,
        "level": _SARIF[item.severity],
        "message": {"text": text},
        "locations": [_location(item.position)],
        **({"relatedLocations": related} if related else {}),
    }


def _suppressed(item: Diagnostic, reason: str) -> dict[str, Any]:
    return {**_result(item), "suppressions": [{"kind": "inSource", "justification": reason}]}


def _location(place: Position) -> dict[str, Any]:
    region: Mapping[str, int] = {
        "startLine": place.line,
        "startColumn": place.column,
        "endColumn": place.column + place.length,
    }
    whole = place.file.startswith("/")
    artifact = {"uri": f"file://{quote(place.file)}"} if whole else {"uri": quote(place.file), "uriBaseId": "%SRCROOT%"}
    return {"physicalLocation": {"artifactLocation": artifact, "region": region}}


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of what `validate --format json` prints."""
    text, count = {"type": "string"}, {"type": "integer", "minimum": 1}
    place = {"file": text, "line": count, "column": count, "length": count}
    finding = {
        "code": {"type": "string", "pattern": "^[a-z-]+[.][a-z-]+$"},
        "severity": {"enum": ["error", "warning", "info"]},
        **place,
        **dict.fromkeys(("message", "why", "help", "page"), text),
        "related": {"type": "array", "items": _object({**place, "message": text})},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Findings about a challenge manifest",
        **_object(
            {
                "valid": {"type": "boolean", "description": "Whether the manifest can be used: it has no error."},
                "challenge": {"type": ["string", "null"], "description": "Its key, if it can be used."},
                "diagnostics": {"type": "array", "items": _object(finding)},
                "kept": {"type": "array", "items": _object({**finding, "reason": text})},
            }
        ),
    }


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": [*properties], "additionalProperties": False}
