"""Wiki text to HTML: Markdown plus Synapse's `${widget?parameter=value}` notation (contract 6.8)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, quote

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.renderer import RendererHTML
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token
    from markdown_it.utils import EnvType, OptionsDict

_WIDGET = re.compile(r"\$\{([A-Za-z]+)(?:\?([^}\n]*))?\}")
_SYNAPSE_LINK = re.compile(r"(?:https?://www\.synapse\.org/)?#?!?Synapse:(syn\d+)(?:/wiki/(\d+))?/?")
_TOC_DEPTH: Final = 3
_IMAGE_SCALE_PERCENT: Final = range(1, 501)

# What each widget does on the Synapse web site, for the label in its place.
_WIDGETS: Final = {
    "jointeam": "Join team button",
    "submit": "Submit button",
    "evalsubmit": "Submit button",
    "challengeparticipants": "List of participants",
    "challengeteams": "List of registered teams",
    "buttonlink": "Button",
    "leaderboard": "Leaderboard",
    "supertable": "Table",
    "synapsetable": "Table",
    "apitable": "Table from the Synapse API",
    "preview": "File preview",
    "attachmentpreview": "Attachment preview",
    "video": "Video",
    "youtube": "Video",
    "vimeo": "Video",
    "userbadge": "Person",
    "userteambadge": "Team",
    "teammembers": "List of team members",
    "teammembercount": "Number of team members",
    "plot": "Plot",
    "wikipages": "List of wiki pages",
    "wikifilesPreview": "List of attachments",
    "reference": "Reference",
    "cytoscapejs": "Network view",
    "sharedocumentation": "Sharing help",
}


@dataclass(frozen=True, slots=True)
class PageLinks:
    """How a page's names become addresses: attachments by file name, teams by id (None: not known here)."""

    attachment: Callable[[str], str | None]
    team_name: Callable[[str], str | None]


def render(text: str, links: PageLinks) -> str:
    """The page as HTML. Raw HTML in the text is shown, not obeyed."""
    parser = _parser()
    env: dict[str, Any] = {"links": links}
    tokens = parser.parse(text, env)
    env["toc"] = _anchor_headings(tokens)
    return str(parser.renderer.render(tokens, parser.options, env))


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
        token.meta = {"name": found[1], "parameters": dict(parse_qsl(found[2] or "", keep_blank_values=True))}
        token.content = found[0]
    state.pos = found.end()
    return True


def _render_widget(
    _renderer: RendererHTML, tokens: Sequence[Token], position: int, _options: OptionsDict, env: EnvType
) -> str:
    token = tokens[position]
    name, parameters, links = token.meta["name"], token.meta["parameters"], env["links"]
    if name == "toc":
        return str(env["toc"])
    if name == "image":
        return _image(parameters, links)
    return _label(name, parameters, token.content, links)


def _image(parameters: dict[str, str], links: PageLinks) -> str:
    file_name = parameters.get("fileName", parameters.get("synapseId", ""))
    address = links.attachment(file_name)
    if address is None:
        return f'<span class="widget missing" title="no such attachment">Image {escape(file_name)}: not attached</span>'
    text = escape(parameters.get("altText") or file_name)
    side = parameters.get("align", "").lower()
    css = f' class="align-{side}"' if side in {"left", "right", "center"} else ""
    return f'<img src="{escape(address)}" alt="{text}"{_width(parameters.get("scale", ""))}{css}>'


def _width(scale: str) -> str:
    """The width that a scale (in percent of the page) asks for; none for an image in its own size."""
    asked = scale.isdigit() and int(scale) in _IMAGE_SCALE_PERCENT
    return f' style="width:{scale}%"' if asked else ""


def _label(name: str, parameters: dict[str, str], source: str, links: PageLinks) -> str:
    kind = _WIDGETS.get(name, f"Widget {name}")
    subject = _subject(parameters, links)
    shown = f"{kind}: {subject}" if subject else kind
    return f'<span class="widget" title="{escape(source)}">{escape(shown)}</span>'


def _subject(parameters: dict[str, str], links: PageLinks) -> str:
    if team_id := parameters.get("teamId"):
        return f"{links.team_name(team_id) or 'unknown team'} ({team_id})"
    for key in ("text", "buttonText", "path", "query", "fileName", "evaluationIds", "challengeId", "url", "id"):
        if parameters.get(key):
            return parameters[key]
    return ""


def _render_link(
    renderer: RendererHTML, tokens: Sequence[Token], position: int, options: OptionsDict, env: EnvType
) -> str:
    token = tokens[position]
    found = _SYNAPSE_LINK.fullmatch(str(token.attrGet("href")))
    if found:
        token.attrSet("href", f"/entities/{found[1]}" + (f"/wiki/{found[2]}" if found[2] else ""))
    return renderer.renderToken(tokens, position, options, env)


def _render_table_open(*_: Any) -> str:
    # A wide table scrolls on its own instead of widening the page on a phone.
    return '<div class="scroll"><table>'


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
    # Spans and links only: the widget stands inside a paragraph, where a list would be invalid.
    return f'<span class="toc">{"".join(items)}</span>' if items else ""


def _plain(inline: Token) -> str:
    return "".join(child.content for child in inline.children or [] if child.type in {"text", "code_inline"})
