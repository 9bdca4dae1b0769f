"""Field types that every block of the manifest shares.

Scalars arrive as the text an organizer wrote (YAML 1.2 core schema); the field decides what the text means. A plain
scalar is a `PlainText`, a quoted one a `str`, so that `"3"` is text and `3` a number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Annotated, Any, Literal, LiteralString, get_args

from annotated_types import Ge
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ModelWrapValidatorHandler,
    PlainSerializer,
    PlainValidator,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError


class PlainText(str):
    """The text of a scalar that was written without quotes."""

    __slots__ = ()


class Model(BaseModel):
    """A block of the manifest: frozen; an unknown key is an error that knows the keys that would have been right."""

    # Building is deferred: the validators of all blocks are built once, as parts of the manifest's.
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, defer_build=True)

    @model_validator(mode="wrap")
    @classmethod
    def _name_the_known_keys(cls, data: Any, handler: ModelWrapValidatorHandler[Any]) -> Any:
        if not isinstance(data, (Mapping, cls)):
            raise PydanticCustomError("block", "this must be a block of keys", {"known": cls.keys()})
        try:
            return handler(data)
        except ValidationError as error:
            details = [_with_known_keys(item, cls.keys()) for item in error.errors(include_url=False)]
            raise ValidationError.from_exception_data(error.title, details) from None

    @classmethod
    def keys(cls) -> list[str]:
        """The keys that may be written in this block."""
        return [field.alias or name for name, field in cls.model_fields.items()]


def _with_known_keys(item: Any, known: list[str]) -> InitErrorDetails:
    """The same error, with what a did-you-mean needs if a key of this very block is unknown or missing."""
    location, kind, context = item["loc"], item["type"], item.get("ctx", {})
    if kind == "extra_forbidden" and len(location) == 1:
        kind, context = "unknown_key", {"known": known}
    error = PydanticCustomError(kind, item["msg"], {**context})
    return InitErrorDetails(type=error, loc=location, input=item["input"])


def refuse(kind: LiteralString, message: str, remedy: str = "") -> PydanticCustomError:
    """An error of a field: a stable kind, what is wrong, how to mend it."""
    return PydanticCustomError(kind, "{message}", {"message": message, "help": remedy})


def text_of(value: Any) -> str:
    """The scalar's text; anything but a scalar is refused."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    raise refuse("text", "this must be a single value")


def prose_of(value: Any) -> str:
    """The scalar's text with the blanks around it; anything but a scalar is refused."""
    return value if isinstance(value, str) else text_of(value)


def _plain(value: Any, expected: str) -> str:
    if isinstance(value, str) and not isinstance(value, PlainText):
        raise refuse("quoted", f"{expected} is expected here, this is a quoted text", "Remove the quotes.")
    return text_of(value)


def parse_flag(value: Any) -> bool:
    """`true` or `false`, as YAML 1.2 spells them; yes, no, on and off are text."""
    if isinstance(value, bool):
        return value
    text = _plain(value, "true or false")
    if text in ("true", "True", "TRUE"):
        return True
    if text in ("false", "False", "FALSE"):
        return False
    raise refuse("flag", f"`{text}` is neither true nor false", "Write `true` or `false`.")


def parse_count(value: Any) -> int:
    """A whole number from 0 on."""
    text = _plain(value, "a whole number")
    if re.fullmatch(r"[0-9]{1,15}", text) is None:
        raise refuse("count", f"`{text}` is not a whole number", "Write digits only, for instance `3`.")
    return int(text)


def parse_positive(value: Any) -> int:
    """A whole number from 1 on."""
    number = parse_count(value)
    if number < 1:
        raise refuse("count", "this must be at least 1")
    return number


