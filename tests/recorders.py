"""A recorder that is run in a folder of its own, and what it left there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from conforming_server import Conforming, Reply, error

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


URL = "https://api.example.com/v1"
SCENARIOS = f"""\
aswritten-scenarios: 1
provider: openai
base_url: {URL}
scenarios:
  - fixture: completion
    body: {{model: conforming-1, messages: [{{role: user, content: Hi}}]}}
  - fixture: stream
    answers: alike
    body: {{model: conforming-1, messages: [{{role: user, content: Hi}}], stream: true}}
  - fixture: wrong-key
    status: 401
    key: wrong
    body: {{model: conforming-1, messages: [{{role: user, content: Hi}}]}}
"""
WEB_PAGE = Reply(content_type="text/html", parts=[b"<!DOCTYPE html><html><h1>Welcome</h1></html>"])


@dataclass(frozen=True)
class Ran:
    """What the command did."""

    code: int
    lines: list[str]
    err: str

    @property
    def all(self) -> str:
        return "\n".join((*self.lines, self.err))


def on(tag: str, change: Callable[[Reply], Reply | None]) -> Callable[[Reply], Reply | None]:
    """The change of the replies with the tag."""
    return lambda reply: change(reply) if tag in reply.tags else None


def keyed(server: Conforming) -> list[str]:
    """The options that ask this server, with its key."""
    return ["--base-url", server.url, "--api-key-env", "THE_KEY"]


def texts(folder: Path) -> dict[str, str]:
    """Every file below the fixtures, hidden ones as well."""
    fixtures = folder / "fixtures"
    return {
        str(path.relative_to(fixtures)): path.read_text(encoding="utf-8")
        for path in sorted(fixtures.rglob("*"))
        if path.is_file()
    }


def cut(reply: Reply) -> Reply:
    return replace(reply, longer=10)


def busy(times: int, status: int = 429, **headers: str) -> Callable[[Reply], Reply | None]:
    """Refuses as many times, then answers."""
    left = [times]

    def change(reply: Reply) -> Reply | None:
        left[0] -= 1
        if left[0] < 0:
            return None
        return replace(
            error(status, "Slow down.", "busy"),
            headers={name.replace("_", "-"): value for name, value in headers.items()},
        )

    return change
