"""Refusals that stand beside no behaviour of their own: what is missing, too much, or not a word that Synapse knows."""

from __future__ import annotations

import json
from string import Template
from typing import Any, Final

import pytest

from tests.sandbox.making import MODEL, Users, id_of, make_folder, make_project, make_queue, make_team
from tests.sandbox.requiring import joining

World = dict[str, str]
_FILE: Final = f"{MODEL}file."
_TABLE: Final = f"{MODEL}table."
_MULTIPART: Final = "/file/v1/file/multipart"
_UPLOAD: Final = {"fileName": "a.txt", "contentMD5Hex": "0" * 32, "fileSizeBytes": 1, "partSizeBytes": 5242880}
_ANY: Final = {"fileHandleId": "1", "associateObjectId": "1", "associateObjectType": "FileEntity"}


@pytest.fixture(scope="module")
def world(api: Users) -> World:
    """Names of what the refusals below are about, for `$name` in addresses and bodies."""
    me, act = api("organizer"), api("reviewer")
    project = make_project(me, "refusals")["id"]
    queue = make_queue(me, "refusals", project)["id"]
    team = make_team(me, "refusals")["id"]
    folder = make_folder(me, "folder", project)
    column = me.ok("POST", "/column", {"name": "refused", "columnType": "STRING"})["id"]
    view = {"concreteType": f"{_TABLE}SubmissionView", "name": "view", "parentId": project, "scopeIds": [queue]}
    view_id = me.ok("POST", "/entity", view | {"columnIds": [column]})["id"]
    bare = me.ok("POST", "/entity", view | {"name": "bare"})["id"]
    body = {"evaluationId": queue, "entityId": project, "versionNumber": 1}
    etag = me.ok("GET", f"/entity/{project}")["etag"]
    return {
        "project": project, "queue": queue, "team": team, "folder": folder["id"], "view": view_id, "bare": bare,
        "submission": me.ok("POST", "/evaluation/submission", body, etag=etag)["id"], "me": str(id_of(me)),
        "requirement": str(act.ok("POST", "/accessRequirement", joining(team))["id"]),
        "forum": me.ok("GET", f"/project/{project}/forum")["id"],
        "challenge": me.ok("POST", "/challenge", {"projectId": project, "participantTeamId": team})["id"],
        "upload": me.ok("POST", _MULTIPART, _UPLOAD)["uploadId"],
    }  # fmt: skip


def transaction(change: Any) -> Any:
    return {"concreteType": f"{_TABLE}TableUpdateTransactionRequest", "entityId": "$view", "changes": [change]}


def project_acl(row: Any) -> Any:
    return {"id": "$project", "etag": "x", "resourceAccess": [row]}


