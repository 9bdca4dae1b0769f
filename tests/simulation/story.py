"""One story: a random challenge, applied through bad weather, edited on both sides, in peace at the end."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from challenge_cli.engine import Done, Look
from planner.plan import GateState
from tests.simulation.loop import simulate
from tests.simulation.manifests import edited, random_challenge, words
from tests.simulation.world import COLLEAGUE, SAFE, World, at_stage, new_world, weather

CHAPTERS = 5
TRIES = 6


@dataclass(slots=True)
class Ending:
    """What became of a story: broken laws and everything that was sent."""

    broken: list[str] = field(default_factory=list)
    trace: list[str] = field(default_factory=list)


def tell(seed: int, folder: Path) -> Ending:
    """Tell the story of a seed; the same seed tells the same story."""
    return simulate(_tell(seed, folder))


async def _tell(seed: int, folder: Path) -> Ending:
    chance = random.Random(seed)  # noqa: S311 -- chance that can be repeated is what is wanted
    first = random_challenge(chance)
    with new_world(seed, folder, first) as world:
        at_stage(world, first)
        web: dict[str, str] = {}
        for _ in range(CHAPTERS):
            await _chapter(world, web)
        await _peace(world, web)
        return Ending([*world.laws.broken, *world.laws.duplicates()], world.trace)


async def _chapter(world: World, web: dict[str, str]) -> None:
    """Somebody edits something on either side, and an engine applies in bad weather; sometimes two do at once."""
    if world.chance.random() < 0.7:
        at_stage(world, edited(world.chance, world.challenge))
    if world.chance.random() < 0.6:
        await _somebody_meddles(world, web)
    engines = 2 if world.chance.random() < 0.2 else 1
    applies = [world.apply(weather(world.chance, 120)) for _ in range(engines)]
    for outcome in await asyncio.gather(*applies):
        if isinstance(outcome, Done):
            _check_receipts(world, outcome)


async def _somebody_meddles(world: World, web: dict[str, str]) -> None:
    """A colleague edits a page, opens a queue, or removes a folder on the web."""
    look = await world.look()
    ids = dict(look.world.live.ids)
    if not await _have_joined(world, ids):
        return
    deed = world.chance.choice((_edit_page, _open_queue, _remove_folder, _remove_round))
    await deed(world, ids, web)


async def _have_joined(world: World, ids: Mapping[str, str]) -> bool:
    """Everybody accepts the invitations that are open; whether the colleague is an administrator by now."""
    for address in sorted(address for address in ids if address.startswith("member.")):
        team, _, person = address.removeprefix("member.").partition("/")
        await world.somebody("PUT", f"/team/{ids[f'team.{team}']}/member/{ids[f'user.{person}']}", who=person)
    team = ids.get("team.administrators", "0")
    return "teamId" in await world.somebody("GET", f"/team/{team}/member/{ids[f'user.{COLLEAGUE}']}")


async def _edit_page(world: World, ids: Mapping[str, str], web: dict[str, str]) -> None:
    pages = sorted(address for address in ids if address.startswith("wiki."))
    if pages:
        address = world.chance.choice(pages)
        path = f"/entity/{ids['project.' + address.split('/')[0].removeprefix('wiki.')]}/wiki/{ids[address]}"
        page = await world.somebody("GET", path)
        text = f"From the web: {words(world.chance)}"
        if "id" in page and "id" in await world.somebody("PUT", path, {**page, "markdown": text}):
            web[address] = text


async def _open_queue(world: World, ids: Mapping[str, str], _: dict[str, str]) -> None:
    queues = sorted(address for address in ids if address.startswith("queue."))
    if queues and "team.participants" in ids:
        acl = await world.somebody("GET", f"/evaluation/{ids[world.chance.choice(queues)]}/acl")
        if "resourceAccess" not in acl:
            return
        team = int(ids["team.participants"])
        others = [item for item in acl["resourceAccess"] if item["principalId"] != team]
        acl["resourceAccess"] = [*others, {"principalId": team, "accessType": ["READ", "SUBMIT"]}]
        await world.somebody("PUT", "/evaluation/acl", acl)


async def _remove_folder(world: World, ids: Mapping[str, str], _: dict[str, str]) -> None:
    folders = sorted(address for address in ids if address.startswith("folder.") and address != "folder.ledger")
    if folders:
        await world.somebody("DELETE", f"/entity/{ids[world.chance.choice(folders)]}")


async def _remove_round(world: World, ids: Mapping[str, str], _: dict[str, str]) -> None:
    rounds = sorted(address for address in ids if address.startswith("round."))
    if rounds:
        address = world.chance.choice(rounds)
        queue = "queue." + address.removeprefix("round.").rsplit("/", 1)[0]
        await world.somebody("DELETE", f"/evaluation/{ids[queue]}/round/{ids[address]}")


def _check_receipts(world: World, done: Done) -> None:
    """A receipt that says "complete" is telling the truth as far as it goes."""
    for receipt in done.receipts:
        if receipt.complete and any(line.error for line in receipt.lines):
            world.laws.broken.append("a receipt says complete and has an error")


async def _peace(world: World, web: Mapping[str, str]) -> None:
    """In good weather a few applies come to rest: nothing to do but what is held, nobody's words lost."""
    look = await world.look()
    for _ in range(TRIES):
        if not list(look.plan.to_do()):
            break
        outcome = await world.apply(SAFE)
        if isinstance(outcome, Done):
            _check_receipts(world, outcome)
        look = await world.look()
    world.laws.forgive_nothing()
    world.laws.watch("everything")
    _check_rest(world, look)
    _check_web(world, look, web)


def _check_rest(world: World, look: Look) -> None:
    left = [f"{item.action} {item.address}" for item in look.plan.to_do()]
    if left:
        world.laws.broken.append(f"it never comes to rest: {left}")
    if look.plan.problems:
        world.laws.broken.append(f"problems at the end: {look.plan.problems}")
    shut = any(gate.state is not GateState.PASSED for gate in look.plan.gates)
    if list(look.plan.held()) and not shut:
        world.laws.broken.append("something is held by no gate")
    if look.plan.unmanaged:
        world.laws.broken.append(f"left over: {look.plan.unmanaged}")


def _check_web(world: World, look: Look, web: Mapping[str, str]) -> None:
    """What a colleague wrote on the web still stands, and is reported; nothing else is."""
    reported = {item.address for item in look.plan.drift}
    world.laws.broken += [f"reports drift of {address}, which nobody changed" for address in sorted(reported - {*web})]
    for address, text in web.items():
        page = look.world.live.resources.get(address)
        if page is None or page.spec["text"] != text:
            world.laws.broken.append(f"what somebody wrote on {address} is gone")
        elif address not in reported:
            world.laws.broken.append(f"what somebody wrote on {address} is not reported")
