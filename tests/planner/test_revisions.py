"""Two revisions of a manifest, compared without Synapse."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from challenge_spec.resolved import ResolvedChallenge
from planner.render.blocks import LIMIT
from planner.render.revisions import render, render_markdown
from planner.render.revisions_schema import RevisionsDocument
from planner.render.spans import to_plain
from planner.revisions import compare_revisions
from planner.settings import settings_of
from tests.planner.challenges import BEFORE, OPEN, challenge, page, queue, window

LATER = datetime(2027, 3, 10, 17, tzinfo=UTC)


def compared(old: ResolvedChallenge, new: ResolvedChallenge) -> RevisionsDocument:
    return compare_revisions(("main", "a" * 40, old), ("the working files", None, new), BEFORE)


def with_queue(**said: Any) -> ResolvedChallenge:
    return challenge(queues=(queue(**said),))


def test_the_same_twice_differs_in_nothing() -> None:
    found = compared(challenge(), challenge())
    assert (found.changes, found.settings) == ([], [])
    assert found.summary.unchanged == len(found.unchanged) > 20
    assert "No changes. Both say the same." in to_plain(render(found))


def test_a_changed_field_is_shown_by_address_before_and_after() -> None:
    found = compared(with_queue(), with_queue(name="Another name"))
    (change,) = found.changes
    assert (change.address, change.action, [field.name for field in change.fields]) == (
        "queue.leaderboard/task", "update", ["name"]
    )  # fmt: skip
    assert 'name: "Tiny leaderboard task" -> "Another name"' in to_plain(render(found))


def test_what_is_new_and_what_is_gone() -> None:
    both = challenge(queues=(queue(), queue("final/task")))
    added, removed = compared(challenge(), both), compared(both, challenge())
    assert {change.action for change in added.changes} == {"create"}
    assert "queue.final/task" in [change.address for change in added.changes if change.action == "create"]
    assert "queue.final/task" in [change.address for change in removed.changes if change.action == "delete"]
    assert "is no longer in the manifest" in to_plain(render(removed))


def test_everything_is_new_where_there_was_no_manifest() -> None:
    found = compare_revisions(None, ("HEAD", "b" * 40, challenge()), BEFORE)
    assert {change.action for change in found.changes} == {"create"}
    assert "from nothing to HEAD (bbbbbbbbbbbb)" in to_plain(render(found))


def test_a_second_sub_challenge_makes_no_other_address_new() -> None:
    found = compared(challenge(), challenge(queues=(queue(), queue("leaderboard/other"))))
    assert all("other" in change.address for change in found.changes if change.action == "create")
    assert not [change for change in found.changes if change.action == "delete"]


def test_an_edit_of_the_stage_shows_what_opens() -> None:
    shown = render_markdown(compared(challenge("preregistration"), challenge("open")))
    assert "**Widens access or opens a queue**" in shown
    assert "team.participants gains READ, SUBMIT on `queue.leaderboard/task`" in shown
    assert "stage preregistration -> open" in shown


def test_pages_are_compared_line_by_line() -> None:
    pages = [
        replace(challenge().wiki, pages=(page(text="Same.\nOld.\nSame."), page("rules", text=words)))
        for words in ("Old words.\nKept.", "New words.\nKept.")
    ]
    shown = to_plain(render(compared(*(challenge(wiki=wiki) for wiki in pages))))
    assert "- Old words." in shown
    assert "+ New words." in shown
    assert "  Kept." in shown


def test_ids_are_written_as_addresses() -> None:
    found = compared(with_queue(), challenge(queues=(queue(), queue("final/task"))))
    made = next(change for change in found.changes if change.address == "queue.final/task")
    assert (made.after or {})["project"] == "project.live"


def test_a_decision_that_no_resource_shows_is_a_setting() -> None:
    found = compared(with_queue(), with_queue(truth="another"))
    assert [(item.place, item.name, item.before, item.after) for item in found.settings] == [
        ("queues.leaderboard/task", "truth", "truth", "another")
    ]
    assert 'truth: "truth" -> "another"' in to_plain(render(found))


def test_a_decision_about_one_round_names_the_round() -> None:
    found = compared(with_queue(), with_queue(rounds=(replace(window(total=3), truth="another"),)))
    assert [(item.place, item.name) for item in found.settings] == [("queues.leaderboard/task", "rounds.1.truth")]


def test_what_a_resource_shows_is_no_setting_as_well() -> None:
    found = compared(with_queue(), with_queue(name="Another", rounds=(window(start=LATER, total=5),)))
    assert found.settings == []
    assert [change.address for change in found.changes] == [
        "queue.leaderboard/task", "round.leaderboard/task/1"
    ]  # fmt: skip


def test_a_moment_of_the_timeline_is_a_setting_in_the_zone_of_the_challenge() -> None:
    moved = replace(challenge(), timeline={**challenge().timeline, "open": LATER})
    found = compared(challenge(), moved)
    assert [(item.place, item.name) for item in found.settings] == [("timeline", "open")]
    assert "2027-03-03 09:00 PST (17:00 UTC) -> 2027-03-10 09:00 PST (17:00 UTC)" in to_plain(render(found, 120))


def test_every_decision_of_the_challenge_is_somewhere() -> None:
    """A field that is added to the models is compared without anybody thinking of it."""
    places = settings_of(challenge()).keys()
    assert {place.partition(".")[0] for place in places} >= {
        "challenge", "timeline", "teams", "sub_challenges", "queues", "workflows", "data", "orchestrators", "governance"
    }  # fmt: skip


def test_instants_are_told_once_and_the_same() -> None:
    assert settings_of(challenge())["timeline"]["open"] == OPEN.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def with_pages(text: str) -> ResolvedChallenge:
    keys: list[tuple[str, ...]] = [(), *((f"page-{number}",) for number in range(90))]
    return challenge(wiki=replace(challenge().wiki, pages=tuple(page(*key, text=text) for key in keys)))


def test_a_comparison_in_markdown_is_never_longer_than_a_comment_and_says_what_it_leaves_out() -> None:
    shown = render_markdown(compared(with_pages("x" * 2000), with_pages("y" * 2000)))
    assert len(shown.encode()) <= LIMIT
    assert "**Not everything is shown" in shown
    assert "Wiki (staging) (91 changes" in shown.partition("Left out: ")[2]