REFUSALS: Final = [
    ("PUT", "/entity/$project/acl", project_acl(None), 400, "ACL row is null."),
    ("PUT", "/entity/$project/acl", project_acl({"accessType": ["READ"]}), 400, "Group ID is null"),
    ("POST", "/activity", {"used": [{"concreteType": f"{MODEL}provenance.UsedURL"}]}, 400, "UsedURL.url is required."),
    ("POST", "/activity", {"used": [{"concreteType": "x"}]}, 400, "Unknown concreteType : 'x'"),
    ("POST", "/accessApproval", {}, 400, "accessRequirementId is required."),
    ("POST", "/accessApproval/information", {}, 400, "BatchAccessApprovalInfoRequest.userId is required."),
    ("POST", "/accessApproval/information", {"userId": "$me"}, 400,
     "BatchAccessApprovalInfoRequest.accessRequirementIds is required."),
    ("GET", "/accessApproval/1", None, 403, None),
    ("POST", "/entity/bundle2/create", {}, 400, "Invalid request: no entity to create"),
    ("POST", "/entity/child", {"parentId": "$project"}, 400, "EntityLookupRequest.entityName is required."),
    ("POST", "/entity/$folder/dockerCommit", {"tag": "a b", "digest": "sha256:" + "0" * 64}, 400, None),
    ("POST", "/file/v1/fileHandle/batch", {"requestedFiles": [], "includeFileHandles": True}, 400,
     "Request must include at least one FileHandleAssociation"),
    ("POST", "/file/v1/fileHandle/batch", {"requestedFiles": [_ANY] * 101, "includeFileHandles": True}, 400,
     "Request exceeds the maximum number of 100 files."),
    ("POST", "/file/v1/fileHandle/batch",
     {"requestedFiles": [{"fileHandleId": "1"}], "includeFileHandles": True}, 400, None),
    ("POST", "/file/v1/filehandles/copy", {"copyRequests": []}, 400, "copyRequests must hold 1 to 100 requests."),
    ("GET", "/entity/$folder/file", None, 404, "Object $folder has no FileHandle"),
    ("PUT", "/entity/$folder", {"concreteType": f"{MODEL}Folder"}, 400, "Update cannot be null or have a null id"),
    ("POST", "/entity", {"concreteType": f"{MODEL}Project", "name": "aliased", "alias": "a" * 65}, 400, None),
    ("POST", "/entity", {"concreteType": f"{MODEL}Link", "parentId": "$project", "name": "l", "linksTo": {}}, 400,
     None),
    ("POST", "/entity", {"concreteType": f"{MODEL}docker.DockerRepository", "parentId": "$project"}, 400,
     "repositoryName is required."),
    ("POST", "/entity", {"concreteType": f"{MODEL}docker.DockerRepository", "parentId": "$folder",
                         "repositoryName": "docker.io/a/b"}, 400, None),
    ("POST", "/file/v1/externalFileHandle", {"externalURL": "https://a.org"}, 400, None),
    ("POST", "/file/v1/externalFileHandle", {"concreteType": "x"}, 400, "Unknown concreteType : 'x'"),
    ("POST", "/file/v1/externalFileHandle", {"concreteType": f"{_FILE}ExternalFileHandle"}, 400,
     "FileHandle.externalURL is required."),
    ("GET", "/file/v1/entity/$project/uploadDestination/2", None, 404, None),
    ("GET", "/forum/1234567", None, 404, "Forum 1234567 does not exist"),
    ("GET", "/thread/1234567", None, 404, "Discussion thread 1234567 does not exist"),
    ("POST", "/reply", {"threadId": "1234567", "messageMarkdown": "x"}, 404,
     "Discussion thread 1234567 does not exist"),
    ("POST", "/membershipInvitation", {"inviteeId": "$me"}, 400, "'teamId' field is required."),
    ("GET", "/membershipRequest/1234567", None, 404, "Membership request 1234567 does not exist"),
    ("POST", "/asynchronous/job", {}, 400, None),
    ("POST", "/auth/v1/personalAccessToken", {"scope": ["everything"]}, 400, None),
    ("GET", "/auth/v1/personalAccessToken/1234567", None, 404, "The access token with ID 1234567 does not exist"),
    ("PUT", "/team/acl", {"resourceAccess": []}, 400, "Resource ID is null"),
    ("PUT", "/team/acl", {"id": "1234567", "resourceAccess": []}, 403, None),
    ("POST", "/message", {"recipients": ["$me"]}, 400, "fileHandleId must be set."),
    ("GET", "/message/1234567", None, 404, "Message (1234567) not found"),
    ("POST", _MULTIPART, {**_UPLOAD, "fileName": None}, 400, "MultipartUploadRequest.fileName is required."),
    ("POST", _MULTIPART, {**_UPLOAD, "fileSizeBytes": None}, 400, "MultipartUploadRequest.fileSizeBytes is required."),
    ("POST", _MULTIPART, {**_UPLOAD, "contentMD5Hex": None}, 400, "MultipartUploadRequest.MD5Hex is required."),
    ("POST", _MULTIPART, {**_UPLOAD, "partSizeBytes": None}, 400, None),
    ("POST", _MULTIPART, {**_UPLOAD, "partSizeBytes": 6 * 1024**3}, 400, None),
    ("POST", _MULTIPART, {**_UPLOAD, "fileSizeBytes": 5242880 * 10001}, 400, None),
    ("POST", _MULTIPART, {**_UPLOAD, "storageLocationId": 2}, 404, "Cannot find StorageLocationSetting with ID 2"),
    ("POST", _MULTIPART, {"concreteType": f"{_FILE}MultipartUploadCopyRequest", "partSizeBytes": 5242880}, 400, None),
    ("PUT", f"{_MULTIPART}/1234567/complete", None, 404, "MultipartUpload not found for uploadId: 1234567"),
    ("POST", f"{_MULTIPART}/$upload/presigned/url/batch", {"partNumbers": []}, 400, None),
    ("POST", f"{_MULTIPART}/$upload/presigned/url/batch", {"partNumbers": [0]}, 400,
     "Part numbers cannot be less than one."),
    ("POST", f"{_MULTIPART}/$upload/presigned/url/batch", {"partNumbers": [2]}, 400, None),
    ("PUT", "/userProfile", {"ownerId": "$me", "userName": "organizer"}, 400, "etag is required."),
    ("GET", "/user/bundle?mask=all", None, 400, None),
    ("POST", "/restrictionInformation", {"restrictableObjectType": "ENTITY"}, 400,
     "RestrictionInformationRequest.objectId is required."),
    ("POST", "/restrictionInformation", {"objectId": "$project"}, 400,
     "RestrictionInformationRequest.restrictableObjectType is required."),
    ("POST", "/restrictionInformation/batch", {"restrictableObjectType": "ENTITY"}, 400,
     "RestrictionInformationBatchRequest.objectIds is required."),
    ("PUT", "/evaluation/$queue/statusBatch", {"isFirstBatch": True, "isLastBatch": True}, 400,
     "statuses is required."),
    ("PUT", "/evaluation/$queue/statusBatch", {"isFirstBatch": True, "isLastBatch": True, "statuses": [None]}, 400,
     "SubmissionStatus is required."),
    ("PUT", "/evaluation/$queue/statusBatch", {"isFirstBatch": True, "isLastBatch": True, "statuses": [{}]}, 400,
     "id is required."),
    ("PUT", "/evaluation/submission/$submission/status", {"id": "$submission"}, 400, "status is required."),
    ("PUT", "/evaluation/submission/$submission/status",
     {"id": "$submission", "status": "SCORED", "annotations": {"longAnnos": [{}]}}, 400,
     "Annotation key cannot be null"),
    ("PUT", "/evaluation/submission/$submission/status",
     {"id": "$submission", "status": "SCORED", "annotations": {"longAnnos": [{"key": "a"}, {"key": "a"}]}}, 400,
     "Duplicate annotation found for key: a"),
    ("POST", "/evaluation/submission", {"entityId": "$project", "versionNumber": 1}, 400,
     "Evaluation ID cannot be null or empty."),
    ("PUT", "/entity/$folder/version/1/filehandle", {}, 400,
     "The oldFileHandleId and the newFileHandleId are required."),
    ("PUT", "/challenge/$challenge/challengeTeam/1234567",
     {"id": "7", "challengeId": "$challenge", "teamId": "$team"}, 400,
     "ChallengeTeam ID in URI in path must match that in request body."),
    ("GET", "/entity/$project/wiki2/1234567", None, 404, None),
    ("GET", "/access_requirement/1234567/wiki2", None, 404, None),
    ("GET", "/evaluation?limit=-1", None, 400, "pagination limit must be 0 or greater"),
    ("GET", "/evaluation?offset=-1", None, 400, "pagination offset must be 0 or greater"),
    ("GET", "/evaluation?activeOnly=perhaps", None, 400, "Invalid boolean value [perhaps]"),
    ("PUT", "/sandbox/v1/views/delay", {"milliseconds": -1}, 400, "milliseconds must not be negative."),
]  # fmt: skip

