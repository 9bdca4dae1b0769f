"""The pages in a real browser: they fit, load, can be read, and let nobody see more than the API would."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.chromium import PHONE, WIDE, Scheme, Window, chromium, new_window, wander
from tests.sandbox.showcase import SECRET, TRUTH, Showcase, make_showcase

if TYPE_CHECKING:
    from playwright.sync_api import Browser

Users = Callable[..., Any]
Open = Callable[..., Window]


@pytest.fixture(scope="module")
def browser(tool: Callable[[str], str]) -> Iterator[Browser]:
    with chromium(tool("chromium")) as started:
        yield started


@pytest.fixture(scope="module")
def showcase(api: Users) -> Showcase:
    return make_showcase(api)


@pytest.fixture
def window(browser: Browser, sandbox: Any) -> Iterator[Open]:
    """`window(width, scheme)`: a fresh window on the sandbox."""
    opened: list[Window] = []

    def fresh(width: int = WIDE, scheme: Scheme = "light") -> Window:
        opened.append(new_window(browser, sandbox.url, width, scheme))
        return opened[-1]

    yield fresh
    for one in opened:
        one.page.close()


@pytest.mark.parametrize(
    ("viewer", "width", "scheme"),
    [("organizer", PHONE, "dark"), ("participant", WIDE, "light")],
)
def test_every_page_fits_loads_and_can_be_read(
    window: Open, showcase: Showcase, viewer: str, width: int, scheme: Scheme
) -> None:
    opened = window(width, scheme)
    troubles = []
    for path in (*showcase.addresses(), f"/projects/{showcase.hidden}"):
        opened.visit(path, viewer)
        troubles += opened.look()
    assert troubles == []


def test_what_is_wrong_with_a_page_is_noticed(window: Open, showcase: Showcase) -> None:
    opened = window(PHONE)
    opened.visit("/")
    spoil = "<div style='width:500px'>x</div><p style='color:#999;background:#fff'>pale</p><img src='/lost.png'>"
    opened.page.evaluate("text => document.body.insertAdjacentHTML('beforeend', text)", spoil)
    opened.page.evaluate("fetch('http://example.invalid/').catch(() => {})")
    opened.page.wait_for_load_state("networkidle")
    troubles = "\n".join(opened.look())
    for trouble in (
        "pixels wider than the window",
        "faint: pale: 2.85",
        "image not loaded: .*/lost.png",
        "404: .*/lost.png",
        "console: .*http://example.invalid/.* violates the following Content Security Policy",
    ):
        assert re.search(trouble, troubles), troubles


def test_the_viewer_is_switched_by_clicking(window: Open, showcase: Showcase) -> None:
    page = (opened := window()).page
    opened.visit(f"/projects/{showcase.project}/files")
    assert TRUTH not in page.inner_text("main")
    page.click("text=Seen as Visitor")
    page.click("nav.accounts >> text=organizer · participant")
    assert TRUTH in page.inner_text("main")
    page.click("nav.tabs >> text=Submissions")
    assert page.url.endswith(f"/projects/{showcase.project}/submissions?as=organizer")
    page.click("text=Seen as organizer")
    page.click("nav.accounts >> text=Visitor")
    assert page.url.endswith(f"/projects/{showcase.project}/submissions")
    assert opened.look() == []


def test_whoever_is_refused_finds_somebody_who_may_look(window: Open, showcase: Showcase) -> None:
    page = (opened := window(PHONE)).page
    opened.visit(f"/projects/{showcase.hidden}", "participant")
    assert "Not for participant" in page.inner_text("main")
    page.click("ul.choices >> text=organizer >> nth=-1")
    assert "Hidden Staging" in page.inner_text("h1")


def test_the_viewer_is_switched_by_keyboard(window: Open, showcase: Showcase) -> None:
    page = (opened := window()).page
    opened.visit(f"/projects/{showcase.project}")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.focus(".viewer > summary")
    page.keyboard.press("Enter")
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**?as=*")
    assert "Seen as Visitor" not in page.inner_text("header")


def test_the_list_of_pages_is_folded_on_a_phone_and_open_beside_the_text(window: Open, showcase: Showcase) -> None:
    wide, phone = window(WIDE), window(PHONE)
    for opened in (wide, phone):
        opened.visit(f"/projects/{showcase.project}/wiki")
    listed = "nav.tree >> text=Rules >> visible=true"
    assert wide.page.locator(listed).count() == 1
    assert phone.page.locator(listed).count() == 0
    phone.page.click("text=Pages")
    phone.page.click(listed)
    assert "Play fair." in phone.page.inner_text("article")


def test_a_visitor_comes_upon_nothing_private_wherever_links_lead(window: Open, showcase: Showcase) -> None:
    opened, seen = window(PHONE), set()
    for path in wander(opened):
        seen.add(path)
        assert opened.look() == []
        words = opened.words()
        assert not [secret for secret in (TRUTH, SECRET, "Hidden Staging") if secret in words], path
    assert set(showcase.addresses()) <= seen
    assert any(re.fullmatch(r"/projects/syn\d+/files/syn\d+", path) for path in seen)
