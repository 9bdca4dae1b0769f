"""What one discovery shares: whom we ask, as whom, and what is to be said about what could not be read."""

from __future__ import annotations

from dataclasses import dataclass, field

from planner.live import Me
from providers.synapse.transport import Transport


@dataclass(slots=True)
class Search:
    """One discovery. notes: in words for people."""

    transport: Transport
    me: Me
    notes: list[str] = field(default_factory=list)

    def note(self, text: str) -> None:
        """Remember something that people should know."""
        if text not in self.notes:
            self.notes.append(text)
