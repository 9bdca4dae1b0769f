"""JSON requests to Synapse through the official client, with retries of our own.

The client repeats every request for up to 28 minutes, POSTs included (synapseclient.md 3); here it gets one attempt
each. Reads are repeated until patience ends. A write is repeated only where it surely wasn't carried out (429, no
connection); one whose outcome is not known raises `Ambiguous`, and whoever sent it looks before sending again.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import count
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

import httpx

from planner.interfaces import ProviderError, Unreachable
from providers.synapse.failures import Ambiguous, Refused
from providers.synapse.retries import MINUTE, PATIENCE, Clock, Lanes, Sleep, backoff, retry_after

if TYPE_CHECKING:
    from synapseclient import Synapse

_T = TypeVar("_T")
Service = Literal["repo", "file", "auth"]
Method = Literal["get", "post", "put", "delete"]

# An empty list of statuses brings the client's own back, hence one that no server sends (synapseclient.md 3).
_ONCE: Final[Mapping[str, Any]] = {
    "retry_status_codes": [599],
    "retry_errors": [],
    "retry_exceptions": [],
    "retry_max_wait_before_failure": 0,
    "read_response_content": False,
}
_NOTICEABLE: Final = 2.0
"""Seconds of waiting that people are told about."""

_TRIES_AT_500: Final = 4
_TRIES_TOO_OFTEN: Final = 10
_TOO_OFTEN: Final = "Requests are too frequent"

_NOT_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_ID: Final = re.compile(r"(?<=/)(syn)?\d+(?=/|$)|(?<=/evaluation/name/).+|(?<=/multipart/)[^/]+|(?<=/async/get/).+")


@dataclass(frozen=True, slots=True)
class Call:
    """One request. repeatable: sending it twice does no more than sending it once (a read, or a POST that Synapse
    deduplicates).
    """

    method: Method
    path: str
    body: Any = None
    service: Service = "repo"
    repeatable: bool = False

    @property
    def kind(self) -> str:
        """Method and path with ids left out: how requests are counted."""
        return f"{self.method.upper()} {_ID.sub('{id}', self.path.split('?')[0])}"

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.path}"


def _nobody(_: str) -> None:
    """Tell nobody."""


class _Trouble(Exception):
    """An attempt without a usable answer. status: of the answer, if there was one.

    unsent: Synapse surely did nothing about it. pause: how long it asks us to wait, in seconds.
    """

    def __init__(
        self, what: str, *, status: int | None = None, unsent: bool = False, pause: float | None = None
    ) -> None:
        super().__init__(what)
        self.what, self.status, self.unsent, self.pause = what, status, unsent, pause

    @property
    def too_often(self) -> bool:
        """Whether there were more requests in a minute than Synapse allows (contract 10)."""
        return self.status == 429 and _TOO_OFTEN in self.what


@dataclass(slots=True)
class Transport:
    """Sends requests to one Synapse as one user.

    patience: seconds after which a request is given up. waiting: told in words whenever a pause is made that people
    would notice. guard: asked before every write; raises where none may begin. requests: how many were sent, by kind.
    """

    endpoint: str
    client: Synapse
    http: httpx.AsyncClient
    sleep: Sleep
    clock: Clock
    patience: float = PATIENCE
    waiting: Callable[[str], object] = _nobody
    requests: Counter[str] = field(default_factory=Counter)
    guard: Callable[[], None] | None = None
    lanes: Lanes = field(init=False)
    _date: tuple[datetime, float] | None = None

    def __post_init__(self) -> None:
        self.lanes = Lanes(self.sleep, self.clock)
        hooks = self.http.event_hooks
        self.http.event_hooks = {**hooks, "response": [*hooks.get("response", []), self._noticed]}

    async def get(self, path: str, service: Service = "repo") -> Any:
        """GET; repeated until it succeeds or patience ends. Raises Refused, ProviderError."""
        return await self._send(Call("get", path, None, service, repeatable=True))

    async def ask(self, path: str, body: Any, service: Service = "repo") -> Any:
        """POST that reads, or that Synapse deduplicates: repeated like a GET."""
        return await self._send(Call("post", path, body, service, repeatable=True))

    async def post(self, path: str, body: Any, service: Service = "repo") -> Any:
        """POST that writes. Raises Ambiguous where it may have happened; see the module."""
        return await self._send(Call("post", path, body, service))

    async def put(self, path: str, body: Any = None, service: Service = "repo", *, guarded: bool = True) -> Any:
        """PUT. Raises Ambiguous where it may have happened. guarded: False for the lock itself, which can't wait."""
        return await self._send(Call("put", path, body, service), guarded)

    async def delete(self, path: str, service: Service = "repo") -> None:
        """DELETE. Raises Ambiguous where it may have happened."""
        await self._send(Call("delete", path, None, service))

    async def put_again(self, path: str, service: Service = "repo") -> Any:
        """PUT without a body that may be repeated freely (the steps of an upload)."""
        return await self._send(Call("put", path, None, service, repeatable=True))

    async def store(self, url: str, content: bytes, headers: Mapping[str, str]) -> None:
        """PUT bytes to a pre-signed address, without our token."""
        await self._persist(lambda: self._bytes("PUT", url, content, headers), f"PUT {_without_query(url)}")

    async def fetch(self, url: str) -> bytes:
        """GET bytes from a pre-signed address, without our token."""
        return await self._persist(lambda: self._bytes("GET", url, None, {}), f"GET {_without_query(url)}")

    def now(self) -> datetime:
        """The server's time: its last Date header (whole seconds) plus what passed since. Raises ProviderError before
        the first answer.
        """
        if self._date is None:
            raise ProviderError(
                self.endpoint, "the server doesn't tell the time (no Date header)", "use another address"
            )
        date, heard = self._date
        return date + timedelta(seconds=self.clock() - heard)

    async def _send(self, call: Call, guarded: bool = True) -> Any:
        async def attempt() -> Any:
            if guarded and self.guard is not None and not call.repeatable:
                self.guard()
            try:
                return await self._once(call, urgent=not guarded)
            except _Trouble as trouble:
                if call.repeatable or trouble.unsent:
                    raise
                pause = min(trouble.pause or backoff(0), self.patience)
                raise Ambiguous(str(call), trouble.what, pause) from trouble

        return await self._persist(attempt, str(call))

    async def _persist(self, attempt: Callable[[], Awaitable[_T]], call: str) -> _T:
        """Repeat an attempt while it meets trouble, until patience ends."""
        deadline = self._deadline()
        for number in count():
            try:
                return await attempt()
            except _Trouble as trouble:
                pause = backoff(number) if trouble.pause is None else trouble.pause
                if trouble.too_often and number < _TRIES_TOO_OFTEN:
                    # Nothing is wrong but our hurry: from now on requests wait for their turn, which tries no patience.
                    self.lanes.paced, deadline = True, self._deadline()
                # A 500 is a defect on the way of this one request: a few tries tell whether it passes.
                hopeless = trouble.status == 500 and number + 1 >= _TRIES_AT_500
                if hopeless or self.clock() + pause > deadline:
                    raise self._gave_up(call, trouble) from trouble
                if trouble.status == 429 and not trouble.too_often:
                    self.lanes.slow_down(pause)
                if pause >= _NOTICEABLE:
                    self.waiting(f"{trouble.what}; trying again in {pause:.0f} s")
                await self.sleep(pause)
        raise AssertionError("the loop above never ends by itself")

    def _deadline(self) -> float:
        return self.clock() + self.patience + (MINUTE if self.lanes.paced else 0.0)

    def _gave_up(self, call: str, trouble: _Trouble) -> ProviderError:
        # A 500 is about this one request; everything else is about the server.
        kind = ProviderError if trouble.status == 500 else Unreachable
        return kind(
            self.endpoint,
            f"no usable answer to {call}: {trouble.what}",
            "check the address and the network, or try again later; running again is safe",
        )

    async def _once(self, call: Call, urgent: bool) -> Any:
        from synapseclient.core.exceptions import SynapseHTTPError

        async with self.lanes.one(urgent):
            self.requests[call.kind] += 1
            try:
                answer = await self._through_client(call)
            except SynapseHTTPError as error:
                raise _judge(error.response, call) from error
            except _NOT_SENT as error:
                raise _Trouble(f"no connection ({_words(error)})", unsent=True) from error
            except (httpx.HTTPError, OSError) as error:
                raise _Trouble(f"the connection broke ({_words(error)})") from error
            except (ValueError, AttributeError) as error:
                raise _Trouble("the answer was not complete JSON") from error
        self.lanes.answered()
        return answer

    async def _through_client(self, call: Call) -> Any:
        send = getattr(self.client, f"rest_{call.method}_async")
        given: dict[str, Any] = {"endpoint": f"{self.endpoint}/{call.service}/v1", "retry_policy": dict(_ONCE)}
        if call.method in ("post", "put") and call.body is not None:
            # ASCII with \u escapes: Synapse decodes bodies in slices and damages what straddles two (contract 0.2).
            given["body"] = json.dumps(call.body)
        return await send(call.path, **given)

    async def _bytes(self, method: str, url: str, content: bytes | None, headers: Mapping[str, str]) -> bytes:
        self.requests[f"{method} (storage)"] += 1
        try:
            answer = await self.http.request(method, url, content=content, headers=dict(headers))
        except httpx.HTTPError as error:
            raise _Trouble(f"the connection broke ({_words(error)})") from error
        if answer.status_code >= 500 or answer.status_code == 429:
            pause = retry_after(answer.headers.get("retry-after"))
            raise _Trouble(f"status {answer.status_code}", status=answer.status_code, pause=pause)
        if answer.status_code >= 300:
            raise Refused(answer.status_code, "the file store refuses", f"{method} {_without_query(url)}")
        return answer.content

    async def _noticed(self, response: httpx.Response) -> None:
        """Read the server's clock; refuse a redirect of the service, which the client would take for success."""
        if not str(response.request.url).startswith(self.endpoint):
            return
        date = _date(response.headers.get("date"))
        if date is not None:
            self._date = (date, self.clock())
        if response.has_redirect_location:
            target = _without_token(_without_query(response.headers["location"]), response.request)
            raise ProviderError(self.endpoint, f"the server sends us to {target}", "use that address as the endpoint")


def _judge(response: httpx.Response, call: Call) -> Exception:
    """What an error status means: a definite no, or trouble that may pass."""
    status, reason = response.status_code, _reason(response)
    pause = retry_after(response.headers.get("retry-after"))
    if status == 429:
        return _Trouble(f"429 {reason}", status=status, unsent=True, pause=pause)
    if status >= 500 and status != 501:
        return _Trouble(f"{status} {reason}", status=status, pause=pause)
    return Refused(status, reason, str(call))


def _reason(response: httpx.Response) -> str:
    try:
        return _without_token(str(response.json()["reason"]), response.request)
    except (ValueError, KeyError, TypeError):
        return _without_token(response.reason_phrase, response.request) or "no reason given"


def _without_token(text: str, request: httpx.Request) -> str:
    """Words of a server without the token that it was sent: some repeat what they refuse."""
    token = request.headers.get("authorization", "").rpartition(" ")[2]
    return text.replace(token, "(hidden)") if token else text


def _date(header: str | None) -> datetime | None:
    try:
        return parsedate_to_datetime(header).astimezone(UTC) if header else None
    except ValueError:
        return None


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__


def _without_query(url: str) -> str:
    """An address without its query, which may hold a signature."""
    return url.split("?", maxsplit=1)[0]
