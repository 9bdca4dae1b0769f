"""The compose file that runs the orchestrator and passes every variable of `.env` through to it."""

import json
from collections.abc import Iterator

from providers.orchestrator.inputs import OrchestratorInputs
from providers.orchestrator.settings import variables

# Inside the container, as bundled with the orchestrator (orchestrator 1.1).
_CERTIFICATES = "/certs"
_UNIX = "unix://"


def compose_file(inputs: OrchestratorInputs) -> str:
    """The text of `docker-compose.yaml`, the same for Compose 1.27 and up and for Compose 2."""
    return "".join(f"{line}\n" for line in _lines(inputs))


def _lines(inputs: OrchestratorInputs) -> Iterator[str]:
    yield "# Written by challenge-as-code: change the manifest, not this file."
    yield "services:"
    yield "  workflow-orchestrator:"
    yield f"    image: {json.dumps(inputs.image)}"
    yield "    # After a reboot it comes back, after `docker-compose stop` it doesn't."
    yield "    restart: unless-stopped"
    yield "    volumes:"
    yield from (f"      - {json.dumps(volume)}" for volume in _volumes(inputs))
    yield "    environment:"
    yield from (f"      {name}: ${{{name}:-}}" for name in variables(inputs))
    yield "    logging:"
    yield "      driver: json-file"
    yield '      options: {max-size: 10m, max-file: "5"}'
    if inputs.engine == "docker":
        yield "volumes:"
        yield "  shared:"
        yield "    # The orchestrator looks for the volume by this name, whatever project name compose is called with."
        yield "    name: ${COMPOSE_PROJECT_NAME}_shared"


def _volumes(inputs: OrchestratorInputs) -> Iterator[str]:
    if inputs.engine == "wes":
        yield f"{inputs.wes_shared_dir}:{inputs.wes_shared_dir}:rw"
        return
    yield "shared:/shared:rw"
    if inputs.docker_url.startswith(_UNIX):
        socket = inputs.docker_url.removeprefix(_UNIX)
        yield f"{socket}:{socket}"
    if inputs.certificates is not None:
        yield f"{inputs.certificates}:{_CERTIFICATES}:ro"
