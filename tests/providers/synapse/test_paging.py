"""More than a page of everything is read to the end."""

from __future__ import annotations

from dataclasses import replace

from planner.applied import Applied
from planner.references import Ref, Spec
from planner.resources import Kind, Resource
from providers.synapse.reader import SynapseReader
from tests.providers.synapse.conftest import Server
from tests.providers.synapse.worlds import HOME, World, changed, run, signed_in, wanted

MANY = 55


def test_more_than_a_page_of_everything_is_read(server: Server, name: str) -> None:
    more: dict[str, Resource] = {}
    for number in range(MANY):
        folder = f"folder.many/{number}"
        more[folder] = Resource(folder, Kind.FOLDER, {"name": f"Folder {number}", "parent": Ref(HOME)})
        texts = {"description": "", "instructions": "", "receipt": ""}
        queue = f"queue.many/{number}"
        more[queue] = Resource(queue, Kind.QUEUE, {"name": f"{name} {number}", "project": Ref(HOME), **texts})
        page: Spec = {
            "owner": Ref(HOME),
            "parent": Ref("wiki.live"),
            "title": f"Page {number}",
            "text": "",
            "attachments": {},
        }
        more[f"wiki.live/{number}"] = Resource(f"wiki.live/{number}", Kind.WIKI, page)
        window = {"start": f"2032-01-01T00:{number:02}:00.000Z", "end": f"2032-01-01T00:{number + 1:02}:00.000Z"}
        spec: Spec = {"queue": Ref("queue.main"), **window, "limits": {}}
        more[f"round.main/{number}"] = Resource(f"round.main/{number}", Kind.ROUND, spec)

    async def work() -> None:
        async with signed_in(server.url) as session:
            world = World(session, wanted(name, resources=more))
            await world.apply()
            world.applied = Applied()
            live = await world.read()
            assert world.differences(live) == {}
            assert live.unmanaged == ()

    run(work)


def test_more_names_than_one_request_takes_are_looked_up(server: Server) -> None:
    async def work() -> None:
        async with signed_in(server.url) as session:
            people = {f"user.nobody-{number}": f"nobody-{number}" for number in range(250)}
            desired = replace(wanted("No matter"), people={**people, "user.colleague": "colleague"})
            live = await SynapseReader(session).read(desired, Applied())
            assert len(live.missing_people) == 250
            assert live.ids["user.colleague"]
            assert session.transport.requests["POST /userGroupHeaders/aliases"] == 3

    run(work)


def test_a_short_round_is_no_trouble(server: Server, name: str) -> None:
    async def work() -> None:
        async with signed_in(server.url) as session:
            moment = "2032-05-05T05:05:05.005Z"
            world = World(
                session, changed(wanted(name), "round.main/First", start=moment, end="2032-05-05T05:05:05.006Z")
            )
            await world.apply()
            assert world.differences(await world.read()) == {}

    run(work)
