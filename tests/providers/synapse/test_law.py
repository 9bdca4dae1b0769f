"""What was written is read again as it was wanted, for every kind; planning writes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from planner.live import Live
from planner.references import Ref
from planner.resources import Desired
from tests.providers.synapse.conftest import Server
from tests.providers.synapse.worlds import ENDS, World, changed, run, signed_in, wanted


async def applied_twice(server: Server, first: Desired, second: Desired) -> tuple[World, Live]:
    """The world after applying one desired state and then another."""
    async with signed_in(server.url) as session:
        world = World(session, first)
        await world.apply()
        world.desired = second
        await world.apply()
        return world, await world.read()


def test_a_whole_challenge_is_read_as_it_was_written(server: Server, name: str, tmp_path: Path) -> None:
    async def work() -> None:
        async with signed_in(server.url) as session:
            world = World(session, wanted(name, tmp_path))
            assert set(world.differences(await world.read())) == set(world.desired.resources)
            await world.apply()
            live = await world.read()
            assert world.differences(live) == {}
            assert (live.unmanaged, live.taken, live.unreadable, live.missing_people) == ((), {}, {}, ())

    run(work)


def test_reading_makes_no_write(server: Server, name: str, tmp_path: Path) -> None:
    async def work() -> list[dict[str, Any]]:
        async with signed_in(server.url) as session:
            world = World(session, wanted(name, tmp_path))
            await world.apply()
            mark = server.mark()
            await world.read()
            return server.since(mark)

    lines = run(work)
    assert lines
    assert [line for line in lines if line["write"] or line["status"] >= 400] == []


def test_a_second_apply_sends_nothing(server: Server, name: str) -> None:
    async def work() -> dict[str, Any]:
        async with signed_in(server.url) as session:
            world = World(session, wanted(name))
            await world.apply()
            return await world.apply()

    assert run(work) == {}


def test_reading_an_applied_challenge_takes_few_requests(server: Server, name: str) -> None:
    """One for each entity, team (two), queue (two) and page; a few for each project; everything else is in lists."""

    async def work() -> int:
        async with signed_in(server.url) as session:
            world = World(session, wanted(name))
            await world.apply()
            session.transport.requests.clear()
            await world.read()
            return session.transport.requests.total()

    assert run(work) <= 28


CHANGES: dict[str, dict[str, Any]] = {
    "project.live": {"description": "Changed.", "alias": None},
    "annotations.project.live": {"Status": ("Active",)},
    "acl.project.live": {"team.participants": ("READ",)},
    "folder.data/training": {"name": "Training data"},
    "acl.folder.data/training": {"team.participants": ("DOWNLOAD", "READ")},
    "link.scoring": {"url": "https://example.org/scoring-2.zip"},
    "annotations.link.scoring": {"ROOT_TEMPLATE": ("scoring-2/workflow.cwl",)},
    "view.dashboard": {"columns": ({"name": "id", "type": "SUBMISSIONID"}, {"name": "rmse", "type": "DOUBLE"})},
    "acl.view.dashboard": {"signed-in": ("READ",)},
    "team.participants": {"description": "Changed.", "join": "request"},
    "acl.team.participants": {"signed-in": ("READ", "SEND_MESSAGE")},
    "challenge.live": {"team": Ref("team.organizers")},
    "queue.main": {"description": "Changed.", "instructions": "", "receipt": "Merci, à bientôt"},
    "acl.queue.main": {"team.participants": ("READ",)},
    "round.main/First": {"start": "2031-03-02T09:00:00.000Z", "end": ENDS, "limits": {"weekly": 2}},
    "wiki.live": {"title": "Changed", "text": "Another text.\n"},
    "wiki.live/rules": {"parent": Ref("wiki.live/data")},
    "order.live": {"pages": (Ref("wiki.live"), Ref("wiki.live/data"), Ref("wiki.live/rules"))},
    "stage.begun": {"stage": "open"},
}


@pytest.mark.parametrize("address", CHANGES)
def test_a_change_is_read_as_it_was_written(server: Server, name: str, address: str) -> None:
    async def work() -> None:
        first = wanted(name)
        world, live = await applied_twice(server, first, changed(first, address, **CHANGES[address]))
        assert world.differences(live) == {}

    run(work)


def test_only_what_differs_is_written(server: Server, name: str) -> None:
    async def work() -> list[str]:
        first = wanted(name)
        async with signed_in(server.url) as session:
            world = World(session, first)
            await world.apply()
            world.desired = changed(first, "queue.main", description="Changed.")
            mark = server.mark()
            await world.apply()
            return [f"{line['method']} {line['route']}" for line in server.since(mark) if line["write"]]

    assert run(work) == ["PUT /repo/v1/evaluation/{evalId}"]


def test_the_writes_to_one_entity_follow_each_other_under_its_etag(server: Server, name: str) -> None:
    async def work() -> None:
        first = wanted(name)
        second = changed(first, "project.live", description="Changed.")
        second = changed(second, "annotations.project.live", Status=("Active",))
        second = changed(second, "acl.project.live", **{"signed-in": ("DOWNLOAD", "READ")})
        second = changed(second, "stage.begun", stage="open")
        second = changed(second, "stage.completed", stage="open")
        world, live = await applied_twice(server, first, second)
        assert world.differences(live) == {}

    run(work)


def test_annotations_of_others_are_kept(server: Server, name: str) -> None:
    async def work() -> dict[str, Any]:
        first = wanted(name)
        async with signed_in(server.url) as session:
            world = World(session, first)
            await world.apply()
            path = f"/entity/{(await world.read()).ids['project.live']}/annotations2"
            theirs = await session.transport.get(path)
            theirs["annotations"]["theirs"] = {"type": "LONG", "value": ["7"]}
            await session.transport.put(path, theirs)
            world.desired = changed(first, "annotations.project.live", Status=("Active",))
            await world.apply()
            found: dict[str, Any] = (await session.transport.get(path))["annotations"]
            return found

    annotations = run(work)
    assert annotations["theirs"] == {"type": "LONG", "value": ["7"]}
    assert annotations["Status"] == {"type": "STRING", "value": ["Active"]}


def test_an_annotation_of_another_type_is_made_a_string(server: Server, name: str) -> None:
    async def work() -> None:
        async with signed_in(server.url) as session:
            world = World(session, wanted(name))
            await world.apply()
            path = f"/entity/{(await world.read()).ids['link.scoring']}/annotations2"
            theirs = await session.transport.get(path)
            theirs["annotations"]["ROOT_TEMPLATE"] = {"type": "LONG", "value": ["7"]}
            await session.transport.put(path, theirs)
            await world.apply()
            found = (await session.transport.get(path))["annotations"]["ROOT_TEMPLATE"]
            assert found == {"type": "STRING", "value": ["scoring-1/workflow.cwl"]}

    run(work)


def test_a_changed_address_makes_a_new_version_of_a_link(server: Server, name: str) -> None:
    async def work() -> int:
        first = wanted(name)
        async with signed_in(server.url) as session:
            world = World(session, first)
            await world.apply()
            world.desired = changed(first, "link.scoring", url="https://example.org/scoring-2.zip")
            await world.apply()
            id_ = (await world.read()).ids["link.scoring"]
            return int((await session.transport.get(f"/entity/{id_}"))["versionNumber"])

    assert run(work) == 2


def test_pages_of_others_keep_their_place_at_the_end_of_the_order(server: Server, name: str) -> None:
    async def work() -> None:
        first = wanted(name)
        async with signed_in(server.url) as session:
            world = World(session, first)
            await world.apply()
            ids = (await world.read()).ids
            project = ids["project.live"]
            page = {"title": "Theirs", "markdown": "x", "parentWikiId": ids["wiki.live"]}
            theirs = (await session.transport.post(f"/entity/{project}/wiki", page))["id"]
            hint = await session.transport.get(f"/entity/{project}/wiki2orderhint")
            await session.transport.put(
                f"/entity/{project}/wiki2orderhint", {**hint, "idList": [theirs, *hint["idList"]]}
            )
            live = await world.read()
            assert world.differences(live) == {}
            assert [item.name for item in live.unmanaged] == ["Theirs"]
            world.desired = changed(first, "order.live", pages=(Ref("wiki.live"), Ref("wiki.live/data")))
            await world.apply()
            hint = await session.transport.get(f"/entity/{project}/wiki2orderhint")
            assert hint["idList"] == [ids["wiki.live"], ids["wiki.live/data"], theirs, ids["wiki.live/rules"]]

    run(work)


def test_nothing_is_readable_by_others_when_it_is_born(server: Server, name: str) -> None:
    """Folders, links and views come into the world with the ACL they are to have, or closed."""

    async def work() -> list[dict[str, Any]]:
        async with signed_in(server.url) as session:
            mark = server.mark()
            await World(session, wanted(name)).apply()
            return server.since(mark)

    lines = run(work)
    made = [line["route"] for line in lines if line["method"] == "POST" and line["write"]]
    assert "/repo/v1/entity" not in made
    assert made.count("/repo/v1/entity/bundle2/create") == 7
    assert [line for line in lines if line["route"].endswith("/entity/{id}/acl") and line["method"] == "POST"] == []
