"""An answer that gets lost: whatever was asked for is there once, never twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from planner.interfaces import ProviderError, Unreachable
from tests.providers.synapse.worlds import Naps, World, changed, logged, run, signed_in, wanted

Faulty = Callable[..., Any]

LOST: dict[str, dict[str, Any]] = {
    "the connection drops after the commit": {"at": "after", "drop": True},
    "the connection drops before the commit": {"at": "before", "drop": True},
    "a gateway fails after the commit": {"at": "after", "status": 502},
    "the server fails before the commit": {"at": "before", "status": 500},
    "half of the answer arrives": {"truncate": True},
    "the server is too busy": {"at": "before", "status": 429},
}


@pytest.mark.parametrize("fault", LOST)
@pytest.mark.parametrize("every", [2, 3])
def test_an_apply_that_loses_answers_makes_everything_once(
    faulty: Faulty, tmp_path: Path, fault: str, every: int
) -> None:
    async def work() -> None:
        async with signed_in(url) as session:
            world = World(session, wanted("Lossy", tmp_path))
            await world.apply()
            live = await world.read()
            assert world.differences(live) == {}
            assert live.unmanaged == ()
            team = live.ids["team.organizers"]
            assert (await session.transport.get(f"/team/{team}/openInvitation"))["totalNumberOfResults"] == 1

    with faulty({"match": {"write": True, "user": "organizer"}, "every": every, **LOST[fault]}) as url:
        run(work)


@pytest.mark.parametrize("fault", LOST)
def test_an_update_that_loses_its_answer_is_made_once(faulty: Faulty, tmp_path: Path, fault: str) -> None:
    """Each PUT meets the fault the first time it is sent for the second state."""

    async def work() -> None:
        async with signed_in(url) as session:
            world = World(session, wanted("Lossy"))
            await world.apply()
            second = changed(world.desired, "project.live", description="Changed.")
            for address, fields in (
                ("annotations.project.live", {"Status": ("Active",)}),
                ("acl.project.live", {"signed-in": ("DOWNLOAD", "READ")}),
                ("queue.main", {"description": "Changed."}),
                ("acl.queue.main", {"team.participants": ("READ",)}),
                ("round.main/First", {"limits": {"total": 9}}),
                ("team.participants", {"description": "Changed."}),
                ("wiki.live", {"text": "Changed."}),
                ("link.scoring", {"url": "https://example.org/scoring-2.zip"}),
            ):
                second = changed(second, address, **fields)
            world.desired = second
            await world.apply()
            assert world.differences(await world.read()) == {}
            page = (await world.read()).ids["wiki.live"]
            project = (await world.read()).ids["project.live"]
            history = await session.transport.get(f"/entity/{project}/wiki2/{page}/wikihistory?offset=0&limit=50")
            # Made empty, filled, changed: a PUT that came twice would be a fourth version.
            assert len(history["results"]) == 3

    with faulty({"match": {"write": True, "method": "PUT", "user": "organizer"}, "every": 2, **LOST[fault]}) as url:
        run(work)


def test_reads_are_repeated_until_they_succeed(faulty: Faulty) -> None:
    async def work() -> None:
        async with signed_in(url) as session:
            world = World(session, wanted("Shaky"))
            await world.apply()
            assert world.differences(await world.read()) == {}

    with faulty(
        {"match": {"write": False}, "every": 7, "status": 503},
        {"match": {"write": False}, "every": 11, "drop": True},
        {"match": {"write": False}, "every": 13, "truncate": True},
    ) as url:
        run(work)


def test_a_found_creation_says_so(faulty: Faulty) -> None:
    async def work() -> str:
        async with signed_in(url) as session:
            return (await World(session, wanted("Said")).apply())["team.organizers"].did

    with faulty({"match": {"method": "POST", "route": "/repo/v1/team"}, "nth": 1, "at": "after", "drop": True}) as url:
        assert run(work) == "found again and completed"


def test_an_external_handle_that_got_lost_is_counted_as_an_orphan(faulty: Faulty) -> None:
    async def work() -> int:
        async with signed_in(url) as session:
            return (await World(session, wanted("Orphan")).apply())["link.scoring"].orphans

    with faulty({"match": {"route": "/file/v1/externalFileHandle"}, "nth": 1, "at": "after", "drop": True}) as url:
        assert run(work) == 1


def test_a_page_that_got_lost_is_not_taken_for_another_of_the_same_title(faulty: Faulty) -> None:
    """Somebody else made a page of that title in the same place a moment ago: it is theirs, ours is made beside it."""

    async def work() -> None:
        first = wanted("Twins")
        async with signed_in(url) as session, signed_in(url, "colleague") as other:
            world = World(session, first)
            page = first.resources["wiki.live/rules"]
            world.desired = wanted("Twins", resources={"wiki.live/rules": None, "order.live": None})
            await world.apply()
            ids = (await world.read()).ids
            acl = await session.transport.get(f"/entity/{ids['project.live']}/acl")
            everything = next(item for item in acl["resourceAccess"] if "CREATE" in item["accessType"])["accessType"]
            acl["resourceAccess"].append({"principalId": int(other.me.id), "accessType": everything})
            await session.transport.put(f"/entity/{ids['project.live']}/acl", acl)
            world.desired = wanted("Twins", resources={"order.live": None})
            live = await world.read()
            body = {"title": page.spec["title"], "markdown": "theirs", "parentWikiId": ids["wiki.live"]}
            await other.transport.post(f"/entity/{ids['project.live']}/wiki", body)
            operation = next(item for item in world.operations(live) if item.address == "wiki.live/rules")
            outcome = await world.perform(live, operation)
            made = await session.transport.get(f"/entity/{ids['project.live']}/wiki/{outcome.id}")
            assert made["createdBy"] == session.me.id
            assert made["markdown"] == page.spec["text"]

    lost = {"match": {"route": "/repo/v1/entity/{ownerId}/wiki", "method": "POST", "user": "organizer"}, "at": "before"}
    with faulty({**lost, "nth": 3, "drop": True}) as url:
        run(work)


def test_a_write_is_never_sent_blindly_again(faulty: Faulty, tmp_path: Path) -> None:
    """After a lost POST of a team the next request about it is a look-up."""

    async def work() -> None:
        async with signed_in(url) as session:
            await World(session, wanted("Careful")).apply()

    with faulty(
        {"match": {"method": "POST", "route": "/repo/v1/team"}, "first": 1, "at": "before", "drop": True}
    ) as url:
        run(work)
    routes = [f"{line['method']} {line['route']}" for line in logged(tmp_path / "access.log")]
    first = routes.index("POST /repo/v1/team")
    assert routes[first + 1] == "POST /repo/v1/userGroupHeaders/aliases"
    assert Counter(routes)["POST /repo/v1/team"] == 3


def test_a_server_that_never_answers_a_creation_is_given_up_with_a_reason(faulty: Faulty) -> None:
    async def work() -> None:
        async with signed_in(url) as session:
            with pytest.raises(ProviderError) as given_up:
                await World(session, wanted("Hopeless")).apply()
            assert given_up.value.where == "team.organizers"
            assert "5 times" in given_up.value.what
            assert "again" in given_up.value.mend

    with faulty({"match": {"method": "POST", "route": "/repo/v1/team"}, "status": 500}) as url:
        run(work)


def test_a_server_that_is_gone_is_said_within_a_minute_of_waiting(faulty: Faulty) -> None:
    naps = Naps()

    async def work() -> None:
        async with signed_in(url, naps=naps) as session:
            with pytest.raises(Unreachable) as gone:
                await World(session, wanted("Gone")).read()
            assert "503" in gone.value.what

    with faulty({"match": {"route": "/repo/v1/entity/child"}, "status": 503}) as url:
        run(work)
    assert sum(naps.taken) <= 60


def test_the_wait_that_a_server_asks_for_is_kept(faulty: Faulty) -> None:
    naps = Naps()

    async def work() -> None:
        async with signed_in(url, naps=naps) as session:
            await session.transport.get("/userProfile")

    with faulty({"match": {"route": "/repo/v1/userProfile"}, "nth": 1, "status": 503, "retry_after": 7}) as url:
        run(work)
    assert naps.taken == [7.0]


def test_a_pause_that_people_would_notice_is_told(faulty: Faulty) -> None:
    told: list[str] = []

    async def work() -> None:
        async with signed_in(url) as session:
            session.transport.waiting = told.append
            await session.transport.get("/userProfile")

    with faulty({"match": {"route": "/repo/v1/userProfile"}, "nth": 1, "status": 503, "retry_after": 7}) as url:
        run(work)
    assert told == ["503 A fault on purpose.; trying again in 7 s"]


def test_synapse_s_own_limits_are_kept(faulty: Faulty, tmp_path: Path) -> None:
    """With three requests at a time and 600 a minute enforced, no request is refused."""

    async def work() -> None:
        async with signed_in(url) as session:
            await World(session, wanted("Polite")).apply()

    with faulty(throttle=True) as url:
        run(work)
    assert [line for line in logged(tmp_path / "access.log") if line["status"] == 429] == []


def test_a_new_version_of_a_link_whose_answer_got_lost_is_made_once(faulty: Faulty) -> None:
    async def work() -> int:
        async with signed_in(url) as session:
            world = World(session, wanted("Versions"))
            await world.apply()
            world.desired = changed(world.desired, "link.scoring", url="https://example.org/scoring-2.zip")
            await world.apply()
            id_ = (await world.read()).ids["link.scoring"]
            return int((await session.transport.get(f"/entity/{id_}"))["versionNumber"])

    lost = {"match": {"method": "PUT", "route": "/repo/v1/entity/{id}"}, "nth": 1, "at": "after", "drop": True}
    with faulty(lost) as url:
        assert run(work) == 2


def test_a_handle_whose_link_is_refused_is_counted_as_an_orphan(faulty: Faulty) -> None:
    async def work() -> int:
        async with signed_in(url) as session:
            world = World(session, wanted("Refused"))
            await world.apply()
            world.desired = changed(world.desired, "link.scoring", url="https://example.org/v2.zip")
            with pytest.raises(ProviderError, match="No link today") as refused:
                await world.apply()
        return refused.value.orphans

    refusing = {"match": {"method": "PUT", "route": "/repo/v1/entity/{id}"}, "status": 400, "reason": "No link today."}
    lost = {"match": {"route": "/file/v1/externalFileHandle"}, "nth": 2, "at": "after", "drop": True}
    with faulty(refusing, lost) as url:
        assert run(work) == 2
