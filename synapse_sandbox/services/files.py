"""File handles: what is kept of a file, who owns it, external ones, copies (contract 7.2)."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlparse

from synapse_sandbox.call import Answer, Call
from synapse_sandbox.names import valid_name
from synapse_sandbox.permissions import require_entity
from synapse_sandbox.reading import compulsory, integer, text
from synapse_sandbox.refusals import Refusal, forbidden, invalid, not_found, required
from synapse_sandbox.routing import Route
from synapse_sandbox.services.file_links import is_linked
from synapse_sandbox.store import Row, Store
from synapse_sandbox.wire import Json, number, to_iso

SCHEMA = """
CREATE TABLE IF NOT EXISTS file_handles (
    id INTEGER PRIMARY KEY,
    etag TEXT NOT NULL,
    concrete_type TEXT NOT NULL,
    file_name TEXT NOT NULL,
    content_type TEXT NOT NULL,
    content_md5 TEXT,
    content_size INTEGER,
    storage_location_id INTEGER,
    fields TEXT NOT NULL,
    object_key TEXT,
    created_by INTEGER NOT NULL REFERENCES principals (id),
    created_on INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS object_parts (
    object_key TEXT NOT NULL,
    number INTEGER NOT NULL,
    md5 TEXT NOT NULL,
    size INTEGER NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (object_key, number)
);
"""

_FILE = "org.sagebionetworks.repo.model.file."
S3_HANDLE = f"{_FILE}S3FileHandle"
EXTERNAL_HANDLE = f"{_FILE}ExternalFileHandle"
OBJECT_STORE_HANDLE = f"{_FILE}ExternalObjectStoreFileHandle"
PROXY_HANDLE = f"{_FILE}ProxyFileHandle"
BUCKET = "sandbox-storage"
STORAGE_LOCATION = 1
NOT_SET = "NOT_SET"
_URL_SCHEMES = ("http", "https", "ftp", "sftp", "file")
_HOST = re.compile(r"[^\s/]+")


@dataclass(frozen=True, slots=True)
class NewHandle:
    """A file handle to be made; `fields` are the members of its kind alone."""

    concrete_type: str
    file_name: str
    content_type: str
    content_md5: str | None = None
    content_size: int | None = None
    storage_location_id: int | None = STORAGE_LOCATION
    object_key: str | None = None
    fields: Json = field(default_factory=dict)


def add_handle(call: Call, handle: NewHandle) -> int:
    """Keep a file handle of the caller; its id."""
    handle_id = call.store.next_id("file_handle")
    call.store.insert(
        "file_handles",
        id=handle_id,
        etag=call.store.new_etag(),
        concrete_type=handle.concrete_type,
        file_name=handle.file_name,
        content_type=handle.content_type,
        content_md5=handle.content_md5,
        content_size=handle.content_size,
        storage_location_id=handle.storage_location_id,
        fields=json.dumps(handle.fields),
        object_key=handle.object_key,
        created_by=call.caller.id,
        created_on=call.now,
    )
    return handle_id


def store_file(call: Call, file_name: str, content_type: str, content: bytes) -> int:
    """Keep bytes that the server itself makes (or takes inline) as a file of the caller; the id of its handle."""
    key = f"{call.caller.id}/{call.store.new_etag()}/{file_name}"
    md5 = put_part(call.store, key, 1, content)
    return add_handle(call, NewHandle(S3_HANDLE, file_name, content_type, md5, len(content), object_key=key))


def put_part(store: Store, key: str, part: int, content: bytes) -> str:
    """Keep one part of a stored object, in place of an earlier one; its MD5."""
    md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
    store.run("INSERT OR REPLACE INTO object_parts VALUES (?, ?, ?, ?, ?)", key, part, md5, len(content), content)
    return md5


def content_between(store: Store, key: str, first: int, last: int) -> bytes:
    """Bytes `first` to `last` (both included, from 0) of a stored object; reads only the parts that hold them."""
    start, pieces = 0, []
    for part in store.all("SELECT number, size FROM object_parts WHERE object_key = ? ORDER BY number", key):
        low, high = max(first - start, 0), min(last - start + 1, part["size"])
        if low < high:
            number_ = part["number"]
            piece = store.value(
                "SELECT substr(content, ?, ?) FROM object_parts WHERE object_key = ? AND number = ?",
                low + 1,
                high - low,
                key,
                number_,
            )
            pieces.append(piece)
        start += part["size"]
    return b"".join(pieces)


def content_of(store: Store, handle_id: int) -> bytes:
    """The whole content of a stored file; 404 for a handle that isn't there or lies elsewhere."""
    row = handle_row(store, handle_id)
    if row["object_key"] is None:
        raise not_found(f"The file of FileHandle {handle_id} is not stored here.")
    return content_between(store, row["object_key"], 0, row["content_size"] - 1)


def handle_row(store: Store, handle_id: int) -> Row:
    """A file handle; 404 when there is none."""
    row = store.one("SELECT * FROM file_handles WHERE id = ?", handle_id)
    if row is None:
        raise not_found(f"FileHandle could not be found with id: {handle_id}")
    return row


def own_handle(call: Call, handle_id: int) -> Row:
    """A file handle of the caller: 404 when unknown, 403 when somebody else made it (contract 2.4)."""
    row = handle_row(call.store, handle_id)
    if row["created_by"] != call.caller.id and not call.caller.is_admin:
        raise forbidden(
            "Only the creator of a FileHandle can access it directly by its ID."
            f"  FileHandleId = '{handle_id}', UserId = '{call.caller.id}'"
        )
    return row


def document(row: Row) -> Json:
    """The FileHandle of a row."""
    handle: Json = {
        **json.loads(row["fields"]),
        "id": str(row["id"]),
        "etag": row["etag"],
        "createdBy": str(row["created_by"]),
        "createdOn": to_iso(row["created_on"]),
        "modifiedOn": to_iso(row["created_on"]),
        "concreteType": row["concrete_type"],
        "contentType": row["content_type"],
        "contentMd5": row["content_md5"],
        "fileName": row["file_name"],
        "storageLocationId": row["storage_location_id"],
        "contentSize": row["content_size"],
        "status": "AVAILABLE",
    }
    if row["concrete_type"] == S3_HANDLE:
        handle |= {"bucketName": BUCKET, "key": row["object_key"], "isPreview": False}
    return handle


def documents(store: Store, handle_ids: Sequence[int]) -> list[Json]:
    """The FileHandles of some ids."""
    return [document(handle_row(store, handle_id)) for handle_id in handle_ids]


def require_signed_in(call: Call, doing: str = "upload files") -> None:
    """403 for anonymous callers."""
    if call.caller.is_anonymous:
        raise forbidden(f"Anonymous cannot {doing}.")


def get_handle(call: Call) -> Answer:
    """GET /fileHandle/{id}: its creator only."""
    return Answer(document(own_handle(call, call.number("handleId"))))


def delete_handle(call: Call) -> Answer:
    """DELETE /fileHandle/{id}: 200, idempotent; 409 as long as something hangs on it."""
    handle_id = call.number("handleId")
    if call.store.one("SELECT 1 FROM file_handles WHERE id = ?", handle_id) is None:
        return Answer()
    own_handle(call, handle_id)
    if is_linked(call.store, handle_id):
        raise Refusal(409, f"The file handle {handle_id} is linked and cannot be deleted.")
    call.store.run("DELETE FROM file_handles WHERE id = ?", handle_id)
    return Answer()


def create_external(call: Call) -> Answer:
    """POST /externalFileHandle → 200 (not 201); every call makes a handle of its own."""
    require_signed_in(call)
    handle_type = call.body.get("concreteType")
    if handle_type is None:
        raise invalid(
            f"Missing 'concreteType' property, cannot discriminate polymorphic type {_FILE}ExternalFileHandleInterface"
        )
    makers = {EXTERNAL_HANDLE: _external_url, OBJECT_STORE_HANDLE: _object_store, PROXY_HANDLE: _proxy}
    if handle_type not in makers:
        raise invalid(f"Unknown concreteType : '{handle_type}'")
    fields = makers[handle_type](call.body)
    handle = NewHandle(
        handle_type,
        valid_name(text(call.body, "fileName")) if "fileName" in call.body else NOT_SET,
        text(call.body, "contentType") or NOT_SET,
        text(call.body, "contentMd5"),
        integer(call.body, "contentSize"),
        integer(call.body, "storageLocationId"),
        fields=fields,
    )
    return Answer(document(handle_row(call.store, add_handle(call, handle))))


def _external_url(body: Json) -> Json:
    url = text(body, "externalURL")
    if url is None:
        raise required("FileHandle.externalURL")
    if not is_url(url):
        raise invalid(f"The External URL is not a valid url: {url}")
    return {"externalURL": url}


def is_url(url: str) -> bool:
    """Whether a text is a URL that Synapse takes for an external file."""
    try:
        parts = urlparse(url)
    except ValueError:
        return False
    if parts.scheme == "file":
        return bool(parts.path)
    return parts.scheme in _URL_SCHEMES and bool(_HOST.fullmatch(parts.netloc)) and " " not in url


def _object_store(body: Json) -> Json:
    compulsory(body, "fileKey")
    return {name: text(body, name) for name in ("fileKey", "endpointUrl", "bucket") if name in body}


def _proxy(body: Json) -> Json:
    if "filePath" not in body:
        raise required("ProxyFileHandle.filePath")
    return {"filePath": text(body, "filePath")}


def get_upload_destination(call: Call) -> Answer:
    """GET /entity/{parentId}/uploadDestination[/{location}]: always the sandbox's own storage."""
    require_entity(call.store, call.caller, call.entity_id(), "READ")
    location = number(call.path.get("location", STORAGE_LOCATION))
    if location != STORAGE_LOCATION:
        raise not_found(f"Cannot find StorageLocationSetting with ID {location}")
    return Answer(
        {
            "concreteType": f"{_FILE}S3UploadDestination",
            "storageLocationId": STORAGE_LOCATION,
            "uploadType": "S3",
        }
    )


def get_upload_locations(call: Call) -> Answer:
    """GET /entity/{parentId}/uploadDestinationLocations."""
    require_entity(call.store, call.caller, call.entity_id(), "READ")
    return Answer({"list": [{"storageLocationId": STORAGE_LOCATION, "uploadType": "S3"}]})


def file_handles_of_entity(store: Store, version: Row) -> list[Json]:
    """The handles of an entity version (from `nodes.node`): one for a file, none for the rest."""
    return [] if version["file_handle_id"] is None else documents(store, [version["file_handle_id"]])


def handle_number(body: Json, name: str) -> int | None:
    """A file handle id in a body, typed as a string of digits."""
    value = text(body, name)
    return None if value is None else number(value)


ROUTES = (
    Route("GET", "/file/v1/fileHandle/{handleId}", get_handle, reads=True),
    Route("DELETE", "/file/v1/fileHandle/{handleId}", delete_handle),
    Route("POST", "/file/v1/externalFileHandle", create_external),
    Route("POST", "/file/v1/externalFileHandle/proxy", create_external),
    Route("GET", "/file/v1/entity/{id}/uploadDestination", get_upload_destination, reads=True),
    Route("GET", "/file/v1/entity/{id}/uploadDestination/{location}", get_upload_destination, reads=True),
    Route("GET", "/file/v1/entity/{id}/uploadDestinationLocations", get_upload_locations, reads=True),
)
