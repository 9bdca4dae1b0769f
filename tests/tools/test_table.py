"""docs/tools.md says what the tests of the tools say."""

from __future__ import annotations

from tests.tools.outcomes import DOCUMENT, dated, document


def test_the_table_of_the_tools_is_the_one_that_the_tests_tell() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == document(dated()), "run: python -m tests.tools"
