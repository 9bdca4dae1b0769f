"""Mistakes in a manifest: what is replaced in the sound one, and the finding that this causes."""

from __future__ import annotations

from dataclasses import dataclass

from challenge_spec.diagnostics import Severity


@dataclass(frozen=True)
class Case:
    """What is replaced by what, and which finding that causes; `at` is the text pointed at."""

    mistake: str
    old: str
    new: str
    code: str
    at: str
    severity: Severity = "error"

    def __str__(self) -> str:
        return self.mistake.replace(" ", "-")


SHAPES = [
    Case("a misspelt key", "  stage: draft", "  stagee: draft", "manifest.unknown-key", "stagee"),
    Case("a misspelt block", "governance:", "governence:", "manifest.unknown-key", "governence"),
    Case("a misspelt key of an entry", "purpose: final", "porpose: final", "manifest.unknown-key", "porpose"),
    Case("a misspelt key of a round", "start: 2027-06-01,", "begin: 2027-06-01,", "manifest.unknown-key", "begin"),
    Case("a round without a start", "start: 2027-06-01, ", "", "manifest.missing-key", "{ name: Trial"),
    Case("no time zone", "  timezone: America/Los_Angeles\n", "", "manifest.missing-key", "challenge:"),
    Case("no version", "manifest: 1\n", "", "manifest.missing-key", "challenge:"),
    Case("a version of the future", "manifest: 1", "manifest: 2", "manifest.unknown-value", "2"),
    Case("a stage that is none", "stage: draft", "stage: launched", "manifest.unknown-value", "launched"),
    Case("yes for true", "human_data: false", "human_data: yes", "manifest.not-a-flag", "yes"),
    Case("a quoted number", "total: 3 }\n    truth", 'total: "3" }\n    truth', "manifest.quoted", '"3"'),
    Case("a number in words", "total: 3 }\n    truth", "total: three }\n    truth", "manifest.not-a-count", "three"),
    Case("a sexagesimal number", "max_concurrent: 4", "max_concurrent: 1:30", "manifest.not-a-count", "1:30"),
    Case("a concurrency of nothing", "max_concurrent: 4", "max_concurrent: 0", "manifest.not-a-count", "0"),
    Case("a size without a unit", "memory: 6 GB", "memory: 6", "manifest.not-a-size", "6"),
    Case("a length that is none", "time_limit: 6h", "time_limit: long", "time.unreadable-length", "long"),
    Case("a key in capitals", "  finalists:", "  Finalists:", "manifest.bad-key", "Finalists"),
    Case("a text for a block", "launch: {", "launch: soon #", "manifest.wrong-shape", "soon"),
    Case("a block for a text", "name: Smell Challenge", "name: { a: b }", "manifest.wrong-shape", "{"),
    Case("a text for a list", "members: [example-admin]", "members: example-admin", "manifest.wrong-shape", "example"),
    Case("a repository without a ref", "smell-infra@v1.0.0", "smell-infra", "manifest.bad-text", "my-org"),
    Case("an id that is none", "wiki: {", "projects: { live: { adopt: 123 } }\nwiki: {", "manifest.bad-text", "123"),
    Case("a headline too long", "Predict how mixtures smell", "x" * 81, "manifest.too-long", "xxx"),
    Case("a limit of a new kind", "total: 3 }\n    truth", "hourly: 3 }\n    truth", "manifest.unknown-key", "hourly"),
    Case("a key without a value", "stage: draft", "stage:", "yaml.no-value", "stage"),
    Case("a key said twice", "  name: Smell Challenge", "  name: A\n  name: B", "yaml.duplicate-key", "name: B"),
    Case("a tag", "stage: draft", "stage: !!str draft", "yaml.tag", "!!str"),
    Case("a merge key", "governance: {", "governance: { <<: { sensitive: true },", "yaml.merge-key", "<<"),
]

TIMES = [
    Case("EST in a time", "open: 2027-03-03T09:00", "open: 2027-03-03 09:00 EST", "time.zone-abbreviation", "2027"),
    Case("EST as the zone", "America/Los_Angeles", "EST", "time.zone-abbreviation", "EST"),
    Case("a zone that is none", "America/Los_Angeles", "America/Los_Angelos", "time.unknown-zone", "America"),
    Case("a zone that is a path", "America/Los_Angeles", "../../etc/passwd", "time.unknown-zone", ".."),
    Case("February 30", "2027-03-03T09:00", "2027-02-30", "time.impossible-date", "2027-02-30"),
    Case("hour 25", "2027-03-03T09:00", "2027-03-03T25:00", "time.impossible-date", "2027"),
    Case("the year 20277", "2027-03-03T09:00", "20277-03-03", "time.unreadable", "20277"),
    Case("the year 0001", "2027-03-03T09:00", "0001-03-03", "time.impossible-date", "0001"),
    Case("a date in American order", "2027-03-03T09:00", "03/03/2027", "time.unreadable", "03/03"),
    Case("an hour that does not exist", "2027-03-03T09:00", "2027-03-14T02:30", "time.missing-hour", "2027-03-14"),
    Case(
        "an hour that happens twice", "close: 2027-06-30T17:00", "close: 2027-11-07T01:30", "time.ambiguous-hour", "20"
    ),
    Case("a moment nobody named", "end: papers-due", "end: paper-due", "time.unknown-moment", "paper-due"),
    Case("moments in a circle", "papers-due: 2027-07-14T17:00", "papers-due: papers-due", "time.cycle", "papers-due"),
    Case("closing before opening", "close: 2027-06-30T17:00", "close: 2027-02-01", "time.order", "2027-02-01"),
    Case("concluding before closing", "conclude: 2027-09-01", "conclude: 2027-05-01", "time.order", "2027-05-01"),
    Case("closing on a Sunday", "close: 2027-06-30T17:00", "close: 2027-06-27", "time.staffed-end", "2027", "warning"),
    Case("a round that ends first", "end: 2027-06-07", "end: 2027-05-07", "round.ends-before-start", "2027-05-07"),
    Case("a round of no length", "end: 2027-06-07", "end: 2027-06-01T00:00", "round.zero-length", "2027-06-01"),
    Case("rounds that overlap", "end: 2027-06-07", "end: 2027-06-17", "round.overlap", "2027-06-16"),
    Case("a hole nobody meant", ", gap: intended", "", "round.gap", "2027-06-16", "warning"),
    Case("two rounds of one name", "name: Final", "name: Trial", "round.same-name", "Trial, start: 2027-06-16"),
    Case("a series without a length", ", every: 4 weeks", "", "time.series", "count"),
    Case("a series of nothing", "every: 4 weeks", "every: 0 weeks", "time.zero-length", "0 weeks"),
    Case(
        "a series against its end",
        "start: open }\n    limits",
        "start: open, end: close }\n    limits",
        "time.duration-vs-end",
        "close",
    ),
    Case("a series that stops early", "count: 4", "count: 3", "round.stops-early", "{ count: 3", "info"),
    Case(
        "a round before the opening", "start: 2027-06-01,", "start: 2027-02-01,", "round.before-open", "2027", "warning"
    ),
    Case("no rounds at all", "rounds: { count: 4, every: 4 weeks, start: open }", "rounds: []", "round.none", "[]"),
]
