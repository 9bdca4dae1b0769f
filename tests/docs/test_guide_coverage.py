"""The tables of the guide's items and of incidents are complete, and name nothing that does not exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from challenge_spec.rulebook import rules
from challenge_spec.schema import manifest_schema

ROOT = Path(__file__).parents[2]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs" / "guide-coverage.md").read_text(encoding="utf-8").splitlines()
    if re.match(r"\| [0-9]", line)
]
NAME = re.compile(r"`([a-z][a-z_-]*(?:\.(?:[a-z][a-z_-]*|\*))*)`")
SAID = [(int(row[0]), name) for row in ROWS for name in NAME.findall(row[3])]
SCHEMA = manifest_schema()


CODES = frozenset(rule.code for rule in rules())


def branches(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A schema and all that it may be instead."""
    if "$ref" in schema:
        yield from branches(SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]])
    yield schema
    for choice in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from branches(choice)


def step(schema: dict[str, Any], name: str) -> Iterator[dict[str, Any]]:
    for branch in branches(schema):
        if name == "*":
            further = (
                branch.get("items"),
                branch.get("additionalProperties"),
                *branch.get("patternProperties", {}).values(),
            )
            yield from (item for item in further if isinstance(item, dict))
        elif name in branch.get("properties", {}):
            yield branch["properties"][name]


def is_field(path: str) -> bool:
    here = [SCHEMA]
    for name in path.split("."):
        here = [found for schema in here for found in step(schema, name)]
    return bool(here)


def test_every_item_of_the_guide_is_there_once() -> None:
    assert [int(row[0]) for row in ROWS] == list(range(1, 194))


def test_every_item_says_what_becomes_of_it() -> None:
    assert all(len(row) == 4 and all(row) for row in ROWS)


@pytest.mark.parametrize(("item", "name"), SAID)
def test_a_field_or_rule_that_is_named_exists(item: int, name: str) -> None:
    if name in ("organizers", "status", "submission_status"):
        return  # a key of the queue table, and two columns
    assert name in CODES or is_field(name), f"item {item} names `{name}`"


@pytest.mark.parametrize("row", [row for row in ROWS if {"F", "L"} & set(row[1].split())], ids=lambda row: str(row[0]))
def test_an_item_for_a_field_or_a_rule_has_one_or_says_why_not(row: list[str]) -> None:
    here = row[3].lower()
    derived = "derived" in here or "from the ledger" in here or "on one line" in here or "by column" in here
    assert NAME.search(row[3]) or "not yet" in here or "not ours" in here or derived or here == "the runbook"


@pytest.mark.parametrize("wrong", ["queues.*.limit", "teams.x", "no.such-rule", "timeline.opens"])
def test_what_does_not_exist_is_no_field(wrong: str) -> None:
    assert not is_field(wrong)
    assert wrong not in CODES


INCIDENTS = (ROOT / "docs" / "incident-coverage.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(set(NAME.findall(INCIDENTS)) - {"test", "internal"}))
def test_what_looks_for_an_incident_exists(name: str) -> None:
    assert name in CODES or is_field(name)
