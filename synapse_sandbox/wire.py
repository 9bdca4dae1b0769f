"""JSON, dates, ids, parameters and pages as they travel (contract 0.2, 0.3, 0.5, 0.6)."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from synapse_sandbox.refusals import invalid, required

Json = dict[str, Any]
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})\.(\d{1,9})\d*(Z|[+-]\d{2}:?\d{2})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SYN_ID = re.compile(r"(?:syn)?([0-9]{1,18})")
_LONG = re.compile(r"[+-]?[0-9]{1,19}")
_MIN_LONG, _MAX_LONG = -(2**63), 2**63 - 1
_READ_SLICE = 1024
_HALF = re.compile(r"\\u[dD][89a-fA-F]")


def without_nulls(value: Any) -> Any:
    """The same JSON without null members (a null and an absent member are the same thing, contract 0.2)."""
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [without_nulls(item) for item in value]
    return value


def decode_body(content: bytes, charset: str | None) -> str:
    """Text of a body, by default ISO-8859-1; slices of 1024 bytes are decoded each on its own (contract 0.2)."""
    slices = (content[start : start + _READ_SLICE] for start in range(0, len(content), _READ_SLICE))
    try:
        return "".join(part.decode(charset or "iso-8859-1", errors="replace") for part in slices)
    except LookupError as unknown:
        raise invalid(f"Unsupported charset: {charset}") from unknown


def parse_json(text: str) -> Any:
    """The parsed body, null members dropped; 400 when it isn't JSON."""
    try:
        parsed = json.loads(text, parse_constant=_finite, parse_float=_finite)
    except (ValueError, RecursionError) as fault:
        raise invalid(f"A JSONObject text must begin with '{{': {fault}") from fault
    return without_nulls(_whole_characters(parsed) if _HALF.search(text) else parsed)


def _finite(digits: str) -> float:
    """A floating point number; NaN, Infinity and 1e999 are none in JSON."""
    value = float(digits)
    if not math.isfinite(value):
        raise invalid("JSON does not allow non-finite numbers.")
    return value


def _whole_characters(value: Any) -> Any:
    """The same JSON with a question mark, as in Java, for each half of a character: UTF-8 has none."""
    if isinstance(value, dict):
        return {_whole_characters(key): _whole_characters(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_whole_characters(item) for item in value]
    return value.encode(errors="replace").decode() if isinstance(value, str) else value


def to_iso(milliseconds: int) -> str:
    """Epoch milliseconds as `yyyy-MM-dd'T'HH:mm:ss.SSSZ`, in UTC, always three digits."""
    moment = _EPOCH + timedelta(milliseconds=milliseconds)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def from_iso(text: Any) -> int:
    """Epoch milliseconds of a date as Synapse reads it: fraction and offset are compulsory (contract 0.3)."""
    match = _DATE.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise invalid(f'Invalid format: "{text}" is malformed')
    stamp, fraction, zone = match.groups()
    try:
        moment = datetime.fromisoformat(stamp + zone.replace("Z", "+00:00"))
    except ValueError as fault:
        raise invalid(f'Invalid format: "{text}" is malformed: {fault}') from fault
    return (moment - _EPOCH) // timedelta(milliseconds=1) + int(fraction[:3].ljust(3, "0"))


def optional_iso(milliseconds: int | None) -> str | None:
    """As `to_iso`, passing None through."""
    return None if milliseconds is None else to_iso(milliseconds)


def syn(entity_id: int | None) -> str | None:
    """An entity id as Synapse writes it."""
    return None if entity_id is None else f"syn{entity_id}"


def entity_number(text: Any) -> int:
    """The number of an entity id: trimmed, any case, prefix optional; else 400 (contract 0.6)."""
    match = _SYN_ID.fullmatch(str(text).strip().lower())
    if match is None:
        raise invalid(f"{text} is not a valid Synapse ID.")
    return int(match.group(1))


def number(text: Any) -> int:
    """A decimal id from a path, a query or a body; 400 in Java's words when it isn't one."""
    if not _LONG.fullmatch(str(text)) or not _MIN_LONG <= int(text) <= _MAX_LONG:
        raise invalid(f'For input string: "{text}"')
    return int(text)


def needed(body: Mapping[str, Any], field: str, label: str | None = None) -> Any:
    """A compulsory member of a body; 400 `<label> is required.` when it is missing."""
    if body.get(field) is None:
        raise required(label or field)
    return body[field]


def flag(text: str | None, default: bool = False) -> bool:
    """A boolean query parameter."""
    if text is None:
        return default
    if text.lower() not in ("true", "false"):
        raise invalid(f"Invalid boolean value [{text}]")
    return text.lower() == "true"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a paginated list: how many, after how many."""

    limit: int
    offset: int

    @property
    def probe(self) -> int:
        """One row more than the page: tells whether another page follows."""
        return self.limit + 1


def page_from(query: Mapping[str, str], default_limit: int = 10) -> Page:
    """`limit` and `offset` of the query (flavour A of contract 0.5)."""
    page = Page(number(query.get("limit", default_limit)), number(query.get("offset", 0)))
    if page.offset < 0:
        raise invalid("pagination offset must be 0 or greater")
    if page.limit < 0:
        raise invalid("pagination limit must be 0 or greater")
    return page


def estimated(results: Sequence[Any], page: Page) -> Json:
    """A PaginatedResults whose total is Synapse's estimate, not a count (contract 0.5)."""
    full = len(results) >= page.limit > 0
    return {"totalNumberOfResults": page.offset + len(results) + (1 if full else 0), "results": list(results)}


def page_from_token(token: str | None, maximum: int = 50) -> Page:
    """The page that a `nextPageToken` (`<limit>a<offset>`) asks for (flavour B of contract 0.5)."""
    if token is None:
        return Page(maximum, 0)
    parts = token.split("a")
    if len(parts) != 2:
        raise invalid(f"Unknown next page token format: {token}")
    page = Page(number(parts[0]), number(parts[1]))
    if page.limit > maximum:
        raise invalid(f"Limit must not exceed: {maximum}")
    return page


def tokened(rows: Sequence[Any], page: Page) -> tuple[list[Any], str | None]:
    """Rows read with `page.probe` as the limit, cut to the page, and the token of the next page if there is one."""
    token = f"{page.limit}a{page.offset + page.limit}" if len(rows) > page.limit else None
    return list(rows[: page.limit]), token
