"""The sandbox of the other tests."""

from tests.sandbox.conftest import api, organizer, participant, project, sandbox, unique

__all__ = ["api", "organizer", "participant", "project", "sandbox", "unique"]  # fixtures
