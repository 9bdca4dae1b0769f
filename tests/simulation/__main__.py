"""Telling stories by hand: replay one, shrink one, or tell many.

python -m tests.simulation [small] SEED            what is broken in the story of a seed, and its trace
python -m tests.simulation [small] shrink SEED     the shortest story that breaks the same law, ready for kept.jsonl
python -m tests.simulation [small] many FIRST END  the seeds from FIRST up to END; those that break a law
python -m tests.simulation [small] first FIRST END the same, but only up to the first that breaks one
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
import time
from pathlib import Path

from tests.simulation.script import Script, dumped, lighter, write
from tests.simulation.story import Ending, tell


def main(words: list[str]) -> int:
    """Do what the words say; 1 where a law is broken."""
    small = words[:1] == ["small"]
    match words[1:] if small else words:
        case ["shrink", seed]:
            return _shrink(write(int(seed), small=small))
        case ["many", first, end]:
            return _many(range(int(first), int(end)), small=small)
        case ["first", first, end]:
            return _first(range(int(first), int(end)), small=small)
        case [seed] if seed.isdigit():
            return _replay(write(int(seed), small=small))
    sys.stderr.write(f"{__doc__}\n")
    return 2


def _told(script: Script) -> Ending:
    with tempfile.TemporaryDirectory() as folder:
        return tell(script, Path(folder))


def _replay(script: Script) -> int:
    ending = _told(script)
    _say(dumped(script), *ending.trace, *(f"BROKEN: {law}" for law in ending.broken))
    return int(bool(ending.broken))


def _many(seeds: range, *, small: bool) -> int:
    begun, found = time.monotonic(), 0
    for seed in seeds:
        broken = _broken(write(seed, small=small))
        found += bool(broken)
        if broken:
            _say(f"{seed}: {broken[0]}")
    _say(f"{len(seeds)} stories in {time.monotonic() - begun:.0f} s, {found} of them break a law")
    return int(bool(found))


def _broken(script: Script) -> list[str]:
    """The laws that a story breaks; one that ends in an error mustn't hide those after it."""
    try:
        return _told(script).broken
    except Exception as failure:  # noqa: BLE001 -- whatever it is, it is told with its seed
        return [f"the story itself ends in {failure!r}"]


def _first(seeds: range, *, small: bool) -> int:
    found = next(((seed, broken) for seed in seeds if (broken := _broken(write(seed, small=small)))), None)
    if found:
        _say(f"{found[0]}: {found[1][0]}")
    return int(found is not None)


def _shrink(script: Script) -> int:
    wanted = _laws(_told(script))
    if not wanted:
        _say("nothing is broken in this story")
        return 0
    while lightest := next((less for less in lighter(script) if wanted & _laws(_told(less))), None):
        script = lightest
    _say(json.dumps({"why": "; ".join(sorted(wanted)), "script": json.loads(dumped(script))}))
    return 1


def _laws(ending: Ending) -> set[str]:
    """The broken laws, without names and numbers: what stays the same while a story gets shorter."""
    return {re.sub(r"[^a-z ]+\S*", "", re.sub(r"\S*[/.\d]\S*", "", text))[:60].strip() for text in ending.broken[:1]}


def _say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
