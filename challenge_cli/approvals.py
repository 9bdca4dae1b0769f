"""Who said yes to an apply: somebody on the terminal, an option, or the comment of a pull request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from challenge_cli.errors import Code, Failure

if TYPE_CHECKING:
    from planner.render.schema import PlanDocument


@dataclass(frozen=True, slots=True)
class Given:
    """What the options say: whether nobody is to be asked, and the comment that must have shown the plan."""

    without_asking: bool
    comment: Path | None


def approval_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--auto-approve` and `--approval`; the command gets one `given`."""

    @wraps(function)
    def collected(*, auto_approve: bool, approval: Path | None, **rest: Any) -> Any:
        return function(given=Given(auto_approve, approval), **rest)

    approval = click.option(
        "--approval",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="Only the plan that this comment of a pull request (`plan --format markdown`) showed whole.",
    )
    return click.option("--auto-approve", is_flag=True, help="Don't ask.")(approval(collected))


def require_approved(comment: Path, plan: PlanDocument) -> None:
    """Raise Failure unless a comment showed exactly this plan, whole."""
    from planner.render.marker import Unapproved, require_approval

    try:
        require_approval(comment.read_text(encoding="utf-8"), plan)
    except UnicodeDecodeError:
        raise _refused(comment, "this is no text") from None
    except Unapproved as found:
        raise _refused(comment, str(found)) from None


def _refused(comment: Path, why: str) -> Failure:
    mend = "plan again (`challenge plan --format markdown`), let it be reviewed, and apply that"
    return Failure(str(comment), f"nothing was done: {why}", mend, Code.STALE)
