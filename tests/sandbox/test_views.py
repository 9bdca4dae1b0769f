"""Submission views and entity views: who sees which rows, when, and what can be asked (contract 8.2 to 8.7)."""
# ruff: noqa: S608 -- these are queries in the SQL of Synapse, sent to the server under test

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.sandbox.viewing import (
    MODEL,
    TABLE,
    Names,
    Users,
    World,
    ask,
    job,
    make_view,
    rows,
    share_project,
    share_queue,
    world,
)

__all__ = ["world"]  # a fixture


def test_every_submission_of_the_queue_is_a_row_with_its_annotations(world: World) -> None:
    found = rows(world.api("organizer"), world.view, f"select id, status, pearson, passed from {world.view}")
    assert found == [[world.submissions[0], "SCORED", "0.25", "false"], [world.submissions[1], "SCORED", "0.5", "true"]]


def test_a_row_stands_for_the_status_of_its_submission(world: World) -> None:
    status = world.api("organizer").ok("GET", f"/evaluation/submission/{world.submissions[0]}/status")
    reply = ask(world.api("organizer"), world.view, f"select name from {world.view}", 1, includeEntityEtag=True)
    row = reply.body["queryResult"]["queryResults"]["rows"][0]
    assert row == {
        "rowId": int(world.submissions[0]),
        "versionNumber": status["statusVersion"],
        "etag": status["etag"],
        "values": ["attempt 1"],
    }


def test_dates_are_texts_of_epoch_milliseconds(world: World) -> None:
    [[created], _] = rows(world.api("organizer"), world.view, f"select createdOn from {world.view}")
    assert created is not None
    assert created.isdigit()


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("select name from {v} where pearson > 0.3", [["attempt 2"]]),
        ("select name from {v} where passed = true", [["attempt 2"]]),
        ("select name from {v} where name like '%2' or pearson < 0.1", [["attempt 2"]]),
        ("select name from {v} where status in ('INVALID', 'REJECTED')", []),
        ("select name from {v} order by pearson desc limit 1", [["attempt 2"]]),
        ('select name from {v} order by "pearson" limit 1 offset 1', [["attempt 2"]]),
        ("select count(*) from {v}", [["2"]]),
        ("select status, max(pearson) as best from {v} group by status", [["SCORED", "0.5"]]),
        ("select name from {v} where submitteralias is null and createdBy = CURRENT_USER() limit 1", [["attempt 1"]]),
        ("select name from {v} where createdOn < '1999-01-01T00:00:00.000+00:00'", []),
        ("select distinct status from {v}", [["SCORED"]]),
        ("select upper(name), round(coalesce(pearson, 0.04), 1) from {v} order by 1 limit 1", [["ATTEMPT 1", "0.3"]]),
    ],
)
def test_sql_filters_orders_counts_and_groups(world: World, sql: str, expected: Any) -> None:
    assert rows(world.api("organizer"), world.view, sql.format(v=world.view)) == expected


@pytest.mark.parametrize(
    "sql",
    [
        "select nothing from {v}",
        "select name from",
        "delete from {v}",
        "select name from {v} where name in (select name from {v})",
        "select name from {v}; select name from {v}",
        "select sqlite_version() from {v}",
        "select load_extension('x') from {v}",
        "select hex(randomblob(100000000)) from {v}",
        "select replace(replace(name, '', name), '', 'x') from {v} where name like abs('x', 'y')",
        "",
    ],
)
def test_sql_that_cannot_be_run_fails_the_job_with_400(world: World, sql: str) -> None:
    reply = ask(world.api("organizer"), world.view, sql.format(v=world.view))
    assert reply.status == 400
    assert isinstance(reply.body["reason"], str)


def test_all_parts_come_unless_the_mask_names_some(world: World) -> None:
    whole = ask(world.api("organizer"), world.view, f"select * from {world.view}").body
    assert {"queryResult", "queryCount", "selectColumns", "maxRowsPerPage", "columnModels", "facets"} <= set(whole)
    assert whole["queryCount"] == 2
    assert [column["name"] for column in whole["selectColumns"]] == [column["name"] for column in world.columns]
    assert set(ask(world.api("organizer"), world.view, f"select * from {world.view}", 0x2).body) == {
        "concreteType",
        "queryCount",
    }


def test_facets_count_the_values_of_their_columns(world: World) -> None:
    facets = ask(world.api("organizer"), world.view, f"select * from {world.view}", 0x20).body["facets"]
    by_name = {facet["columnName"]: facet for facet in facets}
    assert by_name["status"]["facetValues"] == [{"value": "SCORED", "count": 2, "isSelected": False}]
    assert by_name["createdOn"]["facetType"] == "range"


