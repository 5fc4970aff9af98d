"""The options of `aswritten record`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence


def add_parser(
    commands: argparse._SubParsersAction[Any], seconds: Callable[[str], float], languages: Sequence[str]
) -> None:
    """The command's own part of the command line. ``seconds`` reads a time; ``languages`` are those of samples."""
    parser = commands.add_parser(
        "record",
        help="make fixtures anew from what an API answers",
        description="Asks an API what scenario files say, and keeps each answer that their provider's contract allows.",
    )
    add: Any = parser.add_argument
    add("paths", nargs="*", metavar="PATH", help="scenario file, or folder of them (default: fixtures)")
    add("--base-url", default="", metavar="URL", help="ask this API (default: the provider's own)")
    add("--api-key-env", default="", metavar="VARIABLE", help="the variable that holds the key")
    add("--only", nargs="+", action="extend", default=[], metavar="NAME", help="only the scenarios of these fixtures")
    add("--into", metavar="DIR", help="write the recordings there, and leave the fixtures as they are")
    add("--force", action="store_true", help="overwrite what somebody wrote by hand, too")
    add("--profile", default="", metavar="NAME", help="hold to this provider's contract (default: the scenarios')")
    add("--max-calls", type=int, metavar="N", help="send no more calls than these")
    add("--timeout", type=seconds, default=60.0, metavar="SECONDS", help="for one call (default: 60)")
    add(
        "--max-wait", type=seconds, default=60.0, metavar="SECONDS",
        help="wait no longer before a call is tried again (default: 60)",
    )  # fmt: skip
    add("--json", metavar="FILE", help="write what became of each scenario, or what changed, as JSON")
    samples = parser.add_argument_group("to make them from what samples ask")
    samples.add_argument(
        "--from-samples",
        action="store_true",
        help="run the samples of PATH (page, sample file or folder) with the door open to the API",
    )
    samples.add_argument(
        "--language", action="append", default=[], choices=languages, help="with --from-samples: run only this one"
    )
    check = parser.add_argument_group("to compare with the fixtures that there are, and write none")
    check.add_argument(
        "--check", action="store_true", help="say what changed in shape; exit code 1 for what may break code"
    )
    check.add_argument("--strict", action="store_true", help="with --check: any change fails")
    check.add_argument(
        "--markdown", metavar="FILE", help="with --check: write the changes as Markdown, for a pull request"
    )
