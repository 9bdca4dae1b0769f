"""The examples are challenges that load without a word of complaint, at every stage they can be taken to."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from challenge_spec.load import load_challenge
from challenge_spec.manifest import STAGES

EXAMPLES = Path(__file__).parents[2] / "examples"
NAMES = sorted(path.parent.name for path in EXAMPLES.glob("*/challenge.yaml"))


def test_there_are_examples() -> None:
    assert {"quickstart", "brats-2021", "lrgasp-2021", "beataml-2020", "olfactory-2025"} <= set(NAMES)


def stages() -> list[tuple[str, str]]:
    """Each example with each stage that it can be taken to; not all of them have a preregistration."""
    without = {
        name for name in NAMES if "\n  preregistration: " not in (EXAMPLES / name / "challenge.yaml").read_text()
    }
    return [(name, stage) for name in NAMES for stage in STAGES if stage != "preregistration" or name not in without]


@pytest.mark.parametrize(("name", "stage"), stages())
def test_an_example_loads_without_a_finding_at_every_stage(name: str, stage: str, tmp_path: Path) -> None:
    folder = tmp_path / name
    shutil.copytree(EXAMPLES / name, folder)
    manifest = folder / "challenge.yaml"
    text, count = re.subn(r"(?m)^  stage: draft\b", f"  stage: {stage}", manifest.read_text(encoding="utf-8"))
    assert count == 1, "an example is kept at stage draft"
    manifest.write_text(text, encoding="utf-8")

    loaded = load_challenge(manifest)

    assert [(item.code, str(item.position), item.message) for item in loaded.diagnostics] == []
    assert loaded.resolved is not None
    assert loaded.resolved.stage == stage


@pytest.mark.parametrize("name", NAMES)
def test_an_example_names_no_account_that_might_be_somebodys(name: str) -> None:
    resolved = load_challenge(EXAMPLES / name / "challenge.yaml").resolved
    assert resolved is not None
    accounts = {member for team in resolved.teams for member in team.members}
    accounts |= {item.service_account for item in resolved.orchestrators if item.service_account}
    assert accounts
    assert not [account for account in accounts if not account.startswith("example-")]


@pytest.mark.parametrize("name", NAMES)
def test_every_manifest_tells_editors_where_its_schema_is(name: str) -> None:
    manifest = EXAMPLES / name / "challenge.yaml"
    first = manifest.read_text(encoding="utf-8").splitlines()[0]
    match = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
    assert match is not None
    assert (manifest.parent / match[1]).resolve() == EXAMPLES.parent / "schemas" / "manifest.schema.json"


@pytest.mark.parametrize("name", NAMES)
def test_every_image_is_small_and_shown_by_a_page(name: str) -> None:
    loaded = load_challenge(EXAMPLES / name / "challenge.yaml")
    shown = {item.path for page in loaded.pages for item in page.attachments}
    assert shown == set((EXAMPLES / name / "wiki").rglob("*.png"))
    assert max((path.stat().st_size for path in shown), default=0) < 40_000


def test_brats_has_the_pages_of_the_real_challenge() -> None:
    pages = load_challenge(EXAMPLES / "brats-2021" / "challenge.yaml").pages
    assert len(pages) == 19
    assert max(len(page.key) for page in pages) == 2
    assert [page.title for page in pages if len(page.key) == 1] == [
        "Challenge Data",
        "Challenge Question",
        "Challenge Timeline",
        "Frequently Asked Questions",
        "How to Participate",
        "News & Updates",
        "Results",
        "Rules & Resources",
    ]


def test_what_a_real_challenge_did_against_a_rule_is_kept_with_its_reason() -> None:
    kept = {name: load_challenge(EXAMPLES / name / "challenge.yaml").kept for name in NAMES}
    assert {name: [item.code for item, _ in found] for name, found in kept.items() if found} == {
        "olfactory-2025": ["time.staffed-end"]
    }
    assert all(reason for found in kept.values() for _, reason in found)
