"""Requests on the wire: what may be repeated is, what may not never is, and Synapse's limits are kept."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from planner.interfaces import ProviderError, Unreachable
from providers.synapse.failures import Ambiguous, Refused
from providers.synapse.retries import MINUTE, REQUESTS, Lanes, backoff, retry_after
from providers.synapse.session import Session
from providers.synapse.transport import Call
from tests.providers.synapse.conftest import Server
from tests.providers.synapse.worlds import Naps, run, signed_in
from tests.simulation.loop import simulate

Faulty = Callable[..., Any]
TEAM = {"match": {"method": "POST", "route": "/repo/v1/team"}}

UNKNOWN: dict[str, dict[str, Any]] = {
    "server error": {"status": 500},
    "bad gateway": {"status": 502},
    "unavailable": {"status": 503},
    "gateway timeout": {"status": 504},
    "reset": {"drop": True},
    "half an answer": {"truncate": True},
}


@pytest.mark.parametrize("fault", UNKNOWN)
def test_a_write_whose_outcome_is_unknown_is_sent_once(faulty: Faulty, fault: str) -> None:
    async def work() -> Session:
        async with signed_in(url) as session:
            with pytest.raises(Ambiguous):
                await session.transport.post("/team", {"name": "A team"})
            return session

    with faulty({**TEAM, **UNKNOWN[fault]}) as url:
        assert run(work).transport.requests["POST /team"] == 1


def test_a_write_that_was_throttled_is_sent_again_by_itself(faulty: Faulty) -> None:
    async def work() -> Session:
        async with signed_in(url) as session:
            assert (await session.transport.post("/team", {"name": "A team"}))["name"] == "A team"
            return session

    with faulty({**TEAM, "first": 2, "status": 429}) as url:
        session = run(work)
    assert session.transport.requests["POST /team"] == 3
    assert session.transport.lanes.limit == 1


def test_a_write_without_a_connection_is_sent_again_by_itself() -> None:
    attempts = []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/user/bundle"):
            profile = {"ownerId": "1", "userName": "organizer"}
            return httpx.Response(200, json={"userProfile": profile, "isCertified": True})
        attempts.append(request)
        if len(attempts) < 3:
            raise httpx.ConnectError("refused")
        return httpx.Response(201, json={"id": "7"})

    async def work() -> Any:
        from providers.synapse.session import connect

        naps = Naps()
        http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
        async with connect("http://sandbox.example", "t", http=http, sleep=naps.sleep, clock=naps.clock) as session:
            return await session.transport.post("/team", {"name": "A team"})

    assert run(work) == {"id": "7"}


def test_a_refusal_is_final(server: Server) -> None:
    async def work() -> None:
        async with signed_in(server.url) as session:
            with pytest.raises(Refused) as refused:
                await session.transport.get("/team/99999999")
            assert refused.value.status == 404
            assert refused.value.reason == "Team id: '99999999' does not exist"
            assert session.transport.requests["GET /team/{id}"] == 1

    run(work)


def test_a_refusal_that_says_try_again_is_not_repeated(faulty: Faulty) -> None:
    """The client's own policy repeats any text with these words for twenty minutes."""

    async def work() -> Session:
        async with signed_in(url) as session:
            with pytest.raises(Refused):
                await session.transport.get("/userProfile")
            return session

    with faulty(
        {"match": {"route": "/repo/v1/userProfile"}, "status": 403, "reason": "Timeout. Please try again."}
    ) as url:
        assert run(work).transport.requests["GET /userProfile"] == 1


def test_a_read_that_meets_a_defect_is_given_up_after_a_few_tries(faulty: Faulty) -> None:
    async def work() -> Session:
        async with signed_in(url) as session:
            with pytest.raises(ProviderError) as defect:
                await session.transport.get("/userProfile")
            assert not isinstance(defect.value, Unreachable)
            return session

    with faulty({"match": {"route": "/repo/v1/userProfile"}, "status": 500}) as url:
        assert run(work).transport.requests["GET /userProfile"] == 4


def test_bodies_are_ascii() -> None:
    seen = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append((request.headers.get("content-type"), request.content))
        profile = {"ownerId": "1", "userName": "organizer"}
        return httpx.Response(200, json={"userProfile": profile, "isCertified": True})

    async def work() -> None:
        from providers.synapse.session import connect

        http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
        async with connect("http://sandbox.example", "t", http=http) as session:
            await session.transport.post("/team", {"name": "Größe — 大"})

    run(work)
    kind, body = seen[-1]
    assert kind == "application/json; charset=UTF-8"
    assert body.isascii()
    assert json.loads(body) == {"name": "Größe — 大"}


