"""What is private comes out by no route: every reading call, about everything there is, as somebody who may not."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from synapse_sandbox.app import SandboxApp
from synapse_sandbox.routing import Route
from synapse_sandbox.server import open_app, running
from synapse_sandbox.services import ROUTES
from synapse_sandbox.services.unserved import ROUTES as UNSERVED
from synapse_sandbox.settings import Settings, parse_users
from synapse_sandbox.site.pages import ROUTES as PAGES
from tests.sandbox.conftest import TOKENS, USERS, Api
from tests.sandbox.fuzzing import ask
from tests.sandbox.showcase import SECRET, TRUTH, Showcase, make_showcase

READING: Final = [
    route for route in (*ROUTES, *PAGES)
    if route.reads and not route.template.startswith("/sandbox/") and route not in UNSERVED
]  # fmt: skip
# File in a private folder, that folder, private note on a submission, project of the organizer alone, mail, invitation.
PRIVATE: Final = (TRUTH, "Private Data", SECRET, "Hidden Staging", "Second round", "Do join us")
_VARIABLE: Final = re.compile(r"\{[^}]+\}")


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SandboxApp, Showcase, list[str]]]:
    """The showcase, and the id of everything in it."""
    folder: Path = tmp_path_factory.mktemp("private")
    with running(folder, USERS) as url:
        showcase = make_showcase(lambda user: Api(url, TOKENS[user]))
        api = Api(url, TOKENS["organizer"])
        found = api.ok("GET", f"/evaluation/{showcase.queue}/submission/all")["results"]
        handles = [api.ok("GET", f"/entity/{showcase.truth}")["dataFileHandleId"]]
    ids = [
        showcase.project, showcase.hidden, showcase.private, showcase.truth, showcase.view, showcase.team,
        showcase.queue, *(one["id"] for one in found), *handles, *showcase.pages.values(), "1",
    ]  # fmt: skip
    with open_app(folder, Settings(users=parse_users(USERS))) as app:
        yield app, showcase, list(dict.fromkeys(ids))


def _body(show: Showcase, entity: str, handle: str) -> bytes:
    """One body for every call that reads: each takes what it knows, and drops the rest."""
    flags = (
        "Entity", "Annotations", "Permissions", "EntityPath", "HasChildren", "AccessControlList", "FileHandles",
        "TableBundle", "RootWikiId", "BenefactorACL", "FileName", "RestrictionInformation", "Activity",
        "PreSignedURLs", "TotalChildCount", "SumFileSizes",
    )  # fmt: skip
    types = ["project", "folder", "file", "link", "entityview", "submissionview", "dockerrepo"]
    named = {"fileHandleId": handle, "associateObjectId": entity, "associateObjectType": "FileEntity"}
    body = {f"include{flag}": True for flag in flags} | {
        "parentId": entity, "entityName": "Data", "includeTypes": types, "references": [{"targetId": entity}],
        "list": [show.team], "requestedFiles": [named], "objectId": entity, "restrictableObjectType": "ENTITY",
    }  # fmt: skip
    return json.dumps(body).encode()


def _job(show: Showcase) -> bytes:
    kind = "org.sagebionetworks.repo.model.table.QueryBundleRequest"
    sql = f"select * from {show.view}"  # noqa: S608 -- of Synapse, with an id that Synapse gave
    return json.dumps({"concreteType": kind, "entityId": show.view, "query": {"sql": sql}}).encode()


def _addresses(route: Route, ids: list[str]) -> Iterator[str]:
    """The route about everything that it can be about: entities where it says so, else numbers."""
    entities = [one for one in ids if one.startswith("syn")]
    numbers = [one for one in ids if one not in entities]
    first = entities if "/entity/{" in route.template or "/projects/{" in route.template else numbers
    count = len(_VARIABLE.findall(route.template))
    for values in itertools.product(*[first, numbers, *[("1",)] * count][:count]):
        yield _VARIABLE.sub("{}", route.template).format(*values)


def _told(shown: tuple[SandboxApp, Showcase, list[str]], user: str | None) -> dict[str, str]:
    """Which of the private texts came out, and at which call first."""
    app, show, ids = shown
    token = None if user is None else TOKENS[user]
    seen: dict[str, str] = {}
    handle = next(one for one in ids if len(one) > 11 and one.isdigit())
    for route in READING:
        for address in _addresses(route, ids):
            entity = next((one for one in ids if one in address), show.private)
            body = _job(show) if "/async" in route.template else _body(show, entity, handle)
            query = "?limit=50&offset=0&redirect=false" + (f"&as={user}" if user else "")
            content = ask(
                app, route.method, address + query, token, body if route.method == "POST" else b""
            ).content.decode(errors="replace")
            for text in (text for text in PRIVATE if text in content):
                seen.setdefault(text, f"{route.method} {address}: {content[:300]}")
    return seen


@pytest.mark.parametrize(
    "user", [None, *(pytest.param(one, marks=pytest.mark.prove) for one in ("stranger", "newcomer"))]
)
def test_what_is_private_comes_out_by_no_route(shown: tuple[SandboxApp, Showcase, list[str]], user: str | None) -> None:
    assert _told(shown, user) == {}


def test_on_the_same_roads_its_owner_sees_all_of_it(shown: tuple[SandboxApp, Showcase, list[str]]) -> None:
    assert set(_told(shown, "organizer")) == set(PRIVATE)
