"""What may be said of a thing that exists on Synapse for years: what guards it, what is left to the web."""

from __future__ import annotations

from challenge_spec.fields import Flag, Model


class Kept(Model):
    """Whether something may be deleted. The guard outlives the entry: it is remembered in the ledger."""

    protect: Flag | None = None
    """`true`: never deleted. `false`: may go, submissions or data in it included, with the consents for that."""
