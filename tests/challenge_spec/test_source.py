"""YAML with positions: YAML 1.2 scalars left as text, hostile files refused with a place and a reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from challenge_spec.diagnostics import Position
from challenge_spec.fields import PlainText
from challenge_spec.source import MAX_BYTES, read_yaml


def codes(text: str | bytes) -> list[str]:
    data = text.encode() if isinstance(text, str) else text
    return [problem.code for problem in read_yaml(data, "challenge.yaml")[2]]


@pytest.mark.parametrize("text", ["2027-03-03", "1:30", "yes", "off", "0o14", "1_000", "1e3", "true", "12"])
def test_a_plain_scalar_stays_the_text_that_was_written(text: str) -> None:
    source, _, problems = read_yaml(f"key: {text}".encode(), "challenge.yaml")
    assert problems == []
    assert source.value == {"key": text}
    assert isinstance(source.value["key"], PlainText)


def test_a_quoted_scalar_is_no_plain_text() -> None:
    source, _, _ = read_yaml(b"key: '12'", "challenge.yaml")
    assert type(source.value["key"]) is str


def test_every_key_and_value_has_its_position() -> None:
    source, _, _ = read_yaml(b"teams:\n  judges: { use: 12 }\n", "x.yaml")
    assert source.key_at(("teams", "judges")) == Position("x.yaml", 2, 3, 6)
    assert source.at(("teams", "judges", "use")) == Position("x.yaml", 2, 18, 2)


def test_what_was_not_written_is_where_its_block_is() -> None:
    source, _, _ = read_yaml(b"teams:\n  judges: { use: 12 }\n", "x.yaml")
    assert source.key_at(("teams", "judges", "members", 3)) == source.key_at(("teams", "judges"))


def test_an_alias_repeats_a_value() -> None:
    source, _, problems = read_yaml(b"a: &x { b: c }\nd: *x\n", "x.yaml")
    assert (source.value, problems) == ({"a": {"b": "c"}, "d": {"b": "c"}}, [])


def test_a_bomb_of_aliases_is_refused() -> None:
    layers = [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 9)]
    assert codes("\n".join(["l0: &l0 [x]", *layers])) == ["yaml.too-many-values"]


def test_more_aliases_than_anybody_needs_are_refused() -> None:
    assert codes("a: &a x\nb: [" + ", ".join(["*a"] * 101) + "]") == ["yaml.too-many-aliases"]


@pytest.mark.parametrize("text", ["a: &a [*a]", "a: &a { b: *a }", "a: *nothing"])
def test_an_alias_of_itself_or_of_nothing_is_refused(text: str) -> None:
    assert codes(text) == ["yaml.unknown-alias"]


@pytest.mark.parametrize("text", ["[" * 100_000, "{a: " * 100_000, "- " * 100_000 + "x"])
def test_depth_is_bounded(text: str) -> None:
    assert codes("a: " + text if text[0] != "-" else "a:\n  " + text) == ["yaml.too-deep"]


def test_ten_megabytes_are_refused_unread() -> None:
    assert codes(b"a: " + b"x" * 10_000_000) == ["yaml.too-big"]


def test_two_mebibytes_are_not_too_big() -> None:
    assert codes(b"a: " + b"x" * (MAX_BYTES - 3)) == []


@pytest.mark.parametrize("data", [b"\xff\xfe", b"\x89PNG\r\n\x1a\n", b"a: \x80", bytes(range(256))])
def test_binary_is_not_text(data: bytes) -> None:
    assert codes(data) == ["yaml.not-text"]


@pytest.mark.parametrize("data", [b"a: \x00", b"a: \x01", b"a: \x1b[31m"])
def test_control_characters_are_not_text(data: bytes) -> None:
    assert codes(data) == ["yaml.not-text"]


@pytest.mark.parametrize(
    "tag", ["!!python/object/apply:os.system ['true']", "!!binary aGk=", "!!timestamp 2027-01-01", "!mine x", "! x"]
)
def test_tags_are_refused(tag: str) -> None:
    assert "yaml.tag" in codes(f"a: {tag}")


@pytest.mark.parametrize("text", ["", "   \n", "# only a comment\n"])
def test_an_empty_file_says_how_to_begin(text: str) -> None:
    assert codes(text) == ["yaml.empty"]


@pytest.mark.parametrize("text", ["- a\n- b", "just text", "12"])
def test_a_file_without_blocks_is_refused(text: str) -> None:
    assert codes(text) == ["yaml.no-block"]


@pytest.mark.parametrize(
    "text", ["a: [1, 2", 'a: "b', "a: b: c", "a:\n\t- b", "{", "a: b\n c: d", "%YAML 3.0\n---\na: 1"]
)
def test_broken_yaml_is_a_syntax_error_at_a_place_inside_the_file(text: str) -> None:
    problem = read_yaml(text.encode(), "x.yaml")[2][0]
    assert problem.code == "yaml.syntax"
    assert 1 <= problem.position.line <= len(text.splitlines())


def test_a_second_document_is_refused() -> None:
    assert codes("a: 1\n---\nb: 2") == ["yaml.several-documents"]


def test_a_key_said_twice_names_both_places() -> None:
    problem = read_yaml(b"a: 1\nb: 2\na: 3", "x.yaml")[2][0]
    assert (problem.position.line, problem.related[0][0].line) == (3, 1)


def test_the_first_of_two_values_of_a_key_keeps_its_position() -> None:
    source, _, _ = read_yaml(b"a: 1\na: 3", "x.yaml")
    assert source.at(("a",)).line == 1


@given(st.binary(max_size=300))
def test_no_bytes_make_a_traceback(data: bytes) -> None:
    source, _, problems = read_yaml(data, "x.yaml")
    assert isinstance(source.value, dict)
    assert all(problem.position.line >= 1 and problem.position.column >= 1 for problem in problems)


FRAGMENTS = st.sampled_from(
    [
        "a",
        ": ",
        "\n",
        "- ",
        "{",
        "}",
        "[",
        "]",
        "&x ",
        "*x",
        "!!str ",
        "'",
        '"',
        "|",
        ">",
        "#",
        "? ",
        "<<",
        "  ",
        ", ",
        "~",
    ]
)


@given(st.lists(FRAGMENTS, max_size=40).map("".join))
def test_no_heap_of_yaml_makes_a_traceback(text: str) -> None:
    _, _, problems = read_yaml(text.encode(), "x.yaml")
    assert all(1 <= problem.position.line <= text.count("\n") + 1 for problem in problems)


SCALARS = st.text("abc", min_size=1, max_size=3)
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(SCALARS, inner, max_size=3), max_leaves=12
)


def flow(value: object) -> str:
    """A tree as YAML in flow style."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    return str(value)


@given(st.dictionaries(SCALARS, TREES, max_size=3))
def test_what_is_written_is_what_is_read(tree: dict[str, object]) -> None:
    source, _, problems = read_yaml(flow(tree).encode(), "x.yaml")
    assert (source.value, problems) == (tree, [])
