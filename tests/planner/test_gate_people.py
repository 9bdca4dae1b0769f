"""What the launch gates say of people: who reads a truth, submits early, accepted an invitation, evaluates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from challenge_spec.resolved import ResolvedFolder
from planner import checks
from planner.checks import Check, Finding, Scene
from planner.live import Guarded, Membership
from planner.resources import FIXED_PRINCIPALS, PUBLIC, SIGNED_IN
from tests.planner.challenges import challenge, data, orchestrator, queue, team
from tests.planner.worlds import DEPLOYER, edited, launching, seen, without

World = Callable[[], Scene]
TRUTH = "acl.folder.private-data/truth"
ACL = "acl.queue.leaderboard/task"
BOARD = "Tiny leaderboard task"
TEAM = "id-team.participants"


def readable(**access: tuple[str, ...]) -> Scene:
    """The truth as these principals may use it, by id; `id_` stands before a number."""
    listed = {who.removeprefix("id_"): types for who, types in access.items()}
    return seen(launching(), guarded={"truth": Guarded("syn9", "truth.csv", listed)})


def readable_by_people(*principals: str, **world: Any) -> Scene:
    scene = launching()
    access = {scene.live.ids.get(who, who): ("DOWNLOAD",) for who in principals}
    return seen(scene, guarded={"truth": Guarded("syn9", "truth.csv", access)}, **world)


def two_truths(**found: Guarded) -> Scene:
    more = data("hidden", "Private Data", "Hidden", file="hidden.csv", is_truth=True)
    return seen(launching(data=(more, *challenge().data)), guarded=found)


def bot_by_number() -> Scene:
    """The account that evaluates is named by its number, as every other principal may be."""
    scene = launching(orchestrators=(orchestrator(service_account="3400001"),))
    return seen(scene, guarded={"truth": Guarded("syn9", "truth.csv", {"3400001": ("DOWNLOAD", "READ")})})


def submitting(*principals: str, queues: tuple[Any, ...] = (queue(),)) -> Scene:
    scene = launching(queues=queues)
    rights = {scene.live.ids.get(who, who): ("READ", "SUBMIT") for who in principals}
    return replace(scene, live=edited(scene.live, ACL, **rights))


def first_queue_is_new() -> Scene:
    scene = submitting("team.participants", queues=(queue("second/task"), queue()))
    return replace(scene, live=without(scene.live, "acl.queue.second/task"))


def staffed(*teams: Any, accepted: tuple[str, ...] = ()) -> Scene:
    """These teams and no others, where some accounts, by name or by number, are in each of them."""
    scene = launching(teams=(team("participants", join="open"), *teams))
    inside = frozenset(scene.live.ids.get(f"user.{name}", name) for name in accepted)
    return seen(scene, memberships={f"team.{item.key}": Membership(inside) for item in teams})


def by_number() -> Scene:
    """An administrator who is named by number, and accepted."""
    scene = staffed(team("administrators", members=("example-admin",)), accepted=("3400001",))
    teams = tuple(replace(item, members=("3400001",) if item.members else ()) for item in scene.challenge.teams)
    return replace(scene, challenge=replace(scene.challenge, teams=teams))


def evaluating(*orchestrators: Any) -> Scene:
    return launching(orchestrators=orchestrators)


def lacking(*addresses: str) -> Scene:
    scene = launching()
    return replace(scene, live=without(scene.live, *addresses))


def closed(text: str = "is closed") -> Finding:
    return Finding(True, f"truth.csv (syn9) {text}", TRUTH)


def leaking(*readers: str) -> Finding:
    return Finding(False, f"truth.csv (syn9) can be read by {', '.join(readers)}", TRUTH)


def unnamed(key: str, *missing: str) -> Finding:
    return Finding(False, f"orchestrators.{key}: {', '.join(missing)} not set")


ORGANIZERS = team("organizers", members=("example-a", "example-b"))
READY = Finding(True, "orchestrators.main: all inputs are set")
NO_LOGS = Finding(False, "the Logs folder does not exist", "folder.logs")
NEEDED = "which orchestrators.main can't do without"
DONE_WITHOUT = Finding(
    False,
    f"projects.logs: the challenge does without the Logs folder, {NEEDED}",
    remedy="Delete `exists: false` of projects.logs, or name a folder: `projects.logs: { use: synID }`.",
)
SECOND = replace(orchestrator(), key="second")
SECOND_WITHOUT_MEMORY = replace(orchestrator(machine_memory=None), key="second")

SEEN: dict[str, tuple[Check, World, tuple[Finding, ...]]] = {
    "staff and the account that evaluates read the truth": (
        checks.truths,
        lambda: readable_by_people("deployer", "team.organizers", "team.administrators", "user.example-bot"),
        (closed(),),
    ),
    "the account that evaluates is named by its number": (checks.truths, bot_by_number, (closed(),)),
    "whoever plans reads the truth": (checks.truths, lambda: readable_by_people(DEPLOYER.id, ids={}), (closed(),)),
    "participants can see to the truth's rights, but not read it": (
        checks.truths,
        lambda: readable(**{TEAM: ("CHANGE_PERMISSIONS",)}),
        (closed(),),
    ),
    "participants can read what they can't download": (
        checks.truths,
        lambda: readable(**{TEAM: ("READ",)}),
        (leaking("team.participants"),),
    ),
    "everybody can download it": (
        checks.truths,
        lambda: readable_by_people(FIXED_PRINCIPALS[SIGNED_IN], FIXED_PRINCIPALS[PUBLIC]),
        (leaking("public", "signed-in"),),
    ),
    "readers are told by their address, else by their name, else by their number": (
        checks.truths,
        lambda: readable_by_people("4712", "4711", "user.example-organizer-1", names={"4711": "a-stranger"}),
        (leaking("a-stranger", "principal 4712", "user.example-organizer-1"),),
    ),
    "truths are missing": (
        checks.truths,
        two_truths,
        (
            Finding(False, "the truth hidden: not found on Synapse"),
            Finding(False, "the truth truth: not found on Synapse"),
        ),
    ),
    "a truth can't be seen, and the next one is closed": (
        checks.truths,
        lambda: seen(
            two_truths(truth=Guarded("syn9", "truth.csv", {})),
            unreadable={"folder.private-data/hidden": "status 403"},
        ),
        (Finding(False, "the truth hidden: status 403"), closed()),
    ),
    "nobody submits": (checks.nobody_submits, launching, (Finding(True, f"{BOARD} is closed", ACL),)),
    "staff, testers and the account that evaluates submit": (
        checks.nobody_submits,
        lambda: submitting("team.organizers", "team.testers", "user.example-bot"),
        (Finding(True, f"{BOARD} is closed", ACL),),
    ),
    "others submit": (
        checks.nobody_submits,
        lambda: submitting("team.testers", "team.preregistrants", "team.participants"),
        (Finding(False, f"{BOARD} takes submissions from team.participants, team.preregistrants already", ACL),),
    ),
    "others submit to a queue behind one that isn't there yet": (
        checks.nobody_submits,
        first_queue_is_new,
        (Finding(False, f"{BOARD} takes submissions from team.participants already", ACL),),
    ),
    "all of the staff accepted": (
        checks.staff,
        launching,
        (Finding(True, "Tiny organizers: 1 of 1 accepted"), Finding(True, "Tiny administrators: 1 of 1 accepted")),
    ),
    "one of the organizers accepted": (
        checks.staff,
        lambda: staffed(ORGANIZERS, accepted=("example-b",)),
        (Finding(True, "Tiny organizers: 1 of 2 accepted, waiting for example-a"),),
    ),
    "none of the organizers accepted": (
        checks.staff,
        lambda: staffed(ORGANIZERS),
        (Finding(False, "Tiny organizers: 0 of 2 accepted, waiting for example-a, example-b"),),
    ),
    "nobody could look into the team": (
        checks.staff,
        lambda: seen(staffed(ORGANIZERS), memberships={}),
        (Finding(False, "Tiny organizers: 0 of 2 accepted, waiting for example-a, example-b"),),
    ),
    "somebody who is named by number accepted": (
        checks.staff,
        by_number,
        (Finding(True, "Tiny administrators: 1 of 1 accepted"),),
    ),
    "an account that doesn't exist accepted nothing": (
        checks.staff,
        lambda: seen(staffed(team("organizers", members=("nobody",)), accepted=("example-bot",)), ids={}),
        (Finding(False, "Tiny organizers: 0 of 1 accepted, waiting for nobody"),),
    ),
    "a team of somebody else, one without members, and testers aren't waited for": (
        checks.staff,
        lambda: staffed(
            team("organizers", members=("example-a",), use="3400002"),
            team("administrators"),
            team("testers", members=("example-b",)),
        ),
        (),
    ),
    "the orchestrator has all it needs": (checks.orchestrators, launching, (READY,)),
    "the orchestrator has nothing it needs": (
        checks.orchestrators,
        lambda: evaluating(orchestrator(service_account=None, memory_per_submission=None, machine_memory=None)),
        (unnamed("main", "service_account", "memory_per_submission", "machine.memory"),),
    ),
    "a workflow service lacks something": (
        checks.orchestrators,
        lambda: evaluating(orchestrator(engine="wes", machine_memory=None)),
        (unnamed("main", "machine.memory"),),
    ),
    "an orchestrator behind one that runs elsewhere lacks something": (
        checks.orchestrators,
        lambda: evaluating(orchestrator(engine="external", machine_memory=None), SECOND_WITHOUT_MEMORY),
        (unnamed("second", "machine.memory"),),
    ),
    "an orchestrator behind one that serves no queue lacks something": (
        checks.orchestrators,
        lambda: evaluating(orchestrator(machine_memory=None, queues=()), SECOND_WITHOUT_MEMORY),
        (unnamed("second", "machine.memory"),),
    ),
    "the account that evaluates doesn't exist": (
        checks.orchestrators,
        lambda: lacking("user.example-bot"),
        (READY, Finding(False, "orchestrators.main: there is no account named example-bot")),
    ),
    "an account that is named by number exists": (checks.orchestrators, bot_by_number, (READY,)),
    "nobody has the number of the account that evaluates": (
        checks.orchestrators,
        lambda: seen(bot_by_number(), missing_people=("principal.3400001",)),
        (READY, Finding(False, "orchestrators.main: there is no account named 3400001")),
    ),
    "there is no folder for logs": (checks.orchestrators, lambda: lacking("folder.logs"), (READY, NO_LOGS)),
    "there is no folder for the logs of two orchestrators": (
        checks.orchestrators,
        lambda: seen(evaluating(orchestrator(), SECOND), ids={"user.example-bot": "3400003"}),
        (READY, Finding(True, "orchestrators.second: all inputs are set"), NO_LOGS),
    ),
    "the challenge does without a folder for logs": (
        checks.orchestrators,
        lambda: launching(logs=ResolvedFolder(exists=False)),
        (READY, DONE_WITHOUT),
    ),
    "the challenge does without a folder for logs, and has two orchestrators": (
        checks.orchestrators,
        lambda: launching(logs=ResolvedFolder(exists=False), orchestrators=(orchestrator(), SECOND)),
        (
            READY,
            Finding(True, "orchestrators.second: all inputs are set"),
            replace(DONE_WITHOUT, text=DONE_WITHOUT.text.replace("main can't", "main, orchestrators.second can't")),
        ),
    ),
    "the logs go to a folder of somebody else": (
        checks.orchestrators,
        lambda: launching(logs=ResolvedFolder(use="syn7")),
        (READY,),
    ),
    "nobody needs the folder for logs where everything is evaluated elsewhere": (
        checks.orchestrators,
        lambda: launching(logs=ResolvedFolder(exists=False), orchestrators=(orchestrator(engine="external"),)),
        (),
    ),
}


@pytest.mark.parametrize("case", SEEN)
def test_what_is_seen_of_people_before_the_launch_is_said_exactly(case: str) -> None:
    check, world, findings = SEEN[case]
    assert tuple(check(world())) == findings
