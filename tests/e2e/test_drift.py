"""Whatever somebody removes or edits on Synapse, the next plan shows exactly that, and says who decides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from planner.plan import Action, Cause, Plan
from planner.planning import Options
from tests.e2e.rehearsal import DEPLOYER, Rehearsal, continued, rehearsal, shown, world

START = "2026-11-21T12:00:00+00:00"


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Rehearsal:
    """The quick start, applied."""
    with rehearsal("quickstart", tmp_path_factory.mktemp("once"), START) as one:
        one.apply()
        assert one.look().plan.empty
        return one


@pytest.fixture
def applied(once: Rehearsal, tmp_path: Path) -> Iterator[Rehearsal]:
    """The same on a sandbox of its own for each test."""
    with continued(once, tmp_path) as one:
        yield one


def restored(one: Rehearsal, before: object) -> None:
    """Apply again and hold that the world is what it was."""
    done = one.apply()
    assert all(receipt.complete for receipt in done.receipts), done.receipts
    look = one.look()
    assert look.plan.empty, shown(look)
    assert world(look) == before


def ids_of(one: Rehearsal) -> dict[str, str]:
    return dict(one.look().world.live.ids)


REMOVED: dict[str, tuple[str, set[str]]] = {
    "queue.writeups": ("/evaluation/{id}", {"acl.queue.writeups", "round.writeups/Round 1"}),
    "folder.logs": ("/entity/{id}", {"acl.folder.logs"}),
    "folder.data/training": ("/entity/{id}", {"acl.folder.data/training"}),
    "link.scoring": ("/entity/{id}", {"acl.link.scoring", "annotations.link.scoring"}),
    "view.dashboard": ("/entity/{id}", {"acl.view.dashboard"}),
    "team.testers": ("/team/{id}", {"acl.team.testers"}),
}
"""Address → how it is deleted, and what goes with it."""


@pytest.mark.parametrize("address", sorted(REMOVED))
def test_a_thing_that_was_removed_is_planned_and_made_again(applied: Rehearsal, address: str) -> None:
    before = world(applied.look())
    path, with_it = REMOVED[address]
    with applied.api() as api:
        assert api.delete(path.format(id=ids_of(applied)[address])).status_code == 204
    plan = applied.look().plan
    made = {item.address for item in plan.operations if item.action is Action.CREATE}
    assert made == {address, *with_it}
    assert {item.cause for item in plan.operations if item.address in made} == {Cause.SYNAPSE}
    restored(applied, before)


def test_a_round_that_was_removed_is_made_again(applied: Rehearsal) -> None:
    before, ids = world(applied.look()), ids_of(applied)
    queue, window = ids["queue.writeups"], ids["round.writeups/Round 1"]
    with applied.api() as api:
        assert api.delete(f"/evaluation/{queue}/round/{window}").status_code == 204
    (operation,) = applied.look().plan.operations
    assert (operation.address, operation.action) == ("round.writeups/Round 1", Action.CREATE)
    restored(applied, before)


def test_a_page_that_was_removed_is_made_again_and_what_links_to_it_follows(applied: Rehearsal) -> None:
    before, ids = world(applied.look()), ids_of(applied)
    with applied.api() as api:
        assert api.delete(f"/entity/{ids['project.staging']}/wiki/{ids['wiki.staging/rules']}").status_code == 200
    look = applied.look()
    made = {item.address for item in look.plan.operations if item.action is Action.CREATE}
    assert made == {"wiki.staging/rules"}
    changed = {item.address for item in look.plan.operations if item.action is Action.UPDATE}
    linking = {"order.staging", "wiki.staging", "wiki.staging/data", "wiki.staging/submit", "wiki.staging/rules"}
    assert changed <= linking, shown(look)
    restored(applied, before)


def test_a_file_that_nobody_declared_is_reported_and_left_alone(applied: Rehearsal) -> None:
    from synapseclient.models import Folder

    project = ids_of(applied)["project.live"]
    folder = Folder(name="Something else", parent_id=project).store(synapse_client=applied.client())
    plan = applied.look().plan
    assert plan.empty
    assert [item.name for item in plan.unmanaged] == ["Something else"]
    folder.delete(synapse_client=applied.client())


@dataclass(frozen=True)
class Edit:
    """What somebody does with the official client, what it touches, and whether apply puts it back by itself."""

    does: Callable[[Any, dict[str, str]], object]
    address: str
    field: str
    restored: bool


def share_queue(client: Any, ids: dict[str, str]) -> object:
    from synapseclient.models import Evaluation

    queue = Evaluation(id=ids["queue.leaderboard/prediction"])
    return queue.update_acl(ids["team.participants"], ["READ", "SUBMIT"], synapse_client=client)


def share_folder(client: Any, ids: dict[str, str]) -> object:
    from synapseclient.models import Folder

    folder = Folder(id=ids["folder.private-data"])
    return folder.set_permissions(ids["team.participants"], ["READ"], overwrite=True, synapse_client=client)


def rename_queue(client: Any, ids: dict[str, str]) -> object:
    from synapseclient.models import Evaluation

    queue = Evaluation(id=ids["queue.writeups"]).get(synapse_client=client)
    queue.description = "Edited on the web"
    return queue.store(synapse_client=client)


def edit_page(client: Any, ids: dict[str, str]) -> object:
    page = client.restGET(f"/entity/{ids['project.staging']}/wiki/{ids['wiki.staging/rules']}")
    import json

    page["markdown"] = "Edited on the web."
    return client.restPUT(f"/entity/{ids['project.staging']}/wiki/{page['id']}", json.dumps(page))


def retarget_workflow(client: Any, ids: dict[str, str]) -> object:
    from synapseclient.models import Annotations

    current = client.restGET(f"/entity/{ids['link.scoring']}/annotations2")
    edited = Annotations(id=current["id"], etag=current["etag"], annotations={"ROOT_TEMPLATE": ["other/workflow.cwl"]})
    return edited.store(synapse_client=client)


EDITS = {
    "a queue shared too early": Edit(
        share_queue, "acl.queue.leaderboard/prediction", "team.participants", restored=True
    ),
    "a truth shared": Edit(share_folder, "acl.folder.private-data", "team.participants", restored=True),
    "an entry point changed": Edit(retarget_workflow, "annotations.link.scoring", "ROOT_TEMPLATE", restored=True),
    "a queue described anew": Edit(rename_queue, "queue.writeups", "description", restored=False),
    "a page edited": Edit(edit_page, "wiki.staging/rules", "text", restored=False),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_with_the_official_client_is_seen_and_handled_by_policy(applied: Rehearsal, name: str) -> None:
    edit = EDITS[name]
    before = world(applied.look())
    edit.does(applied.client(), ids_of(applied))
    look = applied.look()
    if edit.restored:
        (operation,) = look.plan.operations
        assert (operation.address, operation.cause) == (edit.address, Cause.SYNAPSE)
        assert [look.plan.names.get(item.name, item.name) for item in operation.changes] == [edit.field]
        restored(applied, before)
        return
    assert look.plan.empty, shown(look)
    (drift,) = look.plan.drift
    assert (drift.address, [change.name for change in drift.changes]) == (edit.address, [edit.field])
    assert applied.apply().receipts == ()
    taking = replace(applied, options=Options(take_manifest=frozenset({edit.address})))
    assert [item.address for item in taking.look().plan.operations] == [edit.address]
    restored(taking, before)


def test_who_edited_a_page_is_said(applied: Rehearsal) -> None:
    before = world(applied.look())
    edit_page(applied.client(), ids_of(applied))
    plan: Plan = applied.look().plan
    assert plan.drift[0].modified_by == DEPLOYER
    assert plan.drift[0].modified_on is not None
    restored(replace(applied, options=Options(take_manifest=frozenset({"all"}))), before)


def test_losing_the_ledger_costs_causes_and_nothing_else(applied: Rehearsal) -> None:
    before = world(applied.look())
    with applied.api() as api:
        assert api.delete(f"/entity/{ids_of(applied)['folder.ledger']}").status_code == 204
    plan = applied.look().plan
    assert {item.address for item in plan.operations} == {"folder.ledger", "acl.folder.ledger"}
    restored(applied, before)


def test_a_ledger_whose_folder_got_another_name_is_found_and_no_second_one_made(applied: Rehearsal) -> None:
    before = world(applied.look())
    folder = ids_of(applied)["folder.ledger"]
    with applied.api() as api:
        renamed = api.get(f"/entity/{folder}").json() | {"name": "Please keep out"}
        assert api.put(f"/entity/{folder}", json=renamed).status_code == 200
    plan = applied.look().plan
    assert (plan.operations, [item.address for item in plan.drift]) == ((), ["folder.ledger"])
    restored(replace(applied, options=Options(take_manifest=frozenset({"all"}))), before)
    assert ids_of(applied)["folder.ledger"] == folder
