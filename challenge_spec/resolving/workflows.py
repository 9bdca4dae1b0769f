"""Workflows: repositories taken apart, one link for each entry point, and which of them a queue uses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, Literal

from challenge_spec.resolved import ResolvedRun, ResolvedWorkflow
from challenge_spec.resolving.precedence import said
from challenge_spec.scoring import Purpose, Workflow

RefKind = Literal["tag", "commit", "branch"]


def candidates(workflows: Mapping[str, Workflow], purpose: Purpose) -> list[str]:
    """The workflows that a queue of this purpose may use without naming one."""
    wants_writeup = purpose == "writeup"
    return [key for key, item in workflows.items() if (item.template == "writeup") == wants_writeup]


def link_key(workflow: str, own: str | None, wanted: str | None) -> str:
    """The key of the link for an entry point: the workflow's, with the file's stem behind it if it isn't its own."""
    if wanted is None or wanted == (own or DEFAULT_ENTRYPOINT):
        return workflow
    return f"{workflow}/{PurePosixPath(wanted).with_suffix('')}".replace(" ", "-")


DEFAULT_ENTRYPOINT = "workflow.cwl"


def resolved_workflows(
    workflows: Mapping[str, Workflow], used: Iterable[tuple[str, str | None]]
) -> Iterator[ResolvedWorkflow]:
    """Each workflow, then each further entry point that a queue uses. `used`: (workflow, entry point) of queues."""
    links: dict[str, tuple[str, str]] = {
        key: (key, item.entrypoint or DEFAULT_ENTRYPOINT) for key, item in workflows.items()
    }
    for key, entrypoint in used:
        if key in workflows and entrypoint is not None:
            links.setdefault(link_key(key, workflows[key].entrypoint, entrypoint), (key, entrypoint))
    for link, (key, entrypoint) in links.items():
        yield _workflow(link, key, workflows[key], entrypoint)


def _workflow(link: str, key: str, item: Workflow, entrypoint: str) -> ResolvedWorkflow:
    is_own = link == key
    owner, repository, ref = repository_parts(item.repository or "")
    kind, name = ref_kind(ref)
    return ResolvedWorkflow(
        key=link,
        name=item.name if item.name and is_own else "workflow-" + link.replace("/", "-"),
        template=item.template or "custom",
        owner=owner,
        repository=repository,
        ref=name,
        ref_kind=kind,
        entrypoint=entrypoint,
        root_template=f"{archive_folder(repository, kind, name)}/{entrypoint.lstrip('/')}",
        archive_url=archive_url(owner, repository, kind, name),
        queue_table=item.queue_table,
        language=item.language,
        images=_images(item),
        checkout=item.checkout,
        run=resolved_run({key: getattr(item.run, key) for key in said(item.run)} if item.run else {}),
        grants=item.grants,
        inherits=item.inherits,
        adopt=item.adopt if is_own else None,
        use=item.use if is_own else None,
        was=item.was + link.removeprefix(key) if item.was else None,
        protect=item.protect,
        ignore=item.ignore,
    )


def _images(item: Workflow) -> dict[str, str]:
    said = {"validate": item.images.validate_, "score": item.images.score} if item.images else {}
    return {step: image for step, image in said.items() if image}


def resolved_run(values: Mapping[str, Any]) -> ResolvedRun:
    """What one evaluation may use, from what was said."""
    return ResolvedRun(**values)


def repository_parts(text: str) -> tuple[str, str, str]:
    """Owner, name and ref of `owner/name@ref`."""
    repository, _, ref = text.partition("@")
    owner, _, name = repository.partition("/")
    return owner, name, ref


def ref_kind(ref: str) -> tuple[RefKind, str]:
    """What kind of ref this is, and its short name; `refs/tags/x` and `refs/heads/x` say it outright."""
    if ref.startswith("refs/tags/"):
        return "tag", ref.removeprefix("refs/tags/")
    if ref.startswith("refs/heads/"):
        return "branch", ref.removeprefix("refs/heads/")
    if re.fullmatch(r"[0-9a-f]{40}", ref):
        return "commit", ref
    if re.fullmatch(r"v?[0-9]+(\.[0-9]+)*([-._+]?[0-9A-Za-z]+)*", ref) and ref[-1] not in "-._":
        return "tag", ref
    return "branch", ref


def archive_folder(repository: str, kind: RefKind, ref: str) -> str:
    """The top folder inside the archive: GitHub drops the `v` of a version tag and turns slashes into dashes (1.7)."""
    name = re.sub(r"^v(?=[0-9])", "", ref) if kind == "tag" else ref
    return f"{repository}-{name.replace('/', '-')}"


def archive_url(owner: str, repository: str, kind: RefKind, ref: str) -> str:
    """Where the archive is: the address must end in .zip (orchestrator 1.7)."""
    where = {"tag": "refs/tags/", "branch": "refs/heads/", "commit": ""}[kind]
    return f"https://github.com/{owner}/{repository}/archive/{where}{ref}.zip"
