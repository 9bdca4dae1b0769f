"""The table of stages as Markdown, for the docs: rendered from the rules themselves, so it can't disagree with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from planner.gates import GATES
from planner.stages import (
    DATA_OPENS,
    DATA_RELEASES,
    JOINING,
    LIVE_PUBLIC,
    LIVE_PUBLIC_WITHOUT_PREREGISTRATION,
    LIVE_WIKI,
    PORTAL_STATUS,
    SCORES_VISIBLE,
    STAFF_ROLE,
    STAGES,
    SUBMITTING,
)

_YES = {True: "yes", False: "no"}


def stage_page() -> str:
    """The whole page `docs/stages.md`."""
    return "\n".join(
        (
            "# Stages",
            "",
            "A challenge has one `stage`, a line in the manifest; a launch is an edit of that line. This page is",
            "generated from the rules that the planner follows (`planner/stages.py`, `planner/gates.py`).",
            "",
            "## Who sees and does what",
            "",
            *_table(_rows()),
            "",
            "A queue's own rounds decide when it takes submissions; the stage guards the first opening.",
            "Going forward passes every gate on the way; going back needs `--allow reopen`.",
            "",
            "## What staff may do, at every stage",
            "",
            "| where | team | level |",
            "|---|---|---|",
            *(
                f"| {where} | {team} | {level} |"
                for where, levels in STAFF_ROLE.items()
                for team, level in levels.items()
            ),
            "",
            "The account that made the home project (the deployer) may do everything everywhere.",
            "",
            "## Gates",
            "",
            *_gates(),
        )
    )


def _rows() -> Iterable[tuple[str, Mapping[str, object]]]:
    yield "the public reads the live project", LIVE_PUBLIC
    yield "… without a preregistration page", LIVE_PUBLIC_WITHOUT_PREREGISTRATION
    yield "the live wiki shows", LIVE_WIKI
    yield from ((f"people join `{team}` by", row) for team, row in JOINING.items())
    yield from ((f"`{purpose}` queues: those they are for", row) for purpose, row in SUBMITTING.items())
    yield "data reaches those it is for (from its own start on)", DATA_OPENS
    yield "data with a release date may become public", DATA_RELEASES
    yield from ((f"views of queues with `scores: {scores}` are seen", row) for scores, row in SCORES_VISIBLE.items())
    yield "status on the challenge portal", PORTAL_STATUS


def _table(rows: Iterable[tuple[str, Mapping[str, object]]]) -> Iterable[str]:
    yield "| | " + " | ".join(STAGES) + " |"
    yield "|---|" + "---|" * len(STAGES)
    for title, row in rows:
        yield f"| {title} | " + " | ".join(_cell(row[stage]) for stage in STAGES) + " |"


def _cell(value: object) -> str:
    return _YES[value] if isinstance(value, bool) else str(value)


def _gates() -> Iterable[str]:
    for stage, gates in GATES.items():
        yield f"On the way to `{stage}`:"
        yield ""
        yield from (f"- **{code}**: {title}. {remedy}" for code, title, _, remedy in gates)
        yield ""
