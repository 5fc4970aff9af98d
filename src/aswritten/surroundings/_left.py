"""Why a sample could not run as it stands though nothing is wrong with it: what it fails for is left to its reader."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from aswritten.languages import by_name, facts, is_readers, undefined_name
from aswritten.model import OWN_HOSTS
from aswritten.surroundings._files import (
    certificate_missing,
    file_missing,
    file_unread,
    file_written,
    module_above,
    module_in_part,
)
from aswritten.surroundings._own import of_reader
from aswritten.surroundings._placeholders import address_left, value_left

if TYPE_CHECKING:
    from aswritten.languages import Outside
    from aswritten.model import Run, Sample
    from aswritten.surroundings import Assumed

#: How a server says that it could not start where it runs, though its source is sound.
_NOT_SERVED = re.compile(
    r"localhost is not accessible|[Aa]ddress already in use|EADDRINUSE|nothing but the recordings can be reached"
)
#: The addresses at which clouds tell their own machines who they are.
_METADATA = re.compile(r"169\.254\.|metadata\.")
#: What a shell sample takes from a command, and the host of a URL that it takes from a variable or a command.
_FROM_COMMAND = re.compile(r"\b(?P<name>\w+)=[\"']?(?:\$\(|`)\s*(?P<command>[\w./-]+)")
_HOST_FROM = re.compile(
    r"://(?:\$\{?(?P<name>\w+)|(?:\$\(|`)\s*(?P<command>[\w./-]+))|\s[\"']?\$\{?(?P<bare>\w+)\}?(?::[\d$]|/\w)"
)
#: How a client says that a name is none out there.
_NOT_OUT_THERE = re.compile(
    r"(?:non-public|private|loopback|internal)[\w ]{0,60}(?:address|IP|network)[^\n]{0,200}127\.0\.0\.1", re.IGNORECASE
)
_MANAGES = re.compile(r"\b(docker(?: |-)compose|docker|kubectl|helm|podman|minikube)\b")
_NO_HOST = re.compile(r"Could not resolve host: (\S{1,300})")
#: How a shell says that what it is to end has ended, which is the last that it says.
_NO_PROCESS = re.compile(
    r"[^\n]{0,200}: line \d+: (?:kill|wait): [^\n]{0,200}\b(?:[Nn]o such (?:process|job)|not a child)[^\n]{0,200}"
)
_NO_PROGRAM = re.compile(r": line \d+: ([a-z][a-z0-9._-]*[a-z0-9]): command not found")
#: How it says that it cannot read a line.
_UNREADABLE = re.compile(r": line \d+: syntax error")
#: How a client says that it signs in by a file in its reader's home.
_OWN_CONFIG = re.compile(
    r"(?:~|/home)/(?P<path>\.[\w-]{1,40}/(?:[\w-]{1,40}/)?(?:config|credentials)\w{0,10}(?:\.\w{1,5})?)\b"
)
#: How a sample waits for ten seconds to two minutes, as one does between calls; who waits longer hangs.
_WAITS = re.compile(
    r"\bsleep[( ]\s*(?:[1-9]\d|1[01]\d|120)\b|setTimeout\([^\n]{0,300},\s*(?:[1-9]\d|1[01]\d|120)_?000\s*\)"
)
#: Where a shell script reads its own arguments.
_ARGUMENT = re.compile(r"^[^#\n]{0,300}?(?P<mark>\$\{1:?[?-]|\$#|\bgetopts\b)", re.MULTILINE)
#: How it says that it was given none.
_NO_ARGUMENT = re.compile(r"line \d+: (\$\d): unbound variable")
#: What runs again and again, by the clock.
_CLOCKS = re.compile(r"\bsetInterval\((?=[\s\S]{0,300}?\b(?:await|fetch)\b)|\bcron\.schedule\(|\bschedule\.every\(")
#: A command that goes on with what comes, as logs do, until somebody stops it.
_FOLLOWS = re.compile(
    r"^[^#\n]*?\b((?:tail|journalctl|logs)\b[^#|\n]{0,200}\s(?:-\w*[fF]\b|--follow\b)|watch\s)", re.MULTILINE
)
#: How a shell and jq say that a text is no number, and that data have not got what is looked for.
_WORDS = re.compile(
    r"(?P<test>integer expression expected)|^jq: error\b(?![^\n]*only strings can be parsed)[^\n]*(?:null|Cannot|parse)",
    re.MULTILINE,
)
#: How Python and Node say that a file is not there.
_NO_FILE = re.compile(r"No such file or directory: '(?P<python>[^'\n]+)'|ENOENT[^'\n]{0,200}'(?P<node>[^'\n]+)'")
#: A pipe that hands on what a model says to jq, and how jq says that it is no JSON.
_JQ_OF_WORDS = re.compile(r"\.content\b[^|\n]{0,40}\|[ \t]{0,9}jq\b")
_NO_JSON = re.compile(r"^(?:jq: )?parse error: ", re.MULTILINE)
#: The exit codes of a search that finds nothing; that of `jq -e` without any output is the second.
_NOTHING = frozenset({1, 4})
#: How programs that manage machines say that there is none to manage.
_UNMANAGED = re.compile(
    r"connection to the server \S{1,200} was refused|Cannot connect to the Docker daemon|is not a docker command|Run '(?P<of>docker) --help'"
    r"|couldn't get current server API group list|no configuration file provided"
)
#: The last command of a line that fails where it finds nothing.
_FINDS = re.compile(
    r"\|[ \t]{0,9}(?P<grep>[ef]?grep|rg)\s(?![^\n]{0,300}(?<!\|)\|(?!\|))"
    r"|\b(?P<jq>jq (?:-\w{1,9} ){0,5}(?:-\w{0,9}e\w{0,9}|--exit-status))(?=\s[^\n]{0,300}(?:select\(\s?\.(?:id|name|model)\b|content\s?\|\s?(?:test|match|contains|startswith)\(|content\s?==))"
)
#: How curl says that it reaches no proxy, but where a method stands for one: `-x POST`.
_PROXY = re.compile(r"Could not resolve proxy: (?!(?:DELETE|GET|HEAD|PATCH|POST|PUT)\b)")
#: How a command names one on the reader's own machine, and the exit code of curl for nobody there (curl manual, "Exit codes").
_OWN_PROXY = re.compile(
    rf"(?:\s-x[ =]?|--proxy[ =]|_(?:proxy|PROXY)=)[\"']?(?:https?://)?(?:{'|'.join(map(re.escape, sorted(OWN_HOSTS)))})(?=[:/\s\"'])"
)
_NOBODY = 7
#: A socket of the machine's own that a command talks to.
_SOCKET = re.compile(
    r"--(?:abstract-)?unix-socket[ =]{1,9}[\"']?([^\s\"']+)|\b(?:uds|socketPath)\s?[=:]\s?[\"'](/[^\s\"']+)"
)


def left_to_reader(run: Run, sample: Sample, wants: Outside, assumed: Assumed, beside: str = "") -> tuple[str, bool]:
    """What the page leaves to its reader, and the run failed for, in words; empty where it failed for another reason.

    With it: whether the sample did all the same what it is for, where it called the API. ``assumed`` is what it was given, ``beside``
    is the text of the page's own modules that it imports, and what its page has variables set to.
    A placeholder that a reader is told to replace is no mistake of the page.
    """
    stderr = run.complaint
    hindered = (
        _serving(run, stderr, sample, wants),
        _fetching(run, sample),
        "" if run.exchanges else _own_way(run, stderr, sample),
        address_left(run, stderr, sample, wants, beside),
        file_missing(run, sample, wants, dict(assumed.variables), beside),
        "" if run.exchanges else file_written(stderr),
        "" if run.exchanges else value_left(stderr, sample),
        module_above(stderr, sample),
        module_in_part(stderr, dict(assumed.files)),
        certificate_missing(stderr, sample),
        _sign_in(run, stderr, sample),
        _address_refused(stderr),
        _own_name(stderr, sample),
        _unseen(run, stderr, sample),
        of_reader(run, stderr, sample, wants, assumed),
        _script(run, stderr, sample),
        "" if run.exchanges else file_unread(stderr, sample, wants),
    )
    reason = next(filter(None, hindered), "")
    # A shell goes on behind a command that fails.
    goes_on = sample.language == "curl" and run.exit_code == 0
    return (reason, goes_on) if reason else (_program(stderr) or _answers(run, stderr, sample, wants), True)


def _serving(run: Run, stderr: str, sample: Sample, wants: Outside) -> str:
    served, line = wants.serves
    asks_itself = any(not exchange.recording and exchange.request.host in OWN_HOSTS for exchange in run.exchanges)
    if served and (run.timed_out or run.exit_code == 0 or asks_itself or _NOT_SERVED.search(stderr)):
        return f"serves until somebody stops it: `{served}` at line {sample.page_line(line)}"
    return ""


def takes_host_of_reader(run: Run, sample: Sample) -> str:
    """Why a shell sample asks another host here than at its reader's, or none: a command of theirs says which; in words, else empty."""
    commands = {found["name"]: found["command"] for found in _FROM_COMMAND.finditer(sample.source)}
    if any(not exchange.request.host for exchange in run.exchanges):
        command = next(iter(commands.values()), "")
    else:
        hosts = _HOST_FROM.finditer(sample.source) if sample.language == "curl" else ()
        command = next(
            (
                found["command"] or commands[found["name"] or found["bare"]]
                for found in hosts
                if found["command"] or (found["name"] or found["bare"]) in commands
            ),
            "",
        )
    return f"the host of its request is for `{command}` on the reader's machine to say" if command else ""


