"""Plans in every shape that people meet: the scenes of the golden files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from planner.plan import Action, Cause, Drift, Gate, GateState, Note, Output, OutputState, Plan, Problem, UnmanagedItem
from planner.references import UNKNOWN, Ref, text
from planner.resources import Kind
from tests.planner.render.plans import SOMEBODY, field, operation, page, plan, round_, sharing, taking, update


def everything_new(pages: int = 40) -> Plan:
    """A first apply: every kind of resource, and a wiki of many pages; nothing is known yet."""
    titles = ["Home", *(f"Page number {number}" for number in range(2, pages + 1))]
    addresses = ["home", *(f"home/page-{number}" for number in range(2, pages + 1))]
    wiki = [
        page(f"wiki.staging/{at}", title, "See ", Ref("team.participants"))
        for at, title in zip(addresses, titles, strict=True)
    ]
    operations = (
        operation(
            "project.staging",
            spec={"name": "Odor Mixtures DREAM Challenge - staging", "alias": None},
            carries=("acl.project.staging", "annotations.project.staging"),
        ),
        sharing("project.staging"),
        operation(
            "annotations.project.staging", spec={"challengeKey": ("odor-mixtures",)}, carried_by="project.staging"
        ),
        operation(
            "project.live",
            spec={"name": "Odor Mixtures DREAM Challenge", "alias": "odormixtures"},
            carries=("acl.project.live",),
        ),
        sharing("project.live"),
        operation(
            "challenge.live",
            spec={"project": Ref("project.live"), "team": Ref("team.participants")},
            depends_on=("project.live", "team.participants"),
        ),
        operation(
            "team.organizers", spec={"name": "Odor Mixtures organizers", "description": "", "join": "invitation"}
        ),
        operation(
            "member.organizers/example-organizer-1",
            spec={"team": Ref("team.organizers"), "person": Ref("user.example-organizer-1")},
            depends_on=("team.organizers",),
        ),
        operation(
            "member.organizers/example-organizer-2",
            spec={"team": Ref("team.organizers"), "person": Ref("user.example-organizer-2")},
            depends_on=("team.organizers",),
        ),
        operation(
            "team.participants",
            spec={"name": "Odor Mixtures participants", "description": "Everybody who takes part", "join": "open"},
        ),
        operation(
            "queue.leaderboard/similarity",
            spec={
                "name": "Odor Mixtures leaderboard: Mixture similarity",
                "project": Ref("project.live"),
                "description": "",
                "instructions": "Submit a CSV file.",
                "receipt": "Thank you.",
            },
            depends_on=("project.live",),
        ),
        sharing("queue.leaderboard/similarity"),
        round_("Round 1", "2027-03-03T17:00:00.000Z", "2027-03-31T16:00:00.000Z", total=3),
        round_("Round 2", "2027-03-31T16:00:00.000Z", "2027-04-28T16:00:00.000Z", total=3, daily=1),
        operation(
            "folder.leaderboard-truth",
            spec={"name": "Leaderboard", "parent": Ref("project.live")},
            carries=("acl.folder.leaderboard-truth",),
            depends_on=("project.live",),
        ),
        sharing("folder.leaderboard-truth"),
        operation(
            "link.scoring",
            spec={
                "name": "workflow.cwl",
                "parent": Ref("project.live"),
                "url": "https://example.org/my-org/odor-infra/archive/v1.0.0.zip",
            },
            depends_on=("project.live",),
        ),
        operation(
            "view.dashboard",
            spec={
                "name": "Submission dashboard",
                "parent": Ref("project.staging"),
                "scope": (Ref("queue.leaderboard/similarity"),),
                "columns": ({"name": "id", "type": "ENTITYID"}, {"name": "status", "type": "STRING", "size": 20}),
            },
            depends_on=("queue.leaderboard/similarity",),
        ),
        *wiki,
        operation(
            "order.staging",
            spec={"owner": Ref("project.staging"), "pages": tuple(Ref(f"wiki.staging/{at}") for at in addresses)},
            depends_on=tuple(f"wiki.staging/{at}" for at in addresses),
        ),
        operation("stage.begun", spec={"stage": "draft"}),
    )
    outputs = (
        Output(
            ".challenge/orchestrator/main/.env", OutputState.WAITS, ("queue.leaderboard/similarity", "link.scoring")
        ),
        Output(".challenge/orchestrator/main/docker-compose.yaml", OutputState.WRITE),
    )
    return plan(stage="draft", reached=None, operations=operations, outputs=outputs, names={}, unchanged=())


BEFORE: Final = """# Data

