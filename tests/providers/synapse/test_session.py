"""Signing in: as the official client does, and every way in which it fails is said with its remedy."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from planner.interfaces import ProviderError, Unreachable
from planner.live import Me
from providers.synapse.session import Session, connect
from synapse_sandbox.server import open_app, running
from synapse_sandbox.settings import Settings, User, parse_users
from tests.providers.synapse.worlds import Naps, run

SECRET = "token-that-nobody-may-see"


def jwt(*scopes: str) -> str:
    """A token that tells its scopes, as Synapse's personal access tokens do."""
    payload = base64.urlsafe_b64encode(json.dumps({"access": {"scope": list(scopes)}}).encode()).decode().rstrip("=")
    return f"head.{payload}.signature"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    users = [
        User("organizer", SECRET),
        User("newcomer", "token-newcomer", certified=False),
        User("unsigned", "token-unsigned", accepted_terms=False),
        User("reader", jwt("view"), scopes=frozenset({"view"})),
    ]
    with running(tmp_path_factory.mktemp("sandbox"), users) as address:
        yield address


@pytest.fixture(autouse=True)
def _no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SYNAPSE_AUTH_TOKEN", "SYNAPSE_PROFILE", "SYNAPSE_TOKEN_AWS_SSM_PARAMETER_NAME"):
        monkeypatch.delenv(name, raising=False)


def sign_in(url: str, token: str | None = None, **options: Any) -> tuple[Me, Session]:
    naps = Naps()

    async def work() -> tuple[Me, Session]:
        async with connect(url, token, sleep=naps.sleep, clock=naps.clock, **options) as session:
            return session.me, session

    return run(work)


