"""What `challenge doctor` finds, for people and scripts."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from challenge_cli.errors import Code
from challenge_cli.target import Target, started
from planner.render.spans import Line, Style, line

if TYPE_CHECKING:
    from providers.synapse.probing.run import Report
    from providers.synapse.session import Session

FORMAT_VERSION: Final = "1.0"
TIMEOUT: Final = 70.0
_LOOKS: Final = {"agrees": Style.GOOD, "differs": Style.BAD, "not checked": Style.WARNING}


class _Item(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, from_attributes=True)


class Account(_Item):
    """Who signed in where."""

    endpoint: str
    name: str
    certified: bool
    scopes: list[str] | None = Field(description="What the token may do; null where it doesn't say.")
    server_time: datetime = Field(description="By the server's Date header.")
    ahead_seconds: float = Field(description="How far the server's clock is ahead of this machine's.")


class ProbedBehaviour(_Item):
    """One behaviour: what the sandbox does, and what was found."""

    key: str
    about: str
    expected: str = Field(description="What the sandbox does.")
    found: str = Field(description="What this Synapse does; empty where it could not be asked.")
    words: str = Field(description="What it said to that, or why it could not be asked; not compared.")
    verdict: Literal["agrees", "differs", "not checked"]


class Probe(_Item):
    """Every behaviour, and what could not be removed afterwards."""

    project: str
    findings: list[ProbedBehaviour]
    left: list[str] = Field(description="What was made and could not be removed, by kind and id.")


class DoctorDocument(_Item):
    """What `challenge doctor --format json` prints."""

    format_version: str
    account: Account
    probe: Probe | None = Field(description="null without --probe.")


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of what doctor prints."""
    schema = DoctorDocument.model_json_schema(mode="serialization")
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Doctor of challenge-as-code"}
    return head | {key: value for key, value in schema.items() if key != "title"}


@asynccontextmanager
async def signed_in(target: Target) -> AsyncIterator[Session]:
    """A session at the target; an embedded sandbox runs as long. Raises Failure, ProviderError."""
    from providers.synapse.session import connect

    with started(target, ()) as endpoint:
        async with connect(endpoint, target.token) as session:
            yield session


def account_of(session: Session) -> Account:
    """Who signed in, and how the clocks stand."""
    now = session.now()
    return Account(
        endpoint=session.transport.endpoint,
        name=session.me.name,
        certified=session.me.certified,
        scopes=None if session.scopes is None else sorted(session.scopes),
        server_time=now,
        ahead_seconds=round((now - datetime.now(UTC)).total_seconds(), 1),
    )


async def probed(session: Session, patience: float, tell: Callable[[str], object]) -> Probe:
    """Put every question, in a project with a name that nobody has."""
    import httpx

    from providers.synapse.certificates import Certificates
    from providers.synapse.probing.lab import Lab
    from providers.synapse.probing.run import probe

    name = f"challenge-as-code probe {session.now():%Y-%m-%d %H.%M} {secrets.token_hex(4)}"
    secret = session.transport.client.credentials.secret
    async with httpx.AsyncClient(verify=Certificates(), timeout=TIMEOUT) as http:
        lab = Lab(session.transport.endpoint, secret, session.me.id, name, http, patience)
        return _document(await probe(lab, tell))


def _document(report: Report) -> Probe:
    findings = [ProbedBehaviour.model_validate(one) for one in report.findings]
    return Probe(project=report.project, findings=findings, left=list(report.left))


def code_of(found: Probe | None) -> Code:
    """0 all agree, 1 something could not be checked or removed, 2 something differs."""
    if found is None:
        return Code.FINE
    verdicts = {one.verdict for one in found.findings}
    if "differs" in verdicts:
        return Code.PENDING
    return Code.ERROR if "not checked" in verdicts or found.left else Code.FINE


def lines(document: DoctorDocument) -> Iterator[Line]:
    """The account, then a table of behaviours."""
    account = document.account
    yield line(f"{account.endpoint}: signed in as ", (account.name, Style.STRONG))
    yield line("certified" if account.certified else ("not certified: this account can't apply a plan", Style.WARNING))
    yield line(f"scopes of the token: {', '.join(account.scopes) if account.scopes is not None else 'it does not say'}")
    yield line(f"server time {account.server_time:%Y-%m-%d %H:%M:%S} UTC, {account.ahead_seconds:+.1f} s from ours")
    if document.probe is not None:
        yield ()
        yield from _table(document.probe)


def _table(found: Probe) -> Iterator[Line]:
    widths = [max(len(text) for text in column) for column in zip(*_cells(found), strict=True)]
    for row in _cells(found):
        about, expected, answer, verdict = (f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True))
        yield line(f"{about}  {expected}  {answer}  ", (verdict.rstrip(), _LOOKS.get(verdict.strip(), Style.HEADING)))
    for one in found.findings:
        if one.verdict != "agrees" and one.words:
            yield line(f"{one.about}: {one.words}")
    for what in found.left:
        yield line((f"could not be removed: {what}", Style.BAD))


def _cells(found: Probe) -> list[tuple[str, str, str, str]]:
    head = ("behaviour", "expected", "found", "verdict")
    return [head, *((one.about, one.expected, one.found or "-", one.verdict) for one in found.findings)]
