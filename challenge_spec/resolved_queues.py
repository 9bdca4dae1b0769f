"""A queue with its rounds, decided: who submits what and when, what it is scored against, who learns the result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from challenge_spec.resolved_base import Access, Grants, Instant, Ownership
from challenge_spec.scoring import Evaluation, Purpose, Submission


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedRun:
    """What one evaluation may use; sizes in bytes, time in seconds."""

    memory: int | None = None
    cpus: int | None = None
    gpus: int | None = None
    disk: int | None = None
    time_limit: int | None = None
    network: Literal["none", "open"] | None = None
    input_dir: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedResults:
    """Who learns what of a submission."""

    scores: Literal["immediate", "after_round", "after_close", "never"]
    logs: Literal["submitter", "organizers", "none"]
    mail: Literal["all", "errors", "none"]
    withhold: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedRound:
    """One window of a queue with everything that holds in it.

    limits: daily, weekly, monthly, total → count; empty is no limit.
    """

    name: str
    start: Instant | None
    end: Instant | None
    limits: Mapping[str, int]
    truth: str | None
    inputs: tuple[str, ...]
    run: ResolvedRun
    results: ResolvedResults
    forward_to: str | None
    gap_intended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedEligibility:
    """Whose submissions count: keys of teams, and of queues in the form of `ResolvedQueue.key`."""

    member_of: tuple[str, ...] = ()
    exclusive_with: tuple[str, ...] = ()
    needs_success_in: tuple[str, ...] = ()
    ranked_with: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedExemption:
    """An exception on record; `who` as in `grants`. run: only what was said."""

    who: str
    why: str
    until: Instant | None
    what: str | None = None
    run: ResolvedRun = ResolvedRun()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedQueue(Ownership):
    """One evaluation queue on Synapse.

    key: `QUEUE/SUB_CHALLENGE`, or `QUEUE` where one queue serves several together.
    always: takes submissions without rounds; then `rounds` is empty.
    limits: those of each round that has none of its own; None if nobody said (refused on scoring queues).
    workflow: key in `ResolvedChallenge.workflows`, None where nothing runs. forward_to: queue key of this very form.
    origins: field → where its value was said (`purpose leaderboard`, `queues.final.limits`, ...).
    """

    key: str
    queue: str
    name: str
    description: str
    purpose: Purpose
    sub_challenges: tuple[str, ...]
    together: bool
    submission: Submission
    access: Access
    grants: Grants
    always: bool
    rounds: tuple[ResolvedRound, ...]
    limits: Mapping[str, int] | None
    evaluation: Evaluation
    truth: str | None
    inputs: tuple[str, ...]
    run: ResolvedRun
    results: ResolvedResults
    workflow: str | None
    orchestrator: str | None
    forward_to: str | None
    instructions: str
    receipt: str
    eligibility: ResolvedEligibility = ResolvedEligibility()
    exceptions: tuple[ResolvedExemption, ...] = ()
    origins: Mapping[str, str] = field(default_factory=dict)

    @property
    def truths(self) -> tuple[str, ...]:
        """Keys of all data that it scores against, in whichever round; each once."""
        said = (self.truth, *(item.truth for item in self.rounds))
        return tuple(dict.fromkeys(key for key in said if key is not None))

    @property
    def reads(self) -> tuple[str, ...]:
        """Keys of all data that its evaluation reads, truths first; each once."""
        further = (key for item in self.rounds for key in item.inputs)
        return tuple(dict.fromkeys((*self.truths, *self.inputs, *further)))
