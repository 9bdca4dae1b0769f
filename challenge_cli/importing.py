"""From a challenge on Synapse to a folder with its manifest and pages: everything that isn't printing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from challenge_cli.errors import Failure
from challenge_cli.moments import moment
from challenge_cli.options import Aim
from challenge_cli.target import DEPLOYER, SANDBOX_NAME, Target, choose, token_of
from challenge_cli.writing import write

if TYPE_CHECKING:
    from challenge_cli.engine import Look
    from challenge_spec.load import Loaded
    from planner.describe.draft import Described
    from providers.synapse.session import Session

MANIFEST: Final = "challenge.yaml"


@dataclass(frozen=True, slots=True)
class Import:
    """What is to be imported, and where to. project, staging: ids or names; staging None: by its usual name."""

    project: str
    staging: str | None
    zone: ZoneInfo
    out: Path
    overwrite: bool = False


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of it. files: as written, the manifest first. look: the first plan; None where it can't be made."""

    described: Described
    files: tuple[Path, ...]
    loaded: Loaded
    look: Look | None


def target_of(aim: Aim, zone: ZoneInfo) -> Target:
    """Where to import from; the embedded sandbox is the one of this folder. Raises Failure."""
    now = moment(aim.now, zone) if aim.now else None
    if not aim.sandbox or aim.endpoint:
        return choose(Path(MANIFEST), aim.sandbox, aim.endpoint, now)
    data = Path(".challenge") / "sandbox"
    if not data.is_dir():
        mend = "go to the folder of the manifest that was applied to it"
        raise Failure(str(data), "there is no embedded sandbox here", mend)
    return Target(SANDBOX_NAME, None, token_of(DEPLOYER), data, now)


async def run_import(session: Session, wanted: Import, target: Target) -> Imported:
    """Read, describe, write, and plan with what was written. Raises Failure, ProviderError."""
    from planner.describe import describe
    from providers.synapse.discover import discover

    found = await discover(session, wanted.project, wanted.staging)
    described = describe(found, wanted.zone)
    files = {MANIFEST: _manifest(described, wanted, found.now), **described.pages}
    paths = write(files, wanted.out, wanted.overwrite)
    return await _checked(session, described, paths, target)


def _manifest(described: Described, wanted: Import, now: datetime) -> str:
    from challenge_spec.dump import dump

    return dump(described.document, {**described.comments, (): _heading(described, wanted, now)})


def _heading(described: Described, wanted: Import, now: datetime) -> str:
    lines = [
        f"The challenge {wanted.project} as it was on Synapse on {now.astimezone(wanted.zone):%Y-%m-%d}.",
        "Lines with `decide` tell what Synapse doesn't know. `grants` tell access that the convention would not give:",
        "a level adds, a list of access types or `none` holds instead.",
    ]
    if described.report:
        lines += ["", "Left on Synapse as it is, for the manifest has no words for it:"]
        lines += [f"- {' '.join(item.split())}" for item in described.report]
    return "\n".join(lines)


async def _checked(session: Session, described: Described, paths: tuple[Path, ...], target: Target) -> Imported:
    """Load what was written, and plan with it."""
    from challenge_cli.engine import Job, look
    from challenge_spec.load import load_challenge

    loaded = load_challenge(paths[0])
    if loaded.resolved is None:
        return Imported(described, paths, loaded, None)
    folder = paths[0].parent
    job = Job(loaded.resolved, target, folder, folder / ".challenge" / "orchestrator")
    return Imported(described, paths, loaded, await look(session, job))


def decisions(described: Described) -> Iterator[tuple[str, str]]:
    """(where in the manifest, what) of everything that somebody has to decide."""
    for path, text in described.comments.items():
        if text.startswith("decide: "):
            yield ".".join(map(str, path)), text.removeprefix("decide: ")
