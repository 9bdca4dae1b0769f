"""What the official client does with pandas: queries as data frames, rows written through views, syncToSynapse.

Pandas is no dependency of ours: this runs where challengeutils is installed, with the same client.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sandbox.conftest import TOKENS, Sandbox
from tests.sandbox.making import MODEL, Client, Names
from tests.tools.workbench import Tool, built

_WITH_PANDAS = """
import json, sys, warnings
warnings.simplefilter("ignore")
import pandas, synapseclient, synapseutils
from synapseclient import PartialRowset, Table
from synapseclient.models import Column, ColumnType, EntityView, Project, SubmissionView

project, queue, submission, file, token, folder = sys.argv[1:]
syn = synapseclient.login(authToken=token, silent=True)
told = {}
submissions = SubmissionView(name="submissions", parent_id=project, scope_ids=[queue]).store(synapse_client=syn)
submissions.add_column(Column(name="auc", column_type=ColumnType.DOUBLE))
submissions = submissions.store(synapse_client=syn)
files = EntityView(name="files", parent_id=project, scope_ids=[project], view_type_mask=1).store(synapse_client=syn)
files.add_column(Column(name="rank", column_type=ColumnType.INTEGER))
files = files.store(synapse_client=syn)
frame = submissions.query(f"select id, auc from {submissions.id}", synapse_client=syn)
told["query"] = frame["auc"].tolist()
part = submissions.query_part_mask(f"select * from {submissions.id}", part_mask=0x1 | 0x2, synapse_client=syn)
told["count"] = part.count
found = syn.tableQuery(f"select id, auc from {submissions.id}", resultsAs="rowset")
syn.store(PartialRowset.from_mapping({submission: {"auc": 0.75}}, found))
told["partial rows"] = syn.tableQuery(f"select auc from {submissions.id}").asDataFrame()["auc"].tolist()
frame = syn.tableQuery(f"select * from {submissions.id}").asDataFrame()
frame["auc"] = 0.25
syn.store(Table(submissions.id, frame))
told["csv rows"] = syn.tableQuery(f"select auc from {submissions.id}", resultsAs="rowset").asDataFrame()["auc"].tolist()
files.update_rows(values=pandas.DataFrame({"id": [file], "rank": [7]}), primary_keys=["id"],
                  wait_for_eventually_consistent_view=True, synapse_client=syn)
told["update_rows"] = files.query(f"select rank from {files.id}", synapse_client=syn)["rank"].tolist()
Project(id=project).sync_from_synapse(path=folder + "/down", manifest="root", synapse_client=syn)
(manifest,) = [folder + "/down/manifest.csv"]
Project(id=project).sync_to_synapse(manifest_path=manifest, send_messages=False, synapse_client=syn)
with open(folder + "/new.txt", "w") as out:
    out.write("new")
pandas.DataFrame({"path": [folder + "/new.txt"], "parent": [project], "kind": ["note"]}).to_csv(
    folder + "/up.tsv", sep="\\t", index=False)
synapseutils.syncToSynapse(syn, folder + "/up.tsv", sendMessages=True)
new = syn.get(syn.findEntityId("new.txt", project), downloadFile=False)
told["syncToSynapse"] = list(new["kind"])
told["describe"] = sorted(synapseutils.describe(syn, file))
print("TOLD", json.dumps(told))
"""


@pytest.mark.prove
def test_what_needs_pandas_works_where_pandas_is(
    sandbox: Sandbox, organizer: Client, project: str, unique: Names, upload: Callable[..., str], tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    """Queries as data frames, rows written through views, syncToSynapse: in the environment of challengeutils."""
    environment = built("challengeutils", Path(str(request.config.cache.mkdir("tools"))))
    tool = Tool(environment, tmp_path / "home", sandbox.url, TOKENS)
    queue = organizer.ok("POST", "/evaluation", {"name": unique("queue"), "contentSource": project})["id"]
    handle = upload(organizer, "data.csv", b"id,score\n1,2\n", "text/csv")
    body = {
        "concreteType": f"{MODEL}FileEntity",
        "name": "data.csv",
        "parentId": project,
        "dataFileHandleId": handle,
    }
    file = organizer.ok("POST", "/entity", body)
    entry = {"evaluationId": queue, "entityId": file["id"], "versionNumber": 1}
    submission = organizer.ok("POST", "/evaluation/submission", entry, etag=file["etag"])["id"]
    status = organizer.ok("GET", f"/evaluation/submission/{submission}/status")
    status["submissionAnnotations"] = {
        "id": submission,
        "etag": status["etag"],
        "annotations": {"auc": {"type": "DOUBLE", "value": ["0.5"]}},
    }
    organizer.ok("PUT", f"/evaluation/submission/{submission}/status", status)
    script = tmp_path / "script.py"
    script.write_text(_WITH_PANDAS)
    arguments = (project, queue, submission, file["id"], TOKENS["organizer"], str(tmp_path))
    ran = tool.succeed("python", str(script), *arguments)
    told = json.loads(ran.output.partition("TOLD ")[2])
    assert told == {
        "query": [0.5],
        "count": 1,
        "partial rows": [0.75],
        "csv rows": [0.25],
        "update_rows": [7],
        "syncToSynapse": ["note"],
        "describe": ["id", "score"],
    }
