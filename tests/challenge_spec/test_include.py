"""Fragments: a disjoint union of files, with both places named on a clash, and nothing from outside."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from challenge_spec.load import Loaded, load_challenge
from tests.challenge_spec.sound import shown, write

MAIN = "manifest: 1\ninclude: [{}]\nchallenge: {{ key: a, name: Aaa, timezone: UTC }}\n"
PEOPLE = "teams:\n  judges: { use: 12 }\n"


def load(folder: Path, include: str, files: Mapping[str, str]) -> Loaded:
    write(folder, {"challenge.yaml": MAIN.format(include), **files})
    return load_challenge(folder / "challenge.yaml")


def codes(loaded: Loaded) -> list[str]:
    return [item.code for item in loaded.diagnostics if item.severity == "error"]


def test_blocks_of_several_files_are_one_manifest(tmp_path: Path) -> None:
    loaded = load(tmp_path, "people.yaml, data/*.yaml", {
        "people.yaml": PEOPLE,
        "data/a.yaml": "data: { a: { folder: A } }",
        "data/b.yaml": "data: { b: { folder: B } }\nteams: { helpers: { join: invitation } }",
    })  # fmt: skip
    assert codes(loaded) == [], shown(loaded)
    assert loaded.manifest is not None
    assert list(loaded.manifest.teams) == ["judges", "helpers"]
    assert list(loaded.manifest.data) == ["a", "b"]


def test_a_thing_said_twice_names_both_places(tmp_path: Path) -> None:
    loaded = load(tmp_path, "a.yaml, b.yaml", {"a.yaml": PEOPLE, "b.yaml": "\n" + PEOPLE})
    (problem,) = [item for item in loaded.diagnostics if item.code == "yaml.duplicate-key"]
    assert (Path(problem.position.file).name, problem.position.line) == ("b.yaml", 3)
    assert (Path(problem.related[0][0].file).name, problem.related[0][0].line) == ("a.yaml", 2)


def test_milestones_may_come_from_several_files(tmp_path: Path) -> None:
    milestone = "timeline: {{ milestones: {{ {}: 2027-01-01 }} }}"
    loaded = load(tmp_path, "a.yaml, b.yaml", {"a.yaml": milestone.format("x"), "b.yaml": milestone.format("y")})
    assert codes(loaded) == []


def test_half_an_entry_in_each_of_two_files_is_refused(tmp_path: Path) -> None:
    loaded = load(tmp_path, "a.yaml, b.yaml", {"a.yaml": PEOPLE, "b.yaml": "teams: { judges: { name: Jury } }"})
    assert codes(loaded) == ["yaml.duplicate-key"]


def test_an_error_in_a_fragment_is_shown_there(tmp_path: Path) -> None:
    loaded = load(tmp_path, "people.yaml", {"people.yaml": "teams:\n  judges: { usee: 12 }\n"})
    (problem,) = loaded.diagnostics
    assert (Path(problem.position.file).name, problem.position.line, problem.position.column) == ("people.yaml", 2, 13)
    assert "judges: { usee: 12 }" in shown(loaded)


def test_a_fragment_can_include_others_relative_to_itself(tmp_path: Path) -> None:
    loaded = load(tmp_path, "sub/a.yaml", {"sub/a.yaml": "include: [b.yaml]", "sub/b.yaml": PEOPLE})
    assert codes(loaded) == [], shown(loaded)


@pytest.mark.parametrize(
    ("include", "files", "code"),
    [
        ("nothing.yaml", {}, "file.missing"),
        ("data/*.yaml", {}, "include.nothing"),
        ("challenge.yaml", {}, "include.cycle"),
        ("a.yaml", {"a.yaml": "include: [b.yaml]", "b.yaml": "include: [a.yaml]"}, "include.cycle"),
        ("a.yaml, a.yaml", {"a.yaml": PEOPLE}, "include.twice"),
        ("/etc/hostname", {}, "include.pattern"),
        ("'**/*.yaml'", {}, "include.pattern"),
        ("../outside.yaml", {}, "file.outside"),
        ("../*.yaml", {}, "include.nothing"),
        ("a.yaml", {"a.yaml": "a: [1"}, "yaml.syntax"),
        ("a.yaml", {"a.yaml": "manifest: 1"}, "yaml.duplicate-key"),
        (".", {}, "file.missing"),
    ],
)
def test_a_fragment_that_is_none_is_refused(include: str, files: Mapping[str, str], code: str, tmp_path: Path) -> None:
    write(tmp_path, {"outside.yaml": PEOPLE})
    assert code in codes(load(tmp_path / "repo", include, files))


def test_a_symbolic_link_out_of_the_tree_is_not_followed(tmp_path: Path) -> None:
    write(tmp_path, {"outside.yaml": PEOPLE, "repo/challenge.yaml": MAIN.format("'*.yml'")})
    (tmp_path / "repo/people.yml").symlink_to(tmp_path / "outside.yaml")
    assert codes(load_challenge(tmp_path / "repo/challenge.yaml")) == ["file.outside"]


def test_a_fragment_elsewhere_in_the_git_tree_is_fine(tmp_path: Path) -> None:
    write(tmp_path, {".git/HEAD": "x", "people.yaml": PEOPLE})
    assert codes(load(tmp_path / "challenges/a", "../../people.yaml", {})) == []
