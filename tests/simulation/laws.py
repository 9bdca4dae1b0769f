"""What must hold whatever happens: some laws after every single request, some at the end of the story."""

from __future__ import annotations

from challenge_cli.engine import Look
from planner.stages import STAGES
from synapse_sandbox.store import Store

STAFF = {"Tiny organizers", "Tiny administrators", "Tiny testers"}

_SUBMITTERS = """
SELECT e.name AS queue, e.id AS id, t.alias AS team FROM acl_entries a
JOIN evaluations e ON e.id = a.owner_id
JOIN principal_aliases t ON t.principal_id = a.principal_id AND t.type = 'TEAM_NAME'
WHERE a.owner_type = 'EVALUATION' AND a.access_type = 'SUBMIT'
"""

_READERS = """
WITH RECURSIVE up (start, id) AS (
    SELECT id, id FROM entities WHERE name IN ('Private Data', 'Challenge ledger', 'Logs', 'lock', 'ledger.json')
    UNION ALL
    SELECT up.start, n.parent_id FROM up JOIN entities n ON n.id = up.id
    WHERE NOT EXISTS (SELECT 1 FROM acls WHERE owner_type = 'ENTITY' AND owner_id = up.id)
)
SELECT DISTINCT n.name AS thing, a.principal_id AS who, t.alias AS team FROM up
JOIN entities n ON n.id = up.start
JOIN acl_entries a ON a.owner_type = 'ENTITY' AND a.owner_id = up.id AND a.access_type IN ('READ', 'DOWNLOAD')
LEFT JOIN principal_aliases t ON t.principal_id = a.principal_id AND t.type = 'TEAM_NAME'
WHERE t.alias IS NOT NULL OR a.principal_id IN (273949, 273948)
"""

_TWICE = {
    "page": "SELECT 1 FROM wiki_pages GROUP BY root_id, parent_id, title HAVING count(*) > 1",
    "invitation": "SELECT 1 FROM membership_invitations GROUP BY team_id, invitee_id HAVING count(*) > 1",
    "round": "SELECT 1 FROM evaluation_rounds GROUP BY evaluation_id, round_start HAVING count(*) > 1",
}


class Laws:
    """Watches the database of one sandbox. broken: what was found, in words."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.broken: list[str] = []
        self.always_open: frozenset[str] = frozenset()
        self._pardoned: set[tuple[str, str]] = set()

    def watch(self, request: str) -> None:
        """After every request of an engine: nobody gets what the stage forbids."""
        found = self._violations()
        self._pardoned &= found
        for violation in found - self._pardoned:
            self.broken.append(f"after {request}: {violation[0]} for {violation[1]}")
            self._pardoned.add(violation)

    def ignore(self, _: str) -> None:
        """After what people do themselves: it isn't the engine's fault, and stays so until it is mended."""
        self._pardoned |= self._violations()

    def forgive_nothing(self) -> None:
        """At the end everything counts again."""
        self._pardoned = set()

    def planned(self, look: Look) -> None:
        """A plan names every operation once, and only what exists in it."""
        ids = [item.id for item in look.plan.operations]
        if len(ids) != len(set(ids)):
            self.broken.append("a plan has an operation twice")

    def _violations(self) -> set[tuple[str, str]]:
        return {*self._early_submitters(), *self._curious_readers()}

    def _early_submitters(self) -> set[tuple[str, str]]:
        """Whoever may submit besides staff, where the stage isn't open or the queue has no rounds."""
        begun = self._stage()
        found = set()
        for row in self._store.all(_SUBMITTERS):
            if row["team"] in STAFF:
                continue
            rounds = self._store.value("SELECT count(*) FROM evaluation_rounds WHERE evaluation_id = ?", row["id"])
            if begun not in STAGES[2:] or (not rounds and row["queue"] not in self.always_open):
                found.add((f"{row['queue']} takes submissions", row["team"]))
        return found

    def _curious_readers(self) -> set[tuple[str, str]]:
        """Whoever besides staff can read what is private, through the access list that is in force there."""
        found = {(row["thing"], row["team"] or str(row["who"])) for row in self._store.all(_READERS)}
        return {(f"{thing} can be read", who) for thing, who in found if who not in STAFF}

    def _stage(self) -> str:
        """The newest stage that was begun anywhere."""
        found = self._store.all(
            "SELECT annotations FROM entity_versions WHERE annotations LIKE '%challengeStageBegun%'"
        )
        stages = [stage for row in found for stage in STAGES if f'"{stage}"' in row["annotations"]]
        return max(stages, key=STAGES.index, default="draft")

    def duplicates(self) -> list[str]:
        """Things that are there twice."""
        return [f"a {kind} is there twice" for kind, query in _TWICE.items() if self._store.all(query)]
