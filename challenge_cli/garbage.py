"""When not to look for garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """For work that makes many small things which all stay: what it drops dies by itself, without cycles.

    Python would walk through all that was read and made so far again and again, looking for cycles: a third of the time
    at 50,000 resources, and the more of it the more there are.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
