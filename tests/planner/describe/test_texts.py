"""Live texts in the words of files: exact, or left alone."""

from __future__ import annotations

import pytest

from challenge_spec.pages import AttachmentLink
from planner.describe.texts import Kept, Site, file_names, to_markdown, widget_of
from planner.desired.wiki import widget

SITE = Site(
    project="syn1",
    pages={"60001": "wiki/index.md", "60002": "wiki/data/index.md", "60003": "wiki/data/more.md"},
    values={"syn1": "projects.live.id", "syn7": "data.training.id", "3400001": "teams.participants.id"},
    files={"plot.png": "wiki/images/plot.png", "notes (1).pdf": "wiki/files/notes (1).pdf"},
)

TEXTS = {
    "See [the data](#!Synapse:syn1/wiki/60002).": "See [the data](data/index.md).",
    "See [there](#!Synapse:syn2/wiki/60002).": "See [there](#!Synapse:syn2/wiki/60002).",
    "Home is #!Synapse:syn1.": "Home is #!Synapse:{{ projects.live.id }}.",
    "Files: https://www.synapse.org/#!Synapse:syn7/files/": (
        "Files: https://www.synapse.org/#!Synapse:{{ data.training.id }}/files/"
    ),
    "${jointeam?teamId=3400001}": "${jointeam?teamId={{ teams.participants.id }}}",
    "syn77 and 34000011 and wiki/3400001 are others'": "syn77 and 34000011 and wiki/3400001 are others'",
    "A literal {{ brace }}": "A literal \\{{ brace }}",
    widget(AttachmentLink("plot.png", "image", "A plot")): "![A plot](images/plot.png)",
    widget(AttachmentLink("plot.png", "image", "A [plot]")): widget(AttachmentLink("plot.png", "image", "A [plot]")),
    widget(AttachmentLink("notes (1).pdf", "file", "")): "[notes (1).pdf](files/notes%20%281%29.pdf)",
    "${image?fileName=plot.png&align=Left}": "${image?fileName=plot.png&align=Left}",
    widget(AttachmentLink("other.png", "image", "")): widget(AttachmentLink("other.png", "image", "")),
}


@pytest.mark.parametrize("live", TEXTS)
def test_ids_become_links_and_values_where_that_says_the_same(live: str) -> None:
    assert to_markdown(live, "wiki/page.md", SITE) == TEXTS[live]


def test_links_are_relative_to_the_file_they_stand_in() -> None:
    live = "[up](#!Synapse:syn1/wiki/60001) [down](#!Synapse:syn1/wiki/60003)"
    assert to_markdown(live, "wiki/data/index.md", SITE) == "[up](../index.md) [down](more.md)"


def test_a_piece_that_still_stands_there_keeps_how_it_is_written() -> None:
    kept = [Kept("Tuesday, 25 May 2027", "{{ timeline.close.date }}")]
    live = "It closes on Tuesday, 25 May 2027, at noon."
    assert to_markdown(live, "wiki/page.md", SITE, kept) == "It closes on {{ timeline.close.date }}, at noon."


def test_each_piece_is_put_back_once() -> None:
    assert to_markdown("a Tiny b Tiny", "x.md", SITE, [Kept("Tiny", "{{ n }}")]) == "a {{ n }} b Tiny"


def test_a_widget_of_another_spelling_is_none_of_ours() -> None:
    assert widget_of("${image?fileName=plot.png}") is None
    assert widget_of(widget(AttachmentLink("a b.png", "image", "c & d"))) == AttachmentLink("a b.png", "image", "c & d")


def test_the_files_that_widgets_show_are_known_whatever_their_spelling() -> None:
    assert file_names("${image?align=Left&fileName=a%20b.png} ${previewattachment?fileName=c.pdf}") == {
        "a b.png",
        "c.pdf",
    }


def test_what_is_no_widget_shows_no_file() -> None:
    assert widget_of("plain words") is None
