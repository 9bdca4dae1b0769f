"""What validation and scoring run in, and what a checkout of the workflow's repository still has of its template."""

from __future__ import annotations

import re
from collections.abc import Iterator

from challenge_spec.checkouts import WORKFLOW, Checkout, CodeFile, said_at
from challenge_spec.diagnostics import Diagnostic, Position, did_you_mean
from challenge_spec.pages.placeholders import placeholders
from challenge_spec.resolved import ResolvedWorkflow
from challenge_spec.rules.context import Room
from challenge_spec.rules.pages import foreign_ids, known_ids

_PULLS = re.compile(r"^[^#\n]*?\bdockerPull[\"']?[ \t]*:[ \t]*[\"']?(?P<image>[A-Za-z0-9][^\s\"',#}]*)", re.MULTILINE)
_MOVING = frozenset({"", "latest", "master", "main", "edge", "dev", "develop", "nightly"})
_SAMPLES = re.compile(r"\b3379097\b|/home/user/input_data\b")
"""Left over from the templates: the team of those who wrote them, and a folder of theirs (templates 3.1)."""


def check(room: Room) -> None:
    """Run the rules of this family."""
    for workflow in room.challenge.workflows:
        if "/" not in workflow.key:
            _images(room, workflow)
            _language(room, workflow)
        checkout = room.checkouts.get(workflow.checkout or "")
        if checkout is not None:
            _entrypoint(room, workflow, checkout)
    _engines(room)
    known = known_ids(room) if room.checkouts else frozenset()
    for file in (file for checkout in room.checkouts.values() for file in checkout.files):
        _left_over(room, file)
        _foreign_ids(room, known, file)


def _engines(room: Room) -> None:
    for item in room.challenge.orchestrators:
        for name, image in (("image", item.image), ("engine_image", item.engine_image)):
            path = ("orchestrators", item.key, name)
            if image and room.said(*path):
                _pinned(room, image, room.findings.source.at(path))


def _images(room: Room, workflow: ResolvedWorkflow) -> None:
    checkout = room.checkouts.get(workflow.checkout or "")
    pulled = {image for file in checkout.files for _, image in _pulls(file)} if checkout else set()
    for step, image in workflow.images.items():
        path = said_at(room.findings, workflow.key, "images", step)
        _pinned(room, image, room.findings.source.at(path))
        if checkout and image not in pulled:
            message = f"no file of `{workflow.checkout}` pulls `{image}`"
            remedy = "Write it as `dockerPull` of that step, or say here what the step really pulls."
            room.findings.warning("workflow.other-image", path, message, remedy)


def _language(room: Room, workflow: ResolvedWorkflow) -> None:
    """The templates' own image runs Python (guide, items 90, 92, 157)."""
    without = [step for step in ("validate", "score") if step not in workflow.images]
    if workflow.language in (None, "python") or workflow.template == "custom" or not without:
        return
    message = f"the template's image runs no {workflow.language.upper()}, and `{workflow.key}` names no other one"
    remedy = f"Write `images: {{ {', '.join(f'{step}: ...' for step in without)} }}`."
    room.findings.warning("workflow.no-image", said_at(room.findings, workflow.key, "language"), message, remedy)


def _entrypoint(room: Room, workflow: ResolvedWorkflow, checkout: Checkout) -> None:
    wanted = workflow.entrypoint.lstrip("/")
    if wanted in checkout.paths:
        return
    key, _, further = workflow.key.partition("/")
    queue = next((queue for queue in room.challenge.queues if further and queue.workflow == workflow.key), None)
    path = room.where(queue, "entrypoint") if queue else said_at(room.findings, key, "entrypoint")
    if not room.said(*path):
        path = said_at(room.findings, key, "checkout")
    message = f"there is no `{wanted}` in `{workflow.checkout}`"
    remedy = did_you_mean(wanted, [name for name in checkout.paths if name.endswith(WORKFLOW)])
    room.findings.error("workflow.no-such-file", path, message, remedy or "Name a file that is there.")


def _pinned(room: Room, image: str, place: Position) -> None:
    """What an image's name means must not change under running rounds (what-goes-wrong G1)."""
    if "@sha256:" in image:
        return
    tag = image.rpartition("/")[2].partition(":")[2]
    if tag in _MOVING:
        message = f"`{image}` is another image after each push" + ("" if tag else ": it has neither tag nor digest")
        _report(room, "pin.image", place, message, "Pin it by digest, `name@sha256:...`.")
    else:
        remedy = "`docker inspect --format '{{index .RepoDigests 0}}' IMAGE` tells the digest."
        item = Diagnostic("pin.image-tag", "info", place, f"a tag can be moved: `{image}`", help=remedy)
        room.findings.extend([item])


def _left_over(room: Room, file: CodeFile) -> None:
    marks = dict(placeholders(file.text))
    marks |= {match.start(): match[0] for match in _SAMPLES.finditer(file.text)}
    for offset, mark in marks.items():
        message = f"`{mark}` is the template's" if _SAMPLES.match(mark) else f"`{mark}` looks like a placeholder"
        _report(room, "workflow.placeholder", file.at(offset, len(mark)), message, "Write what belongs there.")
    for offset, image in _pulls(file):
        _pinned(room, image, file.at(offset, len(image)))


def _pulls(file: CodeFile) -> Iterator[tuple[int, str]]:
    """Offset and name of every image that a workflow pulls."""
    if file.name.endswith(WORKFLOW):
        yield from ((match.start("image"), match["image"]) for match in _PULLS.finditer(file.text))


def _report(room: Room, code: str, place: Position, message: str, remedy: str) -> None:
    room.findings.extend([Diagnostic(code, "warning", place, message, help=remedy)])


def _foreign_ids(room: Room, known: frozenset[str], file: CodeFile) -> None:
    for offset, text in foreign_ids(file.text, known):
        message = f"`{text}` is nothing that this manifest knows"
        remedy = "Read it from the queue table, or name it in the manifest."
        _report(room, "stale.foreign-id", file.at(offset, len(text)), message, remedy)
