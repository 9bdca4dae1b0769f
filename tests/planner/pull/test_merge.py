"""Live lines into a file: what nobody touched keeps how it is written."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from planner.describe.texts import Kept, Site, to_markdown
from planner.pull.merge import merged

Pieces = list[tuple[str, str, bool]]

PIECES: Pieces = [
    ("# Rules\n\nUntil ", "# Rules\n\nUntil ", True),
    ("{{ timeline.close }}", "Tuesday, 25 May 2027", False),
    (" you may submit.\nRead [the data](", " you may submit.\nRead [the data](", True),
    ("data.md", "#!Synapse:syn1/wiki/60002", False),
    (") first.\n\nThe end.\n", ") first.\n\nThe end.\n", True),
]
SITE = Site("syn1", {"60002": "data.md"})


def written(pieces: Pieces) -> str:
    return "".join(said for said, _, _ in pieces)


def rendered(pieces: Pieces) -> str:
    return "".join(became for _, became, _ in pieces)


def convert(text: str, kept: Sequence[Kept]) -> str:
    return to_markdown(text, "rules.md", SITE, kept)


def test_a_text_that_nobody_touched_is_the_file() -> None:
    assert merged(PIECES, rendered(PIECES), convert) == written(PIECES)


def test_only_the_lines_that_were_edited_are_taken_from_synapse() -> None:
    live = rendered(PIECES).replace("The end.", "The very end.")
    assert merged(PIECES, live, convert) == written(PIECES).replace("The end.", "The very end.")


def test_values_and_links_in_edited_lines_stay_where_they_still_say_the_same() -> None:
    live = rendered(PIECES).replace("you may", "everybody may").replace("first", "twice")
    assert merged(PIECES, live, convert) == (
        "# Rules\n\nUntil {{ timeline.close }} everybody may submit.\nRead [the data](data.md) twice.\n\nThe end.\n"
    )


def test_a_value_that_was_overwritten_is_what_synapse_says() -> None:
    live = rendered(PIECES).replace("Tuesday, 25 May 2027", "1 June")
    assert "Until 1 June you may submit." in merged(PIECES, live, convert)


def test_a_line_that_was_moved_keeps_its_values() -> None:
    live = "# Rules\n\nRead [the data](#!Synapse:syn1/wiki/60002) first.\n\nThe end.\nUntil Tuesday, 25 May 2027!\n"
    assert merged(PIECES, live, convert).endswith("The end.\nUntil {{ timeline.close }}!\n")


def test_a_piece_of_several_lines_is_taken_as_a_whole() -> None:
    pieces: Pieces = [("A ", "A ", True), ("{{ long }}", "one\ntwo", False), (" B\n", " B\n", True)]
    assert merged(pieces, "A one\ntwo B\nmore\n", convert) == "A {{ long }} B\nmore\n"
    assert merged(pieces, "A one\n2 B\n", convert) == "A one\n2 B\n"


LINES = st.lists(st.sampled_from(["", "a", "b", "a {v}", "{v} b", "c"]), max_size=8)


@given(before=LINES, after=LINES)
def test_whatever_was_edited_the_file_says_what_synapse_says(before: list[str], after: list[str]) -> None:
    pieces: Pieces = []
    for line in before:
        head, mark, tail = f"{line}\n".partition("{v}")
        pieces += [(head, head, True), *([("<V>", "value", False), (tail, tail, True)] if mark else [])]
    live = "".join(f"{line}\n" for line in after).replace("{v}", "value")
    found = merged(pieces, live, lambda text, kept: to_markdown(text, "x.md", Site("syn1"), kept))
    assert found.replace("<V>", "value") == live


def test_a_file_whose_last_line_has_no_end_keeps_it_so() -> None:
    assert merged([("# Rules\nThe end", "# Rules\nThe end", True)], "# Rule\nThe end", convert) == "# Rule\nThe end"
