"""What a user decided on the command line about a plan."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

ALL: Final = "all"
"""In place of an address: every one."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """What a user decided about a plan.

    take_manifest: addresses where the manifest wins over what was changed on Synapse; `all` for every one.
    take_live: addresses where Synapse wins, the manifest's version waiting for `pull`; `all` for every one.
    publish: addresses of live pages that may go live though `wiki.publish` is by-hand; `all` for every one.
    allow: named consents ("reopen"); adopt: addresses that may be taken over.
    targets, excludes: addresses to which the plan is kept, and without which it is made.
    """

    take_manifest: frozenset[str] = frozenset()
    take_live: frozenset[str] = frozenset()
    publish: frozenset[str] = frozenset()
    allow: frozenset[str] = frozenset()
    adopt: frozenset[str] = frozenset()
    targets: frozenset[str] = frozenset()
    excludes: frozenset[str] = frozenset()

    @property
    def partial(self) -> bool:
        """Whether only a part of the plan is wanted."""
        return bool(self.targets or self.excludes)

    @property
    def named(self) -> frozenset[str]:
        """The addresses that decisions are about, beside those that a part of the plan is cut out by."""
        return (self.take_manifest | self.take_live | self.publish) - {ALL} | self.adopt

    def concedes(self, address: str) -> bool:
        """Whether Synapse wins at an address."""
        return bool({address, ALL} & self.take_live)

    def decided(self) -> dict[str, tuple[str, ...]]:
        """What was decided, by name; what was not is left out."""
        decisions = {item.name: getattr(self, item.name) for item in fields(Decisions)}
        return {name: tuple(sorted(given)) for name, given in decisions.items() if given}


@dataclass(frozen=True, slots=True)
class Options(Decisions):
    """The decisions, with the target by the name that people know it by."""

    target: str = "Synapse"
