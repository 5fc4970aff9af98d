"""The sample ends with an error.

A reader who pastes it sees a traceback or a failed command. In a shell the exit code is that of the last command, so a command
before it that the shell itself could not run counts as well. A run whose request no recording answers is reported as that alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aswritten.checks._base import shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.checks._base import Context
    from aswritten.languages import Language
    from aswritten.model import Finding, Run

RULES = ("run.exit",)

_MISSING = re.compile(
    r"No module named '(?P<python>[\w.]+)'|Cannot find (?:package|module) '(?P<node>[^']+)'|: (?P<shell>\S+): command not found"
)
#: A variable that the reader is to set, as Python and the OpenAI clients miss it.
_UNSET = re.compile(r"KeyError: '([A-Z][A-Z0-9]*_[A-Z0-9_]+)'|or set the `([A-Z][A-Z0-9_]+)`")
#: What stands behind the message: Node's version and the frames of its stack, curl's progress, brackets.
_BEHIND = re.compile(r"Node\.js v[\d.]+|\s+at .*|\s*% Total.*|\s*Dload .*|[\s\d.%kMGTP:-]+|[\s{}\[\]()^~]+")
#: The message of what Node was thrown; the source line and a caret stand in front of it, the thrown object's members behind.
_THROWN = re.compile(r"^(?:Uncaught )?(?:[A-Za-z_$][\w$.]*)?(?:Error|Exception)\b.*$", re.MULTILINE)


def check(run: Run, context: Context) -> Iterator[Finding]:
    """At most one finding, at the line of the page where the program failed."""
    stderr = run.stderr.decode("utf-8", "replace")
    line = context.language.failing_line(stderr, context.file_name)
    shell_failed = context.language.NAME == "curl" and line is not None
    refused = any(not exchange.recording for exchange in run.exchanges)
    if run.timed_out or not (shell_failed or (run.exit_code != 0 and not refused)):
        return
    yield context.finding(
        "run.exit",
        _message(run),
        line=line or context.call_line(),
        expected="exit code 0",
        got=shorten(f"exit code {run.exit_code}: {_said(stderr, context.file_name)}".rstrip(": "), 300),
        hint=_hint(stderr, context.language),
    )


def _message(run: Run) -> str:
    if run.exit_code == 0:
        return "a command of the sample fails, though the last one does not"
    if run.exit_code < 0:
        return f"the sample is ended by signal {-run.exit_code}"
    return "the sample ends with an error"


def _said(stderr: str, file_name: str) -> str:
    """The message with which the program ended; of a shell, its own about the script."""
    lines = [line for line in stderr.splitlines() if line.strip() and not _BEHIND.fullmatch(line)]
    if stderr.rstrip().rpartition("\n")[2].startswith("Node.js v"):
        thrown = _THROWN.search(stderr)
        return thrown.group() if thrown else "".join(lines[-1:])
    of_shell = [line for line in lines if re.match(rf"{re.escape(file_name)}: line \d+:", line)]
    # Behind a syntax error the shell repeats the source line; of other messages the last one ended the sample.
    broken = [line for line in of_shell if "syntax error" in line]
    return "".join(broken[:1] or (of_shell or lines)[-1:]).strip()


def _hint(stderr: str, language: Language) -> str:
    if found := _UNSET.search(stderr):
        name = found[1] or found[2]
        return f"tell the reader to set {name} (`export {name}=…`), or give it under `variables` in aswritten.yaml"
    if "'await' outside" in stderr:
        return "this runs in a notebook alone: put it into an `async def`, and run that by asyncio.run"
    found = _MISSING.search(stderr)
    if not found:
        return ""
    if found["shell"]:
        return f"the shell knows no command {found['shell']!r}: is a line end, a quote or a backslash missing in front of it?"
    line = f"import {found['python']}" if found["python"] else f'import "{found["node"]}"'
    package = "".join(language.packages(line)) or found["python"] or found["node"]
    return f"the page does not tell the reader to install {package!r}"
