"""People: teams, what is asked of them before they get in, approvals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from challenge_spec.fields import Flag, Key, Keys, Model, NumericId, Principal, Prose, TeamGrant, Text
from challenge_spec.keeping import Kept

STANDARD_TEAMS = ("participants", "organizers", "administrators", "preregistrants", "testers")
STAFF_TEAMS = ("organizers", "administrators")
EVERYBODY = ("public", "signed-in")
"""Who can be given access without being a team: anybody at all, and any signed-in user."""


Join = Literal["open", "request", "invitation"]


class Team(Kept):
    """A team on Synapse. The standard ones exist unlisted."""

    name: Text | None = None
    """What people see; by default the challenge's name and the key."""
    exists: Flag = True
    """`false`: this challenge does without a standard team."""
    description: Prose | None = None
    """What the team is for, shown on its page."""
    members: tuple[Principal, ...] = ()
    """User names to invite; Synapse lets nobody be added without being asked."""
    join: Join | None = None
    """How people get in: by a click, by a request that is granted, by invitation only."""
    join_at: Mapping[Literal["draft", "preregistration", "open", "closed", "concluded"], Join] = Field(
        default_factory=dict
    )
    """Stages at which people get in otherwise than the table of stages says."""
    requires: Keys = ()
    """Requirements to meet before joining."""
    grants: Mapping[Principal, TeamGrant] = Field(default_factory=dict)
    """Further rights on the team itself, beyond what the stage gives."""
    was: Key | None = None
    """Its key before it was renamed."""
    ignore: tuple[Literal["name", "description"], ...] = ()
    """Left to the web: neither compared nor reported once it exists."""
    adopt: NumericId | None = None
    """An existing team that is ours from now on."""
    use: NumericId | None = None
    """Somebody else's team: read, never changed."""


class Requirement(Model):
    """Something people must do before they get in. Access requirements are made by Synapse's ACT only."""

    kind: Literal["clickwrap", "act", "external"]
    """clickwrap: terms to accept; act: a review by the ACT; external: a form elsewhere."""
    description: Text | None = None
    """What is asked, in words."""
    url: Annotated[str, Field(pattern=r"^https?://")] | None = None
    """Where an external form is."""
    grants: Key | None = None
    """The team that those who meet an external requirement are invited to."""
    use: NumericId | None = None
    """The number of the access requirement once the ACT has made it."""


class Governance(Model):
    """What Synapse's governance must know about the data."""

    human_data: Flag | None = None
    """Whether there is data about people; never assumed, asked for at launch."""
    sensitive: Flag = False
    """Whether participants may not see the data, and logs may give them away."""
    ticket: Text | None = None
    """Reference of the conversation with the ACT."""


class Approved(Model):
    """That an approval was given."""

    by: Principal
    """Who approved."""
    evidence: Text | None = None
    """A link or reference to what was signed or said."""


class Approval(Model):
    """Somebody's consent without which there is no launch."""

    evidence: Literal["required", "optional"] = "optional"
    """Whether an approval must come with a link or reference."""
    by: Key = "administrators"
    """The team whose member approves."""
    description: Text | None = None
    """What is approved."""
    approved: Approved | None = None
    """The approval, once it is given."""


class Launch(Model):
    """What the launch waits for beyond the gates that look at Synapse."""

    approvals: Mapping[Key, Approval] = Field(default_factory=dict)
    """Consents without which there is no launch, by a name of your choice."""
