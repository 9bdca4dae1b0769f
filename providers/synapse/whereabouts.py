"""Which projects are this challenge's: those of the manifest's names, or, where a name has changed, of its key.

Anybody can write our key on a project of his own, put our participants' team on it and make us its administrator. What
he can't change is who made it. So a project of another name is taken for ours only where we are its administrators and
somebody made it whom the manifest trusts: this account, or one of its administrators.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from challenge_spec.resolving.names import project_name
from planner.applied import Applied
from planner.desired.projects import HOME_ANNOTATION
from planner.live import Me
from planner.references import Ref
from planner.resources import Desired, Kind
from providers.synapse.failures import Refused
from providers.synapse.kinds.annotations import challenge_key, values
from providers.synapse.kinds.entities import CONCRETE_TYPES, administers, bundle_of, child_id, is_staff
from providers.synapse.kinds.principals import alias_key, look_up, names_of
from providers.synapse.paging import by_offset
from providers.synapse.together import together
from providers.synapse.transport import Transport

Raw = Mapping[str, Any]

LIVE: Final = "project.live"
_ABSENT: Final = (400, 403, 404)
_NOT_OURS_TO_READ: Final = "the ledger can't be read: only administrators of the home project may"


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """home: id of the project that keeps the ledger, None where there is none that we know of.

    found: address → id of the projects that go by other names than the manifest's. lost: why the ledger is not to be
    had, or not to be believed. doubt: why a project that may be this challenge's is not taken for it. read: id → bundle
    of the home project, where it was read on the way.
    """

    home: str | None = None
    found: Mapping[str, str] = field(default_factory=dict)
    lost: str | None = None
    doubt: str | None = None
    read: Mapping[str, Raw] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Search:
    transport: Transport
    me: Me
    desired: Desired

    def bears_our_key(self, bundle: Raw) -> bool:
        return challenge_key(bundle["annotations"]) == self.desired.challenge

    def made_by_me(self, bundle: Raw) -> bool:
        return _maker(bundle) == self.me.id


async def find_projects(transport: Transport, me: Me, desired: Desired) -> Whereabouts:
    """Find the home project, and the live one where it has another name. Raises ProviderError, Refused."""
    search, home = _Search(transport, me, desired), desired.home
    if home in desired.given:
        return Whereabouts(desired.given[home])
    nothing = Whereabouts()
    try:
        named = await _named(search)
        if named is not None and search.bears_our_key(named):
            nothing = Whereabouts(lost=_NOT_OURS_TO_READ)
    except Refused as refused:
        if refused.status != 403:
            raise
        named, nothing = None, Whereabouts(lost=f"the ledger can't be read: {refused.reason}")
    if named is not None and (known := _by_name(search, named)) is not None:
        return known
    found = await _by_key(search)
    return nothing if found == Whereabouts() else found


async def _named(search: _Search) -> Raw | None:
    """The project that has the name of the home project."""
    wanted = search.desired.resources[search.desired.home]
    id_ = await child_id(search.transport, None, str(wanted.spec["name"]))
    return await _project(search.transport, id_) if id_ else None


async def _project(transport: Transport, id_: str) -> Raw | None:
    """A project that can be read; None where it is hidden, gone, in the trash can, or no project."""
    try:
        bundle = await bundle_of(transport, id_, Kind.PROJECT)
    except Refused as refused:
        if refused.status not in _ABSENT:
            raise
        return None
    return bundle if bundle["entity"]["concreteType"] == CONCRETE_TYPES[Kind.PROJECT] else None


def _by_name(search: _Search, bundle: Raw) -> Whereabouts | None:
    """What a project of the right name is; None where nothing but the name says that it is ours."""
    key, mine = challenge_key(bundle["annotations"]), search.made_by_me(bundle)
    if mine and key is None:
        return _home(bundle)
    if key != search.desired.challenge:
        return None
    if mine or administers(bundle):
        return _home(bundle)
    # A ledger tells which things are ours: whoever may not apply has no use for it, and a stranger may have written it.
    return Whereabouts(lost=_NOT_OURS_TO_READ) if is_staff(bundle) else None


def _home(bundle: Raw) -> Whereabouts:
    return Whereabouts(_id(bundle), read={_id(bundle): bundle})


async def _by_key(search: _Search) -> Whereabouts:
    """Look through everything of ours that leads to a project for one that bears the key of the challenge."""
    read = await together(*(_project(search.transport, id_) for id_ in await _candidates(search)))
    marked = [item for item in read if item is not None and search.bears_our_key(item) and administers(item)]
    trusted = await _trusted(search, marked)
    found = await _grouped(search, [item for item in marked if _maker(item) in trusted], trusted)
    if len(found) == 1:
        home, projects = found[0]
        lost = None if home else "the home project, which keeps the ledger, can't be found"
        return Whereabouts(home, _renamed(search, projects), lost)
    strangers = [item for item in marked if _maker(item) not in trusted]
    return Whereabouts(doubt=_several(found) if found else await _strange(search, strangers))


async def _candidates(search: _Search) -> tuple[str, ...]:
    """Ids of the projects of queues that we administer and challenges that we take part in, and of the manifest's own
    id or alias (contract 2.2, 4.1, 5.2).
    """
    if LIVE in search.desired.given:
        return (search.desired.given[LIVE],)
    challenges, queues, alias = await together(
        by_offset(search.transport, f"/challenge?participantId={search.me.id}"),
        by_offset(search.transport, "/evaluation?accessType=CHANGE_PERMISSIONS"),
        _of_alias(search),
    )
    listed = [*(item["projectId"] for item in challenges), *(item["contentSource"] for item in queues)]
    return tuple(dict.fromkeys((*alias, *(str(id_) for id_ in listed))))


async def _of_alias(search: _Search) -> tuple[str, ...]:
    live = search.desired.resources.get(LIVE)
    alias = live.spec.get("alias") if live else None
    if not alias:
        return ()
    try:
        return (str((await search.transport.get(f"/entity/alias/{alias}"))["id"]),)
    except Refused as refused:
        if refused.status not in _ABSENT:
            raise
        return ()


async def _trusted(search: _Search, marked: Iterable[Raw]) -> frozenset[str]:
    """Ids of this account and of the administrators that the manifest names, who are looked up if need be."""
    if all(search.made_by_me(item) for item in marked):
        return frozenset({search.me.id})
    members = (item for item in search.desired.of_kind(Kind.MEMBER) if item.spec["team"] == Ref("team.administrators"))
    people = [item.spec["person"].address for item in members if isinstance(item.spec["person"], Ref)]
    names = {search.desired.people[address] for address in people if address in search.desired.people}
    headers = await look_up(search.transport, names)
    known = (headers.get(alias_key(name)) for name in names)
    numbered = (address.removeprefix("principal.") for address in people if address.startswith("principal."))
    return frozenset({search.me.id, *numbered, *(str(item["ownerId"]) for item in known if item)})


_Group = tuple[str | None, dict[str, Raw]]
"""The id of a home project, and the projects of its challenge by address."""


async def _grouped(search: _Search, ours: Iterable[Raw], trusted: frozenset[str]) -> list[_Group]:
    """Live and staging projects that belong together: one group for each challenge."""
    groups: dict[str, _Group] = {}
    for projects in await together(*(_places(search, item, trusted) for item in ours)):
        home = projects.get(search.desired.home)
        key = _id(home) if home else _id(next(iter(projects.values()))) if projects else None
        if key is not None:
            before = groups.get(key, (None, {}))[1]
            groups[key] = (_id(home) if home else None, {**before, **projects})
    return list(groups.values())


async def _places(search: _Search, bundle: Raw, trusted: frozenset[str]) -> dict[str, Raw]:
    """Which of our projects this one is, with the staging project that it points at."""
    noted = values(bundle["annotations"], ("Status", HOME_ANNOTATION))
    if search.desired.home == LIVE:
        return {LIVE: bundle} if list(noted) == ["Status"] else {}
    if not noted:
        return {search.desired.home: bundle}
    staging = await _staging_of(search, bundle)
    sure = staging is not None and search.bears_our_key(staging) and administers(staging)
    beside = {search.desired.home: staging} if staging and sure and _maker(staging) in trusted else {}
    return {LIVE: bundle, **beside}


async def _staging_of(search: _Search, live: Raw) -> Raw | None:
    """The project that the live one names as home; before applies of ours wrote that down, the one of the usual
    name.
    """
    noted = values(live["annotations"], [HOME_ANNOTATION]).get(HOME_ANNOTATION)
    try:
        usual = project_name(str(live["entity"]["name"]), "staging")
        id_ = noted[0] if noted else await child_id(search.transport, None, usual)
    except Refused as refused:
        if refused.status not in _ABSENT:
            raise
        return None
    return await _project(search.transport, id_) if id_ else None


def _renamed(search: _Search, projects: Mapping[str, Raw]) -> dict[str, str]:
    """The projects whose names are not the manifest's."""
    wanted = search.desired.resources
    return {
        address: _id(bundle)
        for address, bundle in projects.items()
        if address in wanted and bundle["entity"]["name"] != wanted[address].spec["name"]
    }


