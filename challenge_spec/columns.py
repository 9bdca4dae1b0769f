"""Columns of submission views: what Synapse allows (contract 8.1), and those with a meaning of their own.

Synapse's own stand in contract 8.3, those of the orchestrator in orchestrator-and-tools 1.8.
"""

from __future__ import annotations

import re
from typing import Final, Literal

ColumnType = Literal[
    "STRING",
    "DOUBLE",
    "INTEGER",
    "BOOLEAN",
    "DATE",
    "FILEHANDLEID",
    "ENTITYID",
    "SUBMISSIONID",
    "EVALUATIONID",
    "LINK",
    "MEDIUMTEXT",
    "LARGETEXT",
    "USERID",
    "STRING_LIST",
    "INTEGER_LIST",
    "BOOLEAN_LIST",
    "DATE_LIST",
    "ENTITYID_LIST",
    "USERID_LIST",
    "JSON",
]

MAX_COLUMNS: Final = 152
MAX_SIZE: Final = 1000
"""Of types that have a size."""
SIZED: Final = frozenset({"STRING", "LINK", "STRING_LIST"})
RESERVED: Final = frozenset({f"ROW_{name}" for name in "ID VERSION ETAG BENEFACTOR SEARCH_CONTENT HASH_CODE".split()})
COLUMN_NAME: Final = re.compile(r"[a-zA-Z0-9 _\-.+()']{1,256}")

_PREFIX: Final = "orgSagebionetworksSynapseWorkflowOrchestrator"

KNOWN: Final[dict[str, tuple[str, int | None]]] = {
    "id": ("SUBMISSIONID", None),
    "name": ("STRING", 256),
    "createdOn": ("DATE", None),
    "createdBy": ("USERID", None),
    "etag": ("STRING", 36),
    "modifiedOn": ("DATE", None),
    "projectId": ("ENTITYID", None),
    "status": ("STRING", 50),
    "evaluationid": ("EVALUATIONID", None),
    "evaluationroundid": ("INTEGER", None),
    "submitterid": ("USERID", None),
    "submitteralias": ("STRING", 500),
    "entityid": ("ENTITYID", None),
    "entityversion": ("INTEGER", None),
    "dockerrepositoryname": ("STRING", 400),
    "dockerdigest": ("STRING", 200),
    "submission_status": ("STRING", 50),
    "submission_errors": ("STRING", 1000),
    "rank": ("DOUBLE", None),
    f"{_PREFIX}SubmissionFolder": ("ENTITYID", None),
    f"{_PREFIX}StatusDescription": ("STRING", 100),
    f"{_PREFIX}FailureReason": ("STRING", 300),
    f"{_PREFIX}ExecutionStarted": ("INTEGER", None),
    f"{_PREFIX}Progress": ("DOUBLE", None),
}
"""Column name → Synapse column type, maximum size where the type has one."""

FRIENDLY: Final = {
    "submitter": "submitterid",
    "submitted": "createdOn",
    "team": "submitteralias",
    "round": "evaluationroundid",
}
"""What a manifest may write for Synapse's own spelling."""
