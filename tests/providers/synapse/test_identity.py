"""Which thing on Synapse is ours: by the manifest's id, the ledger's, the challenge's key, or by whoever made it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from planner.applied import Applied, AppliedEntry
from planner.live import Live
from planner.references import Ref, Spec
from planner.resources import Desired, Kind, Resource
from providers.synapse.reader import SynapseReader
from providers.synapse.session import Session
from tests.providers.synapse.conftest import Server
from tests.providers.synapse.worlds import HOME, World, changed, run, signed_in, wanted

ALL = ["READ", "DOWNLOAD", "CREATE", "UPDATE", "DELETE", "CHANGE_PERMISSIONS", "CHANGE_SETTINGS", "MODERATE"]


async def read(session: Session, desired: Desired, applied: Applied | None = None) -> Live:
    return await SynapseReader(session).read(desired, applied or Applied())


async def share(session: Session, project: str, *grants: tuple[str, list[str]]) -> None:
    acl = await session.transport.get(f"/entity/{project}/acl")
    acl["resourceAccess"] += [{"principalId": int(who), "accessType": types} for who, types in grants]
    await session.transport.put(f"/entity/{project}/acl", acl)


async def make_project(session: Session, name: str) -> str:
    body = {"concreteType": "org.sagebionetworks.repo.model.Project", "name": name}
    return str((await session.transport.post("/entity", body))["id"])


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
                ("wiki", "Theirs", HOME),
                ("round", "2032-01-01T00:00:00.000Z to 2032-02-01T00:00:00.000Z", "queue.main"),
            }

    run(work)


async def _leave_things(session: Session, ids: Any) -> None:
    folder = {"concreteType": "org.sagebionetworks.repo.model.Folder"}
    for parent, text in (
        (HOME, "Theirs"),
        ("folder.data", "Below"),
        ("folder.logs", "run 1"),
        ("folder.ledger", "Lock"),
    ):
        await session.transport.post("/entity", {**folder, "name": text, "parentId": ids[parent]})
    queue = await session.transport.get(f"/evaluation/{ids['queue.main']}")
    theirs = {"name": queue["name"].removesuffix("queue") + "theirs", "contentSource": ids[HOME]}
    await session.transport.post("/evaluation", theirs)
    page = {"title": "Theirs", "markdown": "x", "parentWikiId": ids["wiki.live"]}
    await session.transport.post(f"/entity/{ids[HOME]}/wiki", page)
    window = {"roundStart": "2032-01-01T00:00:00.000Z", "roundEnd": "2032-02-01T00:00:00.000Z"}
    await session.transport.post(f"/evaluation/{queue['id']}/round", {**window, "evaluationId": queue["id"]})


def test_nothing_below_logs_is_ever_read(server: Server, name: str) -> None:
    async def work() -> list[str]:
        async with signed_in(server.url) as session:
            world = World(session, wanted(name))
            await world.apply()
            ids = (await world.read()).ids
            body = {
                "concreteType": "org.sagebionetworks.repo.model.Folder",
                "name": "run",
                "parentId": ids["folder.logs"],
            }
            below = (await session.transport.post("/entity", body))["id"]
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
            body = {
                "concreteType": "org.sagebionetworks.repo.model.Folder",
                "name": "run",
                "parentId": ids["folder.logs"],
            }
            await session.transport.post("/entity", body)
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
