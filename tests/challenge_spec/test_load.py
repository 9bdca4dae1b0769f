"""Loading as a whole: one run finds everything, nothing raises, and a start is quick."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from challenge_spec.diagnostics import Diagnostic, Position, Severity, count, did_you_mean, render
from challenge_spec.load import load_challenge
from tests.challenge_spec.sound import PAGES, SOUND, Break, shown, write


def test_a_manifest_that_is_not_there_is_reported(tmp_path: Path) -> None:
    loaded = load_challenge(tmp_path / "challenge.yaml")
    assert [item.code for item in loaded.diagnostics] == ["file.missing"]
    assert (loaded.manifest, loaded.resolved) == (None, None)


@pytest.mark.parametrize("name", [".", "..", "a\0b", "x" * 300])
def test_a_path_that_is_no_file_is_reported(name: str, tmp_path: Path) -> None:
    assert load_challenge(tmp_path / name).has_errors


def test_a_fifo_is_not_waited_for(tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "challenge.yaml")
    assert load_challenge(tmp_path / "challenge.yaml").has_errors


def test_files_are_named_as_the_manifest_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "repo", {**PAGES, "challenge.yaml": SOUND, "wiki/data.md": "[x](nowhere.md)"})
    monkeypatch.chdir(tmp_path)
    loaded = load_challenge("repo/challenge.yaml")
    assert {item.position.file for item in loaded.diagnostics if item.severity == "error"} >= {"repo/wiki/data.md"}


def test_mistakes_of_the_manifest_and_of_pages_are_reported_together(broken: Break) -> None:
    loaded = broken("truth: final-truth", "truth: none-such", {"wiki/data.md": "## Format\n[x](nowhere.md)"})
    assert {"reference.unknown-data-entry", "page.broken-link"} <= {item.code for item in loaded.diagnostics}


def test_a_finding_reads_like_a_compilers(broken: Break) -> None:
    loaded = broken("truth: final-truth", "truth: final-trth")
    text = shown(loaded)
    assert "error[reference.unknown-data-entry]: there is no data entry `final-trth`\n" in text
    assert f"challenge.yaml:34:12\n  34 |     truth: final-trth\n     |            {'^' * 10}\n" in text
    assert "  help: Did you mean `final-truth`?" in text
    assert text.endswith("1 error, 1 info")


def test_a_caret_stays_under_its_word_in_a_very_long_line() -> None:
    line = "x" * 500 + " wrong " + "y" * 500
    text = render([Diagnostic("a.b", "error", Position("f", 1, 502, 5), "m")], {"f": line})
    shown_line, caret = text.splitlines()[2:4]
    assert shown_line[caret.index("^") : caret.rindex("^") + 1] == "wrong"


def test_control_characters_of_a_file_never_reach_a_terminal() -> None:
    text = render([Diagnostic("a.b", "error", Position("f", 1, 1), "m")], {"f": "a\x1b[31mb\tc"})
    assert "\x1b" not in text


def test_findings_are_counted() -> None:
    place = Position("f")
    severities: list[Severity] = ["error", "warning", "error"]
    assert count(Diagnostic("a.b", severity, place, "m") for severity in severities) == "2 errors, 1 warning"


def test_words_far_from_everything_are_not_guessed() -> None:
    assert did_you_mean("xyz", [f"word{n}" for n in range(20)]) == ""


EDITS = st.tuples(st.integers(0, len(SOUND) - 1), st.integers(0, 12), st.text("ab:{}[]-#&*!|>'\"\n \t,0~<", max_size=6))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(EDITS, min_size=1, max_size=4))
def test_no_damage_to_a_manifest_makes_a_traceback(broken: Break, edits: list[tuple[int, int, str]]) -> None:
    text = SOUND
    for start, length, new in edits:
        text = text[:start] + new + text[start + length :]
    loaded = broken(files={"challenge.yaml": text})
    assert loaded.resolved is not None or loaded.has_errors
    assert render(loaded.diagnostics, loaded.files) or not loaded.diagnostics


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200), st.sampled_from(["wiki/data.md", "challenge.yaml", "preregistration.md"]))
def test_no_bytes_in_a_file_make_a_traceback(broken: Break, tmp_path: Path, data: bytes, name: str) -> None:
    broken()
    (tmp_path / name).write_bytes(data)
    load_challenge(tmp_path / "challenge.yaml")


def test_loading_imports_nothing_heavy() -> None:
    code = "import sys, challenge_spec.load; print(*sorted(m.partition('.')[0] for m in sys.modules))"
    loaded = set(
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    )
    assert not loaded & {"synapseclient", "networkx", "starlette", "rich", "httpx", "markdown_it", "click",
                         "jinja2", "asyncio", "requests"}  # fmt: skip
