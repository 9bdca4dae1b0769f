"""Teams of the organizer, and what holds for every team."""

from __future__ import annotations

import pytest

from tests.sandbox.making import Client, Json, Names, make_team

MANAGER = {"READ", "SEND_MESSAGE", "UPDATE", "DELETE", "TEAM_MEMBERSHIP_UPDATE"}
MEMBER = {"READ", "SEND_MESSAGE"}
STALE = "Use profile was updated since you last fetched it, retrieve it again and reapply the update."


@pytest.fixture
def team(organizer: Client, unique: Names) -> Json:
    """A team that one may ask to join."""
    return make_team(organizer, unique("team"), description="for a test")


@pytest.fixture
def open_team(organizer: Client, unique: Names) -> Json:
    """A team that anybody may join."""
    return make_team(organizer, unique("open"), canPublicJoin=True)
