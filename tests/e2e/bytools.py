"""What challengeutils and cnb-tools leave behind: names, layouts and rights (orchestrator-and-tools 4.2, 4.6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.e2e.byhand import ADMIN, MAKER, PUBLIC, REVIEWER, RULER, SIGNED_IN, Hand
from tests.e2e.rehearsal import Rehearsal

EDIT, MODERATE = ["READ", "DOWNLOAD", "CREATE", "UPDATE"], ["READ", "DOWNLOAD", "MODERATE"]
READERS: dict[int, list[str]] = {PUBLIC: ["READ"], SIGNED_IN: ["READ"]}
DREAM, PORTAL = "Odor DREAM Challenge", "Brain Portal Challenge"


def challengeutils(one: Rehearsal, *, public: bool = False) -> str:
    """Two projects, a preregistration page, a queue that nobody but its maker sees; returns the live project's id."""
    hand = Hand(one.url, MAKER)
    teams = {name: _team(hand, f"{DREAM} {name}", open_=name in ("Participants", "Preregistrants")) for name in _TEAMS}
    live, staging = hand.entity("Project", DREAM), hand.entity("Project", f"{DREAM} - staging")
    rights = {hand.me(): ADMIN, teams["Admin"]: ADMIN}
    hand.share(live, rights | {teams["Organizers"]: MODERATE} | (READERS if public else {}))
    hand.share(staging, rights | {teams["Organizers"]: EDIT})
    hand.page(live, None, f"## Preregister\n${{jointeam?teamId={teams['Preregistrants']}&isChallenge=true}}")
    hand.ok("POST", "/challenge", {"projectId": live, "participantTeamId": str(teams["Participants"])})
    hand.queue(f"{DREAM} Project Submission", live, description="Project Submission")
    root = hand.page(staging, None, "# Welcome")
    hand.page(staging, "1 - Overview", f"[home](#!Synapse:{staging}/wiki/{root})", root)
    data = hand.page(staging, "2 - Data", "Two files.", root)
    hand.page(staging, "2.1 - Description", "Many molecules.", data)
    return live


_TEAMS = ("Participants", "Admin", "Organizers", "Preregistrants")


def _team(hand: Hand, name: str, *, open_: bool) -> int:
    return hand.team(name, canPublicJoin=open_, canRequestMembership=not open_)


def cnb_tools(one: Rehearsal, status: str, *, public: bool) -> str:
    """One project with a `Status` for the challenge portal and a team of others as administrators."""
    hand = Hand(one.url, MAKER)
    portal = Hand(one.url, REVIEWER).team("Portal Administrators")
    participants = _team(hand, f"{PORTAL} Participants", open_=True)
    organizers = _team(hand, f"{PORTAL} Organizers", open_=False)
    live, everything = hand.entity("Project", PORTAL), {hand.me(): ADMIN, portal: ADMIN}
    hand.share(live, everything | {organizers: MODERATE} | (READERS if public else {}))
    annotations = hand.ok("GET", f"/entity/{live}/annotations2")
    annotations["annotations"] = {"Status": {"type": "STRING", "value": [status]}}
    hand.ok("PUT", f"/entity/{live}/annotations2", annotations)
    hand.ok("POST", "/challenge", {"projectId": live, "participantTeamId": str(participants)})
    theirs = {"Active": ["READ", "SUBMIT"], "Closed": ["READ"]}.get(status)
    for number in (1, 2):
        queue = hand.queue(f"{PORTAL} Task {number}", live)
        rights = {hand.me(): RULER, portal: RULER} | ({participants: theirs} if theirs else {})
        hand.share(queue, rights, "evaluation")
    data, private = (hand.entity("Folder", name, parentId=live) for name in ("Data", "Private Data"))
    hand.share(data, everything | {participants: ["READ", "DOWNLOAD"], organizers: EDIT})
    hand.share(private, everything | {organizers: EDIT})
    root = hand.page(live, "", "# Home\n\nWelcome.")
    for title in ("Overview", "Data", "FAQ"):
        hand.page(live, title, f"About {title}.", root)
    return live


WORLDS: dict[str, tuple[Callable[[Rehearsal], Any], str]] = {
    "challengeutils, just made": (challengeutils, "draft"),
    "challengeutils, preregistering": (lambda one: challengeutils(one, public=True), "preregistration"),
    "cnb-tools, just made": (lambda one: cnb_tools(one, "Upcoming", public=False), "draft"),
    "cnb-tools, announced": (lambda one: cnb_tools(one, "Upcoming", public=True), "preregistration"),
    "cnb-tools, launched": (lambda one: cnb_tools(one, "Active", public=True), "open"),
    "cnb-tools, closed": (lambda one: cnb_tools(one, "Closed", public=True), "closed"),
}
"""Who made it and how far it is → how it is made, and the stage that an import should recognise."""