The training set has 500 mixtures.
It can be downloaded from syn1.

Test mixtures are released with the last round.
"""
AFTER: Final = """# Data

The training set has 736 mixtures, described in our paper.
It can be downloaded from syn1.
Ask questions in the forum.

Test mixtures are released with the last round.
"""


def three_edits() -> Plan:
    """What a reviewer sees most days: three things changed in a challenge of a hundred."""
    queue = "queue.leaderboard/similarity"
    operations = (
        update(queue, field("name", "Odor leaderboard", "Odor Mixtures leaderboard", base="Odor leaderboard")),
        update(f"acl.{queue}", field("3400001", ("READ",), ("READ", "SUBMIT"))),
        update("wiki.live/home/data", field("text", BEFORE, AFTER)),
    )
    others = tuple(f"member.organizers/example-organizer-{number}" for number in range(1, 64))
    return plan(operations=operations, unchanged=(*plan().unchanged, *others))


def both_sides_moved() -> Plan:
    """Updates from every cause, kept drift, a conflict, an adoption, a deletion, a part known only after apply."""
    queue = "queue.leaderboard/similarity"
    later = text("Register with ", Ref("team.finalists"), ".\nSubmit to ", Ref(queue), ".\n")
    operations = (
        operation(
            "project.live",
            Action.ADOPT,
            reason="exists as syn1 and is ours from now on",
            spec={"name": "Odor Mixtures DREAM Challenge"},
        ),
        operation("team.finalists", spec={"name": "Odor finalists", "description": "", "join": "invitation"}),
        update(
            f"acl.{queue}",
            field("273949", ("READ",), None, Cause.SYNAPSE),
            field("3400001", ("DELETE", "READ"), ("READ", "SUBMIT"), Cause.SYNAPSE),
            field("3300001", None, ("READ", "READ_PRIVATE_SUBMISSION"), Cause.MANIFEST),
            reason="was changed on Synapse",
            **SOMEBODY,
        ),
        update(
            "round.leaderboard/similarity/Round 2",
            field("end", "2027-04-28T16:00:00.000Z", "2027-05-05T07:00:00.000Z"),
            field("limits", {"total": 3, "daily": 1}, {"total": 5, "weekly": 2}),
        ),
        operation(
            "round.leaderboard/similarity/Round 4",
            cause=Cause.SYNAPSE,
            reason="was removed on Synapse",
            spec={
                "queue": Ref(queue),
                "start": "2027-05-26T16:00:00.000Z",
                "end": "2027-06-30T23:59:00.000Z",
                "limits": {},
            },
        ),
        operation("folder.old", Action.DELETE, reason="is no longer in the manifest", spec={"name": "Old data"}),
        update(
            "wiki.live/home/rules",
            field("title", "Rule", "Rules"),
            field("text", "Register.\n", UNKNOWN, Cause.UNKNOWN),
            spec={"title": "Rules", "text": later},
            id="wiki.live/home/rules",
        ),
        update(
            "order.live",
            field(
                "pages",
                ("700001", "700002", "700003", "700004", "700005"),
                ("700001", "700003", "700002", "700004", "700005"),
                Cause.UNKNOWN,
            ),
            reason="differs from the manifest",
        ),
    )
    drift = (
        Drift(
            "wiki.live/home/overview",
            Kind.WIKI,
            (field("text", "We extended the deadline.\nGood luck!\n", "Good luck!\n", Cause.SYNAPSE, "Good luck!\n"),),
            conflict=False,
            remedy=taking("wiki.live/home/overview"),
            **SOMEBODY,
        ),
        Drift(
            queue,
            Kind.QUEUE,
            (field("name", "Leaderboard (new)", "Odor leaderboard 2027", Cause.BOTH, "Odor leaderboard"),),
            conflict=True,
            remedy=taking(queue),
        ),
    )
    notes = (
        Note(
            "invitation-gone",
            "member.organizers/example-organizer-2",
            "was invited before and is neither a member nor invited now: declined, or left; "
            "invite again on Synapse if you agree",
        ),
    )
    unmanaged = tuple(
        UnmanagedItem(Kind.FOLDER, f"syn9{number}", f"Scratch {number}", "project.live") for number in range(1, 12)
    )
    return plan(operations=operations, drift=drift, notes=notes, unmanaged=unmanaged)


def launch_held() -> Plan:
    """The manifest says open; two gates are shut, so the staging pages don't go live and nobody may submit."""
    queue = "queue.leaderboard/similarity"
    shut = ("launch-time", "truths-closed", "staff-accepted")
    pages = [
        replace(page(f"wiki.live/{at}", title, "text"), id=f"wiki.live/{at}@open", held_by=shut)
        for at, title in (("home", "Home"), ("home/overview", "Overview"), ("home/data", "Data"))
    ]
    operations = (
        update(
            "acl.folder.final-truth",
            field("3400001", ("DOWNLOAD", "READ"), None, Cause.SYNAPSE),
            reason="was changed on Synapse",
        ),
        update(
            f"acl.{queue}",
            field("3400001", None, ("READ", "SUBMIT")),
            id=f"acl.{queue}@open",
            held_by=shut,
            reason="the stage open changes it",
        ),
        *pages,
        update(
            "stage.begun",
            field("stage", "preregistration", "open"),
            id="stage.begun@open",
            held_by=shut,
            reason="the stage open changes it",
        ),
    )
    gates = (
        Gate(
            "launch-time",
            "The launch time has come",
            "open",
            GateState.FAILED,
            ("timeline.open, 2027-03-03 09:00 PST (2027-03-03 17:00 UTC), is still to come",),
            "Wait until then and apply again, or move timeline.open.",
        ),
        Gate(
            "pages-complete",
            "Pages are complete, without placeholders",
            "open",
            GateState.PASSED,
            ("40 pages are complete",),
        ),
        Gate(
            "rounds-ready",
            "Every queue has a current or coming round",
            "open",
            GateState.PASSED,
            ("Leaderboard has 4 current or coming round(s)",),
        ),
        Gate(
            "truths-closed",
            "No truth can be read by anybody but staff",
            "open",
            GateState.PENDING,
            ("final.csv (syn77) can be read by team.participants",),
            "This apply takes care of it.",
        ),
        Gate(
            "staff-accepted",
            "Organizers and administrators accepted their invitations",
            "open",
            GateState.FAILED,
            ("Odor Mixtures organizers: 0 of 2 accepted, waiting for example-organizer-1, example-organizer-2",),
            "Ask one of them in each team to accept the invitation on Synapse "
            "(it came by mail and waits in their account).",
        ),
    )
    return plan(stage="open", operations=operations, gates=gates)


