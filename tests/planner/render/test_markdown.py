"""The plan as Markdown for a pull request."""

import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from planner.plan import Cause, Gate, GateState, Note, Output, OutputState, Plan, Problem, UnmanagedItem
from planner.render.blocks import LIMIT, escape
from planner.render.document import document, from_json, to_json
from planner.render.markdown import CUT, render
from planner.render.marker import Marker, Unapproved, read_marker, require_approval
from planner.resources import Kind
from tests.planner.render.plans import field, operation, plan, update
from tests.planner.render.scenes import (
    SCENES,
    both_sides_moved,
    everything_new,
    launch_held,
    three_edits,
    with_problems,
)

GOLDEN = Path(__file__).parent / "golden"


def show(found: Plan) -> str:
    return render(document(found))


@pytest.mark.parametrize("scene", SCENES)
def test_a_plan_reads_as_agreed(scene: str) -> None:
    golden = GOLDEN / f"{scene}.md"
    shown = re.sub("sha256:[0-9a-f]{64}", "sha256:(digest)", show(SCENES[scene]()))
    if os.environ.get("GOLDEN") == "write":
        golden.write_text(shown)
    assert shown == golden.read_text()


@pytest.mark.parametrize("scene", SCENES)
def test_a_saved_plan_shows_what_the_planned_one_showed(scene: str) -> None:
    planned = document(SCENES[scene]())
    assert render(from_json(to_json(planned))) == render(planned)


def test_the_summary_and_the_digest_come_first() -> None:
    rows = show(three_edits()).splitlines()
    assert rows[1] == "### Odor Mixtures DREAM Challenge: plan"
    assert rows[3] == "**Plan: 3 to update, 97 unchanged.**"
    assert document(three_edits()).digest in rows[5]


def test_what_widens_access_comes_before_what_is_folded() -> None:
    shown = show(three_edits())
    line = "- *yours*: team.participants gains SUBMIT on `queue.leaderboard/similarity`"
    assert shown.index("**Widens access or opens a queue**") < shown.index(line) < shown.index("<details")


def test_gates_are_a_checklist() -> None:
    shown = show(launch_held())
    assert "- [x] Pages are complete, without placeholders" in shown
    assert "- [ ] **The launch time has come** (failed): " in shown


def test_each_change_says_whose_it_is() -> None:
    shown = show(both_sides_moved())
    assert re.search(r"~ drift acl\.queue", shown)
    assert re.search(r"~ yours round\.leaderboard", shown)
    assert re.search(r"~ \?     order\.live", shown)
    assert "*drift*: changed on Synapse, apply puts it back" in shown


def test_a_part_of_a_plan_says_which() -> None:
    shown = show(plan(options={"targets": ("wiki.live/rules",)}, left_out=4))
    said = "> ⚠️ **Only a part of the plan: only wiki.live/rules and what that needs; 4 changes left out**"
    assert said in shown.split("\n**", 1)[0]


def test_problems_stand_above_the_folded_part() -> None:
    shown = show(with_problems())
    assert shown.index("belongs to somebody else") < shown.index("<details")


@pytest.mark.parametrize("pages", [10, 2_000, 10_000])
def test_a_comment_is_never_too_long_and_says_so_where_it_was_cut(pages: int) -> None:
    shown = show(everything_new(pages))
    assert len(shown.encode()) <= LIMIT
    assert (CUT in shown) == (pages > 10)
    assert shown.count("<details") == shown.count("</details>")


def test_a_cut_comment_carries_no_digest_and_approves_nothing() -> None:
    found = everything_new(5_000)
    shown = show(found)
    assert "sha256:" not in shown
    assert read_marker(shown) == Marker(
        version=2, challenge="odor-mixtures", target="the sandbox in .challenge/sandbox", stage="draft", truncated=True
    )
    with pytest.raises(Unapproved, match="didn't show the whole plan"):
        require_approval(shown, document(found))


def test_a_cut_comment_names_what_it_leaves_out_and_keeps_the_rest_whole() -> None:
    shown = show(everything_new(5_000))
    assert "left out: Wiki (staging) (5001 changes)." in shown
    assert "yours team.participants" in shown
    assert "yours stage.begun" in shown


