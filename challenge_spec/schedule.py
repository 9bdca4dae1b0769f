"""Time as an organizer says it: the timeline, moments, rounds and limits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from annotated_types import Ge
from pydantic import Discriminator, Field, PlainSerializer, PlainValidator, StringConstraints, Tag

from challenge_spec.fields import (
    Count,
    Key,
    Keys,
    Length,
    Model,
    Positive,
    Principal,
    Seconds,
    Size,
    Text,
    or_number,
    refuse,
    text_of,
    written_as,
)

MomentKind = Literal["tbd", "date", "local", "absolute", "name"]

_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK = r"[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{3})?)?"
_ABBREVIATION = re.compile(rf"{_DATE}(?:{_CLOCK})? ?([A-Z]{{2,5}})")
_FORMS: tuple[tuple[re.Pattern[str], MomentKind], ...] = (
    (re.compile(r"tbd|TBD"), "tbd"),
    (re.compile(_DATE), "date"),
    (re.compile(_DATE + _CLOCK), "local"),
    (re.compile(_DATE + _CLOCK + r" ?(?:Z|[-+][0-9]{2}:[0-9]{2})"), "absolute"),
    (re.compile(r"[a-z][a-z0-9_-]*"), "name"),
)
_FORMS_HELP = (
    "Write `2027-03-03`, `2027-03-03T09:00` (in the challenge's time zone), `2027-03-03T09:00-08:00`, "
    "a name from the timeline such as `open`, or `tbd`."
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment as written; `challenge_spec.clock` turns it into an instant."""

    text: str
    kind: MomentKind

    @property
    def is_known(self) -> bool:
        """Whether it is more than a `tbd`."""
        return self.kind != "tbd"


TBD = Moment("tbd", "tbd")


def parse_moment(value: Any) -> Moment:
    """The moment that a text means; zone abbreviations are refused, for EST in summer is an hour off."""
    if isinstance(value, Moment):
        return value
    text = text_of(value)
    for form, kind in _FORMS:
        if form.fullmatch(text):
            return Moment(text, kind)
    abbreviation = _ABBREVIATION.fullmatch(text)
    if abbreviation:
        raise refuse(
            "zone_abbreviation",
            f"`{abbreviation[1]}` is no time zone that can be trusted",
            "Leave it out (challenge.timezone holds), or write the offset: `2027-06-30T17:00-07:00`.",
        )
    raise refuse("moment", f"`{text}` is not a date or time", _FORMS_HELP)


When = Annotated[
    Moment,
    PlainValidator(parse_moment, json_schema_input_type=written_as("|".join(form.pattern for form, _ in _FORMS))),
    PlainSerializer(lambda moment: moment.text, return_type=str),
]


class Duty(Model):
    """Somebody who is there for questions and trouble, for a while."""

    who: Principal
    """User or team on Synapse."""
    start: When
    """From when on; a bare date means its first minute."""
    end: When
    """Until when; a bare date means its last second."""


class Timeline(Model):
    """When the challenge does what. A bare date is the first minute of a start and the last of an end."""

    preregistration: When | None = None
    """When people can leave their address; left out, there is no preregistration."""
    open: When = TBD
    """The launch: pages go live, queues may open."""
    close: When = TBD
    """The last moment for submissions."""
    conclude: When | None = None
    """When results are final and embargoes end."""
    milestones: Mapping[Key, When] = Field(default_factory=dict)
    """Your own moments; pages, rounds and releases can name them."""
    holidays: tuple[Annotated[str, Field(pattern=rf"^{_DATE}$")], ...] = ()
    """Days on which nobody is at work: `2027-07-05`."""
    on_call: tuple[Duty, ...] = ()
    """Who is there when; where anybody is listed, every end of a round and the close must be covered."""


class Limits(Model):
    """How often somebody may submit in each round. Days, weeks and months turn over at midnight UTC (contract 5.7)."""

    daily: Count | None = None
    """Submissions in a day; it turns over at midnight UTC."""
    weekly: Count | None = None
    """Submissions in a week; it turns over on Monday, midnight UTC."""
    monthly: Count | None = None
    """Submissions in a calendar month, by UTC."""
    total: Count | None = None
    """Submissions in the whole round."""


def _limits_shape(value: Any) -> str:
    return "<none>" if isinstance(value, str) else "<limits>"


LimitsOrNone = Annotated[
    Annotated[Literal["none"], Tag("<none>")] | Annotated[Limits, Tag("<limits>")],
    Discriminator(_limits_shape),
]


class Run(Model):
    """What one evaluation of a submission may use."""

    memory: Size | None = None
    """Most memory, `6 GB`."""
    cpus: Positive | None = None
    """Number of processors."""
    gpus: Count | None = None
    """Number of GPUs."""
    disk: Size | None = None
    """Most disk space, `20 GB`."""
    time_limit: Seconds | None = None
    """Longest time, `6h`; then it is stopped."""
    network: Literal["none", "open"] | None = None
    """Whether a submitted container reaches the internet."""
    input_dir: Annotated[str, Field(pattern=r"^/")] | None = None
    """Absolute path of the input on the orchestrator's machine."""


class Results(Model):
    """Who learns what of a submission."""

    scores: Literal["immediate", "after_round", "after_close", "never"] | None = None
    """When submitters see their scores."""
    logs: Literal["submitter", "organizers", "none"] | None = None
    """Who receives the log folder."""
    mail: Literal["all", "errors", "none"] | None = None
    """Which mails the workflow sends to the submitter."""
    withhold: tuple[Text, ...] | None = None
    """Metrics that reach no mail, annotation or view of participants."""


_ROUND_NAME = StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]*$", max_length=64)
RoundName = Annotated[str, or_number(_ROUND_NAME, Annotated[float, Ge(0)]), _ROUND_NAME]


class Round(Model):
    """One window of a queue. What it says beyond name and dates holds in this round only."""

    name: RoundName
    """What people see: letters, digits, blanks, `.`, `_` and `-`."""
    start: When
    """When it begins; a bare date means its first minute."""
    end: When
    """When it ends; a bare date means its last second."""
    gap: Literal["intended"] | None = None
    """Says that the pause between the round before and this one is meant."""
    limits: LimitsOrNone | None = None
    """How often somebody may submit in this round, or `none`."""
    truth: Key | None = None
    """The data entry to score against in this round."""
    inputs: Keys | None = None
    """Data entries that the evaluation reads in this round."""
    run: Run | None = None
    """What one evaluation may use in this round."""
    results: Results | None = None
    """Who learns what in this round."""
    forward_to: Key | None = None
    """The queue that receives what this one forwards in this round."""


class RoundSeries(Model):
    """Equal rounds, back to back, in calendar time of the challenge's zone; one round if there is no `count`."""

    count: Positive | None = None
    """How many rounds."""
    every: Length | None = None
    """How long each is, `4 weeks`."""
    start: When | None = None
    """Left out: the opening."""
    end: When | None = None
    """Left out: the close. With `every` but no `count`, as many rounds as there is time for."""
    gap: Literal["intended"] | None = None
    """Says that closing before the challenge closes is meant."""


def _rounds_shape(value: Any) -> str:
    if isinstance(value, str):
        return "<always>"
    return "<list>" if isinstance(value, (list, tuple)) else "<series>"


Rounds = Annotated[
    Annotated[Literal["always"], Tag("<always>")]
    | Annotated[RoundSeries, Tag("<series>")]
    | Annotated[tuple[Round, ...], Tag("<list>")],
    Discriminator(_rounds_shape),
]