def test_limit_offset_sort_and_filters_of_the_query_apply_to_the_sql(world: World) -> None:
    sql = f"select name from {world.view}"
    assert rows(world.api("organizer"), world.view, sql, limit=1, offset=1) == [["attempt 2"]]
    descending = [{"column": "pearson", "direction": "DESC"}]
    assert rows(world.api("organizer"), world.view, sql, sort=descending) == [["attempt 2"], ["attempt 1"]]
    only = [{"concreteType": f"{TABLE}ColumnSingleValueQueryFilter", "columnName": "name", "operator": "EQUAL"}]
    assert rows(world.api("organizer"), world.view, sql, additionalFilters=[only[0] | {"values": ["attempt 1"]}]) == [
        ["attempt 1"]
    ]
    facet = {"concreteType": f"{TABLE}FacetColumnValuesRequest", "columnName": "status", "facetValues": ["OPEN"]}
    assert rows(world.api("organizer"), world.view, sql, selectedFacets=[facet]) == []


def test_whoever_reads_view_and_queue_sees_every_row_and_score(world: World) -> None:
    share_project(world, "participant")
    sql = f"select pearson from {world.view}"
    assert rows(world.api("participant"), world.view, sql) == []
    share_queue(world, "participant", ["READ"])
    assert rows(world.api("participant"), world.view, sql) == [["0.25"], ["0.5"]]


def test_reading_the_queue_alone_does_not_open_the_view(world: World) -> None:
    share_queue(world, "stranger", ["READ"])
    reply = ask(world.api("stranger"), world.view, f"select pearson from {world.view}")
    assert (reply.status, reply.reason) == (403, "You lack READ access to the requested entity.")


def test_a_view_over_somebody_elses_queue_is_refused(world: World, unique: Names) -> None:
    me = world.api("colleague")
    project = me.ok("POST", "/entity", {"concreteType": f"{MODEL}Project", "name": unique("theirs")})["id"]
    body = {
        "concreteType": f"{TABLE}SubmissionView",
        "name": "peek",
        "parentId": project,
        "columnIds": [],
        "scopeIds": [world.queue],
    }
    assert me.post("/entity", body).status == 403
    share_queue(world, "colleague", ["READ", "READ_PRIVATE_SUBMISSION"])
    assert me.post("/entity", body).status == 201


def test_an_unknown_column_or_a_repeated_one_is_refused(world: World) -> None:
    body = {"concreteType": f"{TABLE}SubmissionView", "name": "x", "parentId": world.project, "scopeIds": []}
    assert world.api("organizer").post("/entity", body | {"columnIds": ["999999"]}).status == 404
    twice = [world.id_of("name"), world.id_of("name")]
    assert world.api("organizer").post("/entity", body | {"columnIds": twice}).status == 400


def test_an_empty_scope_is_an_empty_view_and_unknown_queues_are_passed_over(world: World) -> None:
    for name, scope in (("empty", []), ("unknown", ["999999"])):
        view = make_view(world.api("organizer"), world.project, scope, world.columns, name)
        assert rows(world.api("organizer"), view, f"select id from {view}") == []


def test_a_put_without_columns_clears_them(world: World) -> None:
    entity = world.api("organizer").ok("GET", f"/entity/{world.view}")
    sent = {name: value for name, value in entity.items() if name != "columnIds"}
    world.api("organizer").ok("PUT", f"/entity/{world.view}", sent)
    assert world.api("organizer").ok("GET", f"/entity/{world.view}/column")["results"] == []


def test_the_columns_of_a_view_come_in_its_order(world: World) -> None:
    found = world.api("organizer").ok("GET", f"/entity/{world.view}/column")["results"]
    assert found == world.columns


def test_something_else_is_not_a_table_or_view(world: World) -> None:
    reply = ask(world.api("organizer"), world.project, f"select id from {world.project}")
    assert (reply.status, reply.reason) == (400, f"{world.project} is not a table or view")
    assert ask(world.api("organizer"), world.view, "select id from syn99").status == 404


def change_columns(world: World, changes: list[dict[str, str]], ordered: list[str] | None = None) -> Any:
    change = {"concreteType": f"{TABLE}TableSchemaChangeRequest", "entityId": world.view, "changes": changes}
    request = {
        "concreteType": f"{TABLE}TableUpdateTransactionRequest",
        "entityId": world.view,
        "changes": [change | ({} if ordered is None else {"orderedColumnIds": ordered})],
    }
    return job(world.api("organizer"), f"/entity/{world.view}/table/transaction", request)


