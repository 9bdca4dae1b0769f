"""Secrets that this process can see, kept out of everything that is said or written when something goes wrong.

What we say ourselves never holds one. This is for words of others: exceptions of libraries, answers of servers.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

HIDDEN: Final = "(hidden)"
_NAMES: Final = re.compile(r"TOKEN|SECRET|PASSWORD|API_?KEY|CREDENTIAL", re.IGNORECASE)
_SHAPES: Final = re.compile(r"(?<=Bearer )[^\s'\"]+|\beyJ[\w-]{8,}\.[\w-]+\.[\w-]+")
"""What follows `Bearer`, and personal access tokens of Synapse (JSON Web Tokens)."""
_SAID: Final = re.compile(r"(?im)^\s*(?:authtoken|apikey|password)\s*[=:]\s*(\S+)")
_SHORTEST: Final = 6
"""Characters below which a value is taken for a word, not for a secret."""


def without_secrets(text: str) -> str:
    """A text in which no secret of the environment or of the client's config file can be read."""
    for secret in sorted(set(_known()), key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return _SHAPES.sub(HIDDEN, text)


def _known() -> Iterator[str]:
    values = (value for name, value in os.environ.items() if _NAMES.search(name))
    yield from (value.strip() for value in (*values, *_in_config()) if len(value.strip()) >= _SHORTEST)


def _in_config() -> list[str]:
    """Secrets in the official client's config file, however broken that is."""
    try:
        return _SAID.findall((Path.home() / ".synapseConfig").read_text(encoding="utf-8", errors="replace"))
    except (OSError, RuntimeError):
        return []
