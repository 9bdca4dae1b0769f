"""Rights that nobody should have: participants over others, everybody on what is not for everybody."""

from __future__ import annotations

from challenge_spec.resolved import Grants, ResolvedQueue
from challenge_spec.rules.context import Room
from challenge_spec.source import Path
from challenge_spec.teams import EVERYBODY

_OUTSIDE = ("participants", "preregistrants", *EVERYBODY)
_RULING = frozenset({"score", "edit", "edit_and_delete", "moderate", "admin", "CHANGE_PERMISSIONS", "UPDATE", "DELETE"})
_TEACH = "Give it to a team of its own; participants read and submit."


def check(room: Room) -> None:
    """Run the rules of this family."""
    for queue in room.challenge.queues:
        _test_queue(room, queue)
        _participants_rule(room, room.where(queue, "access"), queue.access)
        _participants_rule(room, room.where(queue, "grants"), queue.grants)
        _sensitive_logs(room, queue)
    for entry in room.challenge.data:
        _participants_rule(room, ("data", entry.key, "access"), entry.access)
        _participants_rule(room, ("data", entry.key, "grants"), entry.grants)
    for project in room.challenge.projects:
        _participants_rule(room, ("projects", project.key, "grants"), project.grants)
        if project.key == "staging":
            _not_for(room, EVERYBODY, ("projects", "staging", "grants"), project.grants, "access.public-staging")
    _not_for(room, _OUTSIDE, ("projects", "logs", "grants"), room.challenge.logs.grants, "leak.logs-shared")
    _teams(room)


def _test_queue(room: Room, queue: ResolvedQueue) -> None:
    if queue.purpose in ("test", "internal") and queue.access.get("participants", "view") != "view":
        message = f"`{queue.queue}` is a queue for {queue.purpose} use, and participants could submit to it"
        remedy = "Write `access: testers`, or another `purpose`."
        room.findings.error("access.test-queue", room.where(queue, "access"), message, remedy)


def _participants_rule(room: Room, path: Path, granted: Grants) -> None:
    held = granted.get("participants", ())
    ruling = _RULING & {held} if isinstance(held, str) else _RULING & {*held}
    if ruling:
        message = f"participants would be able to {', '.join(sorted(ruling))} here, each of them on what others made"
        place = (*path, "participants") if room.said(*path, "participants") else path
        room.findings.error("access.participants-rule", place, message, _TEACH)


def _not_for(room: Room, names: tuple[str, ...], path: Path, granted: Grants, code: str) -> None:
    for name in names:
        if granted.get(name, "none") not in ("none", ()):
            what = "the staging site" if path[1] == "staging" else "the folder of everybody's logs"
            message = f"`{name}` would see {what}"
            room.findings.error(code, (*path, name), message, "Remove it; name the team that needs it.")


def _sensitive_logs(room: Room, queue: ResolvedQueue) -> None:
    """Logs of code that ran on sensitive data can hold the data; sending them out is a decision, never a default."""
    said = queue.origins.get("results.logs", "")
    by_default = not said or said.startswith("purpose ")
    runs_code = queue.submission == "docker" and queue.evaluation in ("score", "forward")
    if room.challenge.governance.sensitive and runs_code and queue.results.logs == "submitter" and by_default:
        message = f"the data are sensitive, and submitters to `{queue.queue}` get the logs of what ran on them"
        remedy = "Write `results: { logs: organizers }`; or `logs: submitter`, if that was decided."
        room.findings.error_at_key("leak.sensitive-logs", ("queues", queue.queue), message, remedy)


def _teams(room: Room) -> None:
    teams = {team.key: team for team in room.challenge.teams}
    for key in ("participants", "preregistrants"):
        held = teams[key].grants.get(key, ()) if key in teams else ()
        if held == "message" or "SEND_MESSAGE" in held:
            message = f"each of the {key} could write to all of them"
            why = "A team of hundreds is a mailing list that anybody can join (what-goes-wrong E5)."
            room.findings.warning("team.mass-mail", ("teams", key, "grants"), message, "Write `view`.", why)
    staff = [set(teams[key].members) for key in ("organizers", "administrators") if key in teams]
    if len(staff) == 2 and staff[0] and staff[0] == staff[1]:
        message = "organizers and administrators are the same people"
        remedy = "Name as administrators only those who look after Synapse."
        room.findings.warning("team.same-people", ("teams", "organizers", "members"), message, remedy)
