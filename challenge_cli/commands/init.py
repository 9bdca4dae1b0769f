"""`challenge init`: a manifest and pages to begin with."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from challenge_cli import console
from challenge_cli.errors import Code, Failure

EPILOG = """\b
Examples:
  challenge init my-challenge               asks what it needs to know
  challenge init --name "Melting Points Challenge" --timezone Europe/Berlin --no-human-data --daily 2
  challenge init --name Smell --timezone UTC --human-data --daily 1 --open 2027-03-03 --close 2027-05-25 \\
      --task "Mixture similarity" --task "Odour intensity" --submission docker"""

_DATE = re.compile(r"tbd|[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2})?")


_SCORES = ("immediate", "after_round", "after_close", "never")


class Moment(click.ParamType[str]):
    """A date, a date and time, or `tbd`."""

    name = "moment"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The same text, if it is one of these."""
        if not _DATE.fullmatch(value) or (value != "tbd" and not _exists(value)):
            self.fail(f"`{value}` is no moment; write `2027-03-03`, `2027-03-03T09:00` or `tbd`", param, ctx)
        return value


def _exists(moment: str) -> bool:
    try:
        datetime.fromisoformat(moment)
    except ValueError:
        return False
    return True


class Zone(click.ParamType[str]):
    """An IANA name."""

    name = "zone"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The same text, if there is such a zone."""
        from challenge_spec.clock import TimeProblem, zone_named

        try:
            zone_named(value)
        except TimeProblem as problem:
            self.fail(f"{problem.message}. {problem.remedy}", param, ctx)
        return value


class Length(click.ParamType[str]):
    """A length of time, or nothing."""

    name = "length"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The same text, if a manifest takes it."""
        from pydantic_core import PydanticCustomError

        from challenge_spec.fields import parse_span

        try:
            return value and parse_span(value).text
        except PydanticCustomError as problem:
            self.fail(problem.message(), param, ctx)


