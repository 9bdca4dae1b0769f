"""A page edited, renamed, moved or deleted, on the web, in the files, or in both: what the plan says, what a pull does.

Each case has a golden text: the plan, the pull with the difference of the files, and the plan after it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from challenge_cli.pull_report import as_text
from challenge_cli.pulling import write
from planner.plan import Action, Cause
from tests.e2e.workshop import Workshop, agreed, branched, plan_of, workshop

GOLDEN = Path(__file__).parent / "golden" / "pages"
START = "2026-11-21T12:00:00+00:00"
LATER = "2026-11-21T13:20:00.000Z"
PAGE = "wiki.staging/rules"
FILE = "wiki/rules.md"

Step = Callable[[Workshop], object]


def nothing(_: Workshop) -> None:
    """This side stays as it is."""


def edit_on_the_web(shop: Workshop) -> None:
    ids = shop.ids
    link = f"[data](#!Synapse:{ids['project.staging']}/wiki/{ids['wiki.staging/data']})"
    shop.edit_page(PAGE, "Anybody may take part", f"Everybody who has read the {link} may take part")


def edit_in_the_files(shop: Workshop) -> None:
    shop.edit(FILE, "Anybody may take part", "Whoever wants may take part")


def edit_elsewhere_in_the_files(shop: Workshop) -> None:
    shop.edit(FILE, "forum, so", "forum of Synapse, so")


def rename_on_the_web(shop: Workshop) -> None:
    shop.edit_page(PAGE, title="Rules of the game")


def rename_in_the_files(shop: Workshop) -> None:
    shop.edit(FILE, "title: Rules", "title: The rules")


def move_on_the_web(shop: Workshop) -> None:
    shop.edit_page(PAGE, parentWikiId=shop.ids["wiki.staging/data"])


def move_in_the_files(shop: Workshop) -> None:
    """As an organizer does it: git mv, links mended, a word about where the page was."""
    text = shop.read(FILE).replace("](", "](../").replace("order: 3\n", "was: rules\n")
    (shop.files / "wiki/submit").mkdir()
    (shop.files / "wiki/submit/rules.md").write_text(text)
    (shop.files / FILE).unlink()
    shop.edit("wiki/index.md", "(rules.md)", "(submit/rules.md)")


def delete_on_the_web(shop: Workshop) -> None:
    shop.delete_page(PAGE)


def delete_in_the_files(shop: Workshop) -> None:
    (shop.files / FILE).unlink()
    shop.edit("wiki/index.md", "The [rules](rules.md) are short. Please read them first.", "Play fair.")


CASES: dict[str, tuple[Step, Step]] = {
    "edited-on-the-web": (edit_on_the_web, nothing),
    "edited-in-the-files": (nothing, edit_in_the_files),
    "edited-in-both": (edit_on_the_web, edit_in_the_files),
    "renamed-on-the-web": (rename_on_the_web, nothing),
    "renamed-in-the-files": (nothing, rename_in_the_files),
    "renamed-in-both": (rename_on_the_web, rename_in_the_files),
    "moved-on-the-web": (move_on_the_web, nothing),
    "moved-in-the-files": (nothing, move_in_the_files),
    "moved-in-both": (move_on_the_web, move_in_the_files),
    "deleted-on-the-web": (delete_on_the_web, nothing),
    "deleted-in-the-files": (nothing, delete_in_the_files),
    "deleted-in-both": (delete_on_the_web, delete_in_the_files),
}
CONFLICTS = ("edited-in-both", "renamed-in-both", "moved-in-both")
CLOSED_BY_A_PULL = ("edited-on-the-web", "renamed-on-the-web", "moved-on-the-web", *CONFLICTS)
CLOSED_BY_AN_APPLY = (
    "edited-in-the-files",
    "renamed-in-the-files",
    "moved-in-the-files",
    "deleted-on-the-web",
    "deleted-in-both",
)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """The quick start, applied, with files of its own."""
    with workshop("quickstart", tmp_path_factory.mktemp("once"), START) as shop:
        return shop


@pytest.fixture
def shop(once: Workshop, tmp_path: Path) -> Iterator[Workshop]:
    """The same on a sandbox and in a folder of its own for each test, a little later."""
    with branched(once, tmp_path) as copy:
        copy.one.set_clock(LATER, "frozen")
        yield copy


def pull_of(shop: Workshop, **decided: frozenset[str]) -> str:
    """What a pull shows, dry, and then does."""
    found = shop.dry_pull(**decided)
    report = "\n".join(as_text(found, dry_run=True))
    write(found)
    return report.replace(f"{shop.files}/", "")


def story_of(name: str, shop: Workshop) -> str:
    """The golden text of a case."""
    on_the_web, in_the_files = CASES[name]
    on_the_web(shop)
    in_the_files(shop)
    parts = [("plan", plan_of(shop)), ("pull", pull_of(shop))]
    if name in CONFLICTS:
        parts.append(("pull --take live all", pull_of(shop, take_live=frozenset({"all"}))))
    parts.append(("plan", plan_of(shop)))
    return "".join(f"$ challenge {command}\n{text.strip()}\n\n" for command, text in parts)


@pytest.mark.parametrize("name", CASES)
def test_a_page_of_both_sides(name: str, shop: Workshop) -> None:
    story, golden = story_of(name, shop), GOLDEN / f"{name}.txt"
    if os.environ.get("GOLDEN") == "write":
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(story)
    assert story == golden.read_text()
    if name in CLOSED_BY_AN_APPLY:
        shop.apply()
    if name in (*CLOSED_BY_A_PULL, *CLOSED_BY_AN_APPLY):
        agreed(shop)


def test_what_the_files_changed_and_what_the_web_changed_on_one_page_are_both_kept(shop: Workshop) -> None:
    edit_on_the_web(shop)
    rename_in_the_files(shop)
    shop.apply()
    page = shop.page(PAGE)
    assert page["title"] == "The rules"
    assert "Everybody who has read" in page["markdown"]
    shop.pull()
    assert "title: The rules" in shop.read(FILE)
    agreed(shop)


def test_a_pull_keeps_what_only_the_files_changed_of_a_page(shop: Workshop) -> None:
    edit_on_the_web(shop)
    rename_in_the_files(shop)
    shop.pull()
    assert "title: The rules" in shop.read(FILE)
    assert [item.address for item in shop.look().plan.operations] == [PAGE]
    shop.apply()
    agreed(shop)


def test_the_manifest_can_win_as_well(shop: Workshop) -> None:
    edit_on_the_web(shop)
    edit_in_the_files(shop)
    shop.apply(take_manifest=frozenset({PAGE}))
    assert "Whoever wants may take part" in shop.page(PAGE)["markdown"]
    agreed(shop)


def test_where_synapse_wins_an_apply_keeps_its_version_until_it_is_pulled(shop: Workshop) -> None:
    edit_on_the_web(shop)
    edit_elsewhere_in_the_files(shop)
    shop.apply(take_live=frozenset({PAGE}))
    for _ in range(2):
        (drift,) = shop.look().plan.drift
        assert (drift.address, drift.conflict) == (PAGE, False)
        assert shop.apply().receipts == ()
    assert "Everybody who has read" in shop.page(PAGE)["markdown"]
    shop.pull()
    assert "forum, so" in shop.read(FILE)
    agreed(shop)


def test_where_synapse_won_another_edit_of_the_files_is_a_conflict_again(shop: Workshop) -> None:
    edit_on_the_web(shop)
    edit_in_the_files(shop)
    shop.apply(take_live=frozenset({PAGE}))
    edit_elsewhere_in_the_files(shop)
    assert [item.conflict for item in shop.look().plan.drift] == [True]


def test_after_a_pull_and_an_apply_the_next_edit_of_the_web_is_no_conflict(shop: Workshop) -> None:
    edit_on_the_web(shop)
    shop.pull()
    agreed(shop)
    shop.edit_page(PAGE, "may take part", "may play")
    assert [item.conflict for item in shop.look().plan.drift] == [False]
    shop.pull()
    assert "may play" in shop.read(FILE)
    agreed(shop)


def test_a_page_deleted_on_the_web_and_edited_in_the_files_is_made_again_as_the_files_say(shop: Workshop) -> None:
    delete_on_the_web(shop)
    edit_in_the_files(shop)
    shop.apply()
    shop.ids = dict(shop.look().world.live.ids)
    assert "Whoever wants may take part" in shop.page(PAGE)["markdown"]
    agreed(shop)


def test_a_page_edited_on_the_web_and_deleted_in_the_files_goes_only_with_a_consent_that_knows_of_the_edit(
    shop: Workshop,
) -> None:
    edit_on_the_web(shop)
    delete_in_the_files(shop)
    operation = next(item for item in shop.look().plan.held() if item.address == PAGE)
    assert (operation.action, operation.cause) == (Action.DELETE, Cause.BOTH)
    assert operation.reason == "the manifest no longer has it, and it was edited on Synapse since"
    shop.apply(allow=frozenset({"delete"}))
    agreed(shop)


def test_a_page_stays_as_long_as_others_have_one_below_it(shop: Workshop) -> None:
    theirs = shop.new_page(PAGE, "Questions")
    delete_in_the_files(shop)
    consent = frozenset({"delete"})
    assert [item.held_by for item in shop.look(allow=consent).plan.held()] == [("protected",)]
    shop.apply(allow=consent)
    assert shop.page(PAGE)["title"] == "Rules"
    shop.delete_page(theirs)
    shop.apply(allow=consent)
    agreed(shop)


def test_an_edit_of_a_page_that_was_moved_in_the_files_follows_it(shop: Workshop) -> None:
    edit_on_the_web(shop)
    move_in_the_files(shop)
    shop.pull()
    assert "Everybody who has read the [data](../data.md)" in shop.read("wiki/submit/rules.md")
    shop.apply()
    agreed(shop)
