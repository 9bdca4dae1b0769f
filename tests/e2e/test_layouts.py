"""Both layouts, and pages that wait to be published by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from planner.planning import Options
from tests.e2e.rehearsal import Rehearsal, rehearsal, shown, shut

AFTER_OPENING = "2027-03-04T12:00:00+00:00"


@pytest.fixture
def quickstart(tmp_path: Path) -> Iterator[Rehearsal]:
    with rehearsal("quickstart", tmp_path, AFTER_OPENING) as one:
        yield one


def launched(one: Rehearsal) -> Rehearsal:
    """The challenge at stage open, with everything that people have to do done."""
    one.at("draft").apply()
    one.upload_truths()
    one.accept_invitations()
    opened = one.at("open")
    opened.apply()
    look = opened.look()
    assert look.plan.empty, shown(look)
    return opened


def with_new_words(one: Rehearsal, key: tuple[str, ...]) -> Rehearsal:
    pages = tuple(
        replace(page, parts=("New words.",)) if page.key == key else page for page in one.challenge.wiki.pages
    )
    return replace(one, challenge=replace(one.challenge, wiki=replace(one.challenge.wiki, pages=pages)))


def test_a_page_changed_after_the_launch_waits_until_it_is_published(quickstart: Rehearsal) -> None:
    by_hand = replace(quickstart.challenge, wiki=replace(quickstart.challenge.wiki, publish="by-hand"))
    opened = launched(replace(quickstart, challenge=by_hand))
    edited = with_new_words(opened, ("rules",))
    done = edited.apply()
    assert [(item.address, item.held_by) for item in done.left.plan.held()] == [("wiki.live/rules", ("unpublished",))]
    live = edited.look().world.live.resources
    assert live["wiki.staging/rules"].spec["text"] == "New words."
    assert live["wiki.live/rules"].spec["text"] != "New words."
    replace(edited, options=Options(publish=frozenset({"wiki.live/rules"}))).apply()
    look = edited.look()
    assert look.plan.empty, shown(look)
    assert look.world.live.resources["wiki.live/rules"].spec["text"] == "New words."


def test_a_lone_project_goes_from_draft_to_open(quickstart: Rehearsal) -> None:
    tiny = quickstart.challenge
    live = tuple(project for project in tiny.projects if project.key == "live")
    lone = replace(quickstart, challenge=replace(tiny, layout="one-project", projects=live))
    opened = launched(lone)
    found = opened.look().world.live.resources
    assert "project.staging" not in found
    assert {"folder.ledger", "link.scoring", "wiki.live/rules"} <= found.keys()


def test_terms_that_are_not_in_force_hold_the_launch_until_the_act_has_made_them(tmp_path: Path) -> None:
    from challenge_spec.resolved import ResolvedRequirement

    terms = ResolvedRequirement(key="terms", kind="clickwrap", description=None, url=None, grants=None, use=None)
    with rehearsal("quickstart", tmp_path, AFTER_OPENING, act=("example-act",)) as one:
        teams = tuple(
            replace(team, requires=("terms",)) if team.key == "participants" else team for team in one.challenge.teams
        )
        asking = replace(one, challenge=replace(one.challenge, teams=teams, requirements=(terms,)))
        asking.at("draft").apply()
        asking.upload_truths()
        asking.accept_invitations()
        opened = asking.at("open")
        assert "requirements-in-force" in shut(opened.apply().left)
        team = opened.look().world.live.ids["team.participants"]
        body = {
            "concreteType": "org.sagebionetworks.repo.model.SelfSignAccessRequirement",
            "accessType": "PARTICIPATE",
            "subjectIds": [{"id": team, "type": "TEAM"}],
        }
        with opened.api("example-act") as act:
            assert act.post("/accessRequirement", json=body).status_code == 201
        opened.apply()
        look = opened.look()
        assert look.plan.empty, shown(look)
