"""What projects, folders, links and views have in common: how one is found, whose it is, and everything of it in one
request.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from planner.live import LiveResource
from planner.references import Plain
from planner.resources import Kind, Resource
from providers.synapse.failures import Refused
from providers.synapse.kinds.acls import read_acl
from providers.synapse.kinds.annotations import challenge_key, read_annotations
from providers.synapse.survey import Survey, instant
from providers.synapse.together import together
from providers.synapse.transport import Transport

Raw = Mapping[str, Any]
SpecOf = Callable[[Survey, Resource, Raw], dict[str, Plain]]

MODEL: Final = "org.sagebionetworks.repo.model."
CONCRETE_TYPES: Final[Mapping[Kind, str]] = {
    Kind.PROJECT: f"{MODEL}Project",
    Kind.FOLDER: f"{MODEL}Folder",
    Kind.LINK: f"{MODEL}FileEntity",
    Kind.VIEW: f"{MODEL}table.SubmissionView",
}

_PARTS: Final = {"includeEntity": True, "includeAnnotations": True, "includeAccessControlList": True}
_MORE_PARTS: Final[Mapping[Kind, dict[str, bool]]] = {
    Kind.PROJECT: {"includePermissions": True},
    Kind.LINK: {"includeFileHandles": True},
    Kind.VIEW: {"includeTableBundle": True},
}


async def read_entity(
    survey: Survey, resource: Resource, spec_of: SpecOf, parent: str | None, found: str | None
) -> None:
    """Find one wanted entity and record it with its ACL and annotations.

    found: its id where the list of its parent shows the name; else it is asked for by name, for a stranger's may be
    hidden.
    """
    told = survey.told(resource.address)
    if told is not None:
        bundle = await _bundle(survey, resource, told[0], told[1])
        if bundle is not None or resource.address in survey.unreadable:
            _record(survey, resource, bundle, told[1], spec_of)
            if bundle is not None and resource.kind is Kind.PROJECT:
                await _see_whether_free(survey, resource, bundle)
            return
    id_ = found or await _by_name(survey, resource, parent)
    if id_ is not None:
        bundle = await _bundle(survey, resource, id_, "name")
        _record(survey, resource, bundle, whose(survey, bundle) if bundle else "name", spec_of)


async def _see_whether_free(survey: Survey, resource: Resource, bundle: Raw) -> None:
    """Of a project that gets another name: see whether anybody has it already, anywhere on Synapse."""
    name = str(resource.spec["name"])
    if bundle["entity"]["name"] == name:
        return
    other = await _by_name(survey, resource, None)
    if other is not None:
        survey.taken[resource.address] = f"{other} has the name {name!r} already"


async def _by_name(survey: Survey, resource: Resource, parent: str | None) -> str | None:
    if parent is None and resource.kind is not Kind.PROJECT:
        return None
    name = str(resource.spec["name"])
    try:
        return await child_id(survey.transport, parent, name)
    except Refused as refused:
        if refused.status != 403:
            raise
        if "parent entity" in refused.reason:
            survey.forbid(resource.address, refused)
        else:
            survey.taken[resource.address] = f"somebody else has {name!r}, and you can't see it"
        return None


async def child_id(transport: Transport, parent: str | None, name: str) -> str | None:
    """The id of a child by its exact name (of a project, where `parent` is None). Raises Refused 403 where a stranger's
    is hidden (contract 2.6).
    """
    request = {"entityName": name} | ({"parentId": parent} if parent else {})
    try:
        return str((await transport.ask("/entity/child", request))["id"])
    except Refused as refused:
        if refused.status == 404:
            return None
        raise


async def bundle_of(transport: Transport, id_: str, kind: Kind) -> Raw:
    """Entity, annotations and own ACL in one request, with what else its kind needs."""
    answer: Raw = await transport.ask(f"/entity/{id_}/bundle2", {**_PARTS, **_MORE_PARTS.get(kind, {})})
    return answer


async def _bundle(survey: Survey, resource: Resource, id_: str, how: str) -> Raw | None:
    """Its bundle; None where it is gone or hidden (what the manifest names by id, and what is hidden, is recorded as
    unreadable).
    """
    try:
        bundle = survey.read.get(id_) or await bundle_of(survey.transport, id_, resource.kind)
    except Refused as refused:
        if refused.status not in (403, 404):
            raise
        if how == "manifest" or refused.status == 403:
            survey.forbid(resource.address, refused)
        return None
    if bundle["entity"]["concreteType"] != CONCRETE_TYPES[resource.kind]:
        other = bundle["entity"]["concreteType"].rsplit(".", 1)[-1]
        survey.taken[resource.address] = f"{id_} is a {other}, not a {resource.kind}"
        return None
    return bundle


def whose(survey: Survey, bundle: Raw) -> str:
    """How we know that an entity found by name is ours; of somebody else's, only the name agrees.

    Anybody can write our key on a project of his own, so it counts only for whom the project gives something to do.
    """
    key, creator = challenge_key(bundle["annotations"]), str(bundle["entity"]["createdBy"])
    if key == survey.desired.challenge and (creator == survey.me.id or is_staff(bundle)):
        return "key"
    ours = key is None and creator in (survey.me.id, survey.ids.get("deployer"))
    return "creator" if ours else "name"


def administers(bundle: Raw) -> bool:
    """Whether we may say who may do what on a project."""
    return bool(bundle["permissions"]["canChangePermissions"])


def is_staff(bundle: Raw) -> bool:
    """Whether we may do more on a project than read; what lies in a project has no say of its own."""
    may = bundle.get("permissions")
    return may is None or any(may[name] for name in ("canEdit", "canModerate", "canChangePermissions"))


def _record(survey: Survey, resource: Resource, bundle: Raw | None, how: str, spec_of: SpecOf) -> None:
    if bundle is None:
        return
    entity, address = bundle["entity"], resource.address
    survey.bundles[address] = bundle
    survey.add(
        LiveResource(
            address,
            resource.kind,
            entity["id"],
            spec_of(survey, resource, bundle),
            entity["etag"],
            entity,
            how,
            str(entity["modifiedBy"]),
            instant(entity["modifiedOn"]),
        )
    )
    read_acl(survey, address, bundle.get("accessControlList"))
    read_annotations(survey, address, bundle["annotations"])


async def read_given(survey: Survey) -> None:
    """See that entities of others that the manifest uses by id can be read."""
    used = {
        address: id_
        for address, id_ in survey.desired.given.items()
        if id_.startswith("syn") and not survey.wanted(address)
    }
    await together(*(_read_given(survey, address, id_) for address, id_ in used.items()))


async def _read_given(survey: Survey, address: str, id_: str) -> None:
    try:
        await survey.transport.get(f"/entity/{id_}")
    except Refused as refused:
        if refused.status not in (400, 403, 404):
            raise
        survey.forbid(address, refused)
