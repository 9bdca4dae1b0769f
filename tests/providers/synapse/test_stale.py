"""Somebody else was faster: nothing is written over their change, and what moved is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from planner.interfaces import ProviderError, Stale
from planner.resources import Kind
from tests.providers.synapse.conftest import Server
from tests.providers.synapse.worlds import ENDS, World, changed, deletion, run, signed_in, standing, wanted

# address: what we want, where they change it, how, and the words that must be said.
RACES: dict[str, tuple[dict[str, Any], str, str, Mapping[str, Any], str]] = {
    "project.live": (
        {"description": "Ours."},
        "/entity/{id}",
        "/entity/{id}",
        {"description": "Theirs."},
        "description",
    ),
    "folder.data": ({"name": "Ours"}, "/entity/{id}", "/entity/{id}", {"name": "Theirs"}, "name"),
    "team.participants": ({"description": "Ours."}, "/team/{id}", "/team", {"description": "Theirs."}, "description"),
    "queue.main": (
        {"description": "Ours."},
        "/evaluation/{id}",
        "/evaluation/{id}",
        {"submissionReceiptMessage": "Theirs."},
        "submissionReceiptMessage",
    ),
    "round.main/First": (
        {"limits": {"total": 5}},
        "/evaluation/{queue}/round/{id}",
        "/evaluation/{queue}/round/{id}",
        {"roundEnd": "2031-05-01T00:00:00.000Z"},
        "roundEnd",
    ),
    "wiki.live/rules": (
        {"text": "Ours."},
        "/entity/{project}/wiki/{id}",
        "/entity/{project}/wiki/{id}",
        {"markdown": "Theirs."},
        "markdown",
    ),
    "acl.project.live": (
        {"team.participants": ("READ",)},
        "/entity/{id}/acl",
        "/entity/{id}/acl",
        {"creationDate": "2020-01-01T00:00:00.000Z"},
        "creationDate",
    ),
    "annotations.project.live": (
        {"Status": ("Active",)},
        "/entity/{id}/annotations2",
        "/entity/{id}/annotations2",
        {"annotations": {"theirs": {"type": "STRING", "value": ["x"]}}},
        "annotations",
    ),
}


@pytest.mark.parametrize("address", RACES)
def test_a_change_by_somebody_else_is_not_written_over(server: Server, name: str, address: str) -> None:
    fields, read, put, theirs, words = RACES[address]

    async def work() -> None:
        async with signed_in(server.url) as session:
            world = World(session, wanted(name))
            await world.apply()
            world.desired = changed(world.desired, address, **fields)
            live = await world.read()
            ids = {
                "id": live.resources[address].id,
                "project": live.ids["project.live"],
                "queue": live.ids["queue.main"],
            }
            now = await session.transport.get(read.format(**ids))
            await session.transport.put(put.format(**ids), {**now, **theirs})
            with pytest.raises(Stale) as stale:
                await world.apply(live)
            assert stale.value.where == address
            assert words in stale.value.what
            assert "plan" in stale.value.mend
            after = await session.transport.get(read.format(**ids))
            assert {key: after[key] for key in theirs} == dict(theirs)

    run(work)


def test_the_same_change_by_somebody_else_is_fine(server: Server, name: str) -> None:
    async def work() -> str:
        async with signed_in(server.url) as session:
            world = World(session, wanted(name))
            await world.apply()
            world.desired = changed(world.desired, "queue.main", description="Agreed.")
            live = await world.read()
            path = f"/evaluation/{live.ids['queue.main']}"
            await session.transport.put(path, {**await session.transport.get(path), "description": "Agreed."})
            return (await world.apply(live))["queue.main"].did

    assert run(work) == "already so"


def test_a_change_of_another_part_of_the_entity_is_noticed(server: Server, name: str) -> None:
    """One etag covers body, annotations and ACL: a strange ACL change after the plan stops the body's update."""

    async def work() -> None:
        async with signed_in(server.url) as session:
            world = World(session, wanted(name))
            await world.apply()
            world.desired = changed(world.desired, "project.live", description="Ours.")
            live = await world.read()
            path = f"/entity/{live.ids['project.live']}/acl"
            await session.transport.put(path, await session.transport.get(path))
            with pytest.raises(Stale, match="its access or its annotations"):
                await world.apply(live)

    run(work)


