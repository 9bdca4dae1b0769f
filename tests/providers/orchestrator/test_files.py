"""The folder of an orchestrator is what the golden files say, or nothing."""

from dataclasses import replace
from pathlib import Path

import pytest

from challenge_spec.load import load_challenge
from challenge_spec.rulebook.sound import SOUND
from providers.orchestrator.files import ENV, assemble, token_in
from providers.orchestrator.from_challenge import inputs_of
from providers.orchestrator.inputs import Needed, OrchestratorInputs, ServedQueue
from tests.providers.orchestrator.examples import EXAMPLES, EXTERNAL, FULL, PLAIN, SCORING

GOLDEN = Path(__file__).with_name("golden")


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_folder_equals_the_golden_files(name: str) -> None:
    expected = {file.name: file.read_text() for file in (GOLDEN / name).iterdir()}
    assert dict(assemble(EXAMPLES[name]).files) == expected


def test_nothing_is_written_while_an_id_is_missing() -> None:
    unknown = Needed("workflow.scoring", None)
    inputs = replace(
        FULL,
        queues=(ServedQueue(Needed("queue.a", None), unknown), ServedQueue(Needed("queue.b", "2"), unknown)),
        logs=Needed("folder.logs", None),
        unlock=Needed("team.administrators", None),
    )
    folder = assemble(inputs)
    assert folder.files == {}
    assert folder.missing == ("queue.a", "workflow.scoring", "folder.logs", "team.administrators")


def test_a_missing_service_account_is_named_by_its_place_in_the_manifest() -> None:
    assert assemble(replace(PLAIN, service_account=None)).missing == ("orchestrators.main.service_account",)


def test_nobody_has_to_sign_in_where_evaluation_happens_elsewhere() -> None:
    assert EXTERNAL.service_account is None
    assert assemble(EXTERNAL).missing == ()


def test_sizes_are_told_even_while_ids_are_missing() -> None:
    folder = assemble(replace(FULL, logs=Needed("folder.logs", None)))
    assert folder.notes[0].startswith("memory: 4 × 10 GB + 4 GB reserve = 44 GB of 64 GB")


def test_nothing_is_written_while_something_is_wrong() -> None:
    folder = assemble(replace(PLAIN, toil_options="--workDir /tmp"))
    assert folder.files == {}
    assert [problem.field for problem in folder.problems] == ["toil_options"]


def test_no_token_is_written_unless_it_is_given() -> None:
    assert "\nSYNAPSE_PAT=\n" in assemble(PLAIN).files[ENV]


def test_a_given_token_is_written() -> None:
    assert "\nSYNAPSE_PAT=abc.def-_1\n" in assemble(PLAIN, token="abc.def-_1").files[ENV]


@pytest.mark.parametrize("spelling", ["abc.def", '"abc.def"', "'abc.def'", "abc.def \r"])
def test_a_token_that_somebody_filled_in_is_found_again(spelling: str) -> None:
    text = assemble(PLAIN).files[ENV].replace("SYNAPSE_PAT=", f"SYNAPSE_PAT={spelling}")
    assert token_in(text) == "abc.def"


def test_an_unfilled_token_is_no_token() -> None:
    assert token_in(assemble(PLAIN).files[ENV]) == ""


def test_a_token_that_cannot_be_written_is_refused_without_repeating_it() -> None:
    folder = assemble(PLAIN, token="se$cret")
    assert folder.files == {}
    assert "se$cret" not in repr(folder)


@pytest.mark.parametrize("inputs", [PLAIN, FULL])
def test_the_order_of_queues_is_kept(inputs: OrchestratorInputs) -> None:
    backwards = replace(inputs, queues=(*inputs.queues, ServedQueue(Needed("queue.first", "1"), SCORING)))
    line = next(line for line in assemble(backwards).files[ENV].splitlines() if line.startswith("EVALUATION_TEMPLATES"))
    assert line.endswith(',"1":"syn70000021"}')


def test_the_runbook_has_the_images_of_the_workflow_pulled_beforehand() -> None:
    folder = assemble(replace(PLAIN, workflow_images=("ghcr.io/example/validate@sha256:1", "ghcr.io/example/score")))
    commands = [line.strip() for line in folder.files["RUNBOOK.md"].splitlines() if "docker pull" in line]
    assert commands == ["docker pull ghcr.io/example/validate@sha256:1", "docker pull ghcr.io/example/score"]


def test_an_orchestrator_pulls_the_images_of_the_workflows_it_runs_each_once(tmp_path: Path) -> None:
    image = f"ghcr.io/example/score@sha256:{'0f' * 32}"
    said = f"images: {{ validate: {image}, score: {image} }}, rep"
    path = tmp_path / "challenge.yaml"
    path.write_text(SOUND.replace("data-to-model, rep", f"data-to-model, {said}").replace("wiki: {", "# wiki: {"))
    challenge = load_challenge(path).resolved
    assert challenge is not None
    assert [inputs.workflow_images for inputs in inputs_of(challenge, {})] == [(image,)]
