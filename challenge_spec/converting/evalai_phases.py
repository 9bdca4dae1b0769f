"""EvalAI's phases, dataset splits and leaderboards as queues, sub-challenges and views (peers 1.1, 6.1).

A phase is one queue: each submission is evaluated on every dataset split of its phase. Splits that share a leaderboard
are one question; those with leaderboards of their own are questions of their own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from challenge_spec.converting.block import Block, Homeless
from challenge_spec.converting.fields import page_from, utc_moment
from challenge_spec.converting.moments import Said
from challenge_spec.converting.names import apart, fit, metric_names
from challenge_spec.converting.opened import Opened
from challenge_spec.converting.outline import Board, DataFolder, Outline, Question, Queue, Terms, Window
from challenge_spec.converting.spans import ordered, reachable
from challenge_spec.keys import key_from, unique
from challenge_spec.scoring import Direction

UNLIMITED: Final = 100_000
"""From this number on nobody is limited (peers 1.1: the default)."""
DAY: Final = 86_400
"""EvalAI's own time limit for a submission, in seconds."""
_HIDDEN, _OWN, _PUBLIC = 1, 2, 3
_ARTIFACTS: Final = ("Synapse keeps everything", "Say in the rules what you delete, and when.")
_QUESTIONS: Final = ("a submission on Synapse has no form", "Ask in a write-up, or in an external form.")
_HOMELESS: Homeless = {
    "max_concurrent_submissions_allowed": (
        "Synapse counts submissions, not those that run", "See `orchestrators.main.max_concurrent` for all together."
    ),
    "is_submission_public": ("submissions on Synapse are seen by their submitters and staff", "Publish them yourself."),
    "is_active": ("rounds open and close by their dates", "Nothing."),
    "allowed_email_ids": ("Synapse works with teams", "Make a team, and name it in the queue's `access`."),
    "default_submission_meta_attributes": _QUESTIONS,
    "submission_meta_attributes": _QUESTIONS,
    "is_restricted_to_select_one_submission": ("nobody can mark a submission on Synapse", "Rank the last or the best."),
    "is_partial_submission_evaluation_enabled": ("a submission on Synapse is one thing", "Make a queue for each part."),
    "disable_logs": ("who receives logs is said in words", "Write `results: { logs: none }` on the queue."),
    "environment_image": ("images are named in the workflow", "Name it there, with its digest."),
    "submission_artifact_retention_policy": _ARTIFACTS,
    "is_submission_paused": ("rounds open and close by their dates", "Move the end, or drain the orchestrator."),
}  # fmt: skip
_SPLIT_HOMELESS: Homeless = {
    "leaderboard_decimal_precision": ("a view shows numbers as they were computed", "Round them in the scoring."),
    "show_execution_time": ("EvalAI ignores it too", "Nothing."),
    "show_leaderboard_by_latest_submission": ("EvalAI ignores it too", "Nothing."),
}


@dataclass(slots=True)
class Split:
    """An entry of `challenge_phase_splits`."""

    phase: str
    leaderboard: str
    dataset: str
    visibility: int
    descending: bool | None
    block: Block


