"""Annotations written through a view, row by row: partial rows, whole rows, CSV files (contract 8.5)."""
# ruff: noqa: S608 -- these are queries in the SQL of Synapse, sent to the server under test

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from synapseclient.models import AppendableRowSetRequest, PartialRow, PartialRowSet, TableUpdateTransaction

from tests.sandbox.making import id_of
from tests.sandbox.viewing import (
    MODEL,
    TABLE,
    Names,
    Users,
    World,
    job,
    make_view,
    rows,
    share_project,
    share_queue,
    world,
)

__all__ = ["world"]  # a fixture

Json = dict[str, Any]


def status_of(world: World, at: int = 0) -> Json:
    found: Json = world.api("organizer").ok("GET", f"/evaluation/submission/{world.submissions[at]}/status")
    return found


def partial(world: World, at: int, etag: str | None = None, **cells: str | None) -> Json:
    """A row that says these cells by column name, under the present etag of its status or another."""
    values = [{"key": world.id_of(name), "value": cell} for name, cell in cells.items()]
    etag = status_of(world, at)["etag"] if etag is None else etag
    return {"rowId": int(world.submissions[at]), "etag": etag, "values": values}


def partial_set(*rows: Json) -> Json:
    return {
        "concreteType": f"{TABLE}AppendableRowSetRequest",
        "toAppend": {"concreteType": f"{TABLE}PartialRowSet", "rows": list(rows)},
    }


def change(api: Any, view: str, change: Json) -> Any:
    request = {"concreteType": f"{TABLE}TableUpdateTransactionRequest", "entityId": view, "changes": [change]}
    return job(api, f"/entity/{view}/table/transaction", request)


def results(reply: Any) -> list[Json]:
    assert reply.status == 201, reply.body
    [result] = reply.body["results"]
    assert result["concreteType"] == f"{TABLE}EntityUpdateResults"
    found: list[Json] = result["updateResults"]
    return found


def kept(world: World, at: int = 0) -> dict[str, list[str]]:
    found = status_of(world, at).get("submissionAnnotations", {"annotations": {}})["annotations"]
    return {name: value["value"] for name, value in found.items()}


def failure(world: World, row: Json, who: str = "organizer", view: str | None = None) -> tuple[str, str]:
    """Code and message of the only row of a change."""
    [result] = results(change(world.api(who), view or world.view, partial_set(row)))
    return result["failureCode"], result["failureMessage"]


def test_a_partial_row_changes_one_annotation_and_leaves_the_others(world: World) -> None:
    before = status_of(world)
    done = results(change(world.api("organizer"), world.view, partial_set(partial(world, 0, pearson="0.75"))))
    assert done == [{"entityId": f"syn{world.submissions[0]}"}]
    assert kept(world) == {"pearson": ["0.75"], "passed": ["false"]}
    after = status_of(world)
    assert (after["status"], after["statusVersion"]) == ("SCORED", before["statusVersion"] + 1)
    assert after["etag"] != before["etag"]


def test_a_cell_without_a_value_removes_the_annotation(world: World) -> None:
    results(change(world.api("organizer"), world.view, partial_set(partial(world, 0, pearson=None))))
    assert kept(world) == {"passed": ["false"]}


def test_a_stale_row_fails_alone(world: World) -> None:
    stale = partial(world, 0, "00000000-0000-0000-0000-000000000000", pearson="1.0")
    failed, done = results(
        change(world.api("organizer"), world.view, partial_set(stale, partial(world, 1, pearson="1.0")))
    )
    assert failed["failureCode"] == "CONCURRENT_UPDATE"
    assert "failureCode" not in done
    assert (kept(world, 0)["pearson"], kept(world, 1)["pearson"]) == (["0.25"], ["1.0"])


def test_the_etag_may_stand_in_the_etag_column_of_the_view(world: World) -> None:
    row = partial(world, 0, pearson="0.5")
    in_column = {**row, "values": [*row["values"], {"key": world.id_of("etag"), "value": row["etag"]}]}
    del in_column["etag"]
    assert results(change(world.api("organizer"), world.view, partial_set(in_column))) == [
        {"entityId": f"syn{world.submissions[0]}"}
    ]


def test_a_row_needs_an_etag(world: World) -> None:
    row = partial(world, 0, pearson="0.5")
    del row["etag"]
    expected = ("ILLEGAL_ARGUMENT", "The 'etag' must be included to update an Entity's annotations.")
    assert failure(world, row) == expected
    me = world.api("organizer")
    bare = make_view(me, world.project, [world.queue], [c for c in world.columns if c["name"] == "pearson"], "bare")
    assert failure(world, row, view=bare) == ("ILLEGAL_ARGUMENT", "The view schema must include 'etag' column.")


