"""A small sound challenge, the one that examples of rules break at one place."""

from __future__ import annotations

from typing import Final

# ruff: noqa: E501 -- an example keeps the layout that it is read in
SOUND: Final = """\
manifest: 1
challenge:
  key: smell
  name: Smell Challenge
  stage: draft
  timezone: America/Los_Angeles
timeline:
  preregistration: 2027-01-12
  open: 2027-03-03T09:00
  close: 2027-06-30T17:00
  conclude: 2027-09-01
  milestones: { papers-due: 2027-07-14T17:00 }
teams:
  organizers: { members: [example-organizer-1] }
  administrators: { members: [example-admin] }
  participants: { requires: [terms] }
  finalists: { join: invitation }
sub_challenges:
  similarity:
    name: Mixture similarity
    submission: file
    metrics: { pearson: maximize, rmse: minimize }
    rank_by: [pearson, rmse]
queues:
  leaderboard:
    purpose: leaderboard
    access: participants
    rounds: { count: 4, every: 4 weeks, start: open }
    limits: { total: 3 }
    truth: leaderboard-truth
    results: { withhold: [rmse] }
  final:
    purpose: final
    truth: final-truth
    orchestrator: main
    rounds:
      - { name: Trial, start: 2027-06-01, end: 2027-06-07, limits: { total: 1 }, truth: leaderboard-truth }
      - { name: Final, start: 2027-06-16T09:00, end: close, limits: { total: 3 }, gap: intended }
    by_sub_challenge: { similarity: { run: { time_limit: 6h } } }
  writeups: { purpose: writeup, rounds: { start: open, end: papers-due } }
workflows:
  scoring: { template: data-to-model, repository: my-org/smell-infra@v1.0.0, queue_table: queues.json, run: { memory: 6 GB } }
data:
  training: { folder: Data/Training, access: participants, start: open }
  leaderboard-truth: { folder: Private Data/Leaderboard, file: truth.csv, release: conclude }
  final-truth: { folder: Private Data/Final, file: truth.csv, version: 2 }
requirements:
  terms: { kind: clickwrap }
wiki: { pages: wiki/, preregistration: preregistration.md }
views:
  leaderboard: { queues: [leaderboard], access: public, columns: [submitter, pearson], per: round }
orchestrators:
  main: { service_account: smell-bot, max_concurrent: 4, memory_per_submission: 10 GB, machine: { memory: 64 GB } }
governance: { human_data: false }
launch: { approvals: { legal: { evidence: required, by: administrators } } }
catalog: { headline: Predict how mixtures smell, organizations: [{ name: My Org, role: organizer }] }
"""

PAGES: Final = {
    "wiki/index.md": "---\ntitle: Welcome\n---\nIt opens {{ timeline.open }}. See [the data](data.md#format).\n",
    "wiki/data.md": "# Data\n\n## Format\n\nA table. ![Two odours](images/odours.png)\n",
    "wiki/images/odours.png": "not really an image",
    "preregistration.md": "# Smell\n\nLeave your address: ${jointeam?teamId={{ teams.preregistrants.id }}}\n",
}
