"""The least requests that a plan of a challenge needs, computed from what the manifest wants and what is there.

By the routes that Synapse has: one bundle for each entity, one request for each page, team, list, access list of a team
or a queue. Nothing is cached from one command to the next, for the world may have moved.
"""

from __future__ import annotations

from collections import Counter

from challenge_cli.engine import Look
from planner.live import Live
from planner.references import Ref
from planner.resources import ENTITY_KINDS, Desired, Kind

LEDGER = Counter({"home by name": 1, "restricted folder": 1, "ledger": 1, "its address": 1, "its content": 1})
LOCK = Counter({"lock": 1, "its annotations": 1})
CALLER = Counter({"groups of the caller": 1})


def least_of_a_plan(current: Look) -> Counter[str]:
    """What → how many requests, for a challenge that was applied."""
    desired, live = current.world.desired, current.world.live
    return LEDGER + LOCK + CALLER + _entities(desired) + _projects(desired) + _people(desired) + _pages(desired, live)


def _entities(desired: Desired) -> Counter[str]:
    """Each with its annotations and its own access list; what lies in each project and folder that is the parent of
    something; each file that must stay closed, found by its name and read.
    """
    entities = [item for kind in ENTITY_KINDS for item in desired.of_kind(kind)]
    files = [file for _, file in desired.guarded.values() if file is not None]
    return Counter({"bundles": len(entities), "lists": len(_containers(desired)), "truths by name": len(files)})


def _containers(desired: Desired) -> set[str]:
    parents = {item.spec.get("parent") for kind in ENTITY_KINDS for item in desired.of_kind(kind)}
    projects = {item.address for item in desired.of_kind(Kind.PROJECT)}
    return projects | {parent.address for parent in parents if isinstance(parent, Ref)}


def _projects(desired: Desired) -> Counter[str]:
    """Of each project the queues; of each queue its access list and its rounds; the challenge object."""
    queues, projects = len(list(desired.of_kind(Kind.QUEUE))), len(list(desired.of_kind(Kind.PROJECT)))
    challenges = len(list(desired.of_kind(Kind.CHALLENGE)))
    return Counter({"queues": projects, "of each queue": 2 * queues, "challenge": challenges})


def _people(desired: Desired) -> Counter[str]:
    """Each team and its access list; members and invitations of those that the manifest fills; all names at once."""
    filled = {item.spec["team"] for item in desired.of_kind(Kind.MEMBER)}
    teams = len(list(desired.of_kind(Kind.TEAM)))
    return Counter({"teams": 2 * teams, "members": 2 * len(filled), "accounts by name": int(bool(desired.people))})


def _pages(desired: Desired, live: Live) -> Counter[str]:
    """Of each wiki its tree and its order, each page, and the attachments of those that have some."""
    pages = list(desired.of_kind(Kind.WIKI))
    sites = {item.spec["owner"] for item in pages}
    attached = sum(bool(live.resources[item.address].spec.get("attachments")) for item in pages)
    orders = len(list(desired.of_kind(Kind.ORDER)))
    return Counter({"trees": len(sites), "orders": orders, "pages": len(pages), "attachments": attached})
