"""Certificates, made on the spot for the name that a client asks for."""

from __future__ import annotations

import ssl
import threading
from typing import TYPE_CHECKING

import trustme

if TYPE_CHECKING:
    import socket
    from pathlib import Path

#: For clients that name no host: they connect to an address, of which these are the ones that samples use.
_NAMELESS = ("localhost", "127.0.0.1", "::1", "0.0.0.0")  # noqa: S104  # a name in a certificate, not an address to bind


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
                self._ca.issue_cert(*([name] if name else _NAMELESS)).configure_cert(context)
                context.set_alpn_protocols(["http/1.1"])
                # A ticket that the client leaves unread would look like a response that it left unread.
                context.num_tickets = 0
                self._contexts[name] = context
            return self._contexts[name]

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
