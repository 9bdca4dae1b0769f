"""What a sandbox is started with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from synapse_sandbox.faults import NO_FAULTS, FaultPlan
from synapse_sandbox.permissions import ALL_SCOPES

USER_OPTIONS = {
    "uncertified": "has not passed the certification quiz",
    "act": "belongs to Synapse's Access and Compliance Team",
    "admin": "is a Synapse administrator",
    "unsigned": "has not accepted the terms of use",
    "view-only": "holds a token with the scope view alone",
}


class SettingsError(ValueError):
    """A setting that can't be used; the text says where, what and how to mend it."""


class InstantError(SettingsError):
    """A start of the clock that the sandbox can't tell."""


@dataclass(frozen=True, slots=True)
class User:
    """A user of the sandbox and the token that signs in as this user."""

    name: str
    token: str
    certified: bool = True
    act: bool = False
    admin: bool = False
    accepted_terms: bool = True
    scopes: frozenset[str] = ALL_SCOPES


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that shapes a sandbox. `latency_ms` is added to every answer; the clock starts at `now` (epoch ms).

    `throttle` turns on Synapse's limits of 3 concurrent and 600 requests a minute for each user (contract 10).
    With a `seed`, etags, tokens and faults are reproducible. Rows appear in views `view_delay_ms` after what they show
    (None: as the data folder says, at once in a new one).
    """

    users: tuple[User, ...] = ()
    latency_ms: int = 0
    faults: FaultPlan = NO_FAULTS
    now: int | None = None
    frozen: bool = False
    access_log: Path | None = None
    throttle: bool = False
    seed: int | None = None
    first_file_handle: int | None = None
    view_delay_ms: int | None = None


def parse_user(text: str) -> User:
    """A user from `NAME:TOKEN` or `NAME:TOKEN:OPTION,OPTION`."""
    name, _, rest = text.partition(":")
    token, _, options = rest.partition(":")
    if not name or not token:
        # Not repeated: without its name it may be a token.
        raise SettingsError("--user: write NAME:TOKEN, for example organizer:token-1")
    chosen = [option for option in options.split(",") if option]
    for option in chosen:
        if option not in USER_OPTIONS:
            raise SettingsError(f"--user {name}: unknown option {option!r}; known are {', '.join(USER_OPTIONS)}")
    return User(
        name,
        token,
        certified="uncertified" not in chosen,
        act="act" in chosen,
        admin="admin" in chosen,
        accepted_terms="unsigned" not in chosen,
        scopes=frozenset({"view"}) if "view-only" in chosen else ALL_SCOPES,
    )


def parse_users(texts: Sequence[str | User]) -> tuple[User, ...]:
    """Users from texts or ready made; names and tokens must differ."""
    users = tuple(text if isinstance(text, User) else parse_user(text) for text in texts)
    for attribute in ("name", "token"):
        seen = [getattr(user, attribute) for user in users]
        if len(set(seen)) < len(seen):
            raise SettingsError(f"--user: every user needs a {attribute} of its own")
    return users
