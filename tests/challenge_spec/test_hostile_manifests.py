"""Manifests that would make us work without end: each is stopped at a bound, with a word about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from challenge_spec.load import load_challenge
from challenge_spec.pages.markdown import scan
from challenge_spec.rules.references import MAX_REPORTS
from challenge_spec.validation import MAX_ERRORS
from tests.challenge_spec.sound import write

HEAD = """\
manifest: 1
challenge: { key: big, name: Big Challenge, timezone: UTC }
timeline: { open: 2027-01-01, close: 2027-12-01 }
"""
ASKED = HEAD + "sub_challenges: { a: { name: A }, b: { name: B } }\ndata: { t: { folder: T } }\nqueues:\n"
QUEUE = "  q{}: {{ truth: t, limits: none, rounds: {{ count: 400, every: 12h, start: open }} }}\n"
CHAIN = ", ".join(f"m{number}: m{number + 1}" for number in range(100))


def codes(folder: Path, text: str) -> list[str]:
    write(folder, {"challenge.yaml": text})
    return [item.code for item in load_challenge(folder / "challenge.yaml").diagnostics]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (HEAD + "sub_challenges:\n" + "".join(f"  s{n}: {{ name: A }}\n" for n in range(201)), "manifest.too-long"),
        (ASKED + "".join(f"  q{n}: {{ truth: t, limits: none }}\n" for n in range(501)), "queue.too-many"),
        (ASKED + "".join(QUEUE.format(n) for n in range(30)), "round.too-many"),
        (HEAD.replace("2027-12-01", f"m0, milestones: {{ {CHAIN}, m100: open }}"), "time.long-chain"),
        (HEAD + "a: [" + "x, " * 200_001 + "]", "yaml.too-many-values"),
        (HEAD + "x: &a [" + "x," * 9000 + "]\ny: [" + "*a," * 30 + "]", "yaml.too-many-values"),
        (HEAD + "orchestrators: { main: { memory_per_submission: " + "9" * 400 + " GB } }", "manifest.not-a-size"),
        (HEAD + "sub_challenges: { a: { format: { columns: { x: { min: 1e999 } } } } }", "manifest.not-a-number"),
        (HEAD + "wiki: { pages: " + "x" * 5000 + " }", "page.no-folder"),
        (HEAD + f"wiki: {{ preregistration: {'x' * 5000} }}", "file.unreadable"),
        (HEAD + "include: [" + "x" * 5000 + "]", "file.unreadable"),
    ],
)  # fmt: skip
def test_what_would_have_no_end_is_stopped(text: str, code: str, tmp_path: Path) -> None:
    assert code in codes(tmp_path, text)


def test_a_flood_of_errors_is_cut_and_counted(tmp_path: Path) -> None:
    found = codes(tmp_path, HEAD + "".join(f"k{number}: 1\n" for number in range(1000)))
    assert found.count("manifest.unknown-key") == MAX_ERRORS
    assert "manifest.more-errors" in found


def test_a_flood_of_broken_references_is_cut(tmp_path: Path) -> None:
    found = codes(tmp_path, ASKED + "".join(f"  q{n}: {{ truth: x, limits: none }}\n" for n in range(300)))
    assert found.count("reference.unknown-data-entry") == MAX_REPORTS


def test_a_secret_that_is_almost_one_is_read_once(tmp_path: Path) -> None:
    assert "manifest.secret" not in codes(
        tmp_path, HEAD + "teams: { a: { description: " + "-eyJaaaaaaaaaaaa." * 20_000 + " } }"
    )


def test_a_name_with_control_characters_is_shown_without_them(tmp_path: Path) -> None:
    from challenge_spec.diagnostics import render

    write(tmp_path, {"challenge.yaml": HEAD.replace("Big Challenge", '"\\e[31mBig"')})
    loaded = load_challenge(tmp_path / "challenge.yaml")
    assert "name.not-allowed" in {item.code for item in loaded.diagnostics}
    assert "\x1b" not in render(loaded.diagnostics, loaded.files)


def test_a_page_of_placeholders_is_read_in_one_go() -> None:
    assert scan("TODO " * 100_000) == []