def _fetching(run: Run, sample: Sample) -> str:
    """A program that a sample starts, and that has to be fetched first, keeps it waiting where there is no network."""
    names = "|".join(facts("surroundings")["fetches"])
    started = re.search(rf"""["'`]({names})["'`\s]""", sample.source)
    if sample.language == "curl" and run.timed_out:
        started = started or re.search(rf"""^[ \t]*(?:[$%>#] )?({names})\s""", sample.source, re.MULTILINE)
    if started and not run.exchanges and (run.timed_out or run.exit_code):
        return f"starts `{started[1]}`, which fetches the program that it runs"
    return ""


def _own_way(run: Run, stderr: str, sample: Sample) -> str:
    """How a sample goes that only its reader can: by a socket, through a proxy."""
    if socket := _SOCKET.search(sample.source):
        return f"talks to a socket of the reader's own: {socket[1] or socket[2]}"
    is_own = run.exit_code == _NOBODY and _OWN_PROXY.search(sample.source) is not None
    return "goes through a proxy of the reader's own" if is_own or _PROXY.search(stderr) else ""


def _sign_in(run: Run, stderr: str, sample: Sample) -> str:
    package = next((one for one in facts("surroundings")["signs_in"] if one in sample.source), "")
    said = "\n".join(line for line in stderr.split("\n") if not line.startswith(("    ", "  File ")))
    if own := _OWN_CONFIG.search(said):
        return f"signs in by a file of the reader's own: ~/{own['path']}"
    asked = any(_METADATA.match(exchange.request.host) for exchange in run.exchanges if not exchange.recording)
    if asked or (package and re.search(r"[Cc]redential|identity|metadata|token", stderr)):
        return f"signs in to a cloud{f' by {package}' if package else ''}, which works on the reader's machine alone"
    return ""


