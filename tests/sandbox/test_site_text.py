"""Wiki text, instants and sizes as the pages show them."""

from __future__ import annotations

import re

import pytest

from synapse_sandbox.site.drawing import plural
from synapse_sandbox.site.files import readable_size
from synapse_sandbox.site.markdown import render
from synapse_sandbox.site.moments import moment, relative, span


class Bare:
    """Pages under their plain addresses, widgets as their names."""

    def html(self, name: str, parameters: dict[str, str], source: str, *, block: bool) -> str:
        del source
        return f"[{name} {parameters} {'block' if block else 'inline'}]"

    def link(self, path: str) -> str:
        return path


def shown(text: str) -> str:
    return render(text, Bare())


def test_a_table_of_contents_links_to_every_heading() -> None:
    html = shown("${toc}\n\n# One & two\n\n## Three\n")
    anchors = re.findall(r'<a class="depth-[12]" href="#([^"]+)">', html)
    assert len(anchors) == 2
    assert all(f'id="{anchor}"' in html for anchor in anchors)
    assert "One &amp; two</a>" in html


def test_a_widget_gets_its_parameters() -> None:
    assert "[jointeam {'teamId': '7', 'text': 'a b'} inline]" in shown("Do ${jointeam?teamId=7&text=a%20b}!")


def test_a_widget_alone_may_be_as_large_as_it_wants() -> None:
    assert shown("${leaderboard?query=x}\n\ntext") == "[leaderboard {'query': 'x'} block]\n<p>text</p>\n"


def test_widgets_in_code_are_left_alone() -> None:
    assert "<code>${toc}</code>" in shown("`${toc}`")


@pytest.mark.parametrize("text", ["<b>x</b>", "[x](javascript:alert)", "<img src=x onerror=y>"])
def test_no_html_and_no_script_links_get_through(text: str) -> None:
    html = shown(text)
    assert "<b>" not in html
    assert "<img" not in html
    assert "href" not in html


@pytest.mark.parametrize(
    "link",
    [
        "#!Synapse:syn12/wiki/3",
        "https://www.synapse.org/Synapse:syn12/wiki/3",
        "https://synapse.org/#!Synapse:syn12/wiki/3",
    ],
)
def test_links_to_synapse_stay_in_the_sandbox(link: str) -> None:
    assert 'href="/entities/syn12/wiki/3"' in shown(f"[x]({link})")


def test_links_to_teams_stay_in_the_sandbox() -> None:
    assert 'href="/teams#team-34"' in shown("[x](https://www.synapse.org/#!Team:34)")


def test_links_to_elsewhere_are_left_alone() -> None:
    assert 'href="https://example.org/syn12"' in shown("[x](https://example.org/syn12)")


def test_times_are_utc_and_spans_have_one_unit() -> None:
    assert moment(1804060800000) == "2027-03-03 08:00 UTC"
    assert moment(1804060801000) == "2027-03-03 08:00:01 UTC"
    assert (span(86_400_000), span(7_200_000), span(5)) == ("1 day", "2 hours", "less than a minute")
    assert (relative(120_000, 0), relative(0, 86_400_000 * 3)) == ("in 2 minutes", "3 days ago")


def test_sizes_are_readable() -> None:
    assert [readable_size(size) for size in (1, 999, 1000, 24_900, 5_000_000_000_000_000)] == [
        "1 byte",
        "999 bytes",
        "1.0 kB",
        "24.9 kB",
        "5000.0 TB",
    ]


def test_numbers_agree_with_their_nouns() -> None:
    assert [plural(1, "team"), plural(2, "team"), plural(0, "query")] == ["1 team", "2 teams", "0 queries"]
