"""The `challenge` command. A subcommand's module is imported only when it runs: `--version` and help stay fast."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final, NamedTuple

import click

from challenge_cli.errors import exit_code_of


class Entry(NamedTuple):
    """One subcommand: where it lives, and the line that help shows."""

    module: str
    summary: str


SECTIONS: Final[dict[str, dict[str, Entry]]] = {
    "Write the manifest": {
        "init": Entry("init", "Write the manifest and pages of a new challenge; asks what they need."),
        "validate": Entry("validate", "Check a manifest and its pages; touches nothing."),
        "fmt": Entry("fmt", "Lay out a manifest and what it includes; comments and meaning stay."),
        "import": Entry("import_", "Write the manifest of a challenge that is on Synapse already; reads only."),
        "convert": Entry("convert", "Write the manifest of a challenge on another platform; reads files only."),
        "explain": Entry("explain", "What an address becomes, and what it waits for; touches nothing."),
        "diff": Entry("diff", "What two git revisions of a manifest say differently; touches nothing."),
        "schema": Entry("schema", "Print the JSON Schema of a manifest, a plan, a receipt, ..."),
    },
    "Bring it to Synapse": {
        "plan": Entry("plan", "Show what has to change on Synapse; writes nothing."),
        "apply": Entry("apply", "Make it so; as often as you like, with the same result."),
        "drift": Entry("drift", "What was changed on Synapse since the last apply; writes nothing."),
        "pull": Entry("pull", "Bring what was changed on Synapse and kept back into the files."),
        "status": Entry("status", "Which stage is reached, and which gates are shut."),
        "history": Entry("history", "Every apply so far: who, when, from which commit, how much."),
        "graph": Entry("graph", "The order of the plan's operations, as a graph."),
        "destroy": Entry("destroy", "Delete everything of the challenge: all of it, or nothing."),
    },
    "Run it": {
        "env": Entry("env", "Write the orchestrators' files: .env, compose file, runbook."),
        "doctor": Entry("doctor", "Who is signed in, and whether Synapse behaves as the sandbox believes."),
        "sandbox": Entry("sandbox", "A Synapse on your own machine, to rehearse on."),
    },
}

_ENTRIES: Final = {name: entry for section in SECTIONS.values() for name, entry in section.items()}


class LazyGroup(click.Group):
    """A group that knows its commands by name and imports one when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- click's signature
        """Names in the order of help."""
        return list(_ENTRIES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 -- click's signature
        """Import one command."""
        entry = _ENTRIES.get(cmd_name)
        if entry is None:
            return None
        command: click.Command = import_module(f"challenge_cli.commands.{entry.module}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does; a misspelt name gets a suggestion."""
        name = args[0] if args else ""
        if name and not name.startswith("-") and name not in _ENTRIES:
            ctx.fail(f"there is no command `{name}`.{_suggestion(name)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 -- click's signature
        """Commands by section, without importing any."""
        for section, entries in SECTIONS.items():
            with formatter.section(section):
                formatter.write_dl([(name, entry.summary) for name, entry in entries.items()])


def _suggestion(name: str) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, _ENTRIES, n=1)
    return f" Did you mean `{close[0]}`?" if close else ""


def _version(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if not value or ctx.resilient_parsing:
        return
    from importlib.metadata import version

    click.echo(f"challenge-as-code {version('challenge-as-code')}")
    ctx.exit()


EPILOG: Final = """\b
Examples:
  challenge validate                        check challenge.yaml in this folder
  challenge plan --sandbox                  what a first apply would do, on your own machine
  challenge apply --sandbox                 do it there
  challenge plan --detailed-exitcode        on Synapse; 2 means that changes are pending

\b
Exit codes: 0 fine, 1 error, 2 changes pending (with --detailed-exitcode), 3 apply incomplete: run it again,
4 apply held by a gate, everything else done, 5 plan stale or lock held."""


@click.group(
    cls=LazyGroup, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version.")
def cli() -> None:
    """Crowd-sourced challenges on Synapse from one manifest: plan it, apply it, rehearse it."""


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; every error is caught and said in words."""
    try:
        result = cli.main(arguments, prog_name="challenge", standalone_mode=False)
    except BaseException as error:  # noqa: BLE001 -- the one place where every error becomes words and an exit code
        return exit_code_of(error)
    return result if isinstance(result, int) else 0


def main() -> None:
    """The console script."""
    sys.exit(run())
