"""What people do on Synapse themselves: before the challenge is described, between two applies, and in the midst.

Whatever is refused (the colleague isn't an administrator yet, the thing is gone) simply doesn't happen.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from planner.references import Plain
from tests.planner.challenges import team
from tests.simulation.parts import with_queues, words

if TYPE_CHECKING:
    from synapse_sandbox.store import Row
    from tests.simulation.world import World

Deed = Callable[["World", random.Random], Awaitable[None]]

DEPLOYER: Final = "example-deployer"
ADMIN: Final = "example-admin"
STRANGER: Final = "example-stranger"


def _some(world: World, chance: random.Random, kind: str) -> str | None:
    """The address of something of a kind that was seen on Synapse."""
    kept = ("folder.ledger",)
    found = sorted(it for it in world.known if it.startswith(f"{kind}.") and it not in kept)
    return chance.choice(found) if found else None


async def accept(world: World, _: random.Random) -> None:
    """Everybody accepts the invitations that are open."""
    for row in world.rows(f"{_INVITED} ORDER BY i.id"):
        await _accept(world, row)


async def show_up(world: World) -> None:
    """The colleague accepts her invitations: before that she may do nothing, and none of her deeds would happen."""
    for row in world.rows(f"{_INVITED} AND a.alias = ? ORDER BY i.id", ADMIN):
        await _accept(world, row)


_INVITED: Final = """SELECT i.id, i.team_id, i.invitee_id, a.alias FROM membership_invitations i
JOIN principal_aliases a ON a.principal_id = i.invitee_id AND a.type = 'USER_NAME'"""


async def _accept(world: World, row: Row) -> None:
    await world.somebody("PUT", f"/team/{row['team_id']}/member/{row['invitee_id']}", who=row["alias"])


async def upload_truths(world: World, _: random.Random) -> None:
    """An administrator uploads every truth into its folder."""
    for entry in (item for item in world.challenge.data if item.file):
        query = "SELECT id FROM entities WHERE name = ? AND type LIKE '%.Folder' ORDER BY id"
        for row in world.rows(query, entry.folder[-1]):
            await _file(world, f"syn{row['id']}", str(entry.file), ADMIN)


async def _file(world: World, folder: str, name: str, who: str) -> Any:
    kind = "org.sagebionetworks.repo.model.file.ExternalFileHandle"
    handle = {"concreteType": kind, "externalURL": f"https://example.org/{name}", "fileName": name}
    made = await world.somebody("POST", "/externalFileHandle", handle, who, service="file")
    body = {"concreteType": "org.sagebionetworks.repo.model.FileEntity", "name": name, "parentId": folder}
    return await world.somebody("POST", "/entity", {**body, "dataFileHandleId": made.get("id")}, who)


def _edit_page(field: str, member: str) -> Deed:
    async def deed(world: World, chance: random.Random) -> None:
        address = _some(world, chance, "wiki")
        if address:
            path = _wiki_path(world, address)
            page = await world.somebody("GET", path)
            await _put(world, path, page, {member: _said(chance)}, address, {field: _said})

    return deed


def _said(chance: random.Random) -> str:
    return f"From the web {words(chance)}"


def _wiki_path(world: World, address: str) -> str:
    owner = "project." + address.split("/", maxsplit=1)[0].removeprefix("wiki.")
    return f"/entity/{world.known[owner]}/wiki/{world.known[address]}"


async def _put(
    world: World, path: str, base: Any, members: Mapping[str, Any], address: str, fields: Mapping[str, Any]
) -> None:
    """Change some members of an object on the web, and remember which fields of the resource that were."""
    if "etag" not in base:
        return
    answer = await world.somebody("PUT", path, {**base, **members})
    if "etag" in answer:
        values: list[Plain] = [*members.values()]
        said = dict(zip(fields, values, strict=True))
        world.web |= {(address, name): value for name, value in said.items()}
        world.written_on |= {(address, name): world.known[address] for name in said}
        world.other_names |= {str(value) for name, value in said.items() if name in ("name", "title")}
        if "name" in said:
            world.laws.other_names[str(said["name"])] = world.laws.called(base["name"])


def _edit(kind: str, path: str, put: str, member: str, field: str) -> Deed:
    """Somebody writes other words. path, put: where the object is read and written, with its id."""

    async def deed(world: World, chance: random.Random) -> None:
        address = _some(world, chance, kind)
        if address:
            id_ = world.known[address]
            base = await world.somebody("GET", path.format(id=id_))
            await _put(world, put.format(id=id_), base, {member: _said(chance).rstrip(".")}, address, {field: None})

    return deed


async def _limit_round(world: World, chance: random.Random) -> None:
    address = _some(world, chance, "round")
    if address:
        path = _round_path(world, address)
        base = await world.somebody("GET", path)
        number = chance.randint(100, 999)
        limits = [{"limitType": "TOTAL", "maximumSubmissions": number}]
        if "etag" in base and "etag" in await world.somebody("PUT", path, {**base, "limits": limits}):
            world.web[address, "limits"] = {"total": number}
            world.written_on[address, "limits"] = world.known[address]


def _round_path(world: World, address: str) -> str:
    return f"/evaluation/{_queue_of(world, address)}/round/{world.known[address]}"


def _queue_of(world: World, address: str) -> str:
    """The id of a round's queue."""
    return world.known.get("queue." + address.removeprefix("round.").rsplit("/", 1)[0], "0")


