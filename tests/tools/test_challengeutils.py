"""challengeutils 4.3.0, as it comes from PyPI: what each command does on the sandbox."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from textwrap import dedent

import pytest

from tests.sandbox.making import Json, Names, grants_of, id_of, make_project, make_queue, make_team
from tests.tools.outcomes import outcome
from tests.tools.workbench import DREAM_TEMPLATE, PORTAL_VIEW, Ran, Tool, submit_file, wiki_texts, write_pages

pytestmark = pytest.mark.prove

CHALLENGEUTILS = "challengeutils"
ENTITY_ADMIN = set("READ DOWNLOAD CREATE UPDATE DELETE MODERATE CHANGE_SETTINGS CHANGE_PERMISSIONS".split())
EDIT = {"READ", "DOWNLOAD", "CREATE", "UPDATE"}


@pytest.fixture(scope="module")
def tool(workbench: Callable[[str], Tool]) -> Tool:
    return workbench(CHALLENGEUTILS)


@pytest.fixture
def run(tool: Tool) -> Callable[..., Ran]:
    """Run a command that must succeed."""

    return partial(tool.succeed, CHALLENGEUTILS)


@pytest.fixture
def project(tool: Tool, unique: Names) -> str:
    return str(make_project(tool.api, unique("project"))["id"])


@dataclass(frozen=True)
class Scored:
    """A queue with a submission of the organizer."""

    queue: str
    submission: str

    def status(self, tool: Tool) -> Json:
        status: Json = tool.api.ok("GET", f"/evaluation/submission/{self.submission}/status")
        return status


@pytest.fixture
def scored(tool: Tool, project: str, unique: Names) -> Scored:
    queue = make_queue(tool.api, unique("queue"), project)["id"]
    return Scored(queue, submit_file(tool.api, queue, project, b"id,score\n1,0.5\n"))


@outcome(
    "challengeutils",
    "fails by itself",
    "a fresh install doesn't start: `ModuleNotFoundError: No module named 'six'`, which it imports without declaring"
    " it. For all rows below six is added",
)
def test_a_fresh_install_lacks_a_library_that_it_does_not_declare(tool: Tool) -> None:
    done = tool.run(CHALLENGEUTILS, "--version", bare=True)
    assert done.code == 1
    assert done.output.splitlines()[-1] == "ModuleNotFoundError: No module named 'six'"


@outcome(
    "create-challenge NAME",
    "works, with a flaw of its own",
    "four teams, two projects, a challenge, a queue that only its maker sees, the wiki of the template with its ids"
    " filled in; the printed links of the participant and the organizer team are swapped",
)
def test_create_challenge(tool: Tool, run: Callable[..., Ran], unique: Names) -> None:
    name = unique("Plouf")
    done = run("create-challenge", name)
    live, staging = done.ids(r"(?:Production|Staging) site\): \S+:(syn\d+)")
    admin, said_participants, said_organizers, preregistrants = done.ids(r"team\): \S+Team:(\d+)")
    participants, organizers = said_organizers, said_participants

    teams = {team: tool.api.ok("GET", f"/team/{team}") for team in (admin, participants, organizers, preregistrants)}
    assert teams[participants]["name"] == f"{name} Participants"
    assert teams[organizers]["name"] == f"{name} Organizers"
    joinable = {team for team, told in teams.items() if told["canPublicJoin"]}
    assert joinable == {participants, preregistrants}
    shared = grants_of(tool.api.ok("GET", f"/entity/{live}/acl"))
    assert shared[int(admin)] == ENTITY_ADMIN
    assert shared[int(organizers)] == {"READ", "DOWNLOAD", "MODERATE"}
    assert grants_of(tool.api.ok("GET", f"/entity/{staging}/acl"))[int(organizers)] == EDIT
    challenge = tool.api.ok("GET", f"/entity/{live}/challenge")
    assert challenge["participantTeamId"] == participants
    (queue,) = tool.api.ok("GET", f"/entity/{live}/evaluation")["results"]
    assert queue["name"] == f"{name} Project Submission"
    assert list(grants_of(tool.api.ok("GET", f"/evaluation/{queue['id']}/acl"))) == [id_of(tool.api)]
    pages = wiki_texts(tool.api, staging)
    assert pages[""] == f"# {name}\n\n${{jointeam?teamId={participants}&isChallenge=true}}\n"
    assert f"challengeId={challenge['id']}" in pages["Map"]
    assert pages["Results"] == f"${{leaderboard?projectId={live}}}\n"
    assert f"teamId={preregistrants}" in wiki_texts(tool.api, live)[""]


@outcome(
    "create-challenge NAME, again",
    "works, with a flaw of its own",
    "asks on the terminal for each team, and before it deletes the staging wiki; the live home page is overwritten",
)
def test_create_challenge_again_asks_and_overwrites_the_live_home_page(
    tool: Tool, run: Callable[..., Ran], unique: Names
) -> None:
    name = unique("Twice")
    live, staging = run("create-challenge", name).ids(r"site\): \S+:(syn\d+)")
    home = tool.api.ok("GET", f"/entity/{live}/wiki")
    tool.api.ok("PUT", f"/entity/{live}/wiki/{home['id']}", home | {"markdown": "the real home page"})
    done = run("create-challenge", name, answers="y\n" * 5)
    assert done.output.count("Do you want to use this team? (Y/n)") == 4
    assert done.output.count("Do you agree to delete the wiki before continuing? (y/N)") == 1
    assert "the real home page" not in wiki_texts(tool.api, live)[""]
    assert len(wiki_texts(tool.api, staging)) == len(wiki_texts(tool.api, DREAM_TEMPLATE))


@outcome(
    "create-portal-challenge NAME -t 2",
    "works, with a flaw of its own",
    "two teams, two projects, two queues, folders, added to the portal's view; the links of the two teams are swapped",
)
def test_create_portal_challenge(tool: Tool, run: Callable[..., Ran], unique: Names) -> None:
    name = unique("Portal")
    done = run("create-portal-challenge", name, "-t", "2")
    live, _ = done.ids(r"site\): \S+:(syn\d+)")
    said_participants, said_organizers = done.ids(r"team\): \S+Team:(\d+)")
    assert tool.api.ok("GET", f"/team/{said_participants}")["name"] == f"{name} Organizers"
    assert tool.api.ok("GET", f"/team/{said_organizers}")["name"] == f"{name} Participants"
    assert len(tool.api.ok("GET", f"/entity/{live}/evaluation")["results"]) == 2
    assert live in tool.api.ok("GET", f"/entity/{PORTAL_VIEW}")["scopeIds"]


@outcome(
    "set-entity-acl ENTITY PRINCIPAL LEVEL",
    "works",
    "edit, then admin by the team's name, then remove: the principal's entry is replaced, others stay",
)
def test_set_entity_acl(tool: Tool, run: Callable[..., Ran], project: str, unique: Names) -> None:
    team = make_team(tool.api, unique("team"))
    seen = []
    for principal, level in ((team["id"], "edit"), (team["name"], "admin"), (team["id"], "remove")):
        run("set-entity-acl", project, principal, level)
        seen.append(grants_of(tool.api.ok("GET", f"/entity/{project}/acl")))
    assert [grants.get(int(team["id"])) for grants in seen] == [EDIT, ENTITY_ADMIN, None]
    assert all(grants[id_of(tool.api)] == ENTITY_ADMIN for grants in seen)


@outcome(
    "set-entity-acl ENTITY nobody-here view",
    "refuses, rightly",
    "with a traceback that ends in `Unknown Synapse user (nobody-here).  No matches.`",
)
def test_set_entity_acl_for_nobody(tool: Tool, project: str) -> None:
    done = tool.run(CHALLENGEUTILS, "set-entity-acl", project, "nobody-here", "view")
    assert done.code == 1
    assert "Unknown Synapse user (nobody-here).  No matches." in done.output.splitlines()[-1]


@outcome("set-evaluation-acl EVALUATION PRINCIPAL LEVEL", "works", "submit, score, remove")
def test_set_evaluation_acl(tool: Tool, run: Callable[..., Ran], project: str, unique: Names) -> None:
    queue, team = make_queue(tool.api, unique("queue"), project)["id"], make_team(tool.api, unique("team"))["id"]
    seen = []
    for level in ("submit", "score", "remove"):
        run("set-evaluation-acl", queue, team, level)
        seen.append(grants_of(tool.api.ok("GET", f"/evaluation/{queue}/acl")).get(int(team)))
    assert seen == [{"READ", "SUBMIT"}, {"READ", "UPDATE_SUBMISSION", "READ_PRIVATE_SUBMISSION"}, None]


@outcome("list-evaluations PROJECT", "works", "names and ids of all queues, in its log")
def test_list_evaluations(tool: Tool, run: Callable[..., Ran], project: str, unique: Names) -> None:
    made = {make_queue(tool.api, unique(f"queue {number}"), project)["id"] for number in range(12)}
    assert set(run("list-evaluations", project).ids(r"Evaluation- .*\((\d+)\)")) == made


@outcome(
    "set-evaluation-quota EVALUATION --sub_limit 3",
    "fails by itself",
    "its help promises that the limit works alone; Synapse answers 400"
    " `numberOfRounds must be defined and be non-negative`",
)
def test_set_evaluation_quota_with_a_limit_alone(tool: Tool, scored: Scored) -> None:
    done = tool.run(CHALLENGEUTILS, "set-evaluation-quota", scored.queue, "--sub_limit", "3")
    assert done.code == 1
    assert done.output.splitlines()[-1] == "numberOfRounds must be defined and be non-negative"


@outcome(
    "mirror-wiki SOURCE DESTINATION",
    "works, with a flaw of its own",
    "pages of the same title are rewritten, missing ones skipped; the source's id is replaced inside longer ids too",
)
def test_mirror_wiki(tool: Tool, run: Callable[..., Ran], unique: Names) -> None:
    source, target = (make_project(tool.api, unique(name))["id"] for name in ("source", "target"))
    ids = write_pages(tool.api, source, {"": "new home", "Data": f"{source}/wiki/0 and {source}0", "Only here": "x"})
    kept = write_pages(tool.api, target, {"": "old home", "Data": "old data", "Only there": "y"})
    page = tool.api.ok("GET", f"/entity/{source}/wiki/{ids['']}")
    link = f"{source}/wiki/{ids['Data']}"
    tool.api.ok("PUT", f"/entity/{source}/wiki/{ids['']}", page | {"markdown": f"see {link}"})

    told = run("mirror-wiki", source, target, "--dryrun").output
    assert "Title doesn't exist at destination: Only here" in told
    assert wiki_texts(tool.api, target) == {"": "old home", "Data": "old data", "Only there": "y"}
    run("mirror-wiki", source, target)
    assert wiki_texts(tool.api, target) == {
        "": f"see {target}/wiki/{kept['Data']}",
        "Data": f"{target}/wiki/0 and {target}0",
        "Only there": "y",
    }


@outcome(
    "mirror-wiki SOURCE DESTINATION, again",
    "works, with a flaw of its own",
    "says `No page updates` and stores every page again nevertheless: new etags",
)
def test_mirror_wiki_again_stores_what_did_not_change(tool: Tool, run: Callable[..., Ran], unique: Names) -> None:
    source, target = (make_project(tool.api, unique(name))["id"] for name in ("source", "target"))
    for project in (source, target):
        write_pages(tool.api, project, {"": "home"})
    before = tool.api.ok("GET", f"/entity/{target}/wiki")["etag"]
    assert "No page updates: \n" in run("mirror-wiki", source, target).output
    assert tool.api.ok("GET", f"/entity/{target}/wiki")["etag"] != before


@outcome(
    "pull-wiki PROJECT · push-wiki PROJECT",
    "works",
    "one file for each page and wiki_config.json; an edited page is updated, one without id is added below its parent",
)
def test_pull_wiki_and_push_wiki(tool: Tool, run: Callable[..., Ran], project: str, tmp_path: Path) -> None:
    write_pages(tool.api, project, {"": "home", "Data": "data"})
    run("pull-wiki", project, "--workdir", str(tmp_path))
    config = json.loads((tmp_path / "wiki_config.json").read_text())
    assert [(page["title"], (tmp_path / page["markdown_path"]).read_text()) for page in config] == [
        ("homepage", "home"),
        ("Data", "data"),
    ]
    (tmp_path / config[1]["markdown_path"]).write_text("edited")
    (tmp_path / "new.md").write_text("a new page")
    config.append({"title": "New", "parentId": config[0]["id"], "markdown_path": "new.md"})
    (tmp_path / "wiki_config.json").write_text(json.dumps(config))
    told = run("push-wiki", project, "--workdir", str(tmp_path)).output
    assert "no updates: homepage\nWiki updated: Data\nWiki added: New\n" in told
    assert wiki_texts(tool.api, project) == {"": "home", "Data": "edited", "New": "a new page"}


@outcome(
    "annotate-submission SUBMISSION FILE",
    "works",
    "both forms of annotations, nulls and empty lists dropped; a change from public to private is refused without"
    " --force, done with it",
)
def test_annotate_submission(tool: Tool, run: Callable[..., Ran], scored: Scored, tmp_path: Path) -> None:
    file = tmp_path / "annotations.json"
    file.write_text(json.dumps({"auc": 0.5, "lines": 2, "verdict": "fine", "nothing": None, "empty": []}))
    run("annotate-submission", scored.submission, str(file), "--to_public")
    status = scored.status(tool)
    assert status["annotations"]["doubleAnnos"] == [{"key": "auc", "value": 0.5, "isPrivate": False}]
    assert status["submissionAnnotations"]["annotations"] == {
        "auc": {"type": "DOUBLE", "value": ["0.5"]},
        "lines": {"type": "LONG", "value": ["2"]},
        "verdict": {"type": "STRING", "value": ["fine"]},
    }
    refused = tool.run(CHALLENGEUTILS, "annotate-submission", scored.submission, str(file))
    assert refused.output.splitlines()[-1].startswith(
        "ValueError: You are trying to change the ACL of these annotation key(s): "
    )
    run("annotate-submission", scored.submission, str(file), "--force")
    lists = scored.status(tool)["annotations"]
    assert all(entry["isPrivate"] for name in ("stringAnnos", "longAnnos", "doubleAnnos") for entry in lists[name])


@outcome("change-status SUBMISSION STATUS", "works", "RECEIVED → SCORED")
def test_change_status(tool: Tool, run: Callable[..., Ran], scored: Scored) -> None:
    run("change-status", scored.submission, "SCORED")
    assert scored.status(tool)["status"] == "SCORED"


@outcome("download-submission SUBMISSION --output FILE", "works", "the file as `submission-ID`, what it is as JSON")
def test_download_submission(run: Callable[..., Ran], scored: Scored) -> None:
    done = run("download-submission", scored.submission, "--output", "told.json")
    told = json.loads((done.folder / "told.json").read_text())
    assert told["evaluation_id"] == scored.queue
    assert (done.folder / told["file_path"]).read_bytes() == b"id,score\n1,0.5\n"


@outcome("delete-submission SUBMISSION", "works", "gone at once, without a question")
def test_delete_submission(tool: Tool, run: Callable[..., Ran], scored: Scored) -> None:
    run("delete-submission", scored.submission)
    assert tool.api.get(f"/evaluation/submission/{scored.submission}").status == 404


@outcome("send-email --userids ID …", "works", "a message with the body, `\\n` turned into `<br>`")
def test_send_email(tool: Tool, run: Callable[..., Ran]) -> None:
    run("send-email", "--userids", str(id_of(tool.api)), "--subject", "Launch", "--message", "one\\ntwo")
    (sent,) = tool.api.ok("GET", "/message/outbox")["results"]
    assert sent["subject"] == "Launch"


@outcome(
    "list-registered-challenges",
    "works, with a flaw of its own",
    "exit code 0, and silence: it fetches the challenges and prints nothing of them",
)
def test_list_registered_challenges_says_nothing(
    tool: Tool, run: Callable[..., Ran], project: str, unique: Names
) -> None:
    team = make_team(tool.api, unique("participants"))["id"]
    tool.api.ok("POST", "/challenge", {"projectId": project, "participantTeamId": team})
    found = tool.api.ok("GET", "/challenge", participantId=id_of(tool.api))["results"]
    assert project in [challenge["projectId"] for challenge in found]
    assert project not in run("list-registered-challenges").output


@outcome(
    "query 'select * from evaluation_ID'",
    "not served",
    "501 that names the call: `The sandbox does not serve GET /evaluation/submission/query (use a submission view),"
    " although Synapse does.` Also meant by attach-writeup and download-current-lead-submission",
)
def test_query(tool: Tool, scored: Scored) -> None:
    done = tool.run(CHALLENGEUTILS, "query", f"select * from evaluation_{scored.queue}")  # noqa: S608 -- no SQL
    assert done.code == 1
    assert done.output.splitlines()[-1] == (
        "The sandbox does not serve GET /evaluation/submission/query (use a submission view), although Synapse does."
    )


@outcome("runqueue.py", "fails by itself", "its `#!` stands in the second line: `OSError: … Exec format error`")
def test_runqueue_cannot_be_executed(tool: Tool) -> None:
    with pytest.raises(OSError, match="Exec format error"):
        tool.run("runqueue.py", "--help")


@outcome(
    "python runqueue.py CONFIG",
    "fails by itself",
    "`ModuleNotFoundError: No module named 'synapseclient.exceptions'`: that module left the client years ago",
)
def test_runqueue_imports_what_the_client_no_longer_has(tool: Tool) -> None:
    done = tool.run("python", str(tool.environment / "bin" / "runqueue.py"), "config.py")
    assert done.code == 1
    assert done.output.splitlines()[-1] == "ModuleNotFoundError: No module named 'synapseclient.exceptions'"


HARNESS = """
import sys, synapseclient
from scoring_harness.queue_scorer import EvaluationQueueScorer
from scoring_harness.queue_validator import EvaluationQueueValidator

