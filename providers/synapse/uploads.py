"""Uploads: the five calls of Synapse's multipart upload (contract 7.1), every file once for each run.

Synapse recognizes a file that the same user uploaded before by its MD5 and name, so all steps may be repeated freely.
"""

from __future__ import annotations

import asyncio
import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from planner.interfaces import ProviderError
from providers.synapse.transport import Transport

PART_SIZE: Final = 8 * 1024 * 1024
"""Bytes of one part; Synapse refuses less than 5 MiB, and takes a part that is larger than the file."""

Raw = Mapping[str, Any]


@dataclass(slots=True)
class Uploads:
    """Handles of what was uploaded in this run, by MD5 and file name."""

    transport: Transport
    _handles: dict[tuple[str, str], str] = field(default_factory=dict)
    _locks: dict[tuple[str, str], asyncio.Lock] = field(default_factory=dict)

    async def file(self, where: str, path: Path, md5: str, name: str) -> str:
        """Upload a local file under a name; returns the id of its handle. Raises ProviderError where it isn't what was
        planned.
        """
        async with self._locks.setdefault((md5, name), asyncio.Lock()):
            if (md5, name) not in self._handles:
                content = await _read(where, path, md5)
                type_ = mimetypes.guess_type(name)[0] or "application/octet-stream"
                self._handles[md5, name] = await upload(self.transport, where, content, name, type_)
            return self._handles[md5, name]


async def _read(where: str, path: Path, md5: str) -> bytes:
    try:
        content = await asyncio.to_thread(path.read_bytes)
    except OSError as error:
        raise ProviderError(
            where, f"{path} can't be read: {error.strerror}", "put the file back, then plan again"
        ) from None
    if _md5(content) != md5:
        raise ProviderError(where, f"{path} has changed since the plan was made", "plan again")
    return content


async def upload(transport: Transport, where: str, content: bytes, name: str, content_type: str) -> str:
    """Upload bytes; returns the id of the file handle."""
    if not content:
        raise ProviderError(
            where, f"{name} is empty, and Synapse stores no empty files", "put something into it, or remove it"
        )
    request = {
        "concreteType": "org.sagebionetworks.repo.model.file.MultipartUploadRequest",
        "fileName": name,
        "contentMD5Hex": _md5(content),
        "contentType": content_type,
        "fileSizeBytes": len(content),
        "partSizeBytes": PART_SIZE,
        "generatePreview": False,
    }
    status: Raw = await transport.ask("/file/multipart", request, "file")
    for number, state in enumerate(status.get("partsState", ""), 1):
        if state == "0":
            await _part(
                transport, where, status["uploadId"], number, content[(number - 1) * PART_SIZE : number * PART_SIZE]
            )
    if status["state"] != "COMPLETED":
        status = await transport.put_again(f"/file/multipart/{status['uploadId']}/complete", "file")
    return str(status["resultFileHandleId"])


async def _part(transport: Transport, where: str, upload_id: str, number: int, content: bytes) -> None:
    step = f"/file/multipart/{upload_id}"
    request = {"uploadId": upload_id, "partNumbers": [number]}
    batch = await transport.ask(f"{step}/presigned/url/batch", request, "file")
    signed = batch["partPresignedUrls"][0]
    await transport.store(signed["uploadPresignedUrl"], content, signed.get("signedHeaders") or {})
    added = await transport.put_again(f"{step}/add/{number}?partMD5Hex={_md5(content)}", "file")
    # A damaged part is told in the body of a success (contract, surprise 40).
    if added["addPartState"] != "ADD_SUCCESS":
        raise ProviderError(
            where, f"the upload failed: {added.get('errorMessage', 'no reason given')}", "run apply again"
        )


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()
