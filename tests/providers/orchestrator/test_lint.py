"""What keeps the files from being written says which field, what and how to mend it."""

from dataclasses import replace
from typing import Any

import pytest

from providers.orchestrator.inputs import GIGABYTE, Needed, ServedQueue
from providers.orchestrator.lint import problems, warnings
from tests.providers.orchestrator.examples import EXAMPLES, FULL, PLAIN, SCORING

TWICE = (ServedQueue(Needed("queue.a", "1"), SCORING), ServedQueue(Needed("queue.b", "1"), SCORING))


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"queues": ()}, "queues", "do nothing"),
        ({"queues": TWICE}, "queue.a", "more than once"),
        ({"queues": (ServedQueue(Needed("queue.a", "1"), None),)}, "queue.a", "no workflow"),
        ({"queues": (ServedQueue(Needed("queue.a", "syn1"), SCORING),)}, "queue.a", "evaluation queue"),
        (
            {"queues": (ServedQueue(Needed("queue.a", "1"), Needed("workflow.w", "https://x/y.zip")),)},
            "workflow.w",
            "Synapse id",
        ),
        ({"logs": Needed("folder.logs", "70000030")}, "folder.logs", "Synapse id"),
        ({"notify": Needed("team.organizers", "example-team")}, "team.organizers", "user or team"),
        ({"toil_options": "--noLinkImports"}, "toil_options", "LinkImports"),
        ({"toil_options": "--workdir=/tmp"}, "toil_options", "workDir"),
        ({"toil_options": "--x $HOME"}, "TOIL_CLI_OPTIONS", "$"),
        ({"max_concurrent": 0}, "max_concurrent", "no submission would ever start"),
        ({"compose_project": "My Challenge"}, "compose_project", "volume names"),
        ({"docker_url": "tcp://192.0.2.7:2376"}, "docker_url", "certificate"),
        ({"image": "image name"}, "image", "not the name of an image"),
        ({"engine_image": "x:$TAG"}, "engine_image", "not the name of an image"),
        ({"rw_volumes": ("data",)}, "rw_volumes", "data"),
        ({"engine": "wes"}, "wes", "not given"),
    ],
    ids=str,
)
def test_a_mistake_is_said_with_its_field(change: dict[str, Any], field: str, says: str) -> None:
    found = problems(replace(PLAIN, **change))
    assert found[0].field == field
    assert says in found[0].message
    assert found[0].remedy


def test_everything_wrong_is_said_at_once() -> None:
    found = problems(replace(PLAIN, max_concurrent=0, compose_project="My Challenge", toil_options="--workDir /tmp"))
    assert {problem.field for problem in found} == {"max_concurrent", "compose_project", "toil_options"}


@pytest.mark.parametrize("name", EXAMPLES)
def test_nothing_is_wrong_with_the_examples(name: str) -> None:
    assert problems(EXAMPLES[name]) == ()


def test_locked_results_without_anybody_to_release_them_are_a_warning() -> None:
    assert any("`unlock`" in warning for warning in warnings(replace(FULL, unlock=None)))


def test_a_moving_tag_is_a_warning() -> None:
    assert any("moving tag" in warning for warning in warnings(PLAIN))


def test_large_submitted_images_are_a_warning() -> None:
    assert any("10 GB" in warning for warning in warnings(replace(FULL, submitted_image_size=11 * GIGABYTE)))


def test_nothing_is_worth_a_warning_where_all_is_said() -> None:
    assert warnings(FULL) == ()
