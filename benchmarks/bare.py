"""The same ASGI stack with nothing in it: answers JSON of an entity's size, and takes JSON."""

from __future__ import annotations

import socket

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

ENTITY = {
    "id": "syn9602619",
    "name": "a folder of a challenge",
    "etag": "cd4ab3f4-59b4-4b5c-8c0e-0f4f9f5b5a11",
    "parentId": "syn9602618",
    "createdOn": "2027-01-01T00:00:00.000Z",
    "modifiedOn": "2027-01-01T00:00:00.000Z",
    "createdBy": "3420001",
    "modifiedBy": "3420001",
    "concreteType": "org.sagebionetworks.repo.model.Folder",
}


async def read(_: Request) -> JSONResponse:
    """Answer an entity."""
    return JSONResponse(ENTITY)


async def write(request: Request) -> JSONResponse:
    """Take an entity and answer it."""
    return JSONResponse(ENTITY | await request.json(), status_code=201)


def main() -> None:
    """Serve on a free port of loopback; says where in its first line."""
    app = Starlette(routes=[Route("/{rest:path}", read), Route("/{rest:path}", write, methods=["POST", "PUT"])])
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
        config = uvicorn.Config(app, http="httptools", lifespan="off", log_level="warning", access_log=False)
        uvicorn.Server(config).run([listener])


if __name__ == "__main__":
    main()
