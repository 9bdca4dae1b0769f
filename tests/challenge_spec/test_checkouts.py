"""A checkout of a workflow's repository in the git tree: what is looked for in it, and where nobody looks."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from challenge_spec.load import Loaded
from tests.challenge_spec.sound import SOUND, Break, shown

DIGEST = "@sha256:" + "0f" * 32
WORKFLOW = "cwlVersion: v1.0\nclass: Workflow\n"


def loaded(broken: Break, files: Mapping[str, str], said: str = "") -> Loaded:
    checkout = f"data-to-model, checkout: infra, {said} rep"
    return broken(files={"challenge.yaml": SOUND.replace("data-to-model, rep", checkout), **files})


def found(challenge: Loaded, folder: Path) -> list[str]:
    return [
        f"{item.code} {os.path.relpath(item.position.file, folder)}:{item.position.line}:{item.position.column}"
        for item in challenge.diagnostics
        if item.code != "round.stops-early"
    ]


def test_what_is_left_of_the_templates_is_found_with_file_and_line(broken: Break, tmp_path: Path) -> None:
    step = "inputs:\n  - id: truth\n    default: syn123\n  - id: who\n    default: '3379097'\n"
    files = {
        "infra/workflow.cwl": WORKFLOW + step + "  - {id: dir, default: /home/user/input_data}\n",
        "infra/evaluation/score.py": "# TODO: your metric\n",
    }
    assert found(loaded(broken, files), tmp_path) == [
        "workflow.placeholder infra/evaluation/score.py:1:3",
        "workflow.placeholder infra/workflow.cwl:5:14",
        "workflow.placeholder infra/workflow.cwl:7:15",
        "workflow.placeholder infra/workflow.cwl:8:24",
    ]


def test_an_id_that_the_manifest_does_not_know_is_last_years(broken: Break, tmp_path: Path) -> None:
    files = {"infra/workflow.cwl": WORKFLOW + "default: syn25050506\n"}
    assert found(loaded(broken, files), tmp_path) == ["stale.foreign-id infra/workflow.cwl:3:10"]


def test_images_of_steps_are_pinned(broken: Break, tmp_path: Path) -> None:
    pulls = f"a:\n  dockerPull: tool:latest\nb:\n  dockerPull: 'r.example:5000/tool'\nc:\n  dockerPull: tool{DIGEST}\n"
    unsaid = "# dockerPull: old:latest\ne:\n  dockerPull: $(inputs.image)\n"
    files = {"infra/workflow.cwl": WORKFLOW + pulls + "d: {dockerPull: tool:v3.1.1}\n" + unsaid}
    assert found(loaded(broken, files), tmp_path) == [
        "pin.image infra/workflow.cwl:4:15",
        "pin.image infra/workflow.cwl:6:16",
        "pin.image-tag infra/workflow.cwl:9:17",
    ]


def test_an_entry_point_of_a_queue_is_looked_for_too(broken: Break, tmp_path: Path) -> None:
    text = SOUND.replace("data-to-model, rep", "data-to-model, checkout: infra, rep")
    text = text.replace("    truth: final-truth\n", "    truth: final-truth\n    entrypoint: finl.cwl\n")
    challenge = broken(
        files={"challenge.yaml": text, "infra/workflow.cwl": WORKFLOW, "infra/final.cwl": WORKFLOW},
    )
    (item,) = [item for item in challenge.diagnostics if item.code == "workflow.no-such-file"]
    assert item.position.line == text.split("entrypoint")[0].count("\n") + 1, shown(challenge)
    assert item.help == "Did you mean `final.cwl`?"


def test_a_comment_with_a_reason_keeps_a_finding_in_a_workflow_and_in_a_script(broken: Break, tmp_path: Path) -> None:
    files = {
        "infra/workflow.cwl": WORKFLOW
        + "dockerPull: tool:v1  # challenge: ignore pin -- their registry has no digests\n",
        "infra/score.py": "# challenge: ignore workflow.placeholder -- faster next year\nx = 1  # TODO: faster\n",
    }
    challenge = loaded(broken, files)
    assert found(challenge, tmp_path) == []
    assert {item.code for item, _ in challenge.kept} == {"workflow.placeholder", "pin.image-tag"}


def test_a_link_out_of_the_tree_is_not_followed(broken: Break, tmp_path: Path) -> None:
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    outside.mkdir()
    (outside / "workflow.cwl").write_text("default: syn123\n")
    (tmp_path / "infra").symlink_to(outside)
    challenge = loaded(broken, {})
    assert found(challenge, tmp_path) == ["file.outside challenge.yaml:42:49"]
    assert not any("syn123" in text for text in challenge.files.values())


def test_a_folder_with_too_many_files_is_refused_and_not_read(broken: Break, tmp_path: Path) -> None:
    (tmp_path / "infra").mkdir()
    for number in range(2_001):
        (tmp_path / "infra" / f"{number}.txt").touch()
    assert found(loaded(broken, {}), tmp_path) == ["file.too-big challenge.yaml:42:49"]


def test_a_checkout_in_the_defaults_is_read_once_and_reported_there(broken: Break, tmp_path: Path) -> None:
    text = SOUND.replace("queues:\n  lead", "defaults: { workflow: { checkout: gone } }\nqueues:\n  lead")
    challenge = broken(files={"challenge.yaml": text})
    assert found(challenge, tmp_path) == ["workflow.not-fetched challenge.yaml:24:35"], shown(challenge)


def test_bytes_that_are_no_text_do_no_harm(broken: Break, tmp_path: Path) -> None:
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra" / "score.py").write_bytes(b"\xff\xfe syn123\r\n")
    challenge = loaded(broken, {"infra/workflow.cwl": WORKFLOW})
    assert found(challenge, tmp_path) == ["workflow.placeholder infra/score.py:1:4"]
