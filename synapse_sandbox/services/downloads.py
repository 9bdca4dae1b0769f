"""Downloading: batches, redirects, copies of handles, and the storage that pre-signed URLs point at (contract 7.3)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from synapse_sandbox.call import Answer, Call, created, redirect_to
from synapse_sandbox.names import valid_name
from synapse_sandbox.permissions import require_entity_download
from synapse_sandbox.presigned import GET_SECONDS, check_presigned, presign
from synapse_sandbox.reading import boolean, nested, objects, text
from synapse_sandbox.refusals import invalid, not_found
from synapse_sandbox.routing import Route
from synapse_sandbox.services.associations import download_failure, require_download
from synapse_sandbox.services.files import (
    EXTERNAL_HANDLE,
    S3_HANDLE,
    NewHandle,
    add_handle,
    content_between,
    document,
    handle_row,
    own_handle,
    require_signed_in,
)
from synapse_sandbox.services.nodes import node
from synapse_sandbox.store import Row
from synapse_sandbox.wire import Json, number

SCHEMA = ""
MAX_BATCH = 100
STORED = "/storage/v1/files/{handleId}"
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


def download_url(call: Call, handle: Row) -> str:
    """Where the bytes of a file are: pre-signed for stored ones, the URL itself for external ones."""
    if handle["object_key"] is not None:
        return presign(call, "GET", STORED.format(handleId=handle["id"]), GET_SECONDS)
    external = document(handle).get("externalURL")
    if external is None:
        raise not_found(f"The file of FileHandle {handle['id']} is not stored here.")
    return str(external)


def get_batch(call: Call) -> Answer:
    """POST /fileHandle/batch → 201; what can't be had is told file by file."""
    wanted = {
        name: bool(boolean(call.body, name))
        for name in ("includeFileHandles", "includePreSignedURLs", "includePreviewPreSignedURLs")
    }
    if not any(wanted.values()):
        raise invalid("Must include either FileHandles or pre-signed URLs or preview pre-signed URLs")
    files = objects(call.body, "requestedFiles") or []
    if not files:
        raise invalid("Request must include at least one FileHandleAssociation")
    if len(files) > MAX_BATCH:
        raise invalid(f"Request exceeds the maximum number of {MAX_BATCH} files.")
    results = [_result(call, association or {}, wanted) for association in files]
    return created({"requestedFiles": results})


def _result(call: Call, association: Json, wanted: dict[str, bool]) -> Json:
    named = _named(association)
    failure = download_failure(call, *named)
    if failure is not None:
        return {"fileHandleId": str(named[0]), "failureCode": failure}
    handle = handle_row(call.store, named[0])
    result: Json = {"fileHandleId": str(named[0])}
    if wanted["includeFileHandles"]:
        result["fileHandle"] = document(handle)
    if wanted["includePreSignedURLs"]:
        result["preSignedURL"] = download_url(call, handle)
    return result


def _named(association: Json) -> tuple[int, str, str]:
    values = [text(association, name) for name in ("fileHandleId", "associateObjectType", "associateObjectId")]
    if None in values:
        raise invalid("FileHandleAssociation needs fileHandleId, associateObjectType and associateObjectId")
    return number(values[0]), str(values[1]), str(values[2])


def copy_handles(call: Call) -> Answer:
    """POST /filehandles/copy: own handles for files that one may download."""
    require_signed_in(call)
    requests = objects(call.body, "copyRequests") or []
    if not 0 < len(requests) <= MAX_BATCH:
        raise invalid(f"copyRequests must hold 1 to {MAX_BATCH} requests.")
    return Answer({"copyResults": [_copy(call, request or {}) for request in requests]})


def _copy(call: Call, request: Json) -> Json:
    named = _named(nested(request, "originalFile") or {})
    failure = download_failure(call, *named)
    if failure is not None:
        return {"originalFileHandleId": str(named[0]), "failureCode": failure}
    row = handle_row(call.store, named[0])
    fields = {"externalURL": document(row)["externalURL"]} if row["concrete_type"] == EXTERNAL_HANDLE else {}
    copied = NewHandle(
        row["concrete_type"],
        valid_name(text(request, "newFileName") or row["file_name"]),
        text(request, "newContentType") or row["content_type"],
        row["content_md5"],
        row["content_size"],
        row["storage_location_id"],
        row["object_key"] if row["concrete_type"] == S3_HANDLE else None,
        fields,
    )
    new = handle_row(call.store, add_handle(call, copied))
    return {"originalFileHandleId": str(named[0]), "newFileHandle": document(new)}


