"""Findings kept on purpose: a comment with a reason, beside what it is about; errors never."""

from __future__ import annotations

import pytest

from challenge_spec.load import Loaded
from tests.challenge_spec.sound import SOUND, Break, shown

GAP = ", gap: intended }"
HOLE = " }  # challenge: ignore round.gap -- the data arrive in between"
EARLY = "    rounds: { count: 4, every: 4 weeks, start: open }"
IGNORE = "# challenge: ignore"


def codes(loaded: Loaded) -> list[str]:
    return [item.code for item in loaded.diagnostics if item.code != "round.stops-early"]


def test_a_comment_on_the_line_keeps_a_warning_with_its_reason(broken: Break) -> None:
    loaded = broken(GAP, HOLE)
    assert codes(loaded) == []
    assert [(item.code, why) for item, why in loaded.kept] == [("round.gap", "the data arrive in between")]


@pytest.mark.parametrize(
    "above",
    [
        f"    {IGNORE} round.stops-early -- on purpose\n",
        f"    {IGNORE} round -- the name of a family will do\n",
        f"    {IGNORE} round.stops-early -- on purpose\n\n    # more about it\n",
        f"{IGNORE} round.stops-early, round.stops-early -- twice does no harm\n",
        "    #challenge:ignore round.stops-early--short\n",
    ],
)
def test_a_comment_alone_on_its_line_speaks_for_what_follows(above: str, broken: Break) -> None:
    loaded = broken(EARLY, above + EARLY)
    assert loaded.diagnostics == (), shown(loaded)
    assert len(loaded.kept) == 1


def test_a_comment_behind_something_speaks_for_its_line_only(broken: Break) -> None:
    loaded = broken(EARLY, f"    limits: {{ daily: 1 }} {IGNORE} round.stops-early -- no\n{EARLY}")
    assert "round.stops-early" in {item.code for item in loaded.diagnostics}


@pytest.mark.parametrize("comment", ["round.gap", "round.gap --", "round.gap --  ", "-- because", "round.gap because"])
def test_without_a_code_or_a_reason_a_comment_has_no_effect_and_is_reported(comment: str, broken: Break) -> None:
    assert codes(broken(GAP, f" }}  {IGNORE} {comment}")) == ["round.gap", "ignore.no-reason"]


def test_what_ignores_nothing_is_reported(broken: Break) -> None:
    assert codes(broken("stage: draft", f"stage: draft  {IGNORE} round.gap -- once there was one")) == ["ignore.unused"]


def test_an_unknown_code_is_reported_with_the_nearest(broken: Break) -> None:
    found = [item for item in broken(GAP, HOLE.replace("round.gap", "round.gab")).diagnostics if "ignore" in item.code]
    assert [(item.code, item.help) for item in found] == [("ignore.unknown-code", "Did you mean `round.gap`?")]


def test_an_error_stays_an_error(broken: Break) -> None:
    loaded = broken("name: Final", f"name: Trial {IGNORE} round.same-name -- we like it")
    assert loaded.has_errors


def test_a_text_that_reads_like_a_comment_is_none(broken: Break) -> None:
    loaded = broken("  name: Smell Challenge", f"  description: 'a {IGNORE} round.gap -- b'\n  name: Smell Challenge")
    assert codes(loaded) == []
    block = (
        f"  description: |\n    {IGNORE} round.gap -- b\n  {IGNORE} round.gap -- a real one\n  name: Smell Challenge"
    )
    assert codes(broken("  name: Smell Challenge", block)) == ["ignore.unused"]


def test_a_page_has_html_comments(broken: Break) -> None:
    page = "## Format\n\n<!-- challenge: ignore page.placeholder -- the name of a game -->\nXXX is a game.\n"
    loaded = broken(files={"challenge.yaml": SOUND, "wiki/data.md": page})
    assert {"page.placeholder", "ignore.unused"}.isdisjoint(codes(loaded))
    assert [(item.code, why) for item, why in loaded.kept] == [("page.placeholder", "the name of a game")]


def test_the_head_of_a_page_speaks_for_the_whole_page(broken: Break) -> None:
    page = f"---\ntitle: Data\n{IGNORE} page -- an old page, kept as it was\n---\n## Format\nTODO\n\n## Size\n"
    loaded = broken(files={"challenge.yaml": SOUND, "wiki/data.md": page})
    assert [item for item in codes(loaded) if item.startswith(("page.", "ignore"))] == ["page.orphan-file"]
    assert {item.code for item, _ in loaded.kept} == {"page.placeholder", "page.empty-section"}


def test_what_is_kept_in_a_draft_still_holds_back_the_launch(broken: Break) -> None:
    page = f"---\ntitle: Format\n{IGNORE} page -- an old page, kept as it was\n---\n## Format\nTODO\n"
    loaded = broken(files={"challenge.yaml": SOUND, "wiki/data.md": page})
    assert [page.marks for page in loaded.pages if page.key == ("data",)] == [{"TODO": 6}]
