"""The page for the people who run the machine."""

from collections.abc import Iterator

from providers.orchestrator.inputs import OrchestratorInputs
from providers.orchestrator.settings import TOKEN
from providers.orchestrator.sizing import sizing

_START = """
## Start

1. Copy this folder to the machine. It needs Docker and Compose (1.27 or newer, or 2).
2. Fill in `{token}` in `.env`: a personal access token of `{account}` with view, download and modify.
   Then `chmod 600 .env`.
3. Look at what compose makes of it: `docker-compose config`.
4. The first time in the foreground, to see the log: `docker-compose up`. Submit something of your own to a test queue.
5. From then on in the background: `docker-compose up -d`, and `docker-compose logs -f` to look.

`{account}` must be certified, have accepted the terms of use, may score on every queue above, administers the logs
folder and reads the workflow files. Only one machine may serve a queue.
"""

_OPERATE = """
## Change, drain, stop

- Any change of `.env`, of a workflow link or of its ROOT_TEMPLATE needs a restart:
  `docker-compose up -d --force-recreate`. What is pushed to a branch that a link names takes effect with the very next
  submission, without one.
- Drain: add `ACCEPT_NEW_SUBMISSIONS=false` and restart. Running jobs are finished, new submissions wait. To accept
  again, remove the line: `ACCEPT_NEW_SUBMISSIONS=true` drains as well.
- Before stopping, see that nothing runs: `docker ps` lists no `workflow_job.` container. Then `docker-compose down`.
  Jobs that still run go on by themselves.

## When something is wrong

- It starts over and over, with a mail each time: `docker-compose stop`, then read the log. Most settings are first used
  when the first submission arrives.
- It stops over a job without a submission in progress: somebody changed a status by hand. Remove that `workflow_job.`
  container.
- A submission became INVALID with ERROR_ENCOUNTERED_DURING_EXECUTION: its container is gone (rebuilt or pruned
  machine). Set it to RECEIVED again.
- It stops while mailing a submitter whose display name has `$` or a backslash: set `SUBMITTER_NOTIFICATION_MASK=0` and
  restart.
- More than 10 mails a minute are refused by Synapse: narrow `job_mail` in the manifest.
"""

_HAND_OVER = """
## Evaluation happens elsewhere

There is no workflow orchestrator to configure (`engine: {engine}`). Whoever evaluates takes submissions with status
RECEIVED from the queues above, sets EVALUATION_IN_PROGRESS, then ACCEPTED or INVALID, and needs the right to score on
each queue{account}.
"""


def runbook(inputs: OrchestratorInputs) -> str:
    """The text of `RUNBOOK.md`; ids must be known."""
    return "\n".join(_head(inputs)) + "\n" + _body(inputs)


def _head(inputs: OrchestratorInputs) -> Iterator[str]:
    yield f"# {inputs.challenge}: orchestrator {inputs.name}"
    yield ""
    if inputs.operator:
        yield f"For {inputs.operator}: the whole folder is handed over; its `.env` has no token yet."
        yield ""
    yield "| queue | id | workflow | id |"
    yield "|---|---|---|---|"
    for served in inputs.queues:
        workflow = f"{served.workflow.address} | {served.workflow.known}" if served.workflow else "none |"
        yield f"| {served.queue.address} | {served.queue.known} | {workflow} |"
    yield ""
    yield f"Logs and predictions go to {inputs.logs.known}, at most {inputs.max_concurrent} submissions run at a time."
    if line := sizing(inputs).line:
        yield f"Sizes: {line}."
    if inputs.workflow_images:
        yield ""
        yield "Validation and scoring run in these images. Pull them beforehand, else the first one waits:"
        yield ""
        yield from (f"    docker pull {image}" for image in inputs.workflow_images)


def _body(inputs: OrchestratorInputs) -> str:
    if not inputs.runs_orchestrator:
        account = f" (`{inputs.service_account}` has it)" if inputs.service_account else ""
        return _HAND_OVER.format(engine=inputs.engine, account=account)
    return _START.format(token=TOKEN, account=inputs.service_account) + _OPERATE
