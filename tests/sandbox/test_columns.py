"""Columns are global, immutable and found by their content (contract 8.1, 8.3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Users = Callable[..., Any]
Names = Callable[[str], str]

SUBMISSION_VIEW = [
    ("id", "SUBMISSIONID", None, None),
    ("name", "STRING", 256, None),
    ("createdOn", "DATE", None, "range"),
    ("createdBy", "USERID", None, "enumeration"),
    ("etag", "STRING", 36, None),
    ("modifiedOn", "DATE", None, "range"),
    ("projectId", "ENTITYID", None, "enumeration"),
    ("status", "STRING", 50, "enumeration"),
    ("evaluationid", "EVALUATIONID", None, "enumeration"),
    ("evaluationroundid", "INTEGER", None, "enumeration"),
    ("submitterid", "USERID", None, "enumeration"),
    ("submitteralias", "STRING", 500, "enumeration"),
    ("entityid", "ENTITYID", None, "enumeration"),
    ("entityversion", "INTEGER", None, "enumeration"),
    ("dockerrepositoryname", "STRING", 400, None),
    ("dockerdigest", "STRING", 200, None),
]


def make(api: Users, **column: Any) -> dict[str, Any]:
    return dict(api("organizer").ok("POST", "/column", column))


def test_equal_columns_are_one_column_whoever_makes_them(api: Users) -> None:
    mine = api("organizer").post("/column", {"name": "pearson", "columnType": "DOUBLE"})
    yours = api("stranger").post("/column", {"columnType": "DOUBLE", "name": "pearson", "id": "77"})
    assert (mine.status, yours.status) == (201, 201)
    assert mine.body == yours.body == {"id": mine.body["id"], "name": "pearson", "columnType": "DOUBLE"}


def test_a_batch_keeps_its_order_and_repeats(api: Users) -> None:
    columns = [{"name": name, "columnType": "STRING", "maximumSize": 9} for name in ("b", "a", "b")]
    status, body = api("organizer").post("/column/batch", {"list": columns})
    assert status == 201
    assert [column["name"] for column in body["list"]] == ["b", "a", "b"]
    assert body["list"][0] == body["list"][2]


def test_an_empty_batch_is_refused(api: Users) -> None:
    assert api("organizer").post("/column/batch", {"list": []}).status == 400


def test_anonymous_makes_no_columns(api: Users) -> None:
    assert api().post("/column", {"name": "x", "columnType": "STRING"}).status == 403


def test_a_text_without_size_has_50_characters_and_a_list_100_elements(api: Users) -> None:
    assert make(api, name="a", columnType="STRING")["maximumSize"] == 50
    assert make(api, name="a", columnType="LINK")["maximumSize"] == 50
    listed = make(api, name="a", columnType="STRING_LIST")
    assert (listed["maximumSize"], listed["maximumListLength"]) == (50, 100)


def test_a_name_is_trimmed_before_columns_are_compared(api: Users) -> None:
    assert make(api, name=" spaced ", columnType="INTEGER") == make(api, name="spaced", columnType="INTEGER")


def test_a_size_on_a_type_without_size_makes_another_column(api: Users) -> None:
    assert (
        make(api, name="n", columnType="INTEGER")["id"]
        != make(api, name="n", columnType="INTEGER", maximumSize=5)["id"]
    )


def test_enumeration_values_are_sorted_but_not_deduplicated(api: Users) -> None:
    made = make(api, name="track", columnType="STRING", enumValues=["b ", "a", "b"])
    assert made["enumValues"] == ["a", "b", "b"]


def test_default_values_are_parsed_and_an_empty_one_is_none(api: Users) -> None:
    assert make(api, name="n", columnType="INTEGER", defaultValue=" 07 ")["defaultValue"] == "7"
    assert make(api, name="b", columnType="BOOLEAN", defaultValue="TRUE")["defaultValue"] == "true"
    assert "defaultValue" not in make(api, name="b", columnType="BOOLEAN", defaultValue="")


REFUSED = [
    ({"columnType": "STRING"}, "ColumnModel.name cannot be null"),
    ({"name": "x"}, "ColumnModel.columnType cannot be null"),
    ({"name": "x", "columnType": "TEXT"}, "No enum constant org.sagebionetworks.repo.model.table.ColumnType.TEXT"),
    (
        {"name": "x", "columnType": "STRING", "maximumSize": 1001},
        "ColumnModel.maxSize for a STRING cannot exceed: 1000",
    ),
    ({"name": "ROW_ID", "columnType": "STRING"}, "The column name: ROW_ID is a system reserved column name."),
    (
        {"name": "x", "columnType": "ENTITYID", "defaultValue": "syn1"},
        "Columns of type ENTITYID cannot have default values.",
    ),
    (
        {"name": "x", "columnType": "INTEGER", "defaultValue": "many"},
        "Value 'many' is not a valid INTEGER for the column: x",
    ),
    ({"name": "x", "columnType": "DOUBLE", "facetType": "enumeration"}, None),
    ({"name": "x", "columnType": "STRING", "facetType": "range"}, None),
    ({"name": "x" * 257, "columnType": "STRING"}, None),
    ({"name": "x", "columnType": "STRING_LIST", "maximumListLength": 101}, None),
    ({"name": "x", "columnType": "STRING_LIST", "maximumListLength": 1}, None),
    ({"name": "x", "columnType": "STRING", "enumValues": [str(n) for n in range(101)]}, None),
]


@pytest.mark.parametrize(("column", "reason"), REFUSED)
def test_a_column_that_cannot_be_is_refused_with_400(api: Users, column: dict[str, Any], reason: str | None) -> None:
    reply = api("organizer").post("/column", column)
    assert reply.status == 400
    assert reason in (None, reply.reason)


def test_one_bad_column_spoils_the_batch(api: Users) -> None:
    columns = [{"name": "never kept", "columnType": "STRING"}, {"name": "x", "columnType": "TEXT"}]
    assert api("organizer").post("/column/batch", {"list": columns}).status == 400
    assert api("organizer").ok("GET", "/column", prefix="never kept")["results"] == []


def test_columns_are_found_by_id_and_by_prefix(api: Users) -> None:
    made = make(api, name="Zebra stripes", columnType="INTEGER")
    assert api().ok("GET", f"/column/{made['id']}") == made
    assert api("organizer").ok("GET", "/column", prefix="zebra")["results"] == [made]
    assert api().get("/column/999999").status == 404


def test_the_default_columns_of_a_submission_view_come_in_synapses_order(api: Users) -> None:
    columns = api("organizer").ok("GET", "/column/tableview/defaults", viewEntityType="submissionview")["list"]
    shown = [(c["name"], c["columnType"], c.get("maximumSize"), c.get("facetType")) for c in columns]
    assert shown == SUBMISSION_VIEW
    assert all(column["id"] for column in columns)
    status = next(column for column in columns if column["name"] == "status")
    assert len(status["enumValues"]) == 9


def test_default_columns_have_the_same_ids_each_time(api: Users) -> None:
    first, second = (
        api("organizer").ok("GET", "/column/tableview/defaults", viewEntityType="submissionview") for _ in range(2)
    )
    assert first == second


def test_an_entity_view_of_files_has_file_columns_and_one_of_folders_has_not(api: Users) -> None:
    files, folders = (
        {c["name"] for c in api().ok("GET", "/column/tableview/defaults", viewTypeMask=mask)["list"]} for mask in (1, 8)
    )
    assert "dataFileHandleId" in files
    assert "dataFileHandleId" not in folders
    assert {"id", "name", "parentId", "benefactorId"} <= folders


def test_an_unknown_kind_of_view_is_refused(api: Users) -> None:
    assert api().get("/column/tableview/defaults", viewEntityType="nothing").status == 400
