"""A list beside the pages may say their order and titles, instead of the heads of the pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from challenge_spec.load import Loaded
from tests.challenge_spec.sound import Break, shown

NEWS = {"wiki/news.md": "# News\n\nx", "wiki/rules/index.md": "# Rules\n\nx", "wiki/rules/prizes.md": "# Prizes\n\nx"}
ALL = """\
pages:
  - index.md
  - news.md
  - { file: rules/index.md, title: The rules }
  - rules/prizes.md
  - data.md
"""


def nav(broken: Break, text: str, **more: str) -> Loaded:
    pages = {f"wiki/{name}.md": body for name, body in more.items()}
    return broken(files={**NEWS, **pages, "wiki/nav.yaml": text})


def codes(loaded: Loaded) -> list[str]:
    return [item.code for item in loaded.diagnostics if item.code != "round.stops-early"]


def test_the_list_orders_neighbours(broken: Break) -> None:
    loaded = nav(broken, ALL)
    assert [page.key for page in loaded.pages] == [(), ("news",), ("rules",), ("rules", "prizes"), ("data",)]
    assert codes(loaded) == [], shown(loaded)


def test_the_list_gives_titles(broken: Break) -> None:
    titles = {page.key: page.title for page in nav(broken, ALL).pages}
    assert (titles[("rules",)], titles[("news",)]) == ("The rules", "News")


def test_the_head_of_a_page_wins(broken: Break) -> None:
    loaded = nav(broken, ALL.replace("- news.md", "- { file: news.md, title: Old }"), news="---\ntitle: New\n---\nx")
    assert {page.title for page in loaded.pages} >= {"New"}


def test_a_page_that_is_not_listed_comes_last_with_a_word(broken: Break) -> None:
    loaded = nav(broken, ALL.replace("  - news.md\n", ""))
    assert [page.key for page in loaded.pages][-1] == ("news",)
    assert codes(loaded) == ["page.orphan"]


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("news.md", "nwes.md", "page.nav-without-file", 3),
        ("data.md", "news.md", "page.nav-twice", 6),
        ("news.md", "../challenge.yaml", "page.nav-without-file", 3),
        ("title: The rules", "name: The rules", "manifest.unknown-key", 4),
        ("pages:", "page:", "manifest.unknown-key", 1),
    ],
)
def test_what_is_wrong_with_the_list_is_pointed_at(old: str, new: str, code: str, line: int, broken: Break) -> None:
    found = [item for item in nav(broken, ALL.replace(old, new)).diagnostics if item.code == code]
    assert [(Path(item.position.file).name, item.position.line) for item in found] == [("nav.yaml", line)]


def test_a_misspelt_page_comes_with_the_right_one(broken: Break) -> None:
    found = nav(broken, ALL.replace("news.md", "nwes.md")).diagnostics
    assert "Did you mean `news.md`?" in {item.help for item in found}