async def _remove_round(world: World, chance: random.Random) -> None:
    address = _some(world, chance, "round")
    if address:
        await world.somebody("DELETE", _round_path(world, address))
        world.laws.round_removed(_queue_of(world, address))
        world.forget(address)


async def _remove_page(world: World, chance: random.Random) -> None:
    address = _some(world, chance, "wiki")
    if address and "/" in address:
        await world.somebody("DELETE", _wiki_path(world, address))
        world.forget(address)


def _remove(kind: str, path: str) -> Deed:
    async def deed(world: World, chance: random.Random) -> None:
        address = _some(world, chance, kind)
        if address:
            await world.somebody("DELETE", path.format(id=world.known[address]))
            world.forget(address)

    return deed


async def _open_queue(world: World, chance: random.Random) -> None:
    """Participants may submit, whatever the stage says."""
    address = _some(world, chance, "queue")
    if address and "team.participants" in world.known:
        acl = await world.somebody("GET", f"/evaluation/{world.known[address]}/acl")
        await _share(world, "/evaluation/acl", acl, ["READ", "SUBMIT"])


async def _share_folder(world: World, chance: random.Random) -> None:
    """Participants may read a folder, whatever the stage says."""
    address = _some(world, chance, "folder")
    if address:
        path = f"/entity/{world.known[address]}/acl"
        await _share(world, path, await world.somebody("GET", path), ["READ", "DOWNLOAD"])


async def _share(world: World, path: str, acl: Any, types: list[str]) -> None:
    if "resourceAccess" not in acl or "team.participants" not in world.known:
        return
    participants = int(world.known["team.participants"])
    others = [item for item in acl["resourceAccess"] if item["principalId"] != participants]
    entry = {"principalId": participants, "accessType": types}
    await world.somebody("PUT", path, {**acl, "resourceAccess": [*others, entry]})


async def _inherit(world: World, chance: random.Random) -> None:
    """A folder loses its own access list."""
    address = _some(world, chance, "folder")
    if address:
        await world.somebody("DELETE", f"/entity/{world.known[address]}/acl")
        world.laws.laid_bare(world.known[address])


async def _decline(world: World, chance: random.Random) -> None:
    found = world.rows(f"{_INVITED} AND a.alias <> ? ORDER BY i.id", ADMIN)
    if found:
        row = chance.choice(found)
        await world.somebody("DELETE", f"/membershipInvitation/{row['id']}", who=row["alias"])


async def _leave(world: World, _: random.Random) -> None:
    """An organizer leaves the team."""
    who, address = "example-organizer-1", "team.organizers"
    if address in world.known and f"user.{who}" in world.known:
        await world.somebody("DELETE", f"/team/{world.known[address]}/member/{world.known[f'user.{who}']}", who=who)


