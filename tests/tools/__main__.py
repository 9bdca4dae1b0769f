"""`python -m tests.tools` writes docs/tools.md, with the date of today: after `make prove`, or it wouldn't be true."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.tools.outcomes import DOCUMENT, document

if __name__ == "__main__":
    DOCUMENT.write_text(document(f"{datetime.now(UTC):%Y-%m-%d}"), encoding="utf-8")
