"""A real browser for the pages of the sandbox: Debian's Chromium without a window, driven by Playwright."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import urlencode, urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response

Scheme = Literal["light", "dark"]
WIDE, PHONE = 1280, 390
_LOOPBACK: Final = "127.0.0.1"
# Chromium's own words on what `get` hears as well, and judges.
_REFUSED: Final = "Failed to load resource"

# Every text whose colour stands out too little from what lies behind it (WCAG 2.2, 1.4.3): 4.5, for large text 3.
_FAINT: Final = """() => {
    const parts = text => { const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number); return [r, g, b, a]; };
    const over = (top, below) => top.slice(0, 3).map((one, i) => one * top[3] + below[i] * (1 - top[3]));
    const light = ([r, g, b]) => {
        const [x, y, z] = [r, g, b].map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
        return .2126 * x + .7152 * y + .0722 * z;
    };
    const behind = node => {
        if (!node) return [255, 255, 255];
        const own = parts(getComputedStyle(node).backgroundColor);
        return own[3] === 1 ? own.slice(0, 3) : over(own, behind(node.parentElement));
    };
    const faint = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const node = walk.currentNode.parentElement, words = walk.currentNode.textContent.trim();
        if (!words || !node.checkVisibility() || node.closest("style")) continue;
        const style = getComputedStyle(node), ground = behind(node);
        const [a, b] = [light(over(parts(style.color), ground)), light(ground)].sort((x, y) => y - x);
        const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
        const ratio = (a + .05) / (b + .05);
        if (ratio < (large ? 3 : 4.5)) faint.push(`${words.slice(0, 40)}: ${ratio.toFixed(2)}`);
    }
    return faint;
}"""
_UNLOADED: Final = "() => [...document.images].filter(one => !one.complete || !one.naturalWidth).map(one => one.src)"
_TOO_WIDE: Final = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"

# Where links of the same viewer lead to, without the viewer.
_LINKS: Final = """(found, viewer) => found
    .filter(one => (new URLSearchParams(one.search).get("as") || "") === viewer).map(one => one.pathname)"""
_NO_PAGES: Final = ("/attachments/", "/downloads/")


@dataclass
class Window:
    """One window of a browser, and everything that went wrong in it."""

    page: Page
    base: str
    troubles: list[str] = field(default_factory=list)

    def visit(self, path: str, viewer: str = "") -> None:
        """Open a page of the sandbox as somebody sees it."""
        self.page.goto(f"{self.base}{path}" + (f"?{urlencode({'as': viewer})}" if viewer else ""))

    def look(self) -> list[str]:
        """What is wrong with the page as it stands, and with all that was asked for so far."""
        where, found = urlsplit(self.page.url).path, list(self.troubles)
        self.troubles.clear()
        if (beyond := self.page.evaluate(_TOO_WIDE)) > 0:
            found.append(f"{beyond} pixels wider than the window")
        found += [f"image not loaded: {source}" for source in self.page.evaluate(_UNLOADED)]
        found += [f"faint: {text}" for text in self.page.evaluate(_FAINT)]
        return [f"{where}: {trouble}" for trouble in found]

    def words(self) -> str:
        """Everything to be read on the page, also what is folded."""
        self.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        return " ".join(self.page.inner_text("body").split())

    def hear(self, message: ConsoleMessage) -> None:
        """Whatever else the console says is a trouble."""
        if not message.text.startswith(_REFUSED):
            self.troubles.append(f"console: {message.text}")

    def ask(self, request: Request) -> None:
        """Only the sandbox may be asked for anything."""
        if urlsplit(request.url).hostname != _LOOPBACK and not request.url.startswith("data:"):
            self.troubles.append(f"asked elsewhere: {request.url}")

    def get(self, response: Response) -> None:
        """What a page needs must be there; the page itself may be a refusal."""
        if response.status >= 400 and not response.request.is_navigation_request():
            self.troubles.append(f"{response.status}: {response.url}")


def wander(window: Window, viewer: str = "") -> Iterator[str]:
    """Open every page that links lead to from the first one, without becoming somebody else; its address each time."""
    ahead, met = ["/"], {"/"}
    while ahead:
        path = ahead.pop()
        window.visit(path, viewer)
        yield path
        links = window.page.eval_on_selector_all("a[href^='/']", _LINKS, viewer)
        fresh = [link for link in dict.fromkeys(links) if link not in met and not link.startswith(_NO_PAGES)]
        met.update(fresh)
        ahead += fresh


@contextmanager
def chromium(path: str) -> Iterator[Browser]:
    """The browser at this path, without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path)
        yield browser
        browser.close()


def new_window(browser: Browser, base: str, width: int = WIDE, scheme: Scheme = "light") -> Window:
    """A window as wide as a screen or a phone, on a sandbox."""
    page = browser.new_page(viewport={"width": width, "height": 844}, color_scheme=scheme)
    page.set_default_timeout(10_000)
    window = Window(page, base)
    page.on("console", window.hear)
    page.on("request", window.ask)
    page.on("response", window.get)
    page.on("pageerror", lambda fault: window.troubles.append(f"script: {fault}"))
    return window
