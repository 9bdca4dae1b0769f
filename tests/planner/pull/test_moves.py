"""A file that goes to another place: every link still leads where it led."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from challenge_spec.pages import Page
from planner.pull.goals import ByHand
from planner.pull.moves import moved_text, place_below, relinked
from tests.planner.challenges import page

OLD, NEW = Path("/wiki/rules.md"), Path("/wiki/data/rules.md")


def at(path: str, *key: str) -> Page:
    return replace(page(*key), file=Path(path))


def test_links_of_a_moved_file_lead_where_they_led() -> None:
    text = "See [data](data.md#files), [up](index.md) and ![plot](images/a%20b.png).\n"
    assert relinked(text, OLD, NEW, {OLD: NEW}) == (
        "See [data](../data.md#files), [up](../index.md) and ![plot](../images/a%20b.png).\n"
    )


def test_links_to_a_moved_file_lead_to_its_new_place() -> None:
    text = (
        "---\ntitle: Home\n---\nRead the [rules](rules.md#one), [others](https://example.org/rules.md), `rules.md`.\n"
    )
    assert relinked(text, Path("/wiki/index.md"), Path("/wiki/index.md"), {OLD: NEW}) == text.replace(
        "(rules.md#one)", "(data/rules.md#one)"
    )


def test_a_moved_file_says_where_it_was_and_finds_its_files() -> None:
    text = "---\ntitle: Rules\nfiles: [images/a.pdf]\n---\nText.\n"
    assert moved_text(text, OLD, NEW, ("rules",)) == (
        "---\ntitle: Rules\nfiles: [../images/a.pdf]\nwas: rules\n---\nText.\n"
    )


def test_a_page_below_another_lies_in_its_folder() -> None:
    pages = {"r": at("/wiki/index.md"), "d": at("/wiki/data.md", "data"), "x": at("/wiki/rules.md", "rules")}
    assert place_below(pages["x"], pages["d"], pages) == NEW
    in_folder = at("/wiki/data/index.md", "data")
    assert place_below(pages["x"], in_folder, {**pages, "d": in_folder}) == NEW
    deep = at("/wiki/data/rules.md", "data", "rules")
    assert place_below(deep, pages["r"], {"r": pages["r"], "d": pages["d"], "x": deep}) == OLD


def test_a_page_with_pages_below_it_is_moved_by_hand() -> None:
    pages = {
        "d": at("/wiki/data.md", "data"),
        "x": at("/wiki/data/more.md", "data", "more"),
        "e": at("/wiki/e.md", "e"),
    }
    with pytest.raises(ByHand, match="pages below it"):
        place_below(pages["d"], pages["e"], pages)


def test_a_page_is_not_moved_over_another() -> None:
    pages = {
        "d": at("/wiki/data.md", "data"),
        "x": at("/wiki/rules.md", "rules"),
        "y": at("/wiki/data/rules.md", "data", "rules"),
    }
    with pytest.raises(ByHand, match="a page of that name"):
        place_below(pages["x"], pages["d"], pages)
