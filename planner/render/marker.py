"""The first line of a plan's comment, hidden from readers: by it the comment is found and what it approves checked."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from planner.render.schema import PlanDocument

PREFIX: Final = "<!-- challenge-plan "
"""How the first line of every comment of ours begins; a script finds the comment by it."""
_SUFFIX: Final = " -->"
_LONGEST: Final = 300
"""Characters of a target or key in the marker; longer ones are of no server or challenge that there is."""
_DIGEST: Final = "^sha256:[0-9a-f]{64}$"


class Marker(BaseModel):
    """What a comment says of its plan.

    digest: of the plan that was shown whole; none where something was left out. rows, text: how many rows below the
    marker show the plan, and the digest of these; whoever posts the comment may add a row.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[2]
    challenge: str = Field(max_length=_LONGEST)
    target: str = Field(max_length=_LONGEST)
    stage: str
    truncated: bool
    digest: str | None = Field(default=None, pattern=_DIGEST)
    rows: int | None = None
    text: str | None = Field(default=None, pattern=_DIGEST)


class Unapproved(Exception):
    """Why a comment approves nothing, or not this plan, in words."""


def marker(plan: PlanDocument, shown: str | None) -> str:
    """The first line of a comment on a plan. shown: the text below it; None where that doesn't show the whole plan."""
    rows = _rows(shown or "")
    whole = {} if shown is None else {"digest": plan.digest, "rows": len(rows), "text": _digest(rows)}
    found = Marker(
        version=2,
        challenge=plan.challenge[:_LONGEST],
        target=plan.target[:_LONGEST],
        stage=plan.stage,
        truncated=shown is None,
        **whole,
    )
    return f"{PREFIX}{_hidden(found.model_dump(exclude_none=True))}{_SUFFIX}"


def _rows(text: str) -> list[str]:
    """The rows of a text, whatever happens to line ends and to blanks before them on its way through a web site."""
    return [row.rstrip() for row in text.rstrip().split("\n")]


def _digest(rows: list[str]) -> str:
    return "sha256:" + hashlib.sha256("\n".join(rows).encode()).hexdigest()


def _hidden(data: object) -> str:
    """JSON of ASCII characters without anything that could end an HTML comment."""
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", r"\u003c").replace(">", r"\u003e").replace("--", r"-\u002d")


def read_marker(comment: str) -> Marker | None:
    """What a comment says of its plan; None where it is no comment of ours, or was damaged.

    Only the very first line counts: what stands below may have been written by anybody.
    """
    first = re.split(r"\r?\n", comment, maxsplit=1)[0]
    if not (first.startswith(PREFIX) and first.endswith(_SUFFIX)):
        return None
    try:
        found = Marker.model_validate_json(first.removeprefix(PREFIX).removesuffix(_SUFFIX), strict=True)
    except ValidationError:
        return None
    return found if found.truncated == (found.digest is None) else None


def require_approval(comment: str, plan: PlanDocument) -> None:
    """Raise Unapproved unless the comment showed exactly this plan, whole."""
    found = read_marker(comment)
    if found is None:
        raise Unapproved("this is no comment with a plan, or its first line was changed")
    if found.truncated:
        raise Unapproved("the comment didn't show the whole plan, so it approves nothing")
    for name in ("challenge", "target", "stage"):
        shown, now = getattr(found, name), getattr(plan, name)[:_LONGEST]
        if shown != now:
            raise Unapproved(f"the comment is about the {name} {shown}, the plan about {now}")
    if found.digest != plan.digest:
        raise Unapproved(f"the comment showed {found.digest}, the plan now is {plan.digest}")
    if _digest(_rows(comment)[1:][: found.rows]) != found.text:
        raise Unapproved("the text of the comment was changed or cut after it was written")
