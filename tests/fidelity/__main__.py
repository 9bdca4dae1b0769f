"""`python -m tests.fidelity` brings the generated parts of docs/fidelity.md up to date."""

from __future__ import annotations

from tests.fidelity.document import DOCUMENT, generated_from_code, texts_block, with_blocks
from tests.fidelity.texts import REFERENCE, unvouched

if __name__ == "__main__":
    blocks = generated_from_code()
    if REFERENCE.is_dir():
        blocks["texts"] = texts_block(unvouched(REFERENCE))
    DOCUMENT.write_text(with_blocks(DOCUMENT.read_text(encoding="utf-8"), blocks), encoding="utf-8")
