"""Multipart upload, version 2 (contract 7.1): idempotent start, pre-signed parts on the sandbox itself, completion."""

from __future__ import annotations

import hashlib
import json
import math

from synapse_sandbox.call import Answer, Call, created
from synapse_sandbox.names import valid_name
from synapse_sandbox.presigned import PUT_SECONDS, check_presigned, presign
from synapse_sandbox.reading import boolean, choice, integer, nested, text
from synapse_sandbox.refusals import forbidden, invalid, not_found, required
from synapse_sandbox.routing import Route
from synapse_sandbox.services.associations import require_download
from synapse_sandbox.services.files import (
    S3_HANDLE,
    STORAGE_LOCATION,
    NewHandle,
    add_handle,
    content_between,
    handle_row,
    put_part,
    require_signed_in,
)
from synapse_sandbox.store import Row
from synapse_sandbox.wire import Json, number, to_iso

SCHEMA = """
CREATE TABLE IF NOT EXISTS multipart_uploads (
    id INTEGER PRIMARY KEY,
    started_by INTEGER NOT NULL REFERENCES principals (id),
    request_hash TEXT NOT NULL,
    request TEXT NOT NULL,
    source_key TEXT,
    object_key TEXT NOT NULL,
    part_count INTEGER NOT NULL,
    file_handle_id INTEGER,
    started_on INTEGER NOT NULL,
    updated_on INTEGER NOT NULL,
    UNIQUE (started_by, request_hash)
);
CREATE TABLE IF NOT EXISTS added_parts (
    upload_id INTEGER NOT NULL REFERENCES multipart_uploads (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    PRIMARY KEY (upload_id, number)
);
"""

_FILE = "org.sagebionetworks.repo.model.file."
UPLOAD_REQUEST, COPY_REQUEST = f"{_FILE}MultipartUploadRequest", f"{_FILE}MultipartUploadCopyRequest"
MIN_PART, MAX_PART = 5 * 1024**2, 5 * 1024**3
MAX_PARTS, MAX_FILE = 10_000, 5 * 1024**4
MULTIPART = "/file/v1/file/multipart"
PART = "/storage/v1/uploads/{uploadId}/parts/{partNumber}"


def start_upload(call: Call) -> Answer:
    """POST /file/multipart: the same request of the same user gives the same upload, also a completed one."""
    require_signed_in(call)
    kind = choice(call.body, "concreteType", (UPLOAD_REQUEST, COPY_REQUEST)) or UPLOAD_REQUEST
    request = _copy_request(call) if kind == COPY_REQUEST else _upload_request(call)
    digest = hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()
    running = call.store.one(
        "SELECT * FROM multipart_uploads WHERE started_by = ? AND request_hash = ?", call.caller.id, digest
    )
    if running is not None and call.flag("forceRestart"):
        _forget(call, running)
        running = None
    return created(_status(call, running or _new_upload(call, request, digest)))


def _upload_request(call: Call) -> Json:
    body = call.body
    name, size = text(body, "fileName"), integer(body, "fileSizeBytes")
    if not name:
        raise required("MultipartUploadRequest.fileName")
    if size is None:
        raise required("MultipartUploadRequest.fileSizeBytes")
    if size < 1:
        raise invalid("File size must be at least one byte")
    if size > MAX_FILE:
        raise invalid(f"The file size must be at most {MAX_FILE} bytes.")
    if not text(body, "contentMD5Hex"):
        raise required("MultipartUploadRequest.MD5Hex")
    return {
        "fileName": valid_name(name),
        "fileSizeBytes": size,
        "partSizeBytes": _part_size(body, size),
        "contentMD5Hex": str(body["contentMD5Hex"]),
        "contentType": text(body, "contentType") or "application/octet-stream",
        "storageLocationId": _location(body),
        "generatePreview": boolean(body, "generatePreview") is not False,
    }


def _copy_request(call: Call) -> Json:
    """A copy of somebody's file that the caller may download; name, type and MD5 come from the source."""
    source = nested(call.body, "sourceFileHandleAssociation")
    if source is None:
        raise required("MultipartUploadCopyRequest.sourceFileHandleAssociation")
    handle_id = number(source.get("fileHandleId"))
    require_download(call, handle_id, str(source.get("associateObjectType")), str(source.get("associateObjectId")))
    row = handle_row(call.store, handle_id)
    if row["object_key"] is None:
        raise invalid("The source file must be stored in Synapse.")
    return {
        "fileName": valid_name(text(call.body, "fileName") or row["file_name"]),
        "fileSizeBytes": row["content_size"],
        "partSizeBytes": _part_size(call.body, row["content_size"]),
        "contentMD5Hex": row["content_md5"],
        "contentType": row["content_type"],
        "storageLocationId": _location(call.body),
        "sourceKey": row["object_key"],
    }


