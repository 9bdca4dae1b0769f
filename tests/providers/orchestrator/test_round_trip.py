"""Whatever can be said is understood as it was meant."""

from hypothesis import given
from hypothesis import strategies as some

from providers.orchestrator.env_file import parse, render, unwritable
from providers.orchestrator.env_model import understand
from providers.orchestrator.files import ENV, assemble, meant
from providers.orchestrator.inputs import ALL_JOB_MAIL, Needed, OrchestratorInputs, ServedQueue
from providers.orchestrator.settings import settings

ids = some.integers(1, 10**12).map(str)
syn_ids = ids.map("syn{}".format)
names = some.from_regex(r"[a-z0-9][a-z0-9_-]{0,20}", fullmatch=True)
writable = some.text(some.characters(codec="ascii"), max_size=40).filter(lambda value: not unwritable(value))
principals = some.none() | ids.map(lambda principal: Needed("team.some", principal))


def served(queue: str, workflow: str) -> ServedQueue:
    return ServedQueue(Needed(f"queue.{queue}", queue), Needed(f"workflow.{workflow}", workflow))


queues = some.dictionaries(ids, syn_ids, min_size=1, max_size=5).map(
    lambda links: tuple(served(queue, workflow) for queue, workflow in links.items())
)
common = {
    "name": names,
    "challenge": some.text(),
    "queues": queues,
    "logs": syn_ids.map(lambda folder: Needed("folder.logs", folder)),
    "service_account": some.from_regex(r"[A-Za-z0-9._-]{3,20}", fullmatch=True).filter(lambda name: name != "null"),
    "compose_project": names.filter(lambda name: name != "null"),
    "notify": principals,
    "unlock": principals,
    "share_results": some.booleans(),
    "accepting": some.booleans(),
    "job_mail": some.sets(some.sampled_from(ALL_JOB_MAIL)).map(tuple),
    "max_concurrent": some.integers(1, 2**31 - 1),
    "execution_stage": some.sampled_from(["VALIDATION", "EXECUTION", "ALL"]),
    "memory_per_submission": some.none() | some.integers(1, 10**13),
    "machine_memory": some.none() | some.integers(0, 10**13),
}
in_docker = some.builds(
    OrchestratorInputs,
    engine=some.just("docker"),
    toil_options=some.none() | some.lists(some.from_regex(r"--[a-z]{1,3}", fullmatch=True)).map(" ".join),
    privileged=some.booleans(),
    rw_volumes=some.lists(names.map(lambda name: f"/{name}:/in/{name}"), max_size=3).map(tuple),
    engine_image=some.none() | names.map("registry.example.org/{}:1.0".format),
    **common,
)
in_wes = some.builds(
    OrchestratorInputs,
    engine=some.just("wes"),
    wes_endpoint=some.just("http://localhost:8082"),
    wes_shared_dir=names.map("/{}".format),
    **common,
)


@given(some.dictionaries(some.from_regex(r"[A-Z][A-Z0-9_]*", fullmatch=True), writable))
def test_what_is_written_is_read_back(said: dict[str, str]) -> None:
    assert parse(render(said, "a heading")) == said


@given(in_docker | in_wes)
def test_the_file_holds_the_settings_and_the_orchestrator_understands_what_was_meant(
    inputs: OrchestratorInputs,
) -> None:
    folder = assemble(inputs, token="a.token")
    assert folder.problems == ()
    read = parse(folder.files[ENV])
    assert read == settings(inputs, "a.token")
    assert understand(read) == meant(inputs)


@given(in_docker | in_wes)
def test_a_file_is_ascii_lines_without_a_secret(inputs: OrchestratorInputs) -> None:
    text = assemble(inputs).files[ENV]
    assert text.isascii()
    assert text.endswith("\n")
    assert "\r" not in text
    assert parse(text)["SYNAPSE_PAT"] == ""
