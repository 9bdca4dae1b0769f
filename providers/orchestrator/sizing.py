"""Whether the machine is large enough for what may run at once (orchestrator 7a, points 7 to 13)."""

from dataclasses import dataclass

from providers.orchestrator.inputs import GIGABYTE, OrchestratorInputs

# For the system, the orchestrator and the engine's own processes; our choice, the guide only says "plus the system".
RESERVE = 4 * GIGABYTE


@dataclass(frozen=True, slots=True)
class Need:
    """Memory or disk in bytes: a base, and so much for `each` of what runs `at_once`; available: None if unsaid."""

    what: str
    terms: str
    base: int
    each: int
    at_once: int
    available: int | None

    @property
    def needed(self) -> int:
        """The sum, in bytes."""
        return self.base + self.each * self.at_once

    @property
    def fits(self) -> bool:
        """Whether it fits; what nobody said isn't held against it."""
        return self.available is None or self.needed <= self.available

    @property
    def line(self) -> str:
        """`memory: 4 × 10 GB + 4 GB reserve = 44 GB of 64 GB`, and how many fit if these don't."""
        if self.available is None:
            return f"{self.what}: {self.terms} = {gigabytes(self.needed)} needed; nobody said what the machine has"
        text = f"{self.what}: {self.terms} = {gigabytes(self.needed)} of {gigabytes(self.available)}"
        return text if self.fits else f"{text}, TOO LITTLE ({self._room(self.available)})"

    def _room(self, available: int) -> str:
        fitting = (available - self.base) // self.each if self.each else 0
        return f"enough for {fitting} at a time" if fitting > 0 else "not even enough for one"


@dataclass(frozen=True, slots=True)
class Sizing:
    """What is needed of memory and disk, as far as anything is known."""

    needs: tuple[Need, ...] = ()

    @property
    def fits(self) -> bool:
        """Whether everything fits that is known."""
        return all(need.fits for need in self.needs)

    @property
    def line(self) -> str:
        """Everything on one line; empty if nothing is known."""
        return "; ".join(need.line for need in self.needs)


NOTHING_KNOWN = Sizing()


def sizing(inputs: OrchestratorInputs) -> Sizing:
    """Compare what may run at once with the machine."""
    return Sizing(tuple(need for need in (_memory(inputs), _disk(inputs)) if need is not None))


def gigabytes(size: int) -> str:
    """A size in GB (10^9 bytes), rounded to one decimal."""
    return f"{round(size / GIGABYTE, 1):g} GB"


def _memory(inputs: OrchestratorInputs) -> Need | None:
    each, at_once = inputs.memory_per_submission, inputs.max_concurrent
    if each is None:
        return None
    terms = f"{at_once} × {gigabytes(each)} + {gigabytes(RESERVE)} reserve"
    return Need("memory", terms, RESERVE, each, at_once, inputs.machine_memory)


def _disk(inputs: OrchestratorInputs) -> Need | None:
    """Inputs once; for each that may run at once its output and, for Docker submissions, its image."""
    image = inputs.submitted_image_size if inputs.docker_submissions else 0
    each, at_once = inputs.output_per_submission + image, inputs.max_concurrent
    if not each and not inputs.input_size:
        return None
    terms = [f"{gigabytes(inputs.input_size)} inputs"] if inputs.input_size else []
    terms += [f"{at_once} × {gigabytes(each)} {'images and outputs' if image else 'outputs'}"] if each else []
    return Need("disk", " + ".join(terms), inputs.input_size, each, at_once, inputs.machine_disk)
