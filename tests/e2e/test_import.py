"""An existing challenge becomes a manifest that validates and plans to nothing: ours, and one made by hand."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from challenge_cli import engine
from challenge_cli.importing import Import, Imported, run_import
from challenge_spec.diagnostics import render
from challenge_spec.manifest import STAGES, Stage
from planner.discovered import Discovered, Entity
from planner.plan import Action, Plan
from planner.resources import Kind
from providers.synapse.discover import discover
from tests.e2e.byhand import AREA, COLLEAGUE, NAME, ByHand, by_hand, untouched
from tests.e2e.bytools import WORLDS
from tests.e2e.rehearsal import DEPLOYER, Rehearsal, rehearsal, shown

START = {"brats-2021": "2021-06-15T12:00:00+00:00", "quickstart": "2026-11-21T12:00:00+00:00"}
BEGINS = {"preregistration": "preregistration", "open": "open", "closed": "close", "concluded": "conclude"}
"""Stage → the moment of the timeline at which it begins."""


def imported(
    one: Rehearsal, out: Path, project: str, staging: str | None = None, account: str = DEPLOYER, zone: str = "UTC"
) -> Imported:
    """What `challenge import` does."""

    async def work() -> Imported:
        job = replace(one, account=account).job()
        async with engine.signed_in(job) as session:
            return await run_import(session, Import(project, staging, ZoneInfo(zone), out), job.target)

    return asyncio.run(work())


def found(one: Rehearsal, project: str, staging: str | None = None) -> Discovered:
    async def work() -> Discovered:
        async with engine.signed_in(one.job()) as session:
            return await discover(session, project, staging)

    return asyncio.run(work())


def plan_of(result: Imported) -> Plan:
    """The first plan; the manifest must have no error."""
    assert result.look is not None, render(result.loaded.diagnostics, result.loaded.files)
    assert not result.look.plan.problems, shown(result.look)
    return result.look.plan


def empty(result: Imported) -> None:
    plan = plan_of(result)
    assert result.look is not None
    assert plan.empty, shown(result.look)
    assert not plan.drift, shown(result.look)


def one_project(one: Rehearsal) -> Rehearsal:
    """The same challenge in the layout that the challenge portal uses."""
    return replace(one, challenge=replace(one.challenge, layout="one-project", projects=one.challenge.projects[:1]))


def brought_to(one: Rehearsal, stage: Stage) -> Rehearsal:
    """Wait for a stage and apply it."""
    one = one.at(stage)
    begins = one.challenge.timeline[BEGINS[stage]] if stage in BEGINS else None
    if begins is not None:
        one.set_clock((begins + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S.000Z"))
    if stage == "open":
        one.upload_truths()
        one.accept_invitations()
    one.apply()
    look = one.look()
    assert look.plan.empty, shown(look)
    return one


@pytest.mark.parametrize("layout", ["two-projects", "one-project"])
@pytest.mark.parametrize("example", sorted(START))
def test_a_challenge_that_we_made_is_imported_at_every_stage_and_plans_to_nothing(
    example: str, layout: str, tmp_path: Path
) -> None:
    with rehearsal(example, tmp_path, START[example]) as made:
        begun = one_project(made) if layout == "one-project" else made
        for stage in STAGES:
            one = brought_to(begun, stage)
            written = len(one.writes())
            result = imported(one, tmp_path / "imported" / stage, one.challenge.name, zone=one.challenge.zone)
            empty(result)
            said = result.described.document["challenge"]
            assert (said["key"], said["stage"], said["layout"]) == (one.challenge.key, stage, layout)
            assert len(one.writes()) == written, "an import only reads"


@pytest.fixture(scope="module")
def quickstart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    with rehearsal("quickstart", tmp_path_factory.mktemp("quickstart"), START["quickstart"]) as one:
        one.apply()
        one.accept_invitations()
        yield one


def test_another_administrator_imports_the_same(quickstart: Rehearsal, tmp_path: Path) -> None:
    name = quickstart.challenge.name
    empty(imported(quickstart, tmp_path / "theirs", name, account="example-admin"))
    empty(imported(quickstart, tmp_path / "ours", name))
    manifests = [(tmp_path / who / "challenge.yaml").read_text() for who in ("theirs", "ours")]
    assert manifests[0] == manifests[1]


def test_things_keep_the_keys_that_the_last_apply_gave_them(quickstart: Rehearsal, tmp_path: Path) -> None:
    document = imported(quickstart, tmp_path, quickstart.challenge.name).described.document
    assert list(document["queues"]) == ["leaderboard", "writeups"]
    assert document["sub_challenges"]["prediction"]["name"] == "Melting point from structure"
    assert list(document["workflows"]) == ["scoring"]


def test_pages_come_back_as_people_write_them(quickstart: Rehearsal, tmp_path: Path) -> None:
    imported(quickstart, tmp_path, quickstart.challenge.name)
    home, data = ((tmp_path / "wiki" / name).read_text() for name in ("index.md", "data.md"))
    assert "](images/predictions.png)" in home
    assert "](data.md)" in home
    assert "{{ data.training.id }}" in data
    assert "syn" not in data.replace("synapse", "").replace("Synapse", "")


def test_without_a_ledger_keys_are_made_from_names_and_the_plan_only_makes_the_ledger(
    quickstart: Rehearsal, tmp_path: Path
) -> None:
    ids = quickstart.look().world.live.ids
    with quickstart.api() as api:
        assert api.delete(f"/entity/{ids['folder.ledger']}").status_code == 204
    result = imported(quickstart, tmp_path, quickstart.challenge.name)
    assert {item.address for item in plan_of(result).operations} == {"folder.ledger", "acl.folder.ledger"}
    quickstart.apply()


def test_a_timezone_says_the_same_instants(quickstart: Rehearsal, tmp_path: Path) -> None:
    for zone in ("Pacific/Auckland", "America/St_Johns"):
        empty(imported(quickstart, tmp_path / zone, quickstart.challenge.name, zone=zone))


@pytest.fixture(scope="module")
def hand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Rehearsal, ByHand]]:
    with by_hand(tmp_path_factory.mktemp("hand")) as made:
        yield made


MANAGEMENT = {
    "folder.ledger",
    "acl.folder.ledger",
    "annotations.project.live",
    "annotations.project.staging",
    "stage.begun",
    "stage.completed",
}
"""What taking a challenge under management writes: our own notes, and nothing that anybody sees."""


def only_takes_over(plan: Plan) -> None:
    """Nothing is done but to adopt, and to make what we need for ourselves."""
    others = [item for item in plan.operations if item.action is not Action.ADOPT]
    assert {item.address for item in others} <= MANAGEMENT, others
    assert not plan.drift


def contents(project: Entity) -> dict[str, Any]:
    """Everything in a project but our own folder."""
    below = {item.name: contents(item) for item in project.children if item.name != "Challenge ledger"}
    return {"access": project.access, "columns": project.columns, "url": project.url, "children": below}


def as_people_see_it(world: Discovered) -> Mapping[str, Any]:
    return {
        "live": contents(world.live.project),
        "staging": contents(world.staging.project) if world.staging else None,
        "pages": [world.live.pages, world.staging.pages if world.staging else ()],
        "queues": world.queues,
        "teams": world.teams,
        "participants": world.participants,
    }


def test_a_challenge_made_by_hand_plans_to_being_taken_over_and_that_changes_nothing(tmp_path: Path) -> None:
    with by_hand(tmp_path / "hand") as (one, ids):
        before = as_people_see_it(found(one, ids.live, ids.staging))
        result = imported(one, tmp_path / "out", NAME, AREA, zone="Europe/Berlin")
        only_takes_over(plan_of(result))
        assert result.loaded.resolved is not None
        ours = replace(one, challenge=result.loaded.resolved)
        done = ours.apply()
        assert all(receipt.complete for receipt in done.receipts), done.receipts
        look = ours.look()
        assert look.plan.empty, shown(look)
        assert as_people_see_it(found(one, ids.live, ids.staging)) == before
        again = imported(one, tmp_path / "again", ids.live, ids.staging, zone="Europe/Berlin")
        empty(again)


@pytest.mark.parametrize("name", WORLDS)
def test_what_other_tools_made_plans_to_being_taken_over(name: str, tmp_path: Path) -> None:
    make, stage = WORLDS[name]
    with untouched(tmp_path / "sandbox") as one:
        result = imported(one, tmp_path / "out", make(one))
        only_takes_over(plan_of(result))
        assert result.described.document["challenge"]["stage"] == stage
        assert result.described.report == ()


def test_a_colleague_takes_over_what_they_may_change_and_uses_the_rest(
    hand: tuple[Rehearsal, ByHand], tmp_path: Path
) -> None:
    one, ids = hand
    result = imported(one, tmp_path, ids.live, ids.staging, account=COLLEAGUE)
    only_takes_over(plan_of(result))
    assert "which this account may not change" in str(result.described.report)
    assert "use" in result.described.document["queues"]["tox2026-hold-out"]


def test_what_is_off_convention_is_said(hand: tuple[Rehearsal, ByHand], tmp_path: Path) -> None:
    one, ids = hand
    document = imported(one, tmp_path, ids.live, ids.staging).described.document
    assert document["projects"]["live"]["adopt"] == ids.live
    assert document["projects"]["staging"]["name"] == AREA
    assert document["teams"]["participants"]["name"] == "Tox Solvers"
    assert document["teams"]["external-reviewers"].keys() == {"use"}
    assert document["teams"]["testers"] == {"exists": False}
    ladder = document["queues"]["tox2026-public-ladder"]
    assert ladder["grants"]["organizers"] == ["READ", "SUBMIT", "UPDATE"]
    assert ladder["rounds"][0]["start"] == "2026-03-11T08:30:00.250"
    assert ladder["instructions"] == "  One CSV.  "
    assert document["data"]["files"] == {
        "folder": "Files",
        "adopt": document["data"]["files"]["adopt"],
        "inherits": True,
    }
    assert document["challenge"]["stage"] == "open"


def test_what_a_manifest_cannot_say_is_reported(hand: tuple[Rehearsal, ByHand], tmp_path: Path) -> None:
    one, ids = hand
    report = "\n".join(imported(one, tmp_path, ids.live, ids.staging).described.report)
    assert "labels.csv (syn" in report, "it has an access list of its own"
    for left in (
        "annotations fundedBy, year",
        "labels.csv",
        "legacy quota of the queue Tox2026 hold-out",
        "old workflow",
        "'twice'",
        "Ladder",
    ):
        assert left in report
    assert all(line.removeprefix("# - ") in report for line in _left(tmp_path / "challenge.yaml"))


def _left(manifest: Path) -> list[str]:
    return [line for line in manifest.read_text().splitlines() if line.startswith("# - ")]


def test_nothing_below_the_logs_is_read(hand: tuple[Rehearsal, ByHand], tmp_path: Path) -> None:
    one, ids = hand
    logs = next(item for item in found(one, ids.live, ids.staging).live.project.children if item.name == "Logs")
    assert logs.children == ()
    assert logs.kind == Kind.FOLDER


def test_an_import_sends_only_requests_that_read(hand: tuple[Rehearsal, ByHand], tmp_path: Path) -> None:
    one, ids = hand
    mark = len(one.log.read_text().splitlines())
    imported(one, tmp_path, ids.live, ids.staging)
    lines = [json.loads(line) for line in one.log.read_text().splitlines()[mark:]]
    assert lines
    assert [line["route"] for line in lines if line["write"]] == []


def test_pages_that_other_tools_would_rewrite_stay_as_they_are(hand: tuple[Rehearsal, ByHand], tmp_path: Path) -> None:
    one, ids = hand
    result = imported(one, tmp_path, ids.live, ids.staging)
    home = (tmp_path / "wiki" / "index.md").read_text()
    assert "as_is: true" in home, "a link that leads nowhere can't be checked, so the text is left alone"
    assert "files: [images/logo.png]" in home, "a widget of its own keeps its file"
    rules = (tmp_path / "wiki" / "page-2-rules-prizes" / "index.md").read_text()
    assert "![Plot](../images/plot.png)" in rules
    assert "[back](../index.md)" in (tmp_path / "wiki" / "page-2-rules-prizes" / "details.md").read_text()
    assert result.described.document["wiki"] == {"pages": "wiki/", "staging": "wiki-staging/"}
