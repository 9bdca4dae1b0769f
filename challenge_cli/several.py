"""Several challenges in one command: one after another, in one session where they share a server; one that fails stops
no other.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

import click

from challenge_cli import console
from challenge_cli.errors import Code, Failure, exit_code_of
from planner.interfaces import ProviderError, Unreachable
from planner.options import Decisions
from planner.render.spans import BLANK, Style, line

if TYPE_CHECKING:
    from challenge_cli.engine import Job
    from providers.synapse.session import Session

T = TypeVar("T")

WORST_FIRST: Final = (Code.ERROR, Code.INCOMPLETE, Code.STALE, Code.HELD, Code.PENDING, Code.FINE)
"""What a command ends with, of all that its challenges end with."""


@dataclass(frozen=True, slots=True)
class Ended(Generic[T]):
    """How one of several challenges ended: with a value, or an error."""

    manifest: Path
    value: T | None = None
    error: Exception | None = None


def require_undecided(decisions: Decisions, **options: object) -> None:
    """What is decided about one challenge is not meant for others. options: by name; those that are set are refused.

    Raises click.UsageError.
    """
    if decisions != Decisions():
        raise click.UsageError("what is decided (--allow, --take, --publish, --target, --exclude) is for one challenge")
    for name, value in options.items():
        if value:
            raise click.UsageError(f"--{name} is for one challenge; name that one alone")


async def in_turn(
    manifests: Iterable[Path], job_of: Callable[[Path], Job], work: Callable[[Session, Job], Awaitable[T]]
) -> AsyncIterator[Ended[T]]:
    """Do the same for each. Raises Failure, ProviderError where a server lets nobody sign in."""
    async with AsyncExitStack() as stack:
        sessions = _Sessions(stack)
        for manifest in manifests:
            yield await sessions.gone_or(manifest, job_of, work)


class _Sessions:
    """One session for each server. gone: addresses of those that don't answer any more, with what they last said."""

    def __init__(self, stack: AsyncExitStack) -> None:
        self._stack = stack
        self._open: dict[str, Session] = {}
        self._gone: dict[str, Exception] = {}

    async def gone_or(
        self, manifest: Path, job_of: Callable[[Path], Job], work: Callable[[Session, Job], Awaitable[T]]
    ) -> Ended[T]:
        """Do the work in the session that it needs, unless its server has gone."""
        try:
            job = job_of(manifest)
        except Exception as error:  # noqa: BLE001 -- whatever is wrong with one challenge is said, and the next one's turn comes
            return Ended(manifest, error=error)
        address = job.target.endpoint
        if address in self._gone:
            return Ended(manifest, error=self._gone[address])
        session = await self._shared(address, job.target.token) if address is not None else None
        try:
            return Ended(manifest, await _within(session, job, work))
        except Exception as error:  # noqa: BLE001 -- as above
            if address is not None and isinstance(error, Unreachable):
                self._gone[address] = error
            return Ended(manifest, error=error)

    async def _shared(self, address: str, token: str | None) -> Session:
        from providers.synapse.session import connect

        if address not in self._open:
            self._open[address] = await self._stack.enter_async_context(connect(address, token))
        # A receipt tells the requests of its own challenge.
        self._open[address].transport.requests.clear()
        return self._open[address]


async def _within(session: Session | None, job: Job, work: Callable[[Session, Job], Awaitable[T]]) -> T:
    """In the shared session, or in one with the sandbox of this challenge alone."""
    from challenge_cli.engine import signed_in

    if session is not None:
        return await work(session, job)
    async with signed_in(job) as own:
        return await work(own, job)


def heading(manifest: Path) -> None:
    """Whose output comes next."""
    console.messages([BLANK, line((manifest.as_posix(), Style.HEADING))])


def told(ended: Ended[T], code_of: Callable[[T], int], show: Callable[[T], object]) -> int:
    """Show how one ended, or say its error; its exit code."""
    if ended.value is None:
        return exit_code_of(ended.error or Failure(ended.manifest.as_posix(), "nothing came of it", "try it alone"))
    show(ended.value)
    return code_of(ended.value)


def worst(codes: Iterable[int]) -> int:
    """The exit code of the whole command."""
    return min((Code(code) for code in codes), key=WORST_FIRST.index)


def entry(manifest: Path, code: int, result: Any, error: Exception | None = None) -> dict[str, Any]:
    """One challenge in the JSON of several. result: what the command prints of one alone."""
    return {"manifest": manifest.as_posix(), "exit_code": code, "result": result, "error": _said(error)}


def _said(error: Exception | None) -> dict[str, str] | None:
    if error is None:
        return None
    if isinstance(error, Failure | ProviderError):
        return {"where": error.where, "what": error.what, "mend": error.mend}
    return {"where": "", "what": f"{type(error).__name__}: {error}", "mend": "try it alone"}


def as_json(entries: Sequence[dict[str, Any]]) -> None:
    """Print the JSON of several."""
    console.result(json.dumps(entries, indent=2, ensure_ascii=False))


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of what `plan`, `apply` and `validate --format json` print of several challenges."""
    text = {"type": "string"}
    error = {
        "type": ["object", "null"],
        "properties": dict.fromkeys(("where", "what", "mend"), text),
        "required": ["where", "what", "mend"],
        "additionalProperties": False,
    }
    result = {
        "description": "What the command prints of this challenge alone (of apply: all receipts); null after an error."
    }
    properties = {
        "manifest": text,
        "exit_code": {"enum": sorted(int(code) for code in Code)},
        "result": result,
        "error": error,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Several challenges in one command",
        "type": "array",
        "items": {
            "type": "object",
            "properties": properties,
            "required": [*properties],
            "additionalProperties": False,
        },
    }
