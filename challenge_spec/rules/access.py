"""Who may see and do what: nothing leaks, and nothing is granted that Synapse refuses to grant."""

from __future__ import annotations

from challenge_spec.diagnostics import did_you_mean
from challenge_spec.resolved import Grants, ResolvedData, ResolvedQueue
from challenge_spec.resolving.queues import scopes
from challenge_spec.rules.context import Room
from challenge_spec.source import Path
from challenge_spec.teams import EVERYBODY, STAFF_TEAMS


def check(room: Room) -> None:
    """Run the rules of this family."""
    for entry in room.challenge.data:
        _truth(room, entry)
        _everybody_downloads(room, entry)
        _everybody_changes(room, ("data", entry.key), {**entry.access, **entry.grants})
    for project in room.challenge.projects:
        _everybody_changes(room, ("projects", project.key), project.grants)
    for queue in room.challenge.queues:
        _everybody_submits(room, queue)
        _metrics_exist(room, queue)
    _shared_folders(room)
    _withheld_columns(room)
    _staff_joins_openly(room)
    _ranking(room)


def _truth(room: Room, entry: ResolvedData) -> None:
    if not entry.is_truth:
        return
    granted = [name for name, level in entry.grants.items() if level not in ("none", ())]
    readers = [name for name in (*entry.access, *granted) if name not in (*STAFF_TEAMS, "deployer")]
    if readers:
        message = f"`{entry.key}` is what submissions are scored against, and {' and '.join(readers)} could read it"
        room.findings.error(
            "leak.truth-readable", _place(room, entry), message, "Remove them; release it later instead."
        )
    close = room.challenge.timeline.get("close")
    if entry.release and close and entry.release < close:
        message = f"the truth `{entry.key}` would be released before the challenge closes"
        room.findings.error(
            "leak.truth-released", ("data", entry.key, "release"), message, "Write `release: conclude`."
        )


def _place(room: Room, entry: ResolvedData) -> Path:
    return ("data", entry.key, "access" if room.said("data", entry.key, "access") else "grants")


def _everybody_downloads(room: Room, entry: ResolvedData) -> None:
    """Anonymous people never download, and hold READ at most (contract 2.9)."""
    if entry.access.get("public", "view") != "view":
        message = "people who are not signed in can't download from Synapse"
        remedy = "Write `{ public: view, signed-in: download }`."
        room.findings.error("access.public-download", ("data", entry.key, "access"), message, remedy)


def _everybody_changes(room: Room, path: Path, granted: Grants) -> None:
    """Whoever happens to be signed in would change what is ours (contract 2.9: the public may READ only)."""
    for name, harmless in (("public", _READING), ("signed-in", _DOWNLOADING)):
        if _beyond(granted.get(name, "view"), harmless) and granted.get(name) != "download":
            block = next((block for block in ("grants", "access") if room.said(*path, block, name)), "grants")
            message = f"`{name}` would be more than a visitor here"
            room.findings.error("access.everybody-changes", (*path, block, name), message, "Give it to a team.")


_READING = frozenset({"view", "none", "READ"})
_DOWNLOADING = _READING | {"download", "DOWNLOAD"}


def _beyond(held: str | tuple[str, ...], harmless: frozenset[str]) -> bool:
    return not ({held} if isinstance(held, str) else {*held}) <= harmless


def _everybody_submits(room: Room, queue: ResolvedQueue) -> None:
    for name in EVERYBODY:
        for block, granted in (("access", queue.access), ("grants", queue.grants)):
            held = granted.get(name, "view")
            if _beyond(held, _READING):
                message = f"`{name}` may view a queue, not {held if isinstance(held, str) else ', '.join(held)}"
                remedy = "Give it to a team, for instance `participants`."
                why = "Synapse grants everybody READ on a queue and nothing more (contract 5.10)."
                room.findings.error("access.everybody-submits", room.where(queue, block), message, remedy, why)


def _metrics_exist(room: Room, queue: ResolvedQueue) -> None:
    """What is withheld is a metric of something the queue is for; a misspelt one would be shown."""
    served = {sub for subs, _ in scopes(room.manifest, queue.queue) for sub in subs}
    known = {metric for sub in room.challenge.sub_challenges if sub.key in served for metric in sub.metrics}
    for metric in queue.results.withhold:
        if known and metric not in known:
            message = f"`{metric}` is no metric of `{queue.queue}`, so nothing would be withheld"
            path = room.where(queue, "results.withhold")
            room.findings.error("leak.unknown-metric", path, message, did_you_mean(metric, sorted(known)))


def _shared_folders(room: Room) -> None:
    """One folder has one list of readers."""
    seen: dict[tuple[str, ...], ResolvedData] = {}
    for entry in room.challenge.data:
        if not entry.folder:
            continue
        other = seen.setdefault(entry.folder, entry)
        if _sharing(entry) != _sharing(other):
            message = f"`{entry.key}` and `{other.key}` are in one folder and differ in who may read them, or when"
            remedy = "Give one of them a folder of its own."
            room.findings.error("access.one-folder", ("data", entry.key, "folder"), message, remedy)


def _sharing(entry: ResolvedData) -> tuple[object, ...]:
    return dict(entry.access), dict(entry.grants), entry.start, entry.release, entry.requires


def _withheld_columns(room: Room) -> None:
    """Every column of a view is shown to whoever may read the view (orchestrator 1.8)."""
    queues = {queue.key: queue for queue in room.challenge.queues}
    for view in room.challenge.views:
        if not [name for name in view.access if name not in STAFF_TEAMS]:
            continue
        withheld = {metric for key in view.queues for metric in queues[key].results.withhold}
        for index, column in enumerate(view.columns):
            if column.name in withheld:
                message = (
                    f"`{column.name}` is withheld from participants, and this view shows it to {', '.join(view.access)}"
                )
                path: Path = ("views", view.key, "columns", index)
                room.findings.error(
                    "leak.withheld-column", path, message, "Remove it; the dashboard shows it to staff."
                )


def _staff_joins_openly(room: Room) -> None:
    for team in room.challenge.teams:
        if team.key in (*STAFF_TEAMS, "testers") and team.join == "open":
            message = f"anybody could join `{team.key}`"
            room.findings.error("access.staff-open", ("teams", team.key, "join"), message, "Write `join: invitation`.")


def _ranking(room: Room) -> None:
    for sub in room.challenge.sub_challenges:
        for metric in sub.rank_by:
            if metric not in sub.metrics:
                remedy = did_you_mean(metric, sub.metrics) or "Add it to `metrics`."
                path: Path = ("sub_challenges", sub.key, "rank_by")
                room.findings.error("reference.unknown-metric", path, f"`{metric}` is no metric of `{sub.key}`", remedy)
