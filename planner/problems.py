"""What stops a plan or a part of it before the first write, and what is worth a note."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from challenge_spec.resolved import ResolvedChallenge
from planner.applied import Applied
from planner.desired.data import entry_address
from planner.live import Live
from planner.plan import Note, Problem
from planner.resources import Desired
from planner.stages import STAGES


def find_problems(
    challenge: ResolvedChallenge, desired: Desired, live: Live, begun: str | None, allow: frozenset[str]
) -> tuple[Problem, ...]:
    """Everything that has to be mended before apply can do all of its work."""
    return tuple(
        chain(
            _certification(live),
            _taken(live),
            _people(challenge, live),
            _missing_given(desired, live),
            _going_back(challenge, begun, allow),
            _open_leak(challenge, desired, live),
        )
    )


def _certification(live: Live) -> Iterator[Problem]:
    if not live.me.certified:
        yield Problem(
            "not-certified",
            None,
            f"{live.me.name} is not a certified Synapse user, who may make a project and its wiki, nothing more",
            "Take the certification quiz of this account on Synapse (once), then apply again.",
        )


def _taken(live: Live) -> Iterator[Problem]:
    for address, reason in live.taken.items():
        yield Problem("name-taken", address, reason, f"Choose another `name:` for {address} in the manifest.")


def _people(challenge: ResolvedChallenge, live: Live) -> Iterator[Problem]:
    for address in live.missing_people:
        kind, _, name = address.partition(".")
        teams = [team.key for team in challenge.teams if name in team.members]
        where = f"teams.{teams[0]}.members" if teams else "the manifest"
        if kind == "principal":
            what = f"no account and no team on Synapse has the number {name}"
            mend = f"Correct the number in {where}; it is the last part of the profile's address."
        else:
            what = f"there is no Synapse account named {name}"
            mend = f"Correct the user name in {where}: the name in the person's profile address, not the real name."
        yield Problem("no-such-account", address, what, mend)


def _missing_given(desired: Desired, live: Live) -> Iterator[Problem]:
    for address, id_ in desired.given.items():
        if address in live.unreadable:
            yield Problem(
                "cannot-read",
                address,
                f"{id_}, named in the manifest, can't be read: {live.unreadable[address]}",
                "Correct the id, or ask its owner for access.",
            )


def _going_back(challenge: ResolvedChallenge, begun: str | None, allow: frozenset[str]) -> Iterator[Problem]:
    if begun is None or STAGES.index(challenge.stage) >= STAGES.index(begun) or "reopen" in allow:
        return
    yield Problem(
        "going-back",
        None,
        f"the challenge is {begun}, and the manifest wants {challenge.stage}",
        "Going back takes things from people who have them; if that is meant, say `--allow reopen`.",
    )


def _open_leak(challenge: ResolvedChallenge, desired: Desired, live: Live) -> Iterator[Problem]:
    """Participants who join by a click get data whose clickwrap isn't in force: a leak, refused."""
    joining = desired.resources.get("team.participants")
    if joining is None or joining.spec.get("join") != "open":
        return
    for entry in challenge.data:
        address = entry_address(entry)
        waits = address in desired.restricted and not live.requirements.get(address)
        if waits and "participants" in entry.access:
            yield Problem(
                "open-leak",
                address,
                f"participants join by a click, and the terms of the data {entry.key} are not in force yet",
                "Wait for the access requirement, or let participants join by request until then.",
            )


def unsure_projects(desired: Desired, live: Live, applied: Applied) -> Iterator[Problem]:
    """What keeps us from telling which projects and things are ours: going on would make all of them a second time."""
    name = desired.resources[desired.home].spec["name"] if desired.home in desired.resources else desired.home
    if applied.doubt is not None and desired.home not in live.resources:
        yield Problem(
            "which-project",
            None,
            f"there is no project {name!r}, and {applied.doubt}",
            "If that is this challenge, write the ids of its projects, `projects: { live: { adopt: ID }, staging: "
            "{ adopt: ID } }` (docs/manifest.md, section 1); if it is another one, give this one a key of its own.",
        )
    former = _former_names(desired, live, applied)
    if applied.lost is not None and former:
        yield Problem(
            "renamed-unremembered",
            None,
            f"{', '.join(former.values())} gets another name, and without the ledger ({applied.lost}) nothing tells "
            "which teams and queues belong to it once their names have changed too",
            "Write the names as they are on Synapse, apply, which makes a new ledger, and change them after that.",
        )


def homeless(desired: Desired, live: Live, strangers: bool) -> Problem | None:
    """Why nothing can be done: what keeps the ledger and the lock is out of reach, and without them nothing is safe.

    strangers: whether what has the name of the home project is somebody else's.
    """
    home = desired.home
    if home in live.ids:
        reason = "it belongs to somebody else" if strangers else None
    else:
        reason = live.taken.get(home) or live.unreadable.get(home)
    if reason is None:
        return None
    mend = "Mend what is said of it, or sign in as somebody who administers it; until then nothing is done."
    return Problem("no-home", None, f"{home}, which keeps the ledger and the lock, is out of reach: {reason}", mend)


def _former_names(desired: Desired, live: Live, applied: Applied) -> dict[str, str]:
    """Address → present name of the projects that were found by their key and get another name."""
    found = {address: str(live.resources[address].spec["name"]) for address in applied.found if address in live.ids}
    return {address: name for address, name in found.items() if name != desired.resources[address].spec["name"]}


def renamed_projects(desired: Desired, live: Live, applied: Applied) -> Iterator[Note]:
    """Say what was taken for this challenge though its name is another: a manifest may be a copy of another one."""
    for address, name in _former_names(desired, live, applied).items():
        text = (
            f"{live.ids[address]}, {name!r} until now, bears the key {desired.challenge!r} and is renamed with all "
            "that is its; if this is another challenge, give it a `challenge.key` of its own"
        )
        yield Note("found-by-key", address, text)


def find_notes(live: Live, applied: Applied) -> tuple[Note, ...]:
    """Everything worth knowing that stops nothing."""
    notes = [
        Note("incomplete-read", address, f"could not be read: {reason}; it is left as it is")
        for address, reason in live.unreadable.items()
    ]
    if applied.lost:
        notes.append(Note("ledger-lost", None, f"{applied.lost}; who changed what can't be told until the next apply"))
    return tuple(notes)
