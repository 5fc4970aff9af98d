"""Leads every connection of this process to one door: 127.0.0.1 and the port that ASWRITTEN_DOOR names.

Whatever host is asked for, it resolves to 127.0.0.1, and every TCP connection ends at the door; nothing else can be reached
through the interpreter's sockets. UDP to anywhere is refused. Sockets of this machine (AF_UNIX) stay as they are.
It runs in the sample's Python, of whatever version from 3.8 on, and imports little that a sample with a connection does not.
"""

# The signatures are those of the functions that they stand for, and `pathlib` would cost every sample its import.
# ruff: noqa: A002, ARG001, PLR0913, PLR0917, PTH100, PTH120
# mypy: ignore-errors

import os
import sys

_REFUSED = "nothing but the recordings can be reached"


def _lead_sockets(socket, addresses):
    own_connect = socket.socket.connect
    own_connect_ex = socket.socket.connect_ex

    def connect(self, address):
        return own_connect(self, addresses.get(int(self.family), address))

    def connect_ex(self, address):
        return own_connect_ex(self, addresses.get(int(self.family), address))

    socket.socket.connect = connect
    socket.socket.connect_ex = connect_ex


def _is_numeric(host):
    text = host.decode("ascii", "replace") if isinstance(host, (bytes, bytearray)) else str(host)
    return ":" in text or text.replace(".", "").isdigit()


def _lead_names(socket):
    own_getaddrinfo = socket.getaddrinfo

    def getaddrinfo(host, port, family=0, type=0, proto=0, flags=0):
        # The port that was asked for stays: clients show it, and `connect` says where it goes.
        if host is None or _is_numeric(host):
            return own_getaddrinfo(host, port, family, type, proto, flags)
        address = "::ffff:127.0.0.1" if family == socket.AF_INET6 else "127.0.0.1"
        return own_getaddrinfo(address, port, family, type, proto, flags)

    def gethostbyname(hostname):
        return "127.0.0.1"

    def gethostbyname_ex(hostname):
        return (hostname, [], ["127.0.0.1"])

    def gethostbyaddr(host):
        return (host, [], ["127.0.0.1"])

    socket.getaddrinfo = getaddrinfo
    socket.gethostbyname = gethostbyname
    socket.gethostbyname_ex = gethostbyname_ex
    socket.gethostbyaddr = gethostbyaddr


def _shut_the_rest(socket, addresses):
    """Refuse what does not come through the functions above: `_socket` itself, datagrams, lookups by the C library."""
    own = {getattr(socket, name) for name in ("AF_UNIX", "AF_NETLINK") if hasattr(socket, name)}
    door = set(addresses.values())

    def guard(event, arguments):
        if not event.startswith("socket."):
            return
        if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
            sock, address = arguments
            led = address is None or sock.family in own or (event == "socket.connect" and address in door)
        elif event == "socket.getaddrinfo":
            led = arguments[0] is None or _is_numeric(arguments[0])
        else:
            led = event not in ("socket.gethostbyname", "socket.gethostbyaddr")
        if not led:
            raise PermissionError(13, f"{_REFUSED}: {arguments[-1]!r}")

    sys.addaudithook(guard)


def _fill_blanks(blanks):
    """Give variables that the sample sets to nothing, for its reader to fill in, what a reader fills in."""
    own = type(os.environ).__setitem__

    def fill(self, key, value):
        own(self, key, blanks.get(key, value) if value == "" else value)

    type(os.environ).__setitem__ = fill


def _run_the_next():
    """Run the `sitecustomize` that this one stands in front of, if the environment has one."""
    from importlib.machinery import PathFinder
    from importlib.util import module_from_spec

    here = os.path.dirname(os.path.abspath(__file__))
    # The sample sees the path that its reader has; processes that it starts still find this folder by PYTHONPATH.
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or ".") != here]
    spec = PathFinder.find_spec("sitecustomize", sys.path)
    if spec is not None and spec.loader is not None:
        module = module_from_spec(spec)
        sys.modules["sitecustomize"] = module
        spec.loader.exec_module(module)


def _lead(port):
    import socket

    addresses = {
        int(socket.AF_INET): ("127.0.0.1", port),
        # A socket of the other family reaches the same listener by its mapped address.
        int(socket.AF_INET6): ("::ffff:127.0.0.1", port, 0, 0),
    }
    _lead_sockets(socket, addresses)
    _lead_names(socket)
    _shut_the_rest(socket, addresses)
    # A resolver that asks name servers by itself: clients that do not find it take the interpreter's.
    sys.modules.setdefault("aiodns", None)


if os.environ.get("ASWRITTEN_DOOR"):
    _lead(int(os.environ["ASWRITTEN_DOOR"]))
if os.environ.get("ASWRITTEN_BLANKS"):
    _fill_blanks(dict(pair.split("=", 1) for pair in os.environ.pop("ASWRITTEN_BLANKS").split("\n")))
_run_the_next()
