"""The sandbox's pages of every example: whoever looks, they fit a screen and a phone, load, and can be read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.rehearsal import DEPLOYER, rehearsal
from tests.sandbox.chromium import PHONE, WIDE, Scheme, chromium, new_window, wander

EXAMPLES = {
    "quickstart": "2027-01-05T12:00:00+00:00",
    "brats-2021": "2021-06-15T12:00:00+00:00",
    "lrgasp-2021": "2021-05-20T12:00:00+00:00",
    "beataml-2020": "2019-12-01T12:00:00+00:00",
    "olfactory-2025": "2025-04-20T12:00:00+00:00",
}


@pytest.mark.prove
@pytest.mark.parametrize("example", EXAMPLES)
def test_every_page_of_an_example_is_sound(example: str, tmp_path: Path, tool: Callable[[str], str]) -> None:
    looks: list[tuple[int, Scheme]] = [(PHONE, "dark"), (WIDE, "light")]
    with rehearsal(example, tmp_path, EXAMPLES[example]) as one:
        assert all(receipt.complete for receipt in one.apply().receipts)
        one.accept_invitations()
        # From here on Playwright has an event loop of its own in this thread.
        with chromium(tool("chromium")) as browser:
            for width, scheme in looks:
                window = new_window(browser, one.url, width, scheme)
                troubles = [(path, trouble) for path in wander(window, DEPLOYER) for trouble in window.look()]
                assert troubles == []
