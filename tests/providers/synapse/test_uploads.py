"""Uploads: five calls, each file once; what was uploaded before isn't sent again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from planner.interfaces import ProviderError
from providers.synapse.kinds import pages
from providers.synapse.uploads import PART_SIZE, Uploads, upload
from tests.providers.synapse.conftest import Server
from tests.providers.synapse.worlds import World, changed, run, signed_in, standing, wanted

Faulty = Callable[..., Any]


def md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def test_a_file_of_several_parts_arrives_whole(server: Server) -> None:
    content = bytes(range(256)) * (PART_SIZE // 256) + b"and a second part"

    async def work() -> bytes:
        async with signed_in(server.url) as session:
            handle = await upload(session.transport, "here", content, "large.bin", "application/octet-stream")
            url = await session.transport.get(f"/fileHandle/{handle}/url?redirect=false", "file")
            return await session.transport.fetch(url)

    assert md5(run(work)) == md5(content)


def test_the_same_file_again_sends_no_bytes(server: Server) -> None:
    async def work() -> int:
        async with signed_in(server.url) as session:
            first = await upload(session.transport, "here", b"same", "same.txt", "text/plain")
            session.transport.requests.clear()
            assert await upload(session.transport, "here", b"same", "same.txt", "text/plain") == first
            return session.transport.requests.total()

    assert run(work) == 1


def test_a_file_is_uploaded_once_in_a_run(server: Server, tmp_path: Path) -> None:
    import asyncio

    file = tmp_path / "logo.png"
    file.write_bytes(b"once")

    async def work() -> int:
        async with signed_in(server.url) as session:
            uploads = Uploads(session.transport)
            session.transport.requests.clear()
            handles = await asyncio.gather(*(uploads.file("here", file, md5(b"once"), "logo.png") for _ in range(5)))
            assert len(set(handles)) == 1
            return session.transport.requests["POST /file/multipart"]

    assert run(work) == 1


def test_a_file_that_changed_after_the_plan_is_refused(server: Server, tmp_path: Path) -> None:
    file = tmp_path / "logo.png"
    file.write_bytes(b"changed")

    async def work() -> None:
        async with signed_in(server.url) as session:
            with pytest.raises(ProviderError, match="has changed since the plan"):
                await Uploads(session.transport).file("wiki.live", file, md5(b"planned"), "logo.png")
            with pytest.raises(ProviderError, match="can't be read"):
                await Uploads(session.transport).file("wiki.live", tmp_path / "gone", md5(b""), "gone")

    run(work)


def test_an_empty_file_is_refused_with_its_remedy(server: Server) -> None:
    async def work() -> None:
        async with signed_in(server.url) as session:
            with pytest.raises(ProviderError, match="empty") as refused:
                await upload(session.transport, "wiki.live", b"", "empty.txt", "text/plain")
            assert refused.value.where == "wiki.live"

    run(work)


@pytest.mark.parametrize("fault", [{"drop": True}, {"at": "after", "drop": True}, {"status": 503}, {"truncate": True}])
def test_an_upload_that_loses_answers_arrives_once(faulty: Faulty, fault: dict[str, Any]) -> None:
    async def work() -> None:
        async with signed_in(url) as session:
            handle = await upload(session.transport, "here", b"some bytes", "a.txt", "text/plain")
            url_ = await session.transport.get(f"/fileHandle/{handle}/url?redirect=false", "file")
            assert await session.transport.fetch(url_) == b"some bytes"

    with faulty({"match": {"path": "/file/v1/*"}, "every": 2, **fault}) as url:
        run(work)


def test_an_attachment_is_kept_without_a_new_upload_when_the_text_changes(
    server: Server, name: str, tmp_path: Path
) -> None:
    async def work() -> None:
        async with signed_in(server.url) as session:
            world = World(session, wanted(name, tmp_path))
            await world.apply()
            before = (await world.read()).resources["wiki.live"].raw["attachmentFileHandleIds"]
            world.desired = changed(world.desired, "wiki.live", text="Another text.")
            session.transport.requests.clear()
            await world.apply()
            assert session.transport.requests["POST /file/multipart"] == 0
            after = (await world.read()).resources["wiki.live"]
            assert after.raw["attachmentFileHandleIds"] == before
            assert set(dict(after.spec)["attachments"]) == {"logo.png"}  # type: ignore[arg-type]  # a mapping

    run(work)


@pytest.mark.parametrize("letter", ["x", "ß", "😀"])
def test_a_text_too_long_for_a_request_is_uploaded_and_read_again(server: Server, name: str, letter: str) -> None:
    text = letter * (pages.LONGEST_INLINE // 5)
    text = text * 6 if letter == "x" else text

    async def work() -> None:
        async with signed_in(server.url) as session:
            world = World(session, changed(wanted(name), "wiki.live/rules", text=text))
            session.transport.requests.clear()
            await world.apply()
            assert session.transport.requests["POST /entity/{id}/wiki2"] == 1
            assert world.differences(await world.read()) == {}
            world.desired = changed(world.desired, "wiki.live/rules", text=text + "!")
            await world.apply()
            assert session.transport.requests["PUT /entity/{id}/wiki2/{id}"] == 1
            assert world.differences(await world.read()) == {}

    run(work)


def test_a_page_whose_text_was_stored_unpacked_is_read_and_updated(server: Server, name: str) -> None:
    """Synapse's own v1 endpoint fails for such a page; other tools may have made it."""

    async def work() -> None:
        async with standing(server.url, name) as (world, live):
            handle = await upload(world.session.transport, "here", "Größe".encode(), "plain.md", "text/plain")
            path = f"/entity/{live.ids['project.live']}/wiki2/{live.ids['wiki.live/rules']}"
            page = await world.session.transport.get(path)
            await world.session.transport.put(path, {**page, "markdownFileHandleId": handle})
            found = await world.read()
            assert found.resources["wiki.live/rules"].spec["text"] == "Größe"
            assert world.differences(found) == {"wiki.live/rules": ["text"]}
            await world.apply(found)
            assert world.differences(await world.read()) == {}

    run(work)
