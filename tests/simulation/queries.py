"""What the laws ask the database itself."""

from __future__ import annotations

from typing import Final

SUBMITTERS: Final = """
SELECT e.name AS queue, e.id AS id, t.alias AS team FROM acl_entries a
JOIN evaluations e ON e.id = a.owner_id
JOIN principal_aliases t ON t.principal_id = a.principal_id AND t.type = 'TEAM_NAME'
WHERE a.owner_type = 'EVALUATION' AND a.access_type = 'SUBMIT'
"""
"""Every team that may submit to a queue."""

READERS: Final = """
WITH RECURSIVE up (start, id) AS (
    SELECT id, id FROM entities WHERE name IN ({names})
    UNION ALL
    SELECT up.start, n.parent_id FROM up JOIN entities n ON n.id = up.id
    WHERE NOT EXISTS (SELECT 1 FROM acls WHERE owner_type = 'ENTITY' AND owner_id = up.id)
)
SELECT DISTINCT up.start AS id, n.name AS thing, a.principal_id AS who, t.alias AS team FROM up
JOIN entities n ON n.id = up.start
JOIN acl_entries a ON a.owner_type = 'ENTITY' AND a.owner_id = up.id AND a.access_type IN ('READ', 'DOWNLOAD')
LEFT JOIN principal_aliases t ON t.principal_id = a.principal_id AND t.type = 'TEAM_NAME'
WHERE t.alias IS NOT NULL OR a.principal_id IN (273949, 273948)
"""
"""Who can read things of some names, through the access list in force."""

BEGUN: Final = """
SELECT v.annotations FROM entity_versions v JOIN entities e ON e.id = v.entity_id
WHERE e.type LIKE '%.Project' AND v.annotations LIKE '%challengeStageBegun%'
"""
"""Where it is written which stages were begun."""

LOCK: Final = "SELECT v.annotations FROM entities e JOIN entity_versions v ON v.entity_id = e.id WHERE e.name = 'lock'"
"""What the lock says."""

TWICE: Final = {
    "page": "SELECT 1 FROM wiki_pages GROUP BY root_id, parent_id, title HAVING count(*) > 1",
    "invitation": "SELECT 1 FROM membership_invitations GROUP BY team_id, invitee_id HAVING count(*) > 1",
    "round": "SELECT 1 FROM evaluation_rounds GROUP BY evaluation_id, round_start HAVING count(*) > 1",
}
"""What must not be there twice, though Synapse would take it."""
