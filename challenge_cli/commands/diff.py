"""`challenge diff`: what two revisions of a manifest say differently, offline."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from challenge_cli import console
from challenge_cli.errors import Code, Failure
from challenge_cli.options import format_option

if TYPE_CHECKING:
    from challenge_cli.revisions import Repository
    from challenge_spec.resolved import ResolvedChallenge
    from planner.render.revisions_schema import RevisionsDocument
    from planner.revisions import Side

EPILOG = """\b
Examples:
  challenge diff main                                 from main to the files as they are
  challenge diff v1 v2 --manifest odor/challenge.yaml
  challenge diff HEAD^1 HEAD --format markdown        in CI, on the merge commit of a pull request"""
WORKING_FILES: Final = "the working files"


@click.command("diff", epilog=EPILOG)
@click.argument("base")
@click.argument("head", required=False)
@click.option("--manifest", type=click.Path(path_type=Path), default="challenge.yaml", show_default=True)
@format_option("text", "markdown", "json")
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 where the revisions differ.")
@click.option("--now", metavar="TIME", help="As if it were that time; it decides which pages are up. Default: now.")
@click.option("--verbose", is_flag=True, help="Every field of what is new or gone; nothing folded.")
def command(
    base: str, head: str | None, manifest: Path, form: str, detailed_exitcode: bool, now: str | None, verbose: bool
) -> int:
    """Show what becomes different from the git revision BASE to HEAD, by default the working files. Needs no network.

    Both are compiled as `plan` would, each at its own stage, and compared address by address. Synapse is not asked: it
    may differ from both. BASE may be from before there was a manifest: then everything is new.
    """
    found = compare(manifest, base, head, now)
    show(found, form, verbose)
    return Code.PENDING if detailed_exitcode and (found.changes or found.settings) else Code.FINE


def compare(manifest: Path, base: str, head: str | None, now: str | None) -> RevisionsDocument:
    """Compare two revisions of a manifest. Raises Failure where one of them can't be read or used."""
    from challenge_cli.moments import moment
    from challenge_cli.revisions import repository_of
    from planner.revisions import compare_revisions

    path = manifest / "challenge.yaml" if manifest.is_dir() else manifest
    repository = repository_of(path)
    instant = moment(now) if now else datetime.now(UTC)
    with _side(repository, path, base) as old, _side(repository, path, head) as new:
        if new is None:
            raise Failure(f"{head}:{path}", "there is no such file", "name the manifest with --manifest")
        return compare_revisions(old, new, instant)


@contextmanager
def _side(repository: Repository, manifest: Path, revision: str | None) -> Iterator[Side | None]:
    """The challenge of one revision, as long as its files are there; None where it has no such manifest."""
    if revision is None:
        from challenge_cli.manifests import existing

        yield WORKING_FILES, None, _usable(existing(manifest), None, "")
        return
    commit = repository.commit(revision)
    inside = _within(repository, manifest)
    if not repository.has(commit, inside):
        yield None
        return
    with repository.files(commit) as folder:
        yield revision, commit, _usable(folder / inside, folder, f"{revision}:")


def _within(repository: Repository, manifest: Path) -> str:
    path = manifest.parent.resolve() / manifest.name
    if not path.is_relative_to(repository.root):
        raise Failure(str(manifest), f"it is not in the repository {repository.root}", "name a manifest that is")
    return path.relative_to(repository.root).as_posix()


def _usable(manifest: Path, folder: Path | None, shown: str) -> ResolvedChallenge:
    """The challenge of a manifest. Raises Failure, with what was found, where it has errors.

    folder: of files that were taken from a revision; messages name them as `shown` and their path in it.
    """
    from challenge_spec.diagnostics import count, render
    from challenge_spec.load import load_challenge

    def named(text: str) -> str:
        return text.replace(f"{folder}/", shown) if folder else text

    loaded = load_challenge(manifest)
    if loaded.resolved is None:
        console.message(named(render(loaded.diagnostics, loaded.files)))
        what = f"the manifest can't be used: {count(loaded.diagnostics)}"
        raise Failure(named(str(manifest)), what, "mend what is said above, or compare with another revision")
    return loaded.resolved


def show(found: RevisionsDocument, form: str, verbose: bool) -> None:
    """Print a comparison: text for people, Markdown for pull requests, JSON for scripts."""
    from planner.render import revisions

    if form == "json":
        console.result(found.model_dump_json(indent=2))
    elif form == "markdown":
        console.result(revisions.render_markdown(found))
    else:
        console.show(revisions.render(found, console.width(), verbose))
