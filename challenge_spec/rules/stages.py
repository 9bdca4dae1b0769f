"""What a stage needs from the manifest. What it needs from the world is asked by the gates of a plan."""

from __future__ import annotations

from challenge_spec.rules.context import Room


def check(room: Room) -> None:
    """Run the rules of this family."""
    if room.challenge.stage == "preregistration" and room.challenge.wiki.preregistration is None:
        _needs(room, ("wiki", "preregistration"), "the preregistration page", "preregistration: preregistration.md")
    if room.has_come_to("open"):
        if not room.challenge.wiki.pages:
            _needs(room, ("wiki", "pages"), "the pages", "pages: wiki/")
        if not room.challenge.queues:
            _needs(room, ("queues",), "a queue", "queues: { ... }")
        _data_start(room)


def _data_start(room: Room) -> None:
    for entry in room.challenge.data:
        said = room.manifest.data[entry.key].start
        if said is not None and not said.is_known:
            message = f"when `{entry.key}` may be downloaded is not known, and the challenge is to be open"
            room.findings.error("stage.tbd", ("data", entry.key, "start"), message, "Give it a date.")


def _needs(room: Room, path: tuple[str, ...], what: str, example: str) -> None:
    if room.said(*path):
        return
    message = f"{what} must be there when the challenge is {room.challenge.stage}"
    remedy = f"Write `{example}`, or go back to an earlier stage."
    room.findings.error("stage.missing", ("challenge", "stage"), message, remedy)
