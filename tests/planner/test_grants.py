"""What `grants` says of somebody: a level adds, a list of access types or `none` holds instead."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from challenge_spec.resolved import ResolvedChallenge, ResolvedData, ResolvedFolder, ResolvedViewColumn
from planner.access import ENTITY, QUEUE, TEAM
from planner.desired import compile_challenge
from planner.resources import DEPLOYER, Desired
from tests.planner.challenges import RUNNING, challenge


def compiled(said: ResolvedChallenge, stage: str = "open") -> Desired:
    return compile_challenge(said, stage, RUNNING)


def first(said: ResolvedChallenge, block: str, **fields: Any) -> ResolvedChallenge:
    """The same challenge with some fields of the first entry of a block changed."""
    item, *others = getattr(said, block)
    changed: dict[str, Any] = {block: (replace(item, **fields), *others)}
    return replace(said, **changed)


def access(desired: Desired, owner: str) -> dict[str, Any]:
    return dict(desired.resources[f"acl.{owner}"].spec)


OWNERS = {
    "projects": ("project.live", ENTITY),
    "queues": ("queue.leaderboard/task", QUEUE),
    "workflows": ("link.scoring", ENTITY),
}


@pytest.mark.parametrize("block", OWNERS)
def test_a_level_adds_to_what_somebody_has_anyway(block: str) -> None:
    owner, levels = OWNERS[block]
    usual = access(compiled(challenge("open")), owner)["team.organizers"]
    granted = access(compiled(first(challenge("open"), block, grants={"organizers": "admin"})), owner)
    assert set(granted["team.organizers"]) == set(usual) | set(levels["admin"])


@pytest.mark.parametrize("block", OWNERS)
def test_a_list_of_access_types_holds_instead(block: str) -> None:
    owner, _ = OWNERS[block]
    said = first(challenge("open"), block, grants={"organizers": ("READ",), "example-helper": ("READ", "UPDATE")})
    granted = access(compiled(said), owner)
    assert granted["team.organizers"] == ("READ",)
    assert granted["user.example-helper"] == ("READ", "UPDATE")


@pytest.mark.parametrize("block", OWNERS)
def test_none_takes_what_the_convention_gives_even_from_the_deployer(block: str) -> None:
    owner, _ = OWNERS[block]
    granted = access(
        compiled(first(challenge("open"), block, grants={"organizers": "none", "deployer": "none"})), owner
    )
    assert "team.organizers" not in granted
    assert DEPLOYER not in granted


def test_teams_take_levels_of_teams() -> None:
    said = challenge("open")
    said = replace(said, teams=tuple(replace(team, grants={"3400001": "message"}) for team in said.teams))
    assert access(compiled(said), "team.participants")["principal.3400001"] == TEAM["message"]


def with_data(*entries: ResolvedData) -> ResolvedChallenge:
    return replace(challenge("open"), data=entries)


def entry(key: str, *folder: str, **said: Any) -> ResolvedData:
    values: dict[str, Any] = {"access": {}, "grants": {}, "start": None, "release": None, "requires": ()} | said
    values |= {"file": None, "version": None, "description": "", "is_truth": False, "at": None, "path": None}
    return ResolvedData(key=key, folder=folder, **values)


def test_a_folder_that_inherits_has_no_access_list_and_its_children_may_have_one() -> None:
    desired = compiled(with_data(entry("files", "Files", inherits=True), entry("train", "Files", "Train")))
    assert "folder.files" in desired.resources
    assert "acl.folder.files" not in desired.resources
    assert "acl.folder.files/train" in desired.resources


def test_what_an_evaluation_reads_besides_the_truth_is_readable_to_it_and_no_secret() -> None:
    desired = compiled(with_data(entry("tables", "Tables", is_input=True), entry("others", "Others")))
    assert access(desired, "folder.tables")["user.example-bot"] == ENTITY["download"]
    assert "user.example-bot" not in access(desired, "folder.others")
    assert "tables" not in desired.guarded


def test_data_in_an_archive_elsewhere_are_nothing_of_ours() -> None:
    reads = entry("reads", url="https://example.org/reads")
    assert compiled(with_data(reads)).resources.keys() == compiled(with_data()).resources.keys()


def test_who_is_granted_a_folder_sees_the_way_to_it() -> None:
    desired = compiled(with_data(entry("train", "Files", "Train", grants={"example-helper": "download"})))
    assert access(desired, "folder.files")["user.example-helper"] == ENTITY["view"]
    assert access(desired, "folder.files/train")["user.example-helper"] == ENTITY["download"]


def test_what_is_said_of_a_folder_on_the_way_holds_there() -> None:
    train = entry("train", "Files", "Train", grants={"example-helper": "download"})
    desired = compiled(with_data(train, entry("files", "Files", grants={"example-helper": "none"})))
    assert "user.example-helper" not in access(desired, "folder.files")


@pytest.mark.parametrize("logs", [ResolvedFolder(exists=False), ResolvedFolder(use="syn1")])
def test_a_challenge_may_do_without_a_folder_for_logs(logs: ResolvedFolder) -> None:
    desired = compiled(replace(challenge("open"), logs=logs))
    assert not [address for address in desired.resources if address.endswith("folder.logs")]


def test_a_team_may_be_joined_otherwise_than_the_stage_says() -> None:
    said = challenge("draft")
    teams = tuple(replace(team, join_at={"draft": "open"}) for team in said.teams)
    joined = {
        stage: compiled(replace(said, teams=teams), stage).resources["team.participants"].spec["join"]
        for stage in ("draft", "closed")
    }
    assert joined == {"draft": "open", "closed": "invitation"}


def test_a_column_of_a_view_may_have_any_type() -> None:
    columns = (ResolvedViewColumn("submitter"), ResolvedViewColumn("method", "STRING", 80))
    said = first(challenge("open"), "views", columns=columns)
    spec = compiled(said).resources[f"view.{said.views[0].key}"].spec["columns"]
    assert spec == ({"name": "submitterid", "type": "USERID"}, {"name": "method", "type": "STRING", "size": 80})
