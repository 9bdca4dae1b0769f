"""cnb-tools 0.7.0, as it comes from PyPI: what each command does on the sandbox."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.making import Json, Names, grants_of, id_of, make_queue, make_team
from tests.tools.outcomes import outcome
from tests.tools.workbench import CNB_TEAM, PORTAL_VIEW, Ran, Tool, submit_file, wiki_texts

pytestmark = pytest.mark.prove

CNB_TOOLS = "cnb-tools"
PUBLIC, SIGNED_IN = 273949, 273948


@dataclass(frozen=True)
class Built:
    """A challenge that `challenge create NAME --tasks 2` made."""

    name: str
    live: str
    participants: str
    organizers: str
    staging: str
    preregistrants: str
    queues: tuple[str, ...]


@pytest.fixture(scope="module")
def tool(workbench: Callable[[str], Tool]) -> Tool:
    return workbench(CNB_TOOLS)


@pytest.fixture(scope="module")
def run(tool: Tool) -> Callable[..., Ran]:
    """Run a command that must succeed."""
    return partial(tool.succeed, CNB_TOOLS)


@pytest.fixture(scope="module")
def built_challenge(tool: Tool, run: Callable[..., Ran]) -> Built:
    name = "Odor Challenge"
    ids = run("challenge", "create", name, "--tasks", "2").ids(r"(?:synID|teamID): +(\S+)")
    queues = tool.api.ok("GET", f"/entity/{ids[0]}/evaluation")["results"]
    live, participants, organizers, staging, preregistrants = ids
    return Built(name, live, participants, organizers, staging, preregistrants, tuple(queue["id"] for queue in queues))


@pytest.fixture
def submission(tool: Tool, built_challenge: Built, unique: Names) -> str:
    file = f"{unique('predictions')}.csv"
    return submit_file(tool.api, built_challenge.queues[1], built_challenge.live, b"id,score\n1,0.5\n", file)


def status_of(tool: Tool, submission: str) -> Json:
    status: Json = tool.api.ok("GET", f"/evaluation/submission/{submission}/status")
    return status


@outcome(
    "challenge create NAME --tasks 2",
    "works, with a flaw of its own",
    "three teams, live and staging project, challenge, two queues, folders, the template's wiki on staging, an entry in"
    " the portal's view, Status `Upcoming`; participants and organizers get no right on any queue. (The `KeyError` of"
    " 0.6.0 at the end is gone; the staging project is new.)",
)
def test_challenge_create(tool: Tool, built_challenge: Built) -> None:
    made, api = built_challenge, tool.api
    shared = grants_of(api.ok("GET", f"/entity/{made.live}/acl"))
    assert shared[int(made.organizers)] == {"READ", "DOWNLOAD", "MODERATE"}
    assert {"CHANGE_PERMISSIONS", "DELETE"} <= shared[int(CNB_TEAM)]
    assert api.ok("GET", f"/entity/{made.live}/challenge")["participantTeamId"] == made.participants
    assert grants_of(api.ok("GET", f"/team/{made.participants}/acl"))[int(made.participants)] == {"READ"}
    for queue in made.queues:
        assert set(grants_of(api.ok("GET", f"/evaluation/{queue}/acl"))) == {id_of(api), int(CNB_TEAM)}
    assert api.ok("GET", f"/entity/{made.live}/annotations2")["annotations"]["Status"]["value"] == ["Upcoming"]
    assert made.live in api.ok("GET", f"/entity/{PORTAL_VIEW}")["scopeIds"]
    assert f"teamId={made.participants}" in wiki_texts(api, made.staging)[""]
    assert f"teamId={made.preregistrants}" in wiki_texts(api, made.live)[""]
    folder = {"parentId": made.live, "entityName": "Data"}
    data = api.ok("POST", "/entity/child", folder)["id"]
    private = api.ok("POST", "/entity/child", folder | {"entityName": "Private Data"})["id"]
    assert grants_of(api.ok("GET", f"/entity/{data}/acl"))[int(made.participants)] == {"READ", "DOWNLOAD"}
    assert int(made.participants) not in grants_of(api.ok("GET", f"/entity/{private}/acl"))


@outcome(
    "challenge create NAME, again",
    "fails by itself",
    "asks for each team, then stops at the first queue, with a traceback:"
    " `409 Client Error: An Evaluation already exists with the name '…'`",
)
def test_challenge_create_again_stops_half_way(tool: Tool, built_challenge: Built) -> None:
    done = tool.run(CNB_TOOLS, "challenge", "create", built_challenge.name, answers="y\n" * 3)
    assert done.code == 1
    assert done.output.count("already exists. Use this team? (Y/n)") == 3
    said = f"409 Client Error: An Evaluation already exists with the name '{built_challenge.name} Task 1'"
    assert said in done.output


@outcome("challenge get PROJECT [--json]", "works", "the ids of challenge, project and team")
def test_challenge_get(run: Callable[..., Ran], built_challenge: Built) -> None:
    told = _json(run("challenge", "get", built_challenge.live, "--json"))
    assert (told["projectId"], told["participantTeamId"]) == (built_challenge.live, built_challenge.participants)
    assert (
        f"Participant Team ID:   {built_challenge.participants}" in run("challenge", "get", built_challenge.live).output
    )


@outcome("challenge queues PROJECT [--json]", "works", "ids and names; with --json also the client's own bookkeeping")
def test_challenge_queues(run: Callable[..., Ran], built_challenge: Built) -> None:
    told = run("challenge", "queues", built_challenge.live).output
    for number, queue in enumerate(built_challenge.queues, 1):
        assert f"{queue}  {built_challenge.name} Task {number}\n" in told
    as_json = _json(run("challenge", "queues", built_challenge.live, "--json"))
    assert {queue["id"] for queue in as_json} >= set(built_challenge.queues)
    assert "_last_persistent_instance" in as_json[0]


@outcome("challenge teams PROJECT", "works", "the registered team, by id and name")
def test_challenge_teams(tool: Tool, run: Callable[..., Ran], built_challenge: Built, unique: Names) -> None:
    team = make_team(tool.api, unique("registered"))
    challenge = tool.api.ok("GET", f"/entity/{built_challenge.live}/challenge")["id"]
    tool.api.ok("POST", f"/challenge/{challenge}/challengeTeam", {"challengeId": challenge, "teamId": team["id"]})
    assert f"  {team['id']}  {team['name']}" in run("challenge", "teams", built_challenge.live).output


@outcome("challenge stats PROJECT [--json]", "works", "participants, teams, queues and submissions counted")
def test_challenge_stats(tool: Tool, run: Callable[..., Ran], built_challenge: Built, submission: str) -> None:
    told = _json(run("challenge", "stats", built_challenge.live, "--json"))
    total = sum(tool.api.ok("GET", f"/evaluation/{queue}/submission/count") for queue in built_challenge.queues)
    assert (told["registered_participants"], told["evaluation_queues"], told["total_submissions"]) == (1, 2, total)
    assert f"Total submissions:       {total}" in run("challenge", "stats", built_challenge.live).output


@outcome("queue get EVALUATION [--json]", "works", "id, name, description, project")
def test_queue_get(run: Callable[..., Ran], built_challenge: Built) -> None:
    queue = built_challenge.queues[0]
    assert f"Name:        {built_challenge.name} Task 1\n" in run("queue", "get", queue).output
    assert _json(run("queue", "get", queue, "--json"))["content_source"] == built_challenge.live


@outcome("queue get 1", "refuses, rightly", "`⛔ Evaluation could not be found with id :1.`")
def test_queue_get_of_nothing(tool: Tool) -> None:
    done = tool.run(CNB_TOOLS, "queue", "get", "1")
    assert done.code == 1
    assert "⛔ Evaluation could not be found with id :1. Check the ID and try again." in done.output


@outcome(
    "queue add-round EVALUATION --start … --end … --daily 3",
    "works, with a flaw of its own",
    "a round with its limits; it can only add, so that the same command again fails:"
    " `This round's date range overlaps with the following round IDs: […]`",
)
def test_queue_add_round(tool: Tool, run: Callable[..., Ran], built_challenge: Built, unique: Names) -> None:
    queue = make_queue(tool.api, unique("queue"), built_challenge.live)["id"]
    start, end = "2040-01-01T00:00:00.000Z", "2040-02-01T00:00:00.000Z"
    command = ("queue", "add-round", queue, "--start", start, "--end", end, "--daily", "3", "--total", "10")
    run(*command)
    (made,) = tool.api.ok("POST", f"/evaluation/{queue}/round/list", {})["page"]
    assert (made["roundStart"], made["roundEnd"]) == (start, end)
    assert {limit["limitType"]: limit["maximumSubmissions"] for limit in made["limits"]} == {"DAILY": 3, "TOTAL": 10}
    again = tool.run(CNB_TOOLS, *command)
    assert again.code == 1
    assert f"This round's date range overlaps with the following round IDs: [{made['id']}]" in again.output
    tool.api.ok("DELETE", f"/evaluation/{queue}")


@outcome("submission get SUBMISSION [--verbose, --json]", "works", "challenge, date, submitter; status and annotations")
def test_submission_get(run: Callable[..., Ran], built_challenge: Built, submission: str) -> None:
    told = run("submission", "get", submission, "--verbose").output
    assert f"Challenge: {built_challenge.name}\n" in told
    assert "Submitter: organizer\n" in told
    assert "Status: RECEIVED\n" in told
    assert _json(run("submission", "get", submission, "--json"))["evaluation_id"] == built_challenge.queues[1]


@outcome(
    "submission annotate SUBMISSION --file FILE [--legacy]",
    "works",
    "new-style annotations; with --legacy the old ones as well, private; nulls are dropped",
)
def test_submission_annotate(tool: Tool, run: Callable[..., Ran], submission: str, tmp_path: Path) -> None:
    file = tmp_path / "annotations.json"
    file.write_text(json.dumps({"auc": 0.5, "nothing": None}))
    run("submission", "annotate", submission, "--file", str(file))
    status = status_of(tool, submission)
    assert status["submissionAnnotations"]["annotations"] == {"auc": {"type": "DOUBLE", "value": ["0.5"]}}
    assert "annotations" not in status
    run("submission", "annotate", submission, "--file", str(file), "--legacy")
    status = status_of(tool, submission)
    assert status["annotations"]["doubleAnnos"] == [{"key": "auc", "value": 0.5, "isPrivate": True}]


@outcome("submission change-status SUBMISSION SCORED · submission reset SUBMISSION", "works", "SCORED, then RECEIVED")
def test_submission_change_status_and_reset(tool: Tool, run: Callable[..., Ran], submission: str) -> None:
    run("submission", "change-status", submission, "SCORED")
    assert status_of(tool, submission)["status"] == "SCORED"
    run("submission", "reset", submission)
    assert status_of(tool, submission)["status"] == "RECEIVED"


@outcome("submission download SUBMISSION · submission batch-download EVALUATION", "works", "the files as submitted")
def test_submission_download(run: Callable[..., Ran], built_challenge: Built, submission: str, tmp_path: Path) -> None:
    run("submission", "download", submission, "--dest", str(tmp_path / "one"))
    assert [file.read_bytes() for file in (tmp_path / "one").iterdir()] == [b"id,score\n1,0.5\n"]
    run("submission", "batch-download", built_challenge.queues[1], "--dest", str(tmp_path / "all"))
    assert (tmp_path / "all" / "organizer" / f"{submission}.csv").read_bytes() == b"id,score\n1,0.5\n"


@outcome("submission get-contributors SUBMISSION [-pp]", "works", "ids, or names")
def test_submission_get_contributors(tool: Tool, run: Callable[..., Ran], submission: str) -> None:
    assert f"\n  {id_of(tool.api)}\n" in run("submission", "get-contributors", submission).output
    assert "\n  organizer\n" in run("submission", "get-contributors", submission, "-pp").output


@outcome(
    "cnb_tools.get_contributors([EVALUATION])",
    "fails by itself",
    "`TypeError: unhashable type: 'dict'`, as in 0.6.0 (only from Python; the command above is another way)",
)
def test_the_collector_of_contributors(tool: Tool, built_challenge: Built, submission: str) -> None:
    script = f"import cnb_tools; cnb_tools.get_contributors([{built_challenge.queues[1]}], status='RECEIVED')"
    done = tool.run("python", "-c", script)
    assert done.code == 1
    assert done.output.splitlines()[-1] == "TypeError: unhashable type: 'dict'"


@outcome("submission delete SUBMISSION", "works", "asks first; a no deletes nothing, a yes does")
def test_submission_delete(tool: Tool, run: Callable[..., Ran], submission: str) -> None:
    assert "No deletion was done." in run("submission", "delete", submission, answers="n\n").output
    assert tool.api.get(f"/evaluation/submission/{submission}").status == 200
    run("submission", "delete", submission, answers="y\n")
    assert tool.api.get(f"/evaluation/submission/{submission}").status == 404


@outcome("summarize submissions PROJECT [--weekly]", "works", "a chart of days, or weeks, with the total")
def test_summarize_submissions(run: Callable[..., Ran], built_challenge: Built, submission: str) -> None:
    assert re.search(
        r"Submissions per day +\(total: \d+\)", run("summarize", "submissions", built_challenge.live).output
    )
    weekly = run("summarize", "submissions", built_challenge.live, "--weekly").output
    assert re.search(r"\d{4}-W\d\d +█+ +\d+ +100\.0", weekly)


@outcome("summarize participants PROJECT", "works", "a chart of sectors, guessed from the profiles")
def test_summarize_participants(run: Callable[..., Ran], built_challenge: Built) -> None:
    assert "Participant breakdown  (total: 1)" in run("summarize", "participants", built_challenge.live).output


@outcome("summarize queues PROJECT", "works", "a chart of submissions in each queue")
def test_summarize_queues(run: Callable[..., Ran], built_challenge: Built, submission: str) -> None:
    told = run("summarize", "queues", built_challenge.live).output
    assert re.search(rf"{built_challenge.name} Task 1 +0 +0\.0", told)
    assert re.search(rf"{built_challenge.name} Task 2 +█+ +\d+ +100\.0", told)


@outcome(
    "challenge unregister PROJECT · challenge register PROJECT TEAM", "works", "the challenge object, away and back"
)
def test_challenge_unregister_and_register(tool: Tool, run: Callable[..., Ran], built_challenge: Built) -> None:
    run("challenge", "unregister", built_challenge.live)
    assert tool.api.get(f"/entity/{built_challenge.live}/challenge").status == 404
    run("challenge", "register", built_challenge.live, built_challenge.participants)
    assert tool.api.get(f"/entity/{built_challenge.live}/challenge").status == 200


@pytest.fixture
def single(tool: Tool, run: Callable[..., Ran], unique: Names) -> tuple[str, str]:
    """A challenge of one project: its id, and the participants' team."""
    done = run("challenge", "create", unique("Single"), "--no-staging", "--no-portal")
    live, participants, _ = done.ids(r"(?:synID|teamID): +(\S+)")
    return live, participants


