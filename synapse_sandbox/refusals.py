"""Answers that say no, with Synapse's status codes and reason texts (contract 0.4)."""

from __future__ import annotations

from typing import Any

ERROR_RESPONSE = "org.sagebionetworks.repo.model.ErrorResponse"
CERTIFICATION_REQUIRED = "USER_CERTIFICATION_REQUIRED"
NO_SUCH_ROUTE = "{method} was not found. Please reference API documentation at https://rest-docs.synapse.org/rest/"


class Refusal(Exception):
    """A request that is refused. Raising it rolls the transaction back.

    `by_filter` marks answers of servlet filters (throttle, size, stack status), whose body has no concreteType.
    """

    def __init__(
        self,
        status: int,
        reason: str,
        error_code: str | None = None,
        *,
        by_filter: bool = False,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.error_code = error_code
        self.by_filter = by_filter
        self.headers = headers or {}

    def body(self) -> dict[str, Any]:
        """The error document; `errorCode` only when one applies."""
        if self.by_filter:
            return {"reason": self.reason}
        body: dict[str, Any] = {"concreteType": ERROR_RESPONSE, "reason": self.reason}
        if self.error_code is not None:
            body["errorCode"] = self.error_code
        return body


def invalid(reason: str) -> Refusal:
    """400: the request itself is wrong."""
    return Refusal(400, reason)


def required(field: str) -> Refusal:
    """400: a compulsory field is missing, in the words of Synapse's ValidateArgument."""
    return Refusal(400, f"{field} is required.")


def unauthenticated(reason: str = "Invalid access token") -> Refusal:
    """401: a bad token (no token at all is not refused, it is anonymous)."""
    return Refusal(401, reason, headers={"WWW-Authenticate": 'Bearer realm="Synapse Repository Services"'})


def forbidden(reason: str, error_code: str | None = None) -> Refusal:
    """403: the caller may not."""
    return Refusal(403, reason, error_code)


def not_found(reason: str) -> Refusal:
    """404: nothing there."""
    return Refusal(404, reason)


def no_such_route(method: str) -> Refusal:
    """404 for an address that Synapse doesn't have."""
    return Refusal(404, NO_SUCH_ROUTE.format(method=method))


def method_not_allowed(method: str) -> Refusal:
    """405: the address exists, the method doesn't."""
    return Refusal(405, f"Request method '{method}' not supported")


def name_conflict(reason: str) -> Refusal:
    """409: a name is taken. A stale etag is never 409 (surprise 1)."""
    return Refusal(409, reason)


def stale_etag(reason: str) -> Refusal:
    """412: the object was changed since it was read. The text depends on the resource."""
    return Refusal(412, reason)


def gone(reason: str) -> Refusal:
    """410: a service that Synapse itself has retired."""
    return Refusal(410, reason)


def not_served(method: str, template: str) -> Refusal:
    """501: Synapse knows this call, the sandbox doesn't serve it. Not retried by clients, unlike 500 or 503."""
    return Refusal(501, f"The sandbox does not serve {method} {template}, although Synapse does.")
