"""What the manifest dropped, renamed or guards, and a challenge taken down: on a sandbox, through real HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from challenge_cli import engine
from challenge_cli.commands.apply import exit_code
from challenge_cli.destroying import destroy, look_to_destroy
from challenge_cli.engine import Done, Look
from challenge_cli.errors import Code
from planner.plan import Action
from planner.planning import Options
from providers.apply.events import silent
from providers.apply.receipt import Receipt, Result
from tests.e2e.rehearsal import Rehearsal, continued, rehearsal, shown, world

START = "2026-11-21T12:00:00+00:00"


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Rehearsal:
    """The quick start, with a team and a queue more, applied."""
    with rehearsal("quickstart", tmp_path_factory.mktemp("once"), START) as one:
        more = with_more(one)
        more.apply()
        assert more.look().plan.empty
        return more


@pytest.fixture
def applied(once: Rehearsal, tmp_path: Path) -> Iterator[Rehearsal]:
    """The same on a sandbox of its own for each test."""
    with continued(once, tmp_path) as one:
        yield one


def with_more(one: Rehearsal) -> Rehearsal:
    challenge = one.challenge
    (testers,) = (team for team in challenge.teams if team.key == "testers")
    judges = replace(testers, key="judges", name="Melting Points judges", members=("example-participant-1",))
    (board, *_) = challenge.queues
    trial = replace(board, key="trial/prediction", queue="trial", name="Melting Points trial")
    return replace(
        one, challenge=replace(challenge, teams=(*challenge.teams, judges), queues=(*challenge.queues, trial))
    )


def without_more(one: Rehearsal, **said: Any) -> Rehearsal:
    """What the files say once both are deleted from them."""
    teams = tuple(team for team in one.challenge.teams if team.key != "judges")
    queues = tuple(queue for queue in one.challenge.queues if queue.queue != "trial")
    views = tuple(
        replace(view, queues=tuple(key for key in view.queues if key != "trial/prediction"))
        for view in one.challenge.views
    )
    return replace(one, challenge=replace(one.challenge, teams=teams, queues=queues, views=views, **said))


def allowing(one: Rehearsal, *consents: str) -> Rehearsal:
    return replace(one, options=Options(allow=frozenset(consents)))


def submit_to(one: Rehearsal, queue: str) -> None:
    """A submission, as the deployer may make one to any queue; the entity is one that exists."""
    ids = one.look().world.live.ids
    with one.api() as api:
        link = api.get(f"/entity/{ids['link.scoring']}").json()
        body = {"evaluationId": ids[queue], "entityId": link["id"], "versionNumber": link["versionNumber"]}
        answer = api.post(f"/evaluation/submission?etag={link['etag']}", json=body)
        assert answer.status_code == 201, answer.text


def complete(done: Done) -> None:
    assert all(receipt.complete for receipt in done.receipts), done.receipts


def test_what_the_manifest_dropped_is_held_and_everything_else_is_done(applied: Rehearsal) -> None:
    fewer = without_more(applied)
    plan = fewer.look().plan
    assert {item.address for item in plan.held()} == {"team.judges", "queue.trial/prediction"}
    done = fewer.apply()
    complete(done)
    assert exit_code(done) is Code.HELD
    assert {item.address for item in fewer.look().plan.operations} == {"team.judges", "queue.trial/prediction"}
    assert fewer.apply().receipts == (), "and nothing is written for what is held"


def test_with_consent_it_goes_and_the_world_is_as_if_it_had_never_been(applied: Rehearsal, tmp_path: Path) -> None:
    fewer = without_more(applied)
    done = allowing(fewer, "delete").apply()
    complete(done)
    assert exit_code(done) is Code.FINE
    look = fewer.look()
    assert look.plan.empty, shown(look)
    assert not [name for name in look.world.applied.entries if "judges" in name or "trial" in name]
    folder = tmp_path / "fresh"
    folder.mkdir()
    with rehearsal("quickstart", folder, START) as fresh:
        fresh.apply()
        assert world(look) == world(fresh.look())


def test_what_was_deleted_on_the_web_already_is_forgotten(applied: Rehearsal) -> None:
    ids = applied.look().world.live.ids
    with applied.api() as api:
        assert api.delete(f"/evaluation/{ids['queue.trial/prediction']}").status_code == 204
    fewer = allowing(without_more(applied), "delete")
    assert {item.address for item in fewer.look().plan.operations if item.action is Action.DELETE} == {"team.judges"}
    complete(fewer.apply())
    assert fewer.look().plan.empty


def test_submissions_are_guarded_until_two_plans_were_reviewed(applied: Rehearsal) -> None:
    applied.set_clock("2027-03-10T12:00:00.000Z")
    submit_to(applied, "queue.trial/prediction")
    fewer = allowing(without_more(applied), "delete", "delete-submissions", "shorten-round")
    (held,) = fewer.look().plan.held()
    assert (held.address, held.held_by) == ("queue.trial/prediction", ("protected",))
    queues = tuple(replace(item, protect=False) for item in applied.challenge.queues)
    lifted = replace(applied, challenge=replace(applied.challenge, queues=queues))
    (first, *_) = lifted.look().plan.to_do()
    assert [change.name for change in first.changes] == ["protect"]
    before = applied.writes()
    complete(lifted.apply())
    assert not [route for route in applied.writes()[len(before) :] if route.startswith("/repo/v1/evaluation")]
    unsaid = allowing(fewer, "delete")
    assert {code for item in unsaid.look().plan.held() for code in item.held_by} == {"consent:delete-submissions"}
    complete(fewer.apply())
    assert "queue.trial/prediction" not in fewer.look().world.applied.entries


def test_a_dropped_folder_that_somebody_opened_keeps_its_project_closed(applied: Rehearsal) -> None:
    """Its access list was taken away on the web: it would be as open as the project that the stage opens."""
    applied.set_clock("2027-02-03T12:00:00.000Z")
    ids = applied.look().world.live.ids
    data = tuple(item for item in applied.challenge.data if item.key != "answers")
    begun = applied.at("preregistration", data=data)
    assert not [item for item in begun.look().plan.held() if item.address == "acl.project.live"]
    with applied.api() as api:
        assert api.delete(f"/entity/{ids['folder.private-data']}/acl").status_code in (200, 204)
    (held,) = (item for item in begun.look().plan.held() if item.address == "acl.project.live")
    assert held.held_by == ("consent:going-public",)
    (consent,) = (item for item in begun.look().plan.consents if item.name == "going-public")
    assert consent.evidence[0].startswith("folder.private-data: ")


def test_a_folder_with_files_of_others_is_guarded(applied: Rehearsal) -> None:
    applied.upload_truths()
    data = tuple(item for item in applied.challenge.data if item.key != "answers")
    queues = tuple(replace(item, truth=None) for item in applied.challenge.queues)
    fewer = allowing(replace(applied, challenge=replace(applied.challenge, data=data, queues=queues)), "delete")
    (held,) = fewer.look().plan.held()
    assert (held.address, held.held_by) == ("folder.private-data", ("protected", "consent:delete-data"))
    assert fewer.look().world.live.contents == {"folder.private-data": 1}


def test_renames_move_identity_and_delete_nothing(applied: Rehearsal) -> None:
    ids = applied.look().world.live.ids
    challenge = applied.challenge
    teams = tuple(
        replace(team, key="referees", name="Melting Points referees", was="judges") if team.key == "judges" else team
        for team in challenge.teams
    )
    views = tuple(replace(view, queues=tuple(_board(key) for key in view.queues)) for view in challenge.views)
    queues = tuple(
        replace(
            item, key=_board(item.key), queue=_board(item.queue), was=item.key if item.queue == "leaderboard" else None
        )
        for item in challenge.queues
    )
    renamed = replace(applied, challenge=replace(challenge, teams=teams, queues=queues, views=views))
    before = len(applied.writes())
    plan = renamed.look().plan
    assert {item.action for item in plan.operations} == {Action.UPDATE}, shown(renamed.look())
    complete(renamed.apply())
    look = renamed.look()
    assert look.plan.empty, shown(look)
    assert {note.code for note in look.plan.notes} == {"was-needless"}
    assert look.world.live.ids["team.referees"] == ids["team.judges"]
    assert look.world.live.ids["queue.board/prediction"] == ids["queue.leaderboard/prediction"]
    assert look.world.live.ids["round.board/prediction/Round 1"] == ids["round.leaderboard/prediction/Round 1"]
    routes = applied.writes()[before:]
    assert "/repo/v1/team" in routes
    assert not [route for route in routes if "round" in route or route.startswith("/repo/v1/evaluation")]


def _board(key: str) -> str:
    return key.replace("leaderboard", "board")


def test_fields_left_to_the_web_stay_as_they_are_there(applied: Rehearsal) -> None:
    ids = applied.look().world.live.ids
    queues = tuple(replace(item, ignore=("description",)) for item in applied.challenge.queues)
    lenient = replace(applied, challenge=replace(applied.challenge, queues=queues))
    with applied.api() as api:
        queue = api.get(f"/evaluation/{ids['queue.writeups']}").json()
        edited = api.put(f"/evaluation/{queue['id']}", json={**queue, "description": "Said on the web."})
        assert edited.status_code == 200
    assert applied.look().plan.drift
    assert lenient.look().plan.empty
    assert not lenient.look().plan.drift
    instructed = tuple(replace(item, instructions="Said anew.") for item in queues)
    complete(replace(lenient, challenge=replace(lenient.challenge, queues=instructed)).apply())
    with applied.api() as api:
        queue = api.get(f"/evaluation/{ids['queue.writeups']}").json()
    assert (queue["description"], queue["submissionInstructionsMessage"]) == ("Said on the web.", "Said anew.")


# Taking a challenge down


def looked(one: Rehearsal) -> Look:
    async def look() -> Look:
        async with engine.signed_in(one.job()) as session:
            return await look_to_destroy(session, one.job())

    return asyncio.run(look())


def destroyed(one: Rehearsal) -> Receipt:
    async def run() -> Receipt:
        async with engine.signed_in(one.job()) as session:
            return await destroy(session, one.job(), await look_to_destroy(session, one.job()), silent)

    return asyncio.run(run())


def what_is_left(one: Rehearsal) -> set[str]:
    """Everything of the challenge that the server still knows of."""
    with one.api() as api:
        names = [team.name for team in one.challenge.teams]
        teams = api.post("/userGroupHeaders/aliases", json={"list": names}).json()["list"]
        projects = [
            api.post("/entity/child", json={"entityName": project.name}).status_code
            for project in one.challenge.projects
        ]
        queues = [api.get(f"/evaluation/name/{queue.name}").status_code for queue in one.challenge.queues]
    assert set(projects + queues) == {404}
    return {team["userName"] for team in teams}


@pytest.mark.parametrize("layout", ["two-projects", "one-project"])
def test_a_challenge_that_is_destroyed_leaves_nothing(tmp_path: Path, layout: Any) -> None:
    with rehearsal("quickstart", tmp_path, START) as one:
        projects = one.challenge.projects if layout == "two-projects" else one.challenge.projects[:1]
        built = with_more(replace(one, challenge=replace(one.challenge, layout=layout, projects=projects)))
        complete(built.apply())
        look = looked(built)
        assert not look.plan.problems, shown(look)
        assert {item.name for item in look.plan.consents} == {"delete", "mass-delete", "admin-removal"}
        receipt = destroyed(built)
        assert receipt.complete, [line for line in receipt.lines if line.result is not Result.DONE]
        assert what_is_left(built) == set()
        assert not looked(built).plan.operations
        complete(built.apply())
        assert built.look().plan.empty, "and it can be made again"


def test_nothing_is_destroyed_while_one_thing_is_guarded(applied: Rehearsal) -> None:
    applied.set_clock("2027-03-10T12:00:00.000Z")
    submit_to(applied, "queue.trial/prediction")
    codes = {problem.code for problem in looked(applied).plan.problems}
    assert codes == {"protected", "needs-consent"}
    queues = tuple(replace(item, protect=False) for item in applied.challenge.queues)
    lifted = replace(applied, challenge=replace(applied.challenge, queues=queues))
    complete(lifted.apply())
    assert {problem.code for problem in looked(lifted).plan.problems} == {"needs-consent"}
    allowed = allowing(lifted, "delete-submissions")
    assert not looked(allowed).plan.problems
    assert destroyed(allowed).complete
    assert what_is_left(allowed) == set()


def test_what_others_own_is_left_alone(applied: Rehearsal) -> None:
    ids = applied.look().world.live.ids
    with applied.api("example-stranger") as stranger:
        theirs = stranger.post("/team", json={"name": "Jury of somebody else"}).json()
    jury = replace(applied.challenge.teams[-1], key="jury", name="Jury of somebody else", members=(), use=theirs["id"])
    one = replace(applied, challenge=replace(applied.challenge, teams=(*applied.challenge.teams, jury)))
    complete(one.apply())
    assert destroyed(one).complete
    with applied.api("example-stranger") as stranger:
        assert stranger.get(f"/team/{theirs['id']}").status_code == 200
        assert stranger.get(f"/team/{ids['team.judges']}").status_code == 404


def test_the_home_project_goes_last_when_the_lock_is_given_back(applied: Rehearsal) -> None:
    receipt = destroyed(applied)
    done = [line.address for line in receipt.lines]
    assert done[-1] == "project.staging"
    assert receipt.ledger == "written"
