"""Dates of Codabench: with or without a zone; what is unquoted loses its time of day there (peers 2.1)."""

from __future__ import annotations

from challenge_spec.converting.block import Block
from challenge_spec.converting.moments import TBD, Said, said
from challenge_spec.converting.opened import Opened


def moment(opened: Opened, block: Block, key: str) -> Said:
    """A date; what can't be read is reported and `tbd`, and so is whatever the platform reads otherwise."""
    text = block.text(key)
    if text is None:
        return TBD
    found = said(text, opened.zone)
    if found.problem:
        block.leave(key, found.problem, "Write the date in the manifest in place of `tbd`.")
        return found
    block.take(key, "queues.*.rounds")
    _doubts(opened, block, key, found)
    return found


def _doubts(opened: Opened, block: Block, key: str, found: Said) -> None:
    """What only somebody who was there can tell."""
    place, what = block.said_at(key), None
    if found.is_date:
        what = f"`{found.text[:10]}` has no time of day, and was read as its first minute"
    elif block.is_plain(key):
        what = f"`{found.text}`, written without quotes, was midnight of that day on Codabench"
    elif not found.has_zone:
        what = f"`{found.text}` has no zone, and was read in {opened.zone.key}"
    if what:
        block.report.decide(("queues",), what, place)
