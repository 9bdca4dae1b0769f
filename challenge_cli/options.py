"""Options that commands share, said once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from planner.options import Decisions

ADOPT: Final = "adopt"
STDOUT: Final = "-"
"""In place of a file: standard output."""
CommandT = TypeVar("CommandT", bound=Callable[..., Any])


def manifest_argument(function: CommandT) -> CommandT:
    """MANIFEST, by default challenge.yaml here."""
    return click.argument("manifest", type=click.Path(path_type=Path), default="challenge.yaml")(function)


def manifests_argument(function: CommandT) -> CommandT:
    """[MANIFEST]..., by default challenge.yaml here; what comes of it is `challenge_cli.manifests.several`'s to say."""
    argument = click.argument("manifests", metavar="[MANIFEST]...", type=click.Path(path_type=Path), nargs=-1)
    return argument(function)


def events_option(function: CommandT) -> CommandT:
    """`--events FILE|-`."""
    what = "Every event as a line of JSON, in a file or (`-`) on standard output."
    return click.option("--events", metavar="FILE", help=what)(function)


def format_option(*formats: str) -> Callable[[CommandT], CommandT]:
    """`--format`; the first is the default."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help="Form of the output.",
    )


@dataclass(frozen=True, slots=True)
class Aim:
    """What the options say about the target."""

    sandbox: bool
    endpoint: str | None
    now: str | None


def target_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Where to: the embedded sandbox, an address, or Synapse itself; the command gets one `aim`."""

    @wraps(function)
    def collected(*, sandbox: bool, endpoint: str | None, now: str | None, **rest: Any) -> Any:
        return function(aim=Aim(sandbox, endpoint, now), **rest)

    return _with(_TARGET, collected)


def decision_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """What a person decides about a plan; the command gets one `decisions`."""

    @wraps(function)
    def collected(
        *,
        take: Iterable[tuple[str, str]],
        publish: Iterable[str],
        allow: Iterable[str],
        only: Iterable[str],
        without: Iterable[str],
        **rest: Any,
    ) -> Any:
        decisions = Decisions(
            **taken(take),
            publish=frozenset(publish),
            allow=consented(allow),
            adopt=adopted(allow),
            targets=frozenset(only),
            excludes=frozenset(without),
        )
        return function(decisions=decisions, **rest)

    return _with(_DECISIONS, collected)


def taken(take: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    """Whose version wins where, by the names of decisions.

    Raises click.BadParameter where both are to win.
    """
    winners = {side: frozenset(address for winner, address in take if winner == side) for side in ("manifest", "live")}
    if both := winners["manifest"] & winners["live"]:
        raise click.BadParameter(f"both are to win at {min(both)}; keep one of them", param_hint="--take")
    return {f"take_{side}": addresses for side, addresses in winners.items()}


def _with(options: Iterable[Callable[..., Any]], function: Callable[..., Any]) -> Callable[..., Any]:
    """A function with options, in the order in which help shall show them."""
    for option in reversed(tuple(options)):
        function = option(function)
    return function


_TARGET = (
    click.option(
        "--sandbox", is_flag=True, help="An embedded Synapse; its data stay in .challenge/sandbox beside the manifest."
    ),
    click.option("--endpoint", metavar="URL", help="Base address of a Synapse-compatible server [CHALLENGE_ENDPOINT]."),
    click.option(
        "--now",
        metavar="TIME",
        help="With --sandbox: set its clock, in the challenge's zone; 2027-03-01 or 2027-03-01T09:00.",
    ),
)


_DECISIONS = (
    click.option(
        "--take",
        nargs=2,
        multiple=True,
        type=(click.Choice(["manifest", "live"]), str),
        metavar="WINNER ADDRESS",
        help="Who wins where Synapse was changed: `manifest` puts its version back, `live` keeps that of Synapse until "
        "it is pulled; ADDRESS may be `all`.",
    ),
    click.option("--publish", multiple=True, metavar="ADDRESS", help="Let a held page go live; `all` for every one."),
    click.option(
        "--allow",
        multiple=True,
        metavar="CONSENT",
        help="Consent to one kind of harm: `delete`, `widen-access`, ... (docs/consents.md), or `adopt ADDRESS`.",
    ),
    click.option(
        "--target", "only", multiple=True, metavar="ADDRESS", help="Only this and what it needs; begins no stage."
    ),
    click.option(
        "--exclude", "without", multiple=True, metavar="ADDRESS", help="Not this nor what needs it; begins no stage."
    ),
)


class DecidingCommand(click.Command):
    """A command whose `--allow adopt` is followed by an address; `--allow reopen` stands alone."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Join `--allow adopt ADDRESS` into one value before click sees it."""
        return super().parse_args(ctx, list(_joined(args)))


def _joined(arguments: list[str]) -> Iterator[str]:
    rest = iter(arguments)
    for argument in rest:
        yield argument
        if argument == "--allow" and (consent := next(rest, None)) is not None:
            address = next(rest, None) if consent == ADOPT else None
            yield consent if address is None else f"{ADOPT}={address}"


def consented(allow: Iterable[str]) -> frozenset[str]:
    """The names of consents, those with an address left out.

    Raises click.BadParameter where one isn't known.
    """
    from challenge_spec.diagnostics import did_you_mean
    from planner.consents import CONSENTS

    names = frozenset(item for item in allow if not item.startswith(f"{ADOPT}="))
    for name in sorted(names - CONSENTS.keys()):
        hint = did_you_mean(name, list(CONSENTS))
        raise click.BadParameter(f"there is no consent {name!r}. {hint}", param_hint="--allow")
    return names


def adopted(allow: Iterable[str]) -> frozenset[str]:
    """Addresses that `--allow adopt ADDRESS` names.

    Raises click.BadParameter where the address is missing.
    """
    if ADOPT in allow:
        raise click.BadParameter("say what to adopt: --allow adopt ADDRESS", param_hint="--allow")
    return frozenset(item.partition("=")[2] for item in allow if item.startswith(f"{ADOPT}="))