def _own_name(stderr: str, sample: Sample) -> str:
    """A name that nobody defines, as it is one for something of the reader's."""
    name = undefined_name(stderr)
    is_theirs = bool(name) and is_readers(name, by_name(sample.language).names(sample.source).defines)
    return f"its reader puts something of their own in place of `{name}`" if is_theirs else ""


def _address_refused(stderr: str) -> str:
    """Every name leads to this machine here, and some clients take no such address for one out there."""
    if _NOT_OUT_THERE.search(stderr):
        return "its client fetches from public addresses alone, and here every name leads to this machine"
    return ""


def _program(stderr: str) -> str:
    """A program that the shell does not find, and that reads as one, not as a piece of a broken line or a mistyped client; one that is gone."""
    if _NO_PROCESS.fullmatch(stderr.rstrip("\n").rpartition("\n")[2]):
        return "ends a program that it has started, and that does not stay here"
    # What the shell cannot read is no script that waits for a program.
    for name in _NO_PROGRAM.findall(stderr) if not _UNREADABLE.search(stderr) else ():
        clients = facts("shell")["clients"]
        if name in clients or not difflib.get_close_matches(name, clients, 1, cutoff=0.7):
            return f"`{name}` is not on this machine"
    return ""


def _script(run: Run, stderr: str, sample: Sample) -> str:
    """A shell script that its reader starts with arguments, and a command of the machine's that has nobody to answer it."""
    if sample.language != "curl" or run.timed_out:
        return ""
    # A function of its own is given them by its own call.
    if (unset := _NO_ARGUMENT.search(stderr)) and not re.search(r"\w\(\)\s{0,9}[{(]|\bfunction \w", sample.source):
        return f"its reader gives it arguments on its command line: `{unset[1]}`"
    if not run.exit_code:
        return ""
    if not run.exchanges and (argument := _ARGUMENT.search(sample.source)):
        return f"its reader gives it arguments on its command line: `{argument['mark']}`"
    lines = (line.strip() for line in reversed(sample.source.splitlines()))
    last = next((line.split() for line in lines if line and not line.startswith("#")), [])
    if last[:1] and last[0] in facts("shell")["manages"] and run.exchanges:
        return f"`{' '.join(last[:2])}` does not do on this machine what it does on the reader's"
    last_words = "\n".join(stderr.rstrip().splitlines()[-2:])
    one = _MANAGES.search(sample.source) if _UNMANAGED.search(last_words) and "jq: " not in stderr else None
    return f"`{one[1]}` does not do on this machine what it does on the reader's" if one else ""


