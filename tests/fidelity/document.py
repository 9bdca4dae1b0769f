"""docs/fidelity.md: what people wrote, with the parts between its marks generated."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from tests.fidelity.routes import route_tables, unserved
from tests.fidelity.texts import HOUSE

DOCUMENT: Final = HOUSE / "docs" / "fidelity.md"
_BLOCK: Final = "<!-- {name}: generated -->\n{text}\n<!-- end of {name} -->"


def with_blocks(document: str, blocks: Mapping[str, str]) -> str:
    """The document with these generated blocks in place. Raises ValueError where a block has no place."""
    for name, text in blocks.items():
        first, last = _BLOCK.format(name=name, text="\0").split("\0")
        found = re.findall(re.escape(first) + ".*?" + re.escape(last), document, re.DOTALL)
        if len(found) != 1:
            raise ValueError(f"{DOCUMENT}: needs one block {name!r}")
        document = document.replace(found[0], first + text + last)
    return document


def generated_from_code() -> dict[str, str]:
    """The blocks that need nothing but the code and seen.json."""
    return {"routes": "\n".join(route_tables()), "not served": "\n".join(unserved())}


def texts_block(texts: Iterable[tuple[str, str]]) -> str:
    """The reason texts that the contract doesn't vouch for, by module."""
    return "\n".join(f"- `{module}`: ``{text}``" for module, text in sorted(texts))


def told_texts(document: str) -> Iterator[tuple[str, str]]:
    """The (module, text) pairs that the document lists."""
    yield from re.findall(r"^- `([\w/.]+\.py)`: ``(.+)``$", document, re.MULTILINE)
