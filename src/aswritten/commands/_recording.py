"""The options of `aswritten record`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable


def add_options(parser: argparse.ArgumentParser, seconds: Callable[[str], float]) -> None:
    """The options of `aswritten record`. ``seconds`` reads a time."""
    add: Any = parser.add_argument
    add("paths", nargs="*", metavar="PATH", help="scenario file, or folder of them (default: fixtures)")
    add("--base-url", default="", metavar="URL", help="ask this API (default: the provider's own)")
    add("--api-key-env", default="", metavar="VARIABLE", help="the variable that holds the key")
    add("--into", metavar="DIR", help="write the recordings there, and leave the fixtures as they are")
    add("--only", nargs="+", action="extend", default=[], metavar="NAME", help="only the scenarios of these fixtures")
    add("--force", action="store_true", help="overwrite what somebody wrote by hand, too")
    add("--max-calls", type=int, metavar="N", help="send no more calls than these")
    add("--timeout", type=seconds, default=60.0, metavar="SECONDS", help="for one call (default: 60)")
    add(
        "--max-wait",
        type=seconds,
        default=60.0,
        metavar="SECONDS",
        help="wait no longer before a call is tried again (default: 60)",
    )
    add("--profile", default="", metavar="NAME", help="hold to this provider's contract (default: the scenarios')")
    add("--json", metavar="FILE", help="write what became of each scenario as JSON")
