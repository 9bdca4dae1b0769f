"""The command line in any order: files are edited, people write on the web, plans are kept, and it all stays told.

A hypothesis state machine invokes `challenge` in this process, against one embedded sandbox that is served meanwhile.
"""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from hypothesis.strategies import sampled_from

from challenge_cli.main import run
from synapse_sandbox.server import running

QUICKSTART = Path(__file__).resolve().parents[2] / "examples" / "quickstart"
PEOPLE = ("example-deployer", "example-organizer-1", "example-organizer-2", "example-admin", "example-bot")
WORDS = ("Apples.", "Pears.", "Plums.")
INCOMPLETE = (0, 4)
"""Everything done, or everything but what gates hold."""


class Commands(RuleBasedStateMachine):
    """One challenge, its files and its sandbox. writes: requests that changed something, as the sandbox counts them."""

    def __init__(self) -> None:
        super().__init__()
        self.cleanup = contextlib.ExitStack()
        self.folder = Path(self.cleanup.enter_context(tempfile.TemporaryDirectory()))
        self.kept = self.folder / "plan.json"
        self.log = self.folder / "access.jsonl"
        self.applied = False
        self.on_the_web: str | None = None

    @initialize()
    def begin(self) -> None:
        """The quick start, and a sandbox that is served as long as the test."""
        shutil.copytree(QUICKSTART, self.folder / "files", ignore=shutil.ignore_patterns(".challenge"))
        people = [f"{name}:token-{name}" for name in PEOPLE]
        url = self.cleanup.enter_context(running(self.folder / "data", people, access_log=self.log))
        self.url = url
        patch = self.cleanup.enter_context(pytest.MonkeyPatch.context())
        patch.setenv("CHALLENGE_ENDPOINT", url)
        patch.setenv("SYNAPSE_AUTH_TOKEN", "token-example-deployer")

    def challenge(self, *words: str) -> tuple[int, str]:
        """Exit code and output of a command on the files; no traceback ever reaches a user."""
        printed, said = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(said):
            code = run([words[0], str(self.folder / "files" / "challenge.yaml"), *words[1:]])
        assert "Traceback" not in said.getvalue() + printed.getvalue()
        return code, printed.getvalue()

    def plan(self) -> Any:
        """What a plan says."""
        code, text = self.challenge("plan", "--format", "json")
        assert code == 0
        return json.loads(text)

    @rule(word=sampled_from(WORDS))
    def edit_a_page(self, word: str) -> None:
        """An organizer edits the first page."""
        page = self.folder / "files" / "wiki" / "index.md"
        page.write_text(page.read_text(encoding="utf-8") + f"\n{word}\n", encoding="utf-8")

    @rule(word=sampled_from(WORDS))
    def describe_the_team(self, word: str) -> None:
        """An organizer changes another line of the manifest."""
        manifest = self.folder / "files" / "challenge.yaml"
        lines = [line for line in manifest.read_text(encoding="utf-8").splitlines() if "  participants:" not in line]
        lines.insert(lines.index(next(it for it in lines if it.startswith("teams:"))) + 1, _participants(word))
        manifest.write_text("\n".join(lines) + "\n", encoding="utf-8")

    @rule()
    def apply(self) -> None:
        """Apply does all that no gate holds; a second plan has nothing left but that."""
        code, _ = self.challenge("apply", "--auto-approve")
        assert code in INCOMPLETE or (code == 1 and self.on_the_web)
        self.applied = True

    @precondition(lambda self: self.applied)
    @rule(word=sampled_from(WORDS))
    def write_on_the_web(self, word: str) -> None:
        """Somebody describes the queue on the web."""
        queue = self._queue()
        self.on_the_web = f"From the web: {word}"
        self._request("PUT", f"/evaluation/{queue['id']}", {**queue, "description": self.on_the_web})

    @precondition(lambda self: self.on_the_web is not None)
    @rule()
    def look_for_drift(self) -> None:
        """What people wrote is told, and `drift` says so by its exit code."""
        assert self.challenge("drift", "--detailed-exitcode")[0] == 2

    @precondition(lambda self: self.on_the_web is not None)
    @rule()
    def pull(self) -> None:
        """What people wrote comes into the files; then there is no drift of it any more."""
        code, _ = self.challenge("pull")
        assert code == 0
        assert not [item for item in self.plan()["drift"] if item["kind"] == "queue"]
        self.on_the_web = None

    @rule()
    def keep_a_plan(self) -> None:
        """A plan is kept in a file."""
        assert self.challenge("plan", "--out", str(self.kept))[0] == 0

    @precondition(lambda self: self.kept.exists())
    @rule()
    def apply_the_kept_plan(self) -> None:
        """It is carried out as it was, or refused before the first write: since then the world or the files moved."""
        writes = self._writes()
        code = run(["apply", str(self.kept), "--auto-approve"])
        assert code in (*INCOMPLETE, 5)
        if code == 5:
            assert self._writes() == writes
        self.applied = self.applied or code != 5

    @precondition(lambda self: self.applied)
    @rule()
    def destroy(self) -> None:
        """Everything of ours goes."""
        code, _ = self.challenge("destroy", "--confirm", "melting-points", "--allow", "delete-data")
        assert code == 0
        assert self.plan()["summary"].get("update", 0) == 0
        self.applied, self.on_the_web = False, None

    @invariant()
    def planning_writes_nothing(self) -> None:
        """Whatever was done before, a plan only reads."""
        if hasattr(self, "url"):
            writes = self._writes()
            self.plan()
            assert self._writes() == writes

    @invariant()
    def what_people_wrote_stands(self) -> None:
        """No apply took it away."""
        if self.on_the_web is not None:
            assert self._queue()["description"] == self.on_the_web

    def teardown(self) -> None:
        """The sandbox ends, and its files go."""
        self.cleanup.close()

    def _queue(self) -> Any:
        return self._request("GET", "/evaluation?limit=1")["results"][0]

    def _request(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": "Bearer token-example-deployer"}
        answer = httpx.request(method, f"{self.url}/repo/v1{path}", json=body, headers=headers)
        answer.raise_for_status()
        return answer.json()

    def _writes(self) -> int:
        lines = self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []
        return sum(json.loads(line)["write"] and json.loads(line)["status"] < 400 for line in lines)


def _participants(word: str) -> str:
    return f"  participants: {{ description: {word} }}"


def told(examples: int, steps: int) -> None:
    """Invoke commands in any order."""
    checks = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)
    asked = settings(max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=checks)
    run_state_machine_as_test(Commands, settings=asked)


def test_commands_in_any_order_keep_what_they_promise() -> None:
    told(examples=2, steps=6)


@pytest.mark.prove
def test_commands_in_many_orders_keep_what_they_promise() -> None:
    told(examples=60, steps=25)
