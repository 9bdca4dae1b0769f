"""The one spelling of a `.env` file that all its readers agree on (orchestrator 1.5)."""

import pytest

from providers.orchestrator.env_file import EnvFileError, parse, render, unwritable

GUIDES_SAMPLE = """EVALUATION_TEMPLATES={
  "9614045": "syn123",
  "9614046": "syn123"
}
"""


def test_values_are_bare_and_blanks_are_quoted() -> None:
    settings = {"A": '{"1":"syn2"}', "B": "--x 1 --y 2", "C": ""}
    assert render(settings, "Heading\nof two") == '# Heading\n# of two\nA={"1":"syn2"}\nB="--x 1 --y 2"\nC=\n'


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("$HOME", id="expanded by compose 2"),
        pytest.param("a${HOME}", id="expanded by both"),
        pytest.param("a\\b", id="an escape for some"),
        pytest.param("`id`", id="run by a shell"),
        pytest.param('say "a b"', id="bare quotes within quotes"),
        pytest.param('"quoted"', id="quotes are stripped"),
        pytest.param("it's", id="a shell waits for the other one"),
        pytest.param("a#b", id="almost a comment"),
        pytest.param(" a", id="blank in front"),
        pytest.param("a ", id="blank behind"),
        pytest.param("a\nb", id="two lines"),
        pytest.param("a\r", id="carriage return"),
        pytest.param("é", id="not ASCII"),
    ],
)
def test_what_readers_disagree_on_is_refused(value: str) -> None:
    assert unwritable(value)
    with pytest.raises(EnvFileError, match=r"^NAME can't be written: "):
        render({"NAME": value}, "")


@pytest.mark.parametrize("text", ["NAME=se$cret", "NAME='se$cret'", "NAME=se$cret and more"])
def test_a_refusal_does_not_repeat_the_value(text: str) -> None:
    with pytest.raises(EnvFileError) as refused:
        parse(text)
    assert "cret" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param(GUIDES_SAMPLE, 2, id="the guide's sample on several lines"),
        pytest.param("A=1\nexport B=2\n", 2, id="export"),
        pytest.param("A = 1\n", 1, id="blanks around the sign"),
        pytest.param("A=a b\n", 1, id="bare value with a blank"),
        pytest.param("A=1 # why\n", 1, id="comment behind"),
        pytest.param("A='1'\n", 1, id="single quotes"),
        pytest.param('A="{"1":"2"}"\n', 1, id="bare quotes within quotes"),
        pytest.param("A=1\r\n", 1, id="CRLF"),
        pytest.param("# fine\n\nA=1\nA=2\n", 4, id="said twice"),
    ],
)
def test_any_other_spelling_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(EnvFileError, match=rf"^line {line}: "):
        parse(text)
