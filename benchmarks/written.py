"""A large challenge as files: queues with rounds written one by one, and pages that link to each other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

OPEN = date(2027, 3, 2)
_MANIFEST = """\
manifest: 1
challenge:
  key: large
  name: Large Challenge
  stage: draft
  timezone: America/Los_Angeles
timeline:
  open: {open}T09:00
  close: {close}T17:00
  conclude: {conclude}
teams:
  organizers: {{ members: [example-organizer-1] }}
  administrators: {{ members: [example-admin] }}
sub_challenges:
  similarity:
    name: Mixture similarity
    submission: file
    metrics: {{ pearson: maximize, rmse: minimize }}
workflows:
  scoring: {{ template: data-to-model, repository: my-org/large-infra@v1.0.0, run: {{ memory: 6 GB }} }}
orchestrators:
  main: {{ service_account: large-bot, memory_per_submission: 6 GB, machine: {{ memory: 80 GB }} }}
governance: {{ human_data: false }}
wiki: {{ pages: wiki/ }}
queues:
"""
_QUEUE = """\
  part-{number}:
    purpose: leaderboard
    access: participants
    truth: truth-{number}
    limits: {{ total: 3 }}
    results: {{ scores: immediate, withhold: [rmse] }}
    rounds:
"""
_ROUND = """\
      - name: Round {number}
        start: {start}T09:00
        end: {end}T09:00
        limits: {{ daily: 1, total: 3 }}
"""
_DATA = "  truth-{number}: {{ folder: Private Data/Part {number}, file: truth.csv }}\n"
_PAGE = """\
---
title: Page {number} of chapter {chapter}
order: {number}
---
# What page {number} is about

{paragraph}

## Where to go on

See [the page after this one](page-{following}.md#where-to-go-on) and [the chapter](index.md).
Submissions close on {{{{ timeline.close }}}}; ask **{{{{ teams.organizers.name }}}}**.

| column | meaning |
|---|---|
| `mixture` | the mixture's number |
| `score` | how similar it smells, from 0 to 1 |

## How it is scored

{paragraph}
"""
_INDEX = "---\ntitle: {title}\n---\n{text}\n"
_PARAGRAPH = "What the mixtures are, who measured them, how predictions are scored, and where to ask. " * 5
WEEK = timedelta(weeks=1)


def write_large(folder: Path, *, queues: int = 100, rounds: int = 10, chapters: int = 20, pages: int = 49) -> Path:
    """Write the files; returns the manifest's path. rounds: of each queue. pages: of each chapter, besides its own."""
    folder.mkdir(parents=True, exist_ok=True)
    manifest = folder / "challenge.yaml"
    manifest.write_text("".join(_manifest(queues, rounds)), encoding="utf-8")
    for path, text in _pages(chapters, pages):
        file = folder / "wiki" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return manifest


def _manifest(queues: int, rounds: int) -> Iterator[str]:
    close = OPEN + rounds * WEEK
    yield _MANIFEST.format(open=OPEN, close=close, conclude=close + 8 * WEEK)
    for queue in range(1, queues + 1):
        yield _QUEUE.format(number=queue)
        for number in range(rounds):
            yield _ROUND.format(number=number + 1, start=OPEN + number * WEEK, end=OPEN + (number + 1) * WEEK)
    yield "data:\n"
    yield from (_DATA.format(number=queue) for queue in range(1, queues + 1))


def _pages(chapters: int, pages: int) -> Iterator[tuple[str, str]]:
    yield "index.md", _INDEX.format(title="Welcome", text=_PARAGRAPH)
    for chapter in range(1, chapters + 1):
        yield f"chapter-{chapter}/index.md", _INDEX.format(title=f"Chapter {chapter}", text=_PARAGRAPH)
        for number in range(1, pages + 1):
            text = _PAGE.format(
                number=number, chapter=chapter, following=number % pages + 1, paragraph=_PARAGRAPH.rstrip()
            )
            yield f"chapter-{chapter}/page-{number}.md", text
