"""HTML as Markdown, links rewritten, braces kept from being filled in."""

from __future__ import annotations

import pytest

from challenge_spec.converting.html import to_markdown
from challenge_spec.converting.linking import relinked, without_values
from challenge_spec.pages.markdown import scan


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<h2>A</h2><p>b <b>c</b></p>", "## A\n\nb **c**\n"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b\n"),
        ("<p>a<br>b</p>", "a\nb\n"),
        ("<html><head><title>t</title></head><body><p>a</p></body></html>", "a\n"),
        ("<p>a &amp; b</p>", "a & b\n"),
        ("", "\n"),
        ("https://example.org/a", "https://example.org/a\n"),
    ],
)
def test_html_becomes_markdown(html: str, text: str) -> None:
    assert to_markdown(html)[0].replace("  \n", "\n") == text


def test_what_markdown_can_not_hold_goes_and_is_named() -> None:
    text, lost = to_markdown("<p>a</p><script>evil()</script><iframe src='x'></iframe><style>p{}</style>")
    assert text == "a\n"
    assert lost == ("iframe", "script", "style")


def test_tags_nested_without_end_keep_their_words() -> None:
    text, lost = to_markdown("<div>" * 3_000 + "words")
    assert text == "words\n"
    assert lost == ("tags nested too deep",)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[a](x.md)", "[a](new.md)"),
        ("![a](x.md)", "![a](new.md)"),
        ("[a](<x.md>)", "[a](<new.md>)"),
        ('[a](x.md "t")', '[a](new.md "t")'),
        ("[a](gone)", "a"),
        ("![a](gone)", "a"),
        ("[![a](gone)](x.md)", "[a](new.md)"),
        ("[![a](x.md)](gone)", "![a](new.md)"),
        ("[a](https://example.org)", "[a](https://example.org)"),
        ("`[a](gone)`", "`[a](gone)`"),
        ('<img alt="a" src="x.md" width="3">', "![](new.md)"),
        ('<a class="b" href="x.md">c</a>', "[c](new.md)"),
        ('<a href="gone">c</a>', "c"),
        ("[a]: gone", ""),
        ("[a](https://www.synapse.org/#!Synapse:syn1/wiki/7)", "[a](seven.md)"),
        ("[a](#!Synapse:syn1/wiki/8)", "[a](#!Synapse:syn1/wiki/8)"),
    ],
)
def test_links_lead_somewhere_or_are_words(before: str, after: str) -> None:
    def resolve(path: str, _: str | None) -> str | None:
        return "new.md" if path == "x.md" else None

    assert relinked(before, resolve, {"7": "seven.md"}.get)[0] == after


@pytest.mark.parametrize(
    "text", ["{{x}}", "\\{{x}}", "\\\\{{x}}", "{{{x}}}", "`{{x}}`", "```\n{{x}}\n```", "${{{x}}}", "{{{{x}}}}"]
)
def test_no_braces_are_filled_in(text: str) -> None:
    assert [token for token in scan(without_values(text)) if token.kind == "value"] == []


@pytest.mark.parametrize(
    "hostile",
    ["<!--", "<", "<a '", "<a href='x'>", "<div>", "<![CDATA[", "<?", " ", "\n", "&", "</p>", "<script>", "x<"],
)
def test_a_page_that_is_the_same_thing_for_ever_is_read_once(hostile: str) -> None:
    to_markdown("a" + hostile * (200_000 // len(hostile)))


def test_dead_links_without_end_are_taken_out_in_one_go() -> None:
    text, dead = relinked('<a href="x">' * 3_000, lambda *_: None, lambda _: None)
    assert text == ""
    assert len(dead) == 3_000
