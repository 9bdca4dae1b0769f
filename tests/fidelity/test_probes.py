"""docs/fidelity.md says which behaviours the probe of `challenge doctor` checks: all of them, and no others."""

from __future__ import annotations

import re

from providers.synapse.probing.questions import QUESTIONS
from tests.fidelity.document import DOCUMENT


def test_the_table_of_beliefs_names_every_question_of_the_probe_and_no_other() -> None:
    table = DOCUMENT.read_text(encoding="utf-8").partition("## Believed without proof")[2].partition("\n## ")[0]
    cells = [row.rstrip(" |").rpartition("| ")[2] for row in table.splitlines() if row.startswith("| ")]
    named = [key for cell in cells[1:] for key in re.findall(r"`([\w-]+)`", cell)]
    assert sorted(named) == sorted(question.key for question in QUESTIONS)


def test_no_question_is_asked_under_two_keys() -> None:
    assert len({question.key for question in QUESTIONS}) == len(QUESTIONS)
