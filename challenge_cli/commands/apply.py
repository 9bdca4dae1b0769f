"""`challenge apply`: make it so."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from challenge_cli import console, saved
from challenge_cli.approvals import Given, approval_options, require_approved
from challenge_cli.errors import Code, Failure
from challenge_cli.manifests import several
from challenge_cli.options import (
    STDOUT,
    Aim,
    DecidingCommand,
    decision_options,
    events_option,
    format_option,
    manifests_argument,
    target_options,
)
from challenge_cli.several import require_undecided
from planner.options import Decisions

if TYPE_CHECKING:
    from challenge_cli.engine import Done, Job, Look
    from planner.plan import Operation
    from providers.synapse.session import Session

EPILOG = """\b
Examples:
  challenge apply --sandbox                        shows the plan, asks, applies
  challenge apply --sandbox --now 2027-03-03       as if the launch were today
  challenge apply --auto-approve                   in CI, where nobody can be asked
  challenge apply --publish all                    let held pages go live
  challenge apply plan.json                        what `plan --out plan.json` kept, exactly that or nothing;
                                                   manifest, target and decisions come with it
  challenge apply --events - --auto-approve        every event as a line of JSON on standard output
  challenge apply --target wiki.live/rules         that page and what it needs, nothing else
  challenge apply challenges/ --auto-approve       every challenge below a folder, one after another

