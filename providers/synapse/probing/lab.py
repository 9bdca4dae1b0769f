"""Where probes work: plain requests as one account, and everything they make, remembered until it is gone again."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from planner.interfaces import ProviderError

MODEL: Final = "org.sagebionetworks.repo.model."
Json = dict[str, Any]

_BUSY: Final = {429, 502, 503}
_TRIES: Final = 6
_PART: Final = 5 * 1024 * 1024


class Unable(Exception):
    """What a probe needs could not be had; the text says what."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, and the JSON of the body or its text."""

    status: int
    body: Any

    @property
    def reason(self) -> str:
        """Why not, where it says so."""
        return str(self.body.get("reason", "")) if isinstance(self.body, dict) else ""


@dataclass(slots=True)
class Lab:
    """One account at one Synapse with a project that nobody else needs.

    patience: seconds to wait for what appears later. made: what has to go again, as addresses by their names.
    """

    endpoint: str
    token: str
    me: str
    name: str
    http: httpx.AsyncClient
    patience: float
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    project: str = ""
    made: dict[str, str] = field(default_factory=dict)
    shared: dict[str, Any] = field(default_factory=dict)

    async def send(self, method: str, path: str, body: Any = None, content: bytes | None = None) -> Answer:
        """One request; repeated while the server is busy. Paths without a service mean /repo/v1."""
        address = path if path.startswith(("/file/", "/auth/")) else f"/repo/v1{path}"
        data = json.dumps(body).encode() if content is None and body is not None else content
        headers = {"Authorization": f"Bearer {self.token}"}
        if data is not None:
            headers["Content-Type"] = "application/json; charset=UTF-8"
        for attempt in range(_TRIES):
            answer = await self._sent(method, address, data, headers)
            if answer.status not in _BUSY:
                return answer
            await self.sleep(2.0**attempt)
        raise Unable(f"the server stayed busy: {method} {address}")

    async def _sent(self, method: str, address: str, data: bytes | None, headers: dict[str, str]) -> Answer:
        try:
            reply = await self.http.request(method, f"{self.endpoint}{address}", content=data, headers=headers)
        except httpx.HTTPError as fault:
            raise Unable(f"no answer to {method} {address} ({type(fault).__name__})") from fault
        is_json = reply.headers.get("content-type", "").startswith("application/json")
        return Answer(reply.status_code, reply.json() if is_json else reply.text)

    async def ok(self, method: str, path: str, body: Any = None) -> Any:
        """The body of an answer that must be a success. Raises Unable."""
        answer = await self.send(method, path, body)
        if answer.status >= 300:
            raise Unable(f"{method} {path}: {answer.status} {answer.reason}")
        return answer.body

    def remember(self, what: str, address: str) -> None:
        """Something was made that a DELETE of this address takes away."""
        self.made[what] = address

    async def folder(self, name: str, **members: Any) -> Answer:
        """Try to make a folder in the project; it goes with the project."""
        body = {"concreteType": f"{MODEL}Folder", "name": name, "parentId": self.project, **members}
        return await self.send("POST", "/entity", body)

    async def queue(self) -> Json:
        """A queue of the project."""
        name = f"{self.name} {len(self.made)}"
        made: Json = await self.ok("POST", "/evaluation", {"name": name, "contentSource": self.project})
        self.remember(f"queue {made['id']}", f"/evaluation/{made['id']}")
        return made

    async def job(self, path: str, request: Json) -> Any:
        """The result of an asynchronous job. Raises Unable, also where it takes longer than patience lasts."""
        token = (await self.ok("POST", f"{path}/async/start", request))["token"]
        for _ in range(max(1, round(self.patience))):
            answer = await self.send("GET", f"{path}/async/get/{token}")
            if answer.status != 202:
                if answer.status >= 300:
                    raise Unable(f"{path}: {answer.status} {answer.reason}")
                return answer.body
            await self.sleep(1.0)
        raise Unable(f"{path}: not done after {self.patience:.0f} s")

    async def upload(self, content: bytes, md5: str | None = None) -> Answer:
        """The last answer of an upload of these bytes, under their MD5 or another."""
        real = hashlib.md5(content, usedforsecurity=False).hexdigest()
        request = {
            "fileName": "probe.txt",
            "contentType": "text/plain",
            "contentMD5Hex": md5 or real,
            "fileSizeBytes": len(content),
            "partSizeBytes": _PART,
        }
        base = "/file/v1/file/multipart"
        upload = (await self.ok("POST", f"{base}?forceRestart=true", request))["uploadId"]
        batch = {"uploadId": upload, "partNumbers": [1]}
        (part,) = (await self.ok("POST", f"{base}/{upload}/presigned/url/batch", batch))["partPresignedUrls"]
        await self.http.put(part["uploadPresignedUrl"], content=content, headers=part.get("signedHeaders") or {})
        await self.ok("PUT", f"{base}/{upload}/add/1?partMD5Hex={real}")
        answer = await self.send("PUT", f"{base}/{upload}/complete")
        if answer.status < 300:
            handle = answer.body["resultFileHandleId"]
            self.remember(f"file handle {handle}", f"/file/v1/fileHandle/{handle}")
        return answer


@asynccontextmanager
async def throw_away_project(lab: Lab, left: list[str]) -> AsyncIterator[None]:
    """Make the project, and take away everything at the end, whatever happened; `left` gets what could not go.

    Raises ProviderError where the project can't be made.
    """
    made = await lab.send("POST", "/entity", {"concreteType": f"{MODEL}Project", "name": lab.name})
    if made.status != 201:
        mend = "use an account that may create projects"
        raise ProviderError(lab.endpoint, f"the throw-away project was refused ({made.status} {made.reason})", mend)
    lab.project = str(made.body["id"])
    lab.remember(f"project {lab.project}", f"/entity/{lab.project}")
    try:
        yield
    finally:
        await _clean(lab, left)


async def _clean(lab: Lab, left: list[str]) -> None:
    """Newest first, so that what lies in a project goes before it."""
    for what, address in reversed(lab.made.items()):
        try:
            gone = (await lab.send("DELETE", address)).status in (200, 204, 404)
        except Unable:
            gone = False
        if not gone:
            left.append(what)