def test_long_texts_are_shown_to_their_end_or_not_at_all() -> None:
    def changed(lines: int) -> str:
        before, after = ("".join(f"{word} {number}\n" for number in range(lines)) for word in ("old", "new"))
        return show(plan(operations=(update("wiki.live/x", field("text", before, after)),)))

    assert "new 499\n" in changed(500)
    assert "new 0" not in changed(8_000)
    assert CUT in changed(8_000)


def test_problems_that_alone_are_too_long_are_left_out_by_name() -> None:
    shown = show(plan(problems=with_problems().problems * 400))
    assert len(shown.encode()) <= LIMIT
    assert "left out: 800 problems" in shown


@pytest.mark.parametrize("letter", ["x", "\u00e9", "\U0001f600", "`", "\x00", "@", "<"])
def test_no_title_target_or_text_makes_a_comment_too_long(letter: str) -> None:
    huge = letter * 200_000
    changed = update("wiki.live/x", field("title", "old", huge), field("text", "old\n", huge + "\n"))
    shown = show(plan(title=huge, target=huge, challenge=huge, operations=(changed,)))
    assert len(shown.encode()) <= LIMIT


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
    rows = re.findall(r"^[-+!]  .*", show(three_edits()), re.MULTILINE)
    assert rows[0].startswith("!  ~ yours queue.leaderboard/similarity")
    assert any(row.startswith("+ ") and "736 mixtures" in row for row in rows)


def test_each_heading_is_one_folded_block_whatever_its_texts_hold() -> None:
    assert show(three_edits()).count("<details") == 2


HOSTILE = st.lists(
    st.sampled_from(
        [
            "```", "````", "~~~", "-->", "<!--", "--", ">", "</details>", "<details>", "<script>", "\n", "\r", "\u2028",
            " ", "#", "- [x] ", "@somebody", "![a](b)", "`", "$", "|", "word", "&lt;", "\\",
            '<!-- challenge-plan {"version":2,"challenge":"x","target":"x","stage":"open","truncated":false,'
            '"digest":"sha256:' + "0" * 64 + '"} -->',
        ]
    ),
    max_size=12,
).map("".join)  # fmt: skip


@given(HOSTILE)
def test_no_text_of_anybody_breaks_out_or_forges_the_marker(text: str) -> None:
    found = plan(
        title=text,
        target=text,
        operations=(
            update("wiki.live/x", field("title", "old", text), field("text", "old\n", f"{text}\n{text}\n")),
            update(f"acl.queue.{text}", field(text, None, ("SUBMIT",), Cause.SYNAPSE)),
            operation(f"member.{text}/{text}", reason=text),
        ),
        problems=(Problem(text, text, text, text),),
        gates=(Gate(text, text, "open", GateState.FAILED, (text,), text),),
        notes=(Note(text, text, text),),
        unmanaged=(UnmanagedItem(Kind.FOLDER, text, text, text),),
        outputs=(Output(text, OutputState.WRITE, (text,), (text,)),),
    )
    shown = show(found)
    require_approval(shown, document(found))
    tokens = MarkdownIt("commonmark").parse(shown)
    blocks = [token.content.strip() for token in tokens if token.type == "html_block"]
    assert [block for block in blocks if not _OURS.fullmatch(block)] == []
    assert sum(token.type == "fence" for token in tokens) == blocks.count("</details>") == 6
    inside = [child for token in tokens for child in token.children or []]
    assert {child.type for child in inside} <= {
        "text", "softbreak", "strong_open", "strong_close", "em_open", "em_close", "code_inline"
    }  # fmt: skip


_OURS = re.compile(
    r"<!-- challenge-plan \{[^<>]*\} -->|</details>|<details( open)?><summary><b>[^<>]*</b>[^<>]*</summary>"
)


def test_nobody_is_notified_by_a_plan() -> None:
    assert "@somebody" not in show(plan(title="ask @somebody, mail a@example.org"))
    assert "a@example.org" in show(plan(title="ask @somebody, mail a@example.org"))


def test_a_list_on_an_unchanged_page_is_not_shown_as_removed() -> None:
    changed = update("wiki.live/x", field("text", "- one\n- two\nold\n", "- one\n- two\nnew\n"))
    rows = show(plan(operations=(changed,))).splitlines()
    assert [row[0] for row in rows if "- one" in row or "- two" in row] == [" ", " "]
    assert [row[0] for row in rows if row.endswith((" old", " new"))] == ["-", "+"]
