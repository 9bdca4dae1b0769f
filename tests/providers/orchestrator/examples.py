"""Orchestrators that the tests of this folder start from."""

from dataclasses import replace

from providers.orchestrator.inputs import GIGABYTE, Needed, OrchestratorInputs, ServedQueue

SCORING = Needed("workflow.scoring", "syn70000021")
WRITEUP = Needed("workflow.writeup", "syn70000022")

# The smallest: everything at its default.
PLAIN = OrchestratorInputs(
    name="main",
    challenge="Odor Mixtures DREAM Challenge",
    engine="docker",
    queues=(ServedQueue(Needed("queue.leaderboard/similarity", "9614045"), SCORING),),
    logs=Needed("folder.logs", "syn70000030"),
    service_account="example-bot",
    compose_project="odor-mixtures",
)

# Everything that can be said of an orchestrator that runs Docker.
FULL = replace(
    PLAIN,
    queues=(
        ServedQueue(Needed("queue.leaderboard/similarity", "9614045"), SCORING),
        ServedQueue(Needed("queue.writeups", "9614046"), WRITEUP),
    ),
    notify=Needed("team.organizers", "3400001"),
    unlock=Needed("team.administrators", "3400002"),
    share_results=False,
    accepting=False,
    job_mail=("failed", "timed_out"),
    max_concurrent=4,
    execution_stage="EXECUTION",
    toil_options="--defaultMemory 100M --retryCount 0 --defaultDisk 1000000",
    docker_url="tcp://192.0.2.7:2376",
    certificates="/etc/docker/certificates",
    privileged=True,
    rw_volumes=("/data/images:/images",),
    image="ghcr.io/sage-bionetworks/synapseworkfloworchestrator@sha256:" + "0" * 64,
    engine_image="sagebionetworks/synapse-workflow-orchestrator-toil:1.0",
    memory_per_submission=10 * GIGABYTE,
    machine_memory=64 * GIGABYTE,
    machine_disk=500 * GIGABYTE,
    input_size=50 * GIGABYTE,
    output_per_submission=GIGABYTE,
    docker_submissions=True,
)

WES = replace(PLAIN, engine="wes", wes_endpoint="http://localhost:8082", wes_shared_dir="/shared/wes")

EXTERNAL = replace(
    PLAIN,
    engine="external",
    service_account=None,
    queues=(ServedQueue(Needed("queue.final/similarity", "9614047"), None),),
)

EXAMPLES = {"plain": PLAIN, "full": FULL, "wes": WES, "external": EXTERNAL}
