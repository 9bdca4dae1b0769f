"""Settings as the text of a `.env` file, and back, in the one spelling that all its readers agree on.

Orchestrator 1.5: LF ends, ASCII, one `KEY=value` per line; values with blanks stand in double quotes, others are bare.
"""

import re
from collections.abc import Mapping

_UNSAFE = re.compile(r"[^ -~]|[$\\`]")
_UNSAFE_BARE = re.compile(r"^\"|['#]")
_LINE = re.compile(r'(?P<name>[A-Z][A-Z0-9_]*)=(?:"(?P<quoted>[^"]*)"|(?P<bare>\S*))')


class EnvFileError(ValueError):
    """A value or a line that different readers would read differently; says where and why, never the value."""


def unwritable(value: str) -> str | None:
    """Why this value would be read differently by different readers, or None."""
    if _UNSAFE.search(value):
        return "only printable ASCII without `$`, backslash and backtick is read alike by every version of compose"
    if value != value.strip():
        return "blanks at either end are lost on the way"
    if " " in value:
        return 'a value with blanks is put in double quotes, so it must not contain `"`' if '"' in value else None
    return (
        "it must neither begin with a double quote nor contain a single one or `#`"
        if _UNSAFE_BARE.search(value)
        else None
    )


def render(settings: Mapping[str, str], heading: str) -> str:
    """The file's text. Raises EnvFileError on a value that `unwritable` objects to."""
    lines = [f"# {line}" for line in heading.splitlines()]
    lines += [_line(name, value) for name, value in settings.items()]
    return "".join(f"{line}\n" for line in lines)


def parse(text: str) -> dict[str, str]:
    """The settings in a file of this spelling. Raises EnvFileError on anything else, however usual elsewhere."""
    found: dict[str, str] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if line and not line.startswith("#"):
            name, value = _parse_line(number, line)
            if name in found:
                raise EnvFileError(f"line {number}: {name} is set a second time")
            found[name] = value
    return found


def _line(name: str, value: str) -> str:
    if reason := unwritable(value):
        raise EnvFileError(f"{name} can't be written: {reason}")
    return f'{name}="{value}"' if " " in value else f"{name}={value}"


def _parse_line(number: int, line: str) -> tuple[str, str]:
    match = _LINE.fullmatch(line)
    if match is None:
        raise EnvFileError(f"line {number}: not `KEY=value` on one line, with double quotes around a value with blanks")
    quoted, bare = match["quoted"], match["bare"]
    value = bare if quoted is None else quoted
    if reason := unwritable(value):
        raise EnvFileError(f"line {number}: {match['name']}: {reason}")
    return match["name"], value
