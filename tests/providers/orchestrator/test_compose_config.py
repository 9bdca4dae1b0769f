"""Debian's own docker-compose reads the emitted folder as it was meant."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from providers.orchestrator.env_model import understand
from providers.orchestrator.files import assemble, meant
from providers.orchestrator.inputs import OrchestratorInputs
from providers.orchestrator.settings import settings, variables
from tests.providers.orchestrator.examples import FULL, PLAIN, WES

Tool = Callable[[str], str]


def compose_config(program: str, folder: Path) -> Any:
    """What compose makes of a folder; the environment is empty because an exported variable would override `.env`."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    finished = subprocess.run(
        [program, "config"], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert finished.returncode == 0, finished.stderr
    assert finished.stderr == ""
    return yaml.safe_load(finished.stdout)


@pytest.mark.parametrize("inputs", [PLAIN, FULL, WES], ids=["plain", "full", "wes"])
def test_the_container_gets_every_variable_as_it_was_meant(
    inputs: OrchestratorInputs, tool: Tool, tmp_path: Path
) -> None:
    program = tool("docker-compose")
    for name, text in assemble(inputs, token="a.token").files.items():
        (tmp_path / name).write_text(text)
    service = compose_config(program, tmp_path)["services"]["workflow-orchestrator"]
    environment = service["environment"]
    assert environment == dict.fromkeys(variables(inputs), "") | settings(inputs, "a.token")
    assert understand(environment) == meant(inputs)
    assert service["image"] == inputs.image


def test_the_shared_volume_has_the_name_that_the_orchestrator_looks_for(tool: Tool, tmp_path: Path) -> None:
    program = tool("docker-compose")
    for name, text in assemble(PLAIN).files.items():
        (tmp_path / name).write_text(text)
    config = compose_config(program, tmp_path)
    assert config["volumes"]["shared"]["name"] == "odor-mixtures_shared"
    assert config["services"]["workflow-orchestrator"]["volumes"] == [
        "shared:/shared:rw",
        "/var/run/docker.sock:/var/run/docker.sock:rw",
    ]
