"""The example workflow for GitHub, on a GitHub and a Synapse of our own: every shell step runs as it stands."""

import copy
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from challenge_cli.target import DEPLOYER, token_of
from planner.render.marker import read_marker
from synapse_sandbox.server import running
from tests.ci.github import BOT, REPOSITORY, TOKEN, WORKFLOW, GitHub, Ran, Runner, github
from tests.cli.conftest import QUICKSTART, edit

ACTION = WORKFLOW.parent / "action.yml"
BIN = Path(sys.executable).parent
ACCOUNTS = (DEPLOYER, "example-organizer-1", "example-organizer-2", "example-admin", "example-bot")
NOW = datetime(2027, 1, 10, 12, tzinfo=UTC)
HOURLY, NIGHTLY = "7 * * * *", "23 3 * * *"
READ_TOKEN = APPLY_TOKEN = token_of(DEPLOYER)


def jobs() -> dict[str, Any]:
    return dict(yaml.safe_load(WORKFLOW.read_text())["jobs"])


def test_the_workflow_and_its_action_keep_to_the_schemas_of_github() -> None:
    for file, schema in ((WORKFLOW, "vendor.github-workflows"), (ACTION, "vendor.github-actions")):
        subprocess.run([BIN / "check-jsonschema", "--builtin-schema", schema, file], check=True, capture_output=True)


def test_zizmor_finds_nothing_even_as_an_auditor(tmp_path: Path) -> None:
    places = {WORKFLOW: ".github/workflows/challenge.yml", ACTION: ".github/actions/challenge/action.yml"}
    for file, place in places.items():
        (tmp_path / place).parent.mkdir(parents=True)
        shutil.copy(file, tmp_path / place)
    ran = subprocess.run(
        [BIN / "zizmor", "--offline", "--no-progress", "--persona", "auditor", tmp_path],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_nothing_runs_with_secrets_on_behalf_of_a_fork() -> None:
    text = WORKFLOW.read_text()
    assert "pull_request_target" not in text
    assert "workflow_run:" not in text
    assert "secrets." not in json.dumps(jobs()["check"])


def test_every_action_of_others_is_pinned_to_a_commit_and_says_its_version() -> None:
    for file in (WORKFLOW, ACTION):
        uses = re.findall(r"uses: (\S+)(.*)", file.read_text())
        assert uses
        for action, comment in uses:
            assert action == "./.github/actions/challenge" or re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action)
            assert action.startswith("./") or re.fullmatch(r" # v\d+\.\d+\.\d+", comment)


def test_a_secret_is_in_the_environment_of_one_step_and_no_expression_in_a_script() -> None:
    for job in jobs().values():
        assert "secrets" not in json.dumps({name: value for name, value in job.items() if name != "steps"})
        for step in job["steps"]:
            assert "${{" not in step.get("run", "")
            if "SYNAPSE_AUTH_TOKEN" in step.get("env", {}):
                assert "GH_TOKEN" not in step["env"]


