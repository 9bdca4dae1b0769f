"""Synapse's services, one module each; every module offers its ROUTES and its SCHEMA (both may be empty)."""

from __future__ import annotations

from collections.abc import Callable

from synapse_sandbox import restrictions
from synapse_sandbox.routing import Route
from synapse_sandbox.services import (
    activities,
    challenge_teams,
    challenges,
    columns,
    control,
    downloads,
    eligibility,
    entities,
    evaluation_access,
    evaluations,
    files,
    forums,
    invitations,
    jobs,
    login,
    memberships,
    messages,
    multipart,
    nodes,
    principals,
    profiles,
    rounds,
    submission_lists,
    submission_status,
    submissions,
    teams,
    views,
    wiki_order,
    wikis,
    wikis_v1,
)
from synapse_sandbox.settings import Settings
from synapse_sandbox.store import Store

ROUTES: tuple[Route, ...] = (
    *control.ROUTES,
    *login.ROUTES,
    *principals.ROUTES,
    *profiles.ROUTES,
    *entities.ROUTES,
    *files.ROUTES,
    *multipart.ROUTES,
    *downloads.ROUTES,
    *activities.ROUTES,
    *teams.ROUTES,
    *memberships.ROUTES,
    *invitations.ROUTES,
    *challenges.ROUTES,
    *challenge_teams.ROUTES,
    *evaluations.ROUTES,
    *evaluation_access.ROUTES,
    *rounds.ROUTES,
    *eligibility.ROUTES,
    *submissions.ROUTES,
    *submission_status.ROUTES,
    *submission_lists.ROUTES,
    *wikis.ROUTES,
    *wiki_order.ROUTES,
    *wikis_v1.ROUTES,
    *columns.ROUTES,
    *views.ROUTES,
    *messages.ROUTES,
    *forums.ROUTES,
)

SCHEMAS: tuple[str, ...] = (
    principals.SCHEMA,
    nodes.SCHEMA,
    files.SCHEMA,
    multipart.SCHEMA,
    activities.SCHEMA,
    restrictions.SCHEMA,
    teams.SCHEMA,
    invitations.SCHEMA,
    challenges.SCHEMA,
    challenge_teams.SCHEMA,
    evaluations.SCHEMA,
    rounds.SCHEMA,
    submissions.SCHEMA,
    submission_status.SCHEMA,
    wikis.SCHEMA,
    columns.SCHEMA,
    jobs.SCHEMA,
    views.SCHEMA,
    messages.SCHEMA,
    forums.SCHEMA,
)

# Rows that every Synapse has; carried out at each start, in this order, on a store that may have them already.
PREPARATIONS: tuple[Callable[[Store, int, Settings], None], ...] = (
    principals.prepare,
    nodes.prepare,
)
