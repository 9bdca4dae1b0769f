"""Phrases that compute a date are computed too; and the table of a submission's columns is made, not typed."""

from __future__ import annotations

import pytest

from challenge_spec.pages.format_table import format_table
from challenge_spec.resolved import ResolvedColumn, ResolvedFormat
from tests.challenge_spec.sound import Break, pointed_at

CLOSE = "close: 2027-06-30T17:00"


@pytest.mark.parametrize(
    ("close", "phrase"),
    [
        ("2027-10-01", "One month after the close, November 24"),
        ("2027-06-30T17:00", "two weeks after the deadline (30 July)"),
        ("2027-06-30T17:00", "10 days before closing, on 2027-06-10"),
        ("2027-06-30T17:00", "a week before the opening: March 3"),
    ],
)
def test_a_phrase_beside_another_date_is_reported_at_the_date(close: str, phrase: str, broken: Break) -> None:
    loaded = broken(CLOSE, f"close: {close}", {"wiki/data.md": f"## Format\n\nResults: {phrase}, we hope.\n"})
    (found,) = [item for item in loaded.diagnostics if item.code == "time.relative-phrase"]
    assert found.severity == "info"
    assert pointed_at(loaded, found)[: found.position.length] in phrase


@pytest.mark.parametrize(
    "phrase",
    [
        "two weeks after the close, July 14",
        "two weeks after the close, on Thursday, July 15",
        "two weeks after the close",
        "two weeks after the workshop, July 30",
        "one month after the close. November 24 is Thanksgiving",
        "`two weeks after the close, July 30`",
    ],
)
def test_a_phrase_that_comes_out_right_or_says_no_date_is_fine(phrase: str, broken: Break) -> None:
    loaded = broken(files={"wiki/data.md": f"## Format\n\nResults: {phrase}.\n"})
    assert "time.relative-phrase" not in {item.code for item in loaded.diagnostics}


def test_the_last_day_of_a_shorter_month_is_meant(broken: Break) -> None:
    text = "## Format\n\nOne month after the close, February 28.\n"
    loaded = broken(CLOSE, "close: 2028-01-31", {"wiki/data.md": text})
    assert "time.relative-phrase" not in {item.code for item in loaded.diagnostics}


def test_the_format_of_a_submission_fills_a_table_in(broken: Break) -> None:
    loaded = broken(
        "    submission: file\n",
        "    submission: file\n    format: { file: csv, columns: { mixture: key, score: { min: 0, max: 1 } } }\n",
        {"wiki/data.md": "## Format\n\n{{ sub_challenges.similarity.format }}\n"},
    )
    data = next(page for page in loaded.pages if page.key == ("data",))
    assert "| `mixture` | identifier, each once |\n| `score` | number, from 0 to 1 |" in str(data.parts[0])


def test_nothing_in_a_column_ends_its_cell() -> None:
    wild = ResolvedColumn(name="a|b`c", type="text", values=("x|y", "z\nz"), missing=True)
    *_, row = format_table(ResolvedFormat(file="csv", columns=(wild,), files=())).splitlines()
    assert row == "| `a\\|b'c` | text, one of `x\\|y`, `z z`, may be empty |"
