"""Which thing on Synapse is ours: by the manifest's id, the ledger's, the challenge's key, or by whoever made it."""

from __future__ import annotations

from dataclasses import replace

from planner.applied import Applied, AppliedEntry
from planner.resources import Kind, Resource
from tests.providers.synapse.conftest import Server
from tests.providers.synapse.worlds import ALL, HOME, World, changed, make_project, read, run, share, signed_in, wanted


def test_a_project_name_of_a_stranger_that_cant_be_seen_is_taken(server: Server, name: str) -> None:
    async def work() -> None:
        async with signed_in(server.url) as session, signed_in(server.url, "stranger") as other:
            await make_project(other, name)
            live = await read(session, wanted(name))
            assert "you can't see it" in live.taken[HOME]
            assert HOME not in live.resources
            assert live.ids["deployer"] == session.me.id

    run(work)


def test_a_readable_project_of_somebody_else_agrees_by_name_only(server: Server, name: str) -> None:
    async def work() -> None:
        async with signed_in(server.url) as session, signed_in(server.url, "stranger") as other:
            project = await make_project(other, name)
            await share(other, project, ("273948", ["READ"]))
            live = await read(session, wanted(name))
            assert live.resources[HOME].identified_by == "name"
            assert live.ids["deployer"] == session.me.id

    run(work)


def test_a_project_with_the_challenge_s_key_is_ours_whoever_made_it(server: Server, name: str) -> None:
    async def work() -> None:
        async with signed_in(server.url, "colleague") as session, signed_in(server.url) as first:
            world = World(first, wanted(name))
            await world.apply()
            project = (await world.read()).ids[HOME]
            await share(first, project, (session.me.id, ALL))
            live = await read(session, world.desired)
            assert live.resources[HOME].identified_by == "key"
            assert live.ids["deployer"] == first.me.id
            # Without a ledger, folders on our project count as ours when the deployer made them.
            assert live.resources["queue.main"].identified_by == "project" if "queue.main" in live.resources else True

    run(work)


def test_a_project_of_our_own_with_another_challenge_s_key_is_not_ours(server: Server, name: str) -> None:
    async def work() -> None:
        async with signed_in(server.url) as session:
            await World(session, wanted(name)).apply()
            live = await read(session, replace(wanted(name), challenge="another"))
            assert live.resources[HOME].identified_by == "name"
            assert live.resources["queue.main"].identified_by == "name"

    run(work)


def test_the_ledger_knows_what_was_renamed(server: Server, name: str) -> None:
    async def work() -> None:
        async with signed_in(server.url) as session:
            world = World(session, wanted(name))
            await world.apply()
            before = (await world.read()).ids
            for address in ("team.participants", "folder.data", "queue.main"):
                path = {"team": "/team", "folder": "/entity", "queue": "/evaluation"}[address.split(".")[0]]
                thing = await session.transport.get(f"{path}/{before[address]}")
                put = path if path == "/team" else f"{path}/{before[address]}"
                await session.transport.put(put, {**thing, "name": f"{thing['name']} renamed"})
            live = await world.read()
            assert {address: live.ids[address] for address in before} == before
            assert live.resources["team.participants"].identified_by == "ledger"
            assert world.differences(live) == {
                "team.participants": ["name"],
                "folder.data": ["name"],
                "queue.main": ["name"],
            }

    run(work)


def test_without_a_ledger_everything_is_found_again(server: Server, name: str) -> None:
    async def work() -> None:
        async with signed_in(server.url) as session:
            world = World(session, wanted(name))
            await world.apply()
            remembered = await world.read()
            world.applied = Applied(lost="for this test")
            live = await world.read()
            assert {key: live.ids.get(key) for key in remembered.ids} == dict(remembered.ids)
            assert world.differences(live) == {}
            how = {address: live.resources[address].identified_by for address in world.desired.resources}
            assert (how[HOME], how["folder.logs"], how["queue.main"]) == ("key", "creator", "project")
            assert (how["team.organizers"], how["team.participants"]) == ("project", "project")

    run(work)


def test_a_ledger_of_things_that_are_gone_costs_nothing(server: Server, name: str) -> None:
    async def work() -> None:
        async with signed_in(server.url) as session:
            desired = wanted(name)
            stale = Applied({address: AppliedEntry(_dead(item), {}) for address, item in desired.resources.items()})
            live = await read(session, desired, stale)
            assert (dict(live.resources), dict(live.unreadable)) == ({}, {})

    run(work)


def _dead(item: Resource) -> str:
    return "syn1" if item.kind in (Kind.PROJECT, Kind.FOLDER, Kind.LINK, Kind.VIEW) else "99999999"


