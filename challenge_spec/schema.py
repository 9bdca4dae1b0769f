"""The manifest's JSON Schema (2020-12), for editors: generated from the models, described by their docstrings."""

from __future__ import annotations

import ast
import inspect
import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from challenge_spec.fields import Model
from challenge_spec.manifest import Manifest

DIALECT = "https://json-schema.org/draft/2020-12/schema"
FILE_NAME = "manifest.schema.json"


def manifest_schema() -> dict[str, Any]:
    """The schema of a manifest file. Fragments (`include`) have the same blocks, and need none of them."""
    schema = Manifest.model_json_schema(by_alias=True, mode="validation")
    _describe(schema, Manifest)
    for model in _models(Model):
        _describe(schema["$defs"].get(model.__name__, {}), model)
    _drop_noise(schema)
    return {"$schema": DIALECT, "title": "Challenge manifest", **{k: v for k, v in schema.items() if k != "title"}}


def fragment_schema() -> dict[str, Any]:
    """The schema of an included file: the same blocks, none of them required."""
    schema = manifest_schema()
    schema["title"] = "Fragment of a challenge manifest"
    del schema["required"], schema["properties"]["manifest"]
    return schema


def write_schemas(folder: Path) -> list[Path]:
    """Write both schemas into a folder; returns the files."""
    written = []
    for name, schema in ((FILE_NAME, manifest_schema()), ("fragment.schema.json", fragment_schema())):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(rendered(schema), encoding="utf-8")
        written.append(path)
    return written


def rendered(schema: dict[str, Any]) -> str:
    """A schema as it stands in its file."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _models(base: type[Model]) -> Iterator[type[Model]]:
    for model in base.__subclasses__():
        yield model
        yield from _models(model)


def _describe(schema: dict[str, Any], model: type[Model]) -> None:
    """Put the docstrings of fields where editors show them."""
    for name, text in _field_docs(model).items():
        field = model.model_fields.get(name)
        place = schema.get("properties", {}).get((field.alias if field else None) or name)
        if place is not None:
            place["description"] = text


def _field_docs(model: type[Model]) -> dict[str, str]:
    """The text behind each field of a model, those it inherits included."""
    docs: dict[str, str] = {}
    for owner in reversed(model.__mro__):
        if issubclass(owner, Model):
            docs |= _own_docs(owner)
    return docs


def _own_docs(owner: type[Model]) -> dict[str, str]:
    statement = ast.parse(inspect.getsource(owner).lstrip()).body[0]
    body = statement.body if isinstance(statement, ast.ClassDef) else []
    docs: dict[str, str] = {}
    for field, text in pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(text, ast.Expr):
            docs[field.target.id] = inspect.cleandoc(str(ast.literal_eval(text.value)))
    return docs


def _drop_noise(value: Any) -> None:
    """Titles that repeat the key, and `null` where nothing may be written, help nobody; a bad key is always refused."""
    if isinstance(value, list):
        for item in value:
            _drop_noise(item)
    elif isinstance(value, dict):
        if isinstance(value.get("title"), str):
            del value["title"]
        if value.get("default", 0) is None:
            del value["default"]
        if isinstance(value.get("default"), dict) and "kind" in value["default"]:
            value["default"] = value["default"]["text"]
        if "patternProperties" in value:
            value["additionalProperties"] = False
        _drop_null(value)
        for item in value.values():
            _drop_noise(item)


def _drop_null(value: dict[str, Any]) -> None:
    """`key:` without a value is an error, so null is none of the choices."""
    choices = value.get("anyOf")
    if isinstance(choices, list) and {"type": "null"} in choices:
        rest = [choice for choice in choices if choice != {"type": "null"}]
        del value["anyOf"]
        if len(rest) == 1 and not set(rest[0]) & set(value):
            value.update(rest[0])
        else:
            value["anyOf"] = rest
