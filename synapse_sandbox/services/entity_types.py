"""The kinds of entities: class names, short names, members, and where they may live (contract 2.2, 2.4)."""

from __future__ import annotations

from dataclasses import dataclass

from synapse_sandbox.refusals import Refusal, invalid

_MODEL = "org.sagebionetworks.repo.model."
_VERSION = ("versionLabel", "versionComment")
_TABLE = (*_VERSION, "columnIds", "isSearchEnabled")


@dataclass(frozen=True, slots=True)
class EntityType:
    """One kind. `fields` are what a client may set besides the common members; `versioned` kinds show versions."""

    class_name: str
    short: str
    fields: tuple[str, ...] = ()
    parents: tuple[str, ...] = ("project", "folder")
    versioned: bool = False


PROJECT = EntityType(f"{_MODEL}Project", "project", ("alias",), ("root",))
FOLDER = EntityType(f"{_MODEL}Folder", "folder")
FILE = EntityType(f"{_MODEL}FileEntity", "file", (*_VERSION, "dataFileHandleId"), versioned=True)
LINK = EntityType(f"{_MODEL}Link", "link", ("linksTo",))
DOCKER = EntityType(f"{_MODEL}docker.DockerRepository", "dockerrepo", ("repositoryName",), ("project",))
TABLE = EntityType(f"{_MODEL}table.TableEntity", "table", _TABLE, versioned=True)
ENTITY_VIEW = EntityType(
    f"{_MODEL}table.EntityView", "entityview", (*_TABLE, "scopeIds", "viewTypeMask", "type"), versioned=True
)
SUBMISSION_VIEW = EntityType(f"{_MODEL}table.SubmissionView", "submissionview", (*_TABLE, "scopeIds"), versioned=True)
DATASET = EntityType(f"{_MODEL}table.Dataset", "dataset", (*_TABLE, "items"), versioned=True)
DATASET_COLLECTION = EntityType(
    f"{_MODEL}table.DatasetCollection", "datasetcollection", (*_TABLE, "items"), versioned=True
)
MATERIALIZED_VIEW = EntityType(
    f"{_MODEL}table.MaterializedView", "materializedview", (*_TABLE, "definingSQL"), versioned=True
)
VIRTUAL_TABLE = EntityType(f"{_MODEL}table.VirtualTable", "virtualtable", (*_TABLE, "definingSQL"), versioned=True)
# The root folder and the trash can are folders to everybody; only the parent rules know them apart.
ROOT_TYPE = EntityType(FOLDER.class_name, "root", parents=())

ENTITY_TYPES = (
    PROJECT,
    FOLDER,
    FILE,
    LINK,
    DOCKER,
    TABLE,
    ENTITY_VIEW,
    SUBMISSION_VIEW,
    DATASET,
    DATASET_COLLECTION,
    MATERIALIZED_VIEW,
    VIRTUAL_TABLE,
)
BY_CLASS = {kind.class_name: kind for kind in ENTITY_TYPES}
BY_SHORT = {kind.short: kind for kind in ENTITY_TYPES}
# Kinds that newer servers know and this one doesn't (contract 2.2): named, so that the refusal says what is the matter.
NEWER = frozenset({f"{_MODEL}RecordSet", f"{_MODEL}search.table.SearchIndex"})


def entity_type(class_name: object) -> EntityType:
    """The kind of a concreteType; 400 when it is missing or no entity, 501 for kinds newer than this server."""
    if class_name is None:
        raise invalid(
            "Missing 'concreteType' property,"
            " cannot discriminate polymorphic type org.sagebionetworks.repo.model.Entity"
        )
    if class_name in NEWER:
        raise Refusal(501, f"The sandbox does not serve entities of type {class_name}, although Synapse does.")
    if class_name not in BY_CLASS:
        raise invalid(f"Unknown concreteType : '{class_name}'")
    return BY_CLASS[str(class_name)]
