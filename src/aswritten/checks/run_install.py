"""What the page tells the reader to install cannot be installed, or a tool is missing.

`run.install`: the install command of the page, or the install of what the sample imports, fails; or the shell takes a version that no quotes keep
from it for a file, to read (an error: there is none) or to write (a warning: the newest release is installed). `run.missing-tool`: this machine has not
got a tool that the sample needs; an error only with `--strict`, else the sample is skipped.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aswritten.checks._base import shorten
from aswritten.model import Finding

if TYPE_CHECKING:
    from aswritten.model import Block

RULES = ("run.install", "run.missing-tool")

#: What installers print beside the cause: where they work, how long it took, where their log is.
_ASIDE = re.compile(
    r"Using .* environment at.*|Resolved \d+.*|npm (?:notice|warn|WARN).*|npm (?:error|ERR!)(?: .*/_logs/.*| A complete log.*)?"
)


def not_installed(block: Block, line: int | None, command: str, exit_code: int, output: str) -> Finding:
    """The finding for a command that failed at a line of the page; at the sample's fence where the page has no such command."""
    return Finding(
        "run.install",
        "error",
        block.page,
        line or block.line,
        f"`{command}` fails",
        expected="exit code 0",
        got=shorten(f"exit code {exit_code}: {_cause(output)}", 400),
        hint="is the package's name right, and does that version exist?",
    )


def unquoted(block: Block, line: int, mark: str) -> Finding:
    """The finding for a bound of a version (`>=1.0`) that a shell takes for a file, in a command at a line of the page."""
    is_read = mark.startswith("<")
    does = "read, and runs nothing" if is_read else "write, and no version is asked for"
    return Finding(
        "run.install",
        "error" if is_read else "warning",
        block.page,
        line,
        f"the shell takes `{mark}` for a file to {does}",
        expected=f"`{mark}` in quotes, with the name in front of it",
        got=f"`{mark}` as it stands",
        hint="put quotes around the requirement",
    )


def _cause(output: str) -> str:
    lines = [line.strip(" ×╰─▶│") for line in output.splitlines()]
    return "\n".join(line for line in lines if not _ASIDE.fullmatch(line)) or output


def missing_tool(block: Block, message: str, hint: str) -> Finding:
    """The finding for a tool that is not there."""
    return Finding("run.missing-tool", "error", block.page, block.line, message, hint=hint)
