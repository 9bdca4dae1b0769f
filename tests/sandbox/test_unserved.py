"""What the sandbox doesn't serve says so by name, in the answer and in the log: no address of the client is unknown."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

import pytest
import synapseclient

from synapse_sandbox.refusals import Refusal
from synapse_sandbox.routing import Router
from synapse_sandbox.server import running
from synapse_sandbox.services import ROUTES
from tests.sandbox.conftest import Api

# What stands in the client's source with a slash in front and is no address: ends and beginnings of some.
_PIECES: Final = {
    "/all",
    "/get/1",
    "/start",
    "/version/1",
    "/evaluation/1/submission1",
    "/evaluation/1/submission/bundle1",
}
_PREFIXES: Final = ("/repo/v1", "/file/v1", "/auth/v1")


def test_every_address_of_the_official_client_is_served_or_refused_by_name() -> None:
    router = Router(ROUTES)
    unknown = {path for path in addresses() if not any(is_known(router, prefix + path) for prefix in _PREFIXES)}
    assert unknown == _PIECES


@pytest.mark.parametrize(
    "family",
    ["form", "schema", "grid", "curation", "agent", "search", "download", "storageLocation", "favorite", "account"],
)
def test_each_family_of_calls_that_no_challenge_needs_is_known(family: str) -> None:
    calls = [route for route in ROUTES if route.template.split("/")[3] == family]
    assert calls
    assert all(isinstance(route.handler, partial) for route in calls)


def test_every_call_that_is_not_served_answers_501_with_its_name_and_is_counted_in_the_log(tmp_path: Path) -> None:
    refused = [route for route in ROUTES if isinstance(route.handler, partial)]
    with running(tmp_path, ["organizer:token"], access_log=tmp_path / "log.jsonl") as url:
        organizer = Api(url, "token")
        for route in refused:
            answer = organizer.send(route.method, re.sub(r"\{\w+\}", "1", route.template))
            name = f"{route.method} {route.template}"
            assert (answer.status, answer.reason) == (501, f"The sandbox does not serve {name}, although Synapse does.")
    logged = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    counted = [(line["method"], line["route"]) for line in logged if line["status"] == 501]
    assert counted == [(route.method, route.template) for route in refused]


def is_known(router: Router, path: str) -> bool:
    """Whether the sandbox knows an address, under whatever method."""
    try:
        router.find("NONE", path)
    except Refusal as refusal:
        return refusal.status == 405
    return True


def addresses() -> Iterator[str]:
    """The addresses in the client's source, 1 for every variable; of a job the start. Models have none but of jobs."""
    for file in Path(synapseclient.__file__).parents[1].glob("synapse[cu]*/**/*.py"):
        if "models" in file.parts and file.name != "asynchronous_job.py":
            continue
        for text in texts(ast.parse(file.read_text(encoding="utf-8"))):
            path = text.partition("?")[0].rstrip("/")
            if re.fullmatch(r"/[a-z][\w/]*", path, re.IGNORECASE) and re.fullmatch(r"[\w/?=&.]*", text):
                yield f"{path}/start" if path.endswith("/async") else path


def texts(tree: ast.AST) -> Iterator[str]:
    """Every string, with 1 where a value is put in."""
    inner = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "1" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inner:
            yield re.sub(r"%\w|\{\w*\}", "1", node.value)
