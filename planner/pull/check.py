"""Whether edited files say what Synapse says, and nothing else has changed with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from planner.diff import wanted_spec
from planner.live import Live
from planner.pull.goals import Goal
from planner.references import Plain, Resolved
from planner.resources import Desired, Kind


def objections(
    before: Desired, after: Desired, live: Live, goals: Iterable[Goal], drifted: frozenset[str] = frozenset()
) -> list[str]:
    """Why an edit isn't the right one, in words; empty where it is.

    A field that changes though it is no goal must come to say what Synapse says; but pages of another site that show
    the same file follow, unless they are among those that drifted as well.
    """
    wanted = list(goals)
    return [*_missed(after, live, wanted), *dict.fromkeys(_others(before, after, live, wanted, drifted))]


def _missed(after: Desired, live: Live, goals: Iterable[Goal]) -> Iterator[str]:
    for goal in goals:
        if goal.field == "members":
            if _members(after, goal.address) != set(goal.value if isinstance(goal.value, tuple) else ()):
                yield f"the members of {goal.address} would still differ"
        elif _spec(after, goal.address, live).get(goal.field) != goal.value:
            yield f"the {goal.field} of {goal.address} would still differ from Synapse"


def _members(desired: Desired, team: str) -> set[Plain]:
    prefix = f"member.{team.split('.', 1)[1]}/"
    return {item.removeprefix(prefix) for item in desired.resources if item.startswith(prefix)}


def _others(
    before: Desired, after: Desired, live: Live, goals: Iterable[Goal], drifted: frozenset[str]
) -> Iterator[str]:
    teams = tuple(f"member.{goal.address.split('.', 1)[1]}/" for goal in goals if goal.field == "members")
    aims = {goal.address for goal in goals}
    twins = {_page(address) for address in aims if address.startswith("wiki.")}
    for address in {**before.resources, **after.resources}:
        old, new = before.resources.get(address), after.resources.get(address)
        if old == new or address.startswith(teams):
            continue
        if old is None or new is None:
            yield f"{address} would {'appear' if old is None else 'go'}"
            continue
        wrong = list(_changed(_spec(before, address, live), _spec(after, address, live), address, live))
        if new.kind is Kind.WIKI and address not in aims and _page(address) in twins:
            if wrong and address in drifted:
                yield f"{address} shows the same file, and was changed in another way; name the one that is to win"
        else:
            yield from (f"the {name} of {address} would change as well" for name in wrong)


def _changed(before: Mapping[str, Resolved], after: Mapping[str, Resolved], address: str, live: Live) -> Iterator[str]:
    """Fields that an edit changes to something else than what Synapse says."""
    found = live.resources.get(address)
    for name in {**before, **after}:
        differs = found is None or after.get(name) != found.spec.get(name)
        if before.get(name) != after.get(name) and differs:
            yield name


def _page(address: str) -> str:
    return address.partition("/")[2]


def _spec(desired: Desired, address: str, live: Live) -> Mapping[str, Resolved]:
    resource = desired.resources.get(address)
    return {} if resource is None else wanted_spec(resource, live.ids)
