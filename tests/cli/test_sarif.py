"""SARIF: every property that we write is one that SARIF 2.1.0 has there, of the type and with the bounds it says.

The official schema is in no package of the registry; this states the part of it that we use (sections 3.13 to 3.52),
closed, so that a new property has to be looked up and added here.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from challenge_cli.findings import as_sarif
from challenge_spec.diagnostics import Diagnostic, Position
from challenge_spec.load import load_challenge
from tests.challenge_spec.broken import manifests, put

TEXT = {"type": "string"}
COUNT = {"type": "integer", "minimum": 1}
LEVEL = {"enum": ["none", "note", "warning", "error"]}


def part(required: str, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": required.split(),
        "additionalProperties": False,
    }


MESSAGE = part("text", text={**TEXT, "minLength": 1})
REGION = part("startLine", startLine=COUNT, startColumn=COUNT, endLine=COUNT, endColumn=COUNT)
ARTIFACT = part("uri", uri={**TEXT, "format": "uri-reference", "pattern": r"^[^\s\\]+$"}, uriBaseId=TEXT)
PLACE = part("artifactLocation region", artifactLocation=ARTIFACT, region=REGION)
LOCATION = part("physicalLocation", physicalLocation=PLACE, message=MESSAGE)
LOCATIONS = {"type": "array", "items": LOCATION, "minItems": 1}
SUPPRESSION = part("kind", kind={"enum": ["inSource", "external"]}, justification=TEXT)
RESULT = part(
    "message ruleId locations",
    ruleId=TEXT,
    level=LEVEL,
    message=MESSAGE,
    locations=LOCATIONS,
    relatedLocations=LOCATIONS,
    suppressions={"type": "array", "items": SUPPRESSION},
)
RULE = part(
    "id",
    id=TEXT,
    shortDescription=MESSAGE,
    fullDescription=MESSAGE,
    help=MESSAGE,
    defaultConfiguration=part("level", level=LEVEL),
)
DRIVER = part("name", name=TEXT, version=TEXT, rules={"type": "array", "items": RULE, "uniqueItems": True})
RUN = part(
    "tool",
    tool=part("driver", driver=DRIVER),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    results={"type": "array", "items": RESULT},
)
LOG = Draft202012Validator(
    {
        **part("version runs", version={"const": "2.1.0"}, runs={"type": "array", "items": RUN}),
        "properties": {
            "$schema": {**TEXT, "format": "uri"},
            "version": {"const": "2.1.0"},
            "runs": {"type": "array", "items": RUN},
        },
    }
)
SOME = sorted(manifests())[::12]


def written(found: tuple[Diagnostic, ...], kept: tuple[tuple[Diagnostic, str], ...] = ()) -> Any:
    log = json.loads(json.dumps(as_sarif(found, kept, "1.0")))
    assert [error.message for error in LOG.iter_errors(log)] == []
    return log["runs"][0]


@pytest.mark.parametrize("name", SOME)
def test_findings_of_every_kind_are_sound_sarif(name: str, tmp_path: Path) -> None:
    loaded = load_challenge(put(tmp_path, manifests()[name]))
    run = written(loaded.diagnostics, loaded.kept)
    assert len(run["results"]) == len(loaded.diagnostics) + len(loaded.kept)
    assert {rule["id"] for rule in run["tool"]["driver"]["rules"]} == {result["ruleId"] for result in run["results"]}


def test_no_findings_are_sound_sarif() -> None:
    assert written(())["results"] == []


@pytest.mark.parametrize(
    ("file", "uri", "base"),
    [
        ("wiki/a b.md", "wiki/a%20b.md", "%SRCROOT%"),
        ("../wiki/Größe.md", "../wiki/Gr%C3%B6%C3%9Fe.md", "%SRCROOT%"),
        ("/home/wiki/a.md", "file:///home/wiki/a.md", None),
    ],
)
def test_a_file_is_named_relative_to_the_root_or_whole(file: str, uri: str, base: str | None) -> None:
    item = Diagnostic("round.gap", "warning", Position(file, 3, 2, 4), "a hole", related=((Position(file), "before"),))
    (result,) = written((item,), ((item, "meant"),))["results"][:1]
    artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert (artifact["uri"], artifact.get("uriBaseId")) == (uri, base)
