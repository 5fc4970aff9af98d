"""What commands that compare fixtures end with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from aswritten.commands import FINDINGS, OK
from aswritten.errors import at

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from aswritten.drift import Compared
    from aswritten.scrub import Scrubber


def exit_code(compared: Sequence[Compared], *, strict: bool) -> int:
    """Findings where something breaking changed; if ``strict``, where anything did, or a fixture has no other one."""
    severities = {change.severity for one in compared for change in one.changes}
    if strict:
        return FINDINGS if any(one.verdict != "same" for one in compared) else OK
    return FINDINGS if "breaking" in severities else OK


def write_reports(parsed: argparse.Namespace, compared: Sequence[Compared], scrubber: Scrubber) -> None:
    """Write what changed, without secrets, to the files that ``--json`` and ``--markdown`` name.

    Raises UsageError where one cannot be written.
    """
    from aswritten.files import replace
    from aswritten.reports import drift as report
    from aswritten.reports.document import write

    if parsed.json:
        from aswritten import __version__

        write(Path(parsed.json), report.document(__version__, compared), scrubber)
    if parsed.markdown:
        try:
            replace(Path(parsed.markdown), scrubber.text(report.markdown(compared)))
        except OSError as error:
            raise at(parsed.markdown, None, f"the report cannot be written: {error.strerror or error}") from error
