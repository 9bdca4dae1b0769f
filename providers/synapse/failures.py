"""What can go wrong between us and Synapse, and how it is said to people."""

from __future__ import annotations

from planner.interfaces import ProviderError, Stale, Unreachable


class Refused(Exception):
    """Synapse's definite no: nothing was written. `call` is the method and path; `orphans` as in ProviderError."""

    orphans = 0

    def __init__(self, status: int, reason: str, call: str) -> None:
        super().__init__(f"{call}: {status} {reason}")
        self.status, self.reason, self.call = status, reason, call


class Ambiguous(Exception):
    """A write whose outcome is not known: it may have happened. `pause`: seconds to wait before looking.

    orphans: as in ProviderError.
    """

    orphans = 0

    def __init__(self, call: str, cause: str, pause: float) -> None:
        super().__init__(f"{call}: {cause}")
        self.call, self.cause, self.pause = call, cause, pause


def explain(refused: Refused, where: str) -> ProviderError:
    """A refusal in words for people, at the place that it is about."""
    if refused.status == 412:
        return Stale(where, f"changed on Synapse since it was read ({refused.reason})", PLAN_AGAIN)
    kind = Unreachable if _refuses_us(refused) else ProviderError
    return kind(where, f"Synapse refuses: {refused.reason}", _mend(refused))


def _refuses_us(refused: Refused) -> bool:
    """Whether the refusal is about the account or its token, so that nothing else would be allowed either."""
    about_us = any(words in refused.reason for words, _ in _FORBIDDEN[:2])
    return refused.status in (401, 423) or (refused.status == 403 and about_us)


PLAN_AGAIN = "run `challenge plan` again: it will show the change"


def _mend(refused: Refused) -> str:
    if refused.status == 401:
        return SIGN_IN
    if refused.status == 403:
        return _mend_forbidden(refused.reason)
    return _MENDS.get(refused.status, "read the reason above; running again is safe")


def _mend_forbidden(reason: str) -> str:
    for words, mend in _FORBIDDEN:
        if words in reason:
            return mend
    return "ask an administrator of the challenge to give this account the right, or use the account that has it"


SIGN_IN = (
    "make a personal access token (scopes view, modify and download) under Account Settings on Synapse and put it into "
    "SYNAPSE_AUTH_TOKEN or ~/.synapseConfig"
)

# Reason texts of Synapse: contract 1.1 and 2.4.
_FORBIDDEN = (
    ("lacks scope", SIGN_IN),
    ("Terms of use have not been signed", "sign in on the web site of Synapse once and accept its terms of use"),
    ("Only certified users", "take the certification quiz of Synapse with this account, or use a certified account"),
)

_MENDS = {
    400: "correct what the reason names in the manifest; if it says nothing to you, report it as a defect of this tool",
    404: PLAN_AGAIN,
    409: "choose another name in the manifest, or `adopt:` what has it if it is yours",
    413: "make the text smaller: Synapse takes at most 2 MiB in one request",
    423: "the account is locked after too many attempts to sign in; wait and try again",
    501: "this server doesn't offer what is asked; use another one",
}
