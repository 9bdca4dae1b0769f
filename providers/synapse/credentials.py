"""Credentials exactly as the official client reads them, without the request of half an hour that comes with its
`login`.

The client's own chain (argument, config file, SYNAPSE_AUTH_TOKEN, AWS parameter store) asks its client object for the
profile as soon as it has a token. It is run twice here: once to learn the token, and once more with the profile that we
fetched meanwhile, so that its own checks are made.
"""

from __future__ import annotations

import configparser
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.interfaces import ProviderError
from providers.synapse.failures import SIGN_IN

if TYPE_CHECKING:
    from synapseclient.core.credentials.cred_data import SynapseCredentials


class _Found(Exception):
    """The chain has a token and asks whose it is."""

    def __init__(self, credentials: SynapseCredentials) -> None:
        super().__init__("found")
        self.credentials = credentials


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the chain needs of a client: a config file, a logger, and somebody to ask for the profile."""

    configPath: str  # noqa: N815 -- the client's spelling
    profile: Mapping[str, Any] | None = None
    logger: logging.Logger = field(default_factory=lambda: logging.getLogger("synapseclient_silent"))

    def restGET(self, _path: str, auth: SynapseCredentials) -> Mapping[str, Any]:  # noqa: N802 -- the client's spelling
        if self.profile is None:
            raise _Found(auth)
        return self.profile


def find_credentials(token: str | None, config: Path | None) -> SynapseCredentials:
    """Return the credentials that the client would use, not yet checked with the server.

    Raises ProviderError where there are none, or where they can be seen to be of no use.
    """
    from synapseclient.core.exceptions import SynapseAuthenticationError

    try:
        _chain(_Asked(_config_path(config)), token)
    except _Found as answer:
        return _sendable(answer.credentials)
    except SynapseAuthenticationError as error:
        raise ProviderError("credentials", str(error), SIGN_IN) from None
    except (ValueError, configparser.Error):
        # What the parser says holds the line that it stumbled over, which may be the token.
        where = _config_path(config)
        mend = "write it as `[default]` and, on a line of its own, `authtoken = ...`"
        raise ProviderError(where, "the client's config file can't be read", mend) from None
    raise ProviderError("credentials", "there is no token to sign in with", SIGN_IN)


def _sendable(credentials: SynapseCredentials) -> SynapseCredentials:
    """Credentials that fit into a header. Raises ProviderError for others, which HTTP libraries would repeat aloud."""
    token = str(credentials.secret)
    if token.isascii() and token.isprintable() and " " not in token:
        return credentials
    raise ProviderError("credentials", "the token holds blanks or characters that no token has", SIGN_IN)


def check_credentials(token: str | None, config: Path | None, profile: Mapping[str, Any]) -> None:
    """Let the client compare the account named in its config file, if any, with the one that the token belongs to."""
    from synapseclient.core.exceptions import SynapseAuthenticationError

    try:
        _chain(_Asked(_config_path(config), profile), token)
    except SynapseAuthenticationError as error:
        mend = "correct username or authtoken in the client's config file; they belong to different accounts"
        raise ProviderError("credentials", str(error), mend) from None


def _chain(client: _Asked, token: str | None) -> SynapseCredentials | None:
    from synapseclient.core.credentials.cred_data import UserLoginArgs
    from synapseclient.core.credentials.credential_provider import get_default_credential_chain

    arguments = UserLoginArgs(profile=None, username=None, auth_token=token)
    return get_default_credential_chain().get_credentials(client, arguments)


def _config_path(config: Path | None) -> str:
    from synapseclient.client import CONFIG_FILE

    return str(CONFIG_FILE if config is None else config)
