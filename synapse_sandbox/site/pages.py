"""The read-only pages: an operator's view of everything in the sandbox, without scripts and without the network."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from synapse_sandbox.call import Answer, Call
from synapse_sandbox.permissions import Caller
from synapse_sandbox.refusals import Refusal, not_found
from synapse_sandbox.routing import Handler, Route
from synapse_sandbox.services.files import content_of, document, handle_row
from synapse_sandbox.site import moments, people, projects, queues, wiki
from synapse_sandbox.wire import entity_number, number

if TYPE_CHECKING:
    from jinja2 import Template

# Pages show everything: there is no viewer to filter for yet, only the operator of the sandbox.
OPERATOR: Final[Caller | None] = None
# Types of attachment that a page may show in place; anything else is offered as a download.
_SHOWN: Final = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml")
# An SVG is a document that could carry a script; this keeps it (and everything else) from running one.
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}

Context = dict[str, Any]


def list_projects(call: Call) -> Context:
    """All projects."""
    return {"projects": projects.projects(call.store, OPERATOR)}


def list_teams(call: Call) -> Context:
    """All teams."""
    return {"teams": people.teams(call.store, OPERATOR)}


def show_wiki(call: Call) -> Context:
    """A project's wiki: the page asked for, else the root."""
    owner = wiki.entity_owner(_project_id(call))
    root = wiki.tree(call.store, OPERATOR, owner)
    if root is None:
        return {"tree": None, "page": None}
    page_id = number(call.path["wikiId"]) if "wikiId" in call.path else root.id
    return {"tree": root, "page": wiki.page(call.store, OPERATOR, owner, page_id)}


def show_teams(call: Call) -> Context:
    """The teams of a project."""
    return {"teams": people.teams_of(call.store, OPERATOR, _project_id(call))}


def show_queues(call: Call) -> Context:
    """The queues of a project."""
    return {"queues": queues.queues(call.store, OPERATOR, _project_id(call), call.now)}


def show_files(call: Call) -> Context:
    """Folders and files of a project."""
    return {"items": projects.files(call.store, OPERATOR, _project_id(call))}


def show_sharing(call: Call) -> Context:
    """Sharing settings in a project."""
    return {"settings": projects.sharing(call.store, OPERATOR, _project_id(call))}


def show_views(call: Call) -> Context:
    """Views in a project with their first rows."""
    return {"tables": queues.tables(call.store, OPERATOR, _project_id(call)), "most": queues.MAX_ROWS}


def find_entity(call: Call) -> Answer:
    """From any entity to the page that shows it."""
    entity_id = entity_number(call.path["id"])
    project_id = projects.project_of(call.store, entity_id)
    section = f"/wiki/{call.path['wikiId']}" if "wikiId" in call.path else "" if project_id == entity_id else "/files"
    return Answer(None, 307, headers={"Location": f"/projects/syn{project_id}{section}"})


def serve_attachment(call: Call) -> Answer:
    """The bytes of a file that hangs on a wiki page."""
    handle = handle_row(call.store, call.number("handleId"))
    if not _is_attached(call, handle["id"]):
        raise not_found("This file hangs on no wiki page.")
    if handle["object_key"] is None:
        return Answer(None, 307, headers={"Location": str(document(handle).get("externalURL", "/"))})
    shown = handle["content_type"] if handle["content_type"] in _SHOWN else "application/octet-stream"
    return Answer(content_of(call.store, handle["id"]), media_type=shown, headers=_HEADERS)


def _is_attached(call: Call, handle_id: int) -> bool:
    found = call.store.one(
        "SELECT 1 FROM wiki_versions, json_each(attachments) WHERE json_each.value = ? LIMIT 1", handle_id
    )
    return found is not None


def _project_id(call: Call) -> int:
    return entity_number(call.path["id"])


def _page(template: str, section: str, make: Callable[[Call], Context]) -> Handler:
    """A handler that fills a template, and answers in HTML also when it must refuse."""

    def handler(call: Call) -> Answer:
        try:
            project = projects.project(call.store, OPERATOR, _project_id(call)) if "id" in call.path else None
            context = {"project": project, **make(call)}
        except Refusal as refusal:
            return _rendered(call, "missing.html", "", {"reason": refusal.reason}, refusal.status)
        return _rendered(call, template, section, context)

    return handler


def _rendered(call: Call, template: str, section: str, context: Context, status: int = 200) -> Answer:
    text = _template(template).render(now=call.now, section=section, **context)
    return Answer(text, status, "text/html", _HEADERS)


@cache
def _template(name: str) -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("synapse_sandbox.site"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"moment": moments.moment, "span": moments.span, "relative": moments.relative}
    return environment.get_template(name)


_PROJECT: Final = "/projects/{id}"
_PAGES: Final = (
    ("/", "projects.html", "projects", list_projects),
    ("/teams", "teams.html", "teams", list_teams),
    (_PROJECT, "wiki.html", "wiki", show_wiki),
    (f"{_PROJECT}/wiki/{{wikiId}}", "wiki.html", "wiki", show_wiki),
    (f"{_PROJECT}/teams", "teams.html", "teams", show_teams),
    (f"{_PROJECT}/queues", "queues.html", "queues", show_queues),
    (f"{_PROJECT}/files", "files.html", "files", show_files),
    (f"{_PROJECT}/sharing", "sharing.html", "sharing", show_sharing),
    (f"{_PROJECT}/views", "views.html", "views", show_views),
)

SCHEMA = ""
ROUTES = (
    *(
        Route("GET", path, _page(template, section, make), reads=True, scopes=(), raw=True)
        for path, template, section, make in _PAGES
    ),
    Route("GET", "/entities/{id}", find_entity, reads=True, scopes=(), raw=True),
    Route("GET", "/entities/{id}/wiki/{wikiId}", find_entity, reads=True, scopes=(), raw=True),
    Route("GET", "/attachments/{handleId}/{fileName}", serve_attachment, reads=True, scopes=(), raw=True),
)
