"""Codabench: `competition.yaml`, version 2 (peers 2.1, 6.2), and what both versions have in common."""

from __future__ import annotations

from typing import Final

from challenge_spec.converting.block import Block, Homeless
from challenge_spec.converting.codabench_dates import moment
from challenge_spec.converting.fields import page_from
from challenge_spec.converting.moments import TBD
from challenge_spec.converting.names import fitted
from challenge_spec.converting.opened import Opened
from challenge_spec.converting.outline import DataFolder, Outline
from challenge_spec.converting.phased import Column, Competition, Phase, Task, fill, terms_of
from challenge_spec.converting.spans import timeline
from challenge_spec.keys import key_from, unique

FILES: Final = ("competition.yaml", "competition.yml")
_SWITCH: Final = ("it is a switch of Codabench", "Nothing; Synapse has no such switch.")
PROGRAM: Final = (
    "the orchestrator runs CWL, not the command of a program's metadata",
    "Wrap it in a workflow, and name its repository in `workflows.scoring`.",
)
_IMAGE: Final = ("the images of the scoring are named in the workflow", "Name it there, with its digest.")
HOMELESS: Homeless = {
    "image": ("projects have no logo in the manifest", "Put it on a page: `![logo](logo.png)`."),
    "reward": ("a catalogue only hears that there is something to win", "Say it on a page; see `catalog.incentives`."),
    "contact_email": ("every project on Synapse has a forum", "Name an address on a page."),
    "forum_enabled": ("every project on Synapse has a forum", "Nothing; say on a page how you use it."),
    "docker_image": _IMAGE,
    "queue": ("compute queues are Codabench's", "Describe your machine under `orchestrators.main`."),
    "fact_sheet": ("a submission on Synapse has no form", "Ask in a write-up: `purpose: writeup`."),
    "solutions": ("example solutions are files like others", "Hand them out as an entry of `data`."),
    "accepts_only_result_submissions": ("Codabench ignores it too", "Nothing."),
    "allow_robot_submissions": _SWITCH,
    **dict.fromkeys(
        (
            "make_programs_available", "make_input_data_available", "enable_detailed_results", "auto_run_submissions",
            "show_detailed_results_in_submission_panel", "show_detailed_results_in_leaderboard",
            "can_participants_make_submissions_public",
        ),
        _SWITCH,
    ),
}  # fmt: skip
PHASE_HOMELESS: Homeless = {
    "description": ("a round has a name and dates", "Describe the phases on a page."),
    "auto_migrate_to_this_phase": (
        "Synapse moves no submissions from one round to the next",
        "Let people submit again, or evaluate the last ones by `evaluation: forward`.",
    ),
}
_TASK_HOMELESS: Homeless = {
    "scoring_program": PROGRAM,
    "ingestion_program": PROGRAM,
    "ingestion_only_during_scoring": PROGRAM,
    "key": ("what the task holds is on Codabench's server", "Download it there, and say here what it is."),
}
_COLUMN_HOMELESS: Homeless = {
    "title": ("a column is called as its metric", "Name the metric as people should see it."),
    "computation": ("nothing computes columns of others", "Let the scoring compute it, as an annotation of its own."),
    "computation_indexes": ("nothing computes columns of others", "See `computation`."),
    "precision": ("a view shows numbers as they were computed", "Round them in the scoring."),
}
_BOARD_HOMELESS: Homeless = {
    "key": ("views have keys of their own", "Rename the key, if scripts need the word."),
    "submission_rule": ("a view shows every submission of its queues", "Say in the rules which one counts."),
}


def read(opened: Opened) -> Outline:
    """The competition that the file describes; what it can't be is in the report."""
    root = opened.root
    root.text("version")
    outline = begun(opened)
    for number, page in enumerate(root.blocks("pages")):
        _page(opened, outline, page, number)
    add_terms(opened, outline, root, "terms")
    auto = root.flag("registration_auto_approve", "teams.participants.join")
    outline.join = "open" if auto else "request"
    found = Competition(benchmark=root.text("competition_type", "queues.*.purpose") == "benchmark")
    found.tasks = [_task(item, number) for number, item in enumerate(root.blocks("tasks"))]
    _leaderboard(root, found)
    phases = root.blocks("phases")
    found.phases = [_phase(opened, outline, found, item, number) for number, item in enumerate(phases)]
    _ends(found)
    finish(opened, outline, found)
    root.finish(HOMELESS, ("tasks", "phases", "leaderboards", "pages"))
    return outline


def begun(opened: Opened) -> Outline:
    """An outline with what both versions say in the same words."""
    root = opened.root
    title = root.text("title", "challenge.name")
    place = root.at("title")
    name = fitted(title or opened.called, opened.called, ("challenge", "name"), place, opened.report)
    outline = Outline(name, opened.zone.key, opened.report)
    outline.catalogue.description = root.text("description", "catalog.description")
    return outline


def finish(opened: Opened, outline: Outline, found: Competition) -> None:
    """Questions, queues and the timeline around them."""
    fill(opened, outline, found)
    place = opened.root.at("phases")
    last = found.phases[-1].end if found.phases else None
    timeline(outline, TBD, last or TBD, place, place)


