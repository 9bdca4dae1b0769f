"""What every part of the compiler needs: the challenge, the stage, the time, and how principals are addressed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from challenge_spec.resolved import Grants, ResolvedChallenge, ResolvedQueue
from planner.access import Acl, grant
from planner.resources import DEPLOYER, PUBLIC, SIGNED_IN
from planner.stages import STAFF_ROLE


@dataclass(frozen=True, slots=True)
class Context:
    """A challenge at one stage and one instant (aware, UTC); teams: the keys of all teams; queues: by key."""

    challenge: ResolvedChallenge
    stage: str
    now: datetime
    teams: frozenset[str]
    queues: Mapping[str, ResolvedQueue]

    @property
    def two_projects(self) -> bool:
        """Whether there is a staging project beside the live one."""
        return self.challenge.layout == "two-projects"

    @property
    def home(self) -> str:
        """The project that is made first and keeps the ledger, links and dashboards."""
        return "project.staging" if self.two_projects else "project.live"

    def principal(self, name: str) -> str:
        """The address of whom a manifest names: a team, `public`, `signed-in`, a number, else a user."""
        if name in (PUBLIC, SIGNED_IN, DEPLOYER):
            return name
        if name in self.teams:
            return f"team.{name}"
        return f"principal.{name}" if name.isdigit() else f"user.{name}"

    def past(self, moment: datetime | None) -> bool:
        """Whether a moment has come; one that is not known has not."""
        return moment is not None and moment <= self.now

    def service_accounts(self, *orchestrators: str | None) -> Iterator[str]:
        """Addresses of the accounts that some orchestrators (all, if none is named) sign in as."""
        for orchestrator in self.challenge.orchestrators:
            if orchestrator.service_account and (not orchestrators or orchestrator.key in orchestrators):
                yield self.principal(orchestrator.service_account)


def context_of(challenge: ResolvedChallenge, stage: str, now: datetime) -> Context:
    """The context of compiling a challenge at `stage` and `now` (aware)."""
    teams = frozenset(team.key for team in challenge.teams)
    return Context(challenge, stage, now, teams, {queue.key: queue for queue in challenge.queues})


def instant(moment: datetime) -> str:
    """An instant as Synapse writes it: UTC with milliseconds and a literal Z (contract 0.3)."""
    utc = moment.astimezone(UTC)
    return utc.strftime("%Y-%m-%dT%H:%M:%S.") + f"{utc.microsecond // 1000:03d}Z"


def staff_acl(context: Context, where: str, levels: Mapping[str, tuple[str, ...]]) -> Acl:
    """The ACL that staff hold everywhere: the deployer everything, administrators and organizers by the table of
    stages.
    """
    acl: Acl = {DEPLOYER: levels["admin"]}
    for team, level in STAFF_ROLE[where].items():
        if team in context.teams:
            grant(acl, f"team.{team}", levels[level])
    return acl


def add_grants(context: Context, acl: Acl, grants: Grants, levels: Mapping[str, tuple[str, ...]]) -> None:
    """Add the rights that a manifest declares by level; access types and `none` hold instead of what was there."""
    for name, level in grants.items():
        principal = context.principal(name)
        if isinstance(level, str) and level != "none":
            grant(acl, principal, levels[level])
            continue
        acl.pop(principal, None)
        if level and level != "none":
            acl[principal] = tuple(level)