@pytest.fixture
def config(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        file = tmp_path / "synapseConfig"
        file.write_text(text)
        return file

    return write


def test_a_token_signs_in(url: str) -> None:
    me, session = sign_in(url, SECRET)
    assert (me.name, me.certified) == ("organizer", True)
    session.require_writing()


def test_signing_in_is_one_request(url: str) -> None:
    assert dict(sign_in(url, SECRET)[1].transport.requests) == {"GET /user/bundle": 1}


def test_the_environment_variable_of_the_client_signs_in(
    url: str, monkeypatch: pytest.MonkeyPatch, config: Callable[[str], Path]
) -> None:
    monkeypatch.setenv("SYNAPSE_AUTH_TOKEN", SECRET)
    assert sign_in(url, config=config(""))[0].name == "organizer"


def test_the_client_s_config_file_beats_the_environment(
    url: str, monkeypatch: pytest.MonkeyPatch, config: Callable[[str], Path]
) -> None:
    monkeypatch.setenv("SYNAPSE_AUTH_TOKEN", SECRET)
    file = config("[default]\nusername = newcomer\nauthtoken = token-newcomer\n")
    assert sign_in(url, config=file)[0].name == "newcomer"


def test_a_profile_of_the_config_file_can_be_chosen(
    url: str, monkeypatch: pytest.MonkeyPatch, config: Callable[[str], Path]
) -> None:
    monkeypatch.setenv("SYNAPSE_PROFILE", "second")
    file = config(f"[default]\nauthtoken = token-newcomer\n[profile second]\nauthtoken = {SECRET}\n")
    assert sign_in(url, config=file)[0].name == "organizer"


def test_a_config_file_whose_user_is_another_is_refused(url: str, config: Callable[[str], Path]) -> None:
    file = config(f"[default]\nusername = somebody-else\nauthtoken = {SECRET}\n")
    with pytest.raises(ProviderError, match="does not match") as refused:
        sign_in(url, config=file)
    assert "different accounts" in refused.value.mend


def test_no_credentials_at_all_are_said(url: str, config: Callable[[str], Path]) -> None:
    with pytest.raises(ProviderError, match="there is no token") as refused:
        sign_in(url, config=config(""))
    assert "SYNAPSE_AUTH_TOKEN" in refused.value.mend


def test_a_wrong_token_is_said_and_never_shown(url: str) -> None:
    with pytest.raises(Unreachable, match="Invalid access token") as refused:
        sign_in(url, "a-wrong-secret")
    assert "personal access token" in refused.value.mend
    assert "a-wrong-secret" not in f"{refused.value!r} {refused.value.mend}"


def test_terms_that_were_not_accepted_are_said(url: str) -> None:
    with pytest.raises(Unreachable, match="Terms of use") as refused:
        sign_in(url, "token-unsigned")
    assert "web site" in refused.value.mend


def test_an_uncertified_account_can_look_but_not_apply(url: str) -> None:
    me, session = sign_in(url, "token-newcomer")
    assert not me.certified
    with pytest.raises(ProviderError, match="newcomer is not a certified user"):
        session.require_writing()


def test_a_token_that_may_only_look_is_said_before_the_first_write(url: str) -> None:
    _, session = sign_in(url, jwt("view"))
    with pytest.raises(ProviderError, match="the token lacks download, modify"):
        session.require_writing()


def test_a_write_with_a_token_that_may_only_look_is_refused_with_its_remedy(url: str) -> None:
    from providers.synapse.failures import Refused, explain

    async def work() -> ProviderError:
        async with connect(url, jwt("view")) as session:
            with pytest.raises(Refused) as refused:
                await session.transport.post("/team", {"name": "No such thing"})
            return explain(refused.value, "team.participants")

    error = run(work)
    assert isinstance(error, Unreachable)
    assert "scopes view, modify and download" in error.mend


def test_a_token_without_the_right_to_look_is_refused_by_the_client_itself(url: str) -> None:
    with pytest.raises(ProviderError, match="view scoped token"):
        sign_in(url, jwt("modify"))


def test_a_server_that_is_down_is_said_at_once() -> None:
    begun = time.monotonic()
    with pytest.raises(Unreachable, match="no connection") as refused:
        sign_in("http://127.0.0.1:9", "whatever")
    assert "address" in refused.value.mend
    assert time.monotonic() - begun < 10


def test_what_is_not_synapse_is_said() -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"hello": "world"}, headers={"Date": "Sat, 01 Jan 2028 00:00:00 GMT"})

    with pytest.raises(ProviderError, match="not Synapse"):
        sign_in("http://127.0.0.1:9", "whatever", http=httpx.AsyncClient(transport=httpx.MockTransport(answer)))


def test_a_redirect_is_said_and_not_followed() -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(301, headers={"Location": "https://example.org/elsewhere?secret=1"})

    with pytest.raises(ProviderError, match=r"sends us to https://example\.org/elsewhere$"):
        sign_in("http://127.0.0.1:9", "whatever", http=httpx.AsyncClient(transport=httpx.MockTransport(answer)))


def test_the_server_s_clock_is_the_time(tmp_path: Path) -> None:
    now = 1_900_000_000_000
    with running(tmp_path, [f"organizer:{SECRET}"], now=now, frozen=True) as url:
        _, session = sign_in(url, SECRET)
    assert session.now().timestamp() * 1000 == now


def test_a_client_of_the_caller_s_own_needs_no_socket(tmp_path: Path) -> None:
    with open_app(tmp_path, Settings(users=parse_users([f"organizer:{SECRET}"]))) as app:
        http = httpx.AsyncClient(transport=httpx.ASGITransport(app))
        assert sign_in("http://sandbox.example", SECRET, http=http)[0].name == "organizer"


def test_the_token_is_in_no_log(url: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    caplog.set_level("DEBUG")
    sign_in(url, SECRET)
    with pytest.raises(ProviderError):
        sign_in(url, f"{SECRET}-wrong")
    out, err = capfd.readouterr()
    assert SECRET not in caplog.text + out + err
    assert (out, err) == ("", "")
