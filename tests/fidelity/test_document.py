"""docs/fidelity.md is complete: every route, every call that isn't served, every reason text without a source."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from synapse_sandbox.services import ROUTES
from synapse_sandbox.site.pages import ROUTES as PAGES
from tests.fidelity.document import DOCUMENT, generated_from_code, told_texts, with_blocks
from tests.fidelity.routes import routes_by_module, seen_by
from tests.fidelity.texts import REFERENCE, reason_texts, unvouched

TOLD = DOCUMENT.read_text(encoding="utf-8")


@pytest.fixture
def reference() -> Path:
    if not REFERENCE.is_dir():
        pytest.skip(f"the contract lies beside the checkout only where the project is built ({REFERENCE} isn't there)")
    return REFERENCE


def test_every_route_is_named() -> None:
    missing = [
        route
        for route in (*ROUTES, *PAGES)
        if f"`{route.template}`" not in TOLD and f"{route.method} {route.template}`" not in TOLD
    ]
    assert missing == []


def test_the_generated_parts_are_those_of_the_code() -> None:
    assert with_blocks(TOLD, generated_from_code()) == TOLD, "run: python -m tests.fidelity"


def test_what_was_seen_is_still_served() -> None:
    served = {f"{route.method} {route.template}" for route in (*ROUTES, *PAGES)}
    assert set(seen_by()) <= served


def test_every_module_with_routes_stands_in_the_table_of_behaviours() -> None:
    table = TOLD.partition("## Behaviour by behaviour")[2].partition("\n## ")[0]
    named = set(re.findall(r"`(\w+)`", table))
    assert {module.rpartition(".")[2] for module in routes_by_module()} - named == set()


def test_every_reason_text_that_is_told_is_still_said() -> None:
    assert set(told_texts(TOLD)) <= set(reason_texts())


def test_every_reason_text_without_a_source_is_told(reference: Path) -> None:
    assert set(told_texts(TOLD)) == unvouched(reference), "run: python -m tests.fidelity"
