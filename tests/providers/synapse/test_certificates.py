"""Certificates are checked always, and read only when a connection needs them."""

import ssl
from pathlib import Path

import certifi
import pytest

from providers.synapse.certificates import Certificates


def begin(context: ssl.SSLContext) -> None:
    context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="example.org")


def authorities(context: ssl.SSLContext) -> int:
    return context.cert_store_stats()["x509_ca"]


def test_certificates_and_host_names_are_checked() -> None:
    context = Certificates()
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


def test_no_authority_is_read_before_a_connection_needs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    context = Certificates()
    assert authorities(context) == 0
    begin(context)
    assert authorities(context) == authorities(ssl.create_default_context(cafile=certifi.where())) > 50


def test_the_environment_may_name_the_authorities(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = certifi.contents().split("-----END CERTIFICATE-----")[0] + "-----END CERTIFICATE-----\n"
    (tmp_path / "one.pem").write_text(one)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "one.pem"))
    context = Certificates()
    begin(context)
    assert authorities(context) == 1
