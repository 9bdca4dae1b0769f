"""Pages of a new challenge: what each of them must say, as a line that waits to be replaced."""

from __future__ import annotations

from typing import Final

PREREGISTRATION: Final = """\
# {{ challenge.name }}

TODO: what will be asked, and why it matters, in three sentences.

Leave your address, and you will hear when it opens: ${jointeam?teamId={{ teams.preregistrants.id }}}
"""

PAGES: Final = {
    "wiki/index.md": """\
---
title: Overview
---
TODO: the question, why it matters, and who asks it.

The challenge opens on {{ timeline.open }} and closes on {{ timeline.close }}.
Get [the data](data.md), read [how to submit](submit.md) and [the rules](rules.md).
""",
    "wiki/data.md": """\
---
title: Data
order: 1
---
TODO: where the data come from, what each file and column holds, and how to cite them.

The training data: {{ data.training.id }}.
""",
    "wiki/submit.md": """\
---
title: How to submit
order: 2
---
TODO: the form of a submission, how it is scored, and what the participants learn of it.
""",
    "wiki/rules.md": """\
---
title: Rules
order: 3
---
TODO: who may take part, in teams of how many, and what the winners get.
""",
}
