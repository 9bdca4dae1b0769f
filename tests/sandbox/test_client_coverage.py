"""Every call of the official client that a challenge needs is made by a test; the others are named with the reason.

A new version of the client brings new calls: they fail here until somebody has thought of them.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final

import pytest
import synapseclient
import synapseutils  # type: ignore[import-untyped]  # it has no stubs
from synapseclient import models

_TESTS: Final = Path(__file__).parent
_MODELS: Final = (
    "Project", "Folder", "File", "Link", "Activity", "Team", "UserProfile", "Evaluation", "Submission",
    "SubmissionStatus", "SubmissionBundle", "SubmissionView", "EntityView", "WikiPage", "WikiHeader",
    "WikiHistorySnapshot", "WikiOrderHint", "DockerRepository",
)  # fmt: skip
# Outside a challenge; the sandbox answers 501 and names the call.
_SCHEMAS: Final = frozenset(
    "bind_schema unbind_schema get_schema validate_schema get_schema_derived_keys get_invalid_validation"
    " get_schema_validation_statistics".split()
)
_STORAGE: Final = frozenset(
    "get_sts_storage_token index_files_for_migration migrate_indexed_files set_storage_location get_project_setting"
    " delete_project_setting".split()
)
_STORAGE_OF_ONES_OWN: Final = frozenset(
    "createStorageLocationSetting getMyStorageLocationSetting setStorageLocation create_external_s3_file_handle"
    " create_s3_storage_location get_sts_storage_token".split()
)
_DOWNLOAD_LISTS: Final = frozenset(
    "clear_download_list remove_from_download_list get_download_list get_download_list_manifest".split()
)
_TABLES: Final = frozenset({"downloadTableColumns"})
# These send nothing, or are what every other call goes through.
_LOCAL: Final = frozenset(
    "allow_client_caching enable_open_telemetry get_client get_tracer set_client max_threads username getConfigFile"
    " setEndpoints logout get_available_services service onweb restGET restPOST restPUT restDELETE rest_get rest_post"
    " rest_put rest_delete invalidateAPIKey".split()
)
# Statuses of submissions are no entities: the client inherits these and they could not work.
_NO_ENTITY: Final = frozenset("get_acl list_acl set_permissions delete_permissions get_permissions".split())
_MIGRATIONS: Final = frozenset({"index_files_for_migration", "migrate_indexed_files", "with_progress_bar"})


def test_every_function_of_the_older_half_is_called() -> None:
    offered = {name.removesuffix("_async") for name in dir(synapseclient.Synapse) if not name.startswith("_")}
    left_out = _STORAGE_OF_ONES_OWN | _DOWNLOAD_LISTS | _TABLES | _LOCAL
    assert {name for name in offered - left_out if not called(name)} == set()
    assert left_out <= offered


@pytest.mark.parametrize("model", _MODELS)
def test_every_method_of_a_model_is_called(model: str) -> None:
    kind = getattr(models, model)
    methods = {name.removesuffix("_async") for name in dir(kind) if name.endswith("_async") and name[0] != "_"}
    left_out = _SCHEMAS | _STORAGE | (_NO_ENTITY if model == "SubmissionStatus" else frozenset())
    assert {name for name in methods - left_out if not asked_for(name)} == set()


def test_every_utility_is_called() -> None:
    offered = {name for name in dir(synapseutils) if callable(getattr(synapseutils, name)) and name[0] != "_"}
    offered = {name.removesuffix("_async") for name in offered}
    assert {name for name in offered - _MIGRATIONS if not called(name)} == set()


def called(name: str) -> bool:
    """Whether a test calls a function of this name."""
    return re.search(rf"\.{name}(_async)?\(", sources()) is not None


def asked_for(name: str) -> bool:
    """Whether a test names a method in `via(…, "name")`, or calls it."""
    return re.search(rf'"{name}"|method in \(.*"{name}"|\.{name}(_async)?\(', sources()) is not None


@cache
def sources() -> str:
    """The tests of the client."""
    files = [_TESTS / "test_official_client.py", *_TESTS.glob("test_client_*.py")]
    return "".join(file.read_text(encoding="utf-8") for file in files if file != Path(__file__))
