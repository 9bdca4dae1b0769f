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


def _needs(room: Room, path: tuple[str, ...], what: str, example: str) -> None:
    if room.said(*path):
        return
    message = f"{what} must be there when the challenge is {room.challenge.stage}"
    remedy = f"Write `{example}`, or go back to an earlier stage."
    room.findings.error("stage.missing", ("challenge", "stage"), message, remedy)