JOBS: Final = [
    ("/entity/$view/table/query", {"partMask": 1}, 400, "query is required."),
    ("/entity/$view/table/query/nextPage", {"token": "nonsense"}, 400, "The token of the next page can't be read."),
    ("/entity/$view/table/query",
     {"query": {"sql": "select * from $view", "additionalFilters": [{"columnName": "nothing"}]}}, 400, None),
    ("/entity/$view/table/query",
     {"query": {"sql": "select * from $view", "selectedFacets": [{"columnName": "nothing"}]}}, 400, None),
    ("/entity/$view/table/transaction",
     transaction({"concreteType": f"{_TABLE}TableSchemaChangeRequest", "changes": [{}]}), 400,
     "ColumnChange must have an oldColumnId or a newColumnId."),
    ("/entity/$view/table/transaction",
     transaction({"concreteType": f"{_TABLE}TableSchemaChangeRequest", "changes": [{"oldColumnId": "1234567"}]}), 400,
     "The old column id 1234567 is not a column of the table."),
    ("/entity/$view/table/transaction", transaction({"concreteType": f"{_TABLE}Nonsense"}), 501, None),
    ("/entity/$bare/table/transaction",
     {"entityId": "$bare", "changes": [], "createSnapshot": True}, 400, "At least one column is required."),
]  # fmt: skip


