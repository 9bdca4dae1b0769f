"""docs/sandbox.md names every option, every control endpoint, and a faults file that the sandbox reads."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from challenge_cli.commands.sandbox import command
from synapse_sandbox.faults import Fault, read_faults
from synapse_sandbox.services import ROUTES
from synapse_sandbox.settings import USER_OPTIONS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "sandbox.md"
TEXT = PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["serve", "snapshot"])
def test_every_option_and_subcommand_is_told(name: str) -> None:
    found = command.commands[name]
    if isinstance(found, click.Group):
        assert [one for one in found.commands if f"sandbox {name} {one}" not in TEXT] == []
    else:
        options = [option for one in found.params for option in one.opts]
        assert [option for option in options if f"`{option}" not in TEXT] == []


def test_every_option_of_a_user_is_told() -> None:
    assert [option for option in USER_OPTIONS if f"`{option}`" not in TEXT] == []


def test_every_control_endpoint_is_told() -> None:
    control = {route.template for route in ROUTES if route.template.startswith("/sandbox/")}
    assert [template for template in control if not re.search(rf"{re.escape(template)}[`,]", TEXT)] == []


def test_the_faults_file_is_one_and_shows_every_member(tmp_path: Path) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    (tmp_path / "faults.yaml").write_text(example)
    assert len(read_faults(tmp_path / "faults.yaml").faults) == 5
    assert [member for member in Fault.model_fields if f"{member}:" not in example] == []
