"""TLS: a certificate for every name that is asked for."""

from __future__ import annotations

import ssl

import pytest
import trustme

from asking import GENERIC
from aswritten.mock import Mock
from doors import (
    STREAM,
    STREAM_BODY,
    all_of,
    curl,
    needs_curl,
    only,
    raw,
)


class TestTls:
    @needs_curl
    @pytest.mark.parametrize(
        ("url", "host", "port"),
        [
            ("https://api.example.com/v1/chat/completions", "api.example.com", 443),
            ("https://API.example.com:8443/v1/chat/completions", "API.example.com", 8443),
            ("https://localhost:8080/v1/chat/completions", "localhost", 8080),
            ("https://127.0.0.1/v1/chat/completions", "127.0.0.1", 443),
            ("https://[::1]:8080/v1/chat/completions", "::1", 8080),
            # No name is spelt so; a placeholder is, and clients ask for it.
            ("https://YOUR_RESOURCE.api.example.com/v1/chat/completions", "YOUR_RESOURCE.api.example.com", 443),
            ("https://your_host/v1/chat/completions", "your_host", 443),
        ],
    )
    def test_curl_trusts_the_door_for_every_host(self, door: Mock, url: str, host: str, port: int) -> None:
        done = curl(door, url, STREAM_BODY)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.encode() == STREAM.body
        exchange = only(door.end())
        assert (exchange.request.scheme, exchange.request.host, exchange.request.port) == ("https", host, port)
        assert exchange.read_to_end

    def test_python_trusts_a_name_with_an_underscore(self, door: Mock) -> None:
        context = ssl.create_default_context(cafile=str(door.ca_file))
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        with raw(door) as plain, context.wrap_socket(plain, server_hostname="your_host.example.com") as connection:
            assert ("DNS", "your_host.example.com") in connection.getpeercert()["subjectAltName"]  # type: ignore[index]

    @needs_curl
    def test_plain_and_tls_are_served_on_the_one_port(self, door: Mock) -> None:
        for scheme in ("http", "https"):
            assert curl(door, f"{scheme}://api.example.com/v1/chat/completions", STREAM_BODY).returncode == 0
        assert [exchange.request.scheme for exchange in door.end()] == ["http", "https"]

    @needs_curl
    def test_a_stream_over_http_1_0_and_tls_ends_properly(self, door: Mock) -> None:
        done = curl(door, "https://api.example.com/v1/chat/completions", STREAM_BODY, "--http1.0")
        assert (done.returncode, done.stdout.encode()) == (0, STREAM.body)
        assert only(door.end()).read_to_end

    def test_without_a_host_header_the_name_asked_of_tls_is_the_host(self, door: Mock) -> None:
        context = ssl.create_default_context(cafile=str(door.ca_file))
        with raw(door) as plain, context.wrap_socket(plain, server_hostname="named.example") as connection:
            connection.sendall(b"GET /v1/other HTTP/1.0\r\n\r\n")
            assert connection.recv(12) == b"HTTP/1.1 418"
            all_of(connection)
        assert only(door.end()).request.url == "https://named.example/v1/other"

    def test_another_authority_is_not_trusted_and_that_is_no_exchange(self, door: Mock) -> None:
        with Mock(GENERIC) as other:
            context = ssl.create_default_context(cafile=str(other.ca_file))
            with raw(door) as plain, pytest.raises(ssl.SSLCertVerificationError):
                context.wrap_socket(plain, server_hostname="api.example.com")
        assert door.end() == ()

    def test_http_1_1_is_what_is_offered(self, door: Mock) -> None:
        context = ssl.create_default_context(cafile=str(door.ca_file))
        context.set_alpn_protocols(["h2", "http/1.1"])
        with raw(door) as plain, context.wrap_socket(plain, server_hostname="api.example.com") as connection:
            assert connection.selected_alpn_protocol() == "http/1.1"

    def test_a_certificate_that_cannot_be_made_is_an_error_of_ours(
        self, door: Mock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*_: object) -> None:
            raise OSError("no space left")

        monkeypatch.setattr(trustme.CA, "issue_cert", broken)
        context = ssl.create_default_context(cafile=str(door.ca_file))
        with raw(door) as plain, pytest.raises(OSError):  # noqa: PT011  # the client's side: whatever TLS says
            context.wrap_socket(plain, server_hostname="api.example.com")
        with pytest.raises(RuntimeError, match=r"no certificate for 'api\.example\.com'"):
            door.end()
