"""What the ledger says is ours and the manifest no longer names: whether it is still there, and what is in it.

Found by the id in the ledger, one request each. Nothing below Logs is ever looked at.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from planner.applied import AppliedEntry
from planner.live import LiveResource
from planner.pruning import NOT_PRUNED, UNTOUCHED, named_owner
from planner.references import Plain
from planner.resources import ENTITY_KINDS, Kind, acl_address, owner_of
from providers.synapse.failures import Refused
from providers.synapse.kinds.acls import entries_of
from providers.synapse.kinds.folders_and_links import children
from providers.synapse.kinds.queues import count_submissions, queue_spec
from providers.synapse.kinds.rounds import round_spec
from providers.synapse.kinds.teams import team_spec
from providers.synapse.kinds.wikis import read_trees_of_dropped
from providers.synapse.survey import Survey, instant
from providers.synapse.together import together

Raw: TypeAlias = Mapping[str, Any]
_ABSENT: Final = (400, 404)
"""What a damaged entry leads to is nowhere, too."""
Find: TypeAlias = Callable[[Survey, str, AppliedEntry], Awaitable[LiveResource | None]]


async def read_dropped(survey: Survey) -> None:
    """Look for everything that the ledger knows and nobody wants, and what is in it, or below it."""
    dropped = {
        address: entry for address, entry in survey.applied.entries.items() if _is_dropped(survey, address, entry)
    }
    looked_for = [address for address in dropped if named_owner(address) not in dropped]
    await together(*(_look(survey, address, dropped[address]) for address in looked_for))
    inside = (_count(survey, item) for item in survey.dropped.values())
    await together(read_trees_of_dropped(survey), *inside)
    counted = survey.counted | set(_losing_time(survey))
    await together(*(_count_wanted(survey, address) for address in sorted(counted)))


def _is_dropped(survey: Survey, address: str, entry: AppliedEntry) -> bool:
    """Whether an entry of the ledger is nobody's any more: not wanted, not given to others, not under another name."""
    kind = _kind(address)
    return (
        not survey.wanted(address)
        and address not in UNTOUCHED
        and kind not in NOT_PRUNED
        and entry.id not in survey.desired.given.values()
        and not any(_is_same(item, kind, entry) for item in survey.resources.values())
    )


def _kind(address: str) -> Kind:
    return Kind(address.partition(".")[0])


def _is_same(item: LiveResource, kind: Kind, entry: AppliedEntry) -> bool:
    if kind is Kind.MEMBER:
        return item.kind is kind and item.spec == entry.fields
    return item.kind is kind and item.id == entry.id


async def _look(survey: Survey, address: str, entry: AppliedEntry) -> None:
    try:
        found = await _FIND[_kind(address)](survey, address, entry)
    except Refused as refused:
        if refused.status == 403:
            survey.forbid(address, refused)
        elif refused.status not in _ABSENT:
            raise
        return
    if found is not None:
        survey.dropped[address] = found
        survey.ids[address] = found.id
        if found.modified_by:
            survey.principals.add(found.modified_by)


async def _entity(survey: Survey, address: str, entry: AppliedEntry) -> LiveResource:
    raw: Raw = await survey.transport.get(f"/entity/{entry.id}")
    spec: dict[str, Plain] = {"name": raw["name"], "parent": raw["parentId"]}
    if _kind(address) is Kind.VIEW:
        spec |= {"scope": tuple(raw.get("scopeIds", ())), "columns": tuple(raw.get("columnIds", ()))}
    if acl_address(address) in survey.applied.entries and not await _has_own_list(survey, entry.id):
        survey.bare.add(address)
    return _found(address, entry.id, spec, raw)


async def _has_own_list(survey: Survey, id_: str) -> bool:
    """Whether an entity that an apply closed still has an access list of its own (contract 2.9: 404 without one)."""
    try:
        await survey.transport.get(f"/entity/{id_}/acl")
    except Refused as refused:
        if refused.status != 404:
            raise
        return False
    return True