async def _join(world: World, _: random.Random) -> None:
    """A stranger joins the participants, if that is open to everybody."""
    address = "team.participants"
    if address in world.known:
        user = world.id_of(STRANGER)
        await world.somebody("PUT", f"/team/{world.known[address]}/member/{user}", who=STRANGER)


async def _own_folder(world: World, chance: random.Random) -> None:
    """A folder of the colleague's own on a project of ours, with a file in it."""
    address = _some(world, chance, "project")
    if address:
        name = f"Notes {chance.randint(0, 999)}"
        body = {"concreteType": "org.sagebionetworks.repo.model.Folder", "name": name}
        made = await world.somebody("POST", "/entity", {**body, "parentId": world.known[address]})
        if "id" in made:
            world.laws.treasure("entities", made["id"])
            file = await _file(world, made["id"], "notes.txt", ADMIN)
            world.laws.treasure("entities", file.get("id"))


async def _own_page(world: World, chance: random.Random) -> None:
    address = _some(world, chance, "wiki")
    if address and "/" not in address:
        path = _wiki_path(world, address).rsplit("/", 1)[0]
        body = {"title": f"Notes {chance.randint(0, 999)}", "markdown": "Mine.", "parentWikiId": world.known[address]}
        made = await world.somebody("POST", path, body)
        world.laws.treasure("wiki_pages", made.get("id"))


async def _own_queue(world: World, chance: random.Random) -> None:
    if "project.live" in world.known:
        body = {"name": f"Mine {chance.randint(0, 9999)}", "contentSource": world.known["project.live"]}
        made = await world.somebody("POST", "/evaluation", {**body, "status": "OPEN"})
        world.laws.treasure("evaluations", made.get("id"))


async def _fill_folder(world: World, chance: random.Random) -> None:
    """Somebody puts a file into a folder of ours: it may never go with it."""
    address = _some(world, chance, "folder")
    if address and address != "folder.logs":
        file = await _file(world, world.known[address], f"file-{chance.randint(0, 999)}.txt", ADMIN)
        world.laws.treasure("entities", file.get("id"))


async def _submit(world: World, chance: random.Random) -> None:
    """An administrator submits to a queue: it may never be deleted from now on."""
    address = _some(world, chance, "queue")
    if address and "project.live" in world.known:
        body = {"concreteType": "org.sagebionetworks.repo.model.Project", "name": f"Mine {chance.randint(0, 9999)}"}
        project = await world.somebody("POST", "/entity", body)
        if "id" not in project:
            return
        file = await _file(world, project["id"], "answer.csv", ADMIN)
        queue = world.known[address]
        sent = {"evaluationId": queue, "entityId": file.get("id"), "versionNumber": 1, "userId": world.id_of(ADMIN)}
        made = await world.somebody("POST", f"/evaluation/submission?etag={file.get('etag')}", sent)
        world.laws.treasure("submissions", made.get("id"))


async def _lose_ledger(world: World, _: random.Random) -> None:
    """Somebody deletes the ledger's file."""
    if "folder.ledger" in world.known:
        for row in world.rows("SELECT id FROM entities WHERE name = 'ledger.json'"):
            answer = await world.somebody("DELETE", f"/entity/syn{row['id']}")
            if "reason" not in answer:
                world.ledger_lost()


async def _older_site(world: World, _: random.Random) -> None:
    """The challenge takes over a project with a page, a folder and a queue with a quota instead of rounds."""
    body = {"concreteType": "org.sagebionetworks.repo.model.Project", "name": "The site of last year"}
    project = (await world.somebody("POST", "/entity", body, DEPLOYER)).get("id")
    if project is None:
        return
    folder = {"concreteType": "org.sagebionetworks.repo.model.Folder", "name": "Old results", "parentId": project}
    made = await world.somebody("POST", "/entity", folder, DEPLOYER)
    world.laws.treasure("entities", made["id"])
    old = world.challenge
    quota = {"firstRoundStart": "2027-03-03T17:00:00.000Z", "roundDurationMillis": 864000000, "numberOfRounds": 3}
    name = old.queues[0].name
    queue = {"name": name, "contentSource": project, "quota": {**quota, "submissionLimit": 4}}
    world.obstructed = True
    await world.somebody("POST", "/evaluation", queue, DEPLOYER)
    live = replace(old.projects[0], adopt=project)
    world.challenge = replace(old, projects=(live, *old.projects[1:]))


