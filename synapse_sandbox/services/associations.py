"""What a file hangs on, and who may download it from there (contract 7.3)."""

from __future__ import annotations

from collections.abc import Callable

from synapse_sandbox.call import Call
from synapse_sandbox.permissions import check_evaluation, require_entity, require_entity_download
from synapse_sandbox.refusals import Refusal, forbidden, invalid, not_found
from synapse_sandbox.services import wiki_files
from synapse_sandbox.services.files import handle_row
from synapse_sandbox.services.submissions import find_submission
from synapse_sandbox.wire import entity_number, number

# Refuses unless the caller may download what hangs on the object; answers whether the handle does hang on it.
Association = Callable[[Call, str, int], bool]


def _file_entity(call: Call, object_id: str, handle_id: int) -> bool:
    entity_id = entity_number(object_id)
    require_entity_download(call.store, call.caller, entity_id, call.now)
    found = call.store.one(
        "SELECT 1 FROM entity_versions WHERE entity_id = ? AND file_handle_id = ?", entity_id, handle_id
    )
    return found is not None


def _team_icon(call: Call, object_id: str, handle_id: int) -> bool:
    icon = call.store.value("SELECT icon FROM teams WHERE id = ?", number(object_id))
    return bool(icon == handle_id)


def _profile_picture(call: Call, object_id: str, handle_id: int) -> bool:
    picture = call.store.value(
        "SELECT fields ->> 'profilePicureFileHandleId' FROM user_profiles WHERE user_id = ?", number(object_id)
    )
    return str(picture) == str(handle_id)


def _submission_file(call: Call, object_id: str, handle_id: int) -> bool:
    """A file of a submission, for those who may see private submissions of the queue."""
    submission = find_submission(call.store, number(object_id))
    check_evaluation(call.store, call.caller, submission["evaluation_id"], "READ_PRIVATE_SUBMISSION")
    found = call.store.one(
        "SELECT 1 FROM submission_files WHERE submission_id = ? AND file_handle_id = ?", submission["id"], handle_id
    )
    return found is not None


def _message(call: Call, object_id: str, handle_id: int) -> bool:
    """The text of a message, for its sender and its recipients."""
    found = call.store.one(
        "SELECT 1 FROM messages LEFT JOIN message_deliveries ON message_id = id"
        " WHERE id = ? AND file_handle = ? AND ? IN (sender_id, recipient_id)",
        number(object_id),
        handle_id,
        call.caller.id,
    )
    return found is not None


def _query_result(call: Call, object_id: str, handle_id: int) -> bool:
    """The CSV of a query is its asker's; the official client fetches it as if it hung on the view."""
    require_entity(call.store, call.caller, entity_number(object_id), "READ")
    return bool(handle_row(call.store, handle_id)["created_by"] == call.caller.id)


ASSOCIATIONS: dict[str, Association] = {
    "FileEntity": _file_entity,
    "TableEntity": _query_result,
    "TeamAttachment": _team_icon,
    "UserProfileAttachment": _profile_picture,
    "WikiMarkdown": wiki_files.is_markdown,
    "WikiAttachment": wiki_files.is_attachment,
    "SubmissionAttachment": _submission_file,
    "MessageAttachment": _message,
}
# Kinds that Synapse knows and nobody here can hang a file on.
_EMPTY = frozenset(
    "VerificationSubmission AccessRequirementAttachment DataAccessRequestAttachment"
    " DataAccessSubmissionAttachment FormData".split()
)


def require_download(call: Call, handle_id: int, object_type: str, object_id: str) -> None:
    """Refuse unless the file hangs on the object and the caller may download it from there."""
    if object_type not in ASSOCIATIONS:
        if object_type not in _EMPTY:
            raise invalid(f"No enum constant org.sagebionetworks.repo.model.file.FileHandleAssociateType.{object_type}")
        raise not_found(_not_there(handle_id, object_type, object_id))
    if not ASSOCIATIONS[object_type](call, object_id, handle_id):
        raise forbidden(_not_there(handle_id, object_type, object_id))


def download_failure(call: Call, handle_id: int, object_type: str, object_id: str) -> str | None:
    """NOT_FOUND or UNAUTHORIZED, as a batch answers for one of its files; None when it may be downloaded."""
    if call.store.one("SELECT 1 FROM file_handles WHERE id = ?", handle_id) is None:
        return "NOT_FOUND"
    try:
        require_download(call, handle_id, object_type, object_id)
    except Refusal as refusal:
        if refusal.status == 400:
            raise
        return "UNAUTHORIZED"
    return None


def _not_there(handle_id: int, object_type: str, object_id: str) -> str:
    return f"FileHandle: {handle_id} is not associated with {object_type}: {object_id}"
