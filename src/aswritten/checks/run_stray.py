"""The sample leaves files outside of its working folder.

A reader who pastes it finds them beside the folder that they work in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.checks._base import Context
    from aswritten.model import Finding, Run

RULES = ("run.stray-files",)


def check(run: Run, context: Context) -> Iterator[Finding]:
    """At most one finding, that names the files."""
    if run.strays:
        yield context.finding(
            "run.stray-files",
            "the sample writes outside of its working folder",
            expected="files in the working folder only",
            got=", ".join(run.strays[:5]) + (f" and {len(run.strays) - 5} more" if len(run.strays) > 5 else ""),
            level="warning",
            hint="write into the working folder, or say on the page where the file goes",
        )
