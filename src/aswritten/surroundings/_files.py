"""Files of the reader's own that a sample ended for."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from aswritten.languages import by_name, commands, undefined_name
from aswritten.stand_ins import stand_in
from aswritten.surroundings._placeholders import LACKS_ARGUMENTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from aswritten.languages import Outside
    from aswritten.model import Run, Sample

#: How bash says that `<` or `>` stands where no file follows (`<NAME>` at an end), and the line in which it does.
_NO_REDIRECTION = re.compile(
    r"syntax error near unexpected token `(?:newline|[);&|]+)'\n[^\n]*: line \d+: `(?P<line>[^\n]*)'"
)
_ANGLED = re.compile(r"(?<=[\s=/:])<[A-Za-z][^<>|&;$`'\"\n]*>(?=\s*(?:$|[);&|#]))")
#: Variables whose values are the paths of files.
_NAMES_FILE = re.compile(r"FILE|PATH|CERT|CHAIN|PRIVATE_KEY|BUNDLE|CREDENTIALS")
_NO_FILE = re.compile(
    r"No such file or directory:? '?(?P<python>[^'\n]+)'?|ENOENT[^'\n]*'(?P<node>[^'\n]+)'|(?<![\w./~-])(?<!shared object )(?P<curl>[\w./~-]{1,300}): No such file"
    r"|Cannot find module '(?:[^'\n]*/work/)?(?P<module>[^'\n]+\.\w+)'|certificate(?: file: | from )(?P<pem>[\w./~-]+\w)"
    r"|invalid path: (?P<bundle>[\w./~-]+\w)|(?:[Dd]irectory|[Ff]older|[Ff]ile|[Pp]ath):? [`'\"]?(?P<other>[\w./~-]*\w)/?[`'\"]? (?:does not|doesn't|not) (?:exist|found)"
)
#: How they say that a file is not to be written to: all but a sample's own folder is read-only here.
_READ_ONLY = re.compile(
    r"(?<![\w./~-])(?P<shell>[\w./~-]{1,300}): Read-only file system|Read-only file system: '(?P<python>[^'\n]+)'|EROFS: [^'\n]*'(?P<node>[^'\n]+)'"
)
#: How Node says so of a module in a folder above its own, or without a suffix, and how a program names one.
_ABOVE = re.compile(r"Cannot find module '(?P<path>[^'\n]+)'(?: imported from|\nRequire stack)")
_SPECIFIER = re.compile(r"""["'](\.\./[\w./@-]+|\./(?:[\w@-]+/)*[\w@-]+)["']""")
#: How a program ended while it imported a file: at that file's outermost level, as Python and Node say it.
_AT_IMPORT = re.compile(
    r"^  File \"(?P<python>[^\"\n]+)\", line \d+, in <module>\n(?:    [^\n]*\n){0,3}NameError: |^ReferenceError: [^\n]*\n    at file://(?P<node>[^\s:]+):",
    re.MULTILINE,
)
#: How Node, curl and packages say so without the file's name.
_UNNAMED_FILE = re.compile(
    r"Unable to open file as blob|curl: \(26\) Failed to open/read local data|[Ff]ile (?:does not|doesn't) exists?\b"
)
#: How curl is told to say nothing.
_SILENT = re.compile(r"--silent|-[a-zA-Z]*s[a-zA-Z]*")
#: The exit code of curl for a file that it cannot read (curl manual, "Exit codes").
_UNREADABLE = 26
#: How a program makes folders and writes files.
_WRITES = re.compile(
    r"mkdir|makedirs|,\s*(?:mode\s?=\s?)?[\"'][wax]b?\+?[\"']|write_(?:text|bytes)|writeFile|createWriteStream"
)
#: How Python says so of a certificate, and where a program names one.
_NO_NAME = re.compile(r"^FileNotFoundError: \[Errno 2\] No such file or directory$", re.MULTILINE)
_OF_TLS = re.compile(
    r"""(?:verify|cafile|cert|certfile)[ \t]{0,20}=[ \t]{0,20}\(?[ \t]{0,20}["'](?P<path>[^"'\n]+)["']"""
)


def file_missing(run: Run, sample: Sample, wants: Outside, variables: Mapping[str, str], beside: str) -> str:
    """A file that is not there, which the source or a variable of ``variables`` names; or a placeholder in angles that a shell takes for files."""
    stderr = run.complaint
    for missing in _NO_FILE.finditer(stderr):
        # Their own folder, which a sample calls `~` or `$HOME`, is one of the run's here.
        told = next(filter(None, missing.groups()))
        path = told if told in sample.source else told.rpartition("/home/")[2]
        name = next((name for name, value in variables.items() if value == path), "")
        if name:
            return f"needs a file of the reader's own: {name} names it"
        if sample.language == "curl" and f"<{path}>" in sample.source:
            return (
                f"its reader puts the real value in place of `<{path}>`, which a shell reads as files to read and write"
            )
        plain = path.replace("\\\\", "\\")  # Python shows a backslash as two
        if (
            path in wants.beyond | wants.files
            or path in sample.source
            or _is_put_together(path, sample.source)
            or plain in sample.source
            or f'="{path}"' in beside
        ):
            return f"needs a file of the reader's own: {path}"
    broken = _NO_REDIRECTION.search(stderr) if sample.language == "curl" else None
    if broken and (mark := _ANGLED.search(broken["line"])):
        return f"its reader puts the real value in place of `{mark.group()}`, which a shell reads as files to read and write"
    unnamed = sorted(path for path in wants.beyond | wants.files if stand_in(path) is None or path in wants.beyond)
    # With -s curl says so by its exit code alone.
    is_unnamed = _UNNAMED_FILE.search(stderr) or (sample.language == "curl" and _ends_unread(run, sample, unnamed))
    if is_unnamed and unnamed:
        return f"needs a file of the reader's own: {unnamed[0]}"
    name = next(filter(_NAMES_FILE.search, variables), "") if "FileNotFoundError" in stderr else ""
    return f"needs a file of the reader's own: {name} names it" if name else ""


def _ends_unread(run: Run, sample: Sample, files: Iterable[str]) -> bool:
    """Whether a shell ends as curl does for a file that it cannot read, or a curl that is to be silent sends one of ``files`` in front of a pipe."""
    if run.exit_code or run.exchanges or run.complaint.strip():
        return run.exit_code == _UNREADABLE
    sent = tuple(f"@{path}" for path in files)
    clients = [one.arguments for one in commands(sample.source) if one.name == "curl"]
    return len(clients) == 1 and all(
        (
            any(_SILENT.fullmatch(word) for word in clients[0]),
            any(word.endswith(sent) for word in clients[0]),
            any(word.startswith(("http://", "https://")) for word in clients[0]),
        )
    )


def _is_put_together(path: str, source: str) -> bool:
    """Whether a program writes down a folder and the name of a file, and puts the path together of both; not one that makes or writes either."""
    folder, _, name = path.rpartition("/")
    if any(_WRITES.search(line) for line in source.splitlines() if folder in line or name in line):
        return False
    texts = set(re.findall(r"[\"'`]([^\"'`\n]{1,200}?)/?[\"'`]", source))
    return folder != "" and {folder, name} <= texts


def file_unread(stderr: str, sample: Sample, wants: Outside) -> str:
    """A file that nothing stands in for, where a program ends for what it hands on of what it was to read there."""
    language = by_name(sample.language)
    line = language.failing_line(stderr, language.file_name(sample.block, sample.source)) or 0
    lines = sample.source.splitlines()[:line]
    read = (one for one in sorted(wants.files) if stand_in(one) is None and any(one in text for text in lines))
    path = next(read, "") if LACKS_ARGUMENTS.search(stderr) and lines and "**" in lines[-1] else ""
    return f"needs a file of the reader's own: {path}" if path else ""


def file_written(stderr: str) -> str:
    """A file outside of its folder that a sample would write to."""
    written = _READ_ONLY.search(stderr.rstrip().rpartition("\n")[2])
    return f"writes to a file of the reader's own: {next(filter(None, written.groups()))}" if written else ""


def module_above(stderr: str, sample: Sample) -> str:
    """A module of the reader's own, in a folder above the sample's, or without its suffix, which bundlers find."""
    missing = _ABOVE.search(stderr)
    named = _SPECIFIER.findall(sample.source) if missing else ()
    own = next((one for one in named if missing and missing["path"].endswith(one.lstrip("./"))), "")
    return f"needs a file of the reader's own: {own}" if own else ""


def module_in_part(stderr: str, files: Iterable[str]) -> str:
    """A module of the reader's own of which the page shows a part: at its import it already lacks a name, which the whole of it has."""
    name, ends = undefined_name(stderr), _AT_IMPORT.search(stderr)
    # A module that comes with Python is to be imported by who uses it.
    is_whole = name in sys.stdlib_module_names
    path = (ends["python"] or ends["node"]) if name and ends and not is_whole else ""
    own = next((one for one in files if path.endswith(f"/{one}")), "")
    return f"needs a file of the reader's own: the page shows a part of {own}, which uses `{name}`" if own else ""


def certificate_missing(stderr: str, sample: Sample) -> str:
    """A certificate that is not there, of which Python does not say the name."""
    own = _OF_TLS.search(sample.source) if _NO_NAME.search(stderr) else None
    return f"needs a file of the reader's own: {own['path']}" if own else ""
