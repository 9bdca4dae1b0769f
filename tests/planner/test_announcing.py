"""Drafts of announcements: to whom, with every value and id filled in, and what waits for ids."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from challenge_spec.load import Loaded, load_challenge
from challenge_spec.rulebook.sound import PAGES, SOUND
from planner.announcing import announcements
from planner.references import UNKNOWN, references, resolve
from providers.orchestrator.outputs import messages, write
from tests.challenge_spec.broken import put

NEWS = "# {{ challenge.name }} is open\n\nRead [the data](wiki/data.md) until {{ timeline.close.date }}.\n"
IDS = {
    "team.preregistrants": "3400001",
    "team.participants": "3400002",
    "project.live": "syn70000001",
    "wiki.live/data": "600001",
}


def challenge(folder: Path, said: str, files: Mapping[str, str]) -> Loaded:
    text = SOUND.replace("wiki: { pages", f"wiki: {{ announcements: {{ {said} }}, pages")
    return load_challenge(put(folder, {**PAGES, "challenge.yaml": text, **files}))


def drafts(folder: Path, said: str, files: Mapping[str, str], ids: Mapping[str, str] = IDS) -> dict[str, object]:
    found = challenge(folder, said, files).resolved
    assert found is not None
    return {draft.stage: resolve(draft.text, ids) for draft in announcements(found)}


def test_an_announcement_says_to_whom_it_goes_and_has_every_value_and_address(tmp_path: Path) -> None:
    assert drafts(tmp_path, "open: news.md", {"news.md": NEWS}) == {
        "open": "To: Smell Challenge Preregistrants, https://www.synapse.org/Team:3400001\n"
        "To: Smell Challenge Participants, https://www.synapse.org/Team:3400002\n"
        "Subject: Smell Challenge is open\n\n"
        "# Smell Challenge is open\n\n"
        "Read [the data](https://www.synapse.org/Synapse:syn70000001/wiki/600001) until Wednesday, 30 June 2027.\n"
    }


def test_before_anybody_is_in_a_team_it_goes_to_lists_of_ones_own(tmp_path: Path) -> None:
    found = drafts(tmp_path, "preregistration: news.md", {"news.md": "# Soon\n\nSave the date.\n"})
    text = str(found["preregistration"])
    assert text.startswith("To: mailing lists of your own; nobody is in a team of the challenge yet\nSubject: Soon\n")


def test_it_waits_for_the_pages_that_it_leads_to(tmp_path: Path) -> None:
    known = {key: value for key, value in IDS.items() if not key.startswith("wiki")}
    assert drafts(tmp_path, "open: news.md", {"news.md": NEWS}, known) == {"open": UNKNOWN}
    found = challenge(tmp_path, "open: news.md", {}).resolved
    assert found is not None
    (folder,) = messages(found, known, tmp_path)
    assert (folder.folder.missing, folder.folder.files) == (("wiki.live/data",), {})
    assert "wiki.live/data" in {name for draft in announcements(found) for name in references(draft.text)}


def test_apply_writes_each_beside_the_manifest(tmp_path: Path) -> None:
    files = {"news.md": NEWS, "end.md": "# It is over\n\nThanks.\n"}
    found = challenge(tmp_path, "open: news.md, closed: end.md", files)
    assert found.resolved is not None
    written = [path for folder in messages(found.resolved, IDS, tmp_path) for path in write(folder)]
    assert written == [tmp_path / "announcements" / "open.md", tmp_path / "announcements" / "closed.md"]


def test_a_challenge_without_announcements_has_no_folder_for_them(tmp_path: Path) -> None:
    found = load_challenge(put(tmp_path, {**PAGES, "challenge.yaml": SOUND})).resolved
    assert found is not None
    assert list(messages(found, IDS, tmp_path)) == []


def test_a_page_of_the_wiki_can_be_the_announcement_and_stays_what_it_is(tmp_path: Path) -> None:
    found = challenge(tmp_path, "open: wiki/news.md", {"wiki/news.md": "# News\n\nSee [data](data.md).\n"})
    assert {page.key for page in found.pages} == {(), ("data",), ("news",)}
    assert found.resolved is not None
    assert found.resolved.wiki.announcements["open"].key == ("news",)


def test_a_date_in_an_announcement_is_held_against_the_manifest(tmp_path: Path) -> None:
    found = challenge(tmp_path, "open: news.md", {"news.md": "# Open\n\nSubmit until 29 June 2027.\n"})
    assert "time.single-source" in {item.code for item in found.diagnostics}


def test_an_announcement_that_is_not_there_is_pointed_at(tmp_path: Path) -> None:
    (item,) = [item for item in challenge(tmp_path, "open: nws.md", {}).diagnostics if item.severity == "error"]
    assert (item.code, item.position.line) == ("file.missing", 49)