def add_terms(opened: Opened, outline: Outline, block: Block, key: str) -> None:
    """The terms as a page, and as something that participants accept."""
    written = block.text(key)
    page = page_from(opened, block, key, written, ("terms",), "Terms and conditions") if written else None
    if page is not None:
        outline.accepts_terms = True
        outline.pages.append(page)


def _page(opened: Opened, outline: Outline, block: Block, number: int) -> None:
    title = block.text("title", "wiki") or f"Page {number + 1}"
    written = block.text("file")
    taken = {item.key[-1] for item in outline.pages if item.key} | {"terms"}
    where = (unique(key_from(title, "page"), taken),) if outline.pages else ()
    page = page_from(opened, block, "file", written, where, title) if written else None
    if page is not None:
        outline.pages.append(page)
    block.finish({}, ("title", "file"))


def _task(block: Block, number: int) -> Task:
    ident = block.text("index") or str(number)
    name = block.text("name", "sub_challenges") or f"Task {number + 1}"
    block.text("description")
    task = Task(ident, name, block)
    task.truth = block.text("reference_data", "data")
    task.inputs = block.text("input_data", "data")
    if block.has("description"):
        block.leave("description", "a sub-challenge has a question, in a sentence", "Write `question`, and a page.")
    block.finish(_TASK_HOMELESS, ("index", "name", "reference_data", "input_data"))
    return task


def _leaderboard(root: Block, found: Competition) -> None:
    boards = root.blocks("leaderboards")
    for board in boards[1:]:
        why, instead = "Codabench shows the first leaderboard only", "Add a view, if you want it."
        board.report.leave(board.at(), board.label, why, instead)
    for board in boards[:1]:
        found.title = board.text("title", "views.*.name")
        found.shown = not board.flag("hidden", "views")
        columns = [(_column(item), item.whole("index")) for item in board.blocks("columns")]
        ordered = sorted(columns, key=lambda pair: pair[1] if pair[1] is not None else len(columns))
        found.columns = list({column.key: column for column, _ in ordered if column}.values())
        board.finish(_BOARD_HOMELESS, ("columns", "hidden"))


def _column(block: Block) -> Column | None:
    key = block.text("key", "sub_challenges.*.metrics, views.*.columns")
    if key is None:
        key = block.text("title", "sub_challenges.*.metrics, views.*.columns")
    sorting = (block.text("sorting", "sub_challenges.*.metrics") or "desc").lower()
    hidden = block.flag("hidden", "queues.*.results.withhold") is True
    block.whole("index")
    block.finish(_COLUMN_HOMELESS, ("key", "title", "sorting", "index", "hidden"))
    return Column(key, "minimize" if sorting == "asc" else "maximize", hidden) if key else None


def _phase(opened: Opened, outline: Outline, found: Competition, block: Block, number: int) -> Phase:
    name = block.text("name", "queues.*.rounds") or f"Phase {number + 1}"
    block.text("index")
    start, end = moment(opened, block, "start"), moment(opened, block, "end")
    known = {task.ident for task in found.tasks}
    named = block.texts("tasks", "queues")
    tasks = tuple(item for item in named if item in known)
    if len(named) > len(tasks):
        block.leave("tasks", "some of these are no index of a task", "Add the sub-challenges that are missing.")
    if not tasks:
        why, instead = "it asks no task, so it is a round of no queue", "Add a round where it belongs."
        block.report.leave(block.at(), block.label, why, instead)
    if len(tasks) > 1:
        what = "one submission answered all tasks of a phase there; for that, write `for: { together: all }`"
        outline.report.decide(("queues",), what, block.at("tasks"))
    terms = terms_of(block)
    handed_out(opened, outline, block)
    block.finish(PHASE_HOMELESS, ("name", "start", "end", "tasks", "max_submissions_per_day", "max_submissions"))
    return Phase(name, block, start, end, tasks, terms)


def handed_out(opened: Opened, outline: Outline, block: Block) -> None:
    """Data that participants get, named by a phase: one entry for each file, however many phases name it."""
    for key, folder in (("public_data", "Data/Training"), ("starting_kit", "Data/Starting kit")):
        written = block.text(key, "data")
        if written is None:
            continue
        file = written.rpartition("/")[2]
        if any(item.shared and item.description == file for item in outline.data):
            continue
        entry = unique(key_from(key.replace("_", "-"), "data"), {item.key for item in outline.data})
        number = sum(item.folder.startswith(folder) for item in outline.data)
        where = f"{folder} {number + 1}" if number else folder
        outline.data.append(DataFolder(entry, where, shared=True, description=file))
        if path := opened.beside(written):
            outline.guarded.add(path)


def _ends(found: Competition) -> None:
    """Only the last phase may lack its end (peers 2.1); it is asked for."""
    for phase in found.phases:
        if phase.end.instant is None and not phase.end.problem and not found.benchmark:
            phase.block.report.decide(("queues",), "a phase has no end, and Synapse needs one", phase.block.at())
