"""A plan was kept, then the world changed under each kind of resource: refused, with what moved, before any write."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from challenge_cli import saved
from challenge_cli.errors import Code, Failure
from planner.render.document import from_json, to_json
from planner.render.schema import PlanDocument
from planner.resources import Kind
from tests.e2e.rehearsal import Rehearsal, continued, rehearsal

START = "2026-11-21T12:00:00+00:00"
PLAN = Path("plan.json")
Ids = dict[str, str]


@dataclass(frozen=True)
class Reviewed:
    """An edit of the manifest that waits to be applied, its plan as it was kept, and the ids on Synapse."""

    edited: Rehearsal
    plan: PlanDocument
    ids: Ids


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Rehearsal:
    """The quick start, applied."""
    with rehearsal("quickstart", tmp_path_factory.mktemp("once"), START) as one:
        one.apply()
        return one


@pytest.fixture
def reviewed(once: Rehearsal, tmp_path: Path) -> Iterator[Reviewed]:
    with continued(once, tmp_path) as one:
        queues = tuple(replace(queue, description="Said anew.") for queue in one.challenge.queues)
        edited = replace(one, challenge=replace(one.challenge, queues=queues))
        look = edited.look()
        yield Reviewed(edited, from_json(to_json(look.shown)), dict(look.world.live.ids))


def said(api: httpx.Client, method: str, path: str, body: Any = None) -> Any:
    answer = api.request(method, path, json=body)
    assert answer.is_success, answer.text
    return answer.json() if answer.content else None


def filled(path: str, ids: Ids) -> str:
    """A path with `{project_live}` and the like filled in."""
    return path.format_map({name.replace(".", "_").replace("/", "_"): id_ for name, id_ in ids.items()})


def put(path: str, **fields: Any) -> Callable[[httpx.Client, Ids], None]:
    """Read something at a path, put it back with some fields changed."""

    def change(api: httpx.Client, ids: Ids) -> None:
        where = filled(path, ids)
        said(api, "PUT", where, said(api, "GET", where) | fields)

    return change


def share(path: str) -> Callable[[httpx.Client, Ids], None]:
    """Give participants a right that nobody planned."""

    def change(api: httpx.Client, ids: Ids) -> None:
        where = filled(path, ids)
        acl = said(api, "GET", where)
        acl["resourceAccess"].append({"principalId": int(ids["team.participants"]), "accessType": ["READ"]})
        said(api, "PUT", "/evaluation/acl" if "/evaluation/" in where else where, acl)

    return change


def annotate(owner: str, key: str) -> Callable[[httpx.Client, Ids], None]:
    def change(api: httpx.Client, ids: Ids) -> None:
        where = f"/entity/{ids[owner]}/annotations2"
        found = said(api, "GET", where)
        found["annotations"][key] = {"type": "STRING", "value": ["something else"]}
        said(api, "PUT", where, found)

    return change


def uninvite(api: httpx.Client, ids: Ids) -> None:
    team = ids["team.organizers"]
    (first, *_) = said(api, "GET", f"/team/{team}/openInvitation")["results"]
    said(api, "DELETE", f"/membershipInvitation/{first['id']}")


def shorten(api: httpx.Client, ids: Ids) -> None:
    where = f"/evaluation/{ids['queue.writeups']}/round/{ids['round.writeups/Round 1']}"
    found = said(api, "GET", where)
    said(api, "PUT", where, found | {"roundEnd": found["roundEnd"].replace("2027", "2028")})


def remove_challenge(api: httpx.Client, ids: Ids) -> None:
    said(api, "DELETE", f"/challenge/{ids['challenge.live']}")


def rename_team(api: httpx.Client, ids: Ids) -> None:
    said(api, "PUT", "/team", said(api, "GET", f"/team/{ids['team.testers']}") | {"description": "Edited on the web"})


def reorder(api: httpx.Client, ids: Ids) -> None:
    hint = f"/entity/{ids['project.staging']}/wiki2orderhint"
    found = said(api, "GET", hint)
    said(api, "PUT", hint, found | {"idList": list(reversed(found["idList"]))})


def repoint(api: httpx.Client, ids: Ids) -> None:
    handle = {
        "concreteType": "org.sagebionetworks.repo.model.file.ExternalFileHandle",
        "externalURL": "https://example.org/other.zip",
        "fileName": "other.zip",
    }
    made = said(api, "POST", str(api.base_url).replace("/repo/v1", "/file/v1") + "externalFileHandle", handle)
    where = f"/entity/{ids['link.scoring']}"
    said(api, "PUT", where, said(api, "GET", where) | {"dataFileHandleId": made["id"]})


def narrow_view(api: httpx.Client, ids: Ids) -> None:
    where = f"/entity/{ids['view.dashboard']}"
    found = said(api, "GET", where)
    said(api, "PUT", where, found | {"scopeIds": found["scopeIds"][:1]})


CHANGES: dict[Kind, tuple[str, Callable[[httpx.Client, Ids], None]]] = {
    Kind.PROJECT: ("project.live", put("/entity/{project_live}", description="Edited on the web")),
    Kind.TEAM: ("team.testers", rename_team),
    Kind.MEMBER: ("member.organizers/", uninvite),
    Kind.CHALLENGE: ("challenge.live", remove_challenge),
    Kind.QUEUE: ("queue.writeups", put("/evaluation/{queue_writeups}", submissionReceiptMessage="Edited on the web")),
    Kind.ROUND: ("round.writeups/Round 1", shorten),
    Kind.FOLDER: ("folder.logs", put("/entity/{folder_logs}", name="Edited on the web")),
    Kind.LINK: ("link.scoring", repoint),
    Kind.VIEW: ("view.dashboard", narrow_view),
    Kind.WIKI: ("wiki.staging/rules", put("/entity/{project_staging}/wiki/{wiki_staging_rules}", markdown="Edited.")),
    Kind.ORDER: ("order.staging", reorder),
    Kind.ACL: ("acl.queue.writeups", share("/evaluation/{queue_writeups}/acl")),
    Kind.ANNOTATIONS: ("annotations.link.scoring", annotate("link.scoring", "ROOT_TEMPLATE")),
    Kind.STAGE: ("stage.completed", annotate("project.staging", "challengeStageCompleted")),
}


def test_every_kind_is_in_the_table() -> None:
    assert set(CHANGES) == set(Kind)


def test_an_unchanged_world_refuses_nothing(reviewed: Reviewed) -> None:
    saved.require_same(PLAN, reviewed.plan, reviewed.edited.look().shown)


@pytest.mark.parametrize("kind", Kind)
def test_a_change_under_any_kind_of_resource_refuses_the_plan(reviewed: Reviewed, kind: Kind) -> None:
    address, change = CHANGES[kind]
    with reviewed.edited.api() as api:
        change(api, reviewed.ids)
    before = len(reviewed.edited.writes())
    fresh = reviewed.edited.look().shown
    with pytest.raises(Failure) as no:
        saved.require_same(PLAN, reviewed.plan, fresh)
    assert no.value.code == Code.STALE
    assert address in no.value.what, no.value.what
    assert len(reviewed.edited.writes()) == before


def test_a_queue_that_the_plan_changes_and_somebody_touches_refuses_the_plan(reviewed: Reviewed) -> None:
    with reviewed.edited.api() as api:
        put("/evaluation/{queue_writeups}", description="Edited on the web")(api, reviewed.ids)
    with pytest.raises(Failure, match=r"queue\.writeups: "):
        saved.require_same(PLAN, reviewed.plan, reviewed.edited.look().shown)
