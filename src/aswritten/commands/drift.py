"""`aswritten drift`: what changed in shape between two fixtures, or two folders of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from aswritten.commands._drifting import exit_code, write_reports
from aswritten.commands._secrets import scrubber_of
from aswritten.errors import UsageError

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """The command's own part of the command line."""
    parser = commands.add_parser(
        "drift",
        help="say what changed in shape between two recordings, or folders of them",
        description="Compares the shape of answers, not their values. Exit code 1 for a change that may break code.",
    )
    parser.add_argument("old", metavar="OLD", help="fixture, or folder of fixtures")
    parser.add_argument("new", metavar="NEW", help="the same as it is now; fixtures of folders are paired by name")
    parser.add_argument("--json", metavar="FILE", help="write the changes as JSON")
    parser.add_argument("--markdown", metavar="FILE", help="write the changes as Markdown, for a pull request")
    parser.add_argument(
        "--strict", action="store_true", help="any change fails, and so does a fixture on one side alone"
    )


def run(parsed: argparse.Namespace) -> int:
    """Compares OLD and NEW; the return value is the exit code.

    Raises UsageError for a path or a file that is wrong, and, once all else is told, where a fixture could not be checked, so that
    a comparison that did not take place is never taken for a good one.
    """
    from aswritten.drift import compare_paths
    from aswritten.reports import drift as report

    _refuse_overwriting(parsed)
    compared = compare_paths(Path(parsed.old), Path(parsed.new))
    scrubber = scrubber_of(parsed)
    write_reports(parsed, compared, scrubber)
    for line in report.lines(compared):
        print(scrubber.text(line))  # noqa: T201
    unchecked = sum(one.verdict == "not-checked" for one in compared)
    if unchecked:
        raise UsageError(f"{unchecked} of {len(compared)} fixtures could not be checked: mend them, or take them away")
    return exit_code(compared, strict=parsed.strict)


def _refuse_overwriting(parsed: argparse.Namespace) -> None:
    """No report takes the place of what is compared, or of the other report."""
    taken = [Path(parsed.old).resolve(), Path(parsed.new).resolve()]
    for option, target in (("--json", parsed.json), ("--markdown", parsed.markdown)):
        if target is None:
            continue
        path = Path(target).resolve()
        if path in taken or (path.suffix in {".yaml", ".yml"} and any(one in path.parents for one in taken)):
            raise UsageError(f"{target}: expected a file of its own for the report ({option})")
        taken.append(path)
