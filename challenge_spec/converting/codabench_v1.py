"""Codabench's reader of CodaLab bundles: `competition.yaml`, version 1 and 1.5 (peers 2.1, 6.2)."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import Final

from challenge_spec.converting.block import MOST, Block, Homeless
from challenge_spec.converting.codabench import HOMELESS, PHASE_HOMELESS, PROGRAM, add_terms, begun, finish, handed_out
from challenge_spec.converting.codabench_dates import moment
from challenge_spec.converting.fields import page_from
from challenge_spec.converting.moments import TBD
from challenge_spec.converting.opened import Opened
from challenge_spec.converting.outline import Outline
from challenge_spec.converting.phased import Column, Competition, Phase, Task, terms_of
from challenge_spec.keys import key_from, unique

_IGNORED: Final = ("Codabench ignores it too", "Look whether it was needed.")
_HOMELESS: Homeless = {
    **HOMELESS,
    "competition_docker_image": ("the images of the scoring are named in the workflow", "Name it there."),
    "admin_names": ("people have other names on Synapse", "Name them under `teams.organizers.members`."),
    "force_submission_to_leaderboard": ("a view shows every submission", "Say in the rules which one counts."),
    "disallow_leaderboard_modifying": ("a view shows every submission", "Say in the rules which one counts."),
    "enable_forum": ("every project on Synapse has a forum", "Nothing."),
    "anonymous_leaderboard": ("a view shows who submitted", "Leave `submitter` out of its `columns`."),
    "enable_per_submission_metadata": _IGNORED,
}
_PHASE_HOMELESS: Homeless = {
    **PHASE_HOMELESS,
    "auto_migration": PHASE_HOMELESS["auto_migrate_to_this_phase"],
    "scoring_program": PROGRAM,
    "ingestion_program": PROGRAM,
    "ingestion_program_only_during_scoring": PROGRAM,
    "parent_phasenumber": ("Codabench loses phases beside each other", "Make a queue for each of them."),
    "color": ("rounds have no colours", "Nothing."),
    "is_scoring_only": _IGNORED,
}
_COLUMN_HOMELESS: Homeless = {
    "numeric_format": ("a view shows numbers as they were computed", "Round them in the scoring."),
    "label": ("a column is called as its metric", "Name the metric as people should see it."),
    "computed": ("nothing computes columns of others", "Let the scoring compute it, as an annotation of its own."),
    "column_group": ("a view has no groups of columns", "Nothing."),
}


def read(opened: Opened) -> Outline:
    """The competition that the file describes; what it can't be is in the report."""
    root = opened.root
    root.text("version")
    outline = begun(opened)
    _pages(opened, outline)
    outline.join = "request" if root.flag("has_registration", "teams.participants.join") else "open"
    found = Competition()
    phases = _ordered(root)
    for number, block in enumerate(phases):
        found.phases.append(_phase(opened, outline, block, number))
        found.tasks.append(_task(block, number, found.phases[-1].name))
    _one_task(found)
    _ends(opened, found)
    _columns(root, found)
    finish(opened, outline, found)
    root.finish(_HOMELESS, ("html", "phases", "leaderboard"))
    return outline


def _pages(opened: Opened, outline: Outline) -> None:
    html = opened.root.block("html")
    for key in islice(html.value, MOST):
        title = key.replace("_", " ").strip().capitalize() or "Page"
        written = html.text(key)
        if key == "terms" or written is None:
            continue
        taken = {item.key[-1] for item in outline.pages if item.key} | {"terms"}
        where = (unique(key_from(key, "page"), taken),) if outline.pages else ()
        page = page_from(opened, html, key, written, where, title)
        if page is not None:
            outline.pages.append(page)
    add_terms(opened, outline, html, "terms")


def _ordered(root: Block) -> list[Block]:
    """The phases by their numbers, those without one last."""
    phases = [block for _, block in root.block("phases").entries()]
    numbered = [(block.whole("phasenumber"), block) for block in phases]
    return [block for _, block in sorted(numbered, key=lambda pair: (pair[0] is None, pair[0] or 0))]


def _phase(opened: Opened, outline: Outline, block: Block, number: int) -> Phase:
    name = block.text("label", "queues.*.rounds") or f"Phase {number + 1}"
    start = moment(opened, block, "start_date")
    terms = terms_of(block)
    handed_out(opened, outline, block)
    return Phase(name, block, start, TBD, (str(number),), terms)


def _task(block: Block, number: int, name: str) -> Task:
    task = Task(str(number), name, block)
    task.truth = block.text("reference_data", "data")
    task.inputs = block.text("input_data", "data")
    block.finish(_PHASE_HOMELESS, ("phasenumber", "label", "start_date", "max_submissions"))
    return task


def _one_task(found: Competition) -> None:
    """Phases that are scored against the same data ask the same question."""
    if len({task.truth for task in found.tasks}) > 1 or not found.tasks:
        return
    found.tasks = [replace(found.tasks[0], name="Main")]
    found.phases = [replace(phase, tasks=("0",)) for phase in found.phases]


def _ends(opened: Opened, found: Competition) -> None:
    """Phases have no end here: each ends as the next one starts, the last with the competition."""
    end = moment(opened, opened.root, "end_date")
    for phase, after in zip(found.phases, found.phases[1:], strict=False):
        phase.end = after.start
    if len(found.phases) > 1:
        what = "each phase ends here as the next one starts; Codabench closes it a day before that"
        opened.report.decide(("queues",), what, opened.root.at("phases"))
    if found.phases:
        found.phases[-1].end = end
    if end.instant is None and not end.problem:
        what = "the last phase has no end, and Synapse needs one"
        opened.report.decide(("queues",), what, opened.root.at("phases"))


def _columns(root: Block, found: Competition) -> None:
    board = root.block("leaderboard")
    for _, item in board.block("leaderboards").entries():
        item.whole("rank", "views")
        found.title = item.text("label", "views.*.name")
        item.finish({})
    columns = [
        (_column(key, item), item.whole("rank", "views.*.columns")) for key, item in board.block("columns").entries()
    ]
    ordered = sorted(columns, key=lambda pair: pair[1] if pair[1] is not None else len(columns))
    found.columns = [column for column, _ in ordered]
    board.finish({}, ("leaderboards", "columns"))


def _column(key: str, block: Block) -> Column:
    sorting = (block.text("sort", "sub_challenges.*.metrics") or "desc").lower()
    hidden = block.flag("hidden", "queues.*.results.withhold") is True
    block.raw("leaderboard", "views")
    block.finish(_COLUMN_HOMELESS, ("leaderboard", "rank", "sort", "hidden"))
    return Column(key, "minimize" if sorting == "asc" else "maximize", hidden)
