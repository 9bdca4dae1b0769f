"""A queue with scored submissions and a view over it, for the tests of views; jobs and queries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

Users = Callable[..., Any]
Names = Callable[[str], str]

MODEL = "org.sagebionetworks.repo.model."
TABLE = f"{MODEL}table."


@dataclass(frozen=True)
class World:
    """A project with a queue that holds two scored submissions, and a view over it."""

    api: Users
    project: str
    queue: str
    view: str
    columns: list[dict[str, Any]]
    submissions: list[str]

    def id_of(self, name: str) -> str:
        return str(next(column["id"] for column in self.columns if column["name"] == name))


@pytest.fixture
def world(api: Users, unique: Names) -> World:
    me = api("organizer")
    project = me.ok("POST", "/entity", {"concreteType": f"{MODEL}Project", "name": unique("views")})["id"]
    queue = me.ok("POST", "/evaluation", {"name": unique("queue"), "contentSource": project})["id"]
    folder = me.ok("POST", "/entity", {"concreteType": f"{MODEL}Folder", "name": "entry", "parentId": project})
    submissions = [submit(me, queue, folder, number) for number in (1, 2)]
    defaults = me.ok("GET", "/column/tableview/defaults", viewEntityType="submissionview")["list"]
    own = [{"name": "pearson", "columnType": "DOUBLE"}, {"name": "passed", "columnType": "BOOLEAN"}]
    columns = defaults + me.ok("POST", "/column/batch", {"list": own})["list"]
    view = make_view(me, project, [queue], columns)
    return World(api, project, queue, view, columns, submissions)


def submit(me: Any, queue: str, folder: dict[str, Any], number: int) -> str:
    body = {"evaluationId": queue, "entityId": folder["id"], "versionNumber": 1, "name": f"attempt {number}"}
    made = me.ok("POST", "/evaluation/submission", body, etag=folder["etag"])["id"]
    status = me.ok("GET", f"/evaluation/submission/{made}/status")
    annotations = {
        "pearson": {"type": "DOUBLE", "value": [str(number / 4)]},
        "passed": {"type": "BOOLEAN", "value": [str(number == 2).lower()]},
    }
    scored = status | {
        "status": "SCORED",
        "submissionAnnotations": {"id": made, "etag": status["etag"], "annotations": annotations},
    }
    me.ok("PUT", f"/evaluation/submission/{made}/status", scored)
    return str(made)


def make_view(me: Any, project: str, scope: list[str], columns: list[dict[str, Any]], name: str = "dashboard") -> str:
    body = {
        "concreteType": f"{TABLE}SubmissionView",
        "name": name,
        "parentId": project,
        "columnIds": [column["id"] for column in columns],
        "scopeIds": scope,
    }
    return str(me.ok("POST", "/entity", body)["id"])


def job(api: Any, path: str, request: dict[str, Any]) -> Any:
    """Start a job and poll once."""
    token = api.ok("POST", f"{path}/async/start", request)["token"]
    return api.get(f"{path}/async/get/{token}")


def ask(api: Any, view: str, sql: str, mask: int | None = None, **query: Any) -> Any:
    request = {"concreteType": f"{TABLE}QueryBundleRequest", "entityId": view, "query": {"sql": sql, **query}}
    return job(api, f"/entity/{view}/table/query", request | ({} if mask is None else {"partMask": mask}))


def rows(api: Any, view: str, sql: str, **query: Any) -> list[list[str | None]]:
    reply = ask(api, view, sql, 1, **query)
    assert reply.status == 201, reply.body
    return [row["values"] for row in reply.body["queryResult"]["queryResults"]["rows"]]


def share_queue(world: World, who: str, access: list[str]) -> None:
    principal = int(world.api(who).ok("GET", "/userProfile")["ownerId"])
    acl = world.api("organizer").ok("GET", f"/evaluation/{world.queue}/acl")
    acl["resourceAccess"].append({"principalId": principal, "accessType": access})
    world.api("organizer").ok("PUT", "/evaluation/acl", acl)


def share_project(world: World, who: str) -> None:
    principal = int(world.api(who).ok("GET", "/userProfile")["ownerId"])
    acl = world.api("organizer").ok("GET", f"/entity/{world.project}/acl")
    acl["resourceAccess"].append({"principalId": principal, "accessType": ["READ"]})
    world.api("organizer").ok("PUT", f"/entity/{world.project}/acl", acl)
