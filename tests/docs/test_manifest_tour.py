"""The tour of the manifest shows nothing that would not load.

Its snippets, ```yaml, are pieces of one manifest. One marked `instead` replaces or adds entries of that manifest; one
marked `fragment` shows how it may be spread over several files.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from challenge_spec.load import Loaded, load_challenge
from challenge_spec.manifest import Manifest
from challenge_spec.resolving.purposes import PURPOSES

TOUR = (Path(__file__).parents[2] / "docs" / "manifest.md").read_text(encoding="utf-8")
SNIPPET = re.compile(r"^```(?P<language>\w+)(?: (?P<mark>\w+))?\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)


def snippets(language: str, mark: str | None = None) -> list[str]:
    found = SNIPPET.finditer(TOUR)
    return [match["text"] for match in found if (match["language"], match["mark"]) == (language, mark)]


def whole() -> str:
    return "\n".join(snippets("yaml"))


def replaced_by(instead: str) -> str:
    """The whole manifest with the entries of `instead` put in; scalars keep the way they were written."""
    blocks = nodes(whole())
    for key, value in nodes(instead):
        block = next((old for name, old in blocks if name.value == key.value), None)
        if block is None:
            blocks.append((key, value))
        else:
            said = {name.value for name, _ in value.value}
            block.value = [item for item in block.value if item[0].value not in said] + value.value
    text: str = yaml.serialize(yaml.MappingNode("tag:yaml.org,2002:map", blocks))
    return text


def nodes(text: str) -> list[tuple[yaml.Node, yaml.Node]]:
    """Keys and values of a block, as they were written."""
    found = yaml.compose(text, yaml.SafeLoader)
    assert isinstance(found, yaml.MappingNode)
    return list(found.value)


def load(folder: Path, manifest: str) -> Loaded:
    (folder / "wiki").mkdir(exist_ok=True)
    (folder / "wiki" / "index.md").write_text("Read this, then [the rules](rules.md).\n")
    (folder / "wiki" / "rules.md").write_text("There is one rule.\n")
    (folder / "wiki" / "submit.md").write_text(snippets("markdown")[0])
    (folder / "preregistration.md").write_text("We open on {{ timeline.open }}.\n")
    (folder / "challenge.yaml").write_text(manifest)
    return load_challenge(folder / "challenge.yaml")


def complaints(loaded: Loaded) -> list[tuple[str, int, str]]:
    return [(item.code, item.position.line, item.message) for item in loaded.diagnostics]


def test_the_pieces_together_are_one_manifest(tmp_path: Path) -> None:
    loaded = load(tmp_path, whole())
    assert complaints(loaded) == []
    assert loaded.resolved is not None
    addresses = {queue.key for queue in loaded.resolved.queues}
    assert {"leaderboard/bacteria", "leaderboard/yeast", "final/yeast", "writeups"} <= addresses


@pytest.mark.parametrize("instead", snippets("yaml", "instead"))
def test_what_the_tour_offers_instead_loads_as_well(instead: str, tmp_path: Path) -> None:
    assert complaints(load(tmp_path, replaced_by(instead))) == []


def test_a_manifest_may_be_spread_over_the_files_that_the_tour_includes(tmp_path: Path) -> None:
    people = {"teams", "requirements"}
    parts: dict[str, list[str]] = {"people": [], "data": [], "rest": snippets("yaml", "fragment")}
    for snippet in snippets("yaml"):
        blocks = {key.value for key, _ in nodes(snippet)}
        parts["people" if blocks <= people else "data" if blocks == {"data"} else "rest"].append(snippet)
    (tmp_path / "data").mkdir()
    (tmp_path / "people.yaml").write_text("\n".join(parts["people"]))
    (tmp_path / "data" / "all.yaml").write_text("\n".join(parts["data"]))

    loaded = load(tmp_path, "\n".join(parts["rest"]))

    assert complaints(loaded) == []
    assert loaded.resolved is not None
    assert loaded.resolved.data
    assert any(team.key == "finalists" for team in loaded.resolved.teams)


def test_every_block_of_the_vocabulary_is_on_the_tour() -> None:
    shown = {
        key.value for text in SNIPPET.finditer(TOUR) if text["language"] == "yaml" for key, _ in nodes(text["text"])
    }
    assert shown == set(Manifest.keys())


def purposes_table() -> dict[str, list[str]]:
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in TOUR.splitlines() if line.startswith("| `")
    ]
    return {name: cells for words, *cells in rows for name in re.findall(r"`(\w+)`", words)}


def test_the_table_of_purposes_says_what_the_purposes_do() -> None:
    said = purposes_table()
    assert set(said) == set(PURPOSES)
    for purpose, values in PURPOSES.items():
        who, rounds, limits, scores, logs = said[purpose]
        assert (who if who != "the service account" else "") == "".join(values["access"])
        assert rounds == ("always open" if values["rounds"] == "always" else "one, open to close")
        assert limits == ("none" if values.get("limits") == "none" else "must be said")
        assert scores.replace(" ", "_") == values["results"].scores
        assert logs == values["results"].logs


PRECEDENCE = {
    "purpose": "",
    "defaults": "defaults: { queue: { run: { cpus: 1 } } }",
    "workflow": "workflows: { only: { repository: a/b@v1, entrypoint: w.cwl, template: custom, run: { cpus: 2 } } }",
    "sub-challenge or queue": "run: { cpus: 3 }",
    "by_sub_challenge": "by_sub_challenge: { one: { run: { cpus: 4 } } }",
    "round": "run: { cpus: 5 }",
}
"""Place → how it says how many processors a run gets."""

SHORT = """
manifest: 1
challenge: {{ key: short, name: Short, timezone: UTC }}
timeline: {{ open: 2027-03-03, close: 2027-06-30 }}
sub_challenges: {{ one: {{ metrics: {{ rmse: minimize }} }} }}
data: {{ truth: {{ folder: Private, file: truth.csv }} }}
{defaults}
{workflow}
queues:
  q:
    purpose: final
    limits: {{ total: 1 }}
    truth: truth
    {queue}
    {by_sub_challenge}
    rounds: [{{ name: Only, start: open, end: close, {round} }}]
"""


@pytest.mark.parametrize("depth", [2, 3, 4, 5, 6])
def test_of_several_places_the_one_named_last_wins(depth: int, tmp_path: Path) -> None:
    line = next(line for line in TOUR.splitlines() if line.startswith("> purpose"))
    places = [word.strip(" `") for word in line[1:].split("<")]
    assert set(places) == set(PRECEDENCE)
    spoken = {place: PRECEDENCE[place] for place in places[:depth]}
    (tmp_path / "challenge.yaml").write_text(
        SHORT.format(
            defaults=spoken.get("defaults", ""),
            workflow=spoken.get("workflow", ""),
            queue=spoken.get("sub-challenge or queue", ""),
            by_sub_challenge=spoken.get("by_sub_challenge", ""),
            round=spoken.get("round", ""),
        )
    )
    challenge = load_challenge(tmp_path / "challenge.yaml").resolved
    assert challenge is not None
    wanted = re.search(r"cpus: (\d)", PRECEDENCE[places[depth - 1]])
    assert wanted is not None
    assert challenge.queues[0].rounds[0].run.cpus == int(wanted[1])
