"""A sound manifest broken at one place: each kind of mistake is named by its code and pointed at."""

from __future__ import annotations

from pathlib import Path

import pytest

from challenge_spec.rulebook import rules
from tests.challenge_spec.broken import CASES, expected, manifests, told
from tests.challenge_spec.mistakes import Case
from tests.challenge_spec.sound import SOUND, Break, pointed_at, shown


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_mistake_is_named_and_pointed_at(case: Case, broken: Break, tmp_path: Path) -> None:
    loaded = broken(case.old, case.new)
    found = [item for item in loaded.diagnostics if item.code == case.code]
    assert found, shown(loaded)
    assert any(pointed_at(loaded, item).startswith(case.at) for item in found), shown(loaded)
    assert {item.severity for item in found} == {case.severity}
    assert (loaded.resolved is None) == loaded.has_errors
    assert told(loaded, tmp_path) == expected()[str(case)], "nothing else, and nothing elsewhere"


def test_there_are_many_broken_manifests_and_each_has_findings_that_are_expected() -> None:
    assert len(manifests()) >= 300
    assert manifests().keys() == expected().keys(), "run: python -m tests.challenge_spec.broken"
    assert all(expected().values())


def test_every_rule_is_broken_by_some_manifest() -> None:
    found = {line.split()[1] for lines in expected().values() for line in lines}
    assert {rule.code for rule in rules()} - found == {"file.unreadable", "manifest.invalid", "yaml.too-big"}


def test_the_sound_manifest_has_nothing_wrong(broken: Break) -> None:
    loaded = broken()
    assert {item.code for item in loaded.diagnostics} <= {"round.stops-early"}
    assert loaded.resolved is not None


def test_all_mistakes_are_reported_in_one_run(broken: Break) -> None:
    loaded = broken("stage: draft", "stage: x\n  nmae: y\n  layout: z")
    assert [item.code for item in loaded.diagnostics] == [
        "manifest.unknown-value",
        "manifest.unknown-key",
        "manifest.unknown-value",
    ]


def test_tbd_is_fine_until_the_challenge_opens(broken: Break) -> None:
    assert not broken("close: 2027-06-30T17:00", "close: tbd").has_errors


@pytest.mark.parametrize(
    ("old", "new", "at"),
    [
        ("  open: 2027-03-03T09:00", "  open: tbd", "open: tbd"),
        ("papers-due: 2027-07-14T17:00", "papers-due: tbd", "{ start: open, end: papers-due } }"),
        ("start: 2027-06-16T09:00", "start: tbd", "tbd, end: close, limits: { total: 3 }, gap: intended }"),
        ("access: participants, start: open", "start: tbd", "tbd }"),
    ],
)
def test_tbd_is_an_error_once_the_challenge_opens(old: str, new: str, at: str, broken: Break) -> None:
    text = SOUND.replace("stage: draft", "stage: open").replace(old, new, 1)
    loaded = broken(files={"challenge.yaml": text})
    assert [pointed_at(loaded, item) for item in loaded.diagnostics if item.code == "stage.tbd"] == [at]


def test_a_page_that_waits_for_tbd_is_refused_once_the_challenge_opens(broken: Break) -> None:
    loaded = broken("stage: draft", "stage: open", {"wiki/data.md": "---\nstart: tbd\n---\n## Format\nx"})
    assert [item.code for item in loaded.diagnostics if item.severity == "error"] == ["stage.tbd"]


def test_a_misspelt_key_comes_with_the_right_one(broken: Break) -> None:
    found = broken("stage: draft", "stgae: draft").diagnostics[0]
    assert found.help == "Did you mean `stage`?"


def test_a_queue_without_any_sub_challenge_is_refused(broken: Break) -> None:
    loaded = broken(
        "sub_challenges:\n  similarity:\n    name: Mixture similarity\n    submission: file\n"
        "    metrics: { pearson: maximize, rmse: minimize }\n    rank_by: [pearson, rmse]\n",
        "",
    )
    codes = {item.code for item in loaded.diagnostics}
    assert "queue.nothing-asked" in codes
