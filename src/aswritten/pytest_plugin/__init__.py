"""aswritten as a pytest plugin: a block is an item, a page as a whole is one more report at the end.

Asleep until `--aswritten` is given, so that a project's own tests never pay for it: this module imports nothing.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from aswritten.cli import LANGUAGES, seconds

if TYPE_CHECKING:
    import pytest

    from aswritten.pytest_plugin._session import Plugin

#: Under this name the session's plugin is registered.
SESSION = "aswritten-session"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of `pytest --aswritten`; `aswritten check` sets the same ones."""
    group = parser.getgroup("aswritten", "published samples, run as written")
    group.addoption("--aswritten", action="store_true", help="collect pages and sample files, and run their samples")
    group.addoption("--aswritten-json", metavar="FILE", help="write the verdicts as JSON")
    group.addoption(
        "--aswritten-language", action="append", default=[], choices=LANGUAGES, help="run only this language's samples"
    )
    group.addoption(
        "--aswritten-with", action="append", default=[], metavar="REQ", help="install this in a page's place"
    )
    group.addoption(
        "--aswritten-fixtures", action="append", default=[], metavar="DIR", help="answer from these recordings"
    )
    group.addoption("--aswritten-profile", default="", metavar="NAME", help="hold to this provider's contract")
    group.addoption("--aswritten-time-limit", type=seconds, default=0.0, metavar="SECONDS", help="for one sample")
    group.addoption("--aswritten-timing", action="store_true", help="answer at the times of the recordings")
    group.addoption("--aswritten-no-cache", action="store_true", help="run everything again, and keep no result")
    group.addoption("--aswritten-strict", action="store_true", help="a missing tool is an error")
    group.addoption("--aswritten-baseline", metavar="FILE", default="", help="only findings that are not in FILE fail")
    # What `aswritten check` collects, and nothing else: `PAGE`, or `PAGE::BLOCK`. pytest's own arguments cannot name
    # every path (`[slug].mdx`), and walk folders in their own way.
    group.addoption("--aswritten-only", action="append", default=[], help=argparse.SUPPRESS)


def pytest_configure(config: pytest.Config) -> None:
    """Wake up where asked to."""
    if config.getoption("--aswritten"):
        from aswritten.pytest_plugin._session import Plugin

        config.pluginmanager.register(Plugin(config), SESSION)
        if config.getoption("--aswritten-only"):
            from aswritten.pytest_plugin._order import Order

            config.pluginmanager.register(Order(config), "aswritten-order")


def session_of(config: pytest.Config) -> Plugin:
    """The plugin of a session that is awake."""
    plugin: Plugin = config.pluginmanager.getplugin(SESSION)
    return plugin