async def _others_team(world: World, _: random.Random) -> None:
    """Somebody else's team scores the first queue."""
    made = await world.somebody("POST", "/team", {"name": "Judges of the world"}, STRANGER)
    if "id" not in made:
        return
    world.laws.treasure("teams", made["id"])
    old = world.challenge
    first = replace(old.queues[0], access={**old.queues[0].access, "judges": "score"})
    changed = with_queues(old, (first, *old.queues[1:]))
    world.challenge = replace(changed, teams=(*old.teams, team("judges", use=str(made["id"]))))


async def _taken_name(world: World, chance: random.Random) -> None:
    """A stranger has the name of a queue or of a team."""
    body = {"concreteType": "org.sagebionetworks.repo.model.Project", "name": "Somebody else's"}
    project = (await world.somebody("POST", "/entity", body, STRANGER)).get("id")
    if chance.random() < 0.5:
        name = chance.choice(world.challenge.queues).name
        made = await world.somebody("POST", "/evaluation", {"name": name, "contentSource": project}, STRANGER)
        world.laws.treasure("evaluations", made.get("id"))
    else:
        made = await world.somebody("POST", "/team", {"name": world.challenge.teams[-1].name}, STRANGER)
        world.laws.treasure("teams", made.get("id"))
    world.obstructed = True


BEFORE: Final[Mapping[str, tuple[Deed, int]]] = {
    "an older site": (_older_site, 3),
    "a team of others": (_others_team, 2),
    "a name that is taken": (_taken_name, 1),
}
"""Name → what was done before the challenge was described, and how often."""

DEEDS: Final[Mapping[str, tuple[Deed, int]]] = {
    "accept invitations": (accept, 6),
    "upload the truths": (upload_truths, 2),
    "write a page": (_edit_page("text", "markdown"), 5),
    "retitle a page": (_edit_page("title", "title"), 2),
    "describe a queue": (_edit("queue", "/evaluation/{id}", "/evaluation/{id}", "description", "description"), 2),
    "rename a queue": (_edit("queue", "/evaluation/{id}", "/evaluation/{id}", "name", "name"), 1),
    "describe a team": (_edit("team", "/team/{id}", "/team", "description", "description"), 1),
    "describe a project": (_edit("project", "/entity/{id}", "/entity/{id}", "description", "description"), 2),
    "rename a folder": (_edit("folder", "/entity/{id}", "/entity/{id}", "name", "name"), 1),
    "change limits": (_limit_round, 3),
    "remove a round": (_remove_round, 2),
    "remove a page": (_remove_page, 2),
    "remove a folder": (_remove("folder", "/entity/{id}"), 2),
    "remove a view": (_remove("view", "/entity/{id}"), 1),
    "remove a link": (_remove("link", "/entity/{id}"), 1),
    "remove a queue": (_remove("queue", "/evaluation/{id}"), 1),
    "open a queue": (_open_queue, 3),
    "share a folder": (_share_folder, 3),
    "let a folder inherit": (_inherit, 1),
    "decline an invitation": (_decline, 1),
    "leave a team": (_leave, 1),
    "join a team": (_join, 1),
    "a folder of one's own": (_own_folder, 2),
    "a page of one's own": (_own_page, 2),
    "a queue of one's own": (_own_queue, 1),
    "put a file into a folder": (_fill_folder, 6),
    "submit": (_submit, 3),
    "lose the ledger": (_lose_ledger, 1),
}
"""Name → what somebody does, and how often."""