def test_the_token_goes_to_no_file_store() -> None:
    seen = {}

    def answer(request: httpx.Request) -> httpx.Response:
        seen[request.url.host] = request.headers.get("authorization")
        profile = {"ownerId": "1", "userName": "organizer"}
        return httpx.Response(200, json={"userProfile": profile, "isCertified": True})

    async def work() -> None:
        from providers.synapse.session import connect

        http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
        async with connect("http://sandbox.example", "t", http=http) as session:
            await session.transport.store("https://store.example/part?signature=x", b"bytes", {"x-amz": "1"})
            await session.transport.fetch("https://store.example/part?signature=x")

    run(work)
    assert seen == {"sandbox.example": "Bearer t", "store.example": None}


def test_at_most_three_requests_are_under_way() -> None:
    under_way, most = 0, 0

    async def one(lanes: Lanes) -> None:
        nonlocal under_way, most
        async with lanes.one():
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0)
            under_way -= 1

    async def work() -> None:
        naps = Naps()
        lanes = Lanes(naps.sleep, naps.clock)
        await asyncio.gather(*(one(lanes) for _ in range(20)))

    run(work)
    assert most == 3


def test_after_throttling_nobody_starts_before_the_pause_is_over_and_calm_opens_the_lanes_again() -> None:
    async def work() -> tuple[list[float], int, int]:
        naps = Naps()
        lanes = Lanes(naps.sleep, naps.clock)
        lanes.slow_down(4)
        narrow = lanes.limit
        async with lanes.one():
            pass
        for _ in range(20):
            lanes.answered()
        return naps.taken, narrow, lanes.limit

    assert run(work) == ([4.0], 2, 3)


def test_a_lane_is_given_back_when_its_request_is_cancelled() -> None:
    async def work() -> None:
        async def never(_: float) -> None:
            await asyncio.Event().wait()

        lanes = Lanes(never, lambda: 0.0)
        lanes.slow_down(1)
        lanes.limit = 1

        async def wait() -> None:
            async with lanes.one():
                pass

        task = asyncio.create_task(wait())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        lanes.sleep = lambda _: asyncio.sleep(0)
        await asyncio.wait_for(wait(), 1)

    run(work)


def test_pauses_grow_and_stay_bounded() -> None:
    assert [backoff(number) for number in range(8)] == [0.5, 1, 2, 4, 8, 15, 15, 15]
    assert backoff(10_000) == 15


@pytest.mark.parametrize(("header", "seconds"), [(None, None), ("7", 7.0), ("soon", None), ("-1", None), ("", None)])
def test_a_retry_after_is_read_where_it_says_something(header: str | None, seconds: float | None) -> None:
    assert retry_after(header) == seconds


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/entity/syn123/bundle2", "GET /entity/{id}/bundle2"),
        ("/team/3/member/4/membershipStatus", "GET /team/{id}/member/{id}/membershipStatus"),
        ("/evaluation/name/My%20queue", "GET /evaluation/name/{id}"),
        ("/userGroupHeaders/batch?ids=1,2", "GET /userGroupHeaders/batch"),
        ("/file/multipart/ab-12/add/1?partMD5Hex=x", "GET /file/multipart/{id}/add/{id}"),
    ],
)
def test_requests_are_counted_by_kind(path: str, kind: str) -> None:
    assert Call("get", path).kind == kind


def test_after_too_many_requests_in_a_minute_each_one_waits_for_its_turn() -> None:
    """One refusal teaches the limit; from then on no request is sent before a minute after the 600th before it."""
    seen: deque[float] = deque()
    refused = 0

    async def answer(request: httpx.Request) -> httpx.Response:
        nonlocal refused
        if request.url.path.endswith("/user/bundle"):
            profile = {"ownerId": "1", "userName": "organizer"}
            return httpx.Response(200, json={"userProfile": profile, "isCertified": True})
        now = asyncio.get_running_loop().time()
        while seen and seen[0] <= now - 60:
            seen.popleft()
        if len(seen) >= 600:
            refused += 1
            return httpx.Response(
                429, json={"reason": "Requests are too frequent. Allowed 600 requests every 60 seconds."}
            )
        seen.append(now)
        await asyncio.sleep(0.1)
        return httpx.Response(200, json={})

    async def work() -> float:
        from providers.synapse.session import connect

        clock = asyncio.get_running_loop().time
        http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
        async with connect("http://sandbox", "token", http=http, clock=clock) as session:
            await asyncio.gather(*(session.transport.get("/team/1") for _ in range(1500)))
            return clock()

    assert 121 < simulate(work()) < 135
    assert refused <= 3


def test_the_lock_never_waits_for_its_turn_in_the_minute() -> None:
    async def work() -> tuple[float, float]:
        clock = asyncio.get_running_loop().time
        lanes = Lanes(asyncio.sleep, clock, paced=True)

        async def one(urgent: bool) -> float:
            async with lanes.one(urgent):
                return clock()

        await asyncio.gather(*(one(False) for _ in range(REQUESTS)))
        ordinary, lock = await asyncio.gather(one(False), one(True))
        return ordinary, lock

    ordinary, lock = simulate(work())
    assert ordinary == pytest.approx(MINUTE)
    assert lock == 0
