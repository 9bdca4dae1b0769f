"""Whatever a source says: it is converted into something that loads, or refused with a place; never a traceback."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from challenge_spec.converting.report import CannotConvert
from challenge_spec.converting.run import Converted
from tests.challenge_spec.converting.conversions import PATHS, converted, loaded

SOME = settings().max_examples // 10
"""Examples for each source: few every day, two hundred where more is looked for."""
HOSTILE: list[Any] = [
    *(None, True, 0, -1, 3.5, 10**30, 1, 2, 100000, 5, "1", "2"),
    *(
        "",
        " ",
        "x",
        "../../etc/passwd",
        "/etc/passwd",
        "a\0b",
        "\x1b[31m",
        "é ü ß",
        "日本語",
        "x" * 5000,
        "# a\n---\nb",
    ),
    *("{{ challenge.name }}", "${x}", "[x](y.md)", "TODO", "null", "tbd", "none", "yes", "NaN", "1e999", "asc"),
    *(
        "2027-02-30",
        "2027-03-03",
        "2027-03-03 09:00:00",
        "2027-03-03T09:00Z",
        "9999-12-31T23:59:59-12:00",
        "0001-01-01",
    ),
    *("Logs", "a/b/c", "index", "html", "pages/overview.md", "templates/description.html", "submitter", "ROW_ID"),
    *("eyJaaaaaaaaaaaa.eyJbbbbbbbbbbbb.cccc", "ghp_" + "a" * 36, "F1 (macro) @0.5"),
    *([], {}, [[]], [{}], [None], {"a": {"b": []}}, ["x", "x"]),
]


def source(name: str) -> Any:
    path = PATHS[name] if PATHS[name].is_file() else next(iter(sorted(PATHS[name].glob("*.[yj]*"))))
    return path, yaml.safe_load(path.read_text().replace("\t", " "))


DOCUMENTS = {name: source(name) for name in PATHS}


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*path, key)
        yield from places(item, (*path, key))


def changed(document: Any, changes: list[tuple[float, Any, str]]) -> Any:
    """The document with values exchanged, dropped, doubled or renamed, wherever the numbers point."""
    found = copy.deepcopy(document)
    for number, value, how in changes:
        every = list(places(found))
        if not every:
            return found
        *way, last = every[int(number * len(every)) % len(every)]
        parent = found
        for step in way:
            parent = parent[step]
        if how == "drop":
            del parent[last]
        elif how == "double" and isinstance(parent, list):
            parent.append(copy.deepcopy(parent[last]))
        elif how == "rename" and isinstance(parent, dict):
            parent[str(value)[:60]] = parent.pop(last)
        else:
            parent[last] = copy.deepcopy(value)
    return found


CHANGES = st.lists(
    st.tuples(
        st.floats(0, 0.999),
        st.one_of(st.sampled_from(HOSTILE), st.text(max_size=20)),
        st.sampled_from(["exchange", "exchange", "drop", "double", "rename"]),
    ),
    min_size=1,
    max_size=8,
)


def looks(text: str, path: Path, zone: str = "UTC") -> None:
    """Convert a text at a place, and look at what comes of it."""
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    found = outcome(path, zone)
    if isinstance(found, CannotConvert):
        assert all((found.where, found.what, found.mend))
        return
    result = loaded(found, path.parent / "out")
    errors = [(item.code, item.message) for item in result.diagnostics if item.severity == "error"]
    assert errors == [], found.files["challenge.yaml"]
    assert result.resolved is not None
    assert all(item.place.line >= 1 and item.why and item.instead for item in found.report.left)


def outcome(path: Path, zone: str) -> Converted | CannotConvert:
    try:
        return converted(path, zone=zone)
    except CannotConvert as problem:
        return problem


@pytest.fixture(scope="module", params=list(PATHS))
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """A copy of a source's folder, and the name of the source."""
    name: str = request.param
    original, _ = DOCUMENTS[name]
    folder = tmp_path_factory.mktemp("source")
    for file in original.parent.rglob("*"):
        if file.is_file():
            target = folder / file.relative_to(original.parent)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())
    return name, folder / original.name


@settings(max_examples=SOME)
@given(changes=CHANGES, zone=st.sampled_from(["UTC", "America/New_York"]))
def test_a_source_in_which_anything_was_changed(
    place: tuple[str, Path], changes: list[tuple[float, Any, str]], zone: str
) -> None:
    name, path = place
    document = changed(DOCUMENTS[name][1], changes)
    text = json.dumps(document) if path.suffix == ".json" else yaml.safe_dump(document, allow_unicode=True)
    looks(text, path, zone)


@settings(max_examples=SOME)
@given(cut=st.integers(0, 3000), noise=st.text(max_size=10))
def test_a_source_in_which_letters_were_lost_or_added(place: tuple[str, Path], cut: int, noise: str) -> None:
    name, path = place
    text = (DOCUMENTS[name][0]).read_text()
    at = cut % len(text)
    looks(text[:at] + noise + text[at + len(noise) :], path)


MARKUP = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *(
                    "<p>",
                    "</p>",
                    "<a href='x.html'>",
                    '<a href="terms.md">',
                    "</a>",
                    "<img src=gauge.png>",
                    "<a href='a'>" * 30,
                ),
                *("<img src='gauge.png'>", "<table><tr><td>", "<script>", "</script>", "<!--", "-->", "&lt;", "<", ">"),
                *(
                    "[a](",
                    "](b)",
                    "![",
                    ")",
                    "[x]: y.md\n",
                    "[a](#h)",
                    "[a](terms.md#none)",
                    "[a](gauge.png)",
                    "[a](<b c.md>)",
                ),
                *(
                    "[a](../north_truth.zip)",
                    "[![g](gauge.png)](terms.md)",
                    "https://www.synapse.org/#!Synapse:syn1/wiki/2",
                ),
                *("{{", "}}", "{{ teams.x.id }}", "\\{{", "${image?fileName=gauge.png}", "\\", "```\n", "`", "# H\n"),
                *("\n---\n", "\n\n", "\t"),
            ]
        ),
        st.text(max_size=12),
    ),
    max_size=25,
)


@settings(max_examples=2 * SOME)
@given(pieces=MARKUP, suffix=st.sampled_from(["md", "html"]))
def test_pages_in_which_anything_stands(pages: Path, pieces: list[str], suffix: str) -> None:
    (pages / f"any.{suffix}").write_text("".join(pieces), encoding="utf-8", errors="surrogatepass")
    looks(
        f"title: Pages\npages: [{{title: A, file: any.{suffix}}}, {{title: T, file: terms.md}}]",
        pages / "competition.yaml",
    )


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a page to link to, a picture to show, and a truth to keep back."""
    folder = tmp_path_factory.mktemp("pages")
    (folder / "terms.md").write_text("# H\n\nTerms.\n")
    (folder / "gauge.png").write_bytes(b"\x89PNG")
    return folder