@dataclass(slots=True)
class Team:
    """People at work on one repository: pull requests, merges, and what they do on Synapse."""

    hub: GitHub
    runner: Runner
    folder: Path
    synapse: str
    log: Path

    def git(self, *arguments: str) -> str:
        identity = ("-c", "user.name=example", "-c", "user.email=example@example.org")
        command = ["git", "-C", str(self.folder), *identity, *arguments]
        ran = subprocess.run(command, check=True, capture_output=True, text=True)
        return ran.stdout.strip()

    def push(self) -> str:
        """Commit everything to the branch of the pull request; its new head."""
        self.git("add", "--all", "--", ":!plan.json", ":!*comment*", ":!reviewed")
        self.git("commit", "--quiet", "--allow-empty", "--message", "an edit")
        return self.git("rev-parse", "HEAD")

    def open(self, number: int = 7, repository: str = REPOSITORY) -> dict[str, Any]:
        """What is in the working files becomes a pull request; the folder is its merge, as GitHub checks it out."""
        self.git("checkout", "--quiet", "-B", f"branch-{number}")
        return self._pull(number, self.push(), repository)

    def update(self, number: int = 7) -> dict[str, Any]:
        """One more commit on the pull request."""
        files = {path: path.read_bytes() for path in (self.folder / "challenge.yaml",)}
        self.git("checkout", "--quiet", "--force", f"branch-{number}")
        for path, content in files.items():
            path.write_bytes(content)
        return self._pull(number, self.push(), REPOSITORY)

    def _pull(self, number: int, head: str, repository: str) -> dict[str, Any]:
        self.git("checkout", "--quiet", "--detach", "main")
        self.git("merge", "--quiet", "--no-ff", "--no-edit", f"branch-{number}")
        found = {"number": number, "head": {"sha": head, "repo": {"full_name": repository}}}
        self.hub.pulls = [{**found, "merge_commit_sha": None, "merged_at": None}]
        return found

    def merge(self) -> str:
        """Merge the pull request as it is checked out; the commit on main."""
        sha = self.git("rev-parse", "HEAD")
        self.git("branch", "--force", "main", sha)
        self.hub.pulls[0] |= {"merge_commit_sha": sha, "merged_at": "2027-01-10T12:00:00Z"}
        return sha

    def planned(self, pull: dict[str, Any]) -> Ran:
        """The job `plan` of a pull request."""
        sha = self.git("rev-parse", "HEAD")
        return self.runner.job("plan", "pull_request", sha, pull_request=pull, ref="refs/pull/7/merge")

    def applied(self, sha: str) -> Ran:
        """The job `apply` of a push, on a runner of its own; its end is remembered as GitHub does."""
        self.fresh()
        done = self.runner.job("apply", "push", sha)
        self.ended("push", sha, done)
        return done

    def ended(self, event: str, sha: str, done: Ran) -> None:
        self.hub.runs.append(
            {"event": event, "head_sha": sha, "conclusion": "success" if done.succeeded else "failure"}
        )

    def fresh(self) -> None:
        """Each job has a machine of its own: nothing of another one's is there."""
        self.git("clean", "-ffdxq")

    def rename_queue(self, name: str) -> None:
        """Somebody renames a queue on the web."""
        headers = {"Authorization": f"Bearer {token_of(DEPLOYER)}"}
        with httpx.Client(base_url=f"{self.synapse}/repo/v1", headers=headers) as web:
            (queue,) = [item for item in web.get("/evaluation").json()["results"] if item["name"].endswith("Writeups")]
            web.put(f"/evaluation/{queue['id']}", json=queue | {"name": name}).raise_for_status()

    def writes(self) -> int:
        """Writing requests that Synapse got so far."""
        return sum(json.loads(row)["write"] for row in self.log.read_text().splitlines())


@contextmanager
def at_work(folder: Path) -> Iterator[Team]:
    """A repository with the quick start on main, a GitHub and a Synapse."""
    repository, log = folder / "repository", folder / "access.jsonl"
    shutil.copytree(QUICKSTART, repository, ignore=shutil.ignore_patterns(".challenge"))
    users = [f"{name}:{token_of(name)}" for name in ACCOUNTS]
    now = int(NOW.timestamp() * 1000)
    with github() as hub, running(folder / "synapse", users, now=now, access_log=log) as url:
        secrets = {"SYNAPSE_READ_TOKEN": READ_TOKEN, "SYNAPSE_APPLY_TOKEN": APPLY_TOKEN}
        runner = Runner(hub, repository, folder / "runner", secrets, {"CHALLENGE_ENDPOINT": url})
        one = Team(hub, runner, repository, url, log)
        one.git("init", "--quiet", "--initial-branch", "main")
        one.push()
        yield one


@pytest.fixture(autouse=True)
def _tools(tool: Callable[[str], str]) -> None:
    for name in ("bash", "curl", "git", "jq", "unzip"):
        tool(name)


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    """A team that has done nothing yet."""
    with at_work(tmp_path) as one:
        yield one


