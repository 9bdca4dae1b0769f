"""What the public sees: pages, views, the catalogue entry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from challenge_spec.columns import ColumnType
from challenge_spec.data import Shared
from challenge_spec.fields import Flag, Key, Model, Positive, QueueKey, SynId, Text, ViewAccess, or_number

AnnouncedStage = Literal["preregistration", "open", "closed", "concluded"]


class Wiki(Model):
    """The pages: Markdown files in a folder beside the manifest."""

    pages: Text | None = None
    """The folder."""
    staging: Text | None = None
    """Another folder, if the staging site has pages of its own; left out, it shows the same pages."""
    preregistration: Text | None = None
    """The one page that the live site shows before the launch."""
    publish: Literal["on-apply", "by-hand"] = "on-apply"
    """Whether page changes after the launch go live with an apply, or wait to be published by hand."""
    required: tuple[Text, ...] = ()
    """Pages that must be there, by their paths in the folder without suffix: `data`, `participate/overview`."""
    announcements: Mapping[AnnouncedStage, Text] = Field(default_factory=dict)
    """Drafts of the messages to send at a stage, `open: news/open.md`: apply writes them with every value filled in."""
    foreign: tuple[SynId, ...] = ()
    """Synapse ids of others that pages may mention; any other literal id is probably last year's."""


class ViewColumn(Model):
    """A column of a view; the type is known for Synapse's own columns and for metrics."""

    name: Text
    """A column of Synapse's, an annotation, or a metric."""
    type: ColumnType | None = None
    """Type of the column on Synapse: STRING, DOUBLE, INTEGER, ..."""
    size: Positive | None = None
    """The most characters, for types that ask for it."""


def _column(value: Any) -> Any:
    return {"name": value} if isinstance(value, (str, int)) else value


_COLUMN_AS_WRITTEN: Any = Annotated[str, Field(min_length=1)] | float | ViewColumn
NameOrColumn = Annotated[ViewColumn, BeforeValidator(_column, json_schema_input_type=_COLUMN_AS_WRITTEN)]


class View(Shared):
    """A submission view: a table of the submissions of some queues."""

    was: Key | None = None
    """Its key before it was renamed."""
    ignore: tuple[Literal["name", "columns"], ...] = ()
    """Left to the web: neither compared nor reported once it exists."""
    name: Text | None = None
    """What people see; unique on the project."""
    description: Text | None = None
    """What the table shows."""
    queues: tuple[QueueKey, ...] | None = None
    """Entries of `queues`, or single ones, `final/similarity`; left out: every queue."""
    access: ViewAccess | None = None
    """Who sees it besides organizers and administrators."""
    columns: tuple[NameOrColumn, ...] | None = None
    """Its columns, in order; withheld metrics can stand in none that participants see."""
    per: Literal["all", "round"] | None = None
    """One table of everything, or one for each round."""
    exists: Flag = True
    """`false`: this challenge does without the dashboard."""


class Organization(Model):
    """Somebody behind the challenge."""

    name: Text
    """Its name."""
    role: Literal["organizer", "data-contributor", "sponsor"]
    """What it does for the challenge."""
    url: Annotated[str, Field(pattern=r"^https?://")] | None = None
    """Its address."""


_SLUG = StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", min_length=3, max_length=60)
Slug = Annotated[str, or_number(_SLUG), _SLUG]


class Catalog(Model):
    """The entry in public catalogues of challenges."""

    headline: Annotated[Text, Field(max_length=80)] | None = None
    """One line of up to 80 characters."""
    description: Annotated[Text, Field(max_length=1000)] | None = None
    """What it is about; up to 1000 characters."""
    organizations: tuple[Organization, ...] = ()
    """Who is behind it."""
    incentives: tuple[Literal["monetary", "publication", "speaking_engagement", "other"], ...] = ()
    """What participants can win."""
    input_data_types: tuple[Text, ...] = ()
    """EDAM concepts."""
    operation: Text | None = None
    """One EDAM operation."""
    doi: Annotated[Text, Field(max_length=120)] | None = None
    """The DOI of its publication."""
    keywords: tuple[Text, ...] = ()
    """Words to be found by."""
    platform: Text = "synapse"
    """Where the challenge is held, if the catalogue knows another name for it."""
    slug: Slug | None = None
    """Its short name in the catalogue; left out: the challenge's key."""