\b
Exit codes: 0 done, 1 nothing was done or something must be mended, 3 incomplete: run it again,
4 held by a gate or for want of a consent, everything else done, 5 the world moved or somebody else applies."""


@click.command("apply", cls=DecidingCommand, epilog=EPILOG)
@manifests_argument
@target_options
@decision_options
@format_option("text", "json")
@approval_options
@click.option("--concurrency", type=click.IntRange(1, 3), default=3, show_default=True, help="Requests at a time.")
@click.option("--verbose", is_flag=True, help="Every field of every change; nothing folded.")
@events_option
def command(
    manifests: tuple[Path, ...],
    aim: Aim,
    decisions: Decisions,
    form: str,
    given: Given,
    events: str | None,
    **how: Any,
) -> int:
    """Bring Synapse to what MANIFEST says: show the plan, ask, carry it out, tell what was done.

    MANIFEST may be a plan that `plan --out` kept: it is carried out as reviewed, or refused if anything moved.

    Run it as often as you like: what is already so is left alone, and what failed is done by the next run. Several
    manifests or kept plans (or a folder of manifests) are carried out one after another, each for itself.
    """
    if events == STDOUT and form == "json":
        raise click.UsageError("--events - and --format json both want standard output; write the events to a file")
    approve = Approval(given.without_asking, form == "json" or events == STDOUT, how["verbose"])
    order = partial(_order, aim=aim, decisions=decisions, given=given, approve=approve)
    manifest, *others = several(manifests)
    if others:
        require_undecided(decisions, approval=given.comment, events=events)
        return asyncio.run(_each((manifest, *others), order, form, how["concurrency"]))
    one = order(manifest)
    done = asyncio.run(_applied(one, how["concurrency"], events))
    receipts_of(one.work, done, form, approve.apart)
    return exit_code(done)


@dataclass(frozen=True, slots=True)
class Order:
    """One challenge to apply. accept: raises Failure where its plan is not to be carried out."""

    work: Job
    accept: Callable[[Look], None]


def _order(manifest: Path, *, aim: Aim, decisions: Decisions, given: Given, approve: Approval) -> Order:
    """What is to be applied: a manifest, or a kept plan with all that comes with it."""
    from challenge_cli.jobs import job

    reviewed = saved.read(manifest) if saved.is_saved_plan(manifest) else None
    work = saved.job_of(manifest, reviewed, aim, decisions) if reviewed else job(manifest, aim, decisions)

    def accept(current: Look) -> None:
        if reviewed is not None:
            saved.require_same(manifest, reviewed, current.shown)
        if given.comment is not None:
            require_approved(given.comment, current.shown)
        approve.require(current, work.target.name)

    return Order(work, accept)


async def _each(manifests: tuple[Path, ...], order: Callable[[Path], Order], form: str, concurrency: int) -> int:
    """Apply one after another; asked to stop, none is begun any more."""
    from challenge_cli.several import as_json, entry, heading, in_turn, told, worst

    orders: dict[int, Order] = {}
    entries: list[dict[str, Any]] = []

    def job_of(manifest: Path) -> Job:
        heading(manifest)
        one = order(manifest)
        orders[id(one.work)] = one
        return one.work

    async def work(session: Session, job: Job) -> Done:
        done = await _carry_out(session, orders[id(job)], concurrency, None)
        receipts_of(job, done, "text", form == "json")
        return done

    async for ended in in_turn(manifests, job_of, work):
        code = told(ended, exit_code, lambda _: None)
        entries.append(entry(ended.manifest, code, _plain(ended.value), ended.error))
        if ended.value is not None and any(receipt.stopped for receipt in ended.value.receipts):
            break
    if form == "json":
        as_json(entries)
    return worst(item["exit_code"] for item in entries)


def _plain(done: Done | None) -> list[Any] | None:
    from challenge_cli import receipts

    return None if done is None else [json.loads(receipts.to_json(receipt)) for receipt in done.receipts]


class Approval:
    """Shows a plan and asks, where there is somebody to ask. apart: standard output is for programs."""

    def __init__(self, given: bool, apart: bool, verbose: bool) -> None:
        self._given, self.apart, self._verbose = given, apart, verbose

    def require(self, current: Look, target: str) -> None:
        """Show the plan and get a yes.

        Raises Failure where it is refused, where nobody can be asked, or where the plan can't be begun.
        """
        from challenge_cli.engine import refuse_hopeless
        from planner.render.text import render

        rows = render(current.shown, console.width(), self._verbose)
        (console.messages if self.apart else console.show)(rows)
        refuse_hopeless(current)
        if self._given or not any(current.plan.to_do()):
            return
        if not (sys.stdin.isatty() and console.is_terminal(sys.stderr)):
            raise Failure("apply", "there is nobody to ask", "say --auto-approve where the plan was reviewed before")
        if not click.confirm(f"\nApply this to {target}?", default=False, err=True):
            raise Failure("apply", "you said no; nothing was done", "change the manifest and plan again")


async def _applied(order: Order, concurrency: int, events: str | None) -> Done:
    from challenge_cli.engine import signed_in

    async with signed_in(order.work) as session:
        return await _carry_out(session, order, concurrency, events)


async def _carry_out(session: Session, order: Order, concurrency: int, events: str | None) -> Done:
    from challenge_cli.engine import apply, look
    from challenge_cli.event_log import logged
    from challenge_cli.progress import progress

    current = await look(session, order.work)
    order.accept(current)
    with progress(len(list(current.plan.to_do()))) as shown, logged(events, shown) as emit:
        return await apply(session, order.work, current, emit, concurrency)


def receipts_of(work: Job, done: Done, form: str, apart: bool) -> None:
    """The receipts to people or scripts, kept in files as well; and which local files were written.

    What was done is told first. Raises OSError where a local file can't be written.
    """
    from challenge_cli import receipts

    for receipt in done.receipts:
        receipts.tell(receipt, form == "json", apart)
    for receipt in done.receipts:
        receipts.keep(receipt, work.folder)
    if done.unwritten is not None:
        raise done.unwritten
    for path in done.written:
        console.message(f"wrote {path}")
    if done.unseen:
        console.message(
            f"The gates are open, but Synapse moved meanwhile ({', '.join(done.unseen)}), and nobody was shown that: "
            "plan again, look at it, and apply again."
        )


def exit_code(done: Done) -> Code:
    """3 where something failed, 5 where Synapse moved meanwhile, 1 where something must be mended, 4 where a gate, a
    missing consent or a guard holds something back.
    """
    if not all(receipt.complete for receipt in done.receipts):
        return Code.INCOMPLETE
    if done.unseen:
        return Code.STALE
    if done.left.shown.problems:
        return Code.ERROR
    held = any(gate.state != "passed" for gate in done.left.shown.gates) or any(map(_waits, done.left.plan.held()))
    return Code.HELD if held else Code.FINE


def _waits(item: Operation) -> bool:
    from planner.consents import waits_for_people

    return any(map(waits_for_people, item.held_by))
