"""The class of what each route answers, as Synapse's controllers declare it."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any, Final

from synapse_sandbox.access_log import Entry
from synapse_sandbox.call import Answer
from synapse_sandbox.wire import without_nulls
from tests.sandbox.models import Models

# One route, or pattern of routes, a line; the first that fits counts. `Page` is Synapse's PaginatedResults, `List` its
# ListWrapper, `Bool` its BooleanResult: they have no schema. `-` is no JSON object: nothing, text, bytes, a number.
_ANSWERS: Final = """
* /sandbox/v1/entity                                        Entity
* /sandbox/v1/team                                          model.Team
* /sandbox/*                                                -
* /storage/*                                                -
GET /repo/v1/version                                        SynapseVersionInfo
GET /repo/v1/status                                         StackStatus
GET /auth/v1/authenticatedOn                                AuthenticatedOn
POST /auth/v1/personalAccessToken                           AccessTokenGenerationResponse
GET /auth/v1/personalAccessToken                            AccessTokenRecordList
GET /auth/v1/personalAccessToken/{id}                       AccessTokenRecord
GET /auth/v1/termsOfUse2                                    TermsOfServiceInfo
GET /auth/v1/termsOfUse2/status                             TermsOfServiceStatus
GET /repo/v1/userGroupHeaders                               UserGroupHeaderResponsePage
GET /repo/v1/userGroupHeaders/batch                         UserGroupHeaderResponsePage
POST /repo/v1/userGroupHeaders/aliases                      List UserGroupHeader
POST /repo/v1/principal/alias                               PrincipalAliasResponse
POST /repo/v1/principal/available                           AliasCheckResponse
POST /repo/v1/userProfile                                   List UserProfile
* /repo/v1/userProfile*                                     UserProfile
GET /repo/v1/user/*bundle                                   UserBundle
GET /repo/v1/user/{id}/certifiedUserPassingRecord           PassingRecord
GET /repo/v1/user/{id}/team                                 Page model.Team
GET /repo/v1/user/{id}/team/id                              PaginatedTeamIds
GET /repo/v1/user/{id}/openInvitation                       Page MembershipInvitation
GET /repo/v1/user/{id}/openRequest                          Page MembershipRequest
GET /repo/v1/entity/type                                    Page EntityHeader
POST /repo/v1/entity/header                                 Page EntityHeader
GET /repo/v1/entity/dockerRepo/id                           EntityId
GET /repo/v1/entity/{id}/type                               EntityHeader
GET /repo/v1/entity/{id}/path                               EntityPath
GET /repo/v1/entity/{id}/benefactor                         EntityHeader
GET /repo/v1/entity/{id}/access                             Bool
GET /repo/v1/entity/{id}/permissions                        UserEntityPermissions
GET /repo/v1/entity/alias/{alias}                           EntityId
GET /repo/v1/entity/md5/{md5}                               Page EntityHeader
GET /repo/v1/entity/*filehandles                            FileHandleResults
POST /repo/v1/entity/children                               EntityChildrenResponse
POST /repo/v1/entity/child                                  EntityId
* /repo/v1/entity/*bundle2*                                 v2.EntityBundle
* /repo/v1/entity/*/annotations                             -
* /repo/v1/entity/*annotations2                             annotation.v2.Annotations
DELETE /repo/v1/entity/{id}/acl                             -
* /repo/v1/*/acl                                            AccessControlList
GET /repo/v1/entity/{id}/version                            Page model.VersionInfo
PUT /repo/v1/entity/{id}/version/{versionNumber}/filehandle -
GET /repo/v1/projectSettings/{projectId}/type/{type}        -
PUT /repo/v1/entity/{id}/datatype                           DataTypeResponse
PUT /repo/v1/trashcan/*                                     -
GET /repo/v1/trashcan/view                                  Page TrashedEntity
POST /repo/v1/entity/{id}/dockerCommit                      -
GET /repo/v1/entity/{id}/dockerTag                          Page DockerCommit
GET /repo/v1/entity/{id}/challenge                          model.Challenge
GET /repo/v1/entity/{id}/evaluation                         Page Evaluation
GET /repo/v1/entity/{id}/accessRequirement                  Page model.AccessRequirement
GET /repo/v1/team/{id}/accessRequirement                    Page model.AccessRequirement
POST /repo/v1/entity/{id}/lockAccessRequirement             model.AccessRequirement
GET /repo/v1/entity/{id}/column                             PaginatedColumnModels
GET /repo/v1/entity/*/file                                  -
GET /repo/v1/entity/*/filepreview                           -
DELETE /repo/v1/entity/{id}/generatedBy                     -
* /repo/v1/entity/*generatedBy                              Activity
GET /repo/v1/entity/{id}                                    Entity
GET /repo/v1/entity/{id}/version/{versionNumber}            Entity
PUT /repo/v1/entity/{id}                                    Entity
POST /repo/v1/entity                                        Entity
POST /repo/v1/restrictionInformation                        RestrictionInformationResponse
POST /repo/v1/restrictionInformation/batch                  RestrictionInformationBatchResponse
* /file/v1/fileHandle/{handleId}                            FileHandle
GET /file/v1/fileHandle/{handleId}/url                      -
GET /file/v1/file/{id}                                      -
* /file/v1/externalFileHandle*                              FileHandle
GET /file/v1/entity/{id}/uploadDestinationLocations         List UploadDestinationLocation
GET /file/v1/entity/{id}/uploadDestination*                 UploadDestination
POST /file/v1/file/multipart                                MultipartUploadStatus
PUT /file/v1/file/multipart/{uploadId}/complete             MultipartUploadStatus
POST /file/v1/file/multipart/{uploadId}/presigned/url/batch BatchPresignedUploadUrlResponse
PUT /file/v1/file/multipart/{uploadId}/add/{partNumber}     AddPartResponse
POST /file/v1/fileHandle/batch                              BatchFileResult
POST /file/v1/filehandles/copy                              BatchFileHandleCopyResult
GET /repo/v1/activity/{id}/generated                        Page Reference
* /repo/v1/activity*                                        Activity
GET /repo/v1/teams                                          Page model.Team
POST /repo/v1/teamList                                      List model.Team
GET /repo/v1/team/{id}/icon*                                -
GET /repo/v1/teamMembers/{id}                               Page TeamMember
GET /repo/v1/teamMembers/count/{id}                         model.Count
GET /repo/v1/team/{id}/member/{principalId}                 TeamMember
GET /repo/v1/team/{id}/member/{principalId}/membershipStatus TeamMembershipStatus
* /repo/v1/team/{id}/member/*                               -
GET /repo/v1/team/{id}/openInvitation                       Page MembershipInvitation
GET /repo/v1/team/{id}/openRequest                          Page MembershipRequest
* /repo/v1/team                                             model.Team
* /repo/v1/team/{id}                                        model.Team
GET /repo/v1/membershipInvitation/openInvitationCount       model.Count
* /repo/v1/membershipInvitation*                            MembershipInvitation
* /repo/v1/membershipRequest*                               MembershipRequest
GET /repo/v1/challenge                                      ChallengePagedResults
GET /repo/v1/challenge/{challengeId}/participant            PaginatedIds
GET /repo/v1/challenge/{challengeId}/challengeTeam          ChallengeTeamPagedResults
* /repo/v1/challenge/{challengeId}/challengeTeam*           ChallengeTeam
GET /repo/v1/challenge/{challengeId}/registratableTeam      PaginatedIds
GET /repo/v1/challenge/{challengeId}/submissionTeams        SubmissionTeamPagedResults
DELETE /repo/v1/challengeTeam/{challengeTeamId}             -
* /repo/v1/challenge*                                       model.Challenge
GET /repo/v1/evaluation                                     Page Evaluation
GET /repo/v1/evaluation/available                           Page Evaluation
GET /repo/v1/evaluation/{evalId}/permissions                UserEvaluationPermissions
GET /repo/v1/evaluation/{evalId}/access                     Bool
POST /repo/v1/evaluation/{evalId}/round/list                EvaluationRoundListResponse
* /repo/v1/evaluation/{evalId}/round*                       EvaluationRound
POST /repo/v1/evaluation/{evalId}/migratequota              -
GET /repo/v1/evaluation/{evalId}/team/*                     TeamSubmissionEligibility
GET /repo/v1/evaluation/submission/query                    -
PUT /repo/v1/evaluation/submission/{subId}/cancellation     -
POST /repo/v1/evaluation/submission/{subId}/contributor     -
* /repo/v1/evaluation/submission/{subId}/status             SubmissionStatus
GET /repo/v1/evaluation/submission/{subId}/file/*           -
* /repo/v1/evaluation/submission*                           evaluation.model.Submission
PUT /repo/v1/evaluation/{evalId}/statusBatch                BatchUploadResponse
GET /repo/v1/evaluation/{evalId}/submission/count           -
GET /repo/v1/evaluation/{evalId}/submission/status/all      Page SubmissionStatus
GET /repo/v1/evaluation/{evalId}/submission/bundle*         Page SubmissionBundle
GET /repo/v1/evaluation/{evalId}/submission*                Page evaluation.model.Submission
* /repo/v1/evaluation                                       Evaluation
GET /repo/v1/evaluation/name/{name}                         Evaluation
* /repo/v1/evaluation/{evalId}                              Evaluation
POST /repo/v1/accessRequirement/search                      -
GET /repo/v1/accessRequirement/{requirementId}/subjects     RestrictableObjectDescriptorResponse
* /repo/v1/accessRequirement*                               model.AccessRequirement
POST /repo/v1/accessApproval/information                    BatchAccessApprovalInfoResponse
* /repo/v1/*accessApproval*                                 AccessApproval
GET /repo/v1/*wikihistory                                   Page V2WikiHistorySnapshot
GET /repo/v1/*attachmenthandles                             FileHandleResults
GET /repo/v1/*attachment                                    -
GET /repo/v1/*attachmentpreview                             -
GET /repo/v1/*markdown                                      -
GET /repo/v1/*wikiheadertree2                               Page V2WikiHeader
* /repo/v1/*wiki2orderhint                                  V2WikiOrderHint
* /repo/v1/*wiki2*                                          V2WikiPage
GET /repo/v1/*wikikey                                       WikiPageKey
GET /repo/v1/*wikiheadertree                                Page wiki.WikiHeader
* /repo/v1/*wiki*                                           wiki.WikiPage
POST /repo/v1/column/batch                                  List ColumnModel
GET /repo/v1/column                                         PaginatedColumnModels
GET /repo/v1/column/tableview/defaults                      List ColumnModel
POST /repo/v1/*async/start                                  AsyncJobId
GET /repo/v1/*async/get/{token}                             AsynchronousResponseBody
* /repo/v1/column*                                          ColumnModel
GET /repo/v1/asynchronous/job/{token}/cancel                -
* /repo/v1/asynchronous/job*                                AsynchronousJobStatus
GET /repo/v1/message/outbox                                 Page MessageToUser
GET /repo/v1/message/inbox                                  Page MessageBundle
GET /repo/v1/message/{messageId}/file                       -
PUT /repo/v1/message/status                                 MessageStatus
* /repo/v1/message*                                         MessageToUser
GET /repo/v1/forum/{forumId}/threads                        Page DiscussionThreadBundle
GET /repo/v1/thread/{threadId}/replies                      Page DiscussionReplyBundle
GET /repo/v1/*/messageUrl                                   MessageURL
PUT /repo/v1/thread/{threadId}/*pin                         -
* /repo/v1/*forum*                                          Forum
* /repo/v1/thread*                                          DiscussionThreadBundle
* /repo/v1/reply*                                           DiscussionReplyBundle
DELETE *                                                    -
POST /auth/v1/termsOfUse2                                   -
"""

_WRAPPERS: Final = {"Page": ("results", {"totalNumberOfResults"}), "List": ("list", set[str]())}


def answer_class(method: str, template: str) -> str | None:
    """What a route answers, in the notation above; None for a route that nobody thought of."""
    for line in _ANSWERS.strip().splitlines():
        wanted, pattern, *answer = line.split()
        if wanted in (method, "*") and fnmatchcase(template, pattern.replace("[", "[[]")):
            return " ".join(answer)
    return None


def misfits(models: Models, entry: Entry, answer: Answer) -> Iterator[str]:
    """What keeps an answer from being what its route answers; refusals must say why in a string."""
    body = without_nulls(answer.body)
    if 0 < answer.status < 400:
        # 202: the job isn't done, and its status comes in the place of its result (contract 8.4).
        expected = "AsynchronousJobStatus" if answer.status == 202 else answer_class(entry.method, entry.route)
        checked = body is not None and not isinstance(body, bytes | str)
        found = list(complaints(models, expected or "-", body)) if checked else []
    else:
        reasonless = isinstance(body, dict) and not isinstance(body.get("reason"), str)
        found = ["a refusal without a reason"] if reasonless else []
    yield from (f"{entry.method} {entry.route} ({answer.status}): {complaint}" for complaint in found)


def complaints(models: Models, answer: str, body: Any) -> Iterator[str]:
    """What keeps a body from being what its route answers."""
    wrapper, _, inner = answer.rpartition(" ")
    if answer == "-":
        return
    if answer == "Bool":
        if not isinstance(body, dict) or set(body) != {"result"} or not isinstance(body["result"], bool):
            yield f"answer: {body!r} is no BooleanResult"
        return
    name = models.name_of(inner)
    if not wrapper:
        yield from models.complaints(body, name)
        return
    items, others = _WRAPPERS[wrapper]
    yield from (f"answer.{member}: a {wrapper} has no such member" for member in set(body) - others - {items})
    for index, item in enumerate(body[items]):
        yield from models.complaints(item, name, f"answer.{items}[{index}]")