@dataclass(slots=True)
class Phases:
    """What is read of them, in the order in which they refer to each other."""

    opened: Opened
    outline: Outline
    docker: bool
    datasets: dict[str, str] = field(default_factory=dict)
    boards: dict[str, Block] = field(default_factory=dict)
    splits: list[Split] = field(default_factory=list)
    questions: dict[str, Question] = field(default_factory=dict)
    titles: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)

    def read(self, time_limit: int | None) -> None:
        """Fill the outline with sub-challenges, queues, truths and views. time_limit: seconds, for every phase."""
        root = self.opened.root
        self.datasets = {item.text("id") or "": self._dataset(item) for item in root.blocks("dataset_splits")}
        for item in root.blocks("leaderboard"):
            self.boards[item.text("id") or ""] = item
        self.splits = [self._split(item) for item in root.blocks("challenge_phase_splits")]
        for board in self.boards or ("",):
            self._question(board)
        limit = DAY if time_limit is None and self.docker else time_limit
        phases = root.blocks("challenge_phases")
        for phase in phases:
            self._phase(phase, limit)
        self._finish_boards()

    def _dataset(self, block: Block) -> str:
        name = block.text("name", "sub_challenges") or block.text("codename") or ""
        if block.has("codename"):
            block.leave(
                "codename", "sub-challenges have keys of their own", "Rename the key, if scripts need the word."
            )
        block.finish({}, ("id", "name", "codename"))
        return name

    def _split(self, block: Block) -> Split:
        visibility = block.whole("visibility", "queues.*.results.scores")
        found = Split(
            block.text("challenge_phase_id") or "",
            block.text("leaderboard_id") or "",
            block.text("dataset_split_id") or "",
            visibility if visibility in (_HIDDEN, _OWN, _PUBLIC) else _HIDDEN,
            block.flag("is_leaderboard_order_descending", "sub_challenges.*.metrics"),
            block,
        )
        block.finish(_SPLIT_HOMELESS)
        return found

    def _question(self, board: str) -> None:
        """The sub-challenge of a leaderboard, named after its dataset splits where there are several leaderboards."""
        used = [self.datasets.get(split.dataset, "") for split in self.splits if split.leaderboard == board]
        shared = list(dict.fromkeys(name for name in used if name))
        called = " and ".join(shared) if len(self.boards) > 1 else ""
        name = apart(fit(called, 60) or ("Main" if len(self.boards) <= 1 else "Leaderboard"), self.names)
        key = unique(key_from(name, "task"), {item.key for item in self.questions.values()})
        metrics, first = self._metrics(board)
        if len(shared) > 1 and board in self.boards:
            what = f"one ranking for {' and '.join(shared)}; make a sub-challenge of each that has its own"
            self.outline.report.decide(("sub_challenges", key), what, self.boards[board].at())
        question = Question(key, name, metrics, (first,) if first else ())
        self.questions[board] = question
        self.outline.questions.append(question)

    def _metrics(self, board: str) -> tuple[dict[str, Direction], str | None]:
        block = self.boards.get(board)
        if block is None:
            return {}, None
        schema = block.block("schema")
        metadata = schema.block("metadata")
        labels = schema.texts("labels", "sub_challenges.*.metrics, views.*.columns")
        first = schema.text("default_order_by", "sub_challenges.*.rank_by")
        if first is not None and first not in labels:
            schema.leave("default_order_by", "it is none of the labels", "Write `rank_by` in the manifest.")
            first = None
        names = metric_names(labels, schema.at("labels"), self.outline.report)
        found = {name: self._direction(board, metadata, label, first) for label, name in names.items()}
        metadata.finish({})
        schema.finish({})
        return found, names[first] if first is not None else None

    def _direction(self, board: str, metadata: Block, label: str, first: str | None) -> Direction:
        """As the label's metadata say it, else as the order of the leaderboard does, which is by the first metric."""
        about = metadata.block(label) if metadata.has(label) else None
        ascending = about.flag("sort_ascending", "sub_challenges.*.metrics") if about else None
        if about:
            about.finish({"description": ("metrics have no descriptions", "Explain it on the evaluation page.")})
        if ascending is None and label == first:
            orders = [split.descending for split in self.splits if split.leaderboard == board]
            ascending = next((not order for order in orders if order is not None), None)
        return "minimize" if ascending else "maximize"

    def _phase(self, block: Block, time_limit: int | None) -> None:
        id_ = block.text("id") or ""
        name = apart(fit(block.text("name", "queues") or "", 60) or "Phase", self.titles, 60)
        key = unique(
            key_from(block.text("codename", "queues") or name, "phase"), {item.key for item in self.outline.queues}
        )
        splits = [split for split in self.splits if split.phase == id_]
        asked = tuple(dict.fromkeys(self.questions[split.leaderboard].key for split in splits if self._known(split)))
        scores = self._scores(block, splits)
        if not splits and len(self.outline.questions) > 1:
            what = "no phase split says what this phase asks; it is for every sub-challenge"
            self.outline.report.decide(("queues", key), what, block.at())
        terms = Terms(self._limits(block), time_limit, scores, None)
        window = Window(name, *self._dates(block))
        queue = Queue(key, asked, len(asked) > 1, submission="docker" if self.docker else "file", terms=terms)
        queue.windows = (ordered(window, block, "end_date"),)
        queue.truths = {"": self._truth(block, key)}
        queue.access = self._access(block)
        self.outline.queues.append(queue)
        self._views(queue, splits)
        self._kind(block, queue)
        self._description(block, key, name)
        block.finish(_HOMELESS)

    def _known(self, split: Split) -> bool:
        if split.leaderboard in self.questions:
            return True
        split.block.leave("leaderboard_id", "there is no such leaderboard", "Add a sub-challenge, if one is missing.")
        return False

    def _dates(self, block: Block) -> tuple[Said, Said]:
        to = "queues.*.rounds"
        start, end = (utc_moment(self.opened, block, key, to) for key in ("start_date", "end_date"))
        return start, end

    def _scores(self, block: Block, splits: list[Split]) -> str:
        """The least that any of its splits shows; a second word about the same thing may contradict it."""
        visible = min((split.visibility for split in splits), default=_HIDDEN)
        public = block.flag("leaderboard_public", "queues.*.results.scores")
        if public is not None and splits and public != (visible == _PUBLIC):
            why = f"`visibility: {visible}` of its phase splits says otherwise, and was taken"
            block.leave("leaderboard_public", why, "Correct `results.scores` and the views, if this one is right.")
        return "never" if visible == _HIDDEN else "immediate"

    def _limits(self, block: Block) -> tuple[tuple[str, int], ...]:
        names = (
            ("daily", "max_submissions_per_day"), ("monthly", "max_submissions_per_month"), ("total", "max_submissions")
        )  # fmt: skip
        found: dict[str, int] = {}
        for name, key in names:
            number = block.whole(key, "queues.*.limits")
            if number is not None and number < UNLIMITED:
                found[name] = number
        return reachable(block, "max_submissions", found)

    def _truth(self, block: Block, key: str) -> str:
        """The data entry of a truth, a folder for each phase; the file itself is never taken along."""
        named = block.text("test_annotation_file", "data")
        entry = unique(f"{key[:56]}-truth", {item.key for item in self.outline.data})
        file = fit(named.rpartition("/")[2]) if named else ""
        self.outline.data.append(DataFolder(entry, f"Private Data/{entry}", file or None))
        path = self.opened.beside(named) if named else ""
        if path:
            self.outline.guarded.add(path)
        if named and path and self.opened.bundle.has(path):
            why = "it lies among files that are shared, perhaps in git, and everybody who has them knows the truth"
            instead = "Upload it to its folder on Synapse, and take it out of the repository and its history."
            block.leave("test_annotation_file", why, instead)
        elif not file:
            self.outline.report.decide(("data", entry, "file"), "which file holds the truth", block.at())
        return entry

    def _access(self, block: Block) -> str | None:
        return "testers" if block.flag("is_public", "queues.*.access") is False else None

    def _views(self, queue: Queue, splits: list[Split]) -> None:
        """One public view for each leaderboard that everybody may see."""
        for split in splits:
            question = self.questions.get(split.leaderboard)
            if question is None or split.visibility != _PUBLIC or queue.terms.scores == "never":
                continue
            board = next((item for item in self.outline.boards if item.key == question.key), None)
            if board is None:
                self.outline.boards.append(Board(question.key, (queue.key,), ("submitter", *question.metrics)))
            elif queue.key not in board.queues:
                board.queues = (*board.queues, queue.key)

    def _kind(self, block: Block, queue: Queue) -> None:
        """The kind of file, where one is allowed and nobody says another."""
        kinds = [kind.lstrip(".") for kind in block.texts("allowed_submission_file_types")]
        asked = [item for item in self.outline.questions if item.key in queue.questions] or self.outline.questions
        if len(kinds) == 1 and all(item.kind in (None, kinds[0]) for item in asked) and queue.submission == "file":
            block.take("allowed_submission_file_types", "sub_challenges.*.format.file")
            for item in asked:
                item.kind = kinds[0]
        elif kinds:
            why = "a sub-challenge has one kind of file"
            block.leave("allowed_submission_file_types", why, "Let the workflow check it, and say it on a page.")

    def _description(self, block: Block, key: str, name: str) -> None:
        text = block.text("description")
        page = page_from(self.opened, block, "description", text, (f"phase-{key}",), name) if text else None
        if page is not None:
            self.outline.pages.append(page)

    def _finish_boards(self) -> None:
        for block in self.boards.values():
            block.finish({}, ("id", "schema"))