def _part_size(body: Json, size: int) -> int:
    part = integer(body, "partSizeBytes")
    if part is None:
        raise required("MultipartUploadRequest.PartSizeBytes")
    if part < MIN_PART:
        raise invalid(f"The part size must be at least {MIN_PART} bytes.")
    if part > MAX_PART:
        raise invalid(f"The part size must not exceed {MAX_PART} bytes.")
    if math.ceil(size / part) > MAX_PARTS:
        raise invalid(f"File Upload would exceed the maximum number of parts: {MAX_PARTS}.")
    return part


def _location(body: Json) -> int:
    location = integer(body, "storageLocationId") or STORAGE_LOCATION
    if location != STORAGE_LOCATION:
        raise not_found(f"Cannot find StorageLocationSetting with ID {location}")
    return location


def _new_upload(call: Call, request: Json, digest: str) -> Row:
    upload_id = call.store.next_id("multipart_upload")
    call.store.insert(
        "multipart_uploads",
        id=upload_id,
        started_by=call.caller.id,
        request_hash=digest,
        request=json.dumps(request),
        source_key=request.get("sourceKey"),
        object_key=f"{call.caller.id}/{call.store.new_etag()}/{request['fileName']}",
        part_count=math.ceil(request["fileSizeBytes"] / request["partSizeBytes"]),
        started_on=call.now,
        updated_on=call.now,
    )
    return _upload(call, upload_id)


def _forget(call: Call, upload: Row) -> None:
    if upload["file_handle_id"] is None:
        call.store.run("DELETE FROM object_parts WHERE object_key = ?", upload["object_key"])
    call.store.run("DELETE FROM multipart_uploads WHERE id = ?", upload["id"])


def _upload(call: Call, upload_id: int) -> Row:
    row = call.store.one("SELECT * FROM multipart_uploads WHERE id = ?", upload_id)
    if row is None:
        raise not_found(f"MultipartUpload not found for uploadId: {upload_id}")
    return row


def _own_upload(call: Call) -> Row:
    upload = _upload(call, call.number("uploadId"))
    if upload["started_by"] != call.caller.id:
        raise forbidden(
            "Only the user that started a multipart upload can get part upload pre-signed URLs for that file upload."
        )
    return upload


def _added(call: Call, upload: Row) -> set[int]:
    rows = call.store.all("SELECT number FROM added_parts WHERE upload_id = ?", upload["id"])
    return {row["number"] for row in rows}


def _status(call: Call, upload: Row) -> Json:
    added, done = _added(call, upload), upload["file_handle_id"] is not None
    status: Json = {
        "uploadId": str(upload["id"]),
        "startedBy": str(upload["started_by"]),
        "startedOn": to_iso(upload["started_on"]),
        "updatedOn": to_iso(upload["updated_on"]),
        "partsState": "".join("1" if done or part in added else "0" for part in range(1, upload["part_count"] + 1)),
        "state": "COMPLETED" if done else "UPLOADING",
    }
    if done:
        status["resultFileHandleId"] = str(upload["file_handle_id"])
    return status


def get_part_urls(call: Call) -> Answer:
    """POST …/presigned/url/batch {partNumbers, contentType?} → one URL for each part."""
    upload = _own_upload(call)
    parts = call.body.get("partNumbers") or []
    if not parts:
        raise invalid("BatchPresignedUploadUrlRequest.partNumbers must contain at least one value")
    return created({"partPresignedUrls": [_part_url(call, upload, number(part)) for part in parts]})


def _part_url(call: Call, upload: Row, part: int) -> Json:
    _check_part(upload, part)
    content_type = text(call.body, "contentType")
    path = PART.format(uploadId=upload["id"], partNumber=part)
    headers = {} if content_type is None else {"Content-Type": content_type}
    url = presign(call, "PUT", path, PUT_SECONDS, **({"content-type": content_type} if content_type else {}))
    return {"partNumber": part, "uploadPresignedUrl": url, "signedHeaders": headers}


