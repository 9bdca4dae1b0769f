"""What Synapse doesn't have: the sandbox's own clock, under /sandbox/v1."""

from __future__ import annotations

from typing import cast

from synapse_sandbox.call import Answer, Call
from synapse_sandbox.clock import Mode, SandboxClock
from synapse_sandbox.refusals import invalid
from synapse_sandbox.routing import Route
from synapse_sandbox.wire import from_iso, needed, number, to_iso

SCHEMA = ""
CLOCK = "/sandbox/v1/clock"


def get_clock(call: Call) -> Answer:
    """{now, mode}: what the sandbox takes for now."""
    clock = _clock(call)
    return Answer({"now": to_iso(clock.now()), "mode": clock.mode})


def set_clock(call: Call) -> Answer:
    """Set {mode: real | running | frozen, now?}: running goes on from `now` with real time, frozen stands still."""
    mode = needed(call.body, "mode")
    if mode not in ("real", "running", "frozen"):
        raise invalid(f"Unknown mode {mode!r}: use real, running or frozen.")
    moment = call.body.get("now")
    _clock(call).set(cast(Mode, mode), None if moment is None else from_iso(moment))
    return get_clock(call)


def advance_clock(call: Call) -> Answer:
    """Go forward by {milliseconds}."""
    _clock(call).advance(number(needed(call.body, "milliseconds")))
    return get_clock(call)


def _clock(call: Call) -> SandboxClock:
    if not isinstance(call.clock, SandboxClock):
        raise invalid("The clock of this sandbox is driven from outside and can't be set.")
    return call.clock


ROUTES = (
    Route("GET", CLOCK, get_clock, reads=True, scopes=(), before_terms=True),
    Route("PUT", CLOCK, set_clock, scopes=(), before_terms=True),
    Route("POST", f"{CLOCK}/advance", advance_clock, scopes=(), before_terms=True),
)
