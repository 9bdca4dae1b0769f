"""Icons of teams, which everybody may see (contract 3.2)."""

from __future__ import annotations

from synapse_sandbox.call import Answer, Call, redirect_to
from synapse_sandbox.refusals import not_found
from synapse_sandbox.routing import Route
from synapse_sandbox.services.downloads import download_url
from synapse_sandbox.services.files import handle_row
from synapse_sandbox.services.teams import find_team

SCHEMA = ""


def get_icon(call: Call) -> Answer:
    """GET /team/{id}/icon?redirect=."""
    return redirect_to(call, download_url(call, handle_row(call.store, _icon(call))))


def get_preview(call: Call) -> Answer:
    """GET /team/{id}/icon/preview: there is never one."""
    raise not_found(f"A preview does not exist for file {_icon(call)}")


def _icon(call: Call) -> int:
    team = find_team(call.store, call.number("id"))
    if team["icon"] is None:
        raise not_found(f"Team {team['id']} has no icon file handle.")
    return int(team["icon"])


ROUTES = (
    Route("GET", "/repo/v1/team/{id}/icon", get_icon, reads=True),
    Route("GET", "/repo/v1/team/{id}/icon/preview", get_preview, reads=True),
)
