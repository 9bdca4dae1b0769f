"""Every broken manifest there is, with all of its findings and their places as they are kept in `broken.txt`.

Each is the sound challenge, whole, with one mistake: those of `mistakes*.py`, and the wrong example of every rule.
`python -m tests.challenge_spec.broken` writes `broken.txt` anew; read the diff.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from challenge_spec.load import Loaded, load_challenge
from challenge_spec.rulebook import rules
from challenge_spec.rulebook.examples import files_of
from challenge_spec.rulebook.rule import Files
from tests.challenge_spec.mistakes import SHAPES, TIMES, Case
from tests.challenge_spec.mistakes_of_meaning import ACCESS, GUIDE, NAMES, PLACES, QUEUES, REFERENCES, RENAMES
from tests.challenge_spec.mistakes_of_server import SERVER
from tests.challenge_spec.sound import PAGES, SOUND

CASES: tuple[Case, ...] = (*SHAPES, *TIMES, *REFERENCES, *QUEUES, *ACCESS, *NAMES, *PLACES, *RENAMES, *GUIDE, *SERVER)
KEPT = Path(__file__).with_name("broken.txt")


def manifests() -> Mapping[str, Files]:
    """Name → the files of every broken challenge."""
    mistakes: dict[str, Files] = {
        str(case): {**PAGES, "challenge.yaml": SOUND.replace(case.old, case.new, 1)} for case in CASES
    }
    return mistakes | {rule.code: files_of(rule.example, mended=False) for rule in rules() if rule.example is not None}


def put(folder: Path, files: Files) -> Path:
    """Write the files of a challenge (None leaves one out); returns its manifest."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if content is not None:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder / "challenge.yaml"


def told(loaded: Loaded, folder: Path) -> list[str]:
    """What was found: severity, code, file, line, column and length of each finding, in order."""
    return [
        f"{item.severity} {item.code} {Path(place.file).relative_to(folder)}:{place.line}:{place.column}+{place.length}"
        for item in loaded.diagnostics
        for place in (item.position,)
    ]


@cache
def expected() -> Mapping[str, list[str]]:
    """Name → the findings as they are kept."""
    blocks = (block.splitlines() for block in KEPT.read_text(encoding="utf-8").strip().split("\n\n"))
    return {name: [line.strip() for line in lines] for name, *lines in blocks}


def _found() -> Iterator[str]:
    for name, files in manifests().items():
        with TemporaryDirectory() as folder:
            home = Path(folder).resolve()
            lines = told(load_challenge(put(home, files)), home)
            yield "\n".join([name, *(f"  {line}" for line in lines)])


if __name__ == "__main__":
    KEPT.write_text("\n\n".join(_found()) + "\n", encoding="utf-8")
