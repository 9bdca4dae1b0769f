"""A branch with changes of its own, reviewed while Synapse has moved: each change says whose it is, to the field."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from planner.plan import Plan
from planner.planning import Options, make_plan
from planner.render.document import document
from planner.render.markdown import render
from planner.resources import FIXED_PRINCIPALS, SIGNED_IN
from tests.planner.challenges import RUNNING, challenge
from tests.planner.worlds import edited, world_at

QUEUE, SHARED, PAGE = "queue.leaderboard/task", "acl.project.staging", "wiki.staging/rules"
PUBLIC_ID = FIXED_PRINCIPALS[SIGNED_IN]


def reviewed() -> Plan:
    """The files say other words on a queue, and share staging with testers; on Synapse somebody shared staging with
    everybody who is signed in, took a right on a queue away, and edited a page.
    """
    before = challenge("open")
    live, applied = world_at(before, "open", RUNNING)
    live = edited(live, SHARED, **{PUBLIC_ID: ("READ",)})
    live = edited(live, "acl.queue.leaderboard/task", **{live.ids["team.administrators"]: ("READ",)})
    live = edited(live, PAGE, text="Words from the web.")
    shared = tuple(
        replace(item, grants={"testers": "view"}) if item.key == "staging" else item for item in before.projects
    )
    after = replace(before, queues=tuple(replace(item, receipt="Thanks!") for item in before.queues), projects=shared)
    return make_plan(after, live, replace(applied, at=RUNNING), Options(allow=frozenset({"widen-access"}))).plan


@pytest.fixture(scope="module")
def comment() -> str:
    return render(document(reviewed()))


def test_what_the_branch_changes_is_yours(comment: str) -> None:
    assert f"~ yours {QUEUE} " in comment


def test_what_only_synapse_changed_is_drift(comment: str) -> None:
    assert f"~ drift acl.{QUEUE} " in comment
    assert "- *drift*: team.administrators gains" in comment


def test_where_both_moved_each_field_says_who(comment: str) -> None:
    assert f"~ both  {SHARED} " in comment
    assert "team.testers: +READ  (the manifest changed)" in comment
    assert "signed-in (any account): -READ  (changed on Synapse)" in comment
    assert "- *yours*: team.testers gains READ on `project.staging`" in comment
    (operation,) = [item for item in reviewed().operations if item.address == SHARED]
    causes = {change.name: str(change.cause) for change in operation.changes}
    assert sorted(causes.values()) == ["manifest", "synapse"]
    assert causes[PUBLIC_ID] == "synapse"


def test_what_is_kept_is_no_change_but_stands_under_drift(comment: str) -> None:
    assert not re.search(rf"~ \w+ +{re.escape(PAGE)}", comment)
    assert PAGE in comment[comment.index("<b>Drift</b>") :]


def test_the_comment_explains_the_marks_that_it_uses(comment: str) -> None:
    for words in ("*yours*: the files differ", "*drift*: changed on Synapse", "*both*: the files and Synapse changed"):
        assert words in comment
