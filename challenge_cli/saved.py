"""Saved plans: carried out as they were reviewed, or refused before the first write."""

from __future__ import annotations

import os
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from challenge_cli.errors import Code, Failure
from challenge_cli.options import Aim
from challenge_cli.target import SANDBOX_NAME, VARIABLE
from planner.options import Decisions

if TYPE_CHECKING:
    from challenge_cli.engine import Job
    from planner.render.schema import PlanDocument

_SHOWN: Final = 12
_AGAIN: Final = "plan again, review it, and apply that"
_HERE: Final = frozenset({"127.0.0.1", "localhost", "::1"})


def is_saved_plan(path: Path) -> bool:
    """Whether a file is a saved plan: by its name, or because it is JSON that says which format it has."""
    return path.is_file() and (path.suffix == ".json" or _looks_like_one(path))


def _looks_like_one(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(200).lstrip()
    return head.startswith(b"{") and b'"format_version"' in head


def require_free(path: Path) -> None:
    """Raise Failure where keeping a plan would write over something else than an earlier plan."""
    if path.is_file() and path.stat().st_size and not _looks_like_one(path):
        raise Failure(str(path), "there is a file of this name already, and it is no plan", "choose another name")


def job_of(path: Path, reviewed: PlanDocument, aim: Aim, decisions: Decisions) -> Job:
    """The job that a saved plan was made for: manifest, target and decisions come with it.

    Raises Failure where it can't be told or may not be believed.
    """
    from challenge_cli.jobs import job

    return job(manifest_of(path, reviewed), aim_of(path, reviewed, aim), decisions_of(path, reviewed, decisions))


def manifest_of(path: Path, reviewed: PlanDocument) -> Path:
    """The manifest as it was named then: from the working directory, else from the folder of the plan.

    Raises Failure where it is in neither.
    """
    named = Path(reviewed.manifest or "challenge.yaml")
    for place in (named, path.parent / named):
        if place.exists():
            return place
    mend = "go to the folder in which the plan was made, with the manifest as it was then"
    raise Failure(str(named), f"the manifest of the plan {path} isn't here", mend)


def aim_of(path: Path, reviewed: PlanDocument, aim: Aim) -> Aim:
    """The target: as said now, else as the plan says; another server's address isn't believed from a file.

    Raises Failure for such an address: the token would be sent there.
    """
    if aim.sandbox or aim.endpoint:
        return aim
    if reviewed.target == SANDBOX_NAME:
        return replace(aim, sandbox=True)
    if os.environ.get(VARIABLE) or not reviewed.target.startswith(("http://", "https://")):
        return aim
    if urlsplit(reviewed.target).hostname in _HERE:
        return replace(aim, endpoint=reviewed.target)
    mend = f"if that is right, say so: --endpoint {reviewed.target}"
    raise Failure(str(path), f"this plan is for {reviewed.target}, where your token would be sent", mend)


def decisions_of(path: Path, reviewed: PlanDocument, said: Decisions) -> Decisions:
    """The decisions that the plan was made with.

    Raises Failure where others are said now, or where this version doesn't know them.
    """
    unknown = reviewed.options.keys() - {item.name for item in fields(Decisions)}
    if unknown:
        what = f"this plan was made with decisions that this version doesn't know: {', '.join(sorted(unknown))}"
        raise Failure(str(path), what, _AGAIN, Code.STALE)
    kept = Decisions(**{name: frozenset(given) for name, given in reviewed.options.items()})
    other = [name for name, given in asdict(said).items() if given and given != getattr(kept, name)]
    if other:
        what = f"a kept plan comes with its own decisions, and others were said now: {', '.join(other)}"
        raise Failure(str(path), what, "leave them out, or plan again with them")
    return kept


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
    except UnicodeDecodeError:
        raise Failure(str(path), "this is no text, so it is no plan", _AGAIN, Code.STALE) from None
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
    raise Failure(str(path), f"this plan is stale; since it was made, this moved:{listed}", _AGAIN, Code.STALE)
