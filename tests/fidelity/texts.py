"""The reason texts of the sandbox's refusals, and which of them the contract vouches for."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

HOUSE: Final = Path(__file__).parents[2]
SANDBOX: Final = HOUSE / "synapse_sandbox"
REFERENCE: Final = HOUSE.parent / "shared" / "reference"
"""The contract and the schemas lie beside the checkout where there is one; they aren't ours to ship."""

_FACTORIES: Final = frozenset(
    "invalid forbidden not_found name_conflict stale_etag gone unauthenticated Refusal".split()
)
_HOLE: Final = "<…>"


def reason_texts() -> Iterator[tuple[str, str]]:
    """(module, text) of every refusal, with <…> where a value is put in; texts of one word are names of members."""
    for file in sorted(SANDBOX.rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        constants = dict(_constants(tree))
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and _name(call.func) in _FACTORIES:
                texts = (_text(argument, constants) for argument in call.args)
                yield from ((file.relative_to(SANDBOX).as_posix(), text) for text in texts if text and " " in text)


def unvouched(reference: Path) -> set[tuple[str, str]]:
    """The texts that stand nowhere in the contract, word for word but for the values."""
    words = " ".join((reference / "synapse-rest-contract.md").read_text(encoding="utf-8").split())
    return {(module, text) for module, text in reason_texts() if not re.search(_pattern(text), words, re.IGNORECASE)}


def _pattern(text: str) -> str:
    """The contract writes a value as <v>, and leaves out a last full stop now and then."""
    parts = text.replace(f"syn{_HOLE}", _HOLE).rstrip(".").split(_HOLE)
    return ".{0,60}?".join(re.escape(part) for part in parts)


def _constants(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    for statement in tree.body:
        target = statement.targets[0] if isinstance(statement, ast.Assign) else getattr(statement, "target", None)
        value = getattr(statement, "value", None)
        if isinstance(target, ast.Name) and isinstance(value, ast.expr):
            yield target.id, value


def _name(function: ast.expr) -> str:
    return str(getattr(function, "id", getattr(function, "attr", "")))


def _text(node: ast.expr, constants: Mapping[str, ast.expr]) -> str | None:
    """The text of an argument: a literal, an f-string, a constant of the module, or one of these formatted."""
    if isinstance(node, ast.Constant):
        return re.sub(r"\{\w*\}", _HOLE, node.value) if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else _HOLE for part in node.values)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        return _text(node.func.value, constants)
    if isinstance(node, ast.Name) and node.id in constants:
        return _text(constants[node.id], {})
    return None
