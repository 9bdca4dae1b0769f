"""File handles, multipart upload, downloads, versions of files (contract 2.5, 7)."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from urllib.parse import parse_qs, urlparse

import httpx
import pytest

from tests.sandbox.making import MODEL, Client, Json, Names, Users, id_of, make_project, share_entity

FILE = f"{MODEL}FileEntity"
MULTIPART = "/file/v1/file/multipart"
MIB = 1024 * 1024
Upload = Callable[..., str]


@pytest.fixture
def organizer(api: Users) -> Client:
    return api("organizer")


@pytest.fixture
def stranger(api: Users) -> Client:
    return api("stranger")


@pytest.fixture
def project(organizer: Client, unique: Names) -> Json:
    return make_project(organizer, unique("project"))


def request_for(content: bytes, **more: object) -> Json:
    return {
        "fileName": "data.bin",
        "contentType": "text/plain",
        "contentMD5Hex": hashlib.md5(content, usedforsecurity=False).hexdigest(),
        "fileSizeBytes": len(content),
        "partSizeBytes": 5 * MIB,
        **more,
    }


def make_file(client: Client, name: str, parent: str, handle: str, **more: object) -> Json:
    body = {"concreteType": FILE, "name": name, "parentId": parent, "dataFileHandleId": handle, **more}
    made: Json = client.ok("POST", "/entity", body)
    return made


def associated(handle: str, entity: Json) -> Json:
    return {"fileHandleId": handle, "associateObjectId": entity["id"], "associateObjectType": "FileEntity"}


def batch(client: Client, *files: Json, **more: bool) -> list[Json]:
    flags = more or {"includePreSignedURLs": True}
    answer = client.post("/file/v1/fileHandle/batch", {"requestedFiles": list(files), **flags})
    assert answer.status == 201
    found: list[Json] = answer.body["requestedFiles"]
    return found


def test_an_upload_in_parts_gives_back_the_same_bytes(organizer: Client) -> None:
    content = bytes(range(256)) * (11 * MIB // 256)
    status = organizer.post(MULTIPART, request_for(content))
    assert (status.status, status.body["partsState"], status.body["state"]) == (201, "000", "UPLOADING")
    upload = f"{MULTIPART}/{status.body['uploadId']}"
    urls = organizer.ok("POST", f"{upload}/presigned/url/batch", {"partNumbers": [1, 2, 3]})["partPresignedUrls"]
    for part in urls:
        piece = content[(part["partNumber"] - 1) * 5 * MIB : part["partNumber"] * 5 * MIB]
        assert httpx.put(part["uploadPresignedUrl"], content=piece).status_code == 200
        md5 = hashlib.md5(piece, usedforsecurity=False).hexdigest()
        added = organizer.put(f"{upload}/add/{part['partNumber']}", partMD5Hex=md5)
        assert (added.status, added.body["addPartState"]) == (201, "ADD_SUCCESS")
    done = organizer.put(f"{upload}/complete")
    assert (done.status, done.body["state"], done.body["partsState"]) == (201, "COMPLETED", "111")
    handle = organizer.ok("GET", f"/file/v1/fileHandle/{done.body['resultFileHandleId']}")
    assert (handle["contentSize"], handle["storageLocationId"]) == (len(content), 1)
    url = organizer.ok("GET", f"/file/v1/fileHandle/{handle['id']}/url", redirect="false")
    assert httpx.get(url).content == content
    tail = httpx.get(url, headers={"Range": f"bytes={5 * MIB - 2}-{5 * MIB + 1}"})
    assert (tail.status_code, tail.content) == (206, content[5 * MIB - 2 : 5 * MIB + 2])
    assert tail.headers["Content-Range"] == f"bytes {5 * MIB - 2}-{5 * MIB + 1}/{len(content)}"
    assert httpx.get(url, headers={"Range": f"bytes={len(content)}-"}).status_code == 416


def test_the_same_file_twice_is_one_handle_until_a_restart_is_forced(organizer: Client, upload: Upload) -> None:
    first = upload(organizer, "same.txt", b"same")
    again = organizer.ok("POST", MULTIPART, {**request_for(b"same"), "fileName": "same.txt", "contentType": "x/y"})
    assert again["state"] == "UPLOADING"
    assert upload(organizer, "same.txt", b"same") == first
    request = {**request_for(b"same"), "fileName": "same.txt", "contentType": "application/octet-stream"}
    assert organizer.ok("POST", MULTIPART, request)["resultFileHandleId"] == first
    assert organizer.ok("POST", MULTIPART, request, forceRestart="true")["state"] == "UPLOADING"


def test_a_wrong_part_md5_is_told_in_the_body(organizer: Client) -> None:
    status = organizer.ok("POST", MULTIPART, request_for(b"wrong part"))
    upload = f"{MULTIPART}/{status['uploadId']}"
    url = organizer.ok("POST", f"{upload}/presigned/url/batch", {"partNumbers": [1]})["partPresignedUrls"][0]
    httpx.put(url["uploadPresignedUrl"], content=b"other")
    added = organizer.put(f"{upload}/add/1", partMD5Hex="0" * 32)
    assert (added.status, added.body["addPartState"]) == (201, "ADD_FAILED")
    refused = organizer.put(f"{upload}/complete")
    assert refused.reason == (
        "Missing 1 part(s).  All parts must be successfully added before a file upload can be completed."
    )


def test_a_file_that_is_not_what_was_announced_is_not_completed(organizer: Client) -> None:
    status = organizer.ok("POST", MULTIPART, request_for(b"announced"))
    upload = f"{MULTIPART}/{status['uploadId']}"
    url = organizer.ok("POST", f"{upload}/presigned/url/batch", {"partNumbers": [1]})["partPresignedUrls"][0]
    httpx.put(url["uploadPresignedUrl"], content=b"sent")
    organizer.ok("PUT", f"{upload}/add/1", partMD5Hex=hashlib.md5(b"sent", usedforsecurity=False).hexdigest())
    assert organizer.put(f"{upload}/complete").status == 400


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"fileSizeBytes": 0}, "File size must be at least one byte"),
        ({"partSizeBytes": 1000}, "The part size must be at least 5242880 bytes."),
        ({"fileName": "a/b"}, None),
        ({"fileSizeBytes": 6 * 1024**4}, None),
    ],
)
def test_an_upload_must_obey_the_limits(organizer: Client, changes: Json, reason: str | None) -> None:
    refused = organizer.post(MULTIPART, request_for(b"x", **changes))
    assert refused.status == 400
    assert reason in (None, refused.reason)


def test_an_upload_belongs_to_who_started_it(api: Users, organizer: Client, stranger: Client) -> None:
    status = organizer.ok("POST", MULTIPART, request_for(b"mine"))
    assert stranger.put(f"{MULTIPART}/{status['uploadId']}/complete").status == 403
    refused = api().post(MULTIPART, request_for(b"nobody's"))
    assert (refused.status, refused.reason) == (403, "Anonymous cannot upload files.")


def test_a_presigned_url_is_dated_signed_and_good_for_one_thing(organizer: Client, upload: Upload) -> None:
    handle = upload(organizer, "signed.txt", b"signed")
    url = organizer.ok("GET", f"/file/v1/fileHandle/{handle}/url", redirect="false")
    query = parse_qs(urlparse(url).query)
    made = time.strptime(query["X-Amz-Date"][0], "%Y%m%dT%H%M%SZ")
    assert made.tm_year >= 2026
    assert query["X-Amz-Expires"] == ["30"]
    assert httpx.get(url.replace("X-Amz-Expires=30", "X-Amz-Expires=9999")).status_code == 403
    assert httpx.get(url.replace(f"/{handle}?", "/1?")).status_code == 404


def test_a_download_may_be_a_redirect(organizer: Client, upload: Upload) -> None:
    handle = upload(organizer, "redirected.txt", b"here")
    answer = organizer.get(f"/file/v1/fileHandle/{handle}/url")
    assert answer.status == 307


def test_a_handle_is_its_creators(organizer: Client, stranger: Client, upload: Upload) -> None:
    handle = upload(organizer, "own.txt", b"own")
    refused = stranger.get(f"/file/v1/fileHandle/{handle}")
    assert refused.status == 403
    assert refused.reason == (
        "Only the creator of a FileHandle can access it directly by its ID."
        f"  FileHandleId = '{handle}', UserId = '{id_of(stranger)}'"
    )
    assert organizer.get("/file/v1/fileHandle/1").status == 404


def test_a_linked_handle_cannot_be_deleted_an_unlinked_one_twice(
    organizer: Client, project: Json, upload: Upload
) -> None:
    handle = upload(organizer, "linked.txt", b"linked")
    path = f"/file/v1/fileHandle/{handle}"
    make_file(organizer, "linked.txt", project["id"], handle)
    assert organizer.delete(path).status == 409
    loose = upload(organizer, "loose.txt", b"loose")
    assert [organizer.delete(f"/file/v1/fileHandle/{loose}").status for _ in range(2)] == [200, 200]


def test_an_external_handle_is_made_anew_each_time_with_200(organizer: Client) -> None:
    body = {"concreteType": f"{MODEL}file.ExternalFileHandle", "externalURL": "https://example.org/data.csv"}
    first, second = (organizer.post("/file/v1/externalFileHandle", body) for _ in range(2))
    assert (first.status, first.body["fileName"], first.body["contentType"]) == (200, "NOT_SET", "NOT_SET")
    assert first.body["id"] != second.body["id"]


@pytest.mark.parametrize("url", ["not a url", "example.org/x", "https://", "http://with blank/"])
def test_an_external_url_must_be_one(organizer: Client, url: str) -> None:
    body = {"concreteType": f"{MODEL}file.ExternalFileHandle", "externalURL": url}
    refused = organizer.post("/file/v1/externalFileHandle", body)
    assert (refused.status, refused.reason) == (400, f"The External URL is not a valid url: {url}")


def test_a_file_needs_a_handle_of_its_maker(organizer: Client, stranger: Client, project: Json, upload: Upload) -> None:
    body = {"concreteType": FILE, "name": "f", "parentId": project["id"]}
    assert organizer.post("/entity", body).reason == "FileEntity.dataFileHandleId cannot be null"
    foreign = upload(stranger, "foreign.txt", b"foreign")
    assert organizer.post("/entity", {**body, "dataFileHandleId": foreign}).status == 403
    assert organizer.post("/entity", {**body, "dataFileHandleId": "1"}).status == 404
    named = organizer.post("/entity", {**body, "fileNameOverride": "x"})
    assert named.reason == "fileNameOverride field is deprecated and should not be set."


def test_new_content_makes_a_version_and_loses_the_label(organizer: Client, project: Json, upload: Upload) -> None:
    one = make_file(organizer, "f", project["id"], upload(organizer, "f", b"one"), versionLabel="first")
    assert (one["versionNumber"], one["versionLabel"], one["isLatestVersion"]) == (1, "first", True)
    changed = {**one, "dataFileHandleId": upload(organizer, "f", b"two"), "versionLabel": "second"}
    two = organizer.ok("PUT", f"/entity/{one['id']}", changed)
    assert (two["versionNumber"], two["versionLabel"]) == (2, "2")
    old = organizer.ok("GET", f"/entity/{one['id']}/version/1")
    assert (old["dataFileHandleId"], old["versionLabel"], old["isLatestVersion"]) == (
        one["dataFileHandleId"],
        "first",
        False,
    )


def test_a_version_that_was_asked_for_keeps_its_label(organizer: Client, project: Json, upload: Upload) -> None:
    one = make_file(organizer, "f", project["id"], upload(organizer, "f", b"label"))
    two = organizer.ok("PUT", f"/entity/{one['id']}", {**one, "versionLabel": "second"}, newVersion="true")
    assert (two["versionNumber"], two["versionLabel"]) == (2, "second")


def test_the_same_content_under_another_handle_is_swapped_in_place(
    organizer: Client, project: Json, upload: Upload
) -> None:
    one = make_file(organizer, "f", project["id"], upload(organizer, "a", b"same"))
    other = upload(organizer, "b", b"same")
    two = organizer.ok("PUT", f"/entity/{one['id']}", {**one, "dataFileHandleId": other})
    assert (two["versionNumber"], two["dataFileHandleId"]) == (1, other)


def test_annotations_are_copied_into_a_new_version_and_stay_in_the_old(
    organizer: Client, project: Json, upload: Upload
) -> None:
    one = make_file(organizer, "f", project["id"], upload(organizer, "f", b"annotated"))
    path = f"/entity/{one['id']}"

    def annotate(value: str) -> None:
        body = organizer.ok("GET", f"{path}/annotations2")
        organizer.ok(
            "PUT", f"{path}/annotations2", {**body, "annotations": {"k": {"type": "STRING", "value": [value]}}}
        )

    annotate("old")
    organizer.ok("PUT", path, organizer.ok("GET", path), newVersion="true")
    assert organizer.ok("GET", f"{path}/annotations2")["annotations"]["k"]["value"] == ["old"]
    annotate("new")
    assert organizer.ok("GET", f"{path}/version/1/annotations2")["annotations"]["k"]["value"] == ["old"]


def test_versions_are_listed_newest_first_and_one_stays(organizer: Client, project: Json, upload: Upload) -> None:
    one = make_file(organizer, "f", project["id"], upload(organizer, "f", b"v1"))
    path = f"/entity/{one['id']}"
    organizer.ok("PUT", path, {**one, "dataFileHandleId": upload(organizer, "f", b"v2")})
    listed = organizer.ok("GET", f"{path}/version")["results"]
    assert [(item["versionNumber"], item["contentSize"]) for item in listed] == [(2, "2"), (1, "2")]
    assert organizer.delete(f"{path}/version/2").status == 204
    assert organizer.ok("GET", path)["versionNumber"] == 1
    assert organizer.delete(f"{path}/version/1").status == 400


def test_a_batch_tells_file_by_file_what_cannot_be_had(
    organizer: Client, stranger: Client, project: Json, upload: Upload
) -> None:
    handle = upload(organizer, "batch.txt", b"batch")
    entity = make_file(organizer, "f", project["id"], handle)
    mine = batch(organizer, associated(handle, entity), associated("1", entity), includeFileHandles=True)
    assert mine[0]["fileHandle"]["fileName"] == "batch.txt"
    assert mine[1] == {"fileHandleId": "1", "failureCode": "NOT_FOUND"}
    share_entity(organizer, project["id"], id_of(stranger), "READ")
    assert batch(stranger, associated(handle, entity)) == [{"fileHandleId": handle, "failureCode": "UNAUTHORIZED"}]
    share_entity(organizer, project["id"], id_of(stranger), "READ", "DOWNLOAD")
    url = batch(stranger, associated(handle, entity))[0]["preSignedURL"]
    assert httpx.get(url).content == b"batch"


def test_a_batch_must_want_something(organizer: Client) -> None:
    refused = organizer.post("/file/v1/fileHandle/batch", {"requestedFiles": []})
    assert refused.reason == "Must include either FileHandles or pre-signed URLs or preview pre-signed URLs"


def test_a_file_does_not_come_through_an_entity_that_it_does_not_hang_on(
    organizer: Client, stranger: Client, project: Json, upload: Upload, unique: Names
) -> None:
    secret = upload(organizer, "secret.txt", b"secret")
    bait = make_file(stranger, "bait", make_project(stranger, unique("bait"))["id"], upload(stranger, "b", b"bait"))
    assert batch(stranger, associated(secret, bait))[0]["failureCode"] == "UNAUTHORIZED"


def test_an_external_file_is_downloaded_from_where_it_is(organizer: Client, project: Json) -> None:
    body = {"concreteType": f"{MODEL}file.ExternalFileHandle", "externalURL": "https://example.org/data.csv"}
    handle = organizer.ok("POST", "/file/v1/externalFileHandle", body)["id"]
    entity = make_file(organizer, "data.csv", project["id"], handle)
    assert batch(organizer, associated(handle, entity))[0]["preSignedURL"] == "https://example.org/data.csv"
    assert organizer.ok("GET", f"/entity/{entity['id']}/filehandles")["list"][0]["id"] == handle


def test_copying_makes_an_own_handle_of_what_one_may_download(
    organizer: Client, stranger: Client, project: Json, upload: Upload
) -> None:
    handle = upload(organizer, "copied.txt", b"copied")
    entity = make_file(organizer, "f", project["id"], handle)
    request = {"copyRequests": [{"originalFile": associated(handle, entity), "newFileName": "copy.txt"}]}
    refused = stranger.ok("POST", "/file/v1/filehandles/copy", request)["copyResults"][0]
    assert refused == {"originalFileHandleId": handle, "failureCode": "UNAUTHORIZED"}
    share_entity(organizer, project["id"], id_of(stranger), "READ", "DOWNLOAD")
    copied = stranger.ok("POST", "/file/v1/filehandles/copy", request)["copyResults"][0]["newFileHandle"]
    assert (copied["fileName"], copied["createdBy"]) == ("copy.txt", str(id_of(stranger)))
    url = stranger.ok("GET", f"/file/v1/fileHandle/{copied['id']}/url", redirect="false")
    assert httpx.get(url).content == b"copied"


def test_a_multipart_copy_needs_no_bytes(organizer: Client, project: Json, upload: Upload) -> None:
    handle = upload(organizer, "source.txt", b"source")
    entity = make_file(organizer, "f", project["id"], handle)
    request = {
        "concreteType": f"{MODEL}file.MultipartUploadCopyRequest",
        "sourceFileHandleAssociation": associated(handle, entity),
        "fileName": "target.txt",
        "partSizeBytes": 5 * MIB,
    }
    upload_path = f"{MULTIPART}/{organizer.ok('POST', MULTIPART, request)['uploadId']}"
    url = organizer.ok("POST", f"{upload_path}/presigned/url/batch", {"partNumbers": [1]})["partPresignedUrls"][0]
    etag = httpx.put(url["uploadPresignedUrl"]).headers["ETag"].strip('"')
    organizer.ok("PUT", f"{upload_path}/add/1", partMD5Hex=etag)
    done = organizer.ok("PUT", f"{upload_path}/complete")
    copied = organizer.ok("GET", f"/file/v1/fileHandle/{done['resultFileHandleId']}")
    assert (copied["fileName"], copied["contentSize"]) == ("target.txt", 6)


def test_anonymous_downloads_only_open_data(api: Users, organizer: Client, project: Json, upload: Upload) -> None:
    entity = make_file(organizer, "f", project["id"], upload(organizer, "f", b"open"))
    path = f"/entity/{entity['id']}"
    share_entity(organizer, project["id"], 273949, "READ")
    assert api().get(f"{path}/file", redirect="false").status == 403
    share_entity(organizer, project["id"], id_of(api("reviewer")), "READ", "UPDATE")
    assert organizer.put(f"{path}/datatype", type="OPEN_DATA").status == 403
    assert api("reviewer").put(f"{path}/datatype", type="OPEN_DATA").status == 200
    assert httpx.get(api().ok("GET", f"{path}/file", redirect="false")).content == b"open"


def test_files_are_found_by_md5_by_those_who_may_read_them(
    organizer: Client, stranger: Client, project: Json, upload: Upload
) -> None:
    entity = make_file(organizer, "f", project["id"], upload(organizer, "f", b"searched for"))
    path = f"/entity/md5/{hashlib.md5(b'searched for', usedforsecurity=False).hexdigest()}"
    assert [header["id"] for header in organizer.ok("GET", path)["results"]] == [entity["id"]]
    assert stranger.ok("GET", path)["results"] == []


def test_the_handle_of_a_version_is_swapped_for_one_with_the_same_content(
    organizer: Client, project: Json, upload: Upload
) -> None:
    old, new, other = (upload(organizer, name, content) for name, content in (("a", b"x"), ("b", b"x"), ("c", b"y")))
    path = f"/entity/{make_file(organizer, 'f', project['id'], old)['id']}"
    swap = {"oldFileHandleId": old, "newFileHandleId": new}
    assert organizer.put(f"{path}/version/1/filehandle", {**swap, "newFileHandleId": other}).status == 400
    assert organizer.put(f"{path}/version/1/filehandle", {**swap, "oldFileHandleId": other}).status == 404
    assert organizer.put(f"{path}/version/1/filehandle", swap).status == 200
    assert organizer.ok("GET", path)["dataFileHandleId"] == new


def test_a_file_of_an_object_store_or_a_proxy_has_a_handle_and_no_url(organizer: Client) -> None:
    for kind, fields in (("ExternalObjectStoreFileHandle", {"fileKey": "k"}), ("ProxyFileHandle", {"filePath": "/p"})):
        body = {"concreteType": f"{MODEL}file.{kind}", **fields}
        handle = organizer.ok("POST", "/file/v1/externalFileHandle", body)
        assert fields.items() <= handle.items()
        assert organizer.get(f"/file/v1/fileHandle/{handle['id']}/url").status == 404
        assert organizer.post("/file/v1/externalFileHandle", {"concreteType": body["concreteType"]}).status == 400


def test_there_is_never_a_preview(organizer: Client, project: Json, upload: Upload) -> None:
    handle = upload(organizer, "f", b"no preview")
    entity = make_file(organizer, "f", project["id"], handle)
    missing = organizer.get(f"/entity/{entity['id']}/filepreview")
    assert (missing.status, missing.reason) == (404, f"A preview does not exist for file {handle}")


def test_the_upload_destination_is_the_sandboxes_own_storage(organizer: Client, project: Json) -> None:
    assert organizer.ok("GET", f"/file/v1/entity/{project['id']}/uploadDestination") == {
        "concreteType": f"{MODEL}file.S3UploadDestination",
        "storageLocationId": 1,
        "uploadType": "S3",
    }
