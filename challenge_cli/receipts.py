"""Receipts: kept as JSON beside the manifest, and told to people at the end of an apply."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from challenge_cli import console
from challenge_cli.moments import stamp
from planner.counting import count
from planner.render.spans import BLANK, Line, Span, Style, flow, indent, line, wrap

if TYPE_CHECKING:
    from providers.apply.receipt import Receipt

FORMAT_VERSION: Final = "1.0"
_DONE: Final = {"create": "created", "update": "updated", "adopt": "adopted", "delete": "deleted"}


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a receipt."""
    from pydantic import TypeAdapter

    from providers.apply.receipt import Receipt

    schema = TypeAdapter(Receipt).json_schema(mode="serialization")
    version = {"const": FORMAT_VERSION, "type": "string"}
    properties = {"format_version": version, **schema.pop("properties")}
    required = list(properties)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Receipt of challenge-as-code"}
    rest = {key: value for key, value in schema.items() if key not in ("title", "required")}
    return head | rest | {"properties": properties, "required": required, "additionalProperties": False}


def to_json(receipt: Receipt) -> str:
    """A receipt as JSON text."""
    from pydantic import TypeAdapter

    from providers.apply.receipt import Receipt as Model

    data = {"format_version": FORMAT_VERSION} | TypeAdapter(Model).dump_python(receipt, mode="json")
    return json.dumps(data, indent=2, ensure_ascii=False)


def tell(receipt: Receipt, as_json: bool, apart: bool) -> None:
    """A receipt to scripts or people. apart: standard output is for something else."""
    if as_json:
        console.result(to_json(receipt))
    else:
        (console.messages if apart else console.show)(lines(receipt, console.width()))


def keep(receipt: Receipt, home: Path) -> Path:
    """Write a receipt below `.challenge/` in the manifest's folder, and say where; an earlier one is never replaced.

    Raises OSError.
    """
    folder = home / ".challenge" / "receipts"
    folder.mkdir(parents=True, exist_ok=True)
    path, number = folder / f"{stamp(receipt.started_at)}.json", 1
    while path.exists():
        number += 1
        path = folder / f"{stamp(receipt.started_at)}-{number}.json"
    path.write_text(to_json(receipt) + "\n", encoding="utf-8")
    console.message(f"The receipt is kept in {path}.")
    return path


def lines(receipt: Receipt, width: int) -> Iterator[Line]:
    """What an apply really did: counts, then every failure with its remedy and what waited for it."""
    yield BLANK
    yield from _counts(receipt, width)
    for entry in receipt.lines:
        if entry.error is not None:
            yield line(("  x ", Style.BAD), (entry.address, Style.STRONG))
            yield from indent(wrap(entry.error.what, width - 6), 6)
            yield from indent(wrap(entry.error.mend, width - 6, Style.GOOD, "remedy: "), 6)
    yield from _untried(receipt, width)
    yield from _remarks(receipt, width)


def _counts(receipt: Receipt, width: int) -> Iterator[Line]:
    from providers.apply.receipt import done_to

    results = [entry.result.value for entry in receipt.lines]
    done = [action.value for action in done_to(receipt.lines).values()]
    pieces = [line((f"{done.count(verb)} {word}", Style.GOOD)) for verb, word in _DONE.items() if verb in done]
    tried = (("failed", Style.BAD), ("skipped", Style.WARNING), ("stopped", Style.WARNING), ("held", Style.HELD))
    pieces += [line((f"{results.count(name)} {name}", style)) for name, style in tried if name in results]
    pieces.append(line((f"{sum(receipt.requests.values())} requests", Style.DIM)))
    head = ("Apply complete: ", Style.GOOD) if receipt.complete else ("Apply incomplete: ", Style.BAD)
    yield from flow(line(head), pieces if done or len(pieces) > 1 else [line("nothing done"), *pieces], width, 2)


def _untried(receipt: Receipt, width: int) -> Iterator[Line]:
    """What was not tried, by the failure that it waited for."""
    waiting: dict[str, list[str]] = {}
    for entry in receipt.lines:
        if entry.result.value == "skipped":
            waiting.setdefault(", ".join(entry.because), []).append(entry.address)
    for because, addresses in waiting.items():
        yield line(
            ("  - ", Style.WARNING), f"{count(len(addresses), 'operation')} waited for ", (because, Style.STRONG)
        )
        yield from indent(wrap(", ".join(addresses), width - 6, Style.DIM), 6)


def _remarks(receipt: Receipt, width: int) -> Iterator[Line]:
    if receipt.stopped:
        yield from wrap(f"Stopped: {receipt.stopped}", width, Style.WARNING)
    if receipt.ledger not in ("written", "unchanged"):
        yield from wrap(f"The ledger was not written: {receipt.ledger}", width, Style.WARNING)
    if receipt.orphans:
        what = count(receipt.orphans, "file handle")
        yield from wrap(f"{what} may have been left behind by a repeated request; nobody sees them", width, Style.DIM)
    if not receipt.complete:
        yield line(Span("Run apply again: it does what is missing and nothing twice.", Style.STRONG))