def _check_part(upload: Row, part: int) -> None:
    if part < 1:
        raise invalid("Part numbers cannot be less than one.")
    if part > upload["part_count"]:
        raise invalid(
            f"Part number cannot be larger than number of parts. Number of parts: {upload['part_count']},"
            f" provided part number: {part}"
        )


def put_bytes(call: Call) -> Answer:
    """PUT of one part to its pre-signed URL: the store's side of an upload. A copy's part brings no bytes."""
    upload_id, part = call.number("uploadId"), call.number("partNumber")
    check_presigned(call, PART.format(uploadId=upload_id, partNumber=part))
    if call.query.get("content-type") not in (None, call.headers.get("content-type")):
        raise forbidden("SignatureDoesNotMatch")
    upload = _upload(call, upload_id)
    request = json.loads(upload["request"])
    content = call.content
    if upload["source_key"] is not None:
        first = (part - 1) * request["partSizeBytes"]
        last = min(first + request["partSizeBytes"], request["fileSizeBytes"]) - 1
        content = content_between(call.store, upload["source_key"], first, last)
    md5 = put_part(call.store, upload["object_key"], part, content)
    return Answer(None, 200, headers={"ETag": f'"{md5}"'})


def add_part(call: Call) -> Answer:
    """PUT …/add/{part}?partMD5Hex=: 201 in any case; a wrong MD5 is told in the body."""
    upload, part = _own_upload(call), call.number("partNumber")
    _check_part(upload, part)
    md5 = call.parameter("partMD5Hex")
    stored = call.store.value(
        "SELECT md5 FROM object_parts WHERE object_key = ? AND number = ?", upload["object_key"], part
    )
    answer: Json = {"uploadId": str(upload["id"]), "partNumber": part, "addPartState": "ADD_SUCCESS"}
    if stored != md5 and not (upload["source_key"] is not None and stored is not None):
        return created({**answer, "addPartState": "ADD_FAILED", "errorMessage": _part_fault(stored, md5)})
    call.store.run("INSERT INTO added_parts VALUES (?, ?) ON CONFLICT DO NOTHING", upload["id"], part)
    call.store.update("multipart_uploads", upload["id"], updated_on=call.now)
    return created(answer)


def _part_fault(stored: str | None, md5: str) -> str:
    if stored is None:
        return "The part has not been uploaded."
    return f"The provided MD5 does not match the MD5 of the uploaded part. Please re-upload the part: {md5}"


def complete_upload(call: Call) -> Answer:
    """PUT …/complete: a file handle when all parts are there; repeated, the same answer."""
    upload = _own_upload(call)
    if upload["file_handle_id"] is None:
        missing = upload["part_count"] - len(_added(call, upload))
        if missing:
            raise invalid(
                f"Missing {missing} part(s)."
                "  All parts must be successfully added before a file upload can be completed."
            )
        handle_id = _completed(call, upload)
        call.store.update("multipart_uploads", upload["id"], file_handle_id=handle_id, updated_on=call.now)
    return created(_status(call, _upload(call, upload["id"])))


def _completed(call: Call, upload: Row) -> int:
    """The handle of a finished upload, whose size and MD5 are what the request promised (contract 7.1)."""
    request = json.loads(upload["request"])
    md5, size = hashlib.md5(usedforsecurity=False), 0
    for part in range(1, upload["part_count"] + 1):
        content = call.store.value(
            "SELECT content FROM object_parts WHERE object_key = ? AND number = ?", upload["object_key"], part
        )
        md5.update(content)
        size += len(content)
    if size != request["fileSizeBytes"] or md5.hexdigest() != request["contentMD5Hex"]:
        raise invalid("The uploaded file does not have the size and the MD5 that were given at the start.")
    return add_handle(
        call,
        NewHandle(
            S3_HANDLE,
            request["fileName"],
            request["contentType"],
            request["contentMD5Hex"],
            size,
            request["storageLocationId"],
            upload["object_key"],
        ),
    )


ROUTES = (
    Route("POST", MULTIPART, start_upload),
    Route("POST", f"{MULTIPART}/{{uploadId}}/presigned/url/batch", get_part_urls),
    Route("PUT", f"{MULTIPART}/{{uploadId}}/add/{{partNumber}}", add_part),
    Route("PUT", f"{MULTIPART}/{{uploadId}}/complete", complete_upload),
    Route("PUT", PART, put_bytes, raw=True),
)
