"""Access as it is: what the convention would not give, or would give besides, is said entry by entry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from challenge_spec.resolved import ResolvedWiki
from planner.access import ENTITY, QUEUE, TEAM, union
from planner.describe.compiled import resolved
from planner.describe.data import add_entry
from planner.describe.scene import Scene
from planner.desired import compile_challenge
from planner.diff import wanted_spec
from planner.discovered import Rights
from planner.resources import DEPLOYER, LOGS_FOLDER, Desired, Kind, Resource, owner_of

_ROUNDS = 12
"""What one folder grants shows on the way to it; so this settles step by step, a folder deep at a time."""


def describe_grants(scene: Scene, wiki: ResolvedWiki) -> None:
    """Fill `grants` wherever the access list would come out otherwise than it is."""
    for _ in range(_ROUNDS):
        wrong = list(_differences(scene, _compiled(scene, wiki)))
        if not wrong:
            return
        for resource, wanted, live in _deepest(wrong):
            block = _block(scene, owner_of(resource.address))
            block["grants"] = {**block.get("grants", {}), **_grants(scene, resource, wanted, live)}
    for resource, _, _ in _differences(scene, _compiled(scene, wiki)):
        scene.draft.leave(f"the access list of {owner_of(resource.address)}: the first plan will show what differs")


Difference = tuple[Resource, Rights, Rights]
"""An access list, as it would be, as it is."""


def _deepest(wrong: list[Difference]) -> list[Difference]:
    """Without folders below which something is to be said yet: what is said there shows on the way."""
    places = [owner_of(resource.address) for resource, _, _ in wrong]
    return [
        item
        for item, place in zip(wrong, places, strict=True)
        if not any(other.startswith(f"{place}/") for other in places if place.startswith("folder."))
    ]


def _compiled(scene: Scene, wiki: ResolvedWiki) -> Desired:
    challenge, _ = resolved(scene, scene.draft.document)
    return compile_challenge(replace(challenge, wiki=wiki), scene.stage, scene.found.now)


def _differences(scene: Scene, desired: Desired) -> Iterator[Difference]:
    """The access lists that would come out otherwise than they are."""
    for resource in desired.of_kind(Kind.ACL):
        live = scene.access.get(owner_of(resource.address))
        if live is None:
            continue
        spec = wanted_spec(resource, scene.addresses)
        wanted = {id_: tuple(map(str, types)) for id_, types in spec.items() if isinstance(types, tuple)}
        if wanted != dict(live):
            yield resource, wanted, live


def _block(scene: Scene, owner: str) -> dict[str, Any]:
    """The block of the manifest in which the grants of an owner are said."""
    kind, key = owner.split(".", 1)
    if owner == LOGS_FOLDER:
        return scene.draft.block("projects", "logs")
    if kind == "folder":
        return _data_entry(scene, owner)
    if kind == "queue":
        entry, _, sub = key.partition("/")
        block = scene.draft.block("queues", entry)
        found: dict[str, Any] = block.get("by_sub_challenge", {}).get(sub, block)
        return found
    blocks = {"project": "projects", "team": "teams", "link": "workflows", "view": "views"}
    return scene.draft.block(blocks[kind], key)


def _data_entry(scene: Scene, owner: str) -> dict[str, Any]:
    path, folder = scene.folders[owner]
    entries: Mapping[str, dict[str, Any]] = scene.draft.block("data")
    for entry in entries.values():
        if entry.get("folder") == "/".join(path):
            return entry
    return add_entry(scene, path, folder)


def _grants(scene: Scene, resource: Resource, wanted: Rights, live: Rights) -> dict[str, Any]:
    """Entries that make the access list come out as it is, for those who differ."""
    said: dict[str, Any] = {}
    for id_ in sorted({*wanted, *live}, key=lambda id_: (id_ not in live, id_)):
        if wanted.get(id_) == live.get(id_):
            continue
        first, *others = _names(scene, resource, id_)
        said[first] = _level(resource, wanted.get(id_, ()), live.get(id_, ()))
        if not isinstance(said[first], str) or said[first] == "none":
            said |= dict.fromkeys(others, "none")
    return said


def _names(scene: Scene, resource: Resource, id_: str) -> list[str]:
    """How the manifest calls a principal: by every address under which it comes into this list, else by its name."""
    addresses = [address for address in resource.spec if scene.addresses.get(address) == id_]
    if not addresses:
        return [scene.name_of(id_)]
    ordered = sorted(addresses, key=lambda address: address != DEPLOYER)
    return [address.split(".", 1)[-1] for address in ordered]


def _level(resource: Resource, wanted: tuple[str, ...], live: tuple[str, ...]) -> Any:
    """A level where that makes up the difference, else the access types themselves."""
    if not live:
        return "none"
    kind = owner_of(resource.address).split(".", 1)[0]
    levels = {"queue": QUEUE, "team": TEAM}.get(kind, ENTITY)
    return next((level for level, types in levels.items() if union(wanted, types) == live), list(live))
