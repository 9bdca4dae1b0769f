"""From somebody else's files to ours: found, read, written, with a word about everything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Final, Literal
from zoneinfo import ZoneInfo

from challenge_spec.converting.block import Block
from challenge_spec.converting.bundle import Bundle, open_bundle
from challenge_spec.converting.names import fit
from challenge_spec.converting.opened import LIST, Opened, read_root
from challenge_spec.converting.outline import Outline
from challenge_spec.converting.pages import page_files
from challenge_spec.converting.report import CannotConvert, Report
from challenge_spec.converting.writing import ABOUT, COLUMNS, HEADLINE, heading_of, manifest_of, unplaced

Format = Literal["evalai", "codabench", "wiki-config", "quota"]
PLATFORMS: Final[Mapping[Format, str]] = {
    "evalai": "EvalAI",
    "codabench": "Codabench",
    "wiki-config": "challengeutils",
    "quota": "legacy quotas of Synapse",
}
MANIFEST: Final = "challenge.yaml"
"""What is written beside the pages."""
_LISTED = 100
"""Lines at the top of the manifest; the report has all."""


@dataclass(frozen=True, slots=True)
class Converted:
    """What came of it. source: the file that was read, as people see it; files: path beside the manifest → content."""

    format: Format
    source: str
    name: str
    files: Mapping[str, str | bytes]
    report: Report


def convert(path: Path, wanted: Format | None, zone: ZoneInfo, name: str | None) -> Converted:
    """Convert what is at a path. wanted: the format, None to find it out; name: in place of the source's own.

    Reads nothing outside of the folder or archive, and writes nothing. Raises CannotConvert.
    """
    bundle, named = open_bundle(path)
    file = named or _described_by(bundle, path, wanted)
    root = read_root(bundle, file)
    kind = wanted or _format_of(file, root)
    opened = Opened(bundle, file, root, zone, name or _called(path))
    outline = _reader(kind, root)(opened)
    outline.name = _fitting(name) if name else outline.name
    _to_be_said(outline)
    pages = page_files(outline, bundle)
    outline.report.in_order()
    left = dict.fromkeys(f"{_base(item.place.file)}:{item.place.line}: {item.what}" for item in outline.report.left)
    heading = heading_of(_base(file), PLATFORMS[kind], unplaced(outline), islice(left, _LISTED))
    manifest = manifest_of(outline, heading)
    return Converted(kind, bundle.shown(file), outline.name, {MANIFEST: manifest, **pages}, outline.report)


def _base(file: str) -> str:
    return file.rpartition("/")[2]


def _described_by(bundle: Bundle, path: Path, wanted: Format | None) -> str:
    """The file that describes the challenge, in a folder or archive. Raises CannotConvert."""
    kinds = _file_names()
    names = {name for kind, files in kinds.items() if wanted in (None, kind) for name in files}
    found = bundle.find(names)
    if not found:
        what = (
            f"there is none of {', '.join(sorted(names))} here" if names else "a folder doesn't say which file is meant"
        )
        raise CannotConvert(str(path), what, "name the file itself, and what it is with --from")
    if len(found) > 1:
        shown = ", ".join(found[:5])
        raise CannotConvert(str(path), f"several files could be meant: {shown}", "name one of them")
    return found[0]


def _file_names() -> Mapping[Format, tuple[str, ...]]:
    from challenge_spec.converting import codabench, evalai, wiki_config

    return {"evalai": evalai.FILES, "codabench": codabench.FILES, "wiki-config": wiki_config.FILES, "quota": ()}


def _format_of(file: str, root: Block) -> Format:
    """By the file's name, else by what is in it. Raises CannotConvert."""
    base = _base(file)
    for kind, names in _file_names().items():
        if base in names:
            return kind
    for kind, is_it in _SIGNS.items():
        if is_it(root):
            return kind
    what = "this is neither EvalAI's nor Codabench's, neither a wiki_config.json nor a quota"
    raise CannotConvert(root.at().file, what, f"say what it is: --from {'|'.join(PLATFORMS)}")


