"""The entry in public catalogues: what they would refuse or misunderstand (guide, item 191)."""

from __future__ import annotations

import re

from challenge_spec.rules.context import Room

_EDAM = re.compile(r"(?:https?://edamontology\.org/)?(?:data|operation|topic|format)_[0-9]{4}")
_NAME = (3, 255)
_SHOWN = 5
"""Tasks that the challenge portal shows."""


def check(room: Room) -> None:
    """Run the rules of this family."""
    entry = room.challenge.catalog
    if entry is None:
        return
    if not _NAME[0] <= len(room.challenge.name) <= _NAME[1]:
        message = (
            f"catalogues want names of {_NAME[0]} to {_NAME[1]} characters, this one has {len(room.challenge.name)}"
        )
        room.findings.warning("catalog.name", ("challenge", "name"), message, "Shorten it.")
    if len(room.challenge.sub_challenges) > _SHOWN:
        message = f"the challenge portal shows {_SHOWN} tasks, there are {len(room.challenge.sub_challenges)}"
        room.findings.info("catalog.too-many-tasks", ("catalog",), message, "Put the most important ones first.")
    _edam(room, entry.input_data_types, entry.operation)


def _edam(room: Room, types: tuple[str, ...], operation: str | None) -> None:
    remedy = "Look it up on edamontology.org: `data_3495`, `operation_2423`."
    for index, name in enumerate(types):
        if not _EDAM.fullmatch(name):
            message = f"`{name}` is no concept of EDAM"
            room.findings.warning("catalog.not-edam", ("catalog", "input_data_types", index), message, remedy)
    if operation is not None and not _EDAM.fullmatch(operation):
        message = f"`{operation}` is no concept of EDAM"
        room.findings.warning("catalog.not-edam", ("catalog", "operation"), message, remedy)
