"""Pre-signed URLs in the manner of S3, pointing at the sandbox's own storage (contract 7.3)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlencode

from synapse_sandbox.call import Call
from synapse_sandbox.refusals import Refusal

PUT_SECONDS = 15 * 60
GET_SECONDS = 30
_STAMP = "%Y%m%dT%H%M%SZ"
_DATE, _EXPIRES, _SIGNATURE = "X-Amz-Date", "X-Amz-Expires", "X-Amz-Signature"


def presign(call: Call, method: str, path: str, seconds: int, **parameters: str) -> str:
    """A URL that lets its holder do one thing for some seconds; dated by real time, as clients compare it so."""
    moment = datetime.fromtimestamp(call.clock.real() // 1000, UTC).strftime(_STAMP)
    query = {**parameters, "X-Amz-Algorithm": "AWS4-HMAC-SHA256", _DATE: moment, _EXPIRES: str(seconds)}
    query[_SIGNATURE] = _signature(call, method, path, query)
    return f"{call.base_url}{path}?{urlencode(query)}"


def check_presigned(call: Call, path: str) -> None:
    """403 for a URL that was not made here, was changed, or has expired."""
    query = {name: value for name, value in call.query.items() if name != _SIGNATURE}
    expected = _signature(call, call.method, path, query)
    if not hmac.compare_digest(call.query.get(_SIGNATURE, "").encode(), expected.encode()):
        raise Refusal(403, "SignatureDoesNotMatch", by_filter=True)
    made = datetime.strptime(query[_DATE], _STAMP).replace(tzinfo=UTC)
    if call.clock.real() / 1000 > made.timestamp() + int(query[_EXPIRES]) + 1:
        raise Refusal(403, "Request has expired", by_filter=True)


def _signature(call: Call, method: str, path: str, query: Mapping[str, str]) -> str:
    text = "\n".join((method, path, *(f"{name}={query[name]}" for name in sorted(query))))
    secret = call.store.meta("secret") or ""
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
