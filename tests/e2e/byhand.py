"""A challenge clicked together over some weeks by two people: names of their own, forgotten corners, odd rights."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from challenge_cli.target import token_of
from challenge_spec.load import load_challenge
from synapse_sandbox.server import running
from tests.e2e.rehearsal import EXAMPLES, Rehearsal

MODEL = "org.sagebionetworks.repo.model."
NOW = "2026-03-10T12:00:00+00:00"
NAME = "Toxicity Prediction (2026)"
AREA = "ToxPred working area"
MAKER, COLLEAGUE, REVIEWER, BOT, HELPER = (
    "example-deployer",
    "example-second-deployer",
    "example-reviewer",
    "example-bot",
    "example-helper",
)
PUBLIC, SIGNED_IN = 273949, 273948
PICTURE = b"\x89PNG not really a picture"

HOME_TEXT = """# Welcome

See the [rules]({rules}), the [web page](www.example.org) and [what we ask](#question).
${{jointeam?teamId={team}&isChallenge=true}}
${{image?fileName=logo.png&align=Left&scale=50&responsive=true&altText=Our logo}}

Formulas use {{{{braces}}}}, as in `{{{{x}}}}`.
"""
PLOT = "${{image?fileName=plot.png&align=None&scale=100&responsive=true&altText=Plot}}"
RULES_TEXT = f"Written in a\r\nweb form.\r\n\r\n{PLOT}\n"


class Hand:
    """One person's REST client."""

    def __init__(self, url: str, account: str) -> None:
        headers = {"Authorization": f"Bearer {token_of(account)}"}
        self._http = httpx.Client(base_url=url, headers=headers, timeout=30)

    def ok(self, method: str, path: str, body: Any = None) -> Any:
        """The answer to a request that must succeed; /repo/v1 unless the path says otherwise."""
        whole = path if path.startswith(("/file/v1", "/auth/v1")) else f"/repo/v1{path}"
        answer = self._http.request(method, whole, json=body)
        assert answer.status_code < 300, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def me(self) -> int:
        return int(self.ok("GET", "/userProfile")["ownerId"])

    def entity(self, kind: str, name: str, **members: Any) -> str:
        return str(self.ok("POST", "/entity", {"concreteType": MODEL + kind, "name": name, **members})["id"])

    def share(self, id_: str, rights: dict[int, list[str]], service: str = "entity") -> None:
        """Give an entity, queue or team exactly these rights; an entity that inherits gets a list of its own."""
        entries = [{"principalId": who, "accessType": types} for who, types in rights.items()]
        own = self._http.get(f"/repo/v1/{service}/{id_}/acl")
        if own.status_code == 404:
            self.ok("POST", f"/entity/{id_}/acl", {"id": id_, "resourceAccess": entries})
        else:
            to = f"/entity/{id_}/acl" if service == "entity" else f"/{service}/acl"
            self.ok("PUT", to, {**own.json(), "resourceAccess": entries})

    def team(self, name: str, **members: Any) -> int:
        return int(self.ok("POST", "/team", {"name": name, **members})["id"])

    def queue(self, name: str, project: str, **members: Any) -> str:
        return str(self.ok("POST", "/evaluation", {"name": name, "contentSource": project, **members})["id"])

    def window(self, queue: str, start: str, end: str, **limits: int) -> None:
        body = {"evaluationId": queue, "roundStart": start, "roundEnd": end}
        listed = [{"limitType": kind, "maximumSubmissions": number} for kind, number in limits.items()]
        self.ok("POST", f"/evaluation/{queue}/round", body | ({"limits": listed} if listed else {}))

    def page(self, project: str, title: str | None, text: str, parent: str | None = None, *files: str) -> str:
        body: dict[str, Any] = {"markdown": text, "attachmentFileHandleIds": list(files)}
        body |= ({"title": title} if title is not None else {}) | ({"parentWikiId": parent} if parent else {})
        return str(self.ok("POST", f"/entity/{project}/wiki", body)["id"])


ADMIN = ["READ", "DOWNLOAD", "CREATE", "UPDATE", "DELETE", "MODERATE", "CHANGE_SETTINGS", "CHANGE_PERMISSIONS"]
RULER = [
    "CREATE",
    "READ",
    "UPDATE",
    "DELETE",
    "CHANGE_PERMISSIONS",
    "SUBMIT",
    "UPDATE_SUBMISSION",
    "DELETE_SUBMISSION",
    "READ_PRIVATE_SUBMISSION",
]


@dataclass(frozen=True)
class ByHand:
    """Ids of what was made."""

    live: str
    staging: str


def make(one: Rehearsal, folder: Path) -> ByHand:
    """Click the whole challenge together."""
    hand, colleague = Hand(one.url, MAKER), Hand(one.url, COLLEAGUE)
    people = {name: Hand(one.url, name).me() for name in (MAKER, COLLEAGUE, REVIEWER, BOT, HELPER)}
    solvers = hand.team("Tox Solvers", canPublicJoin=True, canRequestMembership=False, description="Join here!")
    core = hand.team("Tox Core", canPublicJoin=False, canRequestMembership=True)
    bosses = hand.team("Tox Bosses", canPublicJoin=False, canRequestMembership=False)
    reviewers = Hand(one.url, REVIEWER).team("External Reviewers")
    _invite(one, hand, bosses, COLLEAGUE, people[COLLEAGUE])
    _bosses_manage(hand, (solvers, core, bosses), bosses)
    live = hand.entity("Project", NAME, alias="toxpred", description="Which molecules are toxic?")
    hand.share(
        live,
        {
            people[MAKER]: ADMIN,
            bosses: ADMIN,
            core: ["READ", "DOWNLOAD", "CREATE", "UPDATE"],
            reviewers: ["READ"],
            people[HELPER]: ["READ", "UPDATE"],
            PUBLIC: ["READ"],
        },
    )
    hand.ok("POST", "/challenge", {"projectId": live, "participantTeamId": str(solvers)})
    staging = colleague.entity("Project", AREA)
    annotations = hand.ok("GET", f"/entity/{live}/annotations2")
    grant = {"type": "STRING", "value": ["EX-1"]}
    annotations["annotations"] = {"fundedBy": grant, "year": {"type": "LONG", "value": ["2026"]}}
    hand.ok("PUT", f"/entity/{live}/annotations2", annotations)
    colleague.share(staging, {people[COLLEAGUE]: ADMIN, bosses: ADMIN, people[MAKER]: ADMIN})
    _queues(hand, live, people, solvers, core, bosses)
    _folders(hand, one, folder, live, solvers, bosses, people)
    _links_and_views(hand, colleague, live, staging)
    _pages(hand, colleague, one, folder, live, staging, solvers)
    return ByHand(live, staging)


def _invite(one: Rehearsal, hand: Hand, team: int, name: str, who: int) -> None:
    hand.ok("POST", "/membershipInvitation", {"teamId": str(team), "inviteeId": str(who)})
    Hand(one.url, name).ok("PUT", f"/team/{team}/member/{who}")


def _bosses_manage(hand: Hand, teams: tuple[int, ...], bosses: int) -> None:
    for team in teams:
        acl = hand.ok("GET", f"/team/{team}/acl")
        mine = {"READ", "SEND_MESSAGE", "UPDATE", "DELETE", "TEAM_MEMBERSHIP_UPDATE"}
        others = [entry for entry in acl["resourceAccess"] if entry["principalId"] != bosses]
        acl["resourceAccess"] = [*others, {"principalId": bosses, "accessType": sorted(mine)}]
        hand.ok("PUT", "/team/acl", acl)


def _queues(hand: Hand, live: str, people: dict[str, int], solvers: int, core: int, bosses: int) -> None:
    main = hand.queue("Tox2026 public ladder", live, description="", submissionInstructionsMessage="  One CSV.  ")
    hand.window(main, "2026-03-11T08:30:00.250Z", "2026-04-01T00:00:00.000Z", DAILY=3)
    hand.window(main, "2026-04-01T00:00:00.000Z", "2026-05-01T21:59:59.000Z", TOTAL=10)
    rights = {people[MAKER]: RULER, bosses: RULER, solvers: ["READ", "SUBMIT"], core: ["READ", "SUBMIT", "UPDATE"]}
    hand.share(main, rights | {people[BOT]: ["READ", "READ_PRIVATE_SUBMISSION", "UPDATE_SUBMISSION"]}, "evaluation")
    quota = {"firstRoundStart": "2026-03-01T00:00:00.000Z", "roundDurationMillis": 86400000, "numberOfRounds": 90}
    old = hand.queue("Tox2026 hold-out", live, description="The old way.", quota=quota | {"submissionLimit": 1})
    hand.share(old, {people[MAKER]: RULER, solvers: ["READ"], SIGNED_IN: ["READ"]}, "evaluation")
    hand.queue("Tox2026 always open", live)


def _folders(
    hand: Hand, one: Rehearsal, folder: Path, live: str, solvers: int, bosses: int, people: dict[str, int]
) -> None:
    from synapseclient.models import File

    files = hand.entity("Folder", "Files", parentId=live)
    train = hand.entity("Folder", "Train set", parentId=files)
    hand.share(train, {people[MAKER]: ADMIN, solvers: ["READ", "DOWNLOAD"], PUBLIC: ["READ"]})
    hand.entity("Folder", "Raw (2025)", parentId=train)
    secret = hand.entity("Folder", "Do not open", parentId=live)
    hand.share(secret, {people[MAKER]: ADMIN, bosses: ADMIN, people[BOT]: ["READ", "DOWNLOAD"]})
    logs = hand.entity("Folder", "Logs", parentId=live)
    hand.entity("Folder", "syn1 someone's logs", parentId=logs)
    table = folder / "labels.csv"
    table.write_text("id,label\n1,0\n")
    stored = File(path=str(table), parent_id=secret).store(synapse_client=one.client())
    hand.share(stored.id, {people[MAKER]: ADMIN})


def _links_and_views(hand: Hand, colleague: Hand, live: str, staging: str) -> None:
    for name, url, template in (
        ("the workflow", "https://github.com/example-org/tox-infra/archive/refs/tags/v2.0.zip", "tox-infra-2.0/wf.cwl"),
        ("old workflow", "https://github.com/example-org/tox-infra/archive/main.zip", "tox-infra-main/wf.cwl"),
    ):
        body = {"concreteType": f"{MODEL}file.ExternalFileHandle", "externalURL": url, "fileName": name}
        handle = colleague.ok("POST", "/file/v1/externalFileHandle", body)["id"]
        link = colleague.entity("FileEntity", name, parentId=staging, dataFileHandleId=handle)
        annotations = colleague.ok("GET", f"/entity/{link}/annotations2")
        annotations["annotations"] = {"ROOT_TEMPLATE": {"type": "STRING", "value": [template]}}
        colleague.ok("PUT", f"/entity/{link}/annotations2", annotations)
    queues = hand.ok("GET", f"/entity/{live}/evaluation?accessType=READ")["results"]
    scope = [queue["id"] for queue in queues if "ladder" in queue["name"]]
    own = [{"name": "auc", "columnType": "DOUBLE"}, {"name": "method", "columnType": "STRING", "maximumSize": 80}]
    defaults = hand.ok("GET", "/column/tableview/defaults?viewEntityType=submissionview")["list"]
    columns = [item["id"] for item in hand.ok("POST", "/column/batch", {"list": [*defaults[:3], *own]})["list"]]
    for maker, parent, name in ((hand, live, "Ladder"), (hand, staging, "Everything")):
        maker.entity("table.SubmissionView", name, parentId=parent, scopeIds=scope, columnIds=columns)


def _pages(hand: Hand, colleague: Hand, one: Rehearsal, folder: Path, live: str, staging: str, solvers: int) -> None:
    logo, plot = _upload(one, folder, "logo.png"), _upload(one, folder, "plot.png")
    root = hand.page(live, None, "soon")
    rules = hand.page(live, "2. Rules & Prizes!", RULES_TEXT.format(), root, plot)
    hand.page(live, "Details", f"Nested, and [back](#!Synapse:{live}/wiki/{root}).", rules)
    hand.page(live, "Home", "---\nlooks: like a head\n---\n", root)
    hand.page(live, "Twice", "one", root)
    hand.page(live, "twice", "two", root)
    page = hand.ok("GET", f"/entity/{live}/wiki/{root}")
    page["markdown"] = HOME_TEXT.format(rules=f"#!Synapse:{live}/wiki/{rules}", team=solvers)
    hand.ok("PUT", f"/entity/{live}/wiki/{root}", page | {"attachmentFileHandleIds": [logo]})
    colleague.page(staging, "ToxPred drafts", "Not on the live site.")


def _upload(one: Rehearsal, folder: Path, name: str) -> str:
    from synapseclient.core.upload.multipart_upload import multipart_upload_file

    path = folder / name
    path.write_bytes(PICTURE + name.encode())
    return str(multipart_upload_file(one.client(), str(path), content_type="image/png"))


@contextmanager
def by_hand(folder: Path) -> Iterator[tuple[Rehearsal, ByHand]]:
    """The challenge on a sandbox of its own."""
    with untouched(folder) as one:
        yield one, make(one, folder)


@contextmanager
def untouched(folder: Path) -> Iterator[Rehearsal]:
    """A sandbox on which nothing of ours was ever applied; the challenge of the rehearsal isn't on it."""
    folder.mkdir(parents=True, exist_ok=True)
    users = [f"{name}:{token_of(name)}" for name in (MAKER, COLLEAGUE, REVIEWER, BOT, HELPER)]
    start, log = int(datetime.fromisoformat(NOW).timestamp() * 1000), folder / "access.jsonl"
    elsewhere = load_challenge(EXAMPLES / "quickstart" / "challenge.yaml").resolved
    assert elsewhere is not None
    with running(folder / "data", users, now=start, access_log=log) as url:
        yield Rehearsal(elsewhere, url, folder, log)
