"""Making what the tests of challenges need, through the API alone."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, Protocol

import httpx

MODEL = "org.sagebionetworks.repo.model."
Json = dict[str, Any]


class Answered(Protocol):
    """What a request came back with."""

    status: int
    body: Any

    @property
    def reason(self) -> str: ...


class Client(Protocol):
    """One user's client of the sandbox (see conftest)."""

    def get(self, path: str, **query: Any) -> Answered: ...
    def post(self, path: str, body: Any = None, **query: Any) -> Answered: ...
    def put(self, path: str, body: Any = None, **query: Any) -> Answered: ...
    def delete(self, path: str, **query: Any) -> Answered: ...
    def ok(self, method: str, path: str, body: Any = None, **query: Any) -> Any: ...


Users = Callable[..., Client]
Names = Callable[[str], str]


def make_project(client: Client, name: str) -> Json:
    project: Json = client.ok("POST", "/entity", {"concreteType": f"{MODEL}Project", "name": name})
    return project


def make_folder(client: Client, name: str, parent: str) -> Json:
    folder: Json = client.ok("POST", "/entity", {"concreteType": f"{MODEL}Folder", "name": name, "parentId": parent})
    return folder


def make_team(client: Client, name: str, **members: Any) -> Json:
    team: Json = client.ok("POST", "/team", {"name": name, **members})
    return team


def make_queue(client: Client, name: str, project: str, **members: Any) -> Json:
    queue: Json = client.ok("POST", "/evaluation", {"name": name, "contentSource": project, **members})
    return queue


def make_round(client: Client, queue: str, start: str, end: str, *limits: Json) -> Json:
    made: Json = client.ok("POST", f"/evaluation/{queue}/round", round_body(queue, start, end, *limits))
    return made


def round_body(queue: str, start: str, end: str, *limits: Json) -> Json:
    body: Json = {"evaluationId": queue, "roundStart": start, "roundEnd": end}
    return body | {"limits": list(limits)} if limits else body


def limit(kind: str, maximum: int) -> Json:
    return {"limitType": kind, "maximumSubmissions": maximum}


def id_of(client: Client) -> int:
    return int(client.ok("GET", "/userProfile")["ownerId"])


def grant(client: Client, path: str, put_to: str, principal: int, *types: str) -> Json:
    """Give a principal exactly these accesses in the ACL at `path` (none: remove the entry)."""
    acl = client.ok("GET", path)
    entries = [entry for entry in acl["resourceAccess"] if entry["principalId"] != principal]
    acl["resourceAccess"] = entries + ([{"principalId": principal, "accessType": list(types)}] if types else [])
    changed: Json = client.ok("PUT", put_to, acl)
    return changed


def share_entity(client: Client, entity: str, principal: int, *types: str) -> None:
    grant(client, f"/entity/{entity}/acl", f"/entity/{entity}/acl", principal, *types)


def share_queue(client: Client, queue: str, principal: int, *types: str) -> None:
    grant(client, f"/evaluation/{queue}/acl", "/evaluation/acl", principal, *types)


def grants_of(acl: Json) -> dict[int, set[str]]:
    return {entry["principalId"]: set(entry["accessType"]) for entry in acl["resourceAccess"]}


def set_clock(client: Client, instant: str) -> None:
    """Stop the sandbox's time at an instant."""
    client.ok("PUT", "/sandbox/v1/clock", {"mode": "frozen", "now": instant})


def uploaded(client: Client, name: str, content: bytes, content_type: str = "application/octet-stream") -> str:
    """A file handle made by the five calls of a multipart upload; its id."""
    request = {
        "fileName": name,
        "contentType": content_type,
        "contentMD5Hex": hashlib.md5(content, usedforsecurity=False).hexdigest(),
        "fileSizeBytes": len(content),
        "partSizeBytes": 5 * 1024 * 1024,
    }
    base = "/file/v1/file/multipart"
    started = client.ok("POST", base, request)
    if started["state"] == "UPLOADING":
        batch = {"uploadId": started["uploadId"], "partNumbers": [1]}
        urls = client.ok("POST", f"{base}/{started['uploadId']}/presigned/url/batch", batch)["partPresignedUrls"]
        stored = httpx.put(urls[0]["uploadPresignedUrl"], content=content, verify=False)  # noqa: S501 -- plain HTTP
        stored.raise_for_status()
        client.ok("PUT", f"{base}/{started['uploadId']}/add/1", partMD5Hex=request["contentMD5Hex"])
        started = client.ok("PUT", f"{base}/{started['uploadId']}/complete")
    return str(started["resultFileHandleId"])
