"""What is read beside the things themselves: people, what nobody declared, guards, counts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from planner.applied import Applied
from planner.references import Ref, Spec
from planner.resources import Kind, Resource
from providers.synapse.reader import SynapseReader
from providers.synapse.session import Session
from tests.providers.synapse.conftest import Server
from tests.providers.synapse.worlds import ALL, HOME, World, read, run, share, signed_in, wanted


def test_people_without_an_account_are_said(server: Server, name: str) -> None:
    async def work() -> None:
        async with signed_in(server.url) as session:
            people = {"user.colleague": "Colleague", "user.nobody": "nobody-of-that-name"}
            live = await read(session, replace(wanted(name), people=people))
            assert live.missing_people == ("user.nobody",)
            assert live.names[live.ids["user.colleague"]] == "colleague"

    run(work)


def test_what_the_manifest_does_not_mention_is_reported(server: Server, name: str) -> None:
    async def work() -> None:
        async with signed_in(server.url) as session:
            world = World(session, wanted(name))
            await world.apply()
            ids = (await world.read()).ids
            await _leave_things(session, ids)
            found = {(str(item.kind), item.name, item.where) for item in (await world.read()).unmanaged}
            assert found == {
                ("folder", "Theirs", HOME),
                ("folder", "Below", "folder.data"),
                ("queue", f"{name} theirs", HOME),
                ("wiki", "Theirs", "wiki.live"),
                ("wiki", "Below theirs", HOME),
                ("round", "2032-01-01T00:00:00.000Z to 2032-02-01T00:00:00.000Z", "queue.main"),
            }

    run(work)


def test_what_others_put_below_a_page_is_told_though_nothing_is_wanted_of_its_wiki_any_more(
    server: Server, name: str
) -> None:
    async def work() -> None:
        async with signed_in(server.url) as session:
            world = World(session, wanted(name))
            await world.apply()
            ids = (await world.read()).ids
            page = {"title": "Theirs", "markdown": "x", "parentWikiId": ids["wiki.live/rules"]}
            await session.transport.post(f"/entity/{ids[HOME]}/wiki", page)
            pages = ("wiki.live", "wiki.live/data", "wiki.live/rules", "order.live")
            world.desired = wanted(name, resources=dict.fromkeys(pages))
            live = await world.read()
            assert {"wiki.live", "wiki.live/data", "wiki.live/rules"} <= live.dropped.keys()
            assert [(item.name, item.where) for item in live.unmanaged] == [("Theirs", "wiki.live/rules")]

    run(work)


async def _new_folder(session: Session, name: str, parent: str) -> str:
    body = {"concreteType": "org.sagebionetworks.repo.model.Folder", "name": name, "parentId": parent}
    return str((await session.transport.post("/entity", body))["id"])


async def _leave_things(session: Session, ids: Any) -> None:
    for parent, text in (
        (HOME, "Theirs"),
        ("folder.data", "Below"),
        ("folder.logs", "run 1"),
        ("folder.ledger", "Lock"),
    ):
        await _new_folder(session, text, ids[parent])
    queue = await session.transport.get(f"/evaluation/{ids['queue.main']}")
    theirs = {"name": queue["name"].removesuffix("queue") + "theirs", "contentSource": ids[HOME]}
    await session.transport.post("/evaluation", theirs)
    page = {"title": "Theirs", "markdown": "x", "parentWikiId": ids["wiki.live"]}
    above = await session.transport.post(f"/entity/{ids[HOME]}/wiki", page)
    page = {"title": "Below theirs", "markdown": "x", "parentWikiId": above["id"]}
    await session.transport.post(f"/entity/{ids[HOME]}/wiki", page)
    window = {"roundStart": "2032-01-01T00:00:00.000Z", "roundEnd": "2032-02-01T00:00:00.000Z"}
    await session.transport.post(f"/evaluation/{queue['id']}/round", {**window, "evaluationId": queue["id"]})


def test_nothing_below_logs_is_ever_read(server: Server, name: str) -> None:
    async def work() -> list[str]:
        async with signed_in(server.url) as session:
            world = World(session, wanted(name))
            await world.apply()
            ids = (await world.read()).ids
            below = await _new_folder(session, "run", ids["folder.logs"])
            mark = server.mark()
            await world.read()
            assert below not in str(server.since(mark))
            return [item.name for item in (await world.read()).unmanaged]

    assert run(work) == []


def test_a_folder_that_is_wanted_below_logs_is_found_without_listing_them(server: Server, name: str) -> None:
    async def work() -> None:
        async with signed_in(server.url) as session:
            spec: Spec = {"name": "kept", "parent": Ref("folder.logs")}
            world = World(session, wanted(name, resources={"folder.kept": Resource("folder.kept", Kind.FOLDER, spec)}))
            await world.apply()
            ids = (await world.read()).ids
            await _new_folder(session, "run", ids["folder.logs"])
            world.applied = Applied()
            live = await world.read()
            assert world.differences(live) == {}
            assert live.unmanaged == ()

    run(work)


def test_who_changed_something_and_when_is_told_by_name(server: Server, name: str) -> None:
    async def work() -> None:
        async with signed_in(server.url) as session, signed_in(server.url, "colleague") as other:
            world = World(session, wanted(name))
            await world.apply()
            project = (await world.read()).ids[HOME]
            await share(session, project, (other.me.id, ALL))
            entity = await other.transport.get(f"/entity/{project}")
            await other.transport.put(f"/entity/{project}", {**entity, "description": "Theirs."})
            found = (await world.read()).resources[HOME]
            assert found.modified_by == "colleague"
            assert found.modified_on is not None

    run(work)


def test_groups_and_names_of_principals_are_read(server: Server, name: str) -> None:
    async def work() -> None:
        async with signed_in(server.url) as session, signed_in(server.url, "stranger") as other:
            world = World(session, wanted(name))
            await world.apply()
            ids = (await world.read()).ids
            await share(session, ids[HOME], (other.me.id, ["READ"]))
            live = await world.read()
            assert live.names[other.me.id] == "stranger"
            assert live.names[ids["team.organizers"]] == f"{name} organizers"
            assert {session.me.id, ids["team.organizers"], "273948", "273949"} <= live.me.groups

    run(work)


def test_members_and_invitations_are_told(server: Server, name: str) -> None:
    async def work() -> None:
        async with signed_in(server.url) as session, signed_in(server.url, "colleague") as other:
            world = World(session, wanted(name))
            await world.apply()
            live = await world.read()
            team = live.ids["team.organizers"]
            assert live.memberships["team.organizers"].invited == {other.me.id}
            assert live.resources["member.organizers/colleague"].raw == {"state": "invited"}
            await other.transport.put(f"/team/{team}/member/{other.me.id}")
            live = await world.read()
            assert live.memberships["team.organizers"].members == {session.me.id, other.me.id}
            assert live.resources["member.organizers/colleague"].raw == {"state": "member"}

    run(work)


@pytest.mark.parametrize("joined", [True, False])
def test_a_person_who_came_in_after_the_plan_is_not_invited_again(server: Server, name: str, joined: bool) -> None:
    async def work() -> tuple[str, int]:
        async with signed_in(server.url) as session, signed_in(server.url, "colleague") as other:
            world = World(session, wanted(name, resources={"member.organizers/colleague": None}))
            await world.apply()
            world.desired = wanted(name)
            live = await world.read()
            team = live.ids["team.organizers"]
            await session.transport.post("/membershipInvitation", {"teamId": team, "inviteeId": other.me.id})
            if joined:
                await other.transport.put(f"/team/{team}/member/{other.me.id}")
            did = (await world.apply(live))["member.organizers/colleague"].did
            open_ = await session.transport.get(f"/team/{team}/openInvitation")
            return did, len(open_["results"])

    assert run(work) == ("already so", 0 if joined else 1)


def test_terms_in_force_are_told_where_the_manifest_counts_on_them(server: Server, name: str) -> None:
    async def work() -> None:
        async with signed_in(server.url) as session, signed_in(server.url, "reviewer") as act:
            world = World(
                session, replace(wanted(name), restricted=("team.participants", "folder.data", "team.absent"))
            )
            await world.apply()
            live = await world.read()
            assert live.requirements == {"team.participants": (), "folder.data": ()}
            terms = {
                "concreteType": "org.sagebionetworks.repo.model.SelfSignAccessRequirement",
                "name": name[-40:],
                "accessType": "PARTICIPATE",
                "subjectIds": [{"id": live.ids["team.participants"], "type": "TEAM"}],
            }
            made = await act.transport.post("/accessRequirement", terms)
            found = (await world.read()).requirements["team.participants"]
            assert found == (f"{terms['name']} (SelfSign, {made['id']})",)

    run(work)


def test_the_readers_of_a_truth_are_told(server: Server, name: str) -> None:
    async def work() -> None:
        async with signed_in(server.url) as session:
            guarded = {
                "truth": ("folder.data/training", "truth.csv"),
                "all": ("folder.data", None),
                "none": ("folder.data", "x"),
            }
            world = World(session, replace(wanted(name), guarded=guarded))
            await world.apply()
            ids = (await world.read()).ids
            handle = {
                "concreteType": "org.sagebionetworks.repo.model.file.ExternalFileHandle",
                "externalURL": "https://example.org/t",
            }
            handle = await session.transport.post("/externalFileHandle", handle, "file")
            body = {"concreteType": "org.sagebionetworks.repo.model.FileEntity", "dataFileHandleId": handle["id"]}
            body |= {"name": "truth.csv", "parentId": ids["folder.data/training"]}
            await session.transport.post("/entity", body)
            live = await world.read()
            assert set(live.guarded) == {"truth", "all"}
            assert live.guarded["truth"].name == "truth.csv"
            assert set(live.guarded["truth"].access) == {session.me.id, ids["team.organizers"]}

    run(work)


def test_submissions_are_counted_where_it_was_asked_for(server: Server, name: str) -> None:
    async def work() -> None:
        async with signed_in(server.url) as session:
            world = World(session, wanted(name))
            await world.apply()
            reader = SynapseReader(session, counted=["queue.main"])
            assert (await reader.read(world.desired, world.applied)).submissions == {"queue.main": 0}
            assert (await world.read()).submissions == {}

    run(work)
