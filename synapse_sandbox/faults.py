"""Faults on purpose: what a real network and a real server do to a client now and then."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from synapse_sandbox.access_log import Entry

DOCUMENTATION = """\
A faults file is YAML: a list under `faults`, and optionally a `seed` for the probabilities. The first fault that
matches a request strikes.

  seed: 7
  faults:
    - match: {method: POST, route: /repo/v1/entity, user: organizer, write: true}   # all members optional;
                                       # `path` and `route` may hold * (a route is a template, with its {id})
      nth: 3                           # the third matching request; or
      every: 5                         # each fifth; or
      first: 2                         # the first two; or
      probability: 0.1                 # by chance; without any of them: each one
      at: after                        # before (default) or after the request was carried out and committed
      status: 503                      # answer this instead, with `reason` and `retry_after` (seconds) if given
      drop: true                       # or: close the connection without an answer
      truncate: true                   # or: send half of the answer's body, then close
      kill: true                       # or: kill the server's process, as a power cut would
      delay_ms: 500                    # wait first; may also stand alone
"""


class FaultsError(ValueError):
    """A faults file that can't be used; the text says where, what and how to mend it."""


class Match(BaseModel):
    """Which requests a fault is for; whatever is left out matches all."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    method: Literal["GET", "POST", "PUT", "DELETE", "HEAD"] | None = None
    path: str | None = None
    route: str | None = None
    user: str | None = None
    write: bool | None = None

    def fits(self, entry: Entry) -> bool:
        """Whether a request is meant."""
        return (
            self.method in (None, entry.method)
            and (self.path is None or fnmatchcase(entry.path, self.path))
            and (self.route is None or fnmatchcase(entry.route, self.route))
            and self.user in (None, entry.user)
            and self.write in (None, entry.write)
        )


class Fault(BaseModel):
    """One kind of fault and when it strikes (see DOCUMENTATION)."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    match: Match = Match()
    nth: int | None = Field(None, ge=1)
    every: int | None = Field(None, ge=1)
    first: int | None = Field(None, ge=1)
    probability: float | None = Field(None, ge=0, le=1)
    at: Literal["before", "after"] = "before"
    status: int | None = Field(None, ge=400, le=599)
    reason: str = "A fault on purpose."
    retry_after: int | None = Field(None, ge=0)
    drop: bool = False
    truncate: bool = False
    kill: bool = False
    delay_ms: int = Field(0, ge=0)

    @model_validator(mode="after")
    def _does_one_thing(self) -> Self:
        told = [name for name in ("status", "drop", "truncate", "kill") if getattr(self, name) not in (None, False)]
        if len(told) > 1:
            raise ValueError(f"does {' and '.join(told)}: choose one")
        if not told and self.delay_ms == 0:
            raise ValueError("does nothing: give it a status, drop, truncate, kill or delay_ms")
        return self


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    seed: int | None = None
    faults: list[Fault]


@dataclass(frozen=True, slots=True)
class FaultPlan:
    """The contents of a faults file."""

    faults: tuple[Fault, ...] = ()
    seed: int | None = None


NO_FAULTS = FaultPlan()


def read_faults(file: Path) -> FaultPlan:
    """Read a faults file; FaultsError names the file, the member and what is wrong with it."""
    try:
        document: Any = yaml.safe_load(file.read_text(encoding="utf-8"))
        parsed = _File.model_validate(document)
    except OSError as fault:
        raise FaultsError(f"{file}: can't be read: {fault.strerror}. Give the path of a faults file.") from fault
    except UnicodeDecodeError as fault:
        raise FaultsError(f"{file}: not a text in UTF-8. Save it as UTF-8.") from fault
    except yaml.YAMLError as fault:
        raise FaultsError(f"{file}: not YAML: {fault}") from fault
    except ValidationError as fault:
        problems = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'file'}: {e['msg']}" for e in fault.errors())
        raise FaultsError(f"{file}: {problems}. The form of the file:\n\n{DOCUMENTATION}") from fault
    return FaultPlan(tuple(parsed.faults), parsed.seed)


class FaultInjector:
    """Decides, request by request, which fault strikes; reproducible with a seed (the plan's own, else `seed`)."""

    def __init__(self, plan: FaultPlan, seed: int | None = None) -> None:
        self._faults = plan.faults
        self._seen: Counter[int] = Counter()
        self._random = random.Random(seed if plan.seed is None else plan.seed)

    def strike(self, entry: Entry) -> Fault | None:
        """The fault that this request meets, if any. Counts the request for every fault that it matches."""
        hits = [fault for index, fault in enumerate(self._faults) if self._hits(index, fault, entry)]
        return hits[0] if hits else None

    def _hits(self, index: int, fault: Fault, entry: Entry) -> bool:
        if not fault.match.fits(entry):
            return False
        self._seen[index] += 1
        count = self._seen[index]
        if fault.probability is not None and self._random.random() >= fault.probability:
            return False
        return (
            fault.nth in (None, count)
            and (fault.every is None or count % fault.every == 0)
            and (fault.first is None or count <= fault.first)
        )
