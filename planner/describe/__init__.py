"""The road back: a challenge as it was found on Synapse → a manifest and pages that plan to what was found. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from challenge_spec.resolving.names import project_name
from planner.describe.data import describe_folders, says_little
from planner.describe.draft import Described, tidy
from planner.describe.grants import describe_grants
from planner.describe.keys import key_from
from planner.describe.moments import describe_timeline
from planner.describe.pages import describe_pages
from planner.describe.queues import describe_queues
from planner.describe.scene import Scene
from planner.describe.teams import describe_teams
from planner.describe.things import describe_orchestrators, describe_views, describe_workflows
from planner.desired.projects import LEDGER_NAME
from planner.discovered import Discovered, Entity
from planner.recognising import Signs, stage_of
from planner.resources import FIXED_PRINCIPALS, PUBLIC
from planner.stages import STAGES

_ORDER = ("manifest", "challenge", "timeline", "projects", "teams", "sub_challenges", "queues", "workflows", "data")
"""How the blocks of a manifest are usually read; the others follow."""


def describe(found: Discovered, zone: ZoneInfo) -> Described:
    """Describe a challenge. zone: for all times of the manifest; nothing on Synapse tells it."""
    scene = Scene(found, zone, _stage(found))
    _identity(scene)
    _projects(scene)
    describe_teams(scene)
    describe_folders(scene)
    describe_orchestrators(scene)
    describe_workflows(scene)
    queues = describe_queues(scene)
    describe_views(scene, queues)
    preregistering = "team.preregistrants" in scene.addresses
    describe_timeline(scene, queues.values(), preregistering)
    pages, wiki = describe_pages(scene)
    describe_grants(scene, wiki)
    _annotations(scene)
    says_little(scene)
    document = scene.draft.document
    ordered = {key: document[key] for key in (*_ORDER, *document) if key in document}
    return Described(ordered, scene.draft.comments, pages, (*found.notes, *scene.draft.left))


def _stage(found: Discovered) -> str:
    """As an apply of ours noted it, else as access lists show it."""
    return found.stage if found.stage in STAGES else stage_of(signs(found))


def signs(found: Discovered) -> Signs:
    """What shows how far the challenge has come."""
    project = found.live.project
    queues = [queue for queue in found.queues if queue.project == project.id]
    starts = [item.start for queue in queues for item in queue.rounds]
    return Signs(
        public="READ" in (project.access or {}).get(FIXED_PRINCIPALS[PUBLIC], ()),
        submitting=any("SUBMIT" in queue.access.get(found.participants or "", ()) for queue in queues),
        begun=any(start <= found.now.strftime("%Y-%m-%dT%H:%M:%S.000Z") for start in starts),
        status=next(iter(project.annotations.get("Status", ())), None),
    )


def _identity(scene: Scene) -> None:
    project = scene.found.live.project
    document = scene.draft.document
    document["manifest"] = 1
    document["challenge"] = tidy(
        {
            "key": scene.found.key or key_from(scene.name, "challenge"),
            "name": scene.name,
            "description": project.description or None,
            "alias": project.alias,
            "stage": scene.stage,
            "layout": "one-project" if scene.found.staging is None else "two-projects",
            "timezone": scene.zone.key,
        }
    )
    if scene.found.stage is None:
        text = f"decide: access lists look like `{scene.stage}`"
        scene.draft.comment(text, "challenge", "stage")


def _projects(scene: Scene) -> None:
    sites = {"live": scene.found.live, "staging": scene.found.staging}
    shown = scene.found.live.project.description
    for key, site in sites.items():
        if site is None:
            continue
        project = site.project
        scene.place(f"project.{key}", project.id, project.access)
        said = {
            "name": project.name if project.name != project_name(scene.name, key) else None,
            "description": project.description if project.description != shown else None,
            "adopt": _adopted(scene, project),
        }
        if tidy(said):
            scene.draft.block("projects")[key] = tidy(said)


_OURS = frozenset(
    {"challengeKey", "challengeHome", "challengeStageBegun", "challengeStageCompleted", "Status", "ROOT_TEMPLATE"}
)
"""Keys of annotations that applies of ours write."""


def _annotations(scene: Scene) -> None:
    """Say which annotations others made; ours are written among them."""
    for site in (scene.found.live, scene.found.staging):
        for entity in _everything(site.project) if site else ():
            others = sorted({*entity.annotations, *entity.other_annotations} - _OURS)
            if others and entity.name != LEDGER_NAME:
                scene.draft.leave(f"the annotations {', '.join(others)} of {entity.name} ({entity.id})")


def _everything(entity: Entity) -> Iterator[Entity]:
    yield entity
    for child in entity.children:
        yield from _everything(child)


def _adopted(scene: Scene, project: Entity) -> str | None:
    return None if scene.found.key in project.annotations.get("challengeKey", ()) else project.id
