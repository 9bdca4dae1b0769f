"""Where a challenge's projects are when its name has changed; and what is not taken for them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest

from planner.applied import Applied, AppliedEntry
from planner.references import Ref, Spec
from planner.resources import Desired, Kind, Resource, annotations_address
from providers.synapse.reader import SynapseReader
from providers.synapse.session import Session
from providers.synapse.whereabouts import Whereabouts, find_projects
from providers.synapse.writer import SynapseWriter
from tests.providers.synapse.conftest import Server
from tests.providers.synapse.worlds import ALL, HOME, World, changed, make_project, run, share, signed_in, wanted

NEW = "by another name"


@dataclass
class Stage:
    """A challenge of `me` in one project, that was applied, and its manifest after a change of name."""

    me: Session
    world: World
    project: str
    team: str

    @property
    def renamed(self) -> Desired:
        """The same challenge with other names."""
        desired = changed(self.world.desired, HOME, name=f"{self.world.desired.challenge[-150:]} {NEW}")
        return replace(desired, challenge=self.world.desired.challenge)

    async def find(self, session: Session | None = None, desired: Desired | None = None) -> Whereabouts:
        session = session or self.me
        return await find_projects(session.transport, session.me, desired or self.renamed)


SMALL = (HOME, annotations_address(HOME), "folder.ledger", "team.participants", "challenge.live", "queue.main")


def small(name: str) -> Desired:
    """A challenge with what leads to its project, and no more."""
    desired = wanted(name)
    return replace(desired, resources={address: desired.resources[address] for address in SMALL}, people={})


@asynccontextmanager
async def staged(server: Server, name: str) -> AsyncIterator[Stage]:
    async with signed_in(server.url) as me:
        world = World(me, small(name))
        await world.apply()
        live = await world.read()
        await SynapseWriter(me, HOME).write_applied(live.ids["folder.ledger"], world.applied, {"plan": "abc"})
        yield Stage(me, world, live.ids[HOME], live.ids["team.participants"])


async def made_by_hand(session: Session, name: str, **annotations: str) -> str:
    """A project with some annotations."""
    id_ = await make_project(session, name)
    found = await session.transport.get(f"/entity/{id_}/annotations2")
    found["annotations"] = {key: {"type": "STRING", "value": [value]} for key, value in annotations.items()}
    await session.transport.put(f"/entity/{id_}/annotations2", found)
    return id_


async def forged(other: Session, stage: Stage, name: str, *types: str) -> str:
    """A stranger's project that bears our key and our participants' team, on which we may do something."""
    id_ = await made_by_hand(other, name, challengeKey=stage.world.desired.challenge, Status="Active")
    await share(other, id_, (stage.me.me.id, list(types)))
    await other.transport.post("/challenge", {"projectId": id_, "participantTeamId": stage.team})
    return id_


async def removed(stage: Stage) -> None:
    await stage.me.transport.delete(f"/entity/{stage.project}")


def test_a_project_of_another_name_is_found_by_its_key_and_the_ledger_with_it(server: Server, name: str) -> None:
    async def work() -> None:
        async with staged(server, name) as stage:
            assert await stage.find() == Whereabouts(stage.project, {HOME: stage.project})
            reader = SynapseReader(stage.me)
            applied = await reader.read_applied(stage.renamed)
            assert applied.entries == stage.world.applied.entries
            live = await reader.read(stage.renamed, applied)
            assert (live.ids[HOME], live.taken) == (stage.project, {})

    run(work)


def test_a_project_of_the_right_name_needs_no_search(server: Server, name: str) -> None:
    async def work() -> None:
        async with staged(server, name) as stage:
            mark = server.mark()
            found = await stage.find(desired=stage.world.desired)
            assert replace(found, read={}) == Whereabouts(stage.project)
            assert list(found.read) == [stage.project], "what was read on the way isn't read once more"
            assert len(server.since(mark)) == 2

    run(work)


def test_a_key_that_is_alike_is_another_challenge(server: Server, name: str) -> None:
    async def work() -> None:
        async with staged(server, name) as stage:
            for key in (f"{stage.renamed.challenge}-2", stage.renamed.challenge[:-1], stage.renamed.challenge.upper()):
                assert await stage.find(desired=replace(stage.renamed, challenge=key)) == Whereabouts()

    run(work)


def test_two_challenges_of_one_key_are_told_and_none_is_taken(server: Server, name: str) -> None:
    async def work() -> None:
        async with staged(server, name) as stage:
            other = f"{name[-150:]} second"
            second = World(stage.me, replace(small(other), challenge=stage.world.desired.challenge))
            note = annotations_address(HOME)
            second.desired = changed(second.desired, note, challengeKey=(stage.world.desired.challenge,))
            await second.apply()
            found = await stage.find()
            assert (found.home, found.found) == (None, {})
            assert stage.project in (found.doubt or "")
            # By its name, each is found still.
            assert (await stage.find(desired=stage.world.desired)).home == stage.project

    run(work)


@pytest.mark.parametrize("types", [["READ"], ["READ", "UPDATE", "CREATE"], ALL], ids=["reader", "editor", "admin"])
def test_a_stranger_s_project_with_our_key_is_never_taken_instead_of_ours(
    server: Server, name: str, types: list[str]
) -> None:
    async def work() -> None:
        async with staged(server, name) as stage, signed_in(server.url, "stranger") as other:
            await forged(other, stage, f"{name[-150:]} forged", *types)
            assert (await stage.find()).home == stage.project

    run(work)


@pytest.mark.parametrize("types", [["READ"], ["READ", "UPDATE", "CREATE"]], ids=["reader", "editor"])
def test_when_ours_is_gone_a_stranger_s_with_our_key_is_nothing(server: Server, name: str, types: list[str]) -> None:
    async def work() -> None:
        async with staged(server, name) as stage, signed_in(server.url, "stranger") as other:
            await forged(other, stage, f"{name[-150:]} forged", *types)
            await removed(stage)
            assert await stage.find() == Whereabouts()

    run(work)


def test_when_ours_is_gone_a_stranger_s_on_which_he_made_us_administrators_is_told(server: Server, name: str) -> None:
    async def work() -> None:
        async with staged(server, name) as stage, signed_in(server.url, "stranger") as other:
            theirs = await forged(other, stage, f"{name[-150:]} forged", *ALL)
            await removed(stage)
            found = await stage.find()
            assert (found.home, found.found) == (None, {})
            assert theirs in (found.doubt or "")
            assert "stranger made it" in (found.doubt or "")

    run(work)


def test_a_stranger_who_has_the_new_name_and_our_key_is_not_taken_for_ours(server: Server, name: str) -> None:
    async def work() -> None:
        async with staged(server, name) as stage, signed_in(server.url, "stranger") as other:
            theirs = await forged(other, stage, str(stage.renamed.resources[HOME].spec["name"]), "READ")
            assert (await stage.find()).home == stage.project
            reader = SynapseReader(stage.me)
            live = await reader.read(stage.renamed, await reader.read_applied(stage.renamed))
            assert theirs in live.taken[HOME]
            assert live.ids["deployer"] == stage.me.me.id
            await removed(stage)
            live = await reader.read(stage.renamed, Applied())
            assert live.resources[HOME].identified_by == "name"
            assert live.ids["deployer"] == stage.me.me.id

    run(work)


def test_what_we_gave_away_is_ours_no_longer(server: Server, name: str) -> None:
    async def work() -> None:
        async with staged(server, name) as stage, signed_in(server.url, "stranger") as other:
            await share(stage.me, stage.project, (other.me.id, ALL))
            await share(other, stage.project, (stage.me.me.id, ["READ"]))
            assert await stage.find() == Whereabouts()

    run(work)


def test_what_may_not_be_read_any_more_is_not_found(server: Server, name: str) -> None:
    async def work() -> None:
        async with staged(server, name) as stage, signed_in(server.url, "stranger") as other:
            await share(stage.me, stage.project, (other.me.id, ALL))
            await share(other, stage.project, (stage.me.me.id, []))
            assert await stage.find() == Whereabouts()
            hidden = await stage.find(desired=stage.world.desired)
            assert "can't be read" in (hidden.lost or "")

    run(work)


def test_what_is_in_the_trash_can_is_not_found(server: Server, name: str) -> None:
    async def work() -> None:
        async with staged(server, name) as stage:
            await removed(stage)
            assert await stage.find() == Whereabouts()
            assert await SynapseReader(stage.me).read_applied(stage.renamed) == Applied()

    run(work)


def test_a_ledger_that_speaks_of_another_project_is_not_believed(server: Server, name: str) -> None:
    async def work() -> None:
        async with staged(server, name) as stage:
            folder = (await stage.world.read()).ids["folder.ledger"]
            copied = Applied({HOME: AppliedEntry("syn1", {})})
            await SynapseWriter(stage.me, HOME).write_applied(folder, copied, {"plan": "abc"})
            applied = await SynapseReader(stage.me).read_applied(stage.renamed)
            assert (applied.entries, applied.found) == ({}, {})
            assert "syn1" in (applied.doubt or "")

    run(work)


def administered(desired: Desired, name: str) -> Desired:
    """The same with an administrator whom the manifest names."""
    spec: Spec = {"team": Ref("team.administrators"), "person": Ref(f"user.{name}")}
    member = Resource(f"member.administrators/{name}", Kind.MEMBER, spec)
    people = {**desired.people, f"user.{name}": name}
    return replace(desired, resources={**desired.resources, member.address: member}, people=people)


def test_a_second_deployer_finds_what_an_administrator_of_the_manifest_made(server: Server, name: str) -> None:
    async def work() -> None:
        async with staged(server, name) as stage, signed_in(server.url, "colleague") as second:
            await share(stage.me, stage.project, (second.me.id, ALL))
            queue = (await stage.world.read()).ids["queue.main"]
            await _score(stage.me, queue, second.me.id)
            assert "organizer made it" in ((await stage.find(second)).doubt or "")
            trusting = administered(stage.renamed, "organizer")
            assert (await stage.find(second, trusting)).home == stage.project

    run(work)


async def _score(session: Session, queue: str, who: str) -> None:
    acl: Any = await session.transport.get(f"/evaluation/{queue}/acl")
    acl["resourceAccess"].append({"principalId": int(who), "accessType": ["READ", "CHANGE_PERMISSIONS"]})
    await session.transport.put("/evaluation/acl", acl)


def test_before_there_is_a_queue_the_alias_leads_to_the_project(server: Server) -> None:
    async def work() -> None:
        async with signed_in(server.url) as me:
            id_ = await made_by_hand(me, "Only just begun", challengeKey="only-just-begun", Status="Upcoming")
            entity = await me.transport.get(f"/entity/{id_}")
            await me.transport.put(f"/entity/{id_}", {**entity, "alias": "onlyjustbegun"})
            desired = replace(small("Only just begun"), challenge="only-just-begun")
            renamed = changed(desired, HOME, name="Well under way")
            assert await find_projects(me.transport, me.me, renamed) == Whereabouts()
            aliased = changed(renamed, HOME, alias="onlyjustbegun")
            assert await find_projects(me.transport, me.me, aliased) == Whereabouts(id_, {HOME: id_})

    run(work)


def test_in_one_project_a_live_project_that_points_home_is_of_another_layout(server: Server, name: str) -> None:
    async def work() -> None:
        async with staged(server, name) as stage:
            found = await stage.me.transport.get(f"/entity/{stage.project}/annotations2")
            found["annotations"]["challengeHome"] = {"type": "STRING", "value": ["syn1"]}
            await stage.me.transport.put(f"/entity/{stage.project}/annotations2", found)
            assert await stage.find() == Whereabouts()

    run(work)
