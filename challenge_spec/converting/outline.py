"""A challenge as another platform describes it, in plain words of ours: between the readers and the one writer."""

from __future__ import annotations

from dataclasses import dataclass, field

from challenge_spec.converting.moments import TBD, Said
from challenge_spec.converting.report import Report
from challenge_spec.diagnostics import Position
from challenge_spec.scoring import Direction, Purpose, Submission


@dataclass(slots=True)
class Question:
    """A sub-challenge. rank_by: metrics in the order in which they decide. kind: of file, if files are submitted."""

    key: str
    name: str
    metrics: dict[str, Direction] = field(default_factory=dict)
    rank_by: tuple[str, ...] = ()
    question: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for submissions, of a queue or of a round. limits: empty says that there are none.

    time_limit: seconds. scores, logs: as in `challenge_spec.schedule.Results`.
    """

    limits: tuple[tuple[str, int], ...] | None = None
    time_limit: int | None = None
    scores: str | None = None
    logs: str | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """A round."""

    name: str
    start: Said = TBD
    end: Said = TBD
    terms: Terms = Terms()
    gap: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """Equal rounds back to back. every: as the manifest says it; None where one round lasts until the close.

    end: of the last of them, `tbd` where that is the close.
    """

    start: Said = TBD
    end: Said = TBD
    count: int = 1
    every: str | None = None


@dataclass(slots=True)
class Queue:
    """An entry of `queues`. questions: keys; together: one queue for all of them. windows None: always open.

    truths: question → data entry; under "" the one for the whole queue.
    """

    key: str
    questions: tuple[str, ...] = ()
    together: bool = False
    purpose: Purpose = "leaderboard"
    submission: Submission = "file"
    windows: tuple[Window, ...] | Series | None = ()
    terms: Terms = Terms()
    truths: dict[str, str] = field(default_factory=dict)
    inputs: tuple[str, ...] = ()
    withhold: tuple[str, ...] = ()
    access: str | None = None
    name: str | None = None
    description: str | None = None
    instructions: str | None = None
    receipt: str | None = None


@dataclass(slots=True)
class DataFolder:
    """An entry of `data`. shared: participants get it when the challenge opens."""

    key: str
    folder: str
    file: str | None = None
    shared: bool = False
    description: str | None = None


@dataclass(slots=True)
class Board:
    """An entry of `views`, seen by everybody."""

    key: str
    queues: tuple[str, ...]
    columns: tuple[str, ...]
    name: str | None = None


@dataclass(slots=True)
class PageDraft:
    """A page. file: name in the bundle, which links are relative to; ident: number of the page on Synapse."""

    key: tuple[str, ...]
    title: str
    text: str
    file: str = ""
    place: Position = field(default_factory=lambda: Position(""))
    ident: str = ""
    attached: tuple[str, ...] = ()


@dataclass(slots=True)
class Catalogue:
    """The entry in public catalogues."""

    headline: str | None = None
    description: str | None = None
    keywords: tuple[str, ...] = ()
    sponsors: list[tuple[str, str | None]] = field(default_factory=list)
    prizes: bool = False


@dataclass(slots=True)
class Outline:
    """The whole challenge. zone: IANA name. guarded: files of the bundle that no page may show (truths, programs)."""

    name: str
    zone: str
    report: Report
    description: str | None = None
    opens: Said = TBD
    closes: Said = TBD
    join: str | None = None
    accepts_terms: bool = False
    questions: list[Question] = field(default_factory=list)
    queues: list[Queue] = field(default_factory=list)
    data: list[DataFolder] = field(default_factory=list)
    boards: list[Board] = field(default_factory=list)
    pages: list[PageDraft] = field(default_factory=list)
    catalogue: Catalogue = field(default_factory=Catalogue)
    guarded: set[str] = field(default_factory=set)