def _unseen(run: Run, stderr: str, sample: Sample) -> str:
    """What keeps a sample from being seen to its end: a pause, a second call that is not led, or a search in what stands in for an answer."""
    source, in_shell = sample.source, sample.language == "curl"
    if run.timed_out:
        return _waits(source, in_shell=in_shell)
    if not in_shell:
        return ""
    asked = {exchange.request.host for exchange in run.exchanges}
    if " --next" in source and any(host in asked for host in _NO_HOST.findall(stderr)):
        return "asks again behind `--next`, which leaves behind what leads to the recordings"
    words = _WORDS.search(stderr)
    of_words = words and (".content" in source and "-w" not in source if words["test"] else "fromjson" in source)
    is_streamed = re.search(r"\"stream\"\s{0,9}:\s{0,9}true", source) is not None
    if of_words or (not is_streamed and _JQ_OF_WORDS.search(source) and _NO_JSON.search(stderr)):
        return "takes apart what a model says, of which the recordings that ship know nothing"
    if run.exit_code in _NOTHING and not stderr.strip() and (found := _FINDS.search(source)):
        return f"`{found['grep'] or found['jq']}` finds nothing in what stands in for an answer"
    return ""


def _waits(source: str, *, in_shell: bool) -> str:
    """What a sample that ran out of its time waits for."""
    if clock := _CLOCKS.search(source):
        return f"runs until somebody stops it: `{clock.group().strip()}`"
    if in_shell and (follow := _FOLLOWS.search(source)):
        return f"runs until somebody stops it: `{follow[1]}`"
    wait = _WAITS.search(source)
    return f"waits by itself, for longer than its time limit: `{wait.group().strip()}`" if wait else ""


def _answers(run: Run, stderr: str, sample: Sample, wants: Outside) -> str:
    """What ends a sample that did all that it is for: nobody answers a loop that asks for ever, it stops its call, or a tool of its own is called with what is not there."""
    source = sample.source
    if re.search(r"\bAbortError|AbortError:|[Rr]equest was aborted", stderr) and re.search(r"\.abort\(", source):
        return "it stops its call by itself"
    if (
        wants.asks
        and run.exchanges
        and re.search(r"^EOFError|readline was closed|ERR_USE_AFTER_CLOSE", stderr, re.MULTILINE)
    ):
        return "it asks until somebody stops it"
    bodies = [exchange.response.body for exchange in run.exchanges if b'"tool_calls"' in exchange.response.body]
    for missing in _NO_FILE.finditer(stderr):
        path = missing["python"] or missing["node"]
        if any(f'\\"{path}\\"'.encode() in body for body in bodies):
            return f"a tool of its own is called with `{path}`, which stands in for what a model asks for"
    return ""
