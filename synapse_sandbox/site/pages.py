"""The read-only pages: a challenge as a visitor, a participant or an organizer would see it, without scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from synapse_sandbox.call import Answer, Call
from synapse_sandbox.refusals import Refusal, not_found
from synapse_sandbox.routing import Handler, Route
from synapse_sandbox.site import files, leaderboards, mail, people, projects, queues, sharing, submissions, wiki, within
from synapse_sandbox.site.accounts import accounts
from synapse_sandbox.site.drawing import drawn
from synapse_sandbox.site.projects import Project
from synapse_sandbox.site.viewing import Viewer, page_path, viewer_of, visitor
from synapse_sandbox.wire import entity_number, number

# An SVG is a document that could carry a script; this keeps it (and everything else) from running one.
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:;"
    " form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

Context = dict[str, Any]
GeneralPage = Callable[[Viewer], Context]
ProjectPage = Callable[[Viewer, Project], Context]


def list_projects(viewer: Viewer) -> Context:
    """The projects that the viewer can read."""
    return {"projects": projects.projects(viewer)}


def list_teams(viewer: Viewer) -> Context:
    """All teams."""
    return {"teams": people.teams(viewer)}


def list_messages(viewer: Viewer) -> Context:
    """What the viewer sent and received."""
    if viewer.caller.is_anonymous:
        return {"outbox": [], "inbox": []}
    return {"outbox": mail.outbox(viewer), "inbox": mail.inbox(viewer)}


def show_overview(viewer: Viewer, project: Project) -> Context:
    """A project at a glance."""
    found, teams = queues.queues(viewer, project.id), people.teams_of(viewer, project)
    return {
        "pages": wiki.size(viewer, wiki.entity_wiki(project.id)),
        "teams": teams,
        "participants": next((team for team in teams if team.id == project.participant_team_id), None),
        "queues": found,
        "time_line": queues.time_line(found, viewer.now),
        "views": leaderboards.count(viewer, project.id),
        "items": files.size(viewer, project.id),
    }


def show_wiki(viewer: Viewer, project: Project) -> Context:
    """A project's wiki: the page asked for, else the root."""
    owner = wiki.entity_wiki(project.id)
    root = wiki.tree(viewer, owner)
    if root is None:
        return {"tree": None, "page": None}
    page_id = number(viewer.call.path.get("wikiId", root.id))
    return {"tree": root, "page": wiki.page(viewer, owner, page_id)}


def show_teams(viewer: Viewer, project: Project) -> Context:
    """The teams of a project."""
    return {"teams": people.teams_of(viewer, project)}


def show_queues(viewer: Viewer, project: Project) -> Context:
    """The queues of a project."""
    found = queues.queues(viewer, project.id)
    return {"queues": found, "time_line": queues.time_line(found, viewer.now)}


def show_submissions(viewer: Viewer, project: Project) -> Context:
    """What was submitted to the queues of a project."""
    return {"listings": submissions.listings(viewer, project.id), "most": submissions.MAX_ROWS}


def show_leaderboards(viewer: Viewer, project: Project) -> Context:
    """Views in a project with their first rows."""
    return {"views": leaderboards.views(viewer, project.id), "most": leaderboards.MAX_ROWS}


def show_files(viewer: Viewer, project: Project) -> Context:
    """Folders and files of a project, or of one of its folders."""
    shown = entity_number(viewer.call.path.get("folderId", project.id))
    if projects.project_of(viewer, shown) != project.id:
        raise not_found(f"syn{shown} does not lie in syn{project.id}.")
    return {"folder": files.folder(viewer, shown), "most": files.MAX_ITEMS}


def show_sharing(viewer: Viewer, project: Project) -> Context:
    """Sharing settings in a project."""
    return {
        "entities": sharing.of_entities(viewer, project.id),
        "queues": sharing.of_queues(viewer, project.id),
        "teams": [team for team in people.teams_of(viewer, project) if team.grants],
    }


def find_entity(viewer: Viewer) -> Answer:
    """From any entity to the page that shows it."""
    entity_id = viewer.call.entity_id()
    project_id = projects.project_of(viewer, entity_id)
    if "wikiId" in viewer.call.path:
        section = f"/wiki/{viewer.call.path['wikiId']}"
    else:
        section = "" if project_id == entity_id else _section_of(viewer, entity_id)
    return Answer(None, 307, headers={"Location": viewer.link(f"/projects/syn{project_id}{section}")})


def serve_attachment(viewer: Viewer) -> Answer:
    """The bytes of a file that hangs on a wiki page."""
    path = viewer.call.path
    owner = wiki.wiki_of(path["kind"], path["ownerId"])
    return wiki.attachment(viewer, owner, number(path["wikiId"]), path["fileName"])


