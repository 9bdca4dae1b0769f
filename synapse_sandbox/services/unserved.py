"""Calls of Synapse that the sandbox doesn't serve: whoever asks is told so, by name (contract, Appendix A; client).

The access log has them under their addresses with status 501.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NoReturn

from synapse_sandbox.call import Call
from synapse_sandbox.refusals import not_served
from synapse_sandbox.routing import Route

# One call a line: method and address. JOB stands for the two calls of an asynchronous job.
_CALLS = """
# entities
GET /repo/v1/entity/{id}/actions/download
GET /repo/v1/entity/{id}/derivedKeys
GET /repo/v1/entity/{id}/json
PUT /repo/v1/entity/{id}/json
DELETE /repo/v1/entity/{id}/schema/binding
GET /repo/v1/entity/{id}/schema/binding
PUT /repo/v1/entity/{id}/schema/binding
GET /repo/v1/entity/{id}/schema/validation
POST /repo/v1/entity/{id}/schema/validation/invalid
GET /repo/v1/entity/{id}/schema/validation/statistics
GET /repo/v1/entity/{id}/sts
PUT /repo/v1/entity/{id}/version
GET /repo/v1/entity/{id}/version/{versionNumber}/json
# teams and memberships
POST /repo/v1/membershipInvitation/{id}
PUT /repo/v1/membershipInvitation/{id}/inviteeId
GET /repo/v1/membershipInvitation/{id}/inviteeVerificationSignedToken
GET /repo/v1/membershipRequest/openRequestCount
POST /repo/v1/team/{id}/memberList
PUT /repo/v1/teamMember
POST /repo/v1/user/{id}/memberList
# files
DELETE /file/v1/download/list
GET /file/v1/download/list
POST /file/v1/download/list/add
JOB /file/v1/download/list/add
POST /file/v1/download/list/remove
POST /file/v1/download/order
POST /file/v1/download/order/history
GET /file/v1/download/order/{orderId}
GET /file/v1/entity/{id}/uploadDestinations
POST /file/v1/externalFileHandle/googleCloud
POST /file/v1/externalFileHandle/s3
JOB /file/v1/file/bulk
JOB /file/v1/fileHandle/restore
POST /file/v1/fileHandle/{handleIdToCopyFrom}/copy
DELETE /file/v1/fileHandle/{handleId}/filepreview
# download lists, where the client looks for them
DELETE /repo/v1/download/list
GET /repo/v1/download/list
POST /repo/v1/download/list/add
JOB /repo/v1/download/list/manifest
POST /repo/v1/download/list/remove
# tables and jobs
GET /repo/v1/column/tableview/defaults/{viewtype}
POST /repo/v1/column/view/scope
GET /repo/v1/entity/{id}/table/column/{columnId}/row/{rowId}/version/{versionNumber}/file
GET /repo/v1/entity/{id}/table/column/{columnId}/row/{rowId}/version/{versionNumber}/filepreview
POST /repo/v1/entity/{id}/table/deleteRows
POST /repo/v1/entity/{id}/table/filehandles
POST /repo/v1/entity/{id}/table/snapshot
JOB /repo/v1/entity/{id}/table/upload/csv
JOB /repo/v1/table/download/csv
JOB /repo/v1/table/upload/csv
JOB /repo/v1/table/upload/csv/preview
POST /repo/v1/validateDefiningSql
# approvals
POST /repo/v1/accessApproval/group
PUT /repo/v1/accessApproval/group/revoke
POST /repo/v1/accessApproval/notifications
POST /repo/v1/accessApproval/search
# people
POST /repo/v1/account/emailValidation
POST /repo/v1/account/{id}/emailValidation
POST /repo/v1/account2
GET /repo/v1/certifiedUserTest
POST /repo/v1/certifiedUserTestResponse
DELETE /repo/v1/email
POST /repo/v1/email
GET /repo/v1/favorite
DELETE /repo/v1/favorite/{id}
POST /repo/v1/favorite/{id}
GET /repo/v1/notificationEmail
PUT /repo/v1/notificationEmail
PUT /repo/v1/notificationSettings
GET /repo/v1/projects
GET /repo/v1/projects/user/{principalId}
GET /repo/v1/projects/{deprecatedType}
GET /repo/v1/projects/{deprecatedType}/team/{teamId}
GET /repo/v1/projects/{deprecatedType}/user/{principalId}
GET /repo/v1/user
GET /repo/v1/user/{id}/certifiedUserPassingRecords
PUT /repo/v1/user/{id}/revokeCertification
GET /repo/v1/userProfile/{profileId}/image
GET /repo/v1/userProfile/{profileId}/image/preview
# forum, messages, project settings
POST /repo/v1/entity/threadcounts
POST /repo/v1/entity/{id}/message
GET /repo/v1/entity/{id}/threads
GET /repo/v1/forum/{forumId}/moderators
POST /repo/v1/forum/{forumId}/search
GET /repo/v1/forum/{forumId}/threadcount
GET /repo/v1/message/{messageId}/conversation
POST /repo/v1/message/{messageId}/forward
POST /repo/v1/projectSettings
PUT /repo/v1/projectSettings
DELETE /repo/v1/projectSettings/{id}
GET /repo/v1/projectSettings/{id}
DELETE /repo/v1/reply/{replyId}
PUT /repo/v1/reply/{replyId}/message
GET /repo/v1/storageLocation
POST /repo/v1/storageLocation
GET /repo/v1/storageLocation/{id}
GET /repo/v1/thread/{threadId}/replycount
PUT /repo/v1/thread/{threadId}/restore
# search
PUT /repo/v1/entity/{id}/searchconfig/binding
GET /repo/v1/entity/{id}/searchconfig/binding
DELETE /repo/v1/entity/{id}/searchconfig/binding
POST /repo/v1/search
POST /repo/v1/search/autocomplete
POST /repo/v1/search/column/analyzer/override
POST /repo/v1/search/column/analyzer/override/list
GET /repo/v1/search/column/analyzer/override/{id}
PUT /repo/v1/search/column/analyzer/override/{id}
POST /repo/v1/search/configuration
POST /repo/v1/search/configuration/list
GET /repo/v1/search/configuration/{id}
PUT /repo/v1/search/configuration/{id}
JOB /repo/v1/search/query
POST /repo/v1/search/synonym/set
POST /repo/v1/search/synonym/set/list
GET /repo/v1/search/synonym/set/{id}
PUT /repo/v1/search/synonym/set/{id}
POST /repo/v1/search/text/analyzer
POST /repo/v1/search/text/analyzer/list
GET /repo/v1/search/text/analyzer/{id}
PUT /repo/v1/search/text/analyzer/{id}
# JSON schemas
POST /repo/v1/schema/list
POST /repo/v1/schema/organization
GET /repo/v1/schema/organization
POST /repo/v1/schema/organization/list
GET /repo/v1/schema/organization/{id}
DELETE /repo/v1/schema/organization/{id}
GET /repo/v1/schema/organization/{id}/acl
PUT /repo/v1/schema/organization/{id}/acl
JOB /repo/v1/schema/type/create
GET /repo/v1/schema/type/registered/{uri}
DELETE /repo/v1/schema/type/registered/{uri}
JOB /repo/v1/schema/type/validation
POST /repo/v1/schema/version/list
# forms
POST /repo/v1/form/data
POST /repo/v1/form/data/list
POST /repo/v1/form/data/list/reviewer
PUT /repo/v1/form/data/{id}
DELETE /repo/v1/form/data/{id}
POST /repo/v1/form/data/{id}/submit
PUT /repo/v1/form/data/{id}/accept
PUT /repo/v1/form/data/{id}/reject
POST /repo/v1/form/group
GET /repo/v1/form/group/{id}
GET /repo/v1/form/group/{id}/acl
PUT /repo/v1/form/group/{id}/acl
# grids and curation
POST /repo/v1/curation/task
POST /repo/v1/curation/task/list
GET /repo/v1/curation/task/{taskId}
PUT /repo/v1/curation/task/{taskId}
DELETE /repo/v1/curation/task/{taskId}
GET /repo/v1/curation/task/{taskId}/status
PUT /repo/v1/curation/task/{taskId}/status
JOB /repo/v1/curation/task/{taskId}/execute
JOB /repo/v1/grid/download/csv
JOB /repo/v1/grid/export/recordset
JOB /repo/v1/grid/import/csv
JOB /repo/v1/grid/session
POST /repo/v1/grid/session/list
JOB /repo/v1/grid/session/query
GET /repo/v1/grid/session/{sessionId}
DELETE /repo/v1/grid/session/{sessionId}
POST /repo/v1/grid/session/{sessionId}/replica
JOB /repo/v1/grid/synchronize
# agents
JOB /repo/v1/agent/chat
POST /repo/v1/agent/chat/trace/{id}
PUT /repo/v1/agent/registration
GET /repo/v1/agent/registration/{id}
POST /repo/v1/agent/session
GET /repo/v1/agent/session/{id}
PUT /repo/v1/agent/session/{id}
# login with a password
POST /auth/v1/login2
DELETE /auth/v1/secretKey
"""


def _refuse(template: str, call: Call) -> NoReturn:
    raise not_served(call.method, template)


def _calls() -> Iterator[tuple[str, str]]:
    for line in _CALLS.splitlines():
        if not line or line.startswith("#"):
            continue
        method, template = line.split()
        if method == "JOB":
            yield from (("POST", f"{template}/async/start"), ("GET", f"{template}/async/get/{{asyncToken}}"))
        else:
            yield method, template


SCHEMA = ""
ROUTES = tuple(
    Route(method, template, partial(_refuse, template), reads=True, scopes=(), before_terms=True)
    for method, template in _calls()
)
