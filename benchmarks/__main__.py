"""`python -m benchmarks`: run the scenarios, print the table, fail where something that has no noise missed its aim."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

from benchmarks import beside, creating, executing, latency, planning, scale, serving, startup, validating
from benchmarks.figures import Figure
from benchmarks.report import show, write

SCENARIOS: Final[Mapping[str, Callable[[bool], Iterable[Figure]]]] = {
    "startup": startup.run,
    "validating": validating.run,
    "planning": planning.run,
    "beside": beside.run,
    "executing": executing.run,
    "latency": latency.run,
    "scale": scale.run,
    "creating": creating.run,
    "serving": serving.run,
}


def main(arguments: list[str] | None = None) -> int:
    """Run what was asked for; the exit code is 1 where a required aim was missed."""
    options = _parser().parse_args(arguments)
    results = {name: _run(name, options.quick) for name in options.only or SCENARIOS}
    show(results)
    if options.json:
        write(results, options.json)
    return int(any(item.required and not item.met for figures in results.values() for item in figures))


def _run(name: str, quick: bool) -> list[Figure]:
    print(f"{name} ...", file=sys.stderr)
    return list(SCENARIOS[name](quick))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", action="append", choices=list(SCENARIOS), help="one scenario; may be given again")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as well")
    parser.add_argument("--quick", action="store_true", help="fewer repetitions and smaller sizes")
    return parser


if __name__ == "__main__":
    sys.exit(main())
