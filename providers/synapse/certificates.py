"""The certificates of HTTPS, read when a connection first needs them: a sandbox, which speaks HTTP, needs none."""

from __future__ import annotations

import os
import ssl
from typing import Any, Self

import certifi


class Certificates(ssl.SSLContext):
    """TLS as httpx sets it up, checking certificates and host names; reading all authorities takes 20 ms, so that is
    put off.
    """

    _read = False

    def __new__(cls) -> Self:
        """A context for clients: certificates and host names are checked from the beginning."""
        return super().__new__(cls, ssl.PROTOCOL_TLS_CLIENT)

    def wrap_bio(self, *arguments: Any, **named: Any) -> ssl.SSLObject:
        """Begin TLS on a connection, as asyncio does."""
        self._read_authorities()
        return super().wrap_bio(*arguments, **named)

    def _read_authorities(self) -> None:
        """The authorities that the environment names, as httpx has it, else those of certifi."""
        if self._read:
            return
        file, folder = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
        if file or folder:
            self.load_verify_locations(file or None, None if file else folder)
        else:
            self.load_verify_locations(certifi.where())
        self._read = True