def _several(found: Iterable[_Group]) -> str:
    named = [_called(next(iter(projects.values()))) for _, projects in found]
    return f"{' and '.join(named)} bear the key of this challenge, and none has the name that the manifest gives"


async def _strange(search: _Search, strangers: Iterable[Raw]) -> str | None:
    """A project that bears our key, made by somebody of whom the manifest says nothing."""
    first = next(iter(strangers), None)
    if first is None:
        return None
    maker = _maker(first)
    name = (await names_of(search.transport, [maker])).get(maker, f"user {maker}")
    return f"{_called(first)} bears the key of this challenge, but {name} made it, who is no administrator of it"


def checked(where: Whereabouts, applied: Applied) -> Whereabouts:
    """The same, in doubt where the ledger says that other projects are meant."""
    for address, id_ in _known(applied):
        if address in where.found and where.found[address] != id_:
            doubt = f"{where.found[address]} bears the key of this challenge, but its ledger knows {id_} as {address}"
            return Whereabouts(doubt=doubt)
    return where


def _known(applied: Applied) -> Iterator[tuple[str, str]]:
    return ((address, entry.id) for address, entry in applied.entries.items() if address.startswith("project."))


def _called(bundle: Raw) -> str:
    return f"{bundle['entity']['name']!r} ({_id(bundle)})"


def _id(bundle: Raw) -> str:
    return str(bundle["entity"]["id"])


def _maker(bundle: Raw) -> str:
    return str(bundle["entity"]["createdBy"])
