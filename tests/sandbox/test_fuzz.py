"""Nobody brings the sandbox down: nonsense on every route, as every account, is answered, and never by a defect."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from synapse_sandbox.app import SandboxApp
from synapse_sandbox.routing import Route
from synapse_sandbox.server import open_app, running
from synapse_sandbox.services import ROUTES
from synapse_sandbox.services.unserved import ROUTES as UNSERVED
from synapse_sandbox.settings import Settings, parse_users
from synapse_sandbox.site.pages import ROUTES as PAGES
from tests.sandbox.conftest import TOKENS, USERS, Api
from tests.sandbox.fuzzing import ASKED_FOR, JSON, Fuzzer, Said, ask, told
from tests.sandbox.showcase import Showcase, make_showcase

# Restoring a snapshot takes long, and the fuzzer does it itself.
SERVED: Final = [one for one in (*ROUTES, *PAGES) if one not in UNSERVED and "/snapshots" not in one.template]
WHO: Final = (None, "organizer", "organizer", "participant", "stranger", "newcomer", "reviewer", "admin", "unsigned")
LENGTHS = [pytest.param(2_500, id="short"), pytest.param(150_000, id="long", marks=pytest.mark.prove)]
EACH: Final = 1_000
_MD5_OF_X: Final = "9dd4e461268c8034f5c8564e155c67a6"


@pytest.fixture(autouse=True)
def answers_fit_the_schemas(ill_fitting: list[str]) -> Iterator[None]:
    """As everywhere; but a job tells the request as it was sent, and here that is nonsense."""
    yield
    found = [one for one in ill_fitting if "answer.requestBody" not in one]
    ill_fitting.clear()
    assert found == []


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Showcase]:
    """A data folder with a whole challenge in it."""
    folder = tmp_path_factory.mktemp("fuzzed")
    clients: dict[str, Api] = {}
    with running(folder, USERS) as url:
        showcase = make_showcase(lambda user: clients.setdefault(user, Api(url, TOKENS[user])))
    for client in clients.values():
        client.close()
    return folder, showcase


@pytest.fixture
def app(shown: tuple[Path, Showcase]) -> Iterator[SandboxApp]:
    """The application on that folder; the snapshot `whole` brings everything back."""
    with open_app(shown[0], Settings(users=parse_users(USERS))) as opened:
        ask(opened, "POST", "/sandbox/v1/snapshots", None, b'{"name": "whole"}')
        yield opened
        ask(opened, "DELETE", "/sandbox/v1/snapshots/whole", None, b"")


def wrong_with(answer: Said) -> str | None:
    """What no answer may be: a fault of the server that nobody asked for, broken JSON, a refusal without a reason."""
    try:
        body = answer.body
    except ValueError as fault:
        return f"{fault}: {answer.content[:200]!r}"
    reason = body.get("reason") if isinstance(body, dict) else answer.content.decode(errors="replace")
    if answer.status >= 400 and not isinstance(reason, str):
        return f"{answer.status} without a reason: {answer.content[:200]!r}"
    if "constraint of the database" in str(reason) or answer.status >= 500:
        return None if any(text in str(reason) for text in ASKED_FOR) else f"{answer.status} {reason}"
    return None


@pytest.mark.parametrize("calls", LENGTHS)
def test_nonsense_on_every_route_is_answered_by_no_fault_of_the_server(
    app: SandboxApp, shown: tuple[Path, Showcase], calls: int, request: pytest.FixtureRequest
) -> None:
    show = shown[1]
    ids = [show.project, show.hidden, show.team, show.queue, show.view, show.private, show.truth, *show.pages.values()]
    numbers = [str(number) for first in (1, 3420001, 9602619) for number in range(first, first + 12)]
    seed = 0 if calls < EACH * 10 else random.SystemRandom().randrange(2**32)
    chance = random.Random(seed)  # noqa: S311 -- chance that can be repeated is what is wanted
    fuzzer = Fuzzer(chance, [*ids, *numbers, *(f"syn{9602619 + n}" for n in range(12)), "organizer"])
    statuses: Counter[int] = Counter()
    for number in range(calls):
        if number % EACH == EACH - 1:
            assert ask(app, "POST", "/sandbox/v1/snapshots/whole/restore", None, b"").status == 200
        statuses[_nonsense(app, fuzzer, fuzzer.chance.choice(SERVED), f"seed {seed}")] += 1
    assert statuses.keys() >= {200, 201, 204, 400, 403, 404}


def _nonsense(app: SandboxApp, fuzzer: Fuzzer, route: Route, seed: str) -> int:
    """One request; the status of its answer."""
    address, body = fuzzer.request(route)
    user = fuzzer.chance.choice(WHO)
    media_type = fuzzer.chance.choice((JSON,) * 20 + ("text/plain", "application/json; charset=utf-16"))
    with told() as defects:
        answer = ask(app, route.method, address, None if user is None else TOKENS[user], body, media_type)
    wrong = wrong_with(answer)
    assert wrong is None, f"{seed}: {user} {route.method} {address} {body[:500]!r}: {wrong} {defects}"
    if answer.status < 300:
        fuzzer.learn(route, answer.body)
    return answer.status


BAD_BODIES = [
    ("/repo/v1/entity", b'{"concreteType": ["x"]}', 'JSONObject["concreteType"] is not a string.'),
    ("/repo/v1/teamList", b'{"list": 3}', 'JSONObject["list"] is not a JSONArray.'),
    ("/repo/v1/entity/header", b'{"references": [3]}', 'JSONObject["references"] is not a JSONArray of objects.'),
    ("/repo/v1/entity/bundle2/create", b'{"entity": []}', 'JSONObject["entity"] is not a JSONObject.'),
    ("/repo/v1/entity", b'{"description": NaN}', "JSON does not allow non-finite numbers."),
    ("/repo/v1/entity", b'{"description": 1e999}', "JSON does not allow non-finite numbers."),
    ("/repo/v1/entity", b'{"concreteType": "\\ud800"}', "Unknown concreteType : '?'"),
    ("/repo/v1/accessApproval", b'{"requirementId": 9223372036854775808}', 'For input string: "9223372036854775808"'),
    ("/repo/v1/column", b'{"name": "a", "columnType": "STRING", "maximumSize": "b"}', 'For input string: "b"'),
]


@pytest.mark.parametrize(("address", "body", "reason"), BAD_BODIES)
def test_a_member_of_the_wrong_kind_is_refused_by_name(app: SandboxApp, address: str, body: bytes, reason: str) -> None:
    answer = ask(app, "POST", address, TOKENS["organizer"], body)
    assert (answer.status, answer.body["reason"]) == (400, reason)


def test_annotations_may_have_any_name_also_that_of_a_member(app: SandboxApp, shown: tuple[Path, Showcase]) -> None:
    address = f"/repo/v1/entity/{shown[1].project}/annotations2"
    before = ask(app, "GET", address, TOKENS["organizer"], b"").content.decode()
    body = before.replace('"annotations": {', '"annotations": {"rows": {"type": "STRING", "value": ["x"]}')
    after = ask(app, "PUT", address, TOKENS["organizer"], body.encode())
    assert (after.status, list(after.body["annotations"])) == (200, ["rows"])


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59.999Z", "0001-01-01T00:00:00.000Z"])
def test_a_clock_beyond_what_dates_can_tell_is_refused_and_the_sandbox_lives_on(app: SandboxApp, moment: str) -> None:
    body = f'{{"mode": "frozen", "now": "{moment}"}}'.encode()
    refused = ask(app, "PUT", "/sandbox/v1/clock", None, body)
    far = ask(app, "POST", "/sandbox/v1/clock/advance", None, b'{"milliseconds": 9000000000000000000}')
    assert [refused.status, far.status, ask(app, "GET", "/repo/v1/version", None, b"").status] == [400, 400, 200]


def test_a_redirect_holds_only_what_a_header_may_hold(app: SandboxApp) -> None:
    url = "https://example.org/ünï/日本.csv?a=1&b=%20"
    body = {"concreteType": "org.sagebionetworks.repo.model.file.ExternalFileHandle", "externalURL": url}
    made = ask(app, "POST", "/file/v1/externalFileHandle", TOKENS["organizer"], json.dumps(body).encode()).body
    answer = ask(app, "GET", f"/file/v1/fileHandle/{made['id']}/url", TOKENS["organizer"], b"")
    encoded = "https://example.org/%C3%BCn%C3%AF/%E6%97%A5%E6%9C%AC.csv?a=1&b=%20"
    assert (answer.status, answer.headers["location"], made["externalURL"]) == (307, encoded, url)


@pytest.mark.parametrize("content_type", ["text/plain\r\nSet-Cookie: a=b", "text/日本"])
def test_a_file_of_a_type_that_no_header_can_carry_is_sent_as_bytes(app: SandboxApp, content_type: str) -> None:
    def told(method: str, address: str, body: object) -> Said:
        return ask(app, method, address, TOKENS["organizer"], json.dumps(body).encode())

    upload = "/file/v1/file/multipart"
    request = {"fileName": "x", "contentMD5Hex": _MD5_OF_X, "fileSizeBytes": 1, "partSizeBytes": 5 * 1024**2}
    base = f"{upload}/{told('POST', upload, request | {'contentType': content_type}).body['uploadId']}"
    part = told("POST", f"{base}/presigned/url/batch", {"partNumbers": [1]}).body["partPresignedUrls"][0]
    assert ask(app, "PUT", _address(part["uploadPresignedUrl"]), None, b"x").status == 200
    told("PUT", f"{base}/add/1?partMD5Hex={_MD5_OF_X}", {})
    handle = told("PUT", f"{base}/complete", {}).body["resultFileHandleId"]
    url = told("GET", f"/file/v1/fileHandle/{handle}/url?redirect=false", {}).content.decode()
    answer = ask(app, "GET", _address(url), None, b"")
    assert (answer.status, answer.content, answer.headers["content-type"]) == (200, b"x", "application/octet-stream")


def _address(url: str) -> str:
    return url.removeprefix("http://sandbox")


@pytest.mark.parametrize("system", ["syn4489", "syn1681355"])
def test_nobody_deletes_what_synapse_stands_on(app: SandboxApp, system: str) -> None:
    assert ask(app, "DELETE", f"/repo/v1/entity/{system}", TOKENS["admin"], b"").status == 403


def test_a_system_group_is_no_team_that_one_leaves(app: SandboxApp) -> None:
    me = ask(app, "GET", "/repo/v1/userProfile", TOKENS["participant"], b"").body["ownerId"]
    assert ask(app, "DELETE", f"/repo/v1/team/3/member/{me}", TOKENS["participant"], b"").status == 404
