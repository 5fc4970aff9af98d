"""No way out: a network without anything but the door, and a file system that can only be read.

On Linux the samples of a process run inside of namespaces of their own (network, mounts; and users, where we are not root). The network has a
loopback interface alone, on which the door listens; everything but the scratch folder, `/dev/shm` and a copy-on-write `/tmp` is read-only. Where the
kernel or a container forbids namespaces, and on macOS, `open_jail` says so in `Jail.why_not`: samples are then led to the door by
their language's own means alone, which a sample that tries could get around.

The namespaces live as long as a holder process, which ends with its standard input. This file is that program, too.
"""

from __future__ import annotations

import array
import contextlib
import ctypes
import fcntl
import os
import shutil
import socket
import struct
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_CLONE_NEWNS, _CLONE_NEWUSER, _CLONE_NEWNET = 0x00020000, 0x10000000, 0x40000000
_MS_REC, _MS_PRIVATE, _MS_BIND = 0x4000, 0x40000, 0x1000
_SIOCGIFFLAGS, _SIOCSIFFLAGS, _IFF_UP = 0x8913, 0x8914, 0x1
#: mount_setattr(2) has this number on every architecture; AT_RECURSIVE and MOUNT_ATTR_RDONLY are its arguments' names.
_SYS_MOUNT_SETATTR, _AT_FDCWD, _AT_RECURSIVE, _RDONLY = 442, -100, 0x8000, 0x1


@dataclass(frozen=True, slots=True)
class Jail:
    """Where samples run."""

    prefix: tuple[str, ...] = ()
    """What stands in front of a command to run it inside; empty where there is no jail."""
    listener: socket.socket | None = None
    """Listens inside, on 127.0.0.1 and the port asked for; connections to it are the door's."""
    why_not: str = ""
    """Why there is no jail; empty where there is one."""


@contextlib.contextmanager
def open_jail(port: int, scratch: Path, cache: Path) -> Iterator[Jail]:
    """Namespaces in which 127.0.0.1:`port` is all there is of a network, and `scratch` (a folder) can be written to.

    What comes into `cache` (a folder) later can be read inside, wherever it lies.

    Never raises for a jail that cannot be made: `why_not` says the reason.
    """
    nsenter = shutil.which("nsenter")
    if not sys.platform.startswith("linux") or nsenter is None:
        yield Jail(
            why_not="the command nsenter is missing" if sys.platform == "linux" else "this system has no namespaces"
        )
        return
    ours, theirs = socket.socketpair()
    command = [sys.executable, "-I", __file__, str(theirs.fileno()), str(port), str(scratch), str(cache)]
    with (
        ours,
        subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, pass_fds=[theirs.fileno()]) as holder,
    ):
        theirs.close()
        try:
            _, fds, _, _ = socket.recv_fds(ours, 1, 1)
            if not fds:
                _, complaint = holder.communicate()
                lines = complaint.decode("utf-8", "replace").strip().splitlines()
                yield Jail(why_not=lines[-1] if lines else "the namespaces could not be made")
                return
            with socket.socket(fileno=fds[0]) as listener:
                users = () if os.geteuid() == 0 else ("--user", "--preserve-credentials")
                yield Jail((nsenter, f"--target={holder.pid}", *users, "--net", "--mount", "--"), listener)
        finally:
            holder.kill()


def _hold(handle: int, port: int, scratch: str, cache: str) -> None:
    """Make the namespaces, hand the listening socket over, and stay until nobody needs them."""
    libc = ctypes.CDLL(None, use_errno=True)
    _unshare(libc)
    _loopback_up()
    _read_only(libc, scratch, cache)
    listener = socket.create_server(("127.0.0.1", port), backlog=128)
    with socket.socket(fileno=handle) as channel:
        channel.sendmsg([b"!"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [listener.fileno()]))])
    listener.close()
    sys.stdin.read()


def _checked(result: int, what: str) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), f"{what}: {os.strerror(ctypes.get_errno())}")


def _unshare(libc: ctypes.CDLL) -> None:
    user, group = os.geteuid(), os.getegid()
    flags = _CLONE_NEWNET | _CLONE_NEWNS | (_CLONE_NEWUSER if user else 0)
    _checked(libc.unshare(flags), "unshare")
    if user:
        Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1", encoding="ascii")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1", encoding="ascii")


def _loopback_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = struct.pack("16sH14x", b"lo", 0)
        flags = struct.unpack("16sH14x", fcntl.ioctl(control, _SIOCGIFFLAGS, request))[1]
        fcntl.ioctl(control, _SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", flags | _IFF_UP))


def _read_only(libc: ctypes.CDLL, scratch: str, cache: str) -> None:
    """Everything read-only but the scratch folder, and a `/tmp` and `/dev/shm` whose changes are the jail's own."""
    kept = {folder: os.open(folder, os.O_PATH | os.O_DIRECTORY) for folder in (cache, scratch)}
    _checked(libc.mount(None, b"/", None, _MS_REC | _MS_PRIVATE, None), "mount private")
    _set_attributes(libc, "/", _AT_RECURSIVE, _RDONLY, 0)
    _checked(libc.mount(b"tmpfs", b"/dev/shm", b"tmpfs", 0, b"mode=1777,size=64m"), "mount /dev/shm")
    for folder in ("upper", "work"):
        Path("/dev/shm", folder).mkdir()  # noqa: S108 - a tmpfs of our own, mounted above
    # What lies in /tmp stays to be seen (a checkout, a cache), what a sample puts there is seen by samples alone.
    layers = b"lowerdir=/tmp,upperdir=/dev/shm/upper,workdir=/dev/shm/work"
    _checked(libc.mount(b"overlay", b"/tmp", b"overlay", 0, layers), "mount /tmp")
    for folder, handle in kept.items():
        # An overlay does not promise to show what is added below it later: these two may lie in /tmp.
        _checked(
            libc.mount(f"/proc/self/fd/{handle}".encode(), os.fsencode(folder), None, _MS_BIND, None), f"mount {folder}"
        )
        os.close(handle)
    _set_attributes(libc, scratch, 0, 0, _RDONLY)


def _set_attributes(libc: ctypes.CDLL, path: str, flags: int, add: int, remove: int) -> None:
    attributes = struct.pack("QQQQ", add, remove, 0, 0)
    result = libc.syscall(_SYS_MOUNT_SETATTR, _AT_FDCWD, os.fsencode(path), flags, attributes, len(attributes))
    _checked(result, f"mount_setattr {path}")


if __name__ == "__main__":
    _hold(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4])
