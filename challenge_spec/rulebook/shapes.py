"""What may stand where in a manifest: keys, values, and texts that are not meant."""

from __future__ import annotations

from typing import Final

from challenge_spec.rulebook.rule import Example, Rule

_TYPED = 'Values are never guessed: YAML readers disagree on what `yes`, `1:30` or `"3"` are.'
_COUNT = "total: 3 }\n    truth"

RULES: Final = (
    Rule(
        "manifest.unknown-key",
        "error",
        "A key that the vocabulary does not know.",
        "A misspelt setting would silently keep its default.",
        "Correct the spelling; docs/manifest.md shows every block with its keys.",
        Example("  stage: draft", "  stagee: draft"),
    ),
    Rule(
        "manifest.missing-key",
        "error",
        "A key that must be there is missing.",
        "What nobody can answer for the organizers is never assumed.",
        "Add it.",
        Example("  timezone: America/Los_Angeles\n", ""),
    ),
    Rule(
        "manifest.unknown-value",
        "error",
        "A word that is none of the possible ones.",
        "Each of the words has a meaning; this one has none.",
        "Take one of those that the message names.",
        Example("stage: draft", "stage: launched"),
    ),
    Rule(
        "manifest.wrong-shape",
        "error",
        "A block, a list or a single value stands where something else is expected.",
        "It can't be read as what was meant.",
        "Write the shape that the message names.",
        Example("members: [example-admin]", "members: example-admin"),
    ),
    Rule(
        "manifest.quoted",
        "error",
        "A number or a truth value is in quotes.",
        _TYPED,
        "Remove the quotes.",
        Example(_COUNT, 'total: "3" }\n    truth'),
    ),
    Rule(
        "manifest.not-a-flag",
        "error",
        "Something else than `true` or `false`.",
        _TYPED,
        "Write `true` or `false`.",
        Example("human_data: false", "human_data: no"),
    ),
    Rule(
        "manifest.not-a-count",
        "error",
        "Something else than a whole number.",
        _TYPED,
        "Write digits only.",
        Example(_COUNT, "total: three }\n    truth"),
    ),
    Rule(
        "manifest.not-a-number",
        "error",
        "Something else than a decimal number.",
        _TYPED,
        "Write for instance `0.5`.",
        Example(
            "    metrics:",
            "    format: { columns: { score: { min: zero } } }\n    metrics:",
            "    format: { columns: { score: { min: 0 } } }\n    metrics:",
        ),
    ),
    Rule(
        "manifest.not-a-size",
        "error",
        "A size without a number or without a unit.",
        "6 what? A factor of a thousand decides whether jobs die.",
        "Write a number and a unit: `6 GB`, `64 GiB`.",
        Example("memory: 6 GB", "memory: 6"),
    ),
    Rule(
        "manifest.bad-key",
        "error",
        "A name of an entry has characters that keys can't have.",
        "Keys become parts of addresses.",
        "Begin with a small letter; go on with small letters, digits, `-` and `_`. What people see is `name`.",
        Example("  finalists:", "  Finalists:"),
    ),
    Rule(
        "manifest.bad-text",
        "error",
        "A text of a wrong form: an id, a repository, an address, a path.",
        "Synapse or GitHub would not find it.",
        "Write it as the message shows.",
        Example("smell-infra@v1.0.0", "smell-infra"),
    ),
    Rule(
        "manifest.too-long",
        "error",
        "A text or list is longer than can be shown or stored.",
        "It would be refused or cut.",
        "Shorten it.",
        Example(
            "Predict how mixtures smell",
            "Predict how mixtures smell from what is known of their molecules and of their doses",
        ),
    ),
    Rule(
        "manifest.empty",
        "error",
        "A text or list is empty.",
        "Nothing is said where something must be.",
        "Give it a value, or delete it.",
        Example("name: My Org", 'name: ""'),
    ),
    Rule(
        "manifest.invalid",
        "error",
        "A value is refused for another reason.",
        "The message says which.",
        "As the message says.",
        None,
    ),
    Rule(
        "manifest.more-errors",
        "error",
        "There are more than 200 errors of form.",
        "Nobody reads more at once.",
        "Mend the first ones and check again.",
        Example("governance: {", "governance: { " + "".join(f"x{n}: 1, " for n in range(201))),
    ),
    Rule(
        "manifest.placeholder",
        "warning",
        "A text of the manifest looks like something to be filled in.",
        "A public challenge kept `UPDATE_ME` on its main branch for a month, others an id `syn123` (B2).",
        "Write what belongs there.",
        Example("name: My Org", "name: UPDATE_ME"),
    ),
    Rule(
        "manifest.secret",
        "error",
        "A text looks like an access token.",
        "A token in a committed file is known to whoever reads the repository, and stays in its history (H8).",
        "Remove it, and revoke it; credentials come from the environment.",
        Example("headline: Predict how", "headline: eyJ0eXAiOiJKV1Q.eyJhY2Nlc3Mi.x how"),
    ),
    Rule(
        "catalog.name",
        "warning",
        "The challenge's name is too short or too long for catalogues.",
        "They would refuse the entry (guide, item 191).",
        "Take 3 to 255 characters.",
        Example("name: Smell Challenge", "name: Ox", "name: Oxide Smells"),
    ),
    Rule(
        "catalog.not-edam",
        "warning",
        "A data type or operation is no concept of EDAM.",
        "Catalogues look it up by its number (guide, item 191).",
        "Write for instance `data_3495`, `operation_2423`.",
        Example(
            "headline: Predict",
            "operation: prediction, headline: Predict",
            "operation: operation_2423, headline: Predict",
        ),
    ),
    Rule(
        "catalog.too-many-tasks",
        "info",
        "There are more sub-challenges than the challenge portal shows.",
        "It shows five; the rest is not seen (guide, item 191).",
        "Put the most important ones first.",
        Example(
            "sub_challenges:\n",
            "sub_challenges:\n"
            + "".join(
                f"  task{n}: {{ name: Task {n}, submission: file, metrics: {{ rmse: minimize }}, rank_by: [rmse] }}\n"
                for n in range(5)
            ),
            "sub_challenges:\n",
        ),
    ),
)
