"""Which Synapse a command works on: the embedded sandbox, a server with an address, or Synapse itself."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from challenge_cli.errors import Failure
from challenge_cli.manifests import beside
from challenge_cli.moments import milliseconds

VARIABLE: Final = "CHALLENGE_ENDPOINT"
DEPLOYER: Final = "example-deployer"
"""The account that plans and applies on the embedded sandbox."""
SANDBOX_NAME: Final = "the embedded sandbox (.challenge/sandbox)"
ACCESS_LOG: Final = "access.jsonl"


@dataclass(frozen=True, slots=True)
class Target:
    """Where to. endpoint: base address, None where the embedded sandbox has yet to start; data: its folder.

    token: who signs in; None: as the official client finds it.
    """

    name: str
    endpoint: str | None
    token: str | None = None
    data: Path | None = None
    now: datetime | None = None


def token_of(account: str) -> str:
    """The token of an account of the embedded sandbox: no secret, it opens nothing else."""
    return f"sandbox-{account}"


def choose(manifest: Path, sandbox: bool, endpoint: str | None, now: datetime | None) -> Target:
    """The target that options and environment name.

    Raises Failure where they contradict each other.
    """
    if sandbox and endpoint:
        raise Failure("--sandbox, --endpoint", "both name a target", "keep one of them")
    if sandbox:
        return Target(SANDBOX_NAME, None, token_of(DEPLOYER), beside(manifest, "sandbox"), now)
    if now is not None:
        mend = (
            "leave it out; time is the server's own (a sandbox of your own takes it: `challenge sandbox serve --now`)"
        )
        raise Failure("--now", "it works with --sandbox only", mend)
    address = endpoint or os.environ.get(VARIABLE)
    return _server(address) if address else _production()


def _server(address: str) -> Target:
    base = address.rstrip("/")
    if not base.startswith(("http://", "https://")):
        mend = "write a base address such as http://127.0.0.1:8080, without /repo/v1"
        raise Failure(f"--endpoint {address}", "that is no address of a server", mend)
    if re.search(r"[@?#]", base):
        mend = "write it as http://HOST:PORT; the token belongs into SYNAPSE_AUTH_TOKEN or ~/.synapseConfig"
        raise Failure("--endpoint", "an address with a user, a password or a query is not used", mend)
    return Target(base, base.removesuffix("/repo/v1"))


def _production() -> Target:
    from providers.synapse.session import PRODUCTION

    return Target("Synapse", PRODUCTION)


@contextmanager
def started(target: Target, accounts: Iterable[str]) -> Iterator[str]:
    """The target's base address; the embedded sandbox runs as long as the block, with these accounts.

    Raises Failure where its folder is in use.
    """
    if target.endpoint is not None or target.data is None:
        yield target.endpoint or ""
        return
    from synapse_sandbox.server import running

    users = [f"{name}:{token_of(name)}" for name in dict.fromkeys((DEPLOYER, *accounts))]
    start = None if target.now is None else milliseconds(target.now)
    with in_words(target.data), running(target.data, users, now=start, access_log=target.data / ACCESS_LOG) as address:
        yield address


@contextmanager
def in_words(data: Path) -> Iterator[None]:
    """Turn what keeps a sandbox from starting into a Failure: its folder, or an account that can't be made."""
    from synapse_sandbox.settings import InstantError, SettingsError
    from synapse_sandbox.store import DataFolderInUse, DataFolderUnusable

    try:
        yield
    except DataFolderInUse as fault:
        mend = "stop the other one, or work on it with --endpoint and its address"
        raise Failure(str(data), str(fault).partition(": ")[2].partition(". ")[0], mend) from None
    except DataFolderUnusable as fault:
        what, _, mend = str(fault).removeprefix(f"{data}: ").partition(". ")
        raise Failure(str(data), what, mend) from None
    except InstantError as fault:
        raise Failure("--now", str(fault).removeprefix("--now: "), "use a time in between") from None
    except SettingsError as fault:
        mend = "use other names: those of --user, or of the accounts in the manifest"
        raise Failure("accounts of the sandbox", str(fault), mend) from None
