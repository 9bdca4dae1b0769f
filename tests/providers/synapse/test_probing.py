"""The probes of `challenge doctor`: on the sandbox everything agrees, and nothing of them stays, whatever happens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from planner.interfaces import ProviderError
from providers.synapse.probing.lab import Lab
from providers.synapse.probing.questions import QUESTIONS, Found, Question
from providers.synapse.probing.run import Report, Verdict, probe
from synapse_sandbox.server import running
from tests.sandbox.conftest import Api

USER = "prober:token-prober"


class Bench:
    """A sandbox of one account, and what the probes said."""

    def __init__(self, url: str) -> None:
        self.api = Api(url, "token-prober")
        self.told: list[str] = []

    async def ask(self, *questions: Question) -> Report:
        async with self.lab() as lab:
            return await probe(lab, self.told.append, questions or QUESTIONS)

    @asynccontextmanager
    async def lab(self) -> AsyncIterator[Lab]:
        me = self.api.ok("GET", "/userProfile")["ownerId"]
        async with httpx.AsyncClient(verify=False) as http:  # noqa: S501 -- plain HTTP
            yield Lab(self.api.base_url, "token-prober", me, "a probe", http, 5.0, sleep=_no_sleep)

    def what_is_left(self) -> list[str]:
        """Everything of the account that can still be read."""
        projects = self.api.ok("POST", "/entity/children", {"includeTypes": ["project"]})["page"]
        queues = self.api.ok("GET", "/evaluation", limit="50", offset="0")["results"]
        me = self.api.ok("GET", "/userProfile")["ownerId"]
        teams = self.api.ok("GET", f"/user/{me}/team", limit="50", offset="0")["results"]
        return [one["name"] for one in (*projects, *queues, *teams)]


async def _no_sleep(_: float) -> None:
    return None


@pytest.fixture
def bench(tmp_path: Path) -> Iterable[Bench]:
    with running(tmp_path / "data", [USER]) as url:
        yield Bench(url)


@pytest.fixture
def faulty(tmp_path: Path) -> Callable[..., Any]:
    """Starts a sandbox that fails on purpose."""
    from synapse_sandbox.faults import Fault, FaultPlan

    def start(*faults: dict[str, Any]) -> Any:
        plan = FaultPlan(tuple(Fault.model_validate(item) for item in faults))
        return running(tmp_path / "data", [USER], faults=plan)

    return start


def strike(method: str, route: str, status: int, **more: Any) -> dict[str, Any]:
    """A fault for one call."""
    return {"match": {"method": method, "route": f"/repo/v1{route}"}, "status": status, **more}


def question(ask: Callable[[Lab], Any], expected: str = "fine") -> Question:
    return Question("mine", "a question of this test", expected, ask)


async def makes_everything(lab: Lab) -> Found:
    """A queue, a file handle, a team."""
    await lab.queue()
    await lab.upload(b"probe")
    team = (await lab.ok("POST", "/team", {"name": lab.name}))["id"]
    lab.remember(f"team {team}", f"/team/{team}")
    return Found("fine")


def test_on_the_sandbox_every_answer_agrees_and_nothing_is_left(bench: Bench) -> None:
    report = asyncio.run(bench.ask())
    assert {one.key: (one.found, one.words) for one in report.findings if one.verdict is not Verdict.AGREES} == {}
    assert len(report.findings) == len(QUESTIONS)
    assert (report.left, bench.what_is_left()) == ((), [])


def test_the_project_is_named_for_whoever_finds_it(bench: Bench) -> None:
    asyncio.run(bench.ask(question(makes_everything)))
    assert bench.told[0].startswith("working in the project 'a probe' (syn")


def test_an_answer_of_another_kind_differs_and_is_told_in_its_words(bench: Bench) -> None:
    async def ask(_: Lab) -> Found:
        return Found("418", "a teapot")

    (finding,) = asyncio.run(bench.ask(question(ask))).findings
    assert (finding.verdict, finding.expected, finding.found, finding.words) == (
        Verdict.DIFFERS, "fine", "418", "a teapot",
    )  # fmt: skip


def test_a_question_that_cannot_be_asked_stops_no_other(bench: Bench) -> None:
    async def refused(lab: Lab) -> Found:
        await lab.ok("GET", "/entity/syn1")
        return Found("fine")

    async def misshapen(lab: Lab) -> Found:
        return Found((await lab.ok("GET", f"/entity/{lab.project}"))["nothing"])

    report = asyncio.run(bench.ask(question(refused), question(misshapen), question(makes_everything)))
    assert [one.verdict for one in report.findings] == [Verdict.UNKNOWN, Verdict.UNKNOWN, Verdict.AGREES]
    assert "404" in report.findings[0].words
    assert "another form" in report.findings[1].words
    assert bench.what_is_left() == []


def test_a_defect_of_ours_removes_everything_all_the_same(bench: Bench) -> None:
    async def broken(lab: Lab) -> Found:
        await makes_everything(lab)
        raise RuntimeError("a defect")

    with pytest.raises(RuntimeError, match="a defect"):
        asyncio.run(bench.ask(question(broken)))
    assert bench.what_is_left() == []


def test_an_interrupt_removes_everything(bench: Bench) -> None:
    async def interrupted() -> None:
        ready = asyncio.Event()

        async def hangs(lab: Lab) -> Found:
            await makes_everything(lab)
            ready.set()
            await asyncio.Event().wait()
            return Found("fine")

        task = asyncio.create_task(bench.ask(question(hangs)))
        await ready.wait()
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(interrupted())
    assert bench.what_is_left() == []


def test_what_cannot_be_removed_is_told(faulty: Callable[..., Any]) -> None:
    with faulty(
        {"match": {"method": "DELETE", "route": "/repo/v1/team/{id}"}, "status": 403, "reason": "not today"}
    ) as url:
        bench = Bench(url)
        report = asyncio.run(bench.ask(question(makes_everything)))
        assert bench.what_is_left() == ["a probe"]
        assert report.left
        assert bench.told[-1] == f"could not be removed: {report.left[0]}"
        assert report.left[0].startswith("team ")


def test_a_busy_server_is_asked_again(faulty: Callable[..., Any]) -> None:
    with faulty(strike("POST", "/evaluation", 429, nth=1)) as url:
        (finding,) = asyncio.run(Bench(url).ask(question(makes_everything))).findings
    assert finding.verdict is Verdict.AGREES


def test_where_no_project_can_be_made_nothing_is_asked(faulty: Callable[..., Any]) -> None:
    with (
        faulty(
            {"match": {"method": "POST", "route": "/repo/v1/entity"}, "status": 403, "reason": "no projects here"}
        ) as url,
        pytest.raises(ProviderError, match="no projects here"),
    ):
        asyncio.run(Bench(url).ask(question(makes_everything)))
