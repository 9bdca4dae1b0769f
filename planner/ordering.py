"""In which order: the graph of operations, the pages that must be made empty first, and the longest way to the end.

The edges say: what an operation refers to comes before it; restrict before fill, fill before open; a queue's rounds
shrink and move before others
grow or appear; writes to one entity stand in a chain, for they share an etag; the home project and its restricted
folder come first of all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from itertools import chain, product
from typing import TYPE_CHECKING, Final

from planner.plan import Action, Operation, Part
from planner.references import references
from planner.resources import (
    ENTITY_KINDS,
    LEDGER_FOLDER,
    STAGE_BEGUN,
    STAGE_COMPLETED,
    Desired,
    Kind,
    owner_of,
    rounds_of,
)

if TYPE_CHECKING:
    from networkx import DiGraph


UPLOAD_STEPS: Final = 5
"""Requests one after another that the upload of a small file takes (contract 7.1)."""


class CycleError(Exception):
    """Operations that wait for each other; `cycle` names them."""

    def __init__(self, cycle: Sequence[str]) -> None:
        super().__init__("these wait for each other: " + " → ".join([*cycle, cycle[0]]))
        self.cycle = tuple(cycle)


def order(operations: Iterable[Operation], desired: Desired, opening: frozenset[str]) -> tuple[Operation, ...]:
    """Return the operations with `depends_on` and `rank` filled in, pages split where they must be, in a stable
    topological order.

    opening: addresses that only the new stage opens; they come after `stage.begun`, everything else before it.
    Raises CycleError where the manifest makes two things wait for each other.
    """
    import networkx as nx

    parts = list(_split_pages(operations))
    graph = _graph(parts, desired, opening)
    try:
        sequence = list(nx.lexicographical_topological_sort(graph, key=_positions(parts).__getitem__))
    except nx.NetworkXUnfeasible:
        raise CycleError([edge[0] for edge in nx.find_cycle(graph)]) from None
    _chain_entities(graph, sequence, desired, {item.id: item for item in parts})
    by_id = {item.id: item for item in parts}
    ranks = _ranks(graph, sequence, by_id)
    return tuple(
        replace(by_id[id_], depends_on=tuple(sorted(graph.predecessors(id_))), rank=ranks[id_]) for id_ in sequence
    )


def needs(operations: Iterable[Operation], desired: Desired) -> tuple[DiGraph[str], dict[str, str]]:
    """What needs what, without the rows that only keep etags apart; and operation id → address.

    What is born with its owner, and the parts of one page, need each other: neither is done without the other.
    """
    parts = list(_split_pages(operations))
    graph = _graph(parts, desired, frozenset())
    for item in parts:
        graph.add_edges_from((item.id, other) for other in graph.nodes & {item.carried_by, item.address})
    return graph, {item.id: item.address for item in parts}


def _positions(parts: Sequence[Operation]) -> dict[str, int]:
    return {item.id: position for position, item in enumerate(parts)}


def _split_pages(operations: Iterable[Operation]) -> Iterator[Operation]:
    """Split each new page that links, directly or around corners, to a new page that can't exist before it."""
    import networkx as nx

    operations = list(operations)
    new = {item.address: item for item in operations if item.kind is Kind.WIKI and item.action is Action.CREATE}
    graph: DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(new)
    for item in new.values():
        graph.add_edges_from((item.address, other) for other in references(dict(item.spec)) if other in new)
    knots = {page: group for group in map(frozenset, nx.strongly_connected_components(graph)) for page in group}
    for item in operations:
        linked = set(references(item.spec["text"])) if item.address in new else set()
        if linked & knots.get(item.address, frozenset()):
            yield replace(item, part=Part.SHELL)
            yield replace(item, id=f"{item.id}#text", action=Action.UPDATE, part=Part.TEXT)
        else:
            yield item


def _graph(parts: Sequence[Operation], desired: Desired, opening: frozenset[str]) -> DiGraph[str]:
    import networkx as nx

    graph: DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(item.id for item in parts)
    made = {item.address for item in parts if item.action is Action.CREATE}
    complete = {item.address: item.id for item in parts}
    for item in parts:
        graph.add_edges_from((other, item.id) for other in _needed(item, desired, made, complete) if other != item.id)
    _order_deletions(graph, parts)
    _order_rounds(graph, parts)
    _order_stage(graph, parts, opening)
    _home_first(graph, parts, desired)
    return graph


def _needed(item: Operation, desired: Desired, made: Set[str], complete: Mapping[str, str]) -> Iterator[str]:
    """Ids of operations that must come before this one.

    made: addresses that this plan creates; only those have no id yet. complete: address → its last operation.
    """
    if item.action is Action.DELETE:
        return
    if item.part is Part.TEXT:
        yield item.address
        yield from sorted(set(references(item.spec["text"])) & made)
    elif item.carried_by is not None:
        yield item.carried_by
    else:
        yield from sorted(_references(item, desired) & made)
        if not _only_narrows(item):
            yield from (complete[address] for address in desired.resources[item.address].after if address in complete)


def _references(item: Operation, desired: Desired) -> Set[str]:
    """Addresses whose ids an operation writes, those of what it carries included."""
    if item.part is Part.SHELL:
        return {address for name, value in item.spec.items() if name != "text" for address in references(value)}
    carried = {address for other in item.carries for address in desired.resources[other].refers_to()}
    return set(desired.resources[item.address].refers_to()) | carried


