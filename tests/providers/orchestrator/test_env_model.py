"""The orchestrator's own reading of its settings; the answers were recorded from the real thing (1.1 to 1.3)."""

import pytest

from providers.orchestrator.env_model import Lookup, OrchestratorStops, templates, understand

ENOUGH = {
    "DOCKER_ENGINE_URL": "unix:///var/run/docker.sock",
    "SYNAPSE_USERNAME": "example-bot",
    "SYNAPSE_PAT": "token",
    "WORKFLOW_OUTPUT_ROOT_ENTITY_ID": "syn1",
    "EVALUATION_TEMPLATES": '{"9614045":"syn123"}',
    "COMPOSE_PROJECT_NAME": "odor",
}


def test_a_system_property_goes_before_the_environment_and_that_before_what_is_bundled() -> None:
    name = "DOCKER_CERT_PATH"
    assert Lookup({}).find(name) == "/certs"
    assert Lookup({name: "/env"}).find(name) == "/env"
    assert Lookup({name: "/env"}, {name: "/property"}).find(name) == "/property"


@pytest.mark.parametrize("nothing", ["", "null"])
def test_empty_and_the_word_null_are_missing(nothing: str) -> None:
    assert Lookup({"A": nothing}).find("A") is None


def test_empty_variables_that_compose_passes_through_fall_to_their_defaults() -> None:
    optional = ("MAX_CONCURRENT_WORKFLOWS", "SUBMITTER_NOTIFICATION_MASK", "SHARE_RESULTS_IMMEDIATELY", "WES_ENDPOINT")
    understood = understand(ENOUGH | dict.fromkeys(optional, ""))
    assert (understood.max_concurrent, understood.mail_mask, understood.share_results) == (10, 31, True)
    assert understood == understand(ENOUGH)


@pytest.mark.parametrize("required", ENOUGH)
def test_the_orchestrator_stops_over_each_required_setting(required: str) -> None:
    with pytest.raises(OrchestratorStops):
        understand(ENOUGH | {required: ""})


@pytest.mark.parametrize(
    ("setting", "when"),
    [
        ({"SYNAPSE_PAT": ""}, "start"),
        ({"WES_ENDPOINT": "http://localhost:8082"}, "start"),
        ({"EVALUATION_TEMPLATES": "[]"}, "start"),
        ({"MAX_CONCURRENT_WORKFLOWS": "ten"}, "loop"),
        ({"EXECUTION_STAGE": "SOME"}, "loop"),
        ({"SYNAPSE_USERNAME": ""}, "first submission"),
        ({"WORKFLOW_OUTPUT_ROOT_ENTITY_ID": "123"}, "first submission"),
        ({"COMPOSE_PROJECT_NAME": ""}, "first submission"),
        ({"SUBMITTER_NOTIFICATION_MASK": "all"}, "first submission"),
        ({"TOIL_CLI_OPTIONS": "--nolinkimports"}, "first submission"),
        ({"TOIL_CLI_OPTIONS": "--WORKDIR /tmp"}, "first submission"),
        ({"DATA_UNLOCK_SYNAPSE_PRINCIPAL_ID": "team"}, "first submission"),
    ],
    ids=str,
)
def test_a_mistake_is_found_when_the_setting_is_first_used(setting: dict[str, str], when: str) -> None:
    with pytest.raises(OrchestratorStops) as stopped:
        understand(ENOUGH | setting)
    assert stopped.value.when == when


@pytest.mark.parametrize("text", ["4 ", " 4", "4.0", "1_000", "2147483648", "ten"])
def test_an_integer_is_as_java_parses_it(text: str) -> None:
    with pytest.raises(OrchestratorStops):
        understand(ENOUGH | {"MAX_CONCURRENT_WORKFLOWS": text})


@pytest.mark.parametrize(("text", "number"), [("4", 4), ("+4", 4), ("-1", -1), ("0", 0), ("007", 7)])
def test_an_integer_may_be_signed_or_make_no_sense(text: str, number: int) -> None:
    assert understand(ENOUGH | {"MAX_CONCURRENT_WORKFLOWS": text}).max_concurrent == number


@pytest.mark.parametrize(
    ("text", "shared"), [("true", True), ("TRUE", True), ("yes", False), ("1", False), ("on", False), ("true ", False)]
)
def test_only_the_word_true_is_true(text: str, shared: bool) -> None:
    assert understand(ENOUGH | {"SHARE_RESULTS_IMMEDIATELY": text}).share_results is shared


@pytest.mark.parametrize("text", ["true", "false", "yes"])
def test_any_text_stops_intake_because_it_is_taken_for_the_name_of_a_property(text: str) -> None:
    assert understand(ENOUGH).accepting
    assert not understand(ENOUGH | {"ACCEPT_NEW_SUBMISSIONS": text}).accepting


def test_intake_goes_on_only_if_the_property_of_that_name_is_true() -> None:
    assert understand(ENOUGH | {"ACCEPT_NEW_SUBMISSIONS": "intake"}, {"intake": "True"}).accepting


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "[]",
        '{"9614045":"syn123"',
        '{"9614045":123}',
        '{"9614045":["syn123"]}',
        '{"9614045":"https://example.org/archive.zip"}',
        '{"9614045":"syn1","9614045":"syn2"}',
        '{"9614045": "syn123"}',
        '{"9614045":"SYN123"}',
        '{"9614045":"syn123",}',
        '{"9614045":"syn123"} and more',
        "{9614045:syn123}",
        '{"queue":"syn123"}',
        '\'{"9614045":"syn123"}\'',
        '{"9614045":\n"syn123"}',
        '{"9614045":"syn123"}\n',
    ],
)
def test_templates_in_any_spelling_but_ours_are_refused(text: str) -> None:
    with pytest.raises(OrchestratorStops):
        templates(text)


def test_templates_say_which_queue_has_which_workflow() -> None:
    assert templates('{"2":"syn20","1":"syn10"}') == {"2": "syn20", "1": "syn10"}