def download_file(viewer: Viewer) -> Answer:
    """The bytes of a file entity."""
    return files.download(viewer, viewer.call.entity_id())


def _section_of(viewer: Viewer, entity_id: int) -> str:
    kind = viewer.get(f"/entity/syn{entity_id}/type")["type"]
    if kind.endswith("View"):
        return f"/leaderboards#syn{entity_id}"
    return f"/files/syn{entity_id}" if kind.endswith(".Folder") else "/files"


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A page: its address, its template, which tab it belongs to."""

    path: str
    template: str = ""
    section: str = ""


def _page(sheet: _Sheet, make: GeneralPage) -> Handler:
    """A page about everything in the sandbox."""
    return _handler(sheet, lambda viewer: _filled(viewer, sheet, {"project": None, **make(viewer)}))


def _project_page(sheet: _Sheet, make: ProjectPage) -> Handler:
    """A page about one project."""

    def fill(viewer: Viewer) -> Answer:
        project = projects.project(viewer, viewer.call.entity_id())
        return _filled(viewer, sheet, {"project": project, **make(viewer, project)})

    return _handler(sheet, fill)


def _file(sheet: _Sheet, make: Callable[[Viewer], Answer]) -> Handler:
    """Something else than a page."""

    def serve(viewer: Viewer) -> Answer:
        answer = make(viewer)
        return replace(answer, headers={**_HEADERS, **answer.headers})

    return _handler(sheet, serve)


def _handler(sheet: _Sheet, answer: Callable[[Viewer], Answer]) -> Handler:
    """A handler that refuses in a page, too: in Synapse's words, to the viewer who asked."""

    def handle(call: Call) -> Answer:
        viewer = visitor(call)
        try:
            viewer = viewer_of(call)
            return answer(viewer)
        except Refusal as refusal:
            refused = replace(sheet, template="refused.html")
            return _filled(viewer, refused, {"project": None, "refusal": refusal}, refusal.status)

    return handle


def _filled(viewer: Viewer, sheet: _Sheet, context: Context, status: int = 200) -> Answer:
    looks = accounts(viewer, page_path(viewer.call, sheet.path), _project_id(viewer, sheet))
    text = drawn(sheet.template, viewer=viewer, section=sheet.section, accounts=looks, **context)
    return Answer(text, status, "text/html", _HEADERS)


def _project_id(viewer: Viewer, sheet: _Sheet) -> int | None:
    """The project that the address names, whether or not the viewer may read it; else that of the only challenge."""
    if not sheet.path.startswith(_PROJECT):
        return within.only_challenge(viewer.store)
    try:
        return viewer.call.entity_id()
    except Refusal:
        return None


_PROJECT: Final = "/projects/{id}"
_GENERAL: Final = (
    (_Sheet("/", "projects.html", "projects"), list_projects),
    (_Sheet("/teams", "teams.html", "all teams"), list_teams),
    (_Sheet("/messages", "messages.html", "messages"), list_messages),
)
_OF_PROJECT: Final = (
    (_Sheet(_PROJECT, "overview.html", "overview"), show_overview),
    (_Sheet(f"{_PROJECT}/wiki", "wiki.html", "wiki"), show_wiki),
    (_Sheet(f"{_PROJECT}/wiki/{{wikiId}}", "wiki.html", "wiki"), show_wiki),
    (_Sheet(f"{_PROJECT}/teams", "teams.html", "teams"), show_teams),
    (_Sheet(f"{_PROJECT}/queues", "queues.html", "queues"), show_queues),
    (_Sheet(f"{_PROJECT}/submissions", "submissions.html", "submissions"), show_submissions),
    (_Sheet(f"{_PROJECT}/leaderboards", "leaderboards.html", "leaderboards"), show_leaderboards),
    (_Sheet(f"{_PROJECT}/files", "files.html", "files"), show_files),
    (_Sheet(f"{_PROJECT}/files/{{folderId}}", "files.html", "files"), show_files),
    (_Sheet(f"{_PROJECT}/sharing", "sharing.html", "sharing"), show_sharing),
)
_FILES: Final = (
    (_Sheet("/entities/{id}"), find_entity),
    (_Sheet("/entities/{id}/wiki/{wikiId}"), find_entity),
    (_Sheet("/attachments/{kind}/{ownerId}/{wikiId}/{fileName}"), serve_attachment),
    (_Sheet("/downloads/{id}"), download_file),
)


def _routes() -> Iterator[Route]:
    for made in (
        *((sheet.path, _page(sheet, make)) for sheet, make in _GENERAL),
        *((sheet.path, _project_page(sheet, make)) for sheet, make in _OF_PROJECT),
        *((sheet.path, _file(sheet, make)) for sheet, make in _FILES),
    ):
        yield Route("GET", *made, reads=True, scopes=(), raw=True)


SCHEMA = ""
ROUTES = tuple(_routes())
