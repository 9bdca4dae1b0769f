"""A manifest and its pages, loaded: everything that is known of them, and everything that is wrong, in one run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from challenge_spec.checkouts import read_checkouts
from challenge_spec.clock import Clock, TimeProblem, zone_named
from challenge_spec.diagnostics import Diagnostic, has_errors, in_order
from challenge_spec.findings import Findings
from challenge_spec.include import Assembly, assemble
from challenge_spec.manifest import Manifest
from challenge_spec.pages import Page
from challenge_spec.pages.read import read_wiki
from challenge_spec.resolved import ResolvedChallenge
from challenge_spec.resolving.challenge import resolve
from challenge_spec.rulebook import explained
from challenge_spec.rules import check
from challenge_spec.rules.context import Room
from challenge_spec.source import Source
from challenge_spec.suppression import judge
from challenge_spec.tree import Tree
from challenge_spec.validation import validate


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a manifest.

    manifest: None if the models refused it. resolved: None if there is any error. files: texts by shown name, which
    `diagnostics.render` wants for its excerpts. source: values with positions. kept: findings that comments keep on
    purpose, with the reasons.
    """

    manifest: Manifest | None
    resolved: ResolvedChallenge | None
    pages: tuple[Page, ...]
    diagnostics: tuple[Diagnostic, ...]
    files: Mapping[str, str] = field(default_factory=dict)
    source: Source = field(default_factory=Source)
    kept: tuple[tuple[Diagnostic, str], ...] = ()

    @property
    def has_errors(self) -> bool:
        """Whether the challenge can't be used as it stands."""
        return has_errors(self.diagnostics)


def load_challenge(path: Path | str, changed: Mapping[Path, bytes | None] | None = None) -> Loaded:
    """Read a manifest, what it includes and its pages. Never raises: what is wrong is in `diagnostics`.

    changed: files as they would be after an edit (see `Tree`), to see what becomes of it before anything is written.
    """
    manifest_path = Path(str(path).replace("\0", "?"))
    tree = Tree.around(manifest_path, changed)
    assembly = assemble(tree, manifest_path)
    if has_errors(assembly.problems) and not assembly.source.value:
        return _stopped(assembly, None, assembly.problems)
    manifest, problems = validate(Manifest, assembly.source)
    if manifest is None:
        return _stopped(assembly, None, [*assembly.problems, *problems])
    findings = Findings(assembly.source, [*assembly.problems])
    clock = _clock(manifest, findings)
    if clock is None:
        return _stopped(assembly, manifest, findings.items)
    return _resolved(assembly, manifest, clock, tree, findings)


def _clock(manifest: Manifest, findings: Findings) -> Clock | None:
    try:
        return Clock(zone_named(manifest.challenge.timezone), manifest.timeline)
    except TimeProblem as problem:
        findings.error(problem.code, ("challenge", "timezone"), problem.message, problem.remedy)
        return None


def _resolved(assembly: Assembly, manifest: Manifest, clock: Clock, tree: Tree, findings: Findings) -> Loaded:
    challenge = resolve(manifest, clock, findings)
    read = read_wiki(tree, manifest, challenge, clock, findings)
    challenge = replace(challenge, wiki=read.wiki)
    checkouts = read_checkouts(tree, challenge.workflows, findings)
    check(Room(manifest, challenge, clock, findings, read.files, tree, checkouts, assembly.source.texts()))
    texts = {page.name: page.text for page in read.files}
    code = {file.name: file.text for checkout in checkouts.values() for file in checkout.files}
    files = {**code, **assembly.files, **texts}
    judged = judge(findings.items, files, texts)
    diagnostics = in_order(explained(judged.shown))
    return Loaded(
        manifest=manifest,
        resolved=None if has_errors(diagnostics) else challenge,
        pages=read.wiki.pages,
        diagnostics=diagnostics,
        files=files,
        source=assembly.source,
        kept=judged.kept,
    )


def _stopped(assembly: Assembly, manifest: Manifest | None, problems: list[Diagnostic]) -> Loaded:
    return Loaded(manifest, None, (), in_order(explained(problems)), assembly.files, assembly.source)
