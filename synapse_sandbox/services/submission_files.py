"""Files that were submitted, for whoever may see the submissions of a queue (contract 5.9)."""

from __future__ import annotations

from synapse_sandbox.call import Answer, Call, redirect_to
from synapse_sandbox.refusals import not_found
from synapse_sandbox.routing import Route
from synapse_sandbox.services.associations import ASSOCIATIONS
from synapse_sandbox.services.downloads import download_url
from synapse_sandbox.services.files import handle_row

SCHEMA = ""


def get_file(call: Call) -> Answer:
    """GET /evaluation/submission/{subId}/file/{fileHandleId}?redirect=: READ_PRIVATE_SUBMISSION is what it takes."""
    submission_id, handle_id = call.path["subId"], call.number("fileHandleId")
    if not ASSOCIATIONS["SubmissionAttachment"](call, submission_id, handle_id):
        raise not_found(f"Submission {submission_id} does not contain the requested FileHandle {handle_id}")
    return redirect_to(call, download_url(call, handle_row(call.store, handle_id)))


ROUTES = (
    Route(
        "GET",
        "/repo/v1/evaluation/submission/{subId}/file/{fileHandleId}",
        get_file,
        reads=True,
        scopes=("view", "download"),
    ),
)
