"""Small challenges, decided by hand, for tests of the planner."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from challenge_spec.pages import Page, PageLink
from challenge_spec.resolved import (
    ResolvedChallenge,
    ResolvedData,
    ResolvedGovernance,
    ResolvedOrchestrator,
    ResolvedProject,
    ResolvedQueue,
    ResolvedResults,
    ResolvedRound,
    ResolvedRun,
    ResolvedSubChallenge,
    ResolvedTeam,
    ResolvedView,
    ResolvedWiki,
    ResolvedWorkflow,
)

OPEN = datetime(2027, 3, 3, 17, tzinfo=UTC)
CLOSE = datetime(2027, 6, 30, tzinfo=UTC)
BEFORE = datetime(2027, 1, 1, tzinfo=UTC)
RUNNING = datetime(2027, 4, 1, tzinfo=UTC)
RESULTS = ResolvedResults(scores="immediate", logs="submitter", mail="errors")


def team(key: str, **said: Any) -> ResolvedTeam:
    """A team with a derived name."""
    values = {"name": f"Tiny {key}", "description": "", "members": (), "join": "invitation"} | said
    return ResolvedTeam(key=key, **values)


def window(name: str = "1", start: datetime = OPEN, end: datetime = CLOSE, **limits: int) -> ResolvedRound:
    """A round."""
    return ResolvedRound(
        name=name,
        start=start,
        end=end,
        limits=limits,
        truth=None,
        inputs=(),
        run=ResolvedRun(),
        results=RESULTS,
        forward_to=None,
    )


def queue(key: str = "leaderboard/task", **said: Any) -> ResolvedQueue:
    """A leaderboard queue for participants with one round."""
    values: dict[str, Any] = {
        "queue": key.split("/", maxsplit=1)[0],
        "name": f"Tiny {key.replace('/', ' ')}",
        "description": "",
        "purpose": "leaderboard",
        "sub_challenges": ("task",),
        "together": False,
        "submission": "file",
        "access": {"participants": "submit"},
        "grants": {},
        "always": False,
        "rounds": (window(total=3),),
        "limits": {"total": 3},
        "evaluation": "score",
        "truth": "truth",
        "inputs": (),
        "run": ResolvedRun(),
        "results": RESULTS,
        "workflow": "scoring",
        "orchestrator": "main",
        "forward_to": None,
        "instructions": "",
        "receipt": "",
    }
    return ResolvedQueue(key=key, **values | said)


def page(*key: str, links: tuple[tuple[str, ...], ...] = (), text: str = "Words.", **said: Any) -> Page:
    """A page with some words and links to others."""
    parts: list[Any] = [text]
    for link in links:
        parts += ["\n[more](", PageLink(link), ")"]
    title = key[-1].title() if key else "Home"
    return Page(key=key, title=title, parts=tuple(parts), file=Path("/".join(key or ("index",)) + ".md"), **said)


def data(key: str, *folder: str, **said: Any) -> ResolvedData:
    """A data folder."""
    values: dict[str, Any] = {
        "file": None,
        "version": None,
        "description": "",
        "access": {},
        "grants": {},
        "start": None,
        "release": None,
        "requires": (),
        "is_truth": False,
        "at": None,
        "path": None,
    }
    return ResolvedData(key=key, folder=folder, **values | said)


def orchestrator(**said: Any) -> ResolvedOrchestrator:
    """An orchestrator on Docker that knows all it needs."""
    values: dict[str, Any] = {
        "engine": "docker",
        "service_account": "example-bot",
        "max_concurrent": 4,
        "memory_per_submission": 10**10,
        "machine_memory": 64 * 10**9,
        "machine_disk": None,
        "machine_cpus": None,
        "machine_gpus": None,
        "job_mail": (),
        "notify": None,
        "unlock": None,
        "compose_project": "tiny",
        "docker_url": "unix:///var/run/docker.sock",
        "engine_image": None,
        "toil_options": None,
        "privileged": False,
        "wes_endpoint": None,
        "wes_shared_dir": None,
        "queues": ("leaderboard/task",),
    }
    return ResolvedOrchestrator(key="main", **values | said)


def workflow(key: str = "scoring") -> ResolvedWorkflow:
    """A workflow in a public repository."""
    return ResolvedWorkflow(
        key=key,
        name=f"workflow {key}",
        template="data-to-model",
        owner="my-org",
        repository="infra",
        ref="v1",
        ref_kind="tag",
        entrypoint="workflow.cwl",
        root_template="infra-1/workflow.cwl",
        archive_url="https://github.com/my-org/infra/archive/refs/tags/v1.zip",
    )


def challenge(stage: str = "draft", **said: Any) -> ResolvedChallenge:
    """A tiny challenge that has one of everything; every field can be said otherwise."""
    dashboard = ResolvedView(
        key="dashboard",
        name="Dashboard",
        description="",
        queues=("leaderboard/task",),
        access={},
        columns=(),
        per="all",
    )
    tiny = ResolvedChallenge(
        key="tiny",
        name="Tiny Challenge",
        description="",
        alias=None,
        stage=cast("Any", stage),
        layout="two-projects",
        zone="America/Los_Angeles",
        timeline={"preregistration": BEFORE, "open": OPEN, "close": CLOSE, "conclude": None},
        projects=(
            ResolvedProject(key="live", name="Tiny Challenge", description=""),
            ResolvedProject(key="staging", name="Tiny Challenge - staging", description=""),
        ),
        teams=(
            team("participants", join="open"),
            team("preregistrants"),
            team("organizers", members=("example-organizer-1",)),
            team("administrators", members=("example-admin",)),
            team("testers"),
        ),
        sub_challenges=(
            ResolvedSubChallenge(
                key="task",
                name="Task",
                question=None,
                format=None,
                metrics={"pearson": "maximize"},
                rank_by=("pearson",),
                rank_rule="in_order",
            ),
        ),
        queues=(queue(),),
        workflows=(workflow(),),
        data=(
            data("training", "Data", "Training", access={"participants": "download"}),
            data("truth", "Private Data", "Truth", file="truth.csv", is_truth=True),
        ),
        requirements=(),
        wiki=ResolvedWiki(
            pages=(page(links=(("data",),)), page("data", links=((),)), page("rules"), page("rules", "late")),
            preregistration=page(text="Soon."),
        ),
        views=(dashboard,),
        orchestrators=(orchestrator(),),
        approvals=(),
        governance=ResolvedGovernance(human_data=False, sensitive=False, ticket=None),
        catalog=None,
    )
    return replace(tiny, **said)
