"""What came of each command of other people's tools, told by the tests themselves; docs/tools.md is made of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

DOCUMENT: Final = Path(__file__).parents[2] / "docs" / "tools.md"
ENVIRONMENTS: Final = Path(__file__).parent / "environments"
MODULES: Final = {
    "challengeutils": "tests.tools.test_challengeutils",
    "cnb-tools": "tests.tools.test_cnb_tools",
}
Verdict = Literal["works", "works, with a flaw of its own", "refuses, rightly", "fails by itself", "not served"]
_Test = TypeVar("_Test", bound=Callable[..., None])


@dataclass(frozen=True, slots=True)
class Outcome:
    """One row: a command, what came of it, and what the test saw (Markdown)."""

    command: str
    verdict: Verdict
    seen: str


def outcome(command: str, verdict: Verdict, seen: str) -> Callable[[_Test], _Test]:
    """Say what a test shows of a command. As long as the test passes, the row in docs/tools.md is true."""

    def note(test: _Test) -> _Test:
        vars(test)["outcome"] = Outcome(command, verdict, seen)
        return test

    return note


def outcomes(module: str) -> Iterator[Outcome]:
    """The rows of a test module, in the order of its tests."""
    for value in vars(import_module(module)).values():
        found: Any = getattr(value, "__dict__", {}).get("outcome")
        if isinstance(found, Outcome):
            yield found


def versions(tool: str) -> str:
    """The locked versions of a tool and of the official client that it stands on."""
    lock = (ENVIRONMENTS / f"{tool}.txt").read_text(encoding="utf-8")
    locked = dict(re.findall(r"^([a-z0-9-]+)==(\S+) \\$", lock, re.MULTILINE))
    return f"{tool} {locked[tool]} on synapseclient {locked['synapseclient']}"


def document(date: str) -> str:
    """docs/tools.md."""
    return "\n".join([_HEAD.format(date=date), *(part for tool in MODULES for part in _section(tool))])


def dated() -> str:
    """The date that docs/tools.md bears."""
    (date,) = re.findall(r"Last proved on (\d{4}-\d\d-\d\d)\.", DOCUMENT.read_text(encoding="utf-8"))
    return str(date)


def _section(tool: str) -> Iterator[str]:
    yield f"## {versions(tool)}\n\n| command | outcome | what was seen |\n|---|---|---|"
    for row in outcomes(MODULES[tool]):
        yield f"| `{row.command}` | {row.verdict} | {row.seen} |"
    yield ""


_HEAD: Final = """\
# Other people's tools on the sandbox

`challengeutils` and `cnb-tools`, unmodified from PyPI, in environments of their own, against a sandbox named in
`~/.synapseConfig`. This page is generated from the tests that run them (`python -m tests.tools`), and
`make prove` runs them all: each row is a test, and each message is asserted. Last proved on {date}.

Some objects of production are built into the tools: the template projects syn18058986 and syn52941681, the portal's
view syn51476218, the team 3379097. The tests put them in place with `POST /sandbox/v1/entity` and
`POST /sandbox/v1/team`: these take the body of `POST /repo/v1/entity` and `POST /repo/v1/team` and an `id` in it, under
which the object is made. On production you need rights on these objects; where you have none, the tools fail.
"""