def _only_narrows(item: Operation) -> bool:
    """Whether an ACL change takes rights away and gives none: such a change waits for nothing."""
    if item.kind is not Kind.ACL or item.action is not Action.UPDATE:
        return False
    return all(set(_rights(change.after)) <= set(_rights(change.before)) for change in item.changes)


def _rights(value: object) -> Iterator[str]:
    return iter(value) if isinstance(value, tuple) else iter(())


def _order_deletions(graph: DiGraph[str], parts: Sequence[Operation]) -> None:
    """What stands on a thing, or is shared with it, lets go first; nobody may submit when the last round goes."""
    ids = {item.id for item in parts}
    narrowed = {owner_of(item.address): item.id for item in parts if _only_narrows(item)}
    for item in parts:
        if item.action is not Action.DELETE:
            continue
        graph.add_edges_from((other, item.id) for other in item.depends_on if other in ids)
        queue = f"queue.{owner_of(item.address).rpartition('/')[0]}"
        if item.kind is Kind.ROUND and queue in narrowed:
            graph.add_edge(narrowed[queue], item.id)


def _order_rounds(graph: DiGraph[str], parts: Sequence[Operation]) -> None:
    """Of one queue's rounds: those that shrink, move or go come before those that grow or appear."""
    by_queue: dict[str, list[Operation]] = defaultdict(list)
    for item in parts:
        if item.kind is Kind.ROUND:
            by_queue[rounds_of(item.address)].append(item)
    for rounds in by_queue.values():
        first = [item.id for item in rounds if _makes_room(item)]
        then = [item.id for item in rounds if not _makes_room(item)]
        graph.add_edges_from(product(first, then))


def _makes_room(item: Operation) -> bool:
    if item.action is Action.DELETE:
        return True
    bounds = {change.name: change for change in item.changes if change.name in ("start", "end")}
    later_start = "start" in bounds and str(bounds["start"].after) > str(bounds["start"].before)
    earlier_end = "end" in bounds and str(bounds["end"].after) < str(bounds["end"].before)
    return item.action is Action.UPDATE and (later_start or earlier_end)


def _order_stage(graph: DiGraph[str], parts: Sequence[Operation], opening: frozenset[str]) -> None:
    """What the stage opens, and what waits for that, comes after `stage.begun`; the rest before it; the end last."""
    import networkx as nx

    work = [item.id for item in parts if item.kind is not Kind.STAGE]
    opened = {item.id for item in parts if item.address in opening}
    opened |= {item.carried_by for item in parts if item.id in opened and item.carried_by and item.kind is Kind.ACL}
    if STAGE_BEGUN in graph and opened:
        opened = set(chain.from_iterable(nx.bfs_layers(graph, opened)))
        graph.add_edges_from((STAGE_BEGUN, id_) if id_ in opened else (id_, STAGE_BEGUN) for id_ in work)
    if STAGE_COMPLETED in graph:
        graph.add_edges_from((id_, STAGE_COMPLETED) for id_ in (*work, STAGE_BEGUN) if id_ in graph)


def _home_first(graph: DiGraph[str], parts: Sequence[Operation], desired: Desired) -> None:
    """On a first apply the home project and its restricted folder exist before anything else is tried."""
    if LEDGER_FOLDER not in graph:
        return
    early = {desired.home, LEDGER_FOLDER, *(item.id for item in parts if item.carried_by == desired.home)}
    roots = [item.id for item in parts if item.id not in early and graph.in_degree(item.id) == 0]
    graph.add_edges_from((LEDGER_FOLDER, id_) for id_ in roots)
    direct = [id_ for id_ in graph.successors(desired.home) if id_ not in early] if desired.home in graph else []
    graph.add_edges_from((LEDGER_FOLDER, id_) for id_ in direct)


def _chain_entities(
    graph: DiGraph[str], sequence: Sequence[str], desired: Desired, by_id: Mapping[str, Operation]
) -> None:
    """Put the writes to one entity in a row, for body, annotations and ACL share its etag (contract 0.7)."""
    last: dict[str, str] = {}
    for id_ in sequence:
        entity = _entity(by_id[id_], desired)
        if entity is None:
            continue
        if entity in last:
            graph.add_edge(last[entity], id_)
        last[entity] = id_


def _entity(item: Operation, desired: Desired) -> str | None:
    """The entity whose etag an operation uses up."""
    if item.kind in ENTITY_KINDS:
        return item.address
    if item.kind is Kind.STAGE:
        return desired.home
    if item.kind in (Kind.ACL, Kind.ANNOTATIONS) and item.carried_by is None:
        return owner_of(item.address)
    return None


def _ranks(graph: DiGraph[str], sequence: Sequence[str], by_id: Mapping[str, Operation]) -> dict[str, int]:
    """Steps on the longest way to the end from each operation, its own included."""
    ranks: dict[str, int] = {}
    for id_ in reversed(sequence):
        ranks[id_] = _steps(by_id[id_]) + max((ranks[other] for other in graph.successors(id_)), default=0)
    return ranks


def _steps(item: Operation) -> int:
    """How long an operation takes beside others: one step, and those of every file that it has to upload first."""
    writes_files = item.part is not Part.SHELL and (
        item.action is Action.CREATE
        or item.part is Part.TEXT
        or any(change.name == "attachments" for change in item.changes)
    )
    files = item.spec.get("attachments")
    return 1 + (UPLOAD_STEPS * len(files) if writes_files and isinstance(files, Mapping) else 0)
