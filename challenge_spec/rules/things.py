"""Data, workflows, requirements and what exists already: each says enough, and nothing against itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from challenge_spec.resolving.precedence import all_with_defaults
from challenge_spec.rules.context import Room
from challenge_spec.source import Path
from challenge_spec.teams import STANDARD_TEAMS

_RESERVED_FOLDER = "Logs"
"""Where orchestrators put logs and predictions (guide, item 56)."""


_OWNED = ("projects", "teams", "data", "views")
_CHANGES = ("members", "join", "requires", "grants", "access", "release", "columns")


def check(room: Room) -> None:
    """Run the rules of this family."""
    for key in room.manifest.data:
        _data_is_somewhere(room, key)
    for key in room.manifest.workflows:
        _workflow(room, key)
    _branches(room)
    _requirements(room)
    _adopt_or_use(room, room.findings.source.value, ())
    _does_without(room, room.findings.source.value, ())
    if room.challenge.layout == "one-project" and room.said("projects", "staging"):
        message = "the layout `one-project` has no staging project"
        room.findings.error_at_key("project.no-staging", ("projects", "staging"), message, "Delete it.")


def _data_is_somewhere(room: Room, key: str) -> None:
    entry = all_with_defaults(room.manifest.data, room.manifest.defaults.data)[key]
    path: Path = ("data", key)
    on_synapse = bool(entry.folder or entry.adopt or entry.use)
    if entry.url and (on_synapse or entry.at):
        message = f"`{key}` is in an archive elsewhere, and here"
        room.findings.error("data.two-places", (*path, "url"), message, "Keep one; link to the other from a page.")
    if not on_synapse and not entry.at and not entry.url:
        remedy = "Write `folder: Data/...`, `at: ORCHESTRATOR` and `path: /...`, or the `url` of an archive elsewhere."
        room.findings.error_at_key("data.nowhere", path, f"`{key}` does not say where it is", remedy)
    elif on_synapse and entry.at:
        room.findings.error_at_key("data.two-places", path, f"`{key}` is on Synapse and at `{entry.at}`", "Keep one.")
    elif bool(entry.at) != bool(entry.path):
        room.findings.error_at_key("data.half-a-path", path, "`at` and `path` belong together", "Write both.")
    if entry.version and not entry.file:
        room.findings.error("data.version-of-what", (*path, "version"), "a version of which file?", "Write `file`.")
    if entry.folder and entry.folder.partition("/")[0] == _RESERVED_FOLDER:
        message = "the folder `Logs` belongs to the orchestrators"
        room.findings.error("data.reserved-folder", (*path, "folder"), message, "Choose another folder.")


def _workflow(room: Room, key: str) -> None:
    workflow = all_with_defaults(room.manifest.workflows, room.manifest.defaults.workflow)[key]
    path: Path = ("workflows", key)
    if workflow.repository is None and workflow.use is None:
        remedy = "Write `repository: owner/name@v1.0.0`."
        room.findings.error_at_key("workflow.no-repository", path, f"where is the code of `{key}`?", remedy)
    for name, code, said in (
        ("entrypoint", "workflow.entrypoint", workflow.entrypoint),
        ("queue_table", "workflow.queue-table", workflow.queue_table),
    ):
        if said and (said.startswith("/") or ".." in said.split("/")):
            message = f"`{said}` is not a path inside the repository"
            room.findings.error(code, (*path, name), message, "Write it from the repository's root.")


def _branches(room: Room) -> None:
    """The archive is fetched for every submission: what is pushed to a branch scores the next one."""
    following: dict[tuple[Path, str], list[str]] = {}
    for workflow in room.challenge.workflows:
        if workflow.ref_kind == "branch" and "/" not in workflow.key and workflow.ref:
            own: Path = ("workflows", workflow.key, "repository")
            path = own if room.said(*own) else ("defaults", "workflow", "repository")
            following.setdefault((path, workflow.ref), []).append(f"`{workflow.key}`")
    for (path, branch), keys in following.items():
        message = f"{', '.join(keys)} follow{'s' if len(keys) == 1 else ''} the branch `{branch}`"
        why = "Each push to it changes how the next submission is scored (orchestrator 1.6)."
        room.findings.warning("pin.branch", path, message, "Name a tag or a commit.", why)


def _requirements(room: Room) -> None:
    for key, item in room.manifest.requirements.items():
        if item.kind == "external" and item.url is None:
            message = f"where do people meet `{key}`?"
            room.findings.error_at_key("requirement.no-url", ("requirements", key), message, "Write its `url`.")


def _changes_nothing(room: Room, value: Mapping[str, Any], path: Path) -> None:
    for key in _CHANGES:
        if key in value:
            message = f"`{key}` would change what `use` leaves to its owner"
            remedy = "Delete it, or write `adopt` if it is ours from now on."
            room.findings.error_at_key("ownership.not-ours", (*path, key), message, remedy)


_UNLISTED: tuple[Path, ...] = (
    *(("teams", key) for key in STANDARD_TEAMS),
    ("views", "dashboard"),
    ("projects", "logs"),
)
"""What every challenge has, unless it says that it does without."""


def _does_without(room: Room, value: Any, path: Path) -> None:
    """What is listed anyway is deleted rather than done without; what has no access list of its own grants nothing."""
    if not isinstance(value, Mapping):
        return
    needed = path == ("teams", "participants")
    if value.get("exists") == "false" and (needed or path not in _UNLISTED):
        remedy = (
            "Delete this line: participants are what a challenge is about." if needed else "Delete the whole entry."
        )
        room.findings.error_at_key("existence.needed", (*path, "exists"), "this can't be done without", remedy)
    if value.get("inherits") == "true" and "grants" in value:
        message = "what has no access list of its own grants nothing"
        room.findings.error_at_key("access.inherits", (*path, "grants"), message, "Keep one of the two.")
    for key, item in value.items():
        _does_without(room, item, (*path, key))


def _adopt_or_use(room: Room, value: Any, path: Path) -> None:
    """What exists already is either ours from now on, or somebody else's."""
    if not isinstance(value, Mapping):
        return
    if "adopt" in value and "use" in value:
        message = "`adopt` makes it ours, `use` leaves it to its owner"
        room.findings.error_at_key("ownership.both", (*path, "use"), message, "Keep one of the two.")
    if "use" in value and path[:1] and path[0] in _OWNED:
        _changes_nothing(room, value, path)
    for key, item in value.items():
        _adopt_or_use(room, item, (*path, key))
