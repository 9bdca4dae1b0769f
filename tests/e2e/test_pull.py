"""What people change on Synapse comes back into the files: at the right place, and nothing else moves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from challenge_cli.errors import Failure
from challenge_cli.main import run
from challenge_cli.pull_report import json_schema
from challenge_cli.target import VARIABLE, token_of
from planner.plan import Action
from tests.e2e.rehearsal import Rehearsal
from tests.e2e.workshop import Workshop, agreed, branched, workshop

SCHEMA = Path(__file__).parents[2] / "schemas/pull.schema.json"
START = "2026-11-21T12:00:00+00:00"
PEOPLE = """\
# Who does what
teams:
  organizers:
    members:
      - example-organizer-1   # leads
      - example-organizer-2
  administrators: { members: [example-admin] }
  judges: { name: The judges, description: "They judge." }   # of write-ups
"""
QUEUES = """\
defaults:
  queue: { limits: { total: 9 } }        # for every queue
queues:
  leaderboard:
    purpose: leaderboard
    rounds: { count: 3, every: 4 weeks, start: open }
    truth: answers
    receipt: Thank you.                  # after submitting
  final:
    purpose: final
    truth: answers
    rounds:
      - { name: Trial, start: 2027-05-01, end: 2027-05-07T18:00, limits: { total: 1 } }
      - name: Final                      # the one that counts
        start: 2027-05-10T09:00
        end: close
