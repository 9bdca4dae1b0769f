"""Which members of a request are texts or numbers, lists, or objects: a wrong one is refused before any handler runs.

Synapse's generated readers parse the whole body by its model first. A member's name means the same in all models of
this server, so that one table serves them all; members that it doesn't name are left to the handlers, or dropped.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from synapse_sandbox.reading import wrong_type

_VALUES: Final = frozenset(
    """
    accessRequirementId accessorId actContactInfo alias associateObjectId associateObjectType batchToken bcc bucket cc
    challengeId column columnName columnType concreteType contentMD5Hex contentMd5 contentSize contentSource contentType
    createdBy createdOn creationDate dataFileHandleId dataType defaultValue definingSQL description digest direction
    dockerDigest dockerRepositoryName ducTemplateFileHandleId endpointUrl entityId entityName entityType escapeCharacter
    etag evaluationId evaluationRoundId expirationPeriod expiresOn externalURL facetType fileHandleId fileKey fileName
    fileNameOverride filePath fileSizeBytes firstName firstRoundStart forumId icon id inReplyTo inviteeEmail inviteeId
    jiraKey key lastName limit limitType lineEnd linesToSkip linksToClassName markdown markdownFileHandleId max
    maximumListLength maximumSize maximumSubmissions messageMarkdown milliseconds min mode name newColumnId
    newContentType newFileHandleId newFileName nextPageToken notificationUnsubscribeEndpoint now numberOfRounds objectId
    objectType offset oldColumnId oldFileHandleId openJiraIssue operator ownerId ownerObjectType parentId parentWikiId
    partMask partSizeBytes participantTeamId position principalId projectId quoteCharacter report repositoryName
    requirementId requirementVersion restrictableObjectType roundDurationMillis roundEnd roundStart rowId score
    separator snapshotComment snapshotLabel sortBy sortDirection sql status storageLocationId subject
    submissionInstructionsMessage submissionLimit submissionReceiptMessage submitterAlias submitterId summary tag
    targetId targetVersionNumber teamId termsOfUse threadId title token type uploadFileHandleId uploadId url userId
    userName versionComment versionLabel versionNumber viewEntityType viewTypeMask
    """.split()
)
_LISTS_OF_OBJECTS: Final = frozenset(
    """
    additionalFilters changes contributors copyRequests doubleAnnos headers limits longAnnos references requestedFiles
    resourceAccess rows selectedFacets sort statuses stringAnnos subjectIds used
    """.split()
)
_LISTS: Final = _LISTS_OF_OBJECTS | frozenset(
    """
    accessRequirementIds attachmentFileHandleIds columnIds emails enumValues facetValues idList includeTypes list
    objectIds openIds orderedColumnIds partNumbers recipients scope scopeIds values
    """.split()
)
_OBJECTS: Final = frozenset(
    """
    accessControlList activity annotations csvTableDescriptor entity linksTo member newFileHandle originalFile query
    quota reference snapshotOptions sourceFileHandleAssociation submissionAnnotations toAppend userInfoClaims viewScope
    """.split()
)
# Their members are named by the caller.
_MAPS: Final = frozenset({"annotations", "userInfoClaims"})


def check_shapes(body: Mapping[str, Any]) -> None:
    """400 for a member that is a list or an object where its name means something else."""
    for name, value in body.items():
        _check(name, value)


def _check(name: str, value: Any) -> None:
    if name in _VALUES and isinstance(value, list | dict):
        raise wrong_type(name, "string")
    if name in _LISTS:
        _check_list(name, value)
    if name in _OBJECTS:
        _check_object(name, value)


def _check_list(name: str, value: Any) -> None:
    if not isinstance(value, list):
        raise wrong_type(name, "JSONArray")
    for item in value:
        if isinstance(item, dict):
            check_shapes(item)
        elif name in _LISTS_OF_OBJECTS and item is not None:
            raise wrong_type(name, "JSONArray of objects")


def _check_object(name: str, value: Any) -> None:
    if not isinstance(value, dict):
        raise wrong_type(name, "JSONObject")
    # A map inside an object of the same name is the one whose keys are the caller's (contract 2.8, 5.9).
    if name not in _MAPS:
        check_shapes(value)
