"""The columns that Synapse offers for a new view, in its order and spelling (contract 8.3)."""

from __future__ import annotations

from typing import Any, Final

from synapse_sandbox.column_models import Column
from synapse_sandbox.services.submission_status import STATUSES


def _column(name: str, column_type: str, facet: str | None = None, size: int | None = None, **more: Any) -> Column:
    column: Column = {"name": name, "columnType": column_type, "facetType": facet, "maximumSize": size, **more}
    return {key: value for key, value in column.items() if value is not None}


SUBMISSION_VIEW: Final[tuple[Column, ...]] = (
    _column("id", "SUBMISSIONID"),
    _column("name", "STRING", size=256),
    _column("createdOn", "DATE", "range"),
    _column("createdBy", "USERID", "enumeration"),
    _column("etag", "STRING", size=36),
    _column("modifiedOn", "DATE", "range"),
    _column("projectId", "ENTITYID", "enumeration"),
    _column("status", "STRING", "enumeration", 50, enumValues=list(STATUSES)),
    _column("evaluationid", "EVALUATIONID", "enumeration"),
    _column("evaluationroundid", "INTEGER", "enumeration"),
    _column("submitterid", "USERID", "enumeration"),
    _column("submitteralias", "STRING", "enumeration", 500),
    _column("entityid", "ENTITYID", "enumeration"),
    _column("entityversion", "INTEGER", "enumeration"),
    _column("dockerrepositoryname", "STRING", size=400),
    _column("dockerdigest", "STRING", size=200),
)

_ENTITY_HEAD: Final = (
    _column("id", "ENTITYID"),
    _column("name", "STRING", size=256),
    _column("description", "STRING", size=1000),
    _column("createdOn", "DATE", "range"),
    _column("createdBy", "USERID", "enumeration"),
    _column("etag", "STRING", size=36),
    _column("type", "STRING", "enumeration", 20),
    _column("currentVersion", "INTEGER"),
    _column("parentId", "ENTITYID", "enumeration"),
    _column("benefactorId", "ENTITYID", "enumeration"),
    _column("projectId", "ENTITYID", "enumeration"),
    _column("modifiedOn", "DATE", "range"),
    _column("modifiedBy", "USERID", "enumeration"),
)
_FILE_TAIL: Final = (
    _column("dataFileHandleId", "FILEHANDLEID"),
    _column("dataFileName", "STRING", size=256),
    _column("dataFileSizeBytes", "INTEGER"),
    _column("dataFileMD5Hex", "STRING", size=100),
)

VIEW_ENTITY_TYPES: Final = ("entityview", "submissionview", "dataset", "datasetcollection")
FILE_BIT: Final = 0x01


def default_columns(view_entity_type: str, mask: int | None) -> tuple[Column, ...]:
    """The columns offered for one kind of view; file columns only where the mask asks for files."""
    if view_entity_type == "submissionview":
        return SUBMISSION_VIEW
    wants_files = view_entity_type == "dataset" or bool((mask or 0) & FILE_BIT)
    return _ENTITY_HEAD + (_FILE_TAIL if wants_files else ())