"""


def more_to_say(files: Path) -> None:
    """The people in a file of their own, and queues with rounds of both kinds."""
    text = (files / "challenge.yaml").read_text()
    head, _, rest = text.partition("teams:")
    middle, _, tail = rest.partition("queues:\n")
    subs, data = (
        "sub_challenges:" + middle.partition("sub_challenges:")[2],
        "workflows:" + tail.partition("workflows:")[2],
    )
    head = head.replace("manifest: 1\n", "manifest: 1\ninclude: [people.yaml]\n")
    (files / "challenge.yaml").write_text(head + subs + QUEUES + data)
    (files / "people.yaml").write_text(PEOPLE)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    with workshop("quickstart", tmp_path_factory.mktemp("once"), START, more_to_say) as shop:
        return shop


@pytest.fixture
def shop(once: Workshop, tmp_path: Path) -> Iterator[Workshop]:
    with branched(once, tmp_path) as copy:
        yield copy


def change(shop: Workshop, path: str, put: str | None = None, **fields: Any) -> None:
    """Read something and send it back with other fields, as the web does."""
    with shop.one.api() as api:
        found = api.get(path)
        assert found.status_code == 200, found.text
        answer = api.put(put or path, json={**found.json(), **fields})
        assert answer.status_code == 200, answer.text


def change_round(shop: Workshop, address: str, **fields: Any) -> None:
    queue = shop.ids["queue." + address.removeprefix("round.").rsplit("/", 1)[0]]
    change(shop, f"/evaluation/{queue}/round/{shop.ids[address]}", **fields)


def limit(total: int) -> list[dict[str, Any]]:
    return [{"limitType": "TOTAL", "maximumSubmissions": total}]


def edits(before: dict[str, str], shop: Workshop) -> list[str]:
    """The lines of YAML that a pull took away and put in."""
    found: list[str] = []
    for name, old in before.items():
        lines = unified_diff(old.splitlines(), shop.read(name).splitlines(), lineterm="", n=0)
        found += [line for line in lines if not line.startswith(("---", "+++", "@@"))]
    return found


def as_they_were(shop: Workshop) -> dict[str, str]:
    return {name: shop.read(name) for name in ("challenge.yaml", "people.yaml")}


def test_what_a_branch_changed_stays_its_own_while_drift_of_the_same_thing_comes_in(shop: Workshop) -> None:
    shop.edit("people.yaml", "name: The judges", "name: The jury")
    change(shop, f"/team/{shop.ids['team.judges']}", "/team", description="They judge, always.")
    look = shop.look()
    (operation,) = look.plan.operations
    assert {item.name: str(item.cause) for item in operation.changes} == {"name": "manifest"}
    (drift,) = look.plan.drift
    assert {item.name: str(item.cause) for item in drift.changes} == {"description": "synapse"}
    shop.pull()
    assert 'judges: { name: The jury, description: "They judge, always." }' in shop.read("people.yaml")
    left = shop.look().plan
    assert [item.changes for item in left.operations] == [operation.changes]
    assert left.drift == ()


def test_texts_names_and_limits_are_edited_where_they_are_said(shop: Workshop) -> None:
    before = as_they_were(shop)
    change(shop, f"/team/{shop.ids['team.judges']}", "/team", description="They judge, and they are fair: always.")
    change(shop, f"/evaluation/{shop.ids['queue.leaderboard/prediction']}", submissionReceiptMessage="Thanks a lot!")
    change(
        shop, f"/evaluation/{shop.ids['queue.final/prediction']}", submissionInstructionsMessage="One file.\nOnly one."
    )
    change_round(shop, "round.final/prediction/Trial", limits=limit(2), roundEnd="2027-05-08T10:30:00.000Z")
    change(shop, f"/entity/{shop.ids['project.live']}", name="Melting Points 2027")
    found = shop.pull()
    assert edits(before, shop) == [
        "-    receipt: Thank you.                  # after submitting",
        "+    receipt: Thanks a lot!                  # after submitting",
        "-      - { name: Trial, start: 2027-05-01, end: 2027-05-07T18:00, limits: { total: 1 } }",
        "+      - { name: Trial, start: 2027-05-01, end: 2027-05-08T12:30, limits: { total: 2 } }",
        "+    instructions: |-",
        "+      One file.",
        "+      Only one.",
        "+projects:",
        "+  live: { name: Melting Points 2027 }",
        '-  judges: { name: The judges, description: "They judge." }   # of write-ups',
        '+  judges: { name: The judges, description: "They judge, and they are fair: always." }   # of write-ups',
    ]
    assert not found.left
    agreed(shop)


def test_a_limit_that_defaults_say_is_said_in_the_round_that_differs(shop: Workshop) -> None:
    before = as_they_were(shop)
    change_round(shop, "round.final/prediction/Final", limits=limit(5))
    shop.pull()
    assert edits(before, shop) == ["+        limits: { total: 5 }"]
    agreed(shop)


def test_a_limit_that_was_changed_in_every_round_is_said_once(shop: Workshop) -> None:
    before = as_they_were(shop)
    for number in (1, 2, 3):
        change_round(shop, f"round.leaderboard/prediction/Round {number}", limits=limit(4))
    shop.pull()
    assert edits(before, shop) == ["+    limits: { total: 4 }"]
    agreed(shop)


def test_what_follows_from_elsewhere_is_left_with_the_reason_and_what_to_do(shop: Workshop) -> None:
    before = as_they_were(shop)
    change_round(shop, "round.leaderboard/prediction/Round 2", limits=limit(4))
    change_round(shop, "round.leaderboard/prediction/Round 3", roundEnd="2027-05-25T10:00:00.000Z")
    change_round(shop, "round.final/prediction/Final", roundEnd="2027-05-24T10:00:00.000Z")
    found = shop.pull()
    assert not found.brought
    assert edits(before, shop) == []
    left = {(item.address.rsplit("/", 1)[-1], item.field): item for item in found.left}
    assert "the limits of round.leaderboard/prediction/Round 1 would change" in left["Round 2", "limits"].reason
    assert "the rounds are a series" in left["Round 3", "end"].reason
    assert left["Final", "end"].reason == "`end` is filled in from the timeline (`close`)"
    assert "write `end: 2027-05-24T12:00` at `queues.final.rounds.1`" in left["Final", "end"].remedy


def test_members_who_left_go_and_new_ones_come(shop: Workshop) -> None:
    before = as_they_were(shop)
    team = shop.ids["team.organizers"]
    with shop.one.api() as api:
        open_ = api.get(f"/team/{team}/openInvitation").json()["results"]
        mine = next(item["id"] for item in open_ if item["inviteeId"] == shop.ids["user.example-organizer-2"])
        assert api.delete(f"/membershipInvitation/{mine}").status_code in (200, 204)
    join(shop.one, team, "example-participant-1")
    shop.pull()
    assert edits(before, shop) == ["-      - example-organizer-2", "+      - example-participant-1"]
    agreed(shop)


def join(one: Rehearsal, team: str, name: str) -> None:
    """Invite somebody who accepts."""
    with one.api(name) as person:
        me = person.get("/userProfile").json()["ownerId"]
        with one.api() as api:
            answer = api.post("/membershipInvitation", json={"teamId": team, "inviteeId": me})
            assert answer.status_code in (200, 201), answer.text
        assert person.put(f"/team/{team}/member/{me}").status_code == 204


def test_an_address_pulls_nothing_else(shop: Workshop) -> None:
    change_round(shop, "round.final/prediction/Trial", limits=limit(2))
    change_round(shop, "round.final/prediction/Final", limits=limit(5))
    found = shop.pull("round.final/prediction/Trial")
    assert [item.address for item in found.brought] == ["round.final/prediction/Trial"]
    assert [item.address for item in shop.look().plan.drift] == ["round.final/prediction/Final"]


def test_an_address_that_nothing_has_is_an_error(shop: Workshop) -> None:
    with pytest.raises(Failure, match="nothing has this address") as caught:
        shop.pull("wiki.staging/rulez")
    assert caught.value.mend == "Did you mean `wiki.staging/rules`?"


def test_an_attached_file_comes_with_the_page(shop: Workshop, tmp_path: Path) -> None:
    picture = tmp_path / "new plot.png"
    picture.write_bytes(b"\x89PNG new")
    shop.attach("wiki.staging/data", picture)
    widget = "${image?fileName=new%20plot.png&align=None&scale=100&responsive=true&altText=Twice measured}"
    shop.edit_page("wiki.staging/data", "Ready? ", f"{widget}\n\nReady? ")
    shop.pull()
    assert (shop.files / "wiki/images/new plot.png").read_bytes() == b"\x89PNG new"
    assert "new%20plot.png" in shop.read("wiki/data.md")
    agreed(shop)


def test_a_picture_that_was_replaced_on_the_web_replaces_the_file(shop: Workshop, tmp_path: Path) -> None:
    picture = tmp_path / "predictions.png"
    picture.write_bytes(b"\x89PNG other")
    shop.edit_page("wiki.staging", attachmentFileHandleIds=[])
    shop.attach("wiki.staging", picture)
    index = shop.read("wiki/index.md")
    shop.pull()
    assert (shop.files / "wiki/images/predictions.png").read_bytes() == b"\x89PNG other"
    assert shop.read("wiki/index.md") == index
    agreed(shop)


def test_a_text_that_files_cannot_say_is_left_and_nothing_is_written(shop: Workshop) -> None:
    before = shop.read("wiki/rules.md")
    shop.edit_page("wiki.staging/rules", "Anybody", "Anybody, see [this](nowhere.md),")
    found = shop.pull()
    assert not found.brought
    (left,) = found.left
    assert "would be wrong" in left.reason
    assert shop.read("wiki/rules.md") == before


def test_line_ends_and_the_mark_at_the_beginning_of_a_file_stay(shop: Workshop) -> None:
    path = shop.files / "wiki/rules.md"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    shop.edit_page("wiki.staging/rules", "Anybody", "Everybody")
    shop.pull()
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf---\r\n")
    assert b"1. Everybody" in content
    assert content.count(b"\n") == content.count(b"\r\n")
    agreed(shop)


def test_the_command_shows_a_dry_run_as_a_diff_and_as_json(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.edit_page("wiki.staging/rules", "Anybody", "Everybody")
    monkeypatch.chdir(shop.files)
    monkeypatch.setenv(VARIABLE, shop.one.url)
    monkeypatch.setenv("SYNAPSE_AUTH_TOKEN", token_of(shop.one.account))
    before = shop.read("wiki/rules.md")
    assert run(["pull", "--dry-run", "wiki.staging/rules"]) == 0
    assert "+1. Everybody may take part" in capsys.readouterr().out
    assert run(["pull", "--dry-run", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    jsonschema.validate(told, json.loads(SCHEMA.read_text()))
    assert [item["path"] for item in told["files"]] == ["wiki/rules.md"]
    assert told["brought"] == [{"address": "wiki.staging/rules", "fields": ["text"], "files": ["wiki/rules.md"]}]
    assert shop.read("wiki/rules.md") == before
    assert run(["pull", "challenge.yaml"]) == 0
    assert "wiki.staging/rules: text -> wiki/rules.md" in capsys.readouterr().out
    assert "1. Everybody may take part" in shop.read("wiki/rules.md")
    assert run(["pull"]) == 0
    assert capsys.readouterr().out == "Nothing was changed on Synapse that the files don't say.\n"


def test_the_schema_that_is_shipped_is_the_one_that_holds() -> None:
    assert json.loads(SCHEMA.read_text()) == json_schema()


def test_what_apply_makes_again_or_puts_back_is_listed(shop: Workshop) -> None:
    with shop.one.api() as api:
        assert api.delete(f"/entity/{shop.ids['link.scoring']}").status_code == 204
    found = shop.pull()
    assert [(item.address, item.reason) for item in found.left] == [("link.scoring", "was removed on Synapse")]
    made = [item.address for item in shop.look().plan.operations if item.action is Action.CREATE]
    assert made[0] == "link.scoring"