@pytest.mark.parametrize(("column", "cell"), [("pearson", "high"), ("passed", "perhaps")])
def test_a_value_of_the_wrong_type_is_an_illegal_argument(world: World, column: str, cell: str) -> None:
    code, message = failure(world, partial(world, 0, **{column: cell}))
    assert code == "ILLEGAL_ARGUMENT"
    assert cell in message


def test_what_a_row_says_of_its_object_is_passed_over(world: World) -> None:
    before = status_of(world)
    row = partial(world, 0, status="INVALID", name="another")
    assert results(change(world.api("organizer"), world.view, partial_set(row))) == [
        {"entityId": f"syn{world.submissions[0]}"}
    ]
    assert status_of(world) == before


def test_a_row_of_nothing_is_not_found(world: World) -> None:
    row = {**partial(world, 0, pearson="0.5"), "rowId": 1}
    assert failure(world, row)[0] == "NOT_FOUND"


def test_rows_of_submissions_ask_for_update_submission(world: World) -> None:
    person = id_of(world.api("participant"))
    acl = world.api("organizer").ok("GET", f"/entity/{world.project}/acl")
    acl["resourceAccess"].append({"principalId": person, "accessType": ["READ", "UPDATE"]})
    world.api("organizer").ok("PUT", f"/entity/{world.project}/acl", acl)
    row = partial(world, 0, pearson="1.0")
    code, message = failure(world, row, "participant")
    assert (code, "UPDATE_SUBMISSION" in message) == ("UNAUTHORIZED", True)
    share_queue(world, "participant", ["READ", "UPDATE_SUBMISSION"])
    results(change(world.api("participant"), world.view, partial_set(row)))
    assert kept(world)["pearson"] == ["1.0"]


def test_a_reader_of_the_view_changes_no_row(world: World) -> None:
    share_project(world, "participant")
    row = partial(world, 0, pearson="1.0")
    assert change(world.api("participant"), world.view, partial_set(row)).status == 403


def test_whole_rows_say_every_column_by_its_place(world: World) -> None:
    headers = [{"id": world.id_of(name), "name": name} for name in ("pearson", "passed")]
    row = {"rowId": int(world.submissions[0]), "etag": status_of(world)["etag"], "values": ["0.9", "true"]}
    row_set = {"concreteType": f"{TABLE}RowSet", "tableId": world.view, "headers": headers, "rows": [row]}
    body = {"concreteType": f"{TABLE}AppendableRowSetRequest", "toAppend": row_set}
    results(change(world.api("organizer"), world.view, body))
    assert kept(world) == {"pearson": ["0.9"], "passed": ["true"]}
    short = {**row_set, "rows": [{**row, "values": ["0.9"]}]}
    assert change(world.api("organizer"), world.view, {**body, "toAppend": short}).status == 400


@pytest.mark.parametrize(
    "body",
    [
        {"concreteType": f"{TABLE}AppendableRowSetRequest"},
        {"concreteType": f"{TABLE}AppendableRowSetRequest", "toAppend": {"concreteType": f"{TABLE}Row"}},
        {"concreteType": f"{TABLE}UploadToTableRequest"},
        partial_set({"values": [{"key": "1", "value": "2"}]}),
    ],
)
def test_a_change_of_rows_must_be_complete(world: World, body: Json) -> None:
    assert change(world.api("organizer"), world.view, body).status == 400


def test_rows_can_be_appended_without_a_transaction_around_them(world: World) -> None:
    body = {**partial_set(partial(world, 0, pearson="0.6")), "entityId": world.view}
    reply = job(world.api("organizer"), f"/entity/{world.view}/table/append", body)
    assert (reply.status, reply.body["updateResults"]) == (201, [{"entityId": f"syn{world.submissions[0]}"}])
    assert kept(world)["pearson"] == ["0.6"]


