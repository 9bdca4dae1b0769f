"""Drafts of the messages that go out when a challenge comes to a stage: to whom, and with every value filled in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from challenge_spec.manifest import Stage
from challenge_spec.pages import AttachmentLink, IdOf, Page, PagePart
from challenge_spec.resolved import ResolvedChallenge, ResolvedTeam
from planner.desired.data import entry_address
from planner.desired.wiki import page_address
from planner.references import Ref, Value, text

SEND = "send announcements to the team, not to its members: Synapse takes at most 50 recipients (guide, item 46)"
_TO: dict[Stage, tuple[str, ...]] = {
    "preregistration": (),
    "open": ("preregistrants", "participants"),
    "closed": ("participants",),
    "concluded": ("participants",),
}
"""Stage → teams that somebody can be in by then."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A message that somebody sends; `text` has the recipients and the subject at its top."""

    stage: Stage
    text: Value


def announcements(challenge: ResolvedChallenge) -> Iterator[Draft]:
    """Every message that the manifest has a draft of."""
    teams = {team.key: team for team in challenge.teams}
    for stage, page in challenge.wiki.announcements.items():
        to = [teams[key] for key in _TO[stage] if key in teams]
        body = (item for part in page.parts for item in _part(challenge, part))
        yield Draft(stage, text(*_head(to, page), *body))


def _head(to: list[ResolvedTeam], page: Page) -> Iterator[str | Ref]:
    for team in to:
        yield f"To: {team.name}, https://www.synapse.org/Team:"
        yield Ref(f"team.{team.key}")
        yield "\n"
    if not to:
        yield "To: mailing lists of your own; nobody is in a team of the challenge yet\n"
    yield f"Subject: {page.title}\n\n"


def _part(challenge: ResolvedChallenge, part: PagePart) -> Iterator[str | Ref]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, IdOf):
        yield Ref(_data(challenge).get(part.address, part.address))
    elif isinstance(part, AttachmentLink):
        yield part.label
    else:
        yield "https://www.synapse.org/Synapse:"
        yield Ref("project.live")
        if part.page:
            yield "/wiki/"
            yield Ref(page_address("live", part.page))


def _data(challenge: ResolvedChallenge) -> dict[str, str]:
    return {f"data.{entry.key}": entry_address(entry) for entry in challenge.data if entry.on_synapse}
