"""The JSON Schema: current, valid, and of one mind with the models as far as a schema can be."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from challenge_spec.schema import fragment_schema, manifest_schema, rendered, write_schemas
from tests.challenge_spec.sound import SOUND

ROOT = Path(__file__).parents[2]


class Yaml12(yaml.SafeLoader):
    """Scalars as editors read them: the YAML 1.2 core schema."""


Yaml12.yaml_implicit_resolvers = {}
for tag, pattern, first in (
    ("null", "~|null|Null|NULL|", "~nN"),
    ("bool", "true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", "[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+0123456789."),
):
    Yaml12.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), list(first))


def complaints(text: str, schema: dict[str, Any] | None = None) -> list[str]:
    value = yaml.load(text, Loader=Yaml12)  # noqa: S506 -- a subclass of SafeLoader
    return [error.json_path for error in Draft202012Validator(schema or manifest_schema()).iter_errors(value)]


@pytest.mark.parametrize("name", ["manifest.schema.json", "fragment.schema.json"])
def test_the_schemas_in_the_repository_are_current(name: str, tmp_path: Path) -> None:
    write_schemas(tmp_path)
    assert (ROOT / "schemas" / name).read_text() == (tmp_path / name).read_text()


def test_the_schemas_are_schemas() -> None:
    Draft202012Validator.check_schema(manifest_schema())
    Draft202012Validator.check_schema(fragment_schema())
    assert json.loads(rendered(manifest_schema()))["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_the_sound_manifest_pleases_the_schema() -> None:
    assert complaints(SOUND) == []


@pytest.mark.parametrize(
    "path", sorted(ROOT.glob("examples/*/*.yaml")), ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_every_example_pleases_the_schema(path: Path) -> None:
    schema = manifest_schema() if path.name == "challenge.yaml" else fragment_schema()
    assert complaints(path.read_text(), schema) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  stage: draft", "  stagee: draft"),
        ("stage: draft", "stage: launched"),
        ("  timezone: America/Los_Angeles\n", ""),
        ("human_data: false", "human_data: yes"),
        ("total: 3 }\n    truth", 'total: "3" }\n    truth'),
        ("  finalists:", "  Finalists:"),
        ("members: [example-admin]", "members: example-admin"),
        ("smell-infra@v1.0.0", "smell-infra"),
        ("Predict how mixtures smell", "x" * 81),
        ("stage: draft", "stage:"),
        ("start: 2027-06-01, ", ""),
    ],
)
def test_what_the_models_refuse_the_schema_refuses(old: str, new: str) -> None:
    assert old in SOUND
    assert complaints(SOUND.replace(old, new, 1)) != []


def test_a_fragment_needs_nothing_in_particular() -> None:
    assert complaints("teams: { judges: { use: 12 } }", fragment_schema()) == []


def test_editors_can_show_what_a_key_means() -> None:
    team = manifest_schema()["$defs"]["Team"]["properties"]
    assert team["join"]["description"].startswith("How people get in")
    assert "for" in manifest_schema()["$defs"]["Queue"]["properties"]


def test_editors_show_help_for_every_block_and_every_key() -> None:
    schema = manifest_schema()
    blocks = {"Manifest": schema, **schema["$defs"]}
    silent = [f"{name}.{key}" for name, block in blocks.items() for key, item in block.get("properties", {}).items()
              if not item.get("description", "").strip()]  # fmt: skip
    assert silent == [], "write a sentence below the field"
    assert [name for name, block in blocks.items() if not block.get("description", "").strip()] == []