class Name(click.ParamType[str]):
    """What Synapse takes for the name of a project, and of the teams that are named after it."""

    name = "name"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The same text, if Synapse takes it."""
        if not re.fullmatch(r"[A-Za-z0-9 ._-]{3,}", value.strip()):
            remedy = "use three or more letters without accents, digits, blanks and . - _"
            self.fail(f"Synapse would refuse names made of `{value}`; {remedy}", param, ctx)
        return value.strip()


@click.command("init", epilog=EPILOG)
@click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path, file_okay=False), default=".")
@click.option("--name", type=Name(), help="What people see.")
@click.option("--timezone", type=Zone(), metavar="ZONE", help="Zone of all times, an IANA name.")
@click.option("--human-data/--no-human-data", default=None, help="Whether data come from people.")
@click.option("--daily", type=click.IntRange(1), metavar="N", help="Submissions of a team in a day.")
@click.option("--key", metavar="WORD", help="Its identity, which never changes [from the name].")
@click.option("--preregistration", type=Moment(), metavar="DATE", help="When people can leave their address [never].")
@click.option("--open", type=Moment(), default="tbd", show_default=True, metavar="DATE")
@click.option("--close", type=Moment(), default="tbd", show_default=True, metavar="DATE")
@click.option("--conclude", type=Moment(), default="tbd", show_default=True, metavar="DATE", help="Results are public.")
@click.option(
    "--organizer", "organizers", multiple=True, metavar="USER", help="Synapse user name; as often as you like."
)
@click.option("--administrator", "administrators", multiple=True, metavar="USER", help="Who looks after Synapse.")
@click.option("--task", "tasks", multiple=True, metavar="NAME", help="Name of a sub-challenge; as often as you like.")
@click.option("--submission", type=click.Choice(["file", "folder", "docker"]), default="file", show_default=True)
@click.option("--together", is_flag=True, help="One submission answers all sub-challenges.")
@click.option("--every", type=Length(), metavar="LENGTH", help="How long a round is, `4 weeks` [one round].")
@click.option("--scores", type=click.Choice(_SCORES), default=_SCORES[0], show_default=True, help="When they are seen.")
@click.option("--writeups/--no-writeups", default=False, show_default=True, help="Whether methods are written up.")
@click.option("--sensitive/--no-sensitive", default=False, show_default=True, help="Whether nobody may see the data.")
@click.option("--terms/--no-terms", default=False, show_default=True, help="Whether terms are agreed to by a click.")
@click.option("--metric", default="score", show_default=True, metavar="NAME", help="What ranks.")
@click.option("--direction", type=click.Choice(["maximize", "minimize"]), default="maximize", show_default=True)
@click.option("--repository", default="my-org/my-workflow@v1.0.0", show_default=True, metavar="OWNER/NAME@REF")
@click.option("--service-account", default="my-bot", show_default=True, metavar="USER", help="Who scores.")
@click.pass_context
def command(ctx: click.Context, /, folder: Path, **said: Any) -> int:
    """Write a commented manifest, page skeletons and the editors' schema to DIR.

    On a terminal what isn't said by options is asked. Files that are there are never touched. What is written is valid,
    with warnings for what waits to be written by you.
    """
    from challenge_cli.skeleton import files_of
    from challenge_cli.writing import write

    files = files_of(_answers(ctx, said))
    summary = _checked(folder, files)
    for path in write(files, folder, mend="name another folder, or move them away"):
        console.result(str(path))
    console.message(f"Valid, with {summary} where something waits to be written. Next: challenge validate {folder}")
    return Code.FINE


def _answers(ctx: click.Context, said: dict[str, Any]) -> Any:
    from challenge_cli.skeleton import Answers, key_from

    asks = console.is_terminal(sys.stdin) and console.is_terminal(sys.stdout)
    missing = [f"--{name.replace('_', '-')}" for name in _NEEDED if said[name] is None]
    if missing and not asks:
        raise Failure(
            "challenge init", f"not said: {', '.join(missing)}", "say it, or run this on a terminal to be asked"
        )
    if asks:
        said = {**said, **_asked(ctx, said)}
    said["key"] = said["key"] or key_from(said["name"])
    said["tasks"] = said["tasks"] or ("Main",)
    said["preregistration"] = said["preregistration"] or ""
    said["every"] = said["every"] or ""
    _check(said)
    return Answers(**said)


_NEEDED = ("name", "timezone", "human_data", "daily")
"""What nobody can answer for the organizers."""


def _asked(ctx: click.Context, said: dict[str, Any]) -> dict[str, Any]:
    """Answers to the questions that options left open, in the order in which a planning goes."""
    from click.core import ParameterSource

    questions: dict[str, Callable[[], Any]] = {
        "name": lambda: click.prompt("What is the challenge called?", type=Name()),
        "timezone": lambda: click.prompt("In which time zone are its dates (an IANA name)?", type=Zone()),
        "tasks": lambda: tuple(
            _words(click.prompt("Which questions does it ask (names, with commas)?", default="Main"))
        ),
        "submission": lambda: click.prompt(
            "What is submitted?", type=click.Choice(["file", "folder", "docker"]), default="file"
        ),
        "together": lambda: click.confirm("Does one submission answer all of them?", default=False),
        "metric": lambda: click.prompt("By which metric are submissions ranked?", default="score"),
        "direction": lambda: click.prompt(
            "Is more of it better?", type=click.Choice(["maximize", "minimize"]), default="maximize"
        ),
        "daily": lambda: click.prompt("How often may a team submit in a day?", type=click.IntRange(1)),
        "open": lambda: click.prompt("When does it open?", type=Moment(), default="tbd"),
        "close": lambda: click.prompt("When does it close?", type=Moment(), default="tbd"),
        "conclude": lambda: click.prompt("When are results public?", type=Moment(), default="tbd"),
        "preregistration": lambda: _none(
            click.prompt("From when on can people leave their address (`tbd`: never)?", type=Moment(), default="tbd")
        ),
        "every": lambda: click.prompt("How long is a round, `4 weeks` (empty: one round)?", type=Length(), default=""),
        "scores": lambda: click.prompt(
            "When do submitters see scores?", type=click.Choice(_SCORES), default=_SCORES[0]
        ),
        "writeups": lambda: click.confirm("Do participants write their methods up?", default=False),
        "human_data": lambda: click.confirm("Do data come from people?"),
        "sensitive": lambda: click.confirm("Are there data that participants may not see?", default=False),
        "terms": lambda: click.confirm("Do people agree to terms by a click before they join?", default=False),
        "organizers": lambda: tuple(
            _words(click.prompt("Who organizes it (Synapse user names, with commas)?", default=""))
        ),
        "administrators": lambda: tuple(_words(click.prompt("Who looks after Synapse?", default=""))),
    }
    open_ = [name for name in questions if ctx.get_parameter_source(name) is not ParameterSource.COMMANDLINE]
    answers: dict[str, Any] = {}
    for name in open_:
        if name != "together" or len(answers.get("tasks", said["tasks"])) > 1:
            answers[name] = questions[name]()
    return answers


def _none(moment: str) -> str:
    return "" if moment == "tbd" else moment


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _check(said: dict[str, Any]) -> None:
    from challenge_cli.skeleton import key_from

    keys = [key_from(name) for name in said["tasks"]]
    if len(set(keys)) < len(keys):
        raise Failure(
            "--task", f"two of the sub-challenges would have one key: {', '.join(keys)}", "rename one of them"
        )


def _checked(folder: Path, files: Mapping[str, str]) -> str:
    """What is wrong with the files before they are written, counted. Raises Failure where it is more than a warning."""
    from challenge_spec.diagnostics import count, render
    from challenge_spec.load import load_challenge

    content = {(folder / name).resolve(): text.encode() for name, text in files.items()}
    loaded = load_challenge(folder / "challenge.yaml", content)
    if loaded.has_errors:
        console.message(render([item for item in loaded.diagnostics if item.severity == "error"], loaded.files))
        raise Failure(str(folder), "with these answers the manifest can't be used; nothing was written", "answer again")
    return count(loaded.diagnostics)
