"""The sample ends with an error.

A reader who pastes it sees a traceback or a failed command. In a shell the exit code is that of the last command, so a command
before it that the shell itself could not run counts as well. A run whose request no recording answers is reported as that
alone, but for what a package reports of itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aswritten.checks._base import is_telemetry, shorten
from aswritten.checks._undefined import missing_name, nobody, of_name
from aswritten.languages import mistyped, undefined_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.checks._base import Context
    from aswritten.languages import Language
    from aswritten.model import Finding, Run

RULES = ("run.exit",)

_MISSING = re.compile(
    r"No module named '(?P<python>[\w.]+)'|Cannot find (?:package|module) '(?P<node>[^']+)'|: (?P<shell>\S+): command not found"
)
#: How Node says which module it cannot find, and of which package a path.
_NOT_FOUND = re.compile(
    r"Cannot find (?:package|module) '(?P<name>[^'\n]+)'"
    r"|subpath '\.(?P<path>[^'\n]{0,300})' is not defined by \"exports\" in \S{0,600}node_modules/(?P<package>(?:@[\w.-]{1,200}/)?[\w.-]{1,200})/package\.json"
)
#: How Node says that a package, which lies among others, imports a file that would lie there too.
_OWN_FILE = re.compile(
    r"Cannot find module '/[^'\n]{0,600}/node_modules/[^'\n]{1,400}' imported from /\S{0,600}/node_modules/(?P<package>(?:@[\w.-]{1,200}/)?[\w.-]{1,200})/"
)
#: A variable that the reader is to set, as Python and the OpenAI clients miss it.
_UNSET = re.compile(r"KeyError: '([A-Z][A-Z0-9]*_[A-Z0-9_]+)'|or set the `([A-Z][A-Z0-9_]+)`")
#: The first line of a Python exception's message: right behind the last frame.
_RAISED = re.compile(r"^(?:  .*\n)+((?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*(?:: .*)?)$", re.MULTILINE)
#: How most exceptions are called.
_AN_ERROR = re.compile(r"[\w.]*(?:Error|Exception|Exit|Interrupt|Warning)\b")
#: What often stands behind a message, and how it is mended.
_USUAL = (
    (
        re.compile(r"unexpected EOF while looking for matching `[\"']'"),
        "a quote is never closed, or one in the text ends the argument early: inside of single quotes an apostrophe is written `'\\''`",
    ),
    (
        re.compile(
            r'can only concatenate str \(not "NoneType"\)|must be str, not None|sequence item \d+: expected str instance, NoneType'
        ),
        'a chunk without content is normal: take `content or ""`',
    ),
    (
        re.compile(
            r"choices.*(?:\n.*)*\nIndexError: list index out of range|Cannot read properties of undefined \(reading '(?:delta|message)'\)"
        ),
        "a chunk without choices is normal, as the one with the usage: look whether it has any",
    ),
)
#: How Python says that a call is given what it does not take.
_NOT_TAKEN = re.compile(
    r"TypeError: .*(?:unexpected keyword argument |takes \d+ (?:positional )?argument(?:s|\(s\))? but )"
)
#: How Python says that an import of the program's own fails.
_NOT_IMPORTED = re.compile(
    r'^  File "[^"\n]*/(?:sample|cell)\.py", line \d+, in <module>\n(?:    [^\n]*\n)*(?:ImportError: cannot import name|ModuleNotFoundError: )',
    re.MULTILINE,
)
#: How jq says that what it is given is no JSON, as a line of a stream with its `data:` is none.
_READS_NO_JSON = re.compile(r"^(?:jq: )?parse error: ", re.MULTILINE)
_JQ = re.compile(r"^[^#\n]*(?<![\w-])jq\b", re.MULTILINE)
#: What stands behind the message: Node's version and the frames of its stack, curl's progress, brackets.
_BEHIND = re.compile(r"Node\.js v[\d.]+|\s+at .*|\s*% Total.*|\s*Dload .*|[\s\d.%kMGTP:-]+|[\s{}\[\]()^~]+")
#: The message of what Node was thrown; the source line and a caret stand in front of it, the thrown object's members behind.
#: A message that ends with a colon goes on in the line behind it.
_THROWN = re.compile(r"^(?:Uncaught )?(?:[A-Za-z_$][\w$.]*)?(?:Error|Exception)\b.*(?:(?<=:)\n.*)?$", re.MULTILINE)


def check(run: Run, context: Context) -> Iterator[Finding]:
    """At most one finding, at the line of the page where the program failed."""
    stderr = run.complaint
    line = context.language.failing_line(stderr, context.file_name)
    refused = any(not (one.recording or is_telemetry(one.request, run, context)) for one in run.exchanges)
    if run.exit_code == 0 and b" is not defined" in run.stdout + run.stderr:
        # The program catches the error, and prints what it says.
        caught = missing_name(context, (run.stdout + run.stderr).decode("utf-8", "replace"))
        if caught is not None:
            yield caught
            return
    if run.timed_out or not (follows_from_source(run, context) or (run.exit_code != 0 and not refused)):
        return
    name = undefined_name(stderr)
    # Else a package misses it.
    name = name if re.search(rf"(?<![\w$.]){re.escape(name)}(?![\w$])", context.sample.source) else ""
    yield context.finding(
        "run.exit",
        f"the sample uses `{name}`, {nobody(name, context)}" if name else _message(run),
        line=line or _import_line(stderr, context) or _command_line(stderr, context) or context.call_line(),
        expected="exit code 0",
        got=shorten(
            f"exit code {run.exit_code}: {_placeless(_said(stderr, context.file_name), run)}".rstrip(": "), 300
        ),
        hint=of_name(name, context) if name else _hint(stderr, context.language),
    )


def _import_line(stderr: str, context: Context) -> int | None:
    """The line that imports what Node says it cannot find, of which it tells no place."""
    found = _NOT_FOUND.search(stderr) if context.language.NAME == "node" else None
    if found is None:
        return None
    name = found["name"] or f"{found['package']}{found['path']}"
    marks = (f"{quote}{name}{end}" for quote in "\"'" for end in (quote, "/"))
    return next(filter(None, map(context.line_with, marks)), None)


def _command_line(stderr: str, context: Context) -> int | None:
    """The last line that runs jq, where it says that it reads no JSON."""
    source = context.sample.source
    runs = list(_JQ.finditer(source)) if context.language.NAME == "curl" and _READS_NO_JSON.search(stderr) else []
    return source.count("\n", 0, runs[-1].end()) + 1 if runs else None


def follows_from_source(run: Run, context: Context) -> bool:
    """Whether a program ends as it does whatever it is answered.

    The shell cannot run a line, an import fails, nobody defines a name, or a call takes no such argument.
    """
    stderr = run.complaint
    if context.language.NAME == "curl":
        reads_no_json = _command_line(stderr, context) is not None and not run.stdout.strip()
        return reads_no_json or context.language.failing_line(stderr, context.file_name) is not None
    not_taken = any(_NOT_TAKEN.match(raised) for raised in _RAISED.findall(stderr)[-1:])
    is_of_import = _NOT_IMPORTED.search(stderr) is not None
    return run.exit_code != 0 and (bool(undefined_name(stderr)) or not_taken or is_of_import)


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
        return thrown.group().replace("\n", " ") if thrown else "".join(lines[-1:])
    raised = [str(one).strip() for one in _RAISED.findall(stderr)]
    if raised:
        # What an error lists behind itself looks like one: `llm.str`, and what is wrong with it.
        errors = [one for one in raised if _AN_ERROR.match(one)]
        return (errors or raised)[-1]
    of_shell = [
        line for line in lines if re.match(rf"{re.escape(file_name)}: (?:command substitution: )?line \d+:", line)
    ]
    # Behind a syntax error the shell repeats the source line; of other messages the last one ended the sample.
    broken = [line for line in of_shell if "syntax error" in line]
    return "".join(broken[:1] or (of_shell or lines)[-1:]).strip()


def _placeless(said: str, run: Run) -> str:
    """The message with paths as they are from the working folder, so that it is the same in each run."""
    return said.replace(f"{run.folder}/", "") if run.folder else said


def _hint(stderr: str, language: Language) -> str:
    if found := _UNSET.search(stderr):
        name = found[1] or found[2]
        return f"tell the reader to set {name} (`export {name}=…`), or give it under `variables` in aswritten.yaml"
    if usual := next((hint for form, hint in _USUAL if form.search(stderr)), ""):
        return usual
    if "'await' outside" in stderr:
        return "this runs in a notebook alone: put it into an `async def`, and run that by asyncio.run"
    # Behind what the shell cannot read as its own language, the commands that it did not find were none.
    found = None if ": syntax error" in stderr else _MISSING.search(stderr)
    return _of_missing(found, language) if found else ""


def _of_missing(found: re.Match[str], language: Language) -> str:
    if found["shell"]:
        if meant := mistyped(found["shell"]):
            return f"is {found['shell']!r} meant to be {meant!r}?"
        return f"the shell knows no command {found['shell']!r}: is a line end, a quote or a backslash missing in front of it?"
    if broken := _OWN_FILE.search(found.string):
        return f"{broken['package']!r} imports a file that its release has not got: does another release have it?"
    line = f"import {found['python']}" if found["python"] else f'import "{found["node"]}"'
    package = "".join(language.packages(line)) or found["python"] or found["node"]
    module = found["python"] or found["node"]
    return f"nothing that is installed has {module!r}: does the page tell the reader to install {package!r}, and is its module called so?"
