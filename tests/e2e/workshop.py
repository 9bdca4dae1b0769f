"""A rehearsal with its files: what an organizer edits, and what people edit on the web meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from shutil import copytree, ignore_patterns
from typing import Any

from challenge_cli.engine import Done, Look
from challenge_cli.pulling import Pulled, pull, write
from challenge_spec.load import load_challenge
from planner.planning import Options
from tests.e2e.rehearsal import EXAMPLES, Rehearsal, continued, rehearsal, shown


@dataclass(slots=True)
class Workshop:
    """A challenge on a sandbox, and the folder of its files. ids: address → id, as they were after the first apply."""

    one: Rehearsal
    files: Path
    ids: dict[str, str] = field(default_factory=dict)

    @property
    def manifest(self) -> Path:
        """The manifest."""
        return self.files / "challenge.yaml"

    def now(self, **decided: Any) -> Rehearsal:
        """The rehearsal with the files as they are now."""
        loaded = load_challenge(self.manifest)
        assert loaded.resolved is not None, loaded.diagnostics
        return replace(self.one, challenge=loaded.resolved, options=Options(**decided))

    def look(self, **decided: Any) -> Look:
        """What `challenge plan` shows."""
        return self.now(**decided).look()

    def apply(self, **decided: Any) -> Done:
        """What `challenge apply` does."""
        done = self.now(**decided).apply()
        assert all(receipt.complete for receipt in done.receipts), done.receipts
        return done

    def pull(self, *addresses: str, **decided: Any) -> Pulled:
        """What `challenge pull` does."""
        found = self.dry_pull(*addresses, **decided)
        write(found)
        return found

    def dry_pull(self, *addresses: str, **decided: Any) -> Pulled:
        """What `challenge pull --dry-run` finds."""
        return asyncio.run(pull(self.now(**decided).job(), self.manifest, frozenset(addresses)))

    def edit(self, file: str, old: str, new: str) -> None:
        """Edit a file; what is to be replaced must be there."""
        path = self.files / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def read(self, file: str) -> str:
        """A file."""
        return (self.files / file).read_text()

    def page(self, address: str) -> dict[str, Any]:
        """A page as the web shows it."""
        with self.one.api() as api:
            answer = api.get(self._path(address))
            assert answer.status_code == 200, answer.text
            found: dict[str, Any] = answer.json()
            return found

    def edit_page(self, address: str, old: str = "", new: str = "", **fields: Any) -> None:
        """Edit a page on the web: its text, and other fields."""
        page = self.page(address)
        assert old in page["markdown"]
        page["markdown"] = page["markdown"].replace(old, new) if old else page["markdown"]
        with self.one.api() as api:
            answer = api.put(self._path(address), json={**page, **fields})
            assert answer.status_code == 200, answer.text

    def new_page(self, above: str, title: str) -> str:
        """Make a page on the web, below one of ours; its address, as if it were ours."""
        body = {"title": title, "markdown": "", "parentWikiId": self.ids[above]}
        with self.one.api() as api:
            answer = api.post(self._path(above).rpartition("/")[0], json=body)
            assert answer.status_code == 201, answer.text
        address = f"{above}/{title.lower()}"
        self.ids[address] = str(answer.json()["id"])
        return address

    def delete_page(self, address: str) -> None:
        """Delete a page on the web."""
        with self.one.api() as api:
            assert api.delete(self._path(address)).status_code == 200

    def attach(self, address: str, path: Path) -> None:
        """Attach one more file to a page on the web."""
        page = self.page(address)
        self.edit_page(address, attachmentFileHandleIds=[*page["attachmentFileHandleIds"], upload(self.one, path)])

    def _path(self, address: str) -> str:
        project = address.partition("/")[0].replace("wiki.", "project.")
        return f"/entity/{self.ids[project]}/wiki/{self.ids[address]}"


def upload(one: Rehearsal, path: Path) -> str:
    """A file handle, made by the official client."""
    from synapseclient.core.upload.multipart_upload import multipart_upload_file

    return str(multipart_upload_file(one.client(), str(path), content_type="image/png"))


def plan_of(shop: Workshop) -> str:
    """The plan as people read it, without the head that says when it was made."""
    return shown(shop.look()).partition("\n\n")[2]


def agreed(shop: Workshop) -> None:
    """Hold that the files and Synapse say the same, and that an apply notes it and then has nothing to do."""
    look = shop.look()
    assert look.plan.empty, shown(look)
    assert not look.plan.drift, shown(look)
    assert not any(receipt.lines for receipt in shop.apply().receipts)
    assert shop.apply().receipts == ()


@contextmanager
def workshop(example: str, folder: Path, now: str, prepare: Callable[[Path], object] = str) -> Iterator[Workshop]:
    """An example with files of its own on a fresh sandbox, applied one by one: the same ids every time.

    prepare: edits the files before.
    """
    files = copytree(EXAMPLES / example, folder / "files", ignore=ignore_patterns(".challenge"))
    prepare(files)
    with rehearsal(str(files), folder / "world", now) as one:
        one.apply(concurrency=1)
        yield Workshop(one, files, dict(one.look().world.live.ids))


@contextmanager
def branched(shop: Workshop, folder: Path) -> Iterator[Workshop]:
    """A copy of a workshop whose server has ended: world and files."""
    files = copytree(shop.files, folder / "files")
    with continued(shop.one, folder / "world") as one:
        yield Workshop(one, files, shop.ids)
