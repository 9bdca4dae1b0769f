"""In which order: the graph of operations, the pages that must be made empty first, and the longest way to the end.

The edges say: what an operation refers to comes before it; restrict before fill, fill before open; a queue's rounds
shrink and move before others
grow or appear; writes to one entity stand in a chain, for they share an etag; the home project and its restricted
folder come first of all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from planner.plan import Action, Operation, Part
from planner.references import references
from planner.resources import ENTITY_KINDS, Desired, Kind, owner_of

if TYPE_CHECKING:
    from networkx import DiGraph

LEDGER_FOLDER = "folder.ledger"


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
    ranks = _ranks(graph, sequence)
    by_id = {item.id: item for item in parts}
    return tuple(
        replace(by_id[id_], depends_on=tuple(sorted(graph.predecessors(id_))), rank=ranks[id_]) for id_ in sequence
    )


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
    by_address = _last_parts(parts)
    for item in parts:
        graph.add_edges_from(
            (other, item.id) for other in _needed(item, desired, by_address, graph) if other != item.id
        )
    _order_rounds(graph, parts)
    _order_stage(graph, parts, opening)
    _home_first(graph, parts, desired)
    return graph


def _last_parts(parts: Sequence[Operation]) -> dict[str, str]:
    """Address → the id of the operation after which the resource is complete."""
    return {item.address: item.id for item in parts}


def _needed(item: Operation, desired: Desired, complete: Mapping[str, str], graph: DiGraph[str]) -> Iterator[str]:
    """Ids of operations that must come before this one."""
    if item.part is Part.TEXT:
        yield item.address
        yield from (address for address in references(item.spec["text"]) if address in graph)
        return
    if item.carried_by is not None:
        yield item.carried_by
        return
    resource = desired.resources[item.address]
    spec = {name: value for name, value in item.spec.items() if item.part is Part.WHOLE or name != "text"}
    referred = references(spec)
    needs = set(resource.needs()) if item.kind is not Kind.WIKI else {*referred, *resource.after}
    after = set(resource.after) if item.kind is Kind.ACL and _only_narrows(item) else set()
    for address in sorted(needs - after):
        if address in graph:
            yield complete[address] if address in resource.after else address
    for carried in item.carries:
        yield from (other for other in desired.resources[carried].needs() if other in graph and other != item.id)


def _only_narrows(item: Operation) -> bool:
    """Whether an ACL change takes rights away and gives none: such a change waits for nothing."""
    if item.action is not Action.UPDATE:
        return False
    return all(set(_rights(change.after)) <= set(_rights(change.before)) for change in item.changes)


def _rights(value: object) -> Iterator[str]:
    return iter(value) if isinstance(value, tuple) else iter(())


def _order_rounds(graph: DiGraph[str], parts: Sequence[Operation]) -> None:
    """Of one queue's rounds: those that shrink, move or go come before those that grow or appear."""
    by_queue: dict[str, list[Operation]] = defaultdict(list)
    for item in parts:
        if item.kind is Kind.ROUND:
            by_queue[item.address.rsplit("/", 1)[0]].append(item)
    for rounds in by_queue.values():
        first = [item for item in rounds if _makes_room(item)]
        graph.add_edges_from((one.id, other.id) for one in first for other in rounds if other not in first)


def _makes_room(item: Operation) -> bool:
    if item.action is Action.DELETE:
        return True
    bounds = {change.name: change for change in item.changes if change.name in ("start", "end")}
    later_start = "start" in bounds and str(bounds["start"].after) > str(bounds["start"].before)
    earlier_end = "end" in bounds and str(bounds["end"].after) < str(bounds["end"].before)
    return item.action is Action.UPDATE and (later_start or earlier_end)


def _order_stage(graph: DiGraph[str], parts: Sequence[Operation], opening: frozenset[str]) -> None:
    """What the stage doesn't open comes before `stage.begun`, what it opens after it, and `stage.completed` last of
    all.
    """
    ordinary = [item.id for item in parts if item.kind is not Kind.STAGE and item.address not in opening]
    opened = [item.id for item in parts if item.kind is not Kind.STAGE and item.address in opening]
    if "stage.begun" in graph and opened:
        graph.add_edges_from((id_, "stage.begun") for id_ in ordinary)
        graph.add_edges_from(("stage.begun", id_) for id_ in opened)
    if "stage.completed" in graph:
        graph.add_edges_from((id_, "stage.completed") for id_ in (*ordinary, *opened))
        if "stage.begun" in graph:
            graph.add_edge("stage.begun", "stage.completed")


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


def _ranks(graph: DiGraph[str], sequence: Sequence[str]) -> dict[str, int]:
    """Length of the longest chain that waits for each operation, itself included."""
    ranks: dict[str, int] = {}
    for id_ in reversed(sequence):
        ranks[id_] = 1 + max((ranks[other] for other in graph.successors(id_)), default=0)
    return ranks
