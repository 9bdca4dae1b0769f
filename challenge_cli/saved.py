"""Saved plans: carried out as they were reviewed, or refused before the first write."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from challenge_cli.errors import Code, Failure

if TYPE_CHECKING:
    from planner.render.schema import PlanDocument

MANIFEST: Final = Path("challenge.yaml")
"""The manifest of a saved plan: the one in the working directory."""
_SHOWN: Final = 12
_AGAIN: Final = "plan again, review it, and apply that"


def is_saved_plan(path: Path) -> bool:
    """Whether a file is a saved plan by its name; manifests are YAML."""
    return path.suffix == ".json" and path.is_file()


def read(path: Path) -> PlanDocument:
    """Read a saved plan.

    Raises Failure where it is none, is of another version, or was changed after it was planned.
    """
    from pydantic import ValidationError

    from planner.render.document import from_json

    try:
        return from_json(path.read_text(encoding="utf-8"))
    except ValidationError as error:
        place = ".".join(map(str, error.errors()[0]["loc"])) or "the file"
        what = f"this is no plan that this version can carry out ({place}: {error.errors()[0]['msg']})"
        raise Failure(str(path), what, _AGAIN, Code.STALE) from None
    except ValueError as error:
        raise Failure(str(path), str(error), _AGAIN, Code.STALE) from None


def require_same(path: Path, reviewed: PlanDocument, fresh: PlanDocument) -> None:
    """Raise Failure, with what moved, where the plan of now isn't the one that was reviewed."""
    from planner.render.moved import moved

    found = moved(reviewed, fresh)
    if not found:
        return
    more = [f"and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
    listed = "".join(f"\n      {item}" for item in (*found[:_SHOWN], *more))
    mend = f"{_AGAIN}; options that were given to plan have to be given to apply as well"
    raise Failure(str(path), f"this plan is stale; since it was made, this moved:{listed}", mend, Code.STALE)
