"""Live progress of an apply: one moving line for each running operation on a terminal, plain lines elsewhere."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from challenge_cli import console
from planner.render.spans import Line, Span, Style, line
from planner.render.symbols import ACTIONS
from providers.apply.events import Event, Failed, Finished, Skipped, Started, Waiting

if TYPE_CHECKING:
    from rich.live import Live

FRAMES: Final = 8
"""Times a second that the picture is drawn."""
HEARTBEAT: Final = 10.0
"""Seconds without a line, off a terminal, after which one says what is still under way."""
CARRIED: Final = "with its owner"
Ticking: TypeAlias = Callable[[float, Callable[[], object]], AbstractContextManager[None]]


@dataclass(slots=True)
class Tally:
    """What is known of an apply so far; every event is told to it. clock: seconds."""

    total: int
    clock: Callable[[], float] = time.monotonic
    done: int = 0
    failed: int = 0
    skipped: int = 0
    running: dict[str, Started] = field(default_factory=dict)
    since: dict[str, float] = field(default_factory=dict)
    waiting: str = ""

    def tell(self, event: Event) -> None:
        """Count an event."""
        if isinstance(event, Started):
            self.running[event.operation_id], self.since[event.operation_id] = event, self.clock()
        elif isinstance(event, Waiting):
            self.waiting = event.text
        elif isinstance(event, Finished | Failed | Skipped):
            self._end(event)

    def _end(self, event: Finished | Failed | Skipped) -> None:
        self.running.pop(event.operation_id, None)
        self.since.pop(event.operation_id, None)
        self.waiting = ""
        self.done += isinstance(event, Finished)
        self.failed += isinstance(event, Failed)
        self.skipped += isinstance(event, Skipped)

    @property
    def known(self) -> int:
        """Operations that are known of: gates that open on the way add to them."""
        return max(self.total, self.ended + len(self.running))

    @property
    def ended(self) -> int:
        """Operations that need no more waiting for."""
        return self.done + self.failed + self.skipped


def event_line(event: Event) -> Line | None:
    """One line for what has happened; None for what isn't worth a line of its own."""
    if isinstance(event, Finished) and event.did != CARRIED:
        sign = ACTIONS[event.action.value]
        return line("  ", sign, f" {event.address}", (f"  {event.did}, {event.seconds:.1f} s", Style.DIM))
    if isinstance(event, Failed):
        return line(("  x ", Style.BAD), event.address, (f"  {event.error.what}", Style.BAD))
    if isinstance(event, Waiting):
        return line(("  . ", Style.WARNING), (event.text, Style.WARNING))
    return None


def heartbeat(tally: Tally) -> Line:
    """What is under way, in one line."""
    now = tally.clock()
    slow = [f"{item.address} ({now - tally.since[id_]:.0f} s)" for id_, item in tally.running.items()]
    what = tally.waiting or ", ".join(slow) or ("writing the ledger" if tally.ended == tally.known else "waiting")
    failed = f", {tally.failed} failed" if tally.failed else ""
    return line(("  . ", Style.DIM), (f"{tally.done} of {tally.known} done{failed}; {what}", Style.DIM))


@contextmanager
def progress(total: int) -> Iterator[Callable[[Event], None]]:
    """A function to be told every event; shows them as they suit whoever watches standard error."""
    import sys

    shown = _live if console.is_terminal(sys.stderr) else plain
    with shown(Tally(total)) as tell:
        yield tell


@contextmanager
def plain(tally: Tally, ticking: Ticking | None = None) -> Iterator[Callable[[Event], None]]:
    """A line for every operation that has ended, and a heartbeat where nothing ends for long.

    ticking: calls something again and again, as long as it is entered; by default from a thread.
    """
    beat = Heart(tally, lambda row: console.messages([row]))

    def tell(event: Event) -> None:
        tally.tell(event)
        if (row := event_line(event)) is not None:
            beat.touch()
            console.messages([row])

    with (ticking or _ticking)(1.0, beat.due):
        yield tell


class Heart:
    """Says what is under way whenever nothing was said for HEARTBEAT seconds."""

    def __init__(self, tally: Tally, say: Callable[[Line], None]) -> None:
        self._tally, self._say = tally, say
        self._last = tally.clock()

    def touch(self) -> None:
        """Something was said."""
        self._last = self._tally.clock()

    def due(self) -> bool:
        """Say what is under way if it is time to; whether it was."""
        if self._tally.clock() - self._last < HEARTBEAT:
            return False
        self.touch()
        self._say(heartbeat(self._tally))
        return True


@contextmanager
def _ticking(seconds: float, tick: Callable[[], object]) -> Iterator[None]:
    """Call `tick` again and again, from a thread: whoever tells events may be busy."""
    stopped = threading.Event()

    def run() -> None:
        while not stopped.wait(seconds):
            tick()

    thread = threading.Thread(target=run, name="progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


@contextmanager
def _live(tally: Tally) -> Iterator[Callable[[Event], None]]:
    """Lines of what has ended scroll by; below them stands what is running, and a bar."""
    import sys

    from rich.console import Console
    from rich.live import Live

    screen = Console(file=sys.stderr, no_color=not console.has_colour(sys.stderr), highlight=False)
    # One lock for all that is drawn: rich's own thread would draw between our erasing and our printing.
    lock = threading.Lock()
    with Live(console=screen, auto_refresh=False, transient=True, get_renderable=lambda: _picture(tally)) as live:

        def draw(event: Event | None = None) -> None:
            with lock:
                _draw(tally, live, event)

        with _ticking(1 / FRAMES, draw):
            yield draw


def _draw(tally: Tally, live: Live, event: Event | None) -> None:
    if event is not None:
        tally.tell(event)
        if (row := event_line(event)) is not None:
            live.console.print(_rich(row))
    live.refresh()


def _picture(tally: Tally) -> Any:
    """What is running, and how far it is."""
    from rich.console import Group
    from rich.progress_bar import ProgressBar
    from rich.table import Table

    now = tally.clock()
    rows = [
        line((f"  {now - tally.since[id_]:4.0f} s ", Style.DIM), *_running(item)) for id_, item in tally.running.items()
    ]
    rows += [line(("  . ", Style.WARNING), (tally.waiting, Style.WARNING))] if tally.waiting else []
    bar = Table.grid(padding=(0, 1))
    bar.add_row("  ", ProgressBar(tally.known, tally.ended, width=40), f"{tally.ended} of {tally.known}")
    return Group(*map(_rich, rows), bar)


def _running(item: Started) -> tuple[Span, ...]:
    return (ACTIONS[item.action.value], Span(f" {item.address}"))


_RICH: Final = {
    Style.CREATE: "bold green",
    Style.UPDATE: "bold yellow",
    Style.ADOPT: "bold cyan",
    Style.DELETE: "bold red",
    Style.BAD: "bold red",
    Style.WARNING: "yellow",
    Style.DIM: "dim",
}


def _rich(row: Line) -> Any:
    from rich.text import Text

    return Text.assemble(*((span.text, _RICH.get(span.style, "")) for span in row), no_wrap=True, overflow="ellipsis")