def parse_number(value: Any) -> float:
    """A decimal number (YAML 1.2 core schema, without infinities)."""
    text = _plain(value, "a number")
    if re.fullmatch(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", text) is None:
        raise refuse("number", f"`{text}` is not a number", "Write for instance `0.5` or `100`.")
    number = float(text)
    if not isfinite(number):
        raise refuse("number", f"`{text}` is out of all bounds")
    return number


_SIZE_UNITS = (
    {"B": 1}
    | {f"{p}B": 1000**i for i, p in enumerate("KMGT", 1)}
    | {f"{p}iB": 1024**i for i, p in enumerate("KMGT", 1)}
)


def parse_size(value: Any) -> int:
    """`6 GB` in bytes (GB = 10^9, GiB = 2^30)."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    match = re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]{1,9})?) ?([A-Za-z]{1,3})", text_of(value))
    unit = _SIZE_UNITS.get(match[2]) if match else None
    if match is None or unit is None:
        raise refuse(
            "size", f"`{value}` is not a size", "Write a number and a unit: `500 MB`, `6 GB`, `64 GiB`, `2 TB`."
        )
    return int(float(match[1]) * unit + 0.5)


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time as written: calendar parts (months, days) and clock parts (seconds) are kept apart."""

    text: str
    months: int = 0
    days: int = 0
    seconds: int = 0

    @property
    def is_zero(self) -> bool:
        """Whether nothing passes in it."""
        return not (self.months or self.days or self.seconds)


_SPAN_UNITS: dict[str, tuple[str, int]] = {
    **dict.fromkeys(("s", "sec", "second", "seconds"), ("seconds", 1)),
    **dict.fromkeys(("m", "min", "minute", "minutes"), ("seconds", 60)),
    **dict.fromkeys(("h", "hour", "hours"), ("seconds", 3600)),
    **dict.fromkeys(("d", "day", "days"), ("days", 1)),
    **dict.fromkeys(("w", "week", "weeks"), ("days", 7)),
    **dict.fromkeys(("month", "months"), ("months", 1)),
}


def parse_span(value: Any) -> Span:
    """`3h`, `90 min`, `4 weeks`, `1 month`."""
    if isinstance(value, Span):
        return value
    text = text_of(value)
    match = re.fullmatch(r"([0-9]{1,6}) ?([a-z]+)", text)
    unit = _SPAN_UNITS.get(match[2]) if match else None
    if match is None or unit is None:
        raise refuse(
            "span", f"`{text}` is not a length of time", "Write a number and a unit: `90 min`, `6h`, `4 weeks`."
        )
    return Span(text, **{unit[0]: int(match[1]) * unit[1]})


def parse_clock_span(value: Any) -> int:
    """A length of time of fixed size, in seconds (a day counts 24 hours)."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    span = parse_span(value)
    if span.months or span.is_zero:
        raise refuse("span", f"`{span.text}` is not a usable time limit", "Write for instance `6h` or `2 days`.")
    return span.days * 86400 + span.seconds


def many(value: Any) -> Any:
    """One text stands for a list of one."""
    return [value] if isinstance(value, (str, int)) else value


def principals_with(level: str) -> Callable[[Any], Any]:
    """`participants` or `[participants, testers]` stands for a mapping that gives each of them `level`."""

    def expand(value: Any) -> Any:
        if isinstance(value, str):
            return {value: level}
        if isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value):
            return dict.fromkeys(value, level)
        return value

    return expand


def granting(levels: Any) -> Any:
    """The type of an entry of `grants` where these levels are known."""
    words = (*get_args(levels), "none")

    def parse(value: Any) -> str | tuple[str, ...]:
        if isinstance(value, (list, tuple)):
            return tuple(sorted({_access_type(item) for item in value}))
        text = text_of(value)
        if text not in words:
            raise refuse("grant", f"`{text}` is no level of access here", f"Write one of {', '.join(words)}.")
        return text

    schema: Any = Literal[words] | tuple[AccessType, ...]
    return Annotated[str | tuple[str, ...], PlainValidator(parse, json_schema_input_type=schema)]


def _access_type(value: Any) -> str:
    text = text_of(value)
    if text not in get_args(AccessType):
        remedy = f"Write some of {', '.join(get_args(AccessType))}."
        raise refuse("grant", f"`{text}` is no access type of Synapse", remedy)
    return text


KEY_PATTERN = r"^[a-z][a-z0-9_-]*$"

Key = Annotated[str, StringConstraints(pattern=KEY_PATTERN, max_length=64)]
QueueKey = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*(/[a-z][a-z0-9_-]*)?$", max_length=129)]
"""An entry of `queues`, or the one queue of it that serves a sub-challenge, `final/similarity`."""
Text = Annotated[str, BeforeValidator(text_of, json_schema_input_type=str | float), StringConstraints(min_length=1)]
SynId = Annotated[str, StringConstraints(pattern=r"^syn[0-9]+$")]
NumericId = Annotated[str, BeforeValidator(text_of, json_schema_input_type=int), StringConstraints(pattern=r"^[0-9]+$")]
Principal = Annotated[
    str, BeforeValidator(text_of, json_schema_input_type=str | float), StringConstraints(min_length=1)
]
"""A Synapse user name, or the number of a user or team."""


def written_as(pattern: str) -> Any:
    """For the schema: a text of that form, blanks around it or not."""
    return Annotated[str, StringConstraints(pattern=rf"^\s*(?:{pattern})\s*$")]


_FROM_NOTHING: Any = Annotated[int, Ge(0)]


def or_number(form: StringConstraints, number: Any = _FROM_NOTHING) -> BeforeValidator:
    """For a text of a form that may look like a number: editors, too, are to take `3` for it."""
    return BeforeValidator(text_of, json_schema_input_type=Annotated[str, form] | number)


_SIZE_TEXT = written_as(rf"[0-9]{{1,9}}(?:\.[0-9]{{1,9}})? ?(?:{'|'.join(_SIZE_UNITS)})")
_SPAN_TEXT = written_as(rf"[0-9]{{1,6}} ?(?:{'|'.join(_SPAN_UNITS)})")

Flag = Annotated[bool, BeforeValidator(parse_flag)]
Count = Annotated[int, BeforeValidator(parse_count, json_schema_input_type=Annotated[int, Ge(0)])]
Positive = Annotated[int, BeforeValidator(parse_positive, json_schema_input_type=Annotated[int, Ge(1)])]
Number = Annotated[float, BeforeValidator(parse_number)]
Size = Annotated[int, BeforeValidator(parse_size, json_schema_input_type=_SIZE_TEXT)]
Seconds = Annotated[int, BeforeValidator(parse_clock_span, json_schema_input_type=_SPAN_TEXT)]
Length = Annotated[
    Span,
    PlainValidator(parse_span, json_schema_input_type=_SPAN_TEXT),
    PlainSerializer(lambda span: span.text, return_type=str),
]
Keys = Annotated[tuple[Key, ...], BeforeValidator(many, json_schema_input_type=Key | tuple[Key, ...])]
QueueKeys = Annotated[
    tuple[QueueKey, ...], BeforeValidator(many, json_schema_input_type=QueueKey | tuple[QueueKey, ...])
]

Prose = Annotated[str, PlainValidator(prose_of, json_schema_input_type=str | float)]
"""A text that people read, kept as it is written; `""` says that there is none, leaving it out takes the default."""

EntityLevel = Literal["view", "download", "edit", "edit_and_delete", "moderate", "admin"]
QueueLevel = Literal["view", "submit", "score", "admin"]
TeamLevel = Literal["view", "message", "admin"]

AccessType = Literal[
    "CHANGE_PERMISSIONS",
    "CHANGE_SETTINGS",
    "CREATE",
    "DELETE",
    "DELETE_SUBMISSION",
    "DOWNLOAD",
    "MODERATE",
    "PARTICIPATE",
    "READ",
    "READ_PRIVATE_SUBMISSION",
    "SEND_MESSAGE",
    "SUBMIT",
    "TEAM_MEMBERSHIP_UPDATE",
    "UPDATE",
    "UPDATE_SUBMISSION",
    "UPLOAD",
]
"""What entries of Synapse's access lists hold (contract 2.9)."""

EntityGrant = granting(EntityLevel)
QueueGrant = granting(QueueLevel)
TeamGrant = granting(TeamLevel)
"""In `grants`: a level adds to what somebody has anyway; a list of access types, or `none`, holds instead of it."""

DataAccess = Annotated[
    Mapping[Key, EntityLevel],
    BeforeValidator(
        principals_with("download"), json_schema_input_type=Key | tuple[Key, ...] | Mapping[Key, EntityLevel]
    ),
]
ViewAccess = Annotated[
    Mapping[Key, EntityLevel],
    BeforeValidator(principals_with("view"), json_schema_input_type=Key | tuple[Key, ...] | Mapping[Key, EntityLevel]),
]
QueueAccess = Annotated[
    Mapping[Key, QueueLevel],
    BeforeValidator(principals_with("submit"), json_schema_input_type=Key | tuple[Key, ...] | Mapping[Key, QueueLevel]),
]
