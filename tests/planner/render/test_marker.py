"""The hidden first line of a plan's comment: found again, read back, and never believed too much."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.render.document import document
from planner.render.markdown import render
from planner.render.marker import PREFIX, Unapproved, marker, read_marker, require_approval
from planner.render.schema import PlanDocument
from tests.planner.render.plans import plan
from tests.planner.render.scenes import SCENES, three_edits


def shown(**fields: Any) -> PlanDocument:
    return document(replace(three_edits(), **fields))


@pytest.mark.parametrize("scene", SCENES)
def test_our_own_comment_is_read_back(scene: str) -> None:
    planned = document(SCENES[scene]())
    found = read_marker(render(planned))
    assert found is not None
    assert (found.challenge, found.target, found.stage, found.digest, found.truncated) == (
        planned.challenge, planned.target, planned.stage, planned.digest, False
    )  # fmt: skip


@pytest.mark.parametrize("scene", SCENES)
def test_a_comment_approves_the_plan_that_it_showed(scene: str) -> None:
    planned = document(SCENES[scene]())
    require_approval(render(planned), planned)


def test_line_ends_of_another_kind_are_no_obstacle() -> None:
    planned = shown()
    require_approval(render(planned).replace("\n", "\r\n"), planned)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"target": "https://elsewhere.example.org"}, "about the target"),
        ({"challenge": "another"}, "about the challenge"),
        ({"stage": "open"}, "about the stage"),
        ({"operations": ()}, "the plan now is sha256:"),
    ],
)
def test_a_comment_approves_no_other_plan(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(Unapproved, match=said):
        require_approval(render(shown()), shown(**fields))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"version":2', '"version":1'),
        ('"version":2,', ""),
        ('{"version"', '{"more":1,"version"'),
        ('"truncated":false', '"truncated":true'),
        ('"truncated":false', '"truncated":0'),
        ('"truncated":false,', ""),
        ("sha256:", "sha256:0"),
        ('"digest"', '"other"'),
        ('"rows":', '"rows":-'),
        (',"text":"', ',"texts":"'),
        (" -->", ""),
        ("<!--", "\n<!--"),
        ("<!--", "> <!--"),
    ],
)
def test_a_damaged_comment_approves_nothing(old: str, new: str) -> None:
    planned = shown()
    with pytest.raises(Unapproved):
        require_approval(render(planned).replace(old, new, 1), planned)


@pytest.mark.parametrize("left", [1, 2, 10, -2])
def test_a_comment_that_was_cut_approves_nothing(left: int) -> None:
    planned = shown()
    rows = render(planned).rstrip().split("\n")
    with pytest.raises(Unapproved, match="changed or cut"):
        require_approval("\n".join(rows[:left]), planned)


@given(st.data())
def test_a_comment_whose_text_was_edited_anywhere_approves_nothing(data: st.DataObject) -> None:
    planned = shown()
    comment = render(planned)
    below = comment.index("\n") + 1
    place = data.draw(st.integers(below, len(comment.rstrip()) - 1))
    mark = data.draw(st.characters(codec="utf-8").filter(lambda mark: mark != comment[place] and not mark.isspace()))
    with pytest.raises(Unapproved, match="changed or cut"):
        require_approval(comment[:place] + mark + comment[place + 1 :], planned)


def test_whoever_posts_a_comment_may_add_a_row() -> None:
    planned = shown()
    require_approval(f"{render(planned)}\nPlanned by a pipeline.\n", planned)


@pytest.mark.parametrize("comment", ["", "LGTM", PREFIX, f"{PREFIX}-->", f"{PREFIX}{{}} -->", f"{PREFIX}[] -->"])
def test_a_comment_of_somebody_else_approves_nothing(comment: str) -> None:
    with pytest.raises(Unapproved, match="no comment with a plan"):
        require_approval(comment, shown())


def test_a_marker_below_the_first_line_is_nobodys() -> None:
    assert read_marker("looks good\n" + marker(shown(), "text")) is None


@given(st.text(max_size=400), st.text(max_size=400))
def test_whatever_a_challenge_is_called_the_marker_is_one_comment_on_one_line(challenge: str, target: str) -> None:
    planned = document(plan(challenge=challenge, target=target))
    line = marker(planned, "text")
    assert line.startswith(PREFIX)
    assert line.isascii()
    assert "\n" not in line
    assert "--" not in line.removeprefix("<!--").removesuffix("-->")
    assert ">" not in line.removesuffix("-->")
    require_approval(line + "\ntext", planned)