def queue_grants(tool: Tool, project: str) -> list[dict[int, set[str]]]:
    queues = tool.api.ok("GET", f"/entity/{project}/evaluation")["results"]
    return [grants_of(tool.api.ok("GET", f"/evaluation/{queue['id']}/acl")) for queue in queues]


def status_annotation(tool: Tool, project: str) -> Any:
    return tool.api.ok("GET", f"/entity/{project}/annotations2")["annotations"]["Status"]["value"]


@outcome(
    "challenge create NAME --no-staging --no-portal",
    "works",
    "one project that carries the template's wiki, and no entry in the portal's view",
)
def test_challenge_create_in_one_project(tool: Tool, single: tuple[str, str]) -> None:
    live, participants = single
    assert f"teamId={participants}" in wiki_texts(tool.api, live)[""]
    assert live not in tool.api.ok("GET", f"/entity/{PORTAL_VIEW}")["scopeIds"]


@outcome(
    "challenge launch PROJECT",
    "works, with a flaw of its own",
    "everybody may read, Status `Active`; nobody gets the right to submit to any queue",
)
def test_challenge_launch(tool: Tool, run: Callable[..., Ran], single: tuple[str, str]) -> None:
    live, participants = single
    run("challenge", "launch", live)
    shared = grants_of(tool.api.ok("GET", f"/entity/{live}/acl"))
    assert (shared[PUBLIC], shared[SIGNED_IN]) == ({"READ"}, {"READ"})
    assert status_annotation(tool, live) == ["Active"]
    assert [int(participants) in grants for grants in queue_grants(tool, live)] == [False]


@outcome(
    "challenge close PROJECT",
    "works, with a flaw of its own",
    "Status `Closed`, participants only view each queue (a write-up queue too), nobody can join the team any more",
)
def test_challenge_close(tool: Tool, run: Callable[..., Ran], single: tuple[str, str], unique: Names) -> None:
    live, participants = single
    make_queue(tool.api, unique("write ups"), live)
    run("challenge", "close", live)
    assert [grants[int(participants)] for grants in queue_grants(tool, live)] == [{"READ"}, {"READ"}]
    team = tool.api.ok("GET", f"/team/{participants}")
    assert (team["canPublicJoin"], team["canRequestMembership"]) == (False, False)
    assert status_annotation(tool, live) == ["Closed"]


def _json(done: Ran) -> Any:
    """What a command printed as JSON, after the client's own lines."""
    start = re.search(r"(?m)^[\[{]", done.output)
    assert start is not None
    return json.loads(done.output[start.start() :])
