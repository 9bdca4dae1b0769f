"""Rules about the code of workflows: the images it runs in, and what a checkout of it shows."""

from __future__ import annotations

from typing import Final

from challenge_spec.rulebook.rule import Example, Rule

_ENTRY = "data-to-model, rep"
_DIGEST = "@sha256:" + "6f2d1c0b" * 8
_SCORE = f"ghcr.io/my-org/score{_DIGEST}"
_CHECKOUT = "data-to-model, checkout: infra, rep"
_HERE = ((_ENTRY, _CHECKOUT),)
_CWL = "cwlVersion: v1.0\nclass: Workflow\ninputs:\n  - id: groundTruth\n    type: string\n    default: {0}\n"
_STEP = "cwlVersion: v1.0\nclass: CommandLineTool\nhints:\n  DockerRequirement:\n    dockerPull: {0}\n"

RULES: Final = (
    Rule(
        "workflow.placeholder",
        "warning",
        "The checkout of a workflow still has something of the template that it was made from.",
        "Placeholders stood in live workflows for weeks; each submission failed, or was scored against nothing (B2).",
        "Write what belongs there.",
        Example(
            _ENTRY,
            _CHECKOUT,
            _CHECKOUT,
            files={"infra/workflow.cwl": _CWL.format("syn123")},
            mended={"infra/workflow.cwl": _CWL.format("from-the-queue-table")},
        ),
    ),
    Rule(
        "workflow.no-such-file",
        "error",
        "The entry point is not in the checkout of the workflow.",
        "The orchestrator would not find it in the archive, and no submission could be evaluated (guide, item 67).",
        "Name a file that is there.",
        Example(
            _ENTRY,
            "data-to-model, checkout: infra, entrypoint: scoring.cwl, rep",
            "data-to-model, checkout: infra, entrypoint: score/scoring.cwl, rep",
            files={"infra/score/scoring.cwl": _CWL.format("table")},
            mended={"infra/score/scoring.cwl": _CWL.format("table")},
        ),
    ),
    Rule(
        "workflow.not-fetched",
        "warning",
        "The checkout of a workflow is empty, or not there.",
        "Submodules are empty until somebody fetches them; nothing was looked at.",
        "Fetch it with `git submodule update --init`, or name another folder.",
        Example(
            _ENTRY,
            "data-to-model, checkout: infar, rep",
            _CHECKOUT,
            files={"infra/workflow.cwl": _CWL.format("table")},
            mended={"infra/workflow.cwl": _CWL.format("table")},
        ),
    ),
    Rule(
        "workflow.other-image",
        "warning",
        "The manifest names an image that no file of the checkout pulls.",
        "What is said here and what runs would be two things.",
        "Write it as `dockerPull` of that step, or say here what the step really pulls.",
        Example(
            "data-to-model, checkout",
            f"data-to-model, images: {{ score: {_SCORE} }}, checkout",
            also=_HERE,
            files={
                "infra/workflow.cwl": _CWL.format("table"),
                "infra/score.cwl": _STEP.format(f"ghcr.io/my-org/old-score{_DIGEST}"),
            },
            mended={"infra/workflow.cwl": _CWL.format("table"), "infra/score.cwl": _STEP.format(_SCORE)},
        ),
    ),
    Rule(
        "workflow.no-image",
        "warning",
        "Validation or scoring is not in Python, and no image is named for it.",
        "The templates' own image runs nothing else (guide, items 90, 92, 157).",
        "Name an image for both, `images: { validate: ..., score: ... }`.",
        Example(
            _ENTRY,
            "data-to-model, language: r, rep",
            f"data-to-model, language: r, images: {{ validate: {_SCORE}, score: {_SCORE} }}, rep",
        ),
    ),
    Rule(
        "pin.image",
        "warning",
        "The name of an image means another one after each push.",
        "What is not pinned changed under live queues: each submission may be scored by other code (G1).",
        "Pin it by digest, `name@sha256:...`.",
        Example(
            _ENTRY,
            "data-to-model, images: { score: ghcr.io/my-org/score:latest }, rep",
            f"data-to-model, images: {{ score: {_SCORE} }}, rep",
        ),
    ),
    Rule(
        "pin.image-tag",
        "info",
        "An image is named by a tag, which can be moved.",
        "Only a digest names the same image for ever.",
        "Write the digest; `docker inspect --format '{{index .RepoDigests 0}}' IMAGE` tells it.",
        Example(
            "main: { service_account",
            "main: { engine_image: quay.io/ucsc_cgl/toil:4.1.0, service_account",
            f"main: {{ engine_image: quay.io/ucsc_cgl/toil{_DIGEST}, service_account",
        ),
    ),
)
