"""Keys made from names: always keys, never twice the same."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from challenge_spec.fields import KEY_PATTERN
from challenge_spec.keys import LONGEST, key_from, unique
from planner.describe.keys import without


@given(st.text(max_size=200))
def test_whatever_the_name_the_key_is_one(name: str) -> None:
    key = key_from(name, "queue")
    assert re.fullmatch(KEY_PATTERN.strip("^$"), key)
    assert len(key) <= LONGEST


@given(st.lists(st.sampled_from(["a", "b", "x" * LONGEST]), max_size=30))
def test_no_key_is_given_twice(names: list[str]) -> None:
    taken: set[str] = set()
    for name in names:
        key = unique(name, taken)
        assert key not in taken
        taken.add(key)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Data & Leaderboard (v2)", "data-leaderboard-v2"),
        ("Überblick", "uberblick"),
        ("2. Phase", "queue-2-phase"),
        ("???", "queue"),
        ("日本", "queue"),
    ],
)
def test_keys_look_like_the_names(name: str, key: str) -> None:
    assert key_from(name, "queue") == key


@pytest.mark.parametrize(
    ("name", "rest"),
    [
        ("Odor Challenge Task 1", "Task 1"),
        ("odor challenge - final", "final"),
        ("Odor Challenge", "Odor Challenge"),
        ("Tox", "Tox"),
    ],
)
def test_the_challenges_own_name_is_left_out(name: str, rest: str) -> None:
    assert without(name, "Odor Challenge") == rest
