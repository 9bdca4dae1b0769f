"""`python -m synapse_sandbox`: serve a sandbox on loopback until interrupted."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from synapse_sandbox.faults import DOCUMENTATION, FaultPlan, FaultsError, read_faults
from synapse_sandbox.refusals import Refusal
from synapse_sandbox.server import serve
from synapse_sandbox.settings import USER_OPTIONS, Settings, SettingsError, parse_users
from synapse_sandbox.store import DataFolderInUse, DataFolderUnusable
from synapse_sandbox.wire import from_iso


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the command line and serve; 1 when it can't start."""
    options = _parser().parse_args(arguments)
    try:
        serve(options.data, _settings(options), options.port)
    except (SettingsError, FaultsError, DataFolderInUse, DataFolderUnusable, OSError) as fault:
        sys.stderr.write(f"synapse_sandbox: {fault}\n")
        return 1
    return 0


def _settings(options: argparse.Namespace) -> Settings:
    return Settings(
        users=parse_users(options.user),
        latency_ms=options.latency,
        faults=FaultPlan() if options.faults is None else read_faults(options.faults),
        now=None if options.now is None else _instant(options.now),
        frozen=options.frozen,
        access_log=options.access_log,
        throttle=options.throttle,
        seed=options.seed,
        view_delay_ms=options.view_delay,
    )


def _instant(text: str) -> int:
    try:
        return from_iso(text)
    except Refusal as fault:
        raise SettingsError(f"--now {text}: write an instant such as 2027-03-01T00:00:00.000Z") from fault


def _parser() -> argparse.ArgumentParser:
    known = "; ".join(f"{name}: {meaning}" for name, meaning in USER_OPTIONS.items())
    parser = argparse.ArgumentParser(
        "synapse_sandbox",
        description=__doc__,
        epilog=f"User options: {known}.\n\n{DOCUMENTATION}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=0, help="0 (default) takes a free one")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="data folder, made when it isn't there")
    parser.add_argument("--user", action="append", default=[], metavar="NAME:TOKEN[:OPTION,...]")
    parser.add_argument("--latency", type=int, default=0, metavar="MS", help="added to every answer")
    parser.add_argument("--faults", type=Path, metavar="FILE")
    parser.add_argument("--now", metavar="INSTANT", help="where the clock starts; it goes on with real time")
    parser.add_argument("--frozen", action="store_true", help="with --now: the clock stands still")
    parser.add_argument("--access-log", type=Path, metavar="FILE")
    parser.add_argument("--throttle", action="store_true", help="Synapse's limits: 3 at a time, 600 a minute")
    parser.add_argument("--view-delay", type=int, metavar="MS", help="how long views take to show what happened")
    parser.add_argument("--seed", type=int, help="make etags and tokens reproducible")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
