"""Synapse's widgets as the viewer would find them on a wiki page: drawn where that is possible, else a labelled box."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from markupsafe import Markup

from synapse_sandbox.refusals import Refusal
from synapse_sandbox.services.principals import account
from synapse_sandbox.site import people
from synapse_sandbox.site.leaderboards import Table, table
from synapse_sandbox.site.markdown import local_address
from synapse_sandbox.site.viewing import Viewer
from synapse_sandbox.wire import Json

Parameters = Mapping[str, str]
Draw = Callable[["PageWidgets", Parameters], Markup | None]
_ROWS: Final = 10
_PEOPLE: Final = 20
_IMAGE_SCALE_PERCENT: Final = range(1, 501)
_SIDES: Final = {"left", "right", "center"}
_VIEW = re.compile(r"\bfrom\s+(syn\d+)", re.IGNORECASE)
_OLD_QUEUE = re.compile(r"evaluation_(\d+)")

# What a widget without a drawing does on the Synapse web site, for the label in its place.
_LABELS: Final = {
    "preview": "File preview",
    "attachmentpreview": "Attachment preview",
    "previewattachment": "Attachment preview",
    "plot": "Plot",
    "reference": "Reference",
    "bookmark": "Bookmark",
    "cytoscapejs": "Network view",
    "provenance": "Provenance graph",
    "sharedocumentation": "Sharing help",
    "registerchallengeteam": "Register team button",
    "shinysite": "Embedded page",
    "iframe": "Embedded page",
    "wikipages": "List of wiki pages",
    "entitylist": "List of files",
}
_SUBJECTS: Final = ("text", "buttonText", "path", "query", "fileName", "entityId", "siteUrl", "url", "id")


@dataclass(frozen=True, slots=True)
class PageWidgets:
    """The widgets of one page: who looks, where its wiki lies in the API, the addresses of attachments by name."""

    viewer: Viewer
    address: str
    attachments: Mapping[str, str]

    def link(self, path: str) -> str:
        """The address of another page, for the same viewer."""
        return self.viewer.link(path)

    def html(self, name: str, parameters: Parameters, source: str, *, block: bool) -> str:
        """A widget as safe HTML. What Synapse would refuse the viewer is said in its place."""
        key = name.lower()
        if block and key in _BLOCKS:
            return str(self._drawn(_BLOCKS[key], key, name, parameters, source))
        drawn = self._drawn(_INLINE.get(key, _nothing), key, name, parameters, source)
        return str(Markup("<p>{}</p>").format(drawn) if block else drawn)

    def _drawn(self, draw: Draw, key: str, name: str, parameters: Parameters, source: str) -> Markup:
        kind = _LABELS.get(key, f"Widget {name}")
        try:
            return draw(self, parameters) or _label(kind, parameters, source)
        except Refusal as refusal:
            return _box(f"{kind}: {refusal.reason}", source)


def _box(text: str, source: str) -> Markup:
    return Markup('<span class="widget" title="{}">{}</span>').format(source, text)


def _nothing(page: PageWidgets, parameters: Parameters) -> None:
    """How a widget is drawn that only stands on the web site."""


def _label(kind: str, parameters: Parameters, source: str) -> Markup:
    subject = next((parameters[one] for one in _SUBJECTS if parameters.get(one)), "")
    return _box(f"{kind}: {subject}" if subject else kind, source)


def _image(page: PageWidgets, parameters: Parameters) -> Markup:
    file_name = parameters.get("fileName") or parameters.get("synapseId", "")
    address = page.attachments.get(file_name)
    if address is None:
        return Markup('<span class="widget missing" title="no such attachment">Image {}: not attached</span>').format(
            file_name
        )
    side = parameters.get("align", "").lower()
    return Markup('<img src="{}" alt="{}"{}{}>').format(
        address,
        parameters.get("altText") or file_name,
        _width(parameters.get("scale", "")),
        Markup(' class="align-{}"').format(side) if side in _SIDES else "",
    )


def _width(scale: str) -> str:
    """The width that a scale (in percent of the page) asks for; none for an image in its own size."""
    asked = scale.isdigit() and int(scale) in _IMAGE_SCALE_PERCENT
    return Markup(' style="width:{}%"').format(scale) if asked else ""


def _join_team(page: PageWidgets, parameters: Parameters) -> Markup:
    team = _team(page.viewer, parameters.get("teamId", ""))
    if team is None:
        return _button(f"Join unknown team ({parameters.get('teamId', '')})", "")
    link = page.link(f"/teams#team-{team['id']}")
    standing = people.standing(page.viewer, team["id"])
    if standing == people.MEMBER:
        return Markup('<a class="button done" href="{}">✓ You are a member of {}</a>').format(link, team["name"])
    note = standing or ("sign in to join" if page.viewer.caller.is_anonymous else "only by invitation")
    return _button(parameters.get("text") or f"Join {team['name']}", note, link)


def _submit(page: PageWidgets, parameters: Parameters) -> Markup:
    named = parameters.get("evaluationIds") or parameters.get("evaluationId") or parameters.get("subchallengeIdList")
    ids = [one for one in re.split(r"[,\s]+", named or "") if one.isdigit()]
    found = [page.viewer.find(f"/evaluation/{one}") for one in ids]
    names = ", ".join(one["name"] for one in found if one is not None)
    may = [page.viewer.find(f"/evaluation/{one}/access", accessType="SUBMIT") for one in ids]
    allowed = any(one is not None and one["result"] for one in may)
    text = parameters.get("buttonText") or parameters.get("text") or "Submit to challenge"
    return _button(text, "; ".join(filter(None, (names, "you may submit" if allowed else "you may not submit"))))


def _link_button(page: PageWidgets, parameters: Parameters) -> Markup | None:
    url = parameters.get("url", "")
    local = local_address(url)
    if local is None and urlsplit(url).scheme not in ("http", "https"):
        return None
    target = page.link(local) if local else url
    return _button(parameters.get("text") or url, "" if local else urlsplit(url).netloc, target)


def _button(text: str, note: str, link: str = "") -> Markup:
    """A button as on Synapse, with a note on what it means to the viewer; it only ever leads to another page."""
    face = (
        Markup('<a class="button" href="{}" rel="noreferrer">{}</a>').format(link, text)
        if link
        else Markup('<span class="button">{}</span>').format(text)
    )
    return face + (Markup(' <span class="muted note">{}</span>').format(note) if note else "")


def _video(page: PageWidgets, parameters: Parameters) -> Markup | None:
    """A video lies elsewhere, where these pages never go by themselves: a link."""
    del page
    identifier = parameters.get("videoId") or parameters.get("synapseId") or parameters.get("mp4SynapseId")
    url = parameters.get("videoUrl") or (f"https://www.youtube.com/watch?v={identifier}" if identifier else "")
    if urlsplit(url).scheme not in ("http", "https"):
        return None
    return Markup('<a class="widget video" href="{}" rel="noreferrer">▶ Video: {}</a>').format(url, url)


def _person(page: PageWidgets, parameters: Parameters) -> Markup | None:
    name = parameters.get("alias") or parameters.get("userId") or parameters.get("id", "")
    if name.isdigit():
        found = page.viewer.find(f"/userProfile/{name}")
        name = "" if found is None else found["userName"]
    elif account(page.viewer.store, name) is None:
        name = ""
    return Markup('<span class="person">{}</span>').format(name) if name else None


def _member_count(page: PageWidgets, parameters: Parameters) -> Markup | None:
    team = _team(page.viewer, parameters.get("teamId", ""))
    return None if team is None else Markup("{}").format(people.size_of(page.viewer, team["id"]))


def _members(page: PageWidgets, parameters: Parameters) -> Markup | None:
    team = _team(page.viewer, parameters.get("teamId", ""))
    return None if team is None else _team_list(page.viewer, team)


def _participants(page: PageWidgets, parameters: Parameters) -> Markup | None:
    challenge = _challenge(page, parameters)
    team = None if challenge is None else _team(page.viewer, challenge["participantTeamId"])
    return None if team is None else _team_list(page.viewer, team)


def _team_list(viewer: Viewer, team: Json) -> Markup:
    """The first members of a team, by name."""
    total, shown = people.size_of(viewer, team["id"]), people.members_of(viewer, team["id"], _PEOPLE)
    names = Markup(" ").join(Markup('<span class="person">{}</span>').format(one.name) for one in shown)
    more = f"and {total - len(shown)} more" if total > len(shown) else ""
    head = f"{team['name']}: {total} member{'' if total == 1 else 's'}"
    return Markup('<div class="embedded"><p class="muted">{}</p><p>{} {}</p></div>').format(head, names, more)


def _challenge_teams(page: PageWidgets, parameters: Parameters) -> Markup | None:
    challenge = _challenge(page, parameters)
    if challenge is None:
        return None
    teams = [_team(page.viewer, str(one)) for one in people.registered(page.viewer, challenge["id"])]
    rows = Markup("").join(Markup("<li>{}</li>").format(team["name"]) for team in teams if team is not None)
    listed = Markup("<ul>{}</ul>").format(rows) if rows else Markup('<p class="empty">No team has registered yet.</p>')
    return Markup('<div class="embedded"><p class="muted">Registered teams</p>{}</div>').format(listed)


def _query(page: PageWidgets, parameters: Parameters) -> Markup | None:
    """A table or leaderboard over a view, with the rows that the viewer would get."""
    statement = parameters.get("query") or parameters.get("path", "")
    view = _VIEW.search(statement)
    if view is None:
        return _old_leaderboard(statement)
    return _drawn_table(table(page.viewer, statement, _ROWS), view[1], page.link(f"/entities/{view[1].lower()}"))


def _old_leaderboard(statement: str) -> Markup | None:
    queue = _OLD_QUEUE.search(statement)
    return _box(f"Leaderboard of queue {queue[1]} (old query language)", statement) if queue else None


def _drawn_table(found: Table, view: str, link: str) -> Markup:
    if found.fault:
        return Markup('<div class="embedded"><p><span class="badge warn">no table</span> {}: {}</p></div>').format(
            view, found.fault
        )
    head = Markup("").join(Markup("<th>{}</th>").format(column) for column in found.columns)
    rows = (Markup("").join(Markup("<td>{}</td>").format(cell.text) for cell in row) for row in found.rows)
    body = Markup("").join(Markup("<tr>{}</tr>").format(row) for row in rows)
    shown = f"{found.total} row{'' if found.total == 1 else 's'}"
    shown += f", the first {len(found.rows)} shown" if found.total > len(found.rows) else ""
    return Markup(
        '<div class="embedded"><div class="scroll" tabindex="0" role="region" aria-label="{}"><table>'
        '<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div><p class="muted"><a href="{}">{}</a> · {}</p></div>'
    ).format(view, head, body, link, view, shown)


def _attached_files(page: PageWidgets, parameters: Parameters) -> Markup:
    del parameters
    items = (Markup('<li><a href="{}">{}</a></li>').format(link, name) for name, link in page.attachments.items())
    return Markup('<ul class="embedded">{}</ul>').format(Markup("").join(items))


def _team(viewer: Viewer, team_id: str) -> Json | None:
    found: Json | None = viewer.find(f"/team/{team_id}") if team_id.isdigit() else None
    return found


def _challenge(page: PageWidgets, parameters: Parameters) -> Json | None:
    """The challenge that a widget names, else that of the wiki's project."""
    named = parameters.get("challengeId", "")
    path = f"/challenge/{named}" if named.isdigit() else f"{page.address}/challenge"
    found: Json | None = page.viewer.find(path) if named.isdigit() or page.address.startswith("/entity/") else None
    return found


# Widgets that fit into a line of text, and those that need the width of the page.
_INLINE: Final[Mapping[str, Draw]] = {
    "image": _image,
    "jointeam": _join_team,
    "submit": _submit,
    "evalsubmit": _submit,
    "submittochallenge": _submit,
    "buttonlink": _link_button,
    "youtube": _video,
    "vimeo": _video,
    "video": _video,
    "userbadge": _person,
    "badge": _person,
    "teammembercount": _member_count,
}
_BLOCKS: Final[Mapping[str, Draw]] = {
    "leaderboard": _query,
    "synapsetable": _query,
    "supertable": _query,
    "apitable": _query,
    "querytable": _query,
    "teammembers": _members,
    "challengeparticipants": _participants,
    "challengeteams": _challenge_teams,
    "challengeteam": _challenge_teams,
    "wikifilespreview": _attached_files,
}
