"""The files of a new challenge, from the answers to the questions that its planning begins with (guide, section 7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from challenge_cli.skeleton.pages import PAGES, PREREGISTRATION
from challenge_spec.keys import slug

MANIFEST = "challenge.yaml"
_COMMON = frozenset({"the", "challenge", "dream"})
_TEMPLATES = {"docker": "model-to-data", "project": "writeup"}


@dataclass(frozen=True, slots=True)
class Answers:
    """What is known of a challenge when its planning begins. Moments are written as in a manifest, `tbd` included."""

    name: str
    timezone: str
    human_data: bool
    daily: int
    key: str
    preregistration: str
    open: str
    close: str
    conclude: str
    organizers: tuple[str, ...]
    administrators: tuple[str, ...]
    tasks: tuple[str, ...]
    submission: str
    together: bool
    every: str
    scores: str
    writeups: bool
    sensitive: bool
    terms: bool
    metric: str
    direction: str
    repository: str
    service_account: str


def key_from(name: str) -> str:
    """A key made of a name, without the words and numbers before it that every challenge has."""
    words = [word for word in slug(name).replace("_", "-").split("-") if word not in _COMMON]
    return "-".join(words).lstrip("0123456789-") or "challenge"


def files_of(answers: Answers) -> Mapping[str, str]:
    """Every file of the new challenge, by its path."""
    from challenge_spec.schema import FILE_NAME, manifest_schema, rendered

    pages = {**PAGES, **({"preregistration.md": PREREGISTRATION} if answers.preregistration else {})}
    return {
        MANIFEST: _manifest(answers),
        **pages,
        FILE_NAME: rendered(manifest_schema()),
        ".gitignore": ".challenge/\n",
    }


def _manifest(answers: Answers) -> str:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from challenge_spec.dump import scalar
    from challenge_spec.format import formatted

    environment = Environment(  # noqa: S701 -- YAML, where every answer goes through `scalar`
        loader=FileSystemLoader(Path(__file__).parent), undefined=StrictUndefined, keep_trailing_newline=True
    )
    environment.filters["scalar"] = scalar
    tasks = [{"key": key_from(name), "name": name} for name in answers.tasks]
    template = _TEMPLATES.get(answers.submission, "data-to-model")
    text = environment.get_template(f"{MANIFEST}.j2").render({**asdict(answers), "tasks": tasks, "template": template})
    return formatted(text)