async def _queue(survey: Survey, address: str, entry: AppliedEntry) -> LiveResource:
    raw: Raw = await survey.transport.get(f"/evaluation/{entry.id}")
    return _found(address, entry.id, queue_spec(raw), raw)


async def _round(survey: Survey, address: str, entry: AppliedEntry) -> LiveResource:
    raw: Raw = await survey.transport.get(f"/evaluation/{entry.fields.get('queue')}/round/{entry.id}")
    return _found(address, entry.id, round_spec(raw), raw)


async def _team(survey: Survey, address: str, entry: AppliedEntry) -> LiveResource:
    raw: Raw = await survey.transport.get(f"/team/{entry.id}")
    return _found(address, entry.id, team_spec(raw), raw)


async def _member(survey: Survey, address: str, entry: AppliedEntry) -> LiveResource | None:
    """A person who is in a team still, or invited still."""
    path = f"/team/{entry.fields.get('team')}/member/{entry.fields.get('person')}/membershipStatus"
    status: Raw = await survey.transport.get(path)
    if not (status.get("isMember") or status.get("hasOpenInvitation")):
        return None
    return LiveResource(address, Kind.MEMBER, entry.id, entry.fields, None, {}, "ledger")


async def _page(survey: Survey, address: str, entry: AppliedEntry) -> LiveResource:
    owner = entry.fields.get("owner")
    raw: Raw = await survey.transport.get(f"/entity/{owner}/wiki/{entry.id}")
    text = raw.get("markdown", "").replace("\r\n", "\n")
    spec = {"owner": owner, "parent": raw.get("parentWikiId"), "title": raw.get("title", ""), "text": text}
    return _found(address, entry.id, spec, raw)


async def _acl(survey: Survey, address: str, entry: AppliedEntry) -> LiveResource | None:
    """An access list of its own that an entity shall do without; queues and teams always have one."""
    owner = survey.resources.get(owner_of(address))
    if owner is None or owner.kind not in ENTITY_KINDS:
        return None
    raw: Raw = await survey.transport.get(f"/entity/{entry.id}/acl")
    access = entries_of(raw)
    survey.principals |= access.keys()
    return LiveResource(address, Kind.ACL, entry.id, access, raw["etag"], raw, "ledger")


_FIND: Final[Mapping[Kind, Find]] = {
    Kind.FOLDER: _entity,
    Kind.LINK: _entity,
    Kind.VIEW: _entity,
    Kind.QUEUE: _queue,
    Kind.ROUND: _round,
    Kind.TEAM: _team,
    Kind.MEMBER: _member,
    Kind.WIKI: _page,
    Kind.ACL: _acl,
}


def _found(address: str, id_: str, spec: Mapping[str, Plain], raw: Raw) -> LiveResource:
    by, on = raw.get("modifiedBy"), instant(raw.get("modifiedOn"))
    return LiveResource(
        address, _kind(address), id_, spec, raw["etag"], raw, "ledger", None if by is None else str(by), on
    )


async def _count(survey: Survey, item: LiveResource) -> None:
    """How much would be lost with a queue or a folder."""
    if item.kind is Kind.QUEUE:
        survey.submissions[item.address] = await count_submissions(survey.transport, item.id)
    elif item.kind is Kind.FOLDER:
        known = {entry.id for entry in survey.applied.entries.values()}
        inside = await children(survey.transport, item.id)
        survey.contents[item.address] = sum(child["id"] not in known for child in inside)


def _losing_time(survey: Survey) -> Iterator[str]:
    """Queues with a round that ends, or begins later, than people were told, or goes."""
    for address, item in survey.dropped.items():
        if item.kind is Kind.ROUND and (queue := named_owner(address)):
            yield queue
    for resource in survey.of_kind(Kind.ROUND):
        found = survey.resources.get(resource.address)
        if found is not None and _is_longer(found.spec, resource.spec):
            yield str(named_owner(resource.address))


def _is_longer(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return bool(found["start"] < wanted["start"] or found["end"] > wanted["end"])


async def _count_wanted(survey: Survey, address: str) -> None:
    item = survey.resources.get(address)
    if item is not None and address not in survey.submissions:
        await _count(survey, item)
