"""What a sample can reach and change from inside of the jail."""

from __future__ import annotations

import os
import socket
import subprocess
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aswritten.jail import Jail, open_jail

if TYPE_CHECKING:
    from collections.abc import Iterator


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def jail(scratch: Path, port: int) -> Iterator[Jail]:
    with open_jail(port, scratch, scratch.parent) as opened:
        if opened.why_not:
            pytest.skip(f"no jail on this machine: {opened.why_not}")
        yield opened


def inside(jail: Jail, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*jail.prefix, *command], capture_output=True, text=True, timeout=30, check=False)


def test_a_connection_to_the_port_comes_to_the_listener(jail: Jail, port: int) -> None:
    def answer() -> None:
        assert jail.listener
        connection, _ = jail.listener.accept()
        with connection:
            connection.recv(1000)
            connection.sendall(b"HTTP/1.0 200 OK\r\n\r\nfrom outside")

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    assert inside(jail, "curl", "-sS", f"http://127.0.0.1:{port}/").stdout == "from outside"
    thread.join(10)


def test_no_other_port_of_the_machine_can_be_reached(jail: Jail) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        found = inside(jail, "curl", "-sS", f"http://127.0.0.1:{server.getsockname()[1]}/")
    assert found.returncode == 7, found.stderr


def test_no_other_address_can_be_reached(jail: Jail) -> None:
    # 192.0.2.0/24 is for documentation (RFC 5737): nothing is there, so nothing is asked for even where the jail leaks.
    found = inside(jail, "curl", "-sS", "--max-time", "10", "http://192.0.2.1/")
    assert found.returncode == 7, found.stderr


def test_the_scratch_folder_can_be_written_to(jail: Jail, scratch: Path) -> None:
    (scratch / "work").mkdir()
    assert inside(jail, "bash", "-c", f"echo written > '{scratch}/work/file'").returncode == 0
    assert (scratch / "work" / "file").read_text(encoding="utf-8") == "written\n"


def test_what_is_written_to_tmp_stays_inside(jail: Jail) -> None:
    name = f"/tmp/aswritten-test-{os.getpid()}"
    assert inside(jail, "bash", "-c", f"echo written > {name}; cat {name}").stdout == "written\n"
    assert not Path(name).exists()


def test_what_comes_into_the_cache_later_can_be_read_and_not_written(jail: Jail, scratch: Path) -> None:
    (scratch.parent / "later").write_text("from outside", encoding="utf-8")
    found = inside(jail, "bash", "-c", f"cat '{scratch.parent}/later'; echo x > '{scratch.parent}/later'")
    assert found.stdout == "from outside"
    assert "Read-only file system" in found.stderr


def test_the_system_is_read_only(jail: Jail) -> None:
    found = inside(jail, "bash", "-c", "echo x > /usr/aswritten-was-here")
    assert found.returncode == 1
    assert "Read-only file system" in found.stderr or "Permission denied" in found.stderr


def test_a_machine_without_the_tools_says_why(monkeypatch: pytest.MonkeyPatch, scratch: Path, port: int) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    with open_jail(port, scratch, scratch.parent) as opened:
        assert opened == Jail(why_not="the command nsenter is missing")


def test_a_port_that_cannot_be_had_is_told_and_not_raised(scratch: Path) -> None:
    with open_jail(70_000, scratch, scratch.parent) as opened:
        assert not opened.prefix
        assert opened.why_not
