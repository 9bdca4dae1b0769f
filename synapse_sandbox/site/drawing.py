"""From what a page shows to HTML: the templates and what they may use."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from synapse_sandbox.site import moments
from synapse_sandbox.site.viewing import Viewer

if TYPE_CHECKING:
    from jinja2 import Environment

_KINDS: Final = {
    "dockerrepo": "Docker repository",
    "entityview": "view of files",
    "submissionview": "submission view",
    "datasetcollection": "collection of datasets",
    "materializedview": "materialized view",
    "virtualtable": "virtual table",
}


def drawn(template: str, *, viewer: Viewer, **context: Any) -> str:
    """A filled template. In it `link` makes addresses that keep the viewer, `now` is the sandbox clock."""
    return _environment().get_template(template).render(viewer=viewer, link=viewer.link, now=viewer.now, **context)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("synapse_sandbox.site"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "moment": moments.moment,
        "span": moments.span,
        "relative": moments.relative,
        "plural": plural,
        "kind": kind,
    }
    return environment


def kind(short: str) -> str:
    """What an entity is, in the words of the web site."""
    return _KINDS.get(short, short)


def plural(count: int, noun: str) -> str:
    """A number with its noun, as `1 team`, `2 teams`, `3 queries`."""
    if count == 1:
        return f"1 {noun}"
    return f"{count} {noun[:-1]}ies" if noun.endswith("y") else f"{count} {noun}s"
