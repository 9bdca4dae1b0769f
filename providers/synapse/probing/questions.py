"""What nobody wrote down about Synapse, what the sandbox believes, and how to find out (docs/fidelity.md).

Each question is put to a Synapse in a project of its own; the answers are compared with what the sandbox does.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from providers.synapse.probing.lab import MODEL, Answer, Json, Lab, Unable

_TABLE: Final = f"{MODEL}table."
_SLICE: Final = 1024


@dataclass(frozen=True, slots=True)
class Found:
    """What a Synapse did: the outcome that is compared, and its words, which aren't."""

    outcome: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One behaviour: its key, what it is about, what is expected, and how to find out."""

    key: str
    about: str
    expected: str
    ask: Callable[[Lab], Awaitable[Found]]


def _told(answer: Answer) -> Found:
    return Found(str(answer.status), answer.reason)


async def _project_with_an_acl(lab: Lab) -> Found:
    acl = {"resourceAccess": [{"principalId": int(lab.me), "accessType": ["READ", "DELETE", "CHANGE_PERMISSIONS"]}]}
    entity = {"concreteType": f"{MODEL}Project", "name": f"{lab.name} with an ACL"}
    answer = await lab.send("POST", "/entity/bundle2/create", {"entity": entity, "accessControlList": acl})
    if answer.status < 300:
        made = answer.body["entity"]["id"]
        lab.remember(f"project {made}", f"/entity/{made}")
    return _told(answer)


async def _round_without_its_queue(lab: Lab) -> Found:
    queue = (await lab.queue())["id"]
    body = {"roundStart": "2090-01-01T00:00:00.000Z", "roundEnd": "2090-02-01T00:00:00.000Z"}
    return _told(await lab.send("POST", f"/evaluation/{queue}/round", body))


async def _wrong_md5(lab: Lab) -> Found:
    return _told(await lab.upload(lab.name.encode(), md5="0" * 32))


async def _slices(lab: Lab) -> Found:
    """A character of two bytes, of which the first is the last byte of a slice."""
    head = f'{{"name":"sliced","concreteType":"{MODEL}Folder","parentId":"{lab.project}","description":"'
    text = head + "x" * (_SLICE - 1 - len(head)) + 'é"}'
    answer = await lab.send("POST", "/entity", content=text.encode())
    if answer.status != 201:
        return _told(answer)
    return Found("kept" if answer.body["description"].endswith("é") else "damaged")


async def _number_for_a_string(lab: Lab) -> Found:
    answer = await lab.folder("a number", description=5)
    return Found(f"{answer.status} {answer.body.get('description', '')}".strip(), answer.reason)


async def _list_for_a_string(lab: Lab) -> Found:
    return _told(await lab.folder("a list", description=["a"]))


async def _key_of_a_field(lab: Lab) -> Found:
    notes = await lab.ok("GET", f"/entity/{lab.project}/annotations2")
    notes["annotations"] = {"name": {"type": "STRING", "value": ["x"]}}
    return _told(await lab.send("PUT", f"/entity/{lab.project}/annotations2", notes))


async def _member_invited(lab: Lab) -> Found:
    team = (await lab.ok("POST", "/team", {"name": lab.name}))["id"]
    lab.remember(f"team {team}", f"/team/{team}")
    return _told(await lab.send("POST", "/membershipInvitation", {"teamId": team, "inviteeId": lab.me}))


async def _page_without_text(lab: Lab) -> Found:
    return _told(await lab.send("POST", f"/entity/{lab.project}/wiki2", {"title": "no text"}))


async def _long_title(lab: Lab) -> Found:
    handle = (await lab.upload(b"# probe")).body["resultFileHandleId"]
    body = {"title": "x" * 257, "markdownFileHandleId": handle}
    return _told(await lab.send("POST", f"/entity/{lab.project}/wiki2", body))


async def _unknown_principal(lab: Lab) -> Found:
    acl = await lab.ok("GET", f"/entity/{lab.project}/acl")
    acl["resourceAccess"].append({"principalId": 999999999999, "accessType": ["READ"]})
    return _told(await lab.send("PUT", f"/entity/{lab.project}/acl", acl))


async def _no_setting(lab: Lab) -> Found:
    answer = await lab.send("GET", f"/projectSettings/{lab.project}/type/upload")
    return Found(f"{answer.status}, {'a body' if answer.body else 'no body'}", answer.reason)


async def _old_annotations(lab: Lab) -> Found:
    scored = await _scored(lab)
    status = await lab.ok("GET", f"/evaluation/submission/{scored['submission']}/status")
    status["annotations"] = {"longAnnos": [{"key": "old", "value": 1, "isPrivate": False}]}
    written = await lab.ok("PUT", f"/evaluation/submission/{scored['submission']}/status", status)
    return Found("with version" if "version" in written["annotations"] else "without version")


async def _row_of_a_submission(lab: Lab) -> Found:
    scored = await _scored(lab)
    status = await lab.ok("GET", f"/evaluation/submission/{scored['submission']}/status")
    cell = {"key": scored["column"], "value": "changed"}
    rows = [{"rowId": int(scored["submission"]), "etag": status["etag"], "values": [cell]}]
    change = {
        "concreteType": f"{_TABLE}AppendableRowSetRequest",
        "entityId": scored["view"],
        "toAppend": {"concreteType": f"{_TABLE}PartialRowSet", "tableId": scored["view"], "rows": rows},
    }
    request = {
        "concreteType": f"{_TABLE}TableUpdateTransactionRequest",
        "entityId": scored["view"],
        "changes": [change],
    }
    answer = await lab.job(f"/entity/{scored['view']}/table/transaction", request)
    (result,) = answer["results"][0]["updateResults"]
    prefix = "syn and its id" if result["entityId"] == f"syn{scored['submission']}" else result["entityId"]
    return Found(prefix, result.get("failureMessage", ""))


async def _order_of_submissions(lab: Lab) -> Found:
    scored = await _scored(lab)
    for _ in range(2):
        await _submit(lab, scored["queue"])
    page = await lab.ok("GET", f"/evaluation/{scored['queue']}/submission/all?limit=50&offset=0")
    ids = [int(one["id"]) for one in page["results"]]
    return Found("by id" if ids == sorted(ids) else "not by id")


async def _visible_rows(lab: Lab) -> Found:
    """With READ on the queue alone: does the view show the annotation?"""
    scored = await _scored(lab)
    await _wait_for_row(lab, scored)
    await _without_private_reading(lab, scored["queue"])
    rows = await _rows(lab, scored)
    return Found("shown" if rows and rows[0][0] is not None else "hidden")


async def _view_without_private_reading(lab: Lab) -> Found:
    scored = await _scored(lab)
    await _without_private_reading(lab, scored["queue"])
    return _told(await lab.send("POST", "/entity", _view_body(lab, "refused", scored["queue"], [])))


async def _scored(lab: Lab) -> Json:
    """A queue with an annotated submission, and a view over it; made once."""
    if "scored" not in lab.shared:
        queue = (await lab.queue())["id"]
        submission = await _submit(lab, queue)
        (column,) = (await lab.ok("POST", "/column/batch", {"list": [{"name": "note", "columnType": "STRING"}]}))[
            "list"
        ]
        status = await lab.ok("GET", f"/evaluation/submission/{submission}/status")
        notes = {"note": {"type": "STRING", "value": ["seen"]}}
        status["submissionAnnotations"] = {"id": submission, "etag": status["etag"], "annotations": notes}
        await lab.ok("PUT", f"/evaluation/submission/{submission}/status", status)
        view = (await lab.ok("POST", "/entity", _view_body(lab, "view", queue, [column["id"]])))["id"]
        lab.shared["scored"] = {"queue": queue, "submission": submission, "column": column["id"], "view": view}
    scored: Json = lab.shared["scored"]
    return scored


async def _submit(lab: Lab, queue: str) -> str:
    """The project is submitted to its own queue."""
    project = await lab.ok("GET", f"/entity/{lab.project}")
    body = {"evaluationId": queue, "entityId": lab.project, "versionNumber": 1, "name": "probe"}
    made = await lab.ok("POST", f"/evaluation/submission?etag={project['etag']}", body)
    return str(made["id"])


def _view_body(lab: Lab, name: str, queue: str, columns: list[str]) -> Json:
    return {
        "concreteType": f"{_TABLE}SubmissionView",
        "name": name,
        "parentId": lab.project,
        "scopeIds": [queue],
        "columnIds": columns,
    }


async def _rows(lab: Lab, scored: Json) -> list[list[Any]]:
    request = {
        "concreteType": f"{_TABLE}QueryBundleRequest",
        "entityId": scored["view"],
        "partMask": 1,
        "query": {"sql": f"select note from {scored['view']}"},  # noqa: S608 -- SQL of Synapse, from an id of its own
    }
    answer = await lab.job(f"/entity/{scored['view']}/table/query", request)
    return [row["values"] for row in answer["queryResult"]["queryResults"]["rows"]]


async def _wait_for_row(lab: Lab, scored: Json) -> None:
    """Views show what happened after a while (contract 8.7)."""
    for _ in range(max(1, round(lab.patience / 2))):
        if await _rows(lab, scored):
            return
        await lab.sleep(2.0)
    raise Unable(f"the view shows no row after {lab.patience:.0f} s")


async def _without_private_reading(lab: Lab, queue: str) -> None:
    """Take READ_PRIVATE_SUBMISSION from oneself, which the owner of a queue may do."""
    acl = await lab.ok("GET", f"/evaluation/{queue}/acl")
    for entry in acl["resourceAccess"]:
        entry["accessType"] = [access for access in entry["accessType"] if access != "READ_PRIVATE_SUBMISSION"]
    await lab.ok("PUT", "/evaluation/acl", acl)


QUESTIONS: Final = (
    Question("bundle-acl", "a project is created together with an ACL", "400", _project_with_an_acl),
    Question("round-queue", "a round's body leaves out evaluationId", "400", _round_without_its_queue),
    Question("whole-md5", "the MD5 of a whole file is wrong", "400", _wrong_md5),
    Question("slices", "a character lies across a border of 1024 bytes", "damaged", _slices),
    Question("number-for-string", "a number is sent for a string", "201 5", _number_for_a_string),
    Question("list-for-string", "a list is sent for a string", "400", _list_for_a_string),
    Question("annotation-key", "an annotation has the key of a field", "200", _key_of_a_field),
    Question("member-invited", "a member of a team is invited", "201", _member_invited),
    Question("wiki-no-text", "a wiki page has no markdownFileHandleId", "400", _page_without_text),
    Question("wiki-title", "a wiki page's title has 257 characters", "400", _long_title),
    Question("acl-unknown", "an ACL names an unknown principal", "400", _unknown_principal),
    Question("project-setting", "a project has no upload setting", "200, no body", _no_setting),
    Question("old-annotations", "old annotations of a status come back", "without version", _old_annotations),
    Question("row-id", "a changed row of a submission view is named", "syn and its id", _row_of_a_submission),
    Question("submission-order", "submission/all is ordered", "by id", _order_of_submissions),
    Question("view-rows", "a row's annotations, with READ on the queue alone", "shown", _visible_rows),
    Question("view-scope", "a view over a queue without READ_PRIVATE_SUBMISSION", "403", _view_without_private_reading),
)
"""In this order: the last two take rights away that the others need."""