class Validator(EvaluationQueueValidator):
    acknowledge_receipt = True
    def interaction_func(self, submission):
        valid = open(submission.filePath).readline() == "id,score\\n"
        return {"valid": valid, "annotations": {"lines": 2}, "message": "Passed"}

class Scorer(EvaluationQueueScorer):
    def interaction_func(self, submission):
        return {"valid": True, "annotations": {"auc": 0.75}, "message": "0.75"}

syn = synapseclient.Synapse()
syn.login(silent=True)
for step in (Validator, Scorer):
    step(syn, sys.argv[1], send_messages=True)()
"""


@outcome(
    "the scoring harness behind runqueue.py",
    "works",
    "RECEIVED → VALIDATED → SCORED with public annotations of both steps, and a mail about each",
)
def test_the_harness_of_runqueue_validates_and_scores(tool: Tool, scored: Scored, tmp_path: Path) -> None:
    before = len(tool.api.ok("GET", "/message/outbox")["results"])
    script = tmp_path / "harness.py"
    script.write_text(dedent(HARNESS))
    done = tool.run("python", str(script), scored.queue)
    assert done.code == 0, done.output
    status = scored.status(tool)
    assert status["status"] == "SCORED"
    assert status["annotations"]["longAnnos"] == [{"key": "lines", "value": 2, "isPrivate": False}]
    assert status["annotations"]["doubleAnnos"] == [{"key": "auc", "value": 0.75, "isPrivate": False}]
    assert len(tool.api.ok("GET", "/message/outbox")["results"]) == before + 2
