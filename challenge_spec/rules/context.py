"""What a rule may look at."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from challenge_spec.checkouts import Checkout
from challenge_spec.clock import Clock
from challenge_spec.findings import Findings
from challenge_spec.manifest import STAGES, Manifest, Stage
from challenge_spec.pages.tree import PageFile
from challenge_spec.resolved import ResolvedChallenge, ResolvedQueue
from challenge_spec.source import Path
from challenge_spec.tree import Tree

_MILESTONE = re.compile(r"\{\{ *timeline\.milestones\.([a-z][a-z0-9_-]*)")


@dataclass(frozen=True, slots=True)
class Room:
    """The manifest as written, the challenge as decided, and where findings go."""

    manifest: Manifest
    challenge: ResolvedChallenge
    clock: Clock
    findings: Findings
    pages: Sequence[PageFile] = ()
    """The pages as they were read."""
    tree: Tree | None = None

    checkouts: Mapping[str, Checkout] = field(default_factory=dict)
    """Folder as workflows name it → the code in it."""
    texts: frozenset[str] = frozenset()
    """Every text of the manifest, each once."""

    @property
    def named_by_pages(self) -> frozenset[str]:
        """Milestones that some page fills in."""
        used = (match[1] for page in self.pages for match in _MILESTONE.finditer(page.text))
        return frozenset(used)

    def has_come_to(self, stage: Stage) -> bool:
        """Whether the challenge is at this stage or beyond."""
        return STAGES.index(self.challenge.stage) >= STAGES.index(stage)

    def said(self, *path: str | int) -> bool:
        """Whether something was written at this path."""
        return self.findings.source.says(path)

    def where(self, queue: ResolvedQueue, name: str) -> Path:
        """Where a setting of a queue was written; the queue's own entry if it was not."""
        origin = queue.origins.get(name, "")
        if origin.startswith("purpose ") or not origin:
            return ("queues", queue.queue)
        return self._written(origin)

    def _written(self, origin: str) -> Path:
        path: Path = tuple(origin.split("."))
        return path if self.said(*path) else path[:-1]
