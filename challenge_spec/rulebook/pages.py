"""The page about each rule, and their index, as Markdown: `docs/rules/`."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path, PurePosixPath

from challenge_spec.rulebook import rules
from challenge_spec.rulebook.examples import excerpts
from challenge_spec.rulebook.rule import Example, Rule

_INTRODUCTION = """\
# Rules

What `challenge validate` looks for, by code. Generated from `challenge_spec/rulebook/`; each example is a test.
Numbers such as B2 name public incidents from which a rule was learned.

A warning or an info that is meant can be kept, with its reason, by a comment on its line or above it, and in the head
of a page for the whole page; errors can't be ignored:

```yaml
stage: draft  # challenge: ignore CODE -- REASON
```

```markdown
<!-- challenge: ignore CODE -- REASON -->
```

`challenge validate --ignore CODE` leaves warnings out of one run, `--select CODE` shows nothing else; a family's name
(`round`) stands for all of its codes. `challenge validate --explain CODE` prints a rule's page.
"""


def page(rule: Rule) -> str:
    """The page about one rule."""
    parts = [
        f"# {rule.code}",
        f"{rule.severity} · [all rules](README.md)",
        rule.what,
        f"**Why.** {rule.why}",
        f"**How to mend it.** {rule.mend}",
        *(_example(rule.example) if rule.example else ["No file shows it: it depends on the machine."]),
    ]
    return "\n\n".join(parts) + "\n"


def index() -> str:
    """The list of all rules."""
    families = [_family(family, list(members)) for family, members in groupby(rules(), key=lambda rule: rule.family)]
    return "\n".join([_INTRODUCTION, *families])


def write_pages(folder: Path) -> None:
    """Write every page and the index; pages of rules that are gone go."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {"README.md": index()} | {f"{rule.code}.md": page(rule) for rule in rules()}
    for path in folder.glob("*.md"):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8")


def _family(name: str, members: list[Rule]) -> str:
    rows = [
        f"| [{rule.code}]({rule.code}.md) | {rule.severity} | {rule.what.replace('|', chr(92) + '|')} |"
        for rule in members
    ]
    return "\n".join([f"## {name}", "", "| code | severity | what |", "|---|---|---|", *rows, ""])


def _example(example: Example) -> list[str]:
    return ["## Wrong", *_shown(example, mended=False), "## Right", *_shown(example, mended=True)]


def _shown(example: Example, *, mended: bool) -> list[str]:
    return [_block(name, text) for name, text in excerpts(example, mended=mended)]


def _block(name: str, text: str) -> str:
    language = {".yaml": "yaml", ".md": "markdown"}.get(PurePosixPath(name).suffix, "text")
    return f"`{name}`\n\n````{language}\n{text}\n````"
