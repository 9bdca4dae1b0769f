"""From a challenge on Synapse to none: the plan to take it down, and its receipt."""

from __future__ import annotations

from collections import Counter

from challenge_cli.engine import Job, Look, carry_out, means
from planner.desired import compile_challenge
from planner.destroying import counted, make_destruction
from planner.renames import rename
from planner.render.document import document
from providers.apply.events import Emit
from providers.apply.receipt import Receipt
from providers.apply.run import Apply, World
from providers.synapse.reader import SynapseReader
from providers.synapse.session import Session


async def look_to_destroy(session: Session, job: Job) -> Look:
    """Read everything of ours, and what is in it; sends nothing that writes. Raises ProviderError."""
    wanted = compile_challenge(job.challenge, job.challenge.stage, session.now())
    reader = SynapseReader(session, counted(wanted))
    applied = rename(await reader.read_applied(wanted), job.challenge, wanted)
    live = await reader.read(wanted, applied)
    planned = make_destruction(job.challenge, live, applied, job.options)
    return Look(planned.plan, document(planned.plan, job.named), World(planned.desired, live, applied))


async def destroy(session: Session, job: Job, current: Look, emit: Emit) -> Receipt:
    """Carry out what was looked at. Raises ProviderError where nothing could be begun."""
    session.require_writing()
    tools = means(session, job, current, emit, look_again=look_to_destroy)
    walk = Apply(current.plan, current.shown.digest, current.world, tools)
    return await carry_out(walk, session, job, current, emit, Counter[str]())
