"""The three-way diff of one resource: which fields differ, who moved them, and who wins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from planner.applied import AppliedEntry, fingerprint
from planner.diff import Difference, compare, same
from planner.live import LiveResource
from planner.plan import Cause, FieldChange
from planner.references import UNKNOWN, Plain, Ref, Template, Value
from planner.resources import Kind, Resource

LONG = "long " * 100
IDS = {"team.participants": "7", "wiki.live": "10"}


def differing(
    kind: Kind,
    wanted: Mapping[str, Value],
    live: Mapping[str, Plain],
    applied: Mapping[str, Plain] | None,
    author: str | None = None,
) -> Difference:
    resource = Resource(f"{kind}.live", kind, wanted)
    found = LiveResource(resource.address, kind, "10", live, modified_by=author)
    entry = None if applied is None else AppliedEntry("10", applied)
    return compare(resource, found, entry, IDS, take_manifest=False, me="me")


MOVES: dict[str, tuple[Value, Plain, Plain, Cause]] = {
    "the manifest": ("new", "old", "old", Cause.MANIFEST),
    "Synapse": ("old", "new", "old", Cause.SYNAPSE),
    "both": ("new", "newer", "old", Cause.BOTH),
    "the manifest, to what is known only after apply": (
        Template(("see ", Ref("wiki.live/new"))),
        "old",
        "old",
        Cause.MANIFEST,
    ),
    "both, the manifest to what is known only after apply": (
        Template(("see ", Ref("wiki.live/new"))),
        "newer",
        "old",
        Cause.BOTH,
    ),
    "the manifest, where a long text is remembered by digest": ("new", LONG, fingerprint(LONG), Cause.MANIFEST),
}


@pytest.mark.parametrize("who", MOVES)
def test_the_last_apply_tells_who_moved(who: str) -> None:
    wanted, live, applied, cause = MOVES[who]
    difference = differing(Kind.WIKI, {"text": wanted}, {"text": live}, {"text": applied})
    assert [change.cause for change in (*difference.changes, *difference.kept)] == [cause]


def test_a_right_that_differs_is_one_change_and_one_that_nobody_wants_is_another() -> None:
    wanted: dict[str, Value] = {"team.participants": ("READ",), "8": ("READ",)}
    live: dict[str, Plain] = {"7": ("READ", "SUBMIT"), "8": ("READ",), "9": ("READ",)}
    difference = differing(Kind.ACL, wanted, live, None)
    assert [(change.name, change.before, change.after) for change in difference.changes] == [
        ("7", ("READ", "SUBMIT"), ("READ",)),
        ("9", ("READ",), None),
    ]


def test_annotations_that_are_not_ours_are_left_alone() -> None:
    wanted: dict[str, Value] = {"Status": ("Active",)}
    live: dict[str, Plain] = {"Status": ("Upcoming",), "Lab": ("theirs",)}
    assert [change.name for change in differing(Kind.ANNOTATIONS, wanted, live, None).changes] == ["Status"]


def test_where_synapse_wins_all_that_is_kept_is_what_synapse_says() -> None:
    wanted: dict[str, Value] = {"title": "New", "text": "new"}
    live: dict[str, Plain] = {"title": "Newer", "text": "newer"}
    difference = differing(Kind.WIKI, wanted, live, {"title": "Old", "text": "newer"})
    conceded = difference.conceded(Kind.WIKI)
    assert difference.conflict
    assert not conceded.conflict
    assert [(change.name, change.cause) for change in conceded.kept] == [("title", Cause.SYNAPSE)]
    assert [(change.name, change.cause) for change in conceded.changes] == [("text", Cause.MANIFEST)]


def test_where_synapse_wins_what_nobody_remembers_is_kept_too() -> None:
    difference = differing(Kind.WIKI, {"text": "new"}, {"text": "newer"}, None)
    (change,) = difference.changes
    assert difference.conceded(Kind.WIKI) == Difference((), (replace(change, cause=Cause.SYNAPSE),))


def test_what_is_known_only_after_apply_is_never_the_same() -> None:
    assert not same(UNKNOWN, UNKNOWN)
    assert not same(("7", UNKNOWN), ("7", UNKNOWN))
    assert same(("7", "8"), ("7", "8"))


def test_several_causes_are_told_as_both() -> None:
    one = FieldChange("title", "a", "b", Cause.MANIFEST)
    other = FieldChange("text", "a", "b", Cause.SYNAPSE)
    assert [Difference(changes, ()).cause for changes in ((one,), (other,), (one, other))] == [
        Cause.MANIFEST,
        Cause.SYNAPSE,
        Cause.BOTH,
    ]
