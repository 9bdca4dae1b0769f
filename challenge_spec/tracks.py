"""Who of those with access counts in a queue, and what was decided for somebody alone."""

from __future__ import annotations

from pydantic import Field

from challenge_spec.fields import Keys, Model, Principal, QueueKeys, Text
from challenge_spec.schedule import Run, When


class Eligibility(Model):
    """Whose submissions count. Synapse knows teams only; the workflow asks the rest, by the queue table."""

    member_of: Keys = ()
    """Teams: submitters must be in one of them, besides what `access` asks."""
    exclusive_with: QueueKeys = ()
    """Queues: whoever has submitted to one of them, for whichever sub-challenge, is not evaluated here."""
    needs_success_in: QueueKeys = ()
    """Queues: a submission to each of them, for the same sub-challenge, must have been accepted before."""
    ranked_with: QueueKeys = ()
    """Queues: only who has submitted there too is ranked; write-ups, for instance."""


class Exemption(Model):
    """An exception on record: what holds for one submitter alone, why, and until when."""

    who: Principal
    """A user name, a team of the manifest, or the number of a user or team."""
    why: Text
    """The reason, for the record."""
    until: When
    """When the exception ends."""
    what: Text | None = Field(default=None)
    """What was allowed, if it is nothing that `run` can say."""
    run: Run | None = None
    """What their submissions may use."""
