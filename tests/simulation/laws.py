"""What must hold whatever happens: some laws after every request that wrote, some after every apply.

They look at the database itself, past every permission, and say what is wrong in words.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from challenge_cli.engine import Done, Look
from challenge_spec.resolved import ResolvedChallenge
from planner.stages import STAGES
from providers.apply.receipt import Result
from synapse_sandbox.store import Row, Store
from tests.simulation.network import Network
from tests.simulation.queries import BEGUN, LOCK, READERS, SUBMITTERS, TWICE

STAFF: Final = frozenset({"Tiny organizers", "Tiny administrators", "Tiny testers"})
OURS: Final = ("Challenge ledger", "Logs", "lock", "ledger.json")
IN_FLIGHT: Final = 3
"""Writes that may be on their way when a process is frozen (docs/lock.md)."""

_LATE: Final = ("/repo/v1/teams?fragment", "/repo/v1/userGroupHeaders?prefix", "/table/query/", "/repo/v1/search")
"""What Synapse tells late (contract 0.8): an engine that relied on it would see an old world now and then."""

_OWNERS: Final = {"entities": "ENTITY", "evaluations": "EVALUATION", "teams": "TEAM"}
"""Table → how its access lists are called."""


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """What somebody may do and must not. id: of the thing, whatever it is called by now."""

    what: str
    id: int
    who: str
    name: str = field(compare=False)

    def __str__(self) -> str:
        return f"{self.name} {self.what} {self.who}"

    @property
    def place(self) -> tuple[str, str]:
        """The kind and the id of the thing, as an engine says them."""
        return ("queue", str(self.id)) if self.what == _SUBMITS else ("folder", f"syn{self.id}")


_SUBMITS: Final = "takes submissions for"
_READS: Final = "can be read for"


def _run_in(lock: Row) -> str:
    """The run that has the lock; empty for none."""
    return str(json.loads(lock["annotations"]).get("lockRun", {"value": [""]})["value"][0])


class Laws:
    """Watches the database of one sandbox. broken: what was found, in words; slips: writes of frozen engines that had
    lost the lock, which docs/lock.md tells of; allow: consents that were given.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.broken: list[str] = []
        self.slips = 0
        self.allow: frozenset[str] = frozenset()
        self.orphans = self.deaths = 0
        self.holders: dict[str, Network] = {}
        self._always_open: frozenset[str] = frozenset()
        self._managed: frozenset[str] = frozenset()
        self._secret: frozenset[str] = frozenset(OURS)
        self._for_later: frozenset[str] = frozenset()
        self._pardoned: set[Violation] = set()
        self.other_names: dict[str, str] = {}
        self._open: set[Violation] = set()
        self._bare: set[int] = set()
        self._emptied: set[int] = set()
        self._treasures: dict[tuple[str, int], Any] = {}
        self._seen = -1

    def heed(self, challenge: ResolvedChallenge) -> None:
        """What the manifest says now: which queues have no rounds, which folders are secret, which are for later.

        What was secret once stays so. What the new manifest makes wrong is wrong until an apply mends it.
        """
        self._always_open = frozenset(queue.name for queue in challenge.queues if queue.always)
        truths = {name for entry in challenge.data if entry.is_truth for name in (*entry.folder, str(entry.file))}
        self._secret |= truths
        places = {name for entry in challenge.data for name in (*entry.folder, str(entry.file))}
        self._managed = frozenset({*OURS, *places, *(queue.name for queue in challenge.queues)})
        self._for_later |= frozenset(entry.folder[-1] for entry in challenge.data if not entry.is_truth)
        self._pardoned |= self._violations()

    def treasure(self, table: str, id_: Any) -> None:
        """Something that no engine may ever change or remove. id_: None where it wasn't made."""
        if id_ is not None:
            number = int(str(id_).removeprefix("syn"))
            self._treasures[table, number] = self._state(table, number)

    def guards(self, table: str) -> bool:
        """Whether something in a table must not be touched."""
        return any(kind == table for kind, _ in self._treasures)

    @property
    def treasures(self) -> frozenset[str]:
        """Ids of what must not be touched."""
        return frozenset(str(number) for _, number in self._treasures)

    def engine_did(self, network: Network, request: httpx.Request, response: httpx.Response) -> None:
        """After every request of an engine."""
        line = f"{request.method} {request.url.path}"
        if any(text in str(request.url) for text in _LATE):
            self.broken.append(f"{line} relies on what Synapse tells late")
        if not self._changed():
            return
        self._note_holder(network, request)
        if response.is_success:
            self._check_lock(network, request, line)
        self._check_deletion(request, response, line)
        self._check_treasures(line)
        self._bare = {id_ for id_ in self._bare if not self._has_list(id_)}
        self._emptied = {id_ for id_ in self._emptied if not self._rounds(id_)}
        before, self._open = self._open, {*self._submitters(), *self._readers()}
        # What the manifest dropped stays as it was until somebody consents that it goes, whatever the stage becomes.
        stays = {item for item in before if self._is_dropped(item)}
        found = {item for item in self._violations() if item.id not in self._bare}
        self._pardoned &= found
        self.broken += [f"after {line}: {item}" for item in sorted(found - self._pardoned - stays)]
        self._pardoned |= found

    def people_did(self, _network: Network, _request: httpx.Request, _response: httpx.Response) -> None:
        """After what people do themselves: it isn't the engine's fault, and stays so until it is mended."""
        if self._changed():
            self._pardoned |= self._violations()
            self._open = {*self._submitters(), *self._readers()}
            states = {key: self._state(*key) for key in self._treasures}
            self._treasures = {key: state for key, state in states.items() if state is not None}

    def at_rest(self, ids: Mapping[str, str]) -> None:
        """At the end everything counts again. ids: address → id of what the engine knows as its own, which isn't what
        people renamed when no ledger was there to tell.
        """
        self._emptied.clear()
        found = sorted(item for item in self._violations() if not self._is_dropped(item))
        if self.deaths and self.other_names:
            known = {(address.partition(".")[0], id_) for address, id_ in ids.items()}
            found = [item for item in found if item.place in known]
        self.broken += [f"at rest: {item}" for item in found]
        for kind, query in TWICE.items():
            if len(self.store.all(query)) > self.slips:
                self.broken.append(f"a {kind} is there twice")

    def laid_bare(self, id_: str) -> None:
        """People took an access list away: until an apply gives it another, it opens with whatever lies above."""
        self._bare.add(int(id_.removeprefix("syn")))

    def round_removed(self, queue: str) -> None:
        """People removed a round of a queue: an apply that has looked already may open it all the same."""
        self._emptied.add(int(queue))

    def _has_list(self, id_: int) -> bool:
        """Whether an entity has an access list of its own."""
        return self.store.one("SELECT 1 FROM acls WHERE owner_type = 'ENTITY' AND owner_id = ?", id_) is not None

    def planned(self, look: Look, writes: int) -> None:
        """A plan names every operation once, and making it wrote nothing."""
        if writes:
            self.broken.append("planning wrote something")
        ids = [item.id for item in look.plan.operations]
        if len(ids) != len(set(ids)):
            self.broken.append("a plan has an operation twice")

    def receipts_tell(self, done: Done, network: Network) -> None:
        """Receipts tell the truth: what is said to be done is there, "complete" has no error, requests are counted."""
        for receipt in done.receipts:
            self.orphans += receipt.orphans
            self.deaths += receipt.ledger not in ("written", "unchanged")
            if receipt.complete and any(line.error for line in receipt.lines):
                self.broken.append("a receipt says complete and has an error")
            made = [line for line in receipt.lines if line.result is Result.DONE and not line.synapse_id]
            self.broken += [f"a receipt says that {line.address} is done, and gives no id" for line in made]
        if sum(sum(receipt.requests.values()) for receipt in done.receipts) > network.sent:
            self.broken.append("receipts count more requests than were sent")

    def _changed(self) -> bool:
        """Whether anything was written since the last question."""
        before, self._seen = self._seen, self.store.changes
        return before != self._seen

    def _violations(self) -> set[Violation]:
        early = self.stage() not in STAGES[2:]
        submitters = {item for item in self._submitters() if early or self._is_unlimited(item)}
        return submitters | {item for item in self._readers() if early or self.called(item.name) in self._secret}

    def called(self, name: str) -> str:
        """What the manifest calls that which people gave another name."""
        return self.other_names.get(name, name)

    def _is_dropped(self, item: Violation) -> bool:
        """Whether this is about what the manifest has no longer: what people do to it is theirs to mend."""
        return self.called(item.name) not in self._managed

    def _is_unlimited(self, item: Violation) -> bool:
        """Whether a queue has no rounds, though nobody said that it is always open."""
        excused = item.id in self._emptied or self.called(item.name) in self._always_open
        return not excused and not self._rounds(item.id)

    def _rounds(self, queue: int) -> int:
        """How many rounds a queue has."""
        return int(self.store.value("SELECT count(*) FROM evaluation_rounds WHERE evaluation_id = ?", queue))

    def _submitters(self) -> Iterator[Violation]:
        """Whoever may submit besides staff: wrong where the stage isn't open or the queue has no rounds."""
        for row in self.store.all(SUBMITTERS):
            if row["team"] not in STAFF:
                yield Violation(_SUBMITS, row["id"], row["team"], row["queue"])

    def _readers(self) -> Iterator[Violation]:
        """Whoever besides staff can read what is secret, or for later, through the access list in force."""
        names = self._secret | self._for_later
        names |= {name for name, ours in self.other_names.items() if ours in names}
        for row in self.store.all(READERS.format(names=", ".join("?" * len(names))), *sorted(names)):
            who = row["team"] or str(row["who"])
            if who not in STAFF:
                yield Violation(_READS, row["id"], who, row["thing"])

    def stage(self) -> str:
        """The newest stage that was begun."""
        found = (json.loads(row["annotations"]) for row in self.store.all(BEGUN))
        stages = [stage for it in found for stage in STAGES if f'"{stage}"' in json.dumps(it)]
        return max(stages, key=STAGES.index, default="draft")

    def _note_holder(self, network: Network, request: httpx.Request) -> None:
        if b'"lockRun"' in request.content:
            written = json.loads(request.content)["annotations"]
            # A lock that is born taken comes in a bundle.
            run = written.get("annotations", written)["lockRun"]["value"][0]
            self.holders[run] = network

    def _check_lock(self, network: Network, request: httpx.Request, line: str) -> None:
        """Once there is a lock, nobody writes without it, but for what was on its way when a process froze.

        The lock itself is what it is about; a file that nothing refers to yet is nobody's, and so is a column, of which
        there is one for everybody.
        """
        path, locks = request.url.path, self.store.all(LOCK)
        aside = path.startswith(("/file/", "/storage/", "/repo/v1/column")) or path.endswith("/annotations2")
        aside = aside or any(name in request.content for name in (b'"name": "lock"', b'"name": "Challenge ledger"'))
        if not locks or aside or self.holders.get(_run_in(locks[-1])) is network:
            return
        self.slips += 1
        if not network.was_frozen or self.slips > IN_FLIGHT:
            self.broken.append(f"{line} writes without the lock")

    def _check_deletion(self, request: httpx.Request, response: httpx.Response, line: str) -> None:
        """Nothing of the bigger things is deleted without consent."""
        parts = request.url.path.removeprefix("/repo/v1/").split("/")
        whole = parts[0] in ("entity", "evaluation", "team") and len(parts) == 2
        if request.method == "DELETE" and whole and response.is_success and "delete" not in self.allow:
            self.broken.append(f"{line} deletes without consent")

    def _check_treasures(self, line: str) -> None:
        for (table, id_), before in [*self._treasures.items()]:
            if self._state(table, id_) != before:
                self.broken.append(f"{line} touches {table} {id_}, which isn't ours to touch")
                del self._treasures[table, id_]

    def _state(self, table: str, id_: int) -> Any:
        """Everything about something that an engine could change; None where it isn't there."""
        row = self.store.one(f"SELECT * FROM {table} WHERE id = ?", id_)  # noqa: S608 -- our own names of tables
        if row is None or (table == "entities" and self._in_the_trash(id_)):
            return None
        access = "SELECT principal_id, access_type FROM acl_entries WHERE owner_type = ? AND owner_id = ? ORDER BY 1, 2"
        return (*row, *(tuple(item) for item in self.store.all(access, _OWNERS.get(table, ""), id_)))

    def _in_the_trash(self, id_: int | None) -> bool:
        while id_ is not None:
            if self.store.one("SELECT 1 FROM trashed WHERE entity_id = ?", id_):
                return True
            id_ = self.store.value("SELECT parent_id FROM entities WHERE id = ?", id_)
        return False
