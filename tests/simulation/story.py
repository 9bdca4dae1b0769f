"""One story: a challenge applied through bad weather, edited on both sides, in peace at the end."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Final, cast

from challenge_cli.engine import Done, Look
from challenge_cli.errors import Failure
from challenge_spec.manifest import Stage
from challenge_spec.resolved import ResolvedChallenge
from planner.options import Options
from tests.simulation.deeds import BEFORE, DEEDS, accept, show_up, upload_truths
from tests.simulation.edits import EDITS
from tests.simulation.faults import Kind
from tests.simulation.loop import simulate
from tests.simulation.parts import PARTS, bare
from tests.simulation.rest import check_rest
from tests.simulation.script import Chapter, Piece, Script
from tests.simulation.world import World, each_once, new_world

TRIES: Final = 6
DAY: Final = 86400.0


@dataclass(slots=True)
class Ending:
    """What became of a story: broken laws, everything that was sent, and the faults that struck."""

    broken: list[str] = field(default_factory=list)
    trace: list[str] = field(default_factory=list)
    struck: Counter[Kind] = field(default_factory=Counter)


def tell(script: Script, folder: Path) -> Ending:
    """Tell a story; the same script tells the same story."""
    return simulate(_tell(script, folder))


async def _tell(script: Script, folder: Path) -> Ending:
    challenge = described(script)
    with new_world(script.seed, folder, challenge) as world:
        world.options = Options(allow=frozenset(script.allow))
        world.laws.allow = world.options.allow
        for piece in script.before:
            await BEFORE[piece.what][0](world, piece.chance())
        for chapter in script.chapters:
            await _chapter(world, chapter)
        look = await _peace(world)
        world.laws.broken += check_rest(world, look)
        world.laws.at_rest(look.world.live.ids)
        return Ending(world.laws.broken, world.trace, world.struck)


def described(script: Script) -> ResolvedChallenge:
    """The first manifest of a script."""
    challenge = bare()
    for piece in script.parts:
        challenge = PARTS[piece.what][0](piece.chance(), challenge)
    return challenge


async def _chapter(world: World, chapter: Chapter) -> None:
    """Files are edited, people do things, and applies run, several at once in their own weather."""
    await asyncio.sleep(chapter.days * DAY)
    for piece in chapter.edits:
        world.take_over(EDITS[piece.what][0](piece.chance(), world.challenge))
    early = [piece for piece in chapter.deeds if piece.at is None]
    if early and world.known:
        await world.look()
    for piece in early:
        await _do(world, piece)
    later = [(piece.at, partial(_do, world, piece)) for piece in chapter.deeds if piece.at is not None]
    world.between = each_once(later)
    applies = [_after(chapter.gap * number, world.apply(faults)) for number, faults in enumerate(chapter.applies)]
    await asyncio.gather(*applies)
    world.between = None


async def _after(delay: float, apply: Awaitable[object]) -> None:
    await asyncio.sleep(delay)
    await apply


async def _do(world: World, piece: Piece) -> None:
    await show_up(world)
    await DEEDS[piece.what][0](world, piece.chance())


async def _peace(world: World) -> Look:
    """In good weather a few applies come to rest; everybody has done what the launch waits for."""
    before: Done | None = None
    for _ in range(TRIES):
        await accept(world, world.chance)
        await upload_truths(world, world.chance)
        done = await world.apply()
        if isinstance(done, Failure):
            await _take_back(world)
            continue
        if not isinstance(done, Done):
            world.laws.broken.append(f"refused in good weather: {done}")
            break
        if before is not None:
            _not_done_twice(world, before, done.left)
        before = done
        if not _corrected(world, done.left) and not done.receipts:
            return done.left
    return await world.look()


async def _take_back(world: World) -> None:
    """A manifest that goes back a stage is refused whole: people take that back."""
    look = await world.look()
    if [item.code for item in look.plan.problems if item.address is None] != ["going-back"]:
        world.laws.broken.append(f"the whole plan is refused: {look.plan.problems}")
    world.take_over(replace(world.challenge, stage=cast("Stage", look.plan.reached)))


def _not_done_twice(world: World, done: Done, look: Look) -> None:
    """Nothing that a receipt says is done has to be done once more in the very same way."""
    said = {line.id for receipt in done.receipts for line in receipt.lines if line.result == "done"}
    planned = {item.id: item for item in done.left.plan.to_do()}
    for item in look.plan.to_do():
        if item.id in said and item.id in planned and planned[item.id].spec == item.spec:
            world.laws.broken.append(f"a receipt says that {item.id} is done, and it isn't")


def _corrected(world: World, look: Look) -> bool:
    """People correct a `was` of which the plan says that nobody knows it; whether there was one."""
    if not any(item.code == "was-unknown" for item in look.plan.problems):
        return False
    old = world.challenge
    world.take_over(
        replace(
            old,
            queues=tuple(replace(item, was=None) for item in old.queues),
            data=tuple(replace(item, was=None) for item in old.data),
        )
    )
    return True
