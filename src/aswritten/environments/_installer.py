"""Runs the installers, uv and npm: with the caller's registry settings, and nothing else of the caller's environment."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

#: What an installer needs of the caller's: where it keeps its files, which registry, how it gets there, whom it trusts.
_PASSED = frozenset(
    {
        *("PATH", "HOME", "LANG", "TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"),
        *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS"),
        *(
            "UV_CACHE_DIR",
            "UV_CONFIG_FILE",
            "UV_DEFAULT_INDEX",
            "UV_EXTRA_INDEX_URL",
            "UV_FIND_LINKS",
            "UV_HTTP_TIMEOUT",
        ),
        *("UV_INSECURE_HOST", "UV_KEYRING_PROVIDER", "UV_LINK_MODE", "UV_NATIVE_TLS", "UV_NO_INDEX", "UV_OFFLINE"),
        *("UV_SYSTEM_CERTS", "NPM_CONFIG_CACHE", "NPM_CONFIG_CAFILE", "NPM_CONFIG_OFFLINE", "NPM_CONFIG_REGISTRY"),
        *("NPM_CONFIG_USERCONFIG", "NPM_TOKEN", "NODE_AUTH_TOKEN"),
    }
)
#: pip's settings mean for a reader what these mean for uv (uv documentation, "Compatibility with pip").
_FOR_UV = {
    "PIP_INDEX_URL": "UV_DEFAULT_INDEX",
    "PIP_EXTRA_INDEX_URL": "UV_EXTRA_INDEX_URL",
    "PIP_FIND_LINKS": "UV_FIND_LINKS",
}
_TAIL = 4000
#: The exit code of a command that its time limit ended, as timeout(1) has it.
TIMED_OUT = 124


class InstallFailed(Exception):  # noqa: N818 - it names what happened, as its report does
    """A command that installs did not succeed."""

    def __init__(self, command: str, exit_code: int, output_tail: str, line: int | None) -> None:
        where = "" if line is None else f" (line {line} of the page)"
        super().__init__(f"`{command}`{where} ended with exit code {exit_code}: {output_tail}")
        self.command = command
        """As the page states it, or as it stands for what a sample imports."""
        self.exit_code = exit_code
        """The installer's; `TIMED_OUT` when the time limit ended it."""
        self.output_tail = output_tail
        """The end of what the installer printed."""
        self.line = line
        """1-based line of the page; None when no command of the page is behind it."""


def installer_environ(caller: Mapping[str, str]) -> dict[str, str]:
    """What the installers get of the caller's variables: registry settings, proxies, trust, and their own folders."""
    environ = {
        name: value for name, value in caller.items() if name.upper() in _PASSED or name.upper().startswith("UV_INDEX")
    }
    for theirs, ours in _FOR_UV.items():
        if theirs in caller:
            environ.setdefault(ours, caller[theirs])
    return environ


@dataclass(frozen=True, slots=True)
class Command:
    """One run of an installer."""

    argv: tuple[str, ...]
    stated: str
    """The command that it stands for, as reports call it."""
    line: int | None = None
    """1-based line of the page that states it; None when none does."""
    extra: tuple[tuple[str, str], ...] = ()
    """Variables beside those that every installer gets."""


def install(command: Command, folder: Path, time_limit: float) -> None:
    """Run one installer in ``folder``. Raises InstallFailed; nothing that it started is left behind."""
    with subprocess.Popen(
        command.argv,
        cwd=folder,
        env=installer_environ(os.environ) | dict(command.extra),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as process:
        try:
            output, _ = process.communicate(timeout=time_limit)
            code = process.returncode
        except subprocess.TimeoutExpired:
            output, code = f"stopped after {time_limit:g} seconds".encode(), TIMED_OUT
        finally:
            with contextlib.suppress(ProcessLookupError, PermissionError):  # it has ended, and so has its group
                os.killpg(process.pid, signal.SIGKILL)
    if code != 0:
        raise InstallFailed(command.stated, code, output.decode("utf-8", "replace").strip()[-_TAIL:], command.line)


def uv() -> str:
    """The uv that came with us."""
    # Imported here: only a program that builds something needs it.
    import uv as package

    return os.fspath(package.find_uv_bin())


def interpreter() -> str:
    """The Python that environments are made of: the one that runs us."""
    return sys.executable