class TestFiles:
    def request(self, world: World, upload: Callable[..., str], text: str, who: str = "organizer") -> Json:
        handle = upload(world.api(who), "rows.csv", text.encode(), "text/csv")
        return {"concreteType": f"{TABLE}UploadToTableRequest", "tableId": world.view, "uploadFileHandleId": handle}

    def test_a_csv_file_with_row_ids_and_etags_changes_annotations(
        self, world: World, upload: Callable[..., str]
    ) -> None:
        text = f"ROW_ID,ROW_VERSION,ROW_ETAG,pearson,passed\n{world.submissions[0]},1,{status_of(world)['etag']},0.8,\n"
        assert results(change(world.api("organizer"), world.view, self.request(world, upload, text))) == [
            {"entityId": f"syn{world.submissions[0]}"}
        ]
        assert kept(world) == {"pearson": ["0.8"]}

    def test_separator_and_lines_to_skip_are_obeyed(self, world: World, upload: Callable[..., str]) -> None:
        text = f"a remark\nROW_ID\tROW_ETAG\tpearson\n{world.submissions[0]}\t{status_of(world)['etag']}\t0.7\n"
        request = self.request(world, upload, text)
        request |= {"linesToSkip": 1, "csvTableDescriptor": {"separator": "\t"}}
        results(change(world.api("organizer"), world.view, request))
        assert kept(world)["pearson"] == ["0.7"]

    @pytest.mark.parametrize("text", ["ROW_ID,unknown\n1,2\n", "pearson\n0.5\n"])
    def test_a_file_of_other_columns_or_without_row_ids_is_refused(
        self, world: World, upload: Callable[..., str], text: str
    ) -> None:
        assert change(world.api("organizer"), world.view, self.request(world, upload, text)).status == 400

    def test_the_file_must_be_the_callers(self, world: World, upload: Callable[..., str]) -> None:
        request = self.request(world, upload, "ROW_ID,pearson\n", who="stranger")
        assert change(world.api("organizer"), world.view, request).status == 403


class TestEntities:
    @pytest.fixture
    def files(self, api: Users, unique: Names) -> tuple[str, str, list[Json]]:
        """A folder in an entity view with annotation columns: view, folder, columns."""
        me = api("organizer")
        project = me.ok("POST", "/entity", {"concreteType": f"{MODEL}Project", "name": unique("rows")})["id"]
        folder = me.ok("POST", "/entity", {"concreteType": f"{MODEL}Folder", "name": "data", "parentId": project})["id"]
        own = [
            {"name": "rank", "columnType": "INTEGER"},
            {"name": "tags", "columnType": "STRING_LIST"},
            {"name": "due", "columnType": "DATE"},
        ]
        columns = me.ok("POST", "/column/batch", {"list": own})["list"]
        body = {
            "concreteType": f"{TABLE}EntityView",
            "name": "folders",
            "parentId": project,
            "columnIds": [column["id"] for column in columns],
            "scopeIds": [project],
            "viewTypeMask": 0x08,
        }
        return me.ok("POST", "/entity", body)["id"], folder, columns

    def test_the_official_client_writes_rows_of_an_entity_view(
        self, client: Any, organizer: Any, files: tuple[str, str, list[Json]]
    ) -> None:
        view, folder, columns = files
        cells = zip(columns, [3, '["a", "b"]', 1700000000000], strict=True)
        row = PartialRow(
            row_id=folder.removeprefix("syn"),
            etag=organizer.ok("GET", f"/entity/{folder}")["etag"],
            values=[{"key": column["id"], "value": cell} for column, cell in cells],
        )
        request = AppendableRowSetRequest(entity_id=view, to_append=PartialRowSet(table_id=view, rows=[row]))
        transaction = TableUpdateTransaction(entity_id=view, changes=[request])
        done = asyncio.run(transaction.send_job_and_wait_async(synapse_client=client))
        assert done.results[0].concrete_type == f"{TABLE}EntityUpdateResults"
        found = organizer.ok("GET", f"/entity/{folder}/annotations2")["annotations"]
        assert found == {
            "rank": {"type": "LONG", "value": ["3"]},
            "tags": {"type": "STRING", "value": ["a", "b"]},
            "due": {"type": "TIMESTAMP_MS", "value": ["1700000000000"]},
        }
        assert rows(organizer, view, f"select rank from {view}") == [["3"]]

    @pytest.mark.parametrize("cell", ["plain", "[null]", "{}"])
    def test_a_list_must_be_a_json_array_without_nulls(
        self, organizer: Any, files: tuple[str, str, list[Json]], cell: str
    ) -> None:
        view, folder, columns = files
        etag = organizer.ok("GET", f"/entity/{folder}")["etag"]
        row = {"rowId": int(folder[3:]), "etag": etag, "values": [{"key": columns[1]["id"], "value": cell}]}
        [result] = results(change(organizer, view, partial_set(row)))
        assert result["failureCode"] == "ILLEGAL_ARGUMENT"
        assert organizer.ok("GET", f"/entity/{folder}")["etag"] == etag
