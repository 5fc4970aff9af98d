"""`aswritten fixtures`: what fixtures there are, how old they are, and what uses them."""

from __future__ import annotations

import argparse
import re
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from aswritten.commands import FINDINGS, OK
from aswritten.commands._secrets import scrubber_of
from aswritten.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from aswritten.inventory import Kept
    from aswritten.reports.fixtures import Samples

#: Where fixtures are, if neither the command line nor settings say it.
_USUAL = "fixtures"


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The command and its options."""
    parser = commands.add_parser(
        "fixtures",
        help="say where fixtures come from, how old they are, and what uses them",
        description="Lists fixtures. A path called `import` or `export` is reached as ./import or ./export.",
    )
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="fixture or folder (default: those of the settings, else ./fixtures)"
    )
    parser.add_argument(
        "--samples", nargs="+", action="extend", default=[], metavar="PAGE",
        help="run the samples of these pages as `check` does, and say which fixtures they use; an unused one is a finding",
    )  # fmt: skip
    parser.add_argument("--max-age", type=_days, metavar="DAYS", help="a recording that is older is a finding")
    parser.add_argument("--json", metavar="FILE", help="write the listing and its findings as JSON")
    parser.add_argument("--scan", action="store_true", help="list none: look for secrets in all files of the fixtures")


def _days(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", text):
        raise argparse.ArgumentTypeError(f"expected a number of days, got {text!r}")
    return int(text)


def run(parsed: argparse.Namespace) -> int:
    """Lists the fixtures, or looks for secrets in them; the return value is the exit code.

    Raises UsageError for a path or a fixture that is wrong, for options that do not go together, and for samples that cannot be
    asked.
    """
    paths = _paths(parsed.paths)
    if parsed.scan:
        return _scanned(paths, parsed)
    from aswritten import inventory
    from aswritten.reports import fixtures

    kept = inventory.find(paths, today())
    if parsed.json and Path(parsed.json).resolve() in {one.recording.path.resolve() for one in kept}:
        raise UsageError(f"{parsed.json}: expected a file of its own for the report, and no fixture (--json)")
    samples = None
    if parsed.samples:
        kept, samples = _asked(kept, parsed.samples, [path for path in paths if path.is_dir()])
    old, unaged = ((), ()) if parsed.max_age is None else inventory.too_old(kept, parsed.max_age)
    listing = fixtures.Listing(kept, (*old, *inventory.unused(kept)), unaged, samples)
    if parsed.json:
        from aswritten import __version__
        from aswritten.reports.document import write

        write(Path(parsed.json), fixtures.document(__version__, listing))
    scrubber = scrubber_of(parsed)
    for line in fixtures.lines(listing):
        print(scrubber.text(line))  # noqa: T201
    return FINDINGS if listing.findings else OK


def _scanned(paths: Sequence[Path], parsed: argparse.Namespace) -> int:
    from aswritten.commands import _scan

    for option, given in (("--samples", parsed.samples), ("--max-age", parsed.max_age), ("--json", parsed.json)):
        if given not in ([], None):
            raise UsageError(f"{option} does not go with --scan, which lists no fixtures")
    return _scan.run([str(path) for path in paths])


def today() -> date:
    """The day in UTC, as sources have it."""
    return datetime.now(timezone.utc).date()


def _paths(given: Sequence[str]) -> list[Path]:
    """Where the fixtures are that the command line asks for. Raises UsageError for a path that is not there."""
    for path in given:
        if not Path(path).exists():
            raise UsageError(f"{path}: expected a fixture or a folder of fixtures, and there is none")
    if given:
        return [Path(path) for path in given]
    from aswritten.config import settings_for

    # Named from here, as the user would.
    here = Path.cwd().resolve()
    found = [path.relative_to(here) if path.is_relative_to(here) else path for path in settings_for(here).fixtures]
    if not found and not Path(_USUAL).is_dir():
        raise UsageError(f"no fixtures: neither settings name a folder of them, nor is there ./{_USUAL}: give a PATH")
    return found or [Path(_USUAL)]


def _asked(kept: Sequence[Kept], pages: Sequence[str], folders: Sequence[Path]) -> tuple[tuple[Kept, ...], Samples]:
    """The same fixtures with the samples that each answered. Pages whose settings name no fixtures are answered from ``folders``."""
    from aswritten.commands._using import used_by

    used, samples = used_by(pages, folders)
    return tuple(replace(one, used_by=tuple(used.get(one.recording.path.resolve(), ()))) for one in kept), samples
