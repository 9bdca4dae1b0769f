"""What Synapse itself refuses, said before anything is sent (contract 1.5, 2.3, 2.9, 5.1, 5.5, 6.3, 7.1, 8.1)."""

from __future__ import annotations

from tests.challenge_spec.mistakes import Case

FINAL = "    purpose: final\n"
BOARD = "    purpose: leaderboard\n"
DERIVED = "Smell Challenge Mixture similarity Final"
MANY = ", ".join(f"{{ name: a{number}, type: DATE }}" for number in range(153))
TRIAL = "{ name: Trial, start: 2027-06-01, end: 2027-06-07, limits: { total: 1 }, truth: leaderboard-truth }"
COLUMNS = "columns: [submitter, pearson]"
TEAM = "finalists: { join: invitation }"
PROJECTS = "governance: { human_data: false }"
LIVE = "projects: {{ live: {{ {} }} }}\ngovernance: {{ human_data: false }}"

SERVER = [
    # Names of entities and queues
    Case("an ampersand", "Smell Challenge", "Smell & Taste", "name.not-allowed", "Smell & Taste"),
    Case("an exclamation mark", "Smell Challenge", "Smell!", "name.not-allowed", "Smell!"),
    Case("a quotation mark", "Smell Challenge", "'Smell \"2027\"'", "name.not-allowed", "'Smell"),
    Case("an at sign in a project", PROJECTS, LIVE.format("name: Smell @ 2027"), "name.not-allowed", "Smell @"),
    Case("a slash in a queue", FINAL, FINAL + "    name: Smell 1/2\n", "name.not-allowed", "Smell 1/2"),
    Case("an umlaut in a queue", FINAL, FINAL + "    name: Smell Lösung\n", "name.not-allowed", "Smell L"),
    Case("a hash in a workflow", "workflows:\n  scoring: {", "workflows:\n  scoring: { name: 'scoring #1',",
         "name.not-allowed", "'scoring #1'"),
    Case("a colon in a view", "leaderboard: { queues", "leaderboard: { name: 'Ranks: all', queues",
         "name.not-allowed", "'Ranks: all'"),
    Case("a star in a file", "file: truth.csv, release", "file: truth*.csv, release", "name.not-allowed", "truth*.csv"),
    Case("a queue's name too long", FINAL, FINAL + f"    name: Smell {'x' * 251}\n", "name.not-allowed", "Smell xxx"),
    Case("a view's name too long", "leaderboard: { queues", f"leaderboard: {{ name: {'x' * 257}, queues",
         "name.not-allowed", "xxx"),
    Case("a derived name too long", "name: Mixture similarity", f"name: {'x' * 250}", "name.not-allowed",
         "Smell Challenge"),
    # Names that must differ
    Case("two queues of one name", BOARD, BOARD + f"    name: {DERIVED}\n", "name.same", "purpose: final"),
    Case("names that differ in case only", BOARD, BOARD + f"    name: {DERIVED.upper()}\n", "name.same",
         "purpose: final"),
    Case("two views of one name", "leaderboard: { queues", "leaderboard: { name: Dashboard, queues", "name.same",
         "Dashboard"),
    Case("teams that differ in blanks only", TEAM, "finalists: { name: SmellChallengeOrganizers }", "name.same",
         "SmellChallengeOrganizers"),
    Case("staging named as the live project", PROJECTS,
         "projects: { staging: { name: Smell Challenge } }\n" + PROJECTS, "name.same", "Smell Challenge"),
    # Names of teams
    Case("a team of two letters", TEAM, "finalists: { name: ab }", "name.not-allowed", "ab"),
    Case("a comma in a team", TEAM, "finalists: { name: 'Smell, the finalists' }", "name.not-allowed", "'Smell,"),
    Case("a bracket in a team", TEAM, "finalists: { name: Smell (final) }", "name.not-allowed", "Smell (final)"),
    # Aliases, descriptions, ids
    Case("a hyphen in the alias", "  stage: draft", "  alias: smell-2027\n  stage: draft", "manifest.bad-text",
         "smell-2027"),
    Case("an alias too long", "  stage: draft", f"  alias: {'x' * 65}\n  stage: draft", "manifest.too-long", "xxx"),
    Case("a description too long", "  stage: draft", f"  description: {'x' * 1001}\n  stage: draft",
         "manifest.too-long", "xxx"),
    Case("a team's id with letters", TEAM, "finalists: { adopt: syn12 }", "manifest.bad-text", "syn12"),
    Case("a queue's id with letters", FINAL, FINAL + "    adopt: syn12\n", "manifest.bad-text", "syn12"),
    # Rights
    Case("anybody at all submits", "access: participants\n", "access: public\n", "access.everybody-submits", "public"),
    Case("every signed-in user submits", "access: participants\n", "access: { signed-in: submit }\n",
         "access.everybody-submits", "{ signed-in"),
    Case("everybody downloads", "access: participants, start", "access: { public: download }, start",
         "access.public-download", "{ public"),
    Case("a right of everybody on a queue", FINAL, FINAL + "    grants: { public: submit }\n",
         "access.everybody-submits", "{ public: submit"),
    Case("an access type that entities lack", "folder: Data/Training,",
         "folder: Data/Training, grants: { example-helper: [SUBMITT] },", "manifest.unknown-value", "[SUBMITT]"),
    # Rounds and limits
    Case("a round inside another", TRIAL, TRIAL.replace("2027-06-07", "2027-06-29"), "round.overlap", "2027-06-16"),
    Case("a round that is another's twin", TRIAL, f"{TRIAL}\n      - {TRIAL.replace('Trial', 'Twin')}",
         "round.overlap", "2027-06-01, end: 2027-06-07, limits: { total: 1 }, truth: leaderboard-truth }"),
    Case("a limit below nothing", "limits: { total: 3 }\n", "limits: { total: -1 }\n", "manifest.not-a-count", "-1"),
    Case("half a submission", "limits: { total: 3 }\n", "limits: { total: 0.5 }\n", "manifest.not-a-count", "0.5"),
    Case("one limit twice", "limits: { total: 3 }\n", "limits: { total: 3, total: 4 }\n", "yaml.duplicate-key",
         "total: 4"),
    # Views
    Case("a column twice", COLUMNS, "columns: [submitter, pearson, pearson]", "view.column-twice", "pearson]"),
    Case("a column that nobody knows", COLUMNS, "columns: [submitter, mood]", "view.unknown-column", "mood", "warning"),
    Case("a column of Synapse's own", COLUMNS, "columns: [submitter, ROW_ETAG]", "view.column-name", "ROW_ETAG"),
    Case("a number with a size", COLUMNS, "columns: [{ name: mood, type: DOUBLE, size: 9 }]", "view.column-size", "{"),
    Case("an umlaut in a column", COLUMNS, "columns: [{ name: Größe, type: DOUBLE }]", "view.column-name", "{"),
    Case("a view of 153 columns", COLUMNS, f"columns: [{MANY}]",
         "view.too-many-columns", "["),
    Case("a type that is none", COLUMNS, "columns: [{ name: mood, type: TEXT }]", "manifest.unknown-value", "TEXT"),
    Case("a column too wide", COLUMNS, "columns: [{ name: mood, type: STRING, size: 1001 }]", "view.column-size",
         "{ name: mood"),
    Case("a name of a column too long", COLUMNS, f"columns: [{{ name: {'x' * 257}, type: STRING }}]",
         "view.column-name", "{ name: xxx"),
]  # fmt: skip