def unpublished_page() -> Plan:
    """A page changed in the files after the launch, which nobody has published yet."""
    changed = update("wiki.live/home/data", field("text", BEFORE, AFTER), held_by=("unpublished",))
    return plan(stage="open", reached="open", operations=(changed,))


def with_problems() -> Plan:
    """Two things that can't be done, and one that can."""
    problems = (
        Problem(
            "name-taken",
            "team.participants",
            "a team named `Odor Mixtures participants` exists (3400999) and belongs to somebody else",
            "Choose another `name:` for team.participants in the manifest.",
        ),
        Problem(
            "not-certified",
            None,
            "example-deployer is not a certified Synapse user; without that Synapse allows "
            "a project and its wiki, nothing more",
            "Take the certification quiz of this account on Synapse (once), then apply again.",
        ),
    )
    folder = operation("folder.logs", spec={"name": "Logs", "parent": Ref("project.live")})
    return plan(operations=(folder,), problems=problems)


SCENES: Final[Mapping[str, Callable[[], Plan]]] = {
    "everything-new": everything_new,
    "three-edits": three_edits,
    "both-sides-moved": both_sides_moved,
    "launch-held": launch_held,
    "unpublished-page": unpublished_page,
    "with-problems": with_problems,
    "no-changes": plan,
}
