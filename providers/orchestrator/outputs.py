"""The files of orchestrators and workflows as outputs of a plan: what would be written, and writing it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from challenge_spec.resolved import ResolvedChallenge
from planner.announcing import SEND, announcements
from planner.plan import Output, OutputState
from planner.references import references, resolve
from providers.orchestrator.files import ENV, Folder, assemble, token_in
from providers.orchestrator.from_challenge import inputs_of
from providers.orchestrator.queue_table import queue_tables

SECRET_MODE = 0o600
PLAIN_MODE = 0o644


@dataclass(frozen=True, slots=True)
class OrchestratorFolder:
    """One orchestrator's folder: where it goes and what is in it, or why nothing is.

    block: where in the manifest its name stands; `workflows` for what goes into the repository of that name, `wiki` for
    announcements.
    """

    name: str
    path: Path
    folder: Folder
    block: str = "orchestrators"


def folders(
    challenge: ResolvedChallenge, ids: Mapping[str, str], below: Path, token: str = ""
) -> Iterator[OrchestratorFolder]:
    """Assemble the folder of each orchestrator below a directory.

    token: written into `.env` only where it was asked for; a token that somebody filled in there before is kept.
    """
    for inputs in inputs_of(challenge, ids):
        path = below / inputs.name
        yield OrchestratorFolder(inputs.name, path, assemble(inputs, token or token_in(_text(path / ENV))))


def tables(challenge: ResolvedChallenge, ids: Mapping[str, str], below: Path) -> Iterator[OrchestratorFolder]:
    """The queue tables, each at its path below a folder named after its repository. ids: as for `queue_tables`."""
    for table in queue_tables(challenge, ids):
        files = {} if table.missing else {table.path: table.text}
        notes = (f"commit {table.path} to {table.repository}",) if files else ()
        content = Folder(files=files, missing=table.missing, notes=notes)
        yield OrchestratorFolder(table.repository, below / table.repository, content, "workflows")


def messages(challenge: ResolvedChallenge, ids: Mapping[str, str], below: Path) -> Iterator[OrchestratorFolder]:
    """The announcements' drafts in one folder."""
    drafts = tuple(announcements(challenge))
    if not drafts:
        return
    missing = tuple(sorted({address for draft in drafts for address in references(draft.text) if address not in ids}))
    files = {} if missing else {f"{draft.stage}.md": str(resolve(draft.text, ids)) for draft in drafts}
    content = Folder(files=files, missing=missing, notes=(SEND,) if files else ())
    yield OrchestratorFolder("announcements", below / "announcements", content, "wiki")


def outputs(folders: Iterator[OrchestratorFolder]) -> Iterator[Output]:
    """What apply would do with each folder's files."""
    for item in folders:
        if item.folder.missing or item.folder.problems:
            wrong = tuple(f"{problem.field}: {problem.message}. {problem.remedy}" for problem in item.folder.problems)
            yield Output(str(item.path), OutputState.WAITS, item.folder.missing, (*wrong, *item.folder.notes))
            continue
        for name, text in item.folder.files.items():
            state = OutputState.SAME if _text(item.path / name) == text else OutputState.WRITE
            yield Output(
                str(item.path / name),
                state,
                notes=item.folder.notes if name == ENV or item.block != "orchestrators" else (),
            )


def write(item: OrchestratorFolder) -> tuple[Path, ...]:
    """Write what differs, `.env` readable by its owner only from the first byte on; return the paths written.

    Raises OSError where the disk refuses.
    """
    written = []
    for name, text in item.folder.files.items():
        target = item.path / name
        if _text(target) != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            _replace(target, text, SECRET_MODE if name == ENV else PLAIN_MODE)
            written.append(target)
    return tuple(written)


def _replace(target: Path, text: str, mode: int) -> None:
    """Write beside the file and move it into place, so that a killed process leaves the old one or the new one."""
    beside = target.with_name(f"{target.name}.{os.getpid()}.part")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
    beside.replace(target)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
