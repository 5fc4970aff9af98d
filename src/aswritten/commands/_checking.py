"""The options of `aswritten check` and `list`, apart from what they do: a command line is read before anything heavy is loaded."""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def add_parser(
    commands: argparse._SubParsersAction[Any], seconds: Callable[[str], float], languages: Sequence[str]
) -> None:
    """The command's own part of the command line. ``seconds`` reads a time limit; ``languages`` are those that run."""
    check = commands.add_parser(
        "check",
        help="run the samples of pages, and say what is wrong with them",
        description="Runs every sample of the pages as written, against recordings. Options of pytest go behind `--`.",
    )
    check.add_argument(
        "paths", nargs="+", metavar="PATH", help="page, sample file or folder; PAGE::L41-python for one block"
    )
    check.add_argument("--json", metavar="FILE", help="write the verdicts as JSON")
    check.add_argument("--junitxml", metavar="FILE", help="write the verdicts as JUnit XML")
    check.add_argument("--language", action="append", default=[], choices=languages, help="run only this one")
    check.add_argument(
        "--with", dest="overrides", action="append", default=[], metavar="REQ",
        help="install this version in place of the page's: openai==2.0.0, or openai@5 for npm",
    )  # fmt: skip
    check.add_argument(
        "--fixtures", action="append", default=[], metavar="DIR", help="answer from the recordings in DIR"
    )
    check.add_argument(
        "--profile", default="", metavar="NAME", help="hold to this provider's contract (default: by host)"
    )
    check.add_argument(
        "--time-limit", type=seconds, default=0.0, metavar="SECONDS", help="for one sample (default: 60)"
    )
    check.add_argument("--timing", action="store_true", help="answer at the times of the recordings, not at once")
    check.add_argument(
        "--strict",
        action="store_true",
        help="for CI: a missing tool is an error, and no result of a run before is taken",
    )
    check.add_argument(
        "--baseline", default="", metavar="FILE", help="fail for those findings alone that are not in FILE"
    )
    check.add_argument("--write-baseline", action="store_true", help="record today's findings in the baseline")
    check.add_argument(
        "--changed-since", default="", metavar="REV", help="only pages that differ from this revision, by git"
    )
    check.add_argument(
        "--no-cache", action="store_true", help="run all samples, unchanged ones too, and keep no result"
    )
    check.add_argument(
        "-n", "--workers", type=_workers, metavar="N", help="run on N workers at once (a number, or `auto`)"
    )
    check.add_argument("-k", dest="select", metavar="EXPRESSION", help="only blocks whose name matches, as in pytest")
    check.add_argument("-x", dest="first", action="store_true", help="stop at the first failure")
    check.add_argument("--lf", dest="last_failed", action="store_true", help="only what failed the last time")


def add_list_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """The part of the command line that is `list`'s own."""
    parser = commands.add_parser(
        "list", help="show every block, its name, its hash and what it is taken for; runs nothing"
    )
    parser.add_argument(
        "paths", nargs="+", metavar="PATH", help="page, sample file or folder; PAGE::L41-python for one block"
    )
    parser.add_argument("--json", metavar="FILE", help="write the same as JSON")


def _workers(text: str) -> str:
    if not re.fullmatch(r"auto|[1-9][0-9]{0,3}", text):
        raise argparse.ArgumentTypeError(f"expected a number of workers from 1 on, or auto, got {text!r}")
    return text
