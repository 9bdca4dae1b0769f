"""Reading a challenge that nobody wrote a manifest for yet: everything on its projects, by reading routes only."""

from __future__ import annotations

from planner.discovered import Discovered, Entity, Site
from planner.interfaces import ProviderError
from planner.resources import STAGE_BEGUN
from providers.synapse.discover.entities import read_project
from providers.synapse.discover.find import find_project, find_staging
from providers.synapse.discover.pages import read_pages
from providers.synapse.discover.people import read_people
from providers.synapse.discover.queues import read_challenge, read_queues
from providers.synapse.discover.remembered import read_ledger
from providers.synapse.discover.search import Search
from providers.synapse.failures import Refused, explain
from providers.synapse.kinds.annotations import CHALLENGE_KEY, STAGE_KEYS
from providers.synapse.session import Session
from providers.synapse.together import together


async def discover(session: Session, project: str, staging: str | None = None) -> Discovered:
    """Read a challenge by the id or name of its live project. staging: likewise; else it is looked for by its name.

    Raises ProviderError where the projects can't be read; what else can't be is in the notes.
    """
    search = Search(session.transport, session.me)
    try:
        return await _discover(search, session, project, staging)
    except Refused as refused:
        raise explain(refused, session.transport.endpoint) from refused


async def _discover(search: Search, session: Session, project: str, staging: str | None) -> Discovered:
    live_id = await find_project(search, project)
    live = await _read_site(search, live_id)
    beside_id = await find_project(search, staging) if staging else await find_staging(search, live.project)
    beside = await _read_site(search, beside_id) if beside_id else None
    if beside is not None and beside.project.id == live.project.id:
        raise ProviderError("--staging", f"{beside.project.id} is the live project itself", "name the other project")
    home = (beside or live).project
    if _noted(live.project, CHALLENGE_KEY) and not _noted(home, STAGE_KEYS[STAGE_BEGUN]):
        search.note(f"{home.name} keeps no note of the stage; if there is a staging project, name it with --staging")
    participants, queues, ledger = await together(
        read_challenge(search, live_id),
        read_queues(search, [live_id, *([beside_id] if beside_id else [])]),
        read_ledger(search, home),
    )
    sites = [live, *([beside] if beside else [])]
    people = await read_people(search, sites, queues, participants, ledger)
    return Discovered(
        now=session.now(),
        live=live,
        staging=beside,
        participants=participants,
        teams=people.teams,
        queues=queues,
        names=people.names,
        people=people.individuals,
        groups=people.groups,
        ledger=ledger,
        notes=tuple(search.notes),
        key=_noted(home, CHALLENGE_KEY),
        stage=_noted(home, STAGE_KEYS[STAGE_BEGUN]),
    )


async def _read_site(search: Search, id_: str) -> Site:
    project, pages = await together(read_project(search, id_), read_pages(search, id_))
    return Site(_checked(project), pages)


def _noted(home: Entity, key: str) -> str | None:
    return next(iter(home.annotations.get(key, ())), None)


def _checked(project: Entity) -> Entity:
    if project.kind != "project":
        what = f"{project.id} is a {project.kind}, not a project"
        raise ProviderError(project.id, what, "name the project that people open on Synapse")
    return project
