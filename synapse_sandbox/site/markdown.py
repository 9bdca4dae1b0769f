"""Wiki text to HTML: Markdown plus Synapse's `${widget?parameter=value}` notation (contract 6.8)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any, Final, Protocol
from urllib.parse import parse_qsl, quote

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.renderer import RendererHTML
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token
    from markdown_it.utils import EnvType, OptionsDict

_WIDGET = re.compile(r"\$\{([A-Za-z]+)(?:\?([^}\n]*))?\}")
_SYNAPSE = r"(?:https?://(?:www\.)?synapse\.org/)?#?!?"
_ENTITY_LINK = re.compile(rf"(?:{_SYNAPSE}Synapse:)?(syn\d+)(?:/wiki/(\d+))?/?", re.IGNORECASE)
_TEAM_LINK = re.compile(rf"{_SYNAPSE}Team:(\d+)/?", re.IGNORECASE)
_TOC_DEPTH: Final = 3


class Widgets(Protocol):
    """What a page needs around its text: its widgets as HTML, and the addresses of other pages."""

    def html(self, name: str, parameters: dict[str, str], source: str, *, block: bool) -> str:
        """A widget as safe HTML; `block` when it stands alone and may be as large as it wants."""
        ...

    def link(self, path: str) -> str:
        """The address of another page of the sandbox."""
        ...


def render(text: str, widgets: Widgets) -> str:
    """The page as HTML. Raw HTML in the text is shown, not obeyed."""
    parser = _parser()
    env: dict[str, Any] = {"widgets": widgets}
    tokens = parser.parse(text, env)
    env["toc"] = _anchor_headings(tokens)
    _free_lone_widgets(tokens)
    return str(parser.renderer.render(tokens, parser.options, env))


def local_address(address: str) -> str | None:
    """The page that shows what a link to Synapse means; None for a link to anywhere else."""
    if found := _ENTITY_LINK.fullmatch(address):
        return f"/entities/{found[1].lower()}" + (f"/wiki/{found[2]}" if found[2] else "")
    if found := _TEAM_LINK.fullmatch(address):
        return f"/teams#team-{found[1]}"
    return None


def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.inline.ruler.before("escape", "synapse_widget", _read_widget)
    parser.add_render_rule("synapse_widget", _render_widget)
    parser.add_render_rule("link_open", _render_link)
    parser.add_render_rule("table_open", _render_table_open)
    parser.add_render_rule("table_close", _render_table_close)
    return parser


def _read_widget(state: StateInline, silent: bool) -> bool:
    found = _WIDGET.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        token = state.push("synapse_widget", "", 0)
        parameters = dict(parse_qsl(found[2] or "", keep_blank_values=True))
        token.meta = {"name": found[1], "parameters": parameters, "block": False}
        token.content = found[0]
    state.pos = found.end()
    return True


def _free_lone_widgets(tokens: Sequence[Token]) -> None:
    """A widget that is a whole paragraph needs no paragraph around it, in which a table or list would be invalid."""
    for position, token in enumerate(tokens):
        children = [child for child in token.children or [] if child.content.strip() or child.type != "text"]
        if len(children) == 1 and children[0].type == "synapse_widget":
            children[0].meta["block"] = True
            for around in (tokens[position - 1], tokens[position + 1]):
                around.hidden = around.type.startswith("paragraph_")


def _render_widget(
    _renderer: RendererHTML, tokens: Sequence[Token], position: int, _options: OptionsDict, env: EnvType
) -> str:
    token = tokens[position]
    if token.meta["name"] == "toc":
        return str(env["toc"])
    widgets: Widgets = env["widgets"]
    return widgets.html(token.meta["name"], token.meta["parameters"], token.content, block=token.meta["block"])


def _render_link(
    renderer: RendererHTML, tokens: Sequence[Token], position: int, options: OptionsDict, env: EnvType
) -> str:
    token = tokens[position]
    local = local_address(str(token.attrGet("href")))
    if local is not None:
        token.attrSet("href", env["widgets"].link(local))
    return renderer.renderToken(tokens, position, options, env)


def _render_table_open(*_: Any) -> str:
    # A wide table scrolls on its own instead of widening the page on a phone; the keyboard can scroll it, too.
    return '<div class="scroll" tabindex="0" role="region" aria-label="Table"><table>'


def _render_table_close(*_: Any) -> str:
    return "</table></div>"


def _anchor_headings(tokens: Sequence[Token]) -> str:
    """Give every heading an id, and return the table of contents over them."""
    items = []
    for position, token in enumerate(tokens):
        if token.type != "heading_open":
            continue
        title = _plain(tokens[position + 1])
        anchor = f"{quote(re.sub(r'[^a-z0-9]+', '-', title.lower()).strip('-'))}-{position}"
        token.attrSet("id", anchor)
        level = int(token.tag[1])
        if level <= _TOC_DEPTH:
            items.append(f'<a class="depth-{level}" href="#{anchor}">{escape(title)}</a>')
    # Spans and links only: the widget may stand inside a paragraph, where a list would be invalid.
    return f'<span class="toc">{"".join(items)}</span>' if items else ""


def _plain(inline: Token) -> str:
    return "".join(child.content for child in inline.children or [] if child.type in {"text", "code_inline"})