def test_a_transaction_adds_drops_and_replaces_columns(world: World) -> None:
    new = world.api("organizer").ok("POST", "/column", {"name": "rmse", "columnType": "DOUBLE"})["id"]
    ids = [column["id"] for column in world.columns]
    reply = change_columns(
        world,
        [{"oldColumnId": world.id_of("passed")}, {"oldColumnId": world.id_of("pearson"), "newColumnId": new}],
    )
    assert reply.status == 201
    [result] = reply.body["results"]
    assert [column["id"] for column in result["schema"]] == [*ids[:-2], new]
    assert world.api("organizer").ok("GET", f"/entity/{world.view}")["columnIds"] == [*ids[:-2], new]


def test_a_transaction_that_fails_changes_nothing(world: World) -> None:
    ids = [column["id"] for column in world.columns]
    assert change_columns(world, [{"oldColumnId": ids[0]}], ordered=ids).status == 400
    assert world.api("organizer").ok("GET", f"/entity/{world.view}")["columnIds"] == ids


def test_a_reader_may_not_change_columns(world: World) -> None:
    share_project(world, "participant")
    request = {"concreteType": f"{TABLE}TableUpdateTransactionRequest", "entityId": world.view, "changes": []}
    assert job(world.api("participant"), f"/entity/{world.view}/table/transaction", request).status == 403


def test_a_snapshot_keeps_its_rows(world: World) -> None:
    request = {
        "concreteType": f"{TABLE}TableUpdateTransactionRequest",
        "entityId": world.view,
        "changes": [],
        "createSnapshot": True,
        "snapshotOptions": {"snapshotLabel": "round one"},
    }
    reply = job(world.api("organizer"), f"/entity/{world.view}/table/transaction", request)
    assert reply.body["snapshotVersionNumber"] == 1
    world.api("organizer").ok("DELETE", f"/evaluation/submission/{world.submissions[0]}")
    assert rows(world.api("organizer"), world.view, f"select name from {world.view}") == [["attempt 2"]]
    frozen = rows(world.api("organizer"), world.view, f"select name from {world.view}.1")
    assert frozen == [["attempt 1"], ["attempt 2"]]
    assert ask(world.api("organizer"), world.view, f"select name from {world.view}.7").status == 404


def test_a_csv_download_is_a_file_of_the_caller(world: World) -> None:
    request = {
        "concreteType": f"{TABLE}DownloadFromTableRequest",
        "entityId": world.view,
        "sql": f"select name, pearson from {world.view}",
    }
    reply = job(world.api("organizer"), f"/entity/{world.view}/table/download/csv", request)
    assert reply.status == 201
    handle = reply.body["resultsFileHandleId"]
    url = world.api("organizer").ok("GET", f"/file/v1/fileHandle/{handle}/url", redirect="false")
    head, first, _ = list(csv.reader(io.StringIO(httpx.get(url).text)))
    assert head == ["ROW_ID", "ROW_VERSION", "ROW_ETAG", "name", "pearson"]
    assert first[0] == world.submissions[0]
    assert first[3:] == ["attempt 1", "0.25"]


def test_a_job_is_polled_by_its_starter_alone(world: World) -> None:
    path = f"/entity/{world.view}/table/query"
    request = {"query": {"sql": f"select id from {world.view}"}}
    token = world.api("organizer").ok("POST", f"{path}/async/start", request)["token"]
    assert world.api("colleague").get(f"{path}/async/get/{token}").status == 403
    assert world.api("organizer").get(f"{path}/async/get/999999").status == 404


def test_the_generic_job_address_shows_the_whole_status(world: World) -> None:
    request = {
        "concreteType": f"{TABLE}QueryBundleRequest",
        "entityId": world.view,
        "query": {"sql": f"select count(*) from {world.view}"},
        "partMask": 1,
    }
    me = world.api("organizer")
    started = me.ok("POST", "/asynchronous/job", request)
    status = me.ok("GET", f"/asynchronous/job/{started['jobId']}")
    assert status["jobState"] == "COMPLETE"
    assert status["responseBody"]["queryResult"]["queryResults"]["rows"][0]["values"] == ["2"]
    assert me.get(f"/asynchronous/job/{started['jobId']}/cancel").status == 204
    assert me.post("/asynchronous/job", {"concreteType": "org.example.Nothing"}).status == 400


def test_an_entity_view_shows_what_its_mask_lets_in(world: World) -> None:
    me = world.api("organizer")
    columns = me.ok("GET", "/column/tableview/defaults", viewTypeMask=8)["list"]
    body = {
        "concreteType": f"{TABLE}EntityView",
        "name": "folders",
        "parentId": world.project,
        "columnIds": [column["id"] for column in columns],
        "scopeIds": [world.project],
        "viewTypeMask": 8,
    }
    view = me.ok("POST", "/entity", body)["id"]
    assert rows(me, view, f"select name, type, projectId from {view}") == [["entry", "folder", world.project]]
    folder = me.ok("POST", "/entity/child", {"parentId": world.project, "entityName": "entry"})["id"]
    me.ok("DELETE", f"/entity/{folder}")
    assert rows(me, view, f"select name from {view}") == []


