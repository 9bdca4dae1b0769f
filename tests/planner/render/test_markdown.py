"""The plan as Markdown for a pull request."""

import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from planner.plan import Plan
from planner.render.document import document, from_json, to_json
from planner.render.markdown import CUT, LIMIT, escape, render
from tests.planner.render.plans import field, plan, update
from tests.planner.render.scenes import SCENES, everything_new, three_edits, with_problems

GOLDEN = Path(__file__).parent / "golden"


def show(found: Plan) -> str:
    return render(document(found))


@pytest.mark.parametrize("scene", SCENES)
def test_a_plan_reads_as_agreed(scene: str) -> None:
    golden, shown = GOLDEN / f"{scene}.md", show(SCENES[scene]())
    if os.environ.get("GOLDEN") == "write":
        golden.write_text(shown)
    assert shown == golden.read_text()


@pytest.mark.parametrize("scene", SCENES)
def test_a_saved_plan_shows_what_the_planned_one_showed(scene: str) -> None:
    planned = document(SCENES[scene]())
    assert render(from_json(to_json(planned))) == render(planned)


def test_the_summary_and_the_digest_come_first() -> None:
    rows = show(three_edits()).splitlines()
    assert rows[0] == "### Odor Mixtures DREAM Challenge: plan"
    assert rows[2] == "**Plan: 3 to update, 97 unchanged.**"
    assert document(three_edits()).digest in rows[4]


def test_problems_stand_above_the_folded_part() -> None:
    shown = show(with_problems())
    assert shown.index("belongs to somebody else") < shown.index("<details")


@pytest.mark.parametrize("pages", [10, 2_000, 10_000])
def test_a_comment_is_never_too_long_and_says_so_where_it_was_cut(pages: int) -> None:
    shown = show(everything_new(pages))
    assert len(shown.encode()) <= LIMIT
    assert (CUT in shown) == (pages > 10)
    assert shown.count("<details") == shown.count("</details>")


def test_a_head_that_alone_is_too_long_is_cut_as_well() -> None:
    shown = show(plan(problems=with_problems().problems * 400))
    assert len(shown.encode()) <= LIMIT
    assert CUT in shown


@given(st.text(st.sampled_from("`~#*<>/details \n"), max_size=60))
def test_no_text_breaks_out_of_its_fence(text: str) -> None:
    shown = show(plan(operations=(update("wiki.live/x", field("text", "old\n", text + "\n")),)))
    fences = [token for token in MarkdownIt().parse(shown) if token.type == "fence"]
    assert len(fences) == shown.count("<summary>") == 1


@given(st.text(max_size=60))
def test_no_name_becomes_markup(name: str) -> None:
    inline = MarkdownIt("commonmark").parseInline(escape(name))[0]
    kinds = {child.type for child in inline.children or []}
    assert kinds <= {"text", "text_special", "softbreak"}


def test_signs_stand_in_the_first_column_as_in_a_diff() -> None:
    rows = re.findall(r"^[-+!] .*", show(three_edits()), re.MULTILINE)
    assert rows[0].startswith("!  ~ queue.leaderboard/similarity")
    assert any(row.startswith("+ ") and "736 mixtures" in row for row in rows)


def test_each_heading_is_one_folded_block_whatever_its_texts_hold() -> None:
    assert show(three_edits()).count("<details") == 2