def get_handle_url(call: Call) -> Answer:
    """GET /fileHandle/{id}/url?redirect=: its creator only."""
    return redirect_to(call, download_url(call, own_handle(call, call.number("handleId"))))


def get_file(call: Call) -> Answer:
    """GET /file/{id}?fileAssociateType=&fileAssociateId=&redirect=."""
    handle_id = call.number("id")
    handle = handle_row(call.store, handle_id)
    require_download(call, handle_id, call.parameter("fileAssociateType"), call.parameter("fileAssociateId"))
    return redirect_to(call, download_url(call, handle))


def get_entity_file(call: Call) -> Answer:
    """GET /entity/{id}[/version/{n}]/file?redirect=."""
    entity_id = call.entity_id()
    require_entity_download(call.store, call.caller, entity_id, call.now)
    version = node(call.store, entity_id, call.number("versionNumber") if "versionNumber" in call.path else None)
    if version["file_handle_id"] is None:
        raise not_found(f"Object syn{entity_id} has no FileHandle")
    return redirect_to(call, download_url(call, handle_row(call.store, version["file_handle_id"])))


def get_preview(call: Call) -> Answer:
    """GET …/filepreview: there is never one."""
    require_entity_download(call.store, call.caller, call.entity_id(), call.now)
    handle_id = node(call.store, call.entity_id())["file_handle_id"]
    raise not_found(f"A preview does not exist for file {handle_id}")


@dataclass(frozen=True, slots=True)
class _Span:
    """Which bytes of a file, both ends included, and whether the caller asked for a range."""

    first: int
    last: int
    partial: bool


def get_stored(call: Call) -> Answer:
    """GET of a pre-signed URL: the bytes, whole or by Range (206)."""
    handle = handle_row(call.store, call.number("handleId"))
    check_presigned(call, STORED.format(handleId=handle["id"]))
    size = handle["content_size"]
    span = _span(call.headers.get("range"), size)
    if span is None:
        return Answer(None, 416, headers={"Content-Range": f"bytes */{size}"})
    headers = {
        "Accept-Ranges": "bytes",
        "ETag": f'"{handle["content_md5"]}"',
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(handle['file_name'])}",
    }
    if span.partial:
        headers["Content-Range"] = f"bytes {span.first}-{span.last}/{size}"
    content = content_between(call.store, handle["object_key"], span.first, span.last)
    return Answer(content, 206 if span.partial else 200, handle["content_type"], headers)


def _span(header: str | None, size: int) -> _Span | None:
    """The bytes that a Range header asks for; None when they are beyond the end. Other forms mean the whole file."""
    match = _RANGE.fullmatch(header or "")
    if match is None or match.groups() == ("", ""):
        return _Span(0, size - 1, partial=False)
    first, last = match.groups()
    if not first:
        return _Span(max(size - int(last), 0), size - 1, partial=True) if int(last) else None
    if int(first) >= size:
        return None
    if last and int(last) < int(first):
        return _Span(0, size - 1, partial=False)
    return _Span(int(first), min(int(last or size - 1), size - 1), partial=True)


_DOWNLOAD = ("view", "download")
ROUTES = (
    Route("POST", "/file/v1/fileHandle/batch", get_batch, reads=True, scopes=_DOWNLOAD),
    Route("POST", "/file/v1/filehandles/copy", copy_handles),
    Route("GET", "/file/v1/fileHandle/{handleId}/url", get_handle_url, reads=True, scopes=_DOWNLOAD),
    Route("GET", "/file/v1/file/{id}", get_file, reads=True, scopes=_DOWNLOAD),
    Route("GET", "/repo/v1/entity/{id}/file", get_entity_file, reads=True, scopes=_DOWNLOAD),
    Route("GET", "/repo/v1/entity/{id}/version/{versionNumber}/file", get_entity_file, reads=True, scopes=_DOWNLOAD),
    Route("GET", "/repo/v1/entity/{id}/filepreview", get_preview, reads=True, scopes=_DOWNLOAD),
    Route("GET", "/repo/v1/entity/{id}/version/{versionNumber}/filepreview", get_preview, reads=True),
    Route("GET", STORED, get_stored, reads=True, raw=True),
)