@pytest.fixture(scope="module")
def merged_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Team, str]]:
    """A team whose pull request was planned and merged; nothing is applied yet."""
    with at_work(tmp_path_factory.mktemp("merged")) as one:
        one.planned(one.open())
        yield one, one.merge()


@pytest.fixture
def merged(merged_once: tuple[Team, str]) -> Iterator[tuple[Team, str]]:
    """The same; what a test does to GitHub is undone after it. (On Synapse it does nothing: everything is refused.)"""
    team, sha = merged_once
    comments, artifacts, pulls = copy.deepcopy((team.hub.comments, team.hub.artifacts, team.hub.pulls))
    yield team, sha
    team.hub.comments, team.hub.artifacts, team.hub.pulls, team.hub.runs = comments, artifacts, pulls, []


def test_from_pull_request_to_synapse_and_on(team: Team) -> None:
    edit(team.folder / "challenge.yaml", "stage: draft", "stage: preregistration")
    pull = team.open()
    checked = team.runner.job("check", "pull_request", "", pull_request=pull)
    assert checked.succeeded, checked.log
    assert "stage draft -> preregistration" in checked.summary

    first = team.planned(pull)
    assert first.succeeded, first.log
    shown = team.hub.comments[0]["body"]
    edit(team.folder / "challenge.yaml", "daily: 2", "daily: 3")
    again = team.planned(team.update())
    assert again.succeeded, again.log
    assert [item["user"]["login"] for item in team.hub.comments] == [BOT]
    assert [found and found.digest for found in map(read_marker, (shown, team.hub.comments[0]["body"]))] == [
        json.loads(team.runner.kept[f"challenge-plan-{head}"]["plan.json"])["digest"]
        for head in (pull["head"]["sha"], team.hub.pulls[0]["head"]["sha"])
    ]
    assert team.writes() == 0

    sha = team.merge()
    done = team.applied(sha)
    assert done.succeeded, done.log
    assert "Apply complete" in done.log
    assert "1 gate not passed" in done.log  # the preregistration's time is still to come: held, and no failure
    assert team.hub.leaked == []
    assert json.loads(next(iter(team.runner.kept["challenge-receipts"].values())))["ledger"] == "written"

    now = {"mode": "running", "now": "2027-02-03T12:00:00.000Z"}
    httpx.put(f"{team.synapse}/sandbox/v1/clock", json=now).raise_for_status()
    team.fresh()
    later = team.runner.job("continue", "schedule", sha, schedule=HOURLY)
    assert later.succeeded, later.log
    assert "Apply complete" in later.log

    quiet = team.runner.job("drift", "schedule", sha, schedule=NIGHTLY)
    assert quiet.succeeded, quiet.log
    team.rename_queue("Papers")
    loud = team.runner.job("drift", "schedule", sha, schedule=NIGHTLY)
    assert loud.codes == {"Look for drift": 2}
    assert "- `queue.writeups`" in loud.summary
    assert "::warning::" in loud.log

    for text in (*(f"{ran.log}{ran.summary}" for ran in (first, done, later, loud)), json.dumps(team.hub.comments)):
        assert TOKEN not in text
        assert READ_TOKEN not in text


def test_a_fork_gets_its_files_checked_and_nothing_else(team: Team) -> None:
    team.runner.secrets = {}
    pull = team.open(repository="somebody/fork")
    checked = team.runner.job("check", "pull_request", "", pull_request=pull)
    assert checked.succeeded, checked.log
    assert not team.planned(pull).ran
    assert team.log.read_text() == ""


def test_a_broken_manifest_fails_before_anything_is_planned(team: Team) -> None:
    edit(team.folder / "challenge.yaml", "purpose: leaderboard", "purpos: leaderboard")
    pull = team.open()
    checked = team.runner.job("check", "pull_request", "", pull_request=pull)
    assert checked.codes == {"Validate": 1}
    assert "Did you mean `purpose`?" in checked.log