def _lists(root: Block, *keys: str) -> bool:
    """Whether a file is a list whose entries have one of these keys."""
    entries = root.value.get(LIST)
    return isinstance(entries, list) and any(
        key in item for item in entries[:50] if isinstance(item, Mapping) for key in keys
    )


_SIGNS: Final[Mapping[Format, Callable[[Block], bool]]] = {
    "evalai": lambda root: root.has("challenge_phases") or root.has("challenge_phase_splits"),
    "codabench": lambda root: root.has("phases"),
    "wiki-config": lambda root: _lists(root, "markdown_path", "parentId"),
    "quota": lambda root: (
        any(root.has(key) for key in ("quota", "results", "firstRoundStart", "numberOfRounds")) or _lists(root, "quota")
    ),
}


def _reader(kind: Format, root: Block) -> Callable[[Opened], Outline]:
    from challenge_spec.converting import codabench, codabench_v1, evalai, quota, wiki_config

    readers: Mapping[Format, ModuleType] = {"evalai": evalai, "wiki-config": wiki_config, "quota": quota}
    module = readers.get(kind) or (codabench_v1 if _is_first_version(root) else codabench)
    read: Callable[[Opened], Outline] = module.read
    return read


def _is_first_version(root: Block) -> bool:
    """Which of Codabench's two readers a bundle is for (peers 2.1). Raises CannotConvert."""
    said = root.value.get("version")
    version = said.strip() if isinstance(said, str) else None
    if said is not None and (version is None or not version.startswith(("1", "2"))):
        place = root.at("version")
        mend = "write `version: 2`, `version: 1.5` or `version: 1`, whichever it is"
        raise CannotConvert(f"{place.file}:{place.line}", "this version of Codabench's bundles is not known", mend)
    if version is not None:
        return version.startswith("1")
    return root.has("html") or isinstance(root.value.get("phases"), Mapping)


def _called(path: Path) -> str:
    """What the challenge is called where nothing says it: as its folder or archive."""
    resolved = path.resolve()
    return (
        fit(resolved.stem if resolved.suffix == ".zip" else (resolved if path.is_dir() else resolved.parent).name)
        or "Challenge"
    )


def _fitting(name: str) -> str:
    if fit(name) != name:
        mend = "letters without accents, digits, blanks, `.`, `_` and `-`, at most 100 of them"
        raise CannotConvert("--name", f"Synapse would refuse names made of `{name}`", mend)
    return name


def _to_be_said(outline: Outline) -> None:
    """Decisions that every converted challenge needs."""
    report, headline = outline.report, outline.catalogue.headline
    if headline and len(headline) > HEADLINE:
        report.decide(("catalog", "headline"), f"it was longer than {HEADLINE} characters: {headline}")
    about = outline.catalogue.description
    if about and len(about) > ABOUT:
        report.decide(("catalog", "description"), f"it was longer than {ABOUT} characters; the rest belongs on a page")
    for board in outline.boards:
        if len(board.columns) > COLUMNS:
            report.decide(
                ("views", board.key), f"{len(board.columns)} columns are too many; these are the first {COLUMNS}"
            )
    report.decide(("challenge", "timezone"), "the zone that people read; moments that end in `Z` keep what they mean")
    if outline.queues:
        report.decide(("workflows", "scoring"), "the workflow that scores; this one is made up")
        report.decide(("orchestrators", "main"), "the machine that runs it, and the account that it signs in as")
    if outline.accepts_terms:
        what = "Synapse's ACT makes the clickwrap; without these lines the terms are a page and no more"
        report.decide(("requirements", "terms"), what)
    report.decide(("teams", "organizers"), "who organizes it: user names on Synapse, under `teams.organizers.members`")
    report.decide(("governance", "human_data"), "whether data come from people; it is never assumed")
