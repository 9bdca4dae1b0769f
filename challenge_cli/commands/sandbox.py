"""`challenge sandbox`: a Synapse on your own machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from challenge_cli import console
from challenge_cli.errors import Code, Failure
from challenge_cli.moments import milliseconds, moment
from challenge_cli.options import format_option
from challenge_cli.target import in_words

if TYPE_CHECKING:
    from synapse_sandbox.faults import FaultPlan
    from synapse_sandbox.settings import Settings

DATA = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(".challenge/sandbox"),
    show_default=True,
    help="Folder that keeps everything.",
)


@click.group("sandbox")
def command() -> None:
    """A Synapse on your own machine: rehearse on it, look at it in a browser, throw it away."""


SERVE_EPILOG = """\b
Examples:
  challenge sandbox serve --port 8080                     look at what `challenge apply --sandbox` made
  challenge sandbox serve --data /tmp/s --user me:token-1:act,admin
  challenge sandbox serve --now 2027-03-03T09:00:00Z --latency 100 --access-log log.jsonl

\b
A user may have options: uncertified, act, admin, unsigned, view-only."""


@command.command("serve", epilog=SERVE_EPILOG)
@DATA
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="0 takes a free one.")
@click.option("--user", "users", multiple=True, metavar="NAME:TOKEN[:OPTION,...]", help="An account to sign in with.")
@click.option("--latency", type=click.IntRange(0), default=0, metavar="MS", help="Added to every answer.")
@click.option("--faults", type=click.Path(path_type=Path), metavar="FILE", help="Faults on purpose, as YAML.")
@click.option(
    "--now", metavar="TIME", help="Where its clock starts (UTC unless it says otherwise); it goes on from there."
)
@click.option("--frozen", is_flag=True, help="With --now: the clock stands still.")
@click.option(
    "--view-delay",
    type=click.IntRange(0),
    metavar="MS",
    help="How long views take to show what happened; kept in the folder, 0 at first.",
)
@click.option("--throttle", is_flag=True, help="Synapse's limits: 3 requests at a time, 600 a minute.")
@click.option("--seed", type=int, metavar="N", help="Etags, tokens and faults by chance come out the same each time.")
@click.option("--access-log", type=click.Path(path_type=Path), metavar="FILE", help="One JSON line for each request.")
def serve(data: Path, port: int, **given: Any) -> None:
    """Serve a sandbox on this machine until Ctrl-C; says first how to point a client at it."""
    from synapse_sandbox.server import serve as run

    try:
        with in_words(data):
            run(data, _settings(**given), port, announce=console.result)
    except OSError as fault:
        raise Failure(f"--port {port}", fault.strerror or str(fault), "take another port; 0 takes a free one") from None


def _settings(
    *,
    users: tuple[str, ...],
    latency: int,
    faults: Path | None,
    now: str | None,
    view_delay: int | None,
    **switches: Any,
) -> Settings:
    from synapse_sandbox.settings import Settings, parse_users

    start = milliseconds(moment(now)) if now else None
    return Settings(
        users=parse_users(users),
        latency_ms=latency,
        faults=_faults(faults),
        now=start,
        view_delay_ms=view_delay,
        **switches,
    )


def _faults(path: Path | None) -> FaultPlan:
    from synapse_sandbox.faults import DOCUMENTATION, FaultPlan, FaultsError, read_faults

    try:
        return read_faults(path) if path else FaultPlan()
    except FaultsError as fault:
        raise Failure(f"--faults {path}", str(fault), DOCUMENTATION.rstrip().replace("\n", "\n  ")) from None


RESET_EPILOG = """\b
Examples:
  challenge sandbox reset
  challenge sandbox reset --data examples/brats-2021/.challenge/sandbox"""


@command.command("reset", epilog=RESET_EPILOG)
@DATA
def reset(data: Path) -> int:
    """Forget everything that a sandbox holds, its snapshots too; the next one starts empty."""
    from challenge_cli.snapshots import check_is_sandbox

    if not data.exists():
        console.message(f"{data}: there is no sandbox, so there is nothing to forget")
        return Code.FINE
    check_is_sandbox(data)
    _remove(data)
    console.message(f"{data}: forgotten")
    return Code.FINE


def _remove(data: Path) -> None:
    """Remove the folder while holding its claim, so that no running server loses the ground under its feet."""
    from shutil import rmtree

    from synapse_sandbox.store import claimed

    with in_words(data), claimed(data):
        rmtree(data)


SNAPSHOT_EPILOG = """\b
Examples:
  challenge sandbox snapshot save before-launch
  challenge sandbox snapshot list
  challenge sandbox snapshot restore before-launch

\b
They work whether a server runs on the data folder or not. Programs use the control endpoint /sandbox/v1/snapshots."""


@command.group("snapshot", epilog=SNAPSHOT_EPILOG)
def snapshot() -> None:
    """Keep everything that a sandbox holds under a name, and bring it back: accounts, files and clock included."""


@snapshot.command("save")
@click.argument("name")
@DATA
def save(name: str, data: Path) -> int:
    """Keep everything as it is now as the snapshot NAME."""
    from challenge_cli.snapshots import save as kept

    console.message(f"{data}: saved as {kept(data, name)['name']}")
    return Code.FINE


@snapshot.command("list")
@DATA
@format_option("text", "json")
def list_(data: Path, form: str) -> int:
    """Show the snapshots of a sandbox."""
    from challenge_cli.snapshots import as_json, in_lines, listed

    found = listed(data)
    console.result(as_json(found) if form == "json" else in_lines(found))
    return Code.FINE


@snapshot.command("restore")
@click.argument("name")
@DATA
def restore(name: str, data: Path) -> int:
    """Bring everything back as it was in the snapshot NAME; what came after it is lost."""
    from challenge_cli.snapshots import restore as brought_back

    console.message(f"{data}: as it was in {brought_back(data, name)['name']}")
    return Code.FINE


@snapshot.command("delete")
@click.argument("name")
@DATA
def delete(name: str, data: Path) -> int:
    """Forget the snapshot NAME."""
    from challenge_cli.snapshots import delete as forgotten

    forgotten(data, name)
    console.message(f"{data}: snapshot {name} forgotten")
    return Code.FINE