def test_annotations_of_a_scope_are_offered_as_columns(world: World) -> None:
    request = {
        "concreteType": f"{TABLE}ViewColumnModelRequest",
        "viewScope": {"scope": [world.queue], "viewEntityType": "submissionview"},
    }
    found = job(world.api("organizer"), "/column/view/scope", request).body["results"]
    assert [(column["name"], column["columnType"]) for column in found] == [
        ("passed", "BOOLEAN"),
        ("pearson", "DOUBLE"),
    ]
    missing = job(world.api("organizer"), "/column/view/scope", {})
    assert (missing.status, missing.reason) == (400, "Property: 'viewScope' is required and cannot be null")


def test_a_view_made_with_its_own_access_list_is_private_from_the_start(world: World) -> None:
    me = world.api("organizer")
    share_project(world, "participant")
    share_queue(world, "participant", ["READ"])
    entity = {
        "concreteType": f"{TABLE}SubmissionView",
        "name": "organizers only",
        "parentId": world.project,
        "columnIds": [column["id"] for column in world.columns],
        "scopeIds": [world.queue],
    }
    mine = int(me.ok("GET", "/userProfile")["ownerId"])
    grant = {"principalId": mine, "accessType": ["READ", "UPDATE", "DELETE", "CHANGE_PERMISSIONS"]}
    status, bundle = me.post(
        "/entity/bundle2/create", {"entity": entity, "accessControlList": {"resourceAccess": [grant]}}
    )
    assert status == 201
    view = bundle["entity"]["id"]
    assert rows(me, view, f"select count(*) from {view}") == [["2"]]
    assert ask(world.api("participant"), view, f"select count(*) from {view}").status == 403


def test_a_bundle_carries_the_columns_of_a_view(world: World) -> None:
    bundle = world.api("organizer").ok("POST", f"/entity/{world.view}/bundle2", {"includeTableBundle": True})
    assert bundle["tableBundle"]["columnModels"] == world.columns
    assert bundle["tableBundle"]["maxRowsPerPage"] > 0


def test_a_result_longer_than_a_page_goes_on_with_a_token(world: World, api: Users) -> None:
    me = api("organizer")
    wide = [{"name": f"text {number}", "columnType": "STRING", "maximumSize": 1000} for number in range(15)]
    name = next(column for column in world.columns if column["name"] == "name")
    columns = [name, *me.ok("POST", "/column/batch", {"list": wide})["list"]]
    folder = me.ok("POST", "/entity/child", {"parentId": world.project, "entityName": "entry"})["id"]
    entry = me.ok("GET", f"/entity/{folder}")
    view = make_view(me, world.project, [world.queue], columns, "wide")
    page = me.ok("POST", f"/entity/{view}/bundle2", {"includeTableBundle": True})["tableBundle"]["maxRowsPerPage"]
    for number in range(3, page + 2):
        body = {"evaluationId": world.queue, "entityId": folder, "versionNumber": 1, "name": f"attempt {number}"}
        me.ok("POST", "/evaluation/submission", body, etag=entry["etag"])
    first = ask(me, view, f"select name from {view}", 1).body["queryResult"]
    assert len(first["queryResults"]["rows"]) == page
    following = job(me, f"/entity/{view}/table/query/nextPage", first["nextPageToken"])
    assert [row["values"] for row in following.body["queryResults"]["rows"]] == [[f"attempt {page + 1}"]]
    assert "nextPageToken" not in following.body


def test_the_official_client_makes_changes_and_downloads_a_submission_view(
    world: World, client: Any, tmp_path: Path
) -> None:
    from synapseclient.models import Column, ColumnType, SubmissionView

    score = Column(name="pearson", column_type=ColumnType.DOUBLE)
    view = SubmissionView(name="board", parent_id=world.project, scope_ids=[world.queue], columns=[score])
    made = view.store(synapse_client=client)
    stored = SubmissionView(id=made.id).get(include_columns=True, synapse_client=client)
    assert {"pearson", "status", "submitterid"} <= set(stored.columns)
    assert stored.scope_ids == [world.queue]
    stored.delete_column("dockerdigest")
    stored.store(synapse_client=client)
    again = SubmissionView(id=made.id).get(include_columns=True, synapse_client=client)
    assert "dockerdigest" not in again.columns
    path = SubmissionView.query(
        f"SELECT name, pearson FROM {made.id} ORDER BY pearson", download_location=str(tmp_path), synapse_client=client
    )
    lines = Path(path).read_text().splitlines()
    assert lines[0] == "ROW_ID,ROW_VERSION,ROW_ETAG,name,pearson"
    assert [line.split(",")[3:] for line in lines[1:]] == [["attempt 1", "0.25"], ["attempt 2", "0.5"]]
