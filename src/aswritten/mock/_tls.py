"""Certificates, made on the spot for the name that a client asks for."""

from __future__ import annotations

import ssl
import threading
from typing import TYPE_CHECKING

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from aswritten.model import OWN_HOSTS

if TYPE_CHECKING:
    import socket
    from pathlib import Path


class Authority:
    """One certificate authority, its PEM file, and a server context for each name asked."""

    def __init__(self, ca_file: Path) -> None:
        """Write the authority's certificate to ``ca_file``."""
        self._ca = trustme.CA()
        self._ca.cert_pem.write_to_path(str(ca_file))
        self._lock = threading.Lock()
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._current = threading.local()
        self._nameless = self._context("")
        self._nameless.sni_callback = self._named

    def handshake(self, connection: socket.socket) -> tuple[ssl.SSLSocket, str]:
        """TLS over the connection, and the name the client asked for (empty if none), in lower case.

        Raises OSError where the client breaks off, speaks no TLS or does not trust us; RuntimeError where we failed.
        """
        self._current.name, self._current.error = "", None
        try:
            secure = self._nameless.wrap_socket(connection, server_side=True)
        except OSError:
            if self._current.error:
                raise RuntimeError(f"no certificate for {self._current.name!r}") from self._current.error
            raise
        return secure, self._current.name

    def _context(self, name: str) -> ssl.SSLContext:
        """The context whose certificate is for ``name``; without a name, for the addresses of this machine."""
        with self._lock:
            if name not in self._contexts:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                self._issue(name).configure_cert(context)
                context.set_alpn_protocols(["http/1.1"])
                # A ticket that the client leaves unread would look like a response that it left unread.
                context.num_tickets = 0
                self._contexts[name] = context
            return self._contexts[name]

    def _issue(self, name: str) -> trustme.LeafCert:
        if not name:
            # For clients that name no host: they connect to an address, of which these are the ones that samples use.
            return self._ca.issue_cert(*sorted(OWN_HOSTS))
        try:
            return self._ca.issue_cert(name)
        except ValueError:
            return self._issue_as_spelt(name)

    def _issue_as_spelt(self, name: str) -> trustme.LeafCert:
        """A certificate for a name that IDNA refuses and clients ask for, as one with an underscore (`YOUR_RESOURCE.example.com`).

        Raises ValueError for one that is not in ASCII.
        """
        made = self._ca.issue_cert("localhost")
        like = x509.load_pem_x509_certificate(made.cert_chain_pems[0].bytes())
        builder = x509.CertificateBuilder(
            like.issuer,
            like.subject,
            like.public_key(),
            like.serial_number,
            like.not_valid_before_utc,
            like.not_valid_after_utc,
        )
        for extension in like.extensions:
            is_name = isinstance(extension.value, x509.SubjectAlternativeName)
            value = x509.SubjectAlternativeName([x509.DNSName(name)]) if is_name else extension.value
            builder = builder.add_extension(value, extension.critical)
        key = serialization.load_pem_private_key(self._ca.private_key_pem.bytes(), None)
        signed = builder.sign(key, hashes.SHA256())  # type: ignore[arg-type]  # an authority's key is one that signs
        pem = signed.public_bytes(serialization.Encoding.PEM)
        return trustme.LeafCert(made.private_key_pem.bytes(), pem, [])

    def _named(self, connection: ssl.SSLSocket | ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> int | None:
        if name is None:
            return None
        self._current.name = name.lower()
        try:
            connection.context = self._context(self._current.name)
        except ValueError:
            # The name is none that a certificate can hold. No client gets this far with one that resolves.
            return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
        except Exception as error:  # noqa: BLE001  # raised by `handshake`; from here the ssl module would only print it
            self._current.error = error
            return ssl.ALERT_DESCRIPTION_INTERNAL_ERROR
        return None