def test_a_plan_with_problems_is_shown_and_fails(team: Team) -> None:
    edit(team.folder / "challenge.yaml", "example-organizer-2", "nobody-of-that-name")
    done = team.planned(team.open())
    assert done.codes == {
        "Plan": 0,
        "Write the comment, or bring it up to date": 0,
        "Fail where the plan has problems": 1,
    }
    assert "nobody-of-that-name" in team.hub.comments[0]["body"]


def test_among_many_comments_ours_is_found_and_nobody_elses_is_touched(team: Team) -> None:
    forged = '<!-- challenge-plan {"version":1} -->'
    team.hub.comment(7, forged, author="somebody")
    for number in range(120):
        team.hub.comment(7, f"comment {number}", author="somebody")
    pull = team.open()
    team.planned(pull)
    team.planned(pull)
    assert [item["user"]["login"] for item in team.hub.comments].count(BOT) == 1
    assert team.hub.comments[0]["body"] == forged


def refused(team: Team, sha: str) -> Ran:
    """A push whose plan isn't carried out."""
    before = team.writes()
    done = team.applied(sha)
    assert not done.succeeded
    assert team.writes() == before
    return done


def test_a_plan_that_moved_is_refused_then_left_alone_by_the_clock_and_applied_by_hand(team: Team) -> None:
    team.planned(team.open())
    edit(team.folder / "challenge.yaml", "daily: 2", "daily: 5")
    team.git("commit", "--quiet", "--all", "--message", "slipped in after the review")
    sha = team.merge()
    assert "this plan is stale" in refused(team, sha).log

    before = team.writes()
    waiting = team.runner.job("continue", "schedule", sha, schedule=HOURLY)
    assert waiting.succeeded
    assert "was not applied yet" in waiting.log
    assert team.writes() == before

    planned = team.runner.job("plan-by-hand", "workflow_dispatch", sha)
    assert planned.succeeded, planned.log
    assert "### Melting Points Challenge: plan" in planned.summary
    team.fresh()
    done = team.runner.job("apply-by-hand", "workflow_dispatch", sha)
    assert done.succeeded, done.log
    team.ended("workflow_dispatch", sha, done)
    assert "No changes." in team.runner.job("continue", "schedule", sha, schedule=HOURLY).log


def test_a_comment_that_somebody_edited_approves_nothing(merged: tuple[Team, str]) -> None:
    team, sha = merged
    team.hub.comments[0]["body"] = team.hub.comments[0]["body"].replace("sha256:", "sha256:0", 1)
    assert "nothing was done" in refused(team, sha).log


def test_a_comment_of_somebody_else_approves_nothing(merged: tuple[Team, str]) -> None:
    team, sha = merged
    team.hub.comments[0]["user"]["login"] = "somebody"
    assert "isn't there any more" in refused(team, sha).log


def test_a_comment_of_another_pull_request_approves_nothing(merged: tuple[Team, str]) -> None:
    team, sha = merged
    team.hub.comments[0]["issue_url"] += "1"
    assert "isn't there any more" in refused(team, sha).log


def test_a_plan_that_a_fork_kept_under_the_same_name_is_not_taken(merged: tuple[Team, str]) -> None:
    team, sha = merged
    (kept,) = team.hub.artifacts
    kept["workflow_run"]["head_repository_id"] = 2
    assert "No plan was kept for pull request 7." in refused(team, sha).log


def test_a_commit_without_a_pull_request_is_not_applied(merged: tuple[Team, str]) -> None:
    team, sha = merged
    team.hub.pulls = []
    assert "came without a pull request" in refused(team, sha).log


def test_by_hand_means_main(merged: tuple[Team, str]) -> None:
    team, _ = merged
    assert not team.runner.job("plan-by-hand", "workflow_dispatch", "", ref="refs/heads/branch").ran
