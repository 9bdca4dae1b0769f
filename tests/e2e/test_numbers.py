"""Whoever may be named may be named by number: planned, applied, and found as wanted; or said, where nobody has it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

from challenge_spec.load import load_challenge
from tests.e2e.rehearsal import EXAMPLES, Rehearsal, rehearsal, shown

START = "2026-11-21T12:00:00+00:00"
NOBODY = "9999999"

GRANTS = """
projects:
  live: { grants: { NUMBER: view } }
  staging: { grants: { NUMBER: edit } }
  logs: { grants: { NUMBER: download } }
views:
  dashboard: { grants: { NUMBER: [READ] } }
launch:
  approvals:
    legal: { approved: { by: NUMBER } }
"""
"""Blocks that the quick start hasn't."""

QUEUE = """grants: { NUMBER: score }
    exceptions:
      - { who: NUMBER, why: late, until: close, what: another day }
    """

EDITS = (
    ("example-organizer-2]", "example-organizer-2, MEMBER], grants: { NUMBER: view }"),
    (
        "limits: { daily: 2",
        QUEUE + "limits: { daily: 2",
    ),
    ("entrypoint: workflow.cwl", "entrypoint: workflow.cwl, queue_table: queues.json, grants: { NUMBER: view }"),
    ("access: participants, start: open", "access: participants, start: open, grants: { NUMBER: view }"),
    ("service_account: example-bot", "service_account: BOT, notify: MEMBER, unlock: BOT"),
)
"""Every other place of the quick start where somebody may be named."""

GRANTED = {
    "acl.project.live",
    "acl.project.staging",
    "acl.folder.logs",
    "acl.view.dashboard",
    "acl.team.organizers",
    "acl.queue.leaderboard/prediction",
    "acl.link.scoring",
    "acl.folder.data",
    "acl.folder.data/training",
}


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Rehearsal]:
    with rehearsal("quickstart", tmp_path / "world", START) as one:
        yield one


def number_of(one: Rehearsal, name: str) -> str:
    with one.api() as api:
        (header,) = api.post("/userGroupHeaders/aliases", json={"list": [name]}).json()["list"]
        return str(header["ownerId"])


def by_number(one: Rehearsal, folder: Path, member: str, bot: str) -> Rehearsal:
    """The same challenge, where these numbers stand for people wherever a manifest takes one."""
    copytree(EXAMPLES / "quickstart", folder, dirs_exist_ok=True, ignore=ignore_patterns(".challenge"))
    manifest = folder / "challenge.yaml"
    text = manifest.read_text() + GRANTS
    for old, new in EDITS:
        assert old in text
        text = text.replace(old, new)
    for word, number in (("NUMBER", member), ("MEMBER", member), ("BOT", bot)):
        text = text.replace(word, number)
    manifest.write_text(text)
    loaded = load_challenge(manifest)
    assert loaded.resolved is not None, loaded.diagnostics
    return replace(one, challenge=loaded.resolved)


def test_everybody_may_be_named_by_number(fresh: Rehearsal, tmp_path: Path) -> None:
    member, bot = number_of(fresh, "example-second-deployer"), number_of(fresh, "example-bot")
    one = by_number(fresh, tmp_path / "files", member, bot)
    done = one.apply()
    assert all(receipt.complete for receipt in done.receipts), done.receipts
    look = one.look()
    assert (look.plan.empty, look.plan.problems) == (True, ()), shown(look)
    assert member in look.world.live.memberships["team.organizers"].invited
    granted = {address for address, item in look.world.live.resources.items() if member in item.spec}
    assert granted == GRANTED
    written = "".join(path.read_text() for path in done.written)
    assert f"NOTIFICATION_PRINCIPAL_ID={member}\n" in written
    assert f"DATA_UNLOCK_SYNAPSE_PRINCIPAL_ID={bot}\n" in written


def test_a_number_that_nobody_has_is_said_and_keeps_nothing_else_back(fresh: Rehearsal, tmp_path: Path) -> None:
    one = by_number(fresh, tmp_path / "files", NOBODY, number_of(fresh, "example-bot"))
    problems = {(item.code, item.address, item.message) for item in one.look().plan.problems}
    message = f"no account and no team on Synapse has the number {NOBODY}"
    assert problems == {("no-such-account", f"principal.{NOBODY}", message)}
    assert all(receipt.complete for receipt in one.apply().receipts)
    look = one.look()
    assert look.plan.empty, shown(look)
