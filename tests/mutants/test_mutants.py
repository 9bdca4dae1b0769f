"""What judges the tests is tested, too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from planner import checks, gates, stages
from tests.mutants import tables
from tests.mutants.document import page
from tests.mutants.generated import changed
from tests.mutants.judges import Judge
from tests.mutants.mutant import Mutant, Verdict, load, recalled, save, seen
from tests.mutants.reasons import load_reasons, outlived, stub, unexplained

DIFF = """\
--- planner/diff.py
+++ planner/diff.py
@@ -1,3 +1,3 @@
 def differs(a, b):
-    return a != b
+    return a == b
"""
SURVIVOR = Mutant("planner/diff.py", "differs", "return a | b", "return a & b", "x_differs_1")
SEEN = Mutant("planner/diff.py", "differs", "return a", "return None", "x_differs_2", Verdict.TESTS)


@pytest.fixture
def _as_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    """A planted table is put back."""
    for module, name in [*((stages, table) for table in (*tables.VALUES, "STAFF_ROLE")), (gates, "GATES")]:
        monkeypatch.setattr(module, name, dict(getattr(module, name)))


def everything() -> dict[str, Any]:
    """Table → what it says, as plain values."""
    return {name: {key: _plain(row) for key, row in getattr(stages, name).items()} for name in tables.VALUES} | {
        "STAFF_ROLE": {key: dict(row) for key, row in stages.STAFF_ROLE.items()},
        "GATES": dict(gates.GATES),
    }


def _plain(row: Any) -> Any:
    return dict(row) if isinstance(row, dict) else row


@pytest.mark.usefixtures("_as_they_were")
def test_a_planted_cell_changes_one_row_of_one_table() -> None:
    before = everything()
    tables.plant("SUBMITTING, final, closed: view → as declared")
    after = everything()
    assert after["SUBMITTING"].pop("final")["closed"] == "as declared"
    assert before["SUBMITTING"].pop("final")["closed"] == "view"
    assert after == before


@pytest.mark.usefixtures("_as_they_were")
def test_a_gate_can_be_missing_and_can_have_the_check_of_another() -> None:
    tables.plant("GATES, open, launch-time: launch_time → pages")
    assert gates.GATES["open"][0][2] is checks.pages
    first = next(cell for cell in tables.every() if cell.mutant.old == "open, rounds-ready: rounds")
    first.plant()
    assert "rounds-ready" not in {code for code, *_ in gates.GATES["open"]}


@pytest.mark.usefixtures("_as_they_were")
def test_every_cell_has_a_name_of_its_own_and_changes_something() -> None:
    cells, before = tables.every(), everything()
    assert len({cell.mutant.key for cell in cells}) == len({cell.mutant.name for cell in cells}) == len(cells)
    for cell in cells:
        cell.plant()
        after = everything()
        assert after != before, cell.mutant.name
        before = after


def test_every_table_of_stages_is_mutated() -> None:
    built = {name for name, value in vars(stages).items() if name.isupper() and isinstance(value, dict)}
    assert {name for name in built if not name.startswith("_")} == {*tables.VALUES, "STAFF_ROLE"}


def test_a_change_is_told_without_what_stays() -> None:
    assert changed(DIFF) == ("return a != b", "return a == b")


@pytest.mark.parametrize(
    ("code", "limit", "sees"),
    [("", 60, False), ("raise SystemExit(1)", 60, True), ("while True: pass", 0.1, True)],
)
def test_a_judge_sees_what_fails_and_what_hangs(
    code: str, limit: float, sees: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mutants").mkdir()
    monkeypatch.chdir(tmp_path)
    program = "import os; exec(os.environ['PLANTED'])"
    assert Judge(Verdict.SIMULATION, ("-S", "-c", program), "PLANTED", limit).sees(code) is sees


def test_a_survivor_without_a_reason_and_a_reason_without_a_survivor_are_named(tmp_path: Path) -> None:
    mutants = [SURVIVOR, SEEN]
    assert unexplained(mutants, {SEEN.key: "seen"}) == [SURVIVOR]
    assert outlived(mutants, {SEEN.key: "seen", SURVIVOR.key: "why"}) == [SEEN.key]
    book = tmp_path / "reasons.yaml"
    book.write_text(stub([SURVIVOR]).replace("reason: ''", "reason: why not"))
    assert load_reasons(book) == {SURVIVOR.key: "why not"}


def test_one_change_has_one_reason(tmp_path: Path) -> None:
    book = tmp_path / "reasons.yaml"
    book.write_text(stub([SURVIVOR]))
    with pytest.raises(ValueError, match="two things or nothing"):
        load_reasons(book)


def test_the_page_counts_who_saw_what_and_shows_every_survivor() -> None:
    text = page([SURVIVOR, SEEN], [], {SURVIVOR.key: "Flags of one kind never meet."})
    assert "50.0 % of 2 mutants are seen; 1 survive." in text
    assert "| `planner/diff.py` | 2 | 1 | 0 | 1 |" in text
    assert "− `` return a \\| b ``<br>+ `` return a & b `` | Flags of one kind never meet. |" in text


def test_what_was_seen_is_recalled_unless_the_same_change_was_missed_elsewhere() -> None:
    twice = [SURVIVOR, SURVIVOR.judged(Verdict.SIMULATION)]
    assert seen([*twice, SEEN]) == {SEEN.key: Verdict.TESTS}
    assert recalled(SURVIVOR, {SURVIVOR.key: Verdict.SIMULATION}).verdict is Verdict.SIMULATION
    assert recalled(SURVIVOR, {}) == SURVIVOR


def test_verdicts_are_kept_between_runs(tmp_path: Path) -> None:
    save(tmp_path / "verdicts.json", [SURVIVOR, SEEN])
    assert load(tmp_path / "verdicts.json") == [SURVIVOR, SEEN]
