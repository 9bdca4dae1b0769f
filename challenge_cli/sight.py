"""Whether there is anything to compare: an account that can't see the challenge must not be told that all is well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from challenge_cli.errors import Failure

if TYPE_CHECKING:
    from challenge_cli.engine import Look


def require_sight(current: Look) -> None:
    """Raise Failure where what keeps the ledger is out of reach, so that nothing can be said about the challenge."""
    found = [problem for problem in current.plan.problems if problem.code in _BLIND]
    if found:
        raise Failure("the whole challenge", f"nothing can be compared: {found[0].message}", found[0].remedy)


_BLIND = ("no-home", "which-project")
"""Problems of plans that see nothing of the challenge."""
