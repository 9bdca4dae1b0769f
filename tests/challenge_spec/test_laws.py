"""Laws of the manifest, on manifests put together from the entries of all examples and changed at random places."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from challenge_spec.dump import dump
from challenge_spec.fields import PlainText
from challenge_spec.format import formatted
from challenge_spec.load import load_challenge
from challenge_spec.manifest import Manifest
from challenge_spec.schema import fragment_schema, manifest_schema
from challenge_spec.source import Path as Place
from challenge_spec.source import read_text
from challenge_spec.validation import validate
from planner.desired import compile_challenge
from tests.challenge_spec.sound import PAGES, SOUND, shown, write
from tests.challenge_spec.test_schema import Yaml12
from tests.planner.challenges import RUNNING

ROOT = Path(__file__).parents[2]
TEXTS = [SOUND, *(path.read_text() for path in sorted(ROOT.glob("examples/*/*.yaml")))]
SCHEMA = Draft202012Validator(manifest_schema())
STRANGE: list[Any] = [
    *map(PlainText, "0 -1 3 0.5 tbd open 2027-03-03 syn123 public all none always word 1e3 0x1 6GB 2weeks".split()),
    "", "3", "true", " 6 GB ", "a b", "é", "x" * 2000, [], {}, ["a"], [["a"]], {"a": "b"}, {"together": "all"},
    [PlainText("3")], {"name": PlainText("3")}, [{"name": "a", "start": PlainText("open"), "end": PlainText("close")}],
]  # fmt: skip
ONLY_MODELS = frozenset({"manifest.quoted", "yaml.no-value"})
"""What a schema can't see: whether a word stood in quotes."""


@cache
def pool() -> dict[str, dict[str, Any]]:
    """Block → every entry of it in any example; of other blocks, whole ones under a number."""
    found: dict[str, dict[str, Any]] = {}
    for number, text in enumerate(TEXTS):
        for block, value in read_text(text, "x")[0].value.items():
            entries = value if isinstance(value, dict) and block in MAPPINGS else {f"{number}": value}
            for key, entry in entries.items():
                found.setdefault(block, {})[key if key not in found.get(block, {}) else f"{key}{number}"] = entry
    return found


MAPPINGS = frozenset("teams sub_challenges queues workflows data requirements views orchestrators defaults".split())


@st.composite
def manifests(draw: st.DrawFn) -> dict[str, Any]:
    """A manifest that the models take: some entries of each block, from anywhere."""
    document: dict[str, Any] = {"manifest": PlainText("1"), "challenge": draw(st.sampled_from(whole("challenge")))}
    for block in draw(st.sets(st.sampled_from(sorted(pool().keys() - document.keys() - {"include"})))):
        entries = pool()[block]
        if block in MAPPINGS - {"defaults"}:
            keys = draw(st.lists(st.sampled_from(sorted(entries)), max_size=4, unique=True))
            document[block] = {key: entries[key] for key in keys}
        elif block != "defaults":
            document[block] = draw(st.sampled_from(whole(block)))
    return copy.deepcopy(document)


def whole(block: str) -> list[Any]:
    return list(pool()[block].values())


def places(value: Any, path: Place = ()) -> Iterator[Place]:
    """The path of everything in a document."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*path, key)
        yield from places(item, (*path, key))


@st.composite
def damaged(draw: st.DrawFn) -> dict[str, Any]:
    """Such a manifest with something strange in one place, something missing, or a key that doesn't belong there."""
    document = draw(manifests())
    *way, last = draw(st.sampled_from(sorted(places(document), key=str)))
    holder: Any = document
    for step in way:
        holder = holder[step]
    kind = draw(st.sampled_from(["strange", "missing", "further"]))
    if kind == "strange" or not isinstance(holder, dict):
        holder[last] = copy.deepcopy(draw(st.sampled_from(STRANGE)))
    elif kind == "missing":
        del holder[last]
    else:
        holder[draw(st.sampled_from(["colour", "name", "A key", "use"]))] = draw(st.sampled_from(STRANGE))
    return document


def judged(document: dict[str, Any]) -> tuple[Manifest | None, set[str], list[str]]:
    """What the models make of a document, with which codes they refuse it, and what the schema says."""
    text = dump(document)
    source, problems = read_text(text, "challenge.yaml")
    model, more = validate(Manifest, source)
    complaints = [error.json_path for error in SCHEMA.iter_errors(yaml.load(text, Loader=Yaml12))]  # noqa: S506 -- a subclass of SafeLoader
    return (None if problems else model), {item.code for item in [*problems, *more]}, complaints


@given(manifests())
def test_what_is_generated_is_taken_by_models_and_schema(document: dict[str, Any]) -> None:
    model, codes, complaints = judged(document)
    assert (codes, complaints) == (set(), [])
    assert model is not None


@given(damaged())
def test_models_and_schema_are_of_one_mind(document: dict[str, Any]) -> None:
    _, codes, complaints = judged(document)
    assert bool(codes - ONLY_MODELS) == bool(complaints) or codes & ONLY_MODELS, (codes, complaints, dump(document))


@given(manifests())
def test_load_dump_load_is_the_same_manifest(document: dict[str, Any]) -> None:
    once = read_text(dump(document), "x")[0]
    again = read_text(dump(once.value), "x")[0]
    assert once.value == document
    assert validate(Manifest, again)[0] == validate(Manifest, once)[0]


@given(manifests())
def test_laying_out_changes_no_meaning_and_a_second_time_nothing(document: dict[str, Any]) -> None:
    text = dump(document)
    once = formatted(text)
    assert formatted(once) == once
    assert read_text(once, "x")[0].value == document


def test_a_fragment_may_be_any_part_of_a_manifest() -> None:
    Draft202012Validator(fragment_schema()).validate(yaml.load("teams: { a: { use: 1 } }", Loader=Yaml12))  # noqa: S506 -- as above


# Names

SECOND = "sub_challenges:\n  intensity: { name: How strong, submission: file, metrics: { rmse: minimize } }\n"


@pytest.mark.parametrize("stage", ["draft", "preregistration", "open", "closed", "concluded"])
@pytest.mark.parametrize("first", [True, False], ids=["before", "after"])
def test_adding_a_second_sub_challenge_renames_no_address(tmp_path: Path, stage: str, first: bool) -> None:
    one = SOUND.replace("stage: draft", f"stage: {stage}")
    two = one.replace("sub_challenges:\n", SECOND) if first else one.replace("queues:\n", f"{SECOND[16:]}queues:\n", 1)
    before, after = addresses(tmp_path / "one", one), addresses(tmp_path / "two", two)
    assert before <= after
    assert any("intensity" in address for address in after - before)


def addresses(folder: Path, text: str) -> set[str]:
    write(folder, {**PAGES, "challenge.yaml": text})
    loaded = load_challenge(folder / "challenge.yaml")
    assert loaded.resolved is not None, shown(loaded)
    return {*compile_challenge(loaded.resolved, loaded.resolved.stage, RUNNING).resources}
