"""Files made to harm: no traceback, work in proportion to their size, and nothing read outside of the tree."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from challenge_spec.diagnostics import render
from challenge_spec.load import Loaded, load_challenge
from challenge_spec.validation import MAX_ERRORS
from tests.challenge_spec.broken import put
from tests.challenge_spec.sound import PAGES, SOUND

HEAD = b"manifest: 1\nchallenge: { key: big, name: Big, timezone: UTC }\n"
LAUGHS = b"a: &a [x, x, x, x, x, x, x, x, x]\n" + b"".join(
    b"%c: &%c [%s]\n" % (key, key, b", ".join([b"*%c" % (key - 1)] * 9)) for key in range(ord("b"), ord("j"))
)

HOSTILE = {
    "a billion laughs": (HEAD + LAUGHS, "yaml.too-many-values"),
    "brackets without end": (HEAD + b"a: " + b"[" * 100_000, "yaml.too-deep"),
    "braces without end": (HEAD + b"a: " + b"{a: " * 100_000, "yaml.too-deep"),
    "dashes without end": (HEAD + b"a:\n" + b"- " * 100_000, "yaml.too-deep"),
    "blocks without end": (HEAD + b"\n".join(b" " * n + b"a:" for n in range(300)), "yaml.too-deep"),
    "keys of keys": (HEAD + b"? " * 100_000, "yaml.too-deep"),
    "an anchor that holds itself": (HEAD + b"a: &a [*a, *a]\n", "yaml.unknown-alias"),
    "anchors that hold each other": (HEAD + b"a: &a { b: *b }\nb: &b { a: *a }\n", "yaml.unknown-alias"),
    "an object of Python": (HEAD + b"a: !!python/object/apply:os.system ['touch harm']\n", "yaml.tag"),
    "a module of Python": (HEAD + b"a: !!python/module:antigravity\n", "yaml.tag"),
    "a binary": (HEAD + b"a: !!binary aGFybQ==\n", "yaml.tag"),
    "a tag of its own": (b"%TAG ! tag:example.org,2027:\n---\n" + HEAD + b"a: !x y\n", "yaml.tag"),
    "merging": (HEAD + b"a: &a { b: c }\nd: { <<: *a }\n", "yaml.merge-key"),
    "a thousand of one key": (HEAD + b"a: 1\n" * 1000, "yaml.duplicate-key"),
    "a thousand documents": (HEAD + b"---\na: 1\n" * 1000, "yaml.several-documents"),
    "a scalar of a megabyte": (HEAD + b"a: " + b"x" * 1_000_000, "manifest.unknown-key"),
    "a key of a megabyte": (HEAD + b"x" * 1_000_000 + b": 1\n", "yaml.syntax"),
    "three megabytes": (HEAD + b"#" * 3_000_000, "file.too-big"),
    "a byte of nothing": (HEAD + b"a: b\0c\n", "yaml.not-text"),
    "UTF-16": ((HEAD + b"a: b\n").decode().encode("utf-16"), "yaml.not-text"),
    "UTF-32": ((HEAD + b"a: b\n").decode().encode("utf-32"), "yaml.not-text"),
    "half a character": (HEAD + b"a: \xc3\n", "yaml.not-text"),
    "half of a pair": (HEAD + b'a: "\\ud800"\n', "yaml.syntax"),
    "a number without end": (HEAD + b"timeline: { open: " + b"9" * 100_000 + b" }\n", "time.unreadable"),
    "an octal": (HEAD + b"orchestrators: { main: { max_concurrent: 0o17 } }\n", "manifest.not-a-count"),
    "a number with lines below": (HEAD + b"orchestrators: { main: { max_concurrent: 1_0 } }\n", "manifest.not-a-count"),
    "a number of another script": (
        HEAD + "orchestrators: { main: { max_concurrent: ٣ } }\n".encode(),
        "manifest.not-a-count",
    ),
    "comments that ignore": (HEAD + b"# challenge: ignore a\n" * 2000, "ignore.no-reason"),
}  # fmt: skip


@contextmanager
def steps() -> Iterator[Callable[[], int]]:
    """Count the calls of functions, our own and built-in ones, from here on."""
    counted = 0

    def count(_frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        yield lambda: counted
    finally:
        sys.setprofile(before)


def loaded(folder: Path, manifest: bytes) -> Loaded:
    return load_challenge(put(folder, {"challenge.yaml": manifest}))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_manifest_is_refused_in_bounded_steps(name: str, tmp_path: Path) -> None:
    text, code = HOSTILE[name]
    with steps() as counted:
        found = loaded(tmp_path, text)
        told = render(found.diagnostics[:MAX_ERRORS], found.files)
    assert code in {item.code for item in found.diagnostics}, told[:2000]
    assert counted() < 2_000_000
    assert not (tmp_path / "harm").exists()


def test_a_mark_at_the_beginning_is_no_part_of_the_text(tmp_path: Path) -> None:
    put(tmp_path, {**PAGES, "challenge.yaml": b"\xef\xbb\xbf" + SOUND.encode()})
    assert not load_challenge(tmp_path / "challenge.yaml").has_errors


REPEATED = (
    '[ ![ [a]( [a](b {{ {{a ${ ${a <!-- `` ~~~ ``` # \\ ( | > - <a <a_href= <img_src=" []( [a]:_ <YOUR_ '
    "<!--_challenge:_ignore_x"
).split()


@pytest.mark.parametrize("piece", [text.replace("_", " ") for text in REPEATED])
@pytest.mark.parametrize("end", ["", "\n"], ids=["in-a-line", "line-by-line"])
def test_twice_the_page_takes_at_most_twice_the_steps(piece: str, end: str, tmp_path: Path) -> None:
    counts = []
    for number in (300, 600):
        page = "## Format\n" + (piece + end) * number
        path = put(tmp_path / str(number), {**PAGES, "challenge.yaml": SOUND, "wiki/data.md": page})
        with steps() as counted:
            load_challenge(path)
        counts.append(counted())
    assert counts[1] < 2.2 * counts[0]


BLOCKS = st.sampled_from(
    "a: b|- c|&x|*x|!!str|!t|<<: *x|[|]|{|}|,|: |? |- |#|'|\"|> |\\||\n|\n  |\t|\0|\ufeff|---|...|%YAML 1.1|queues:"
    "|rounds:|manifest: 1|include: [a.yaml]|tbd|open|2027-03-03|6 GB|null|~|true|1e999|\u2028|\x85|\U0001f600".split(
        "|"
    )
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(BLOCKS, max_size=40))
def test_no_pieces_of_yaml_put_together_make_a_traceback(tmp_path: Path, pieces: list[str]) -> None:
    found = loaded(tmp_path, "".join(pieces).encode())
    assert found.resolved is not None or found.has_errors
    assert render(found.diagnostics, found.files)


LINES = SOUND.splitlines(keepends=True)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(0, len(LINES) - 1), st.integers(0, len(LINES) - 1), st.integers(0, 8)), max_size=5)
)
def test_no_shuffling_of_lines_makes_a_traceback(tmp_path: Path, moves: list[tuple[int, int, int]]) -> None:
    lines = list(LINES)
    for source, target, indent in moves:
        lines.insert(target, " " * indent + lines.pop(source).lstrip())
    put(tmp_path, {**PAGES, "challenge.yaml": "".join(lines)})
    found = load_challenge(tmp_path / "challenge.yaml")
    assert found.resolved is not None or found.has_errors


# Nothing outside

OPENED: list[str] = []
WATCHING = [False]


def watch(event: str, arguments: tuple[Any, ...]) -> None:
    if WATCHING[0] and event in ("open", "os.scandir", "os.listdir") and isinstance(arguments[0], (str, bytes)):
        OPENED.append(os.fsdecode(arguments[0]))


@pytest.fixture(scope="module", autouse=True)
def watched() -> None:
    """A hook that stays for the life of the process, and is silent except where a test asks."""
    sys.addaudithook(watch)


def opened_by(action: Callable[[], object]) -> list[str]:
    OPENED.clear()
    WATCHING[0] = True
    try:
        action()
    finally:
        WATCHING[0] = False
    return list(OPENED)


OUTSIDE = (
    "../secret.yaml",
    "../secret.md",
    "../secret.png",
    "/etc/passwd",
    "../../../../../../etc/passwd",
    "~/x",
    "file:///etc/passwd",
)


@pytest.mark.parametrize("way", ["named", "linked", "linked-folder"])
@pytest.mark.parametrize("outside", OUTSIDE)
def test_nothing_outside_of_the_tree_is_opened(way: str, outside: str, tmp_path: Path) -> None:
    repo = tmp_path / "repo"
    put(tmp_path, {"secret.yaml": "teams: {}\n", "secret.md": "# Secret\n", "secret.png": "x"})
    target = {"named": outside, "linked": "way", "linked-folder": "way/secret.yaml"}[way]
    page = f"---\nfiles: [{target}]\n---\n## Format\n[a]({target}) ![b]({target})\n[c]: {target}\n"
    text = SOUND.replace("manifest: 1", f"manifest: 1\ninclude: ['{target}', '../*.yaml']").replace(
        "preregistration: preregistration.md", f"preregistration: '{target}'"
    )
    manifest = put(repo, {**PAGES, "challenge.yaml": text, "wiki/data.md": page, "nav.yaml": "pages: []\n"})
    if way != "named":
        for place in (repo, repo / "wiki"):
            (place / "way").symlink_to(tmp_path if way == "linked-folder" else tmp_path / outside)
        (repo / "wiki/nav.yaml").symlink_to(tmp_path / "secret.yaml")
        (repo / "wiki/more").symlink_to(tmp_path, target_is_directory=True)
        (repo / "wiki/more.md").symlink_to(tmp_path / "secret.md")
    opened = opened_by(lambda: load_challenge(manifest))
    assert str(manifest) in opened, "the watch sees what is opened"
    strangers = {path for path in opened if not Path(path).resolve().is_relative_to(repo)}
    assert {path for path in strangers if not path.startswith((sys.prefix, sys.base_prefix))} <= {"/usr/share/zoneinfo"}
