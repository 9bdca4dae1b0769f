"""Names that people see on Synapse, derived where nobody chose one."""

from __future__ import annotations

TEAM_TITLES = {
    "participants": "Participants",
    "organizers": "Organizers",
    "administrators": "Admin",
    "preregistrants": "Preregistrants",
    "testers": "Testers",
}
"""The suffixes that challenge tools have always used (orchestrator-and-tools 7, item 39)."""


def title(key: str) -> str:
    """A key as a title: `hold-out_set` becomes `Hold out set`."""
    words = key.replace("-", " ").replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def team_name(challenge: str, key: str) -> str:
    """`Odor Mixtures Participants`: team names are unique over all of Synapse."""
    return f"{challenge} {TEAM_TITLES.get(key) or title(key)}"


def project_name(challenge: str, key: str) -> str:
    """The live project has the challenge's own name; staging carries a marker."""
    return challenge if key == "live" else f"{challenge} - staging"


def queue_name(challenge: str, queue: str, sub_challenge: str | None) -> str:
    """`Odor Mixtures Similarity Leaderboard`: queue names are unique over all of Synapse."""
    return " ".join(part for part in (challenge, sub_challenge, title(queue)) if part)
