"""Sub-challenges, data, views and orchestrators."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from challenge_spec.manifest import Manifest
from challenge_spec.resolved import (
    ResolvedColumn,
    ResolvedData,
    ResolvedFormat,
    ResolvedOrchestrator,
    ResolvedQueue,
    ResolvedSubChallenge,
    ResolvedView,
    ResolvedViewColumn,
)
from challenge_spec.resolving.names import title
from challenge_spec.resolving.precedence import all_with_defaults
from challenge_spec.resolving.times import Times
from challenge_spec.scoring import Format, JobMail, Machine, MeanOfRanks, Orchestrator, SubChallenge
from challenge_spec.wiki import View

RankRule = Literal["in_order", "mean_of_ranks", "people"]

ALL_JOB_MAIL: tuple[JobMail, ...] = ("started", "completed", "failed", "stopped", "timed_out")
DEFAULT_CONCURRENT = 10
"""What the orchestrator itself takes (orchestrator-and-tools 1.2)."""


def sub_challenges(manifest: Manifest) -> Iterator[ResolvedSubChallenge]:
    """The questions, in order."""
    for key, said in all_with_defaults(manifest.sub_challenges, manifest.defaults.sub_challenge).items():
        rank_by, rule = _ranking(said)
        yield ResolvedSubChallenge(
            key=key,
            name=said.name or title(key),
            question=said.question,
            format=_format(said.format) if said.format else None,
            metrics=said.metrics,
            rank_by=rank_by,
            rank_rule=rule,
            elsewhere=said.elsewhere,
            was=said.was,
        )


def _ranking(said: SubChallenge) -> tuple[tuple[str, ...], RankRule]:
    if said.rank_by == "people":
        return (), "people"
    if isinstance(said.rank_by, MeanOfRanks):
        return said.rank_by.mean_of_ranks, "mean_of_ranks"
    return tuple(said.rank_by or list(said.metrics)[:1]), "in_order"


def _format(said: Format) -> ResolvedFormat:
    columns = tuple(
        ResolvedColumn(name=name, **column.model_dump(exclude_none=True)) for name, column in said.columns.items()
    )
    return ResolvedFormat(file=said.file, columns=columns, files=said.files)


def data(manifest: Manifest, times: Times, queues: Iterable[ResolvedQueue]) -> Iterator[ResolvedData]:
    """Data entries; those that some queue or round scores against are truths."""
    served = list(queues)
    truths = {key for queue in served for key in queue.truths}
    inputs = {key for queue in served for key in queue.reads} - truths
    for key, said in all_with_defaults(manifest.data, manifest.defaults.data).items():
        never = said.release is not None and said.release.text == "never"
        yield ResolvedData(
            key=key,
            folder=tuple(said.folder.split("/")) if said.folder else (),
            file=said.file,
            version=said.version,
            description=said.description or "",
            access=said.access or {},
            grants=said.grants,
            inherits=said.inherits,
            start=times.read(said.start, "start", ("data", key, "start")),
            release=None if never else times.read(said.release, "start", ("data", key, "release")),
            requires=said.requires,
            is_truth=key in truths,
            is_input=key in inputs,
            at=said.at,
            path=said.path,
            url=said.url,
            expected=times.read(said.expected, "end", ("data", key, "expected")),
            synthetic=said.synthetic,
            adopt=said.adopt,
            use=said.use,
            was=said.was,
            protect=said.protect,
            ignore=said.ignore,
        )


def views(manifest: Manifest, queues: Sequence[ResolvedQueue]) -> Iterator[ResolvedView]:
    """The dashboard, then the organizer's views."""
    listed = all_with_defaults(manifest.views, manifest.defaults.view)
    for key in ["dashboard", *(key for key in listed if key != "dashboard")]:
        said = listed.get(key, View())
        if said.exists:
            yield _view(key, said, queues)


def _view(key: str, said: View, queues: Sequence[ResolvedQueue]) -> ResolvedView:
    return ResolvedView(
        key=key,
        name=said.name or title(key),
        description=said.description or "",
        queues=tuple(queue.key for queue in queues if is_among(queue, said.queues)),
        access=said.access or {},
        columns=tuple(ResolvedViewColumn(item.name, item.type, item.size) for item in said.columns or ()),
        per=said.per or "all",
        grants=said.grants,
        inherits=said.inherits,
        adopt=said.adopt,
        use=said.use,
        was=said.was,
        protect=said.protect,
        ignore=said.ignore,
    )


def is_among(queue: ResolvedQueue, wanted: tuple[str, ...] | None) -> bool:
    """Whether a list of queues (by entry or by address; None is all) means this one."""
    return wanted is None or queue.queue in wanted or queue.key in wanted


def orchestrators(manifest: Manifest, queues: Iterable[ResolvedQueue]) -> Iterator[ResolvedOrchestrator]:
    """The services that evaluate, each with the queues it serves."""
    serving = list(queues)
    for key, said in all_with_defaults(manifest.orchestrators, manifest.defaults.orchestrator).items():
        yield _orchestrator(manifest, key, said, tuple(queue.key for queue in serving if queue.orchestrator == key))


def _orchestrator(manifest: Manifest, key: str, said: Orchestrator, queues: tuple[str, ...]) -> ResolvedOrchestrator:
    machine = said.machine or Machine()
    return ResolvedOrchestrator(
        key=key,
        engine=said.engine or "docker",
        service_account=said.service_account,
        max_concurrent=said.max_concurrent or DEFAULT_CONCURRENT,
        memory_per_submission=said.memory_per_submission,
        machine_memory=machine.memory,
        machine_disk=machine.disk,
        machine_cpus=machine.cpus,
        machine_gpus=machine.gpus,
        job_mail=ALL_JOB_MAIL if said.job_mail is None else said.job_mail,
        notify=said.notify,
        unlock=said.unlock,
        compose_project=said.compose_project or f"{manifest.challenge.key}-{key}",
        docker_url=said.docker_url or "unix:///var/run/docker.sock",
        engine_image=said.engine_image,
        toil_options=said.toil_options,
        privileged=bool(said.privileged),
        wes_endpoint=said.wes.endpoint if said.wes else None,
        wes_shared_dir=said.wes.shared_dir if said.wes else None,
        queues=queues,
        operator=machine.operator,
        containers=machine.containers or "docker",
        accepting=said.accepting is not False,
        takes=said.takes or "all",
        image=said.image,
        certificates=said.certificates,
        volumes=said.volumes,
        input_size=said.input_size,
        output_per_submission=said.output_per_submission,
        image_size=said.image_size,
    )
