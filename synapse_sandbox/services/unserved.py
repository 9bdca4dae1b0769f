"""Calls of Synapse that the sandbox doesn't serve: whoever asks is told so, by name (contract, Appendix A)."""

from __future__ import annotations

from functools import partial
from typing import NoReturn

from synapse_sandbox.call import Call
from synapse_sandbox.refusals import not_served
from synapse_sandbox.routing import Route

# One call a line: method and address.
_CALLS = """
# entities
GET /repo/v1/entity/{id}/actions/download
GET /repo/v1/entity/{id}/annotations
PUT /repo/v1/entity/{id}/annotations
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
GET /repo/v1/entity/{id}/version/{versionNumber}/annotations
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
GET /file/v1/download/list/add/async/get/{asyncToken}
POST /file/v1/download/list/add/async/start
POST /file/v1/download/list/remove
POST /file/v1/download/order
POST /file/v1/download/order/history
GET /file/v1/download/order/{orderId}
GET /file/v1/entity/{id}/uploadDestinations
POST /file/v1/externalFileHandle/googleCloud
POST /file/v1/externalFileHandle/s3
GET /file/v1/file/bulk/async/get/{asyncToken}
POST /file/v1/file/bulk/async/start
GET /file/v1/fileHandle/restore/async/get/{asyncToken}
POST /file/v1/fileHandle/restore/async/start
POST /file/v1/fileHandle/{handleIdToCopyFrom}/copy
DELETE /file/v1/fileHandle/{handleId}/filepreview
# tables and jobs
GET /repo/v1/column/tableview/defaults/{viewtype}
POST /repo/v1/column/view/scope
GET /repo/v1/entity/{id}/table/column/{columnId}/row/{rowId}/version/{versionNumber}/file
GET /repo/v1/entity/{id}/table/column/{columnId}/row/{rowId}/version/{versionNumber}/filepreview
POST /repo/v1/entity/{id}/table/deleteRows
POST /repo/v1/entity/{id}/table/filehandles
POST /repo/v1/entity/{id}/table/snapshot
GET /repo/v1/entity/{id}/table/upload/csv/async/get/{asyncToken}
POST /repo/v1/entity/{id}/table/upload/csv/async/start
GET /repo/v1/table/download/csv/async/get/{asyncToken}
POST /repo/v1/table/download/csv/async/start
GET /repo/v1/table/upload/csv/async/get/{asyncToken}
POST /repo/v1/table/upload/csv/async/start
GET /repo/v1/table/upload/csv/preview/async/get/{asyncToken}
POST /repo/v1/table/upload/csv/preview/async/start
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
# login with a password
POST /auth/v1/login2
"""


def _refuse(template: str, call: Call) -> NoReturn:
    raise not_served(call.method, template)


def _routes() -> tuple[Route, ...]:
    calls = (line.split() for line in _CALLS.splitlines() if line and not line.startswith("#"))
    return tuple(
        Route(method, template, partial(_refuse, template), reads=True, scopes=(), before_terms=True)
        for method, template in calls
    )


SCHEMA = ""
ROUTES = _routes()
