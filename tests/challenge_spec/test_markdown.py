"""The scanner of Markdown: finds what CommonMark finds, in bounded time, and never loses its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from challenge_spec.pages.markdown import headings, scan, slug_of


@pytest.mark.parametrize(
    ("heading", "slug"),
    [("Format", "format"), ("The write-up", "the-write-up"), ("What's `new`?", "whats-new"), ("A & B", "a--b"),
     ("[Link](x.md) text", "link-text")],
)  # fmt: skip
def test_anchors_are_those_of_github(heading: str, slug: str) -> None:
    assert slug_of(heading) == slug


def test_headings_of_one_text_get_numbers() -> None:
    assert [item.anchor for item in headings("# A\n\n# A\n\nA\n-\n\nA\n---\n")] == ["a", "a-1", "a-2"]


@given(
    st.lists(
        st.sampled_from(
            ["[", "]", "(", ")", "!", "`", "```\n", "<!--", "{{", "}}", "\\", "a", "\n", '"', "<a href=", " "]
        )
    )
)
def test_no_text_makes_the_scanner_lose_its_place(pieces: list[str]) -> None:
    text = "".join(pieces)
    for token in scan(text):
        assert 0 <= token.start < token.end <= len(text)
        assert token.kind == "value" or text[slice(*token.inner)] == token.text


@pytest.mark.parametrize(
    "piece",
    ["[", "](", "![](", "`", "<!--", "{{a}}", "[x]({{a}}", "\n", " ", "> ", "<a ", "- ", "#", '[a](b "', "[x]( "],
)
def test_scanning_is_bounded_by_the_length_of_the_text(piece: str) -> None:
    text = piece * (60_000 // len(piece))
    assert len(scan(text)) <= len(text)
    assert len(headings(text)) <= len(text)


BLOCKS = [
    "see [a](b.md)",
    "![i](c.png)",
    "`[x](y.md)`",
    "```\n[x](y.md)\n```",
    "text",
    "# h",
    "> q",
    "- [l](m.md)",
    "[t](n.md 'x')",
    "\\[no](no.md)",
]


@given(st.lists(st.sampled_from(BLOCKS), max_size=8))
def test_the_scanner_finds_the_links_that_commonmark_finds(blocks: list[str]) -> None:
    from markdown_it import MarkdownIt

    text = "\n\n".join(blocks)
    inline = [child for token in MarkdownIt().parse(text) for child in token.children or []]
    expected = [
        child.attrs.get("href") or child.attrs.get("src") for child in inline if child.type in ("link_open", "image")
    ]
    assert [token.text for token in scan(text) if token.kind in ("link", "image")] == expected