def test_a_change_between_two_of_our_own_writes_is_noticed(server: Server, name: str) -> None:
    """After our ACL write the entity's etag isn't known; it is read again, and must be as it was."""

    async def work() -> None:
        async with signed_in(server.url) as session:
            world = World(session, wanted(name))
            await world.apply()
            second = changed(world.desired, "acl.project.live", **{"team.participants": ("READ",)})
            world.desired = changed(second, "annotations.project.live", Status=("Active",))
            live = await world.read()
            path = f"/entity/{live.ids['project.live']}/annotations2"
            theirs = await session.transport.get(path)
            steps = {item.address: item for item in world.operations(live)}
            writer, known = world.writer(live)
            await writer.perform(steps["acl.project.live"], known)
            theirs = await session.transport.get(path)
            theirs["annotations"]["Status"] = {"type": "STRING", "value": ["Theirs"]}
            await session.transport.put(path, theirs)
            with pytest.raises(Stale):
                await writer.perform(steps["annotations.project.live"], known)

    run(work)


def test_a_name_that_was_taken_meanwhile_is_refused(server: Server, name: str) -> None:
    async def work() -> None:
        async with signed_in(server.url) as session, signed_in(server.url, "stranger") as other:
            world = World(session, wanted(name))
            live = await world.read()
            await other.transport.post("/team", {"name": f"{name} organizers"})
            with pytest.raises(ProviderError, match="is already") as refused:
                await world.apply(live)
            assert refused.value.where == "team.organizers"
            assert "name" in refused.value.mend

    run(work)


def test_an_entity_that_moved_is_not_deleted(server: Server, name: str) -> None:
    async def work() -> None:
        async with standing(server.url, name) as (world, live):
            path = f"/entity/{live.ids['link.scoring']}"
            await world.session.transport.put(path, await world.session.transport.get(path))
            with pytest.raises(Stale):
                await world.perform(live, deletion(live, "link.scoring", Kind.LINK))

    run(work)


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("link.scoring", Kind.LINK),
        ("view.dashboard", Kind.VIEW),
        ("folder.data/training", Kind.FOLDER),
        ("round.main/First", Kind.ROUND),
        ("wiki.live/rules", Kind.WIKI),
        ("queue.main", Kind.QUEUE),
        ("challenge.live", Kind.CHALLENGE),
        ("member.organizers/colleague", Kind.MEMBER),
    ],
)
def test_what_is_deleted_is_gone_and_deleting_again_is_fine(
    server: Server, name: str, address: str, kind: Kind
) -> None:
    async def work() -> None:
        async with standing(server.url, name) as (world, live):
            await world.perform(live, deletion(live, address, kind))
            assert address not in (await world.read()).resources
            await world.perform(live, deletion(live, address, kind))

    run(work)


def test_a_page_with_pages_below_it_is_not_deleted(server: Server, name: str) -> None:
    async def work() -> None:
        async with standing(server.url, name) as (world, live):
            with pytest.raises(ProviderError, match="pages below it: 'Data'"):
                await world.perform(live, deletion(live, "wiki.live", Kind.WIKI))

    run(work)


def test_a_page_that_somebody_wrote_on_since_is_not_deleted(server: Server, name: str) -> None:
    async def work() -> None:
        async with standing(server.url, name) as (world, live):
            path = f"/entity/{live.ids['project.live']}/wiki/{live.ids['wiki.live/rules']}"
            await world.session.transport.put(path, {**await world.session.transport.get(path), "markdown": "Theirs."})
            planned, seen = deletion(live, "wiki.live/rules", Kind.WIKI), live.resources["wiki.live/rules"].etag
            with pytest.raises(Stale, match="markdown"):
                await world.perform(live, replace(planned, precondition=seen))
            assert (await world.session.transport.get(path))["markdown"] == "Theirs."

    run(work)


def test_a_queue_with_submissions_is_never_deleted(server: Server, name: str) -> None:
    async def work() -> None:
        async with signed_in(server.url) as session:
            without = wanted(name, resources={"challenge.live": None, "round.main/First": None})
            world = World(session, changed(without, "queue.main"))
            await world.apply()
            live = await world.read()
            link = await session.transport.get(f"/entity/{live.ids['link.scoring']}")
            body = {"evaluationId": live.ids["queue.main"], "entityId": link["id"], "versionNumber": 1}
            await session.transport.post(f"/evaluation/submission?etag={link['etag']}", body)
            with pytest.raises(ProviderError, match="has 1 submissions"):
                await world.perform(live, deletion(live, "queue.main", Kind.QUEUE))

    run(work)


def test_the_end_of_a_round_may_be_moved(server: Server, name: str) -> None:
    async def work() -> None:
        async with signed_in(server.url) as session:
            world = World(session, wanted(name))
            await world.apply()
            world.desired = changed(world.desired, "round.main/First", end=ENDS.replace("04-01", "06-01"))
            await world.apply()
            assert world.differences(await world.read()) == {}

    run(work)
