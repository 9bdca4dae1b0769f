"""What nothing else in the manifest or its pages leads to: forgotten, or meant to be named somewhere."""

from __future__ import annotations

from challenge_spec.rules.context import Room


def check(room: Room) -> None:
    """Run the rules of this family."""
    served = {queue.workflow.partition("/")[0] for queue in room.challenge.queues if queue.workflow}
    serving = {queue.orchestrator for queue in room.challenge.queues} | {item.at for item in room.challenge.data}
    required = {key for team in room.challenge.teams for key in team.requires}
    required |= {key for entry in room.challenge.data for key in entry.requires}
    for key in room.manifest.workflows:
        if room.challenge.queues and key not in served:
            _report(room, "workflows", key, "no queue uses it", "Name it on a queue, or delete it.")
    for key in room.manifest.orchestrators:
        if room.challenge.queues and key not in serving:
            _report(room, "orchestrators", key, "it serves no queue", "Name it on a queue, or delete it.")
    for item in room.challenge.requirements:
        if item.key not in required and item.grants is None:
            remedy = "Name it in `requires` of a team or of data, or say what it `grants`."
            _report(room, "requirements", item.key, "nobody is asked to meet it", remedy)
    _sub_challenges(room)
    _milestones(room)


def _report(room: Room, block: str, key: str, problem: str, remedy: str) -> None:
    room.findings.warning_at_key("reference.unused", (block, key), f"`{key}` is there, and {problem}", remedy)


def _sub_challenges(room: Room) -> None:
    answered = {sub for queue in room.challenge.queues for sub in queue.sub_challenges if queue.purpose != "writeup"}
    for item in room.challenge.sub_challenges:
        if room.challenge.queues and item.key not in answered and item.elsewhere is None:
            message = f"no queue takes submissions for `{item.key}`"
            remedy = "Add it to `for` of a queue; if it is held on another platform, say where with `elsewhere`."
            room.findings.warning_at_key("sub-challenge.no-queue", ("sub_challenges", item.key), message, remedy)


def _milestones(room: Room) -> None:
    """A date that nothing names is one that nobody will move."""
    milestones = room.manifest.timeline.milestones
    named = room.texts | room.named_by_pages if milestones else frozenset()
    for key in milestones:
        if key not in named:
            message = f"neither the manifest nor a page names the milestone `{key}`"
            remedy = "Show it on a page with `{{ timeline.milestones." + key + " }}`, use it as a date, or delete it."
            room.findings.info("reference.unused-milestone", ("timeline", "milestones", key), message, remedy)
