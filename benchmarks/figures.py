"""What a scenario reports: figures, each a ratio, a growth exponent or a count, with the aim that it is held to."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table.

    what: what was measured, and against what. value, unit: "×" for a ratio to the baseline, else as it says.
    aim: the most that it should be; None where there is no aim. required: missing the aim fails the run (only for
    figures without noise). why: for the table, where the value comes from. details: the raw numbers, for JSON.
    counts: requests by kind, for a table of their own.
    """

    what: str
    value: float
    unit: str = "×"
    aim: float | None = None
    required: bool = False
    why: str = ""
    details: Mapping[str, float | str] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def met(self) -> bool:
        """Whether the aim, if there is one, is met."""
        return self.aim is None or self.value <= self.aim


def ratio(what: str, measured: list[float], baseline: list[float], aim: float | None = None) -> Figure:
    """A ratio of two interleaved series of seconds: of their medians, for both met the same noise.

    The minima stand beside it: noise only raises them, but on a busy machine one series may find no calm moment.
    """
    minima = min(measured) / min(baseline)
    details = {
        "best": min(measured),
        "median": median(measured),
        "baseline": min(baseline),
        "baseline median": median(baseline),
        "ratio of minima": minima,
    }
    why = (
        f"{duration(median(measured))} / {duration(median(baseline))} (best: {duration(min(measured))}, {minima:.2f} ×)"
    )
    return Figure(what, median(measured) / median(baseline), aim=aim, why=why, details=details)


def exponent(what: str, small: tuple[int, float], large: tuple[int, float], aim: float | None = None) -> Figure:
    """The growth exponent between two (size, seconds): 1 is linear, 2 quadratic."""
    value = math.log(large[1] / small[1]) / math.log(large[0] / small[0])
    why = f"{duration(small[1])} → {duration(large[1])}"
    details = {f"at {size:,}": seconds for size, seconds in (small, large)}
    return Figure(what, value, unit="", aim=aim, why=why, details=details)


def duration(seconds: float) -> str:
    """Seconds for people: `17.2 ms`, `3.41 s`."""
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"
