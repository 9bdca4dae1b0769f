"""Synapse's services, one module each; every module offers its ROUTES and its SCHEMA (both may be empty)."""

from __future__ import annotations

from collections.abc import Callable

from synapse_sandbox.routing import Route
from synapse_sandbox.services import activities, control, entities, files, login, nodes, principals, profiles
from synapse_sandbox.settings import Settings
from synapse_sandbox.store import Store

ROUTES: tuple[Route, ...] = (
    *control.ROUTES,
    *login.ROUTES,
    *principals.ROUTES,
    *profiles.ROUTES,
    *entities.ROUTES,
    *files.ROUTES,
    *activities.ROUTES,
)

SCHEMAS: tuple[str, ...] = (
    principals.SCHEMA,
    nodes.SCHEMA,
    files.SCHEMA,
    activities.SCHEMA,
)

# Rows that every Synapse has; carried out at each start, in this order, on a store that may have them already.
PREPARATIONS: tuple[Callable[[Store, int, Settings], None], ...] = (
    principals.prepare,
    nodes.prepare,
)