def test_a_team_of_a_stranger_is_taken(server: Server, name: str) -> None:
    async def work() -> None:
        async with signed_in(server.url) as session, signed_in(server.url, "stranger") as other:
            team = (await other.transport.post("/team", {"name": f"{name}-Participants"}))["id"]
            live = await read(session, wanted(name))
            assert team in live.taken["team.participants"]
            assert "team.participants" not in live.resources

    run(work)


def test_a_team_that_we_manage_is_ours(server: Server, name: str) -> None:
    async def work() -> None:
        async with signed_in(server.url) as session, signed_in(server.url, "stranger") as other:
            team = (await other.transport.post("/team", {"name": f"{name} participants"}))["id"]
            path = f"/team/{team}/member/{session.me.id}/permission?isAdmin=true"
            await other.transport.put(path)
            live = await read(session, wanted(name))
            assert live.resources["team.participants"].identified_by == "manager"

    run(work)


def test_a_team_name_that_a_user_has_is_taken(server: Server) -> None:
    async def work() -> None:
        async with signed_in(server.url) as session:
            desired = changed(wanted("No matter"), "team.participants", name="Str.anger")
            live = await read(session, desired)
            assert "users and teams share" in live.taken["team.participants"]

    run(work)


def test_a_queue_name_that_is_used_elsewhere_is_taken(server: Server, name: str) -> None:
    async def work() -> None:
        async with signed_in(server.url) as session, signed_in(server.url, "stranger") as other:
            project = await make_project(other, f"{name} elsewhere")
            queue = await other.transport.post("/evaluation", {"name": f"{name} QUEUE", "contentSource": project})
            acl = await other.transport.get(f"/evaluation/{queue['id']}/acl")
            acl["resourceAccess"].append({"principalId": 273948, "accessType": ["READ"]})
            await other.transport.put("/evaluation/acl", acl)
            live = await read(session, wanted(name))
            assert project in live.taken["queue.main"]

    run(work)


def test_a_name_held_by_another_kind_of_thing_is_taken(server: Server, name: str) -> None:
    async def work() -> None:
        async with signed_in(server.url) as session:
            world = World(session, wanted(name, resources={"view.dashboard": None, "acl.view.dashboard": None}))
            await world.apply()
            parent = (await world.read()).ids[HOME]
            body = {"concreteType": "org.sagebionetworks.repo.model.Folder", "name": "Dashboard", "parentId": parent}
            await session.transport.post("/entity", body)
            world.desired = wanted(name)
            assert "is a Folder, not a view" in (await world.read()).taken["view.dashboard"]

    run(work)


def test_what_the_manifest_adopts_by_id_is_ours(server: Server, name: str) -> None:
    async def work() -> None:
        async with signed_in(server.url) as session, signed_in(server.url, "stranger") as other:
            project = await make_project(other, f"{name} before")
            await share(other, project, (session.me.id, ALL))
            world = World(session, replace(wanted(name), given={HOME: project}, adopt=frozenset({HOME})))
            live = await world.read()
            assert live.resources[HOME].identified_by == "manifest"
            assert world.differences(live)[HOME] == ["name", "description"]
            await world.apply(live)
            assert world.differences(await world.read()) == {}

    run(work)


def test_ids_that_lead_nowhere_are_said(server: Server, name: str) -> None:
    async def work() -> None:
        async with signed_in(server.url) as session, signed_in(server.url, "stranger") as other:
            hidden = await make_project(other, f"{name} hidden")
            given = {HOME: hidden, "data.theirs": "syn1", "team.judges": "99999999", "team.organizers": "99999998"}
            live = await read(session, replace(wanted(name), given=given, adopt=frozenset({HOME})))
            assert {HOME, "data.theirs", "team.judges", "team.organizers"} <= live.unreadable.keys()
            assert HOME not in live.resources
            # What would stand on the hidden project is hidden with it, not missing, and nobody else's either.
            assert {"folder.data", "wiki.live", "challenge.live"} <= live.unreadable.keys()
            assert live.taken == {}

    run(work)


def test_what_is_in_the_trash_can_is_missing(server: Server, name: str) -> None:
    async def work() -> None:
        async with signed_in(server.url) as session:
            world = World(session, wanted(name))
            await world.apply()
            ids = (await world.read()).ids
            await session.transport.delete(f"/entity/{ids['folder.data']}")
            live = await world.read()
            missing = {"folder.data", "acl.folder.data", "folder.data/training", "acl.folder.data/training"}
            assert set(world.differences(live)) == missing
            await world.apply(live)
            assert world.differences(await world.read()) == {}

    run(work)
