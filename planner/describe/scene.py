"""What every part of a description looks at: what was found, whose it is, and which id became which address."""

from __future__ import annotations

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from planner.describe.draft import Draft
from planner.describe.keys import Remembered
from planner.discovered import Discovered, Entity, Rights
from planner.resources import DEPLOYER, FIXED_PRINCIPALS


@dataclass(slots=True)
class Scene:
    """addresses: address → id of everything that the manifest will mention. access: address → rights found there.

    folders: address → path on the live project, and folder. evaluator: id of the account that runs the workflows.
    """

    found: Discovered
    zone: ZoneInfo
    stage: str
    draft: Draft = field(default_factory=Draft)
    addresses: dict[str, str] = field(default_factory=dict)
    access: dict[str, Rights] = field(default_factory=dict)
    folders: dict[str, tuple[tuple[str, ...], Entity]] = field(default_factory=dict)
    evaluator: str | None = None
    remembered: Remembered = field(init=False)

    def __post_init__(self) -> None:
        self.remembered = Remembered(self.found)
        self.addresses |= {**FIXED_PRINCIPALS, DEPLOYER: self.deployer}
        for id_ in self.found.people:
            self.addresses[f"user.{self.found.names[id_]}"] = id_

    @property
    def name(self) -> str:
        """The name of the challenge: that of its live project."""
        return self.found.live.project.name

    @property
    def deployer(self) -> str:
        """Whoever made the home project."""
        return self.found.home.created_by

    @property
    def ours(self) -> bool:
        """Whether an apply of ours made or took over this challenge."""
        return self.found.key is not None

    def adopt(self, id_: str, made_by: str = "") -> str | None:
        """The id to say under `adopt`, None where it is known to be ours without that."""
        if id_ in self.found.ledger.values() or (self.ours and made_by == self.deployer):
            return None
        return id_

    def may_change(self, rights: Rights | None) -> bool:
        """Whether the account that looks may change what has these rights; unread rights deny nothing."""
        return rights is None or any("UPDATE" in types for who, types in rights.items() if who in self.found.groups)

    def place(self, address: str, id_: str, rights: Rights | None = None) -> None:
        """Remember what an address stands for."""
        self.addresses[address] = id_
        if rights is not None:
            self.access[address] = rights

    def teams(self) -> dict[str, str]:
        """Id of a team → its key in the manifest."""
        return {id_: address.split(".", 1)[1] for address, id_ in self.addresses.items() if address.startswith("team.")}

    def name_of(self, principal: str) -> str:
        """How the manifest calls a principal: a team's key, a fixed word, a user name, else the number."""
        fixed = {id_: word for word, id_ in FIXED_PRINCIPALS.items()}
        known = self.teams().get(principal) or fixed.get(principal)
        if known:
            return known
        return self.found.names[principal] if principal in self.found.people else principal


def count(entities: list[Entity], word: str) -> str:
    """`2 tables (Rows, Notes)`."""
    names = ", ".join(item.name for item in entities[:5]) + (", ..." if len(entities) > 5 else "")
    return f"{len(entities)} {word}{'s' if len(entities) > 1 else ''} ({names})"