def filled(world: World, value: Any) -> Any:
    return json.loads(Template(json.dumps(value)).safe_substitute(world))


@pytest.mark.parametrize(("method", "path", "body", "status", "reason"), REFUSALS)
def test_a_call_that_cannot_be_meant_is_refused(
    api: Users, world: World, method: str, path: str, body: Any, status: int, reason: str | None
) -> None:
    answer = api("organizer").send(method, filled(world, path), filled(world, body))  # type: ignore[attr-defined]  # of Api
    assert answer.status == status, answer.body
    assert reason is None or answer.reason == filled(world, reason)


@pytest.mark.parametrize(("path", "request_body", "status", "reason"), JOBS)
def test_a_job_that_cannot_be_meant_fails(
    api: Users, world: World, path: str, request_body: Any, status: int, reason: str | None
) -> None:
    me, address = api("organizer"), filled(world, path)
    token = me.ok("POST", f"{address}/async/start", filled(world, request_body))["token"]
    answer = me.get(f"{address}/async/get/{token}")
    assert answer.status == status, answer.body
    assert reason is None or answer.reason == reason


@pytest.mark.parametrize(
    ("method", "path", "body", "reason"),
    [
        ("POST", "/activity", {"name": "a"}, "Anonymous cannot create activities."),
        ("POST", "/entity/syn1/table/transaction/async/start", {}, "Anonymous cannot start asynchronous jobs."),
        ("POST", "/auth/v1/personalAccessToken", {}, "Anonymous user is not allowed to access this resource."),
    ],
)
def test_what_takes_an_account_is_refused_to_anonymous(
    api: Users, method: str, path: str, body: Any, reason: str
) -> None:
    answer = api().send(method, path, body)  # type: ignore[attr-defined]  # of Api
    assert (answer.status, answer.reason) == (403, reason)


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ([{"name": f"c{number}", "columnType": "INTEGER"} for number in range(153)],
         "Too many columns. The limit is 152 columns per table"),
        ([{"name": f"t{number}", "columnType": "STRING", "maximumSize": 1000} for number in range(17)],
         "Too much data per row. The limit is 64000 bytes for all columns in each row."),
    ],
)  # fmt: skip
def test_a_view_with_too_many_or_too_wide_columns_is_refused(
    api: Users, world: World, columns: list[Any], reason: str
) -> None:
    me = api("organizer")
    made = me.ok("POST", "/column/batch", {"list": columns})["list"]
    view = {"concreteType": f"{_TABLE}SubmissionView", "name": "wide", "parentId": world["project"]}
    refused = me.post("/entity", view | {"columnIds": [column["id"] for column in made]})
    assert (refused.status, refused.reason) == (400, reason)
