"""The frozen values that flow one way: page, block, sample, run, exchange, finding, verdict."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

Level = Literal["error", "warning", "info"]
VerdictName = Literal["passed", "failed", "continuation", "install", "output", "fragment", "skipped", "other"]
#: In the order in which summaries list them. Every block gets exactly one.
VERDICTS: tuple[VerdictName, ...] = get_args(VerdictName)

#: What of the recordings for its URL does not suit a request that none answers: they answer what asks for less, more or something else, take no
#: JSON body there, or cannot be made into such an answer; anything else is told in words alone.
Lack = Literal["features", "body", "making", "words"]
#: What stands for the reader's own machine.
OWN_HOSTS = frozenset({"localhost", "127.0.0.1", "0.0.0.0", "::1"})  # noqa: S104 - names, not an address to bind
#: (name as sent, value), in the order of the wire.
Headers = tuple[tuple[str, str], ...]
#: The frames of an error, as Node and Python write them.
_FRAMES = re.compile(r"^\s{1,20}at [^\n]{0,400}:\d+:\d+\)?$|^Traceback \(most recent call last\):$", re.MULTILINE)
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment of a page, invisible to its readers, by which its author says something of a block: ``aswritten: TEXT``."""

    line: int
    """1-based line of the page."""
    text: str
    """All that follows ``aswritten:``, stripped."""
    is_above: bool = True
    """Whether the block that it stands with is right below it; else it is only the nearest one, and the comment says nothing of it."""


@dataclass(frozen=True, slots=True)
class Block:
    """One block of code of a page, or one whole sample file."""

    page: str
    """Path as reports name it: as the user gave it, POSIX slashes."""
    index: int
    """Position among the blocks of its page, from 0."""
    line: int
    """1-based line of the opening fence, or of what opens a block in the page's format; 1 for a sample file."""
    first_line: int
    """1-based line of the page that holds the first line of ``text``."""
    text: str
    """The content, without the indentation of its fence; each line ends with a newline."""
    info: str = ""
    """All that follows the opening fence's marks, stripped; other formats' language and title in the same form. For a sample file: empty."""
    tag: str = ""
    """The first word of ``info``, lower case. For a sample file: its suffix without the dot."""
    headings: tuple[str, ...] = ()
    """The headings above the block, outermost first."""
    prose: str = ""
    """The page's text between the block before (or the page's start) and this one."""
    group: str = ""
    """Names the tab group that holds the block; empty outside of tabs."""
    file: str = ""
    """The sample file that the block shows, as its ``aswritten: file NAME`` comment says; else empty."""
    is_file: bool = False
    """True for a sample file, which is a sample whatever it holds."""
    tab: str = ""
    """Its place in the tab groups around it: ``group:tab`` for each, outermost first, joined by ``/``.

    Blocks whose places part within one group are alternatives: a reader sees only one of them.
    """
    lines: tuple[int, ...] = ()
    """The page's line of each line of ``text``; empty where they follow ``first_line`` one by one."""
    unclosed: bool = False
    """True where the mark that ends the block is missing, so that it reaches to the end of what holds it."""
    comments: tuple[Comment, ...] = ()
    """What the page's author says of it, but for `aswritten: file NAME`; in page order."""

    @property
    def in_notebook(self) -> bool:
        """Whether it stands in a notebook, whose kernel runs it."""
        return self.page.lower().endswith(".ipynb")

    @property
    def digest(self) -> str:
        """12 hex digits of the SHA-256 of its text: the same wherever on its page the block stands."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()[:12]

    def page_line(self, line: int) -> int:
        """The line of the page that holds line ``line`` (1-based) of ``text``; the nearest one if outside."""
        last = max(self.text.count("\n"), 1)
        line = min(max(line, 1), last)
        return self.lines[line - 1] if self.lines else self.first_line + line - 1

    def page_lines(self) -> frozenset[int]:
        """The lines of the page on which ``text`` stands."""
        return frozenset(self.page_line(number) for number in range(1, self.text.count("\n") + 1))


@dataclass(frozen=True, slots=True)
class Page:
    """One document and its blocks, in the order of the page."""

    path: str
    text: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """A block to run, with the earlier blocks that it goes on from."""

    block: Block
    language: str
    """Name of the module in ``languages/`` that runs it."""
    earlier: tuple[Block, ...] = ()
    """Blocks of the same page that run in front of it, in page order."""

    @property
    def source(self) -> str:
        """What runs: the blocks' text, one after the other, nothing added."""
        return "".join(block.text for block in (*self.earlier, self.block))

    def page_line(self, source_line: int) -> int:
        """The line of the page that holds line ``source_line`` (1-based) of ``source``; the nearest one if outside."""
        rest = max(source_line, 1)
        for block in (*self.earlier, self.block):
            lines = block.text.count("\n")
            if rest <= lines:
                return block.page_line(rest)
            rest -= lines
        return self.block.page_line(self.block.text.count("\n"))


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came through the door."""

    method: str
    scheme: Literal["http", "https"]
    host: str
    """As the sample asked for it, without the port."""
    port: int
    target: str
    """Path and query, as sent."""
    headers: Headers
    body: bytes

    @property
    def path(self) -> str:
        """The target without its query."""
        return urlsplit(self.target).path if self.target.startswith("/") else self.target

    @property
    def url(self) -> str:
        """Absolute, without a default port."""
        port = "" if self.port == _DEFAULT_PORTS[self.scheme] else f":{self.port}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}{port}{self.target}"

    def header(self, name: str) -> str | None:
        """The first value of header ``name`` (any case), or None."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


def request_to(method: str, url: str, headers: Headers = (), body: bytes = b"") -> Request:
    """A request to an absolute URL, without the URL's user, password and fragment. Raises ValueError for no http(s) URL."""
    parts = urlsplit(url)
    scheme: Any = parts.scheme
    if scheme not in _DEFAULT_PORTS or not parts.hostname:
        raise ValueError(f"no absolute http or https URL: {url!r}")
    target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    port = parts.port or _DEFAULT_PORTS[scheme]
    return Request(method.upper(), scheme, parts.hostname, port, target, headers, body)


@dataclass(frozen=True, slots=True)
class Response:
    """A response as the mock meant to serve it, whole."""

    status: int
    headers: Headers
    body: bytes
    """Without its content coding."""

    def header(self, name: str) -> str | None:
        """The first value of header ``name`` (any case), or None."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request, what was served for it, and how far the client read."""

    request: Request
    response: Response
    recording: str
    """Name of the recording that answered; empty when none matched."""
    taken: int
    """Bytes of the response's body, with its content coding, that were handed to the client before it closed."""
    read_to_end: bool
    """False when the client closed before it had the whole body."""
    reason: str = ""
    """Why no recording answered, naming the nearest one; empty when one did."""
    lack: Lack | None = None
    """What of the recordings did not suit; None when one answered."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a sample did when it ran."""

    exit_code: int
    """The process's exit code; minus the signal's number when a signal ended it."""
    seconds: float
    stdout: bytes
    stderr: bytes
    dropped: int = 0
    """Bytes of output beyond the limit: counted, not kept."""
    timed_out: bool = False
    exchanges: tuple[Exchange, ...] = ()
    assumed: tuple[str, ...] = ()
    """What was given to the sample beside its bytes, a sentence each."""
    strays: tuple[str, ...] = ()
    """Paths below the working folder's parent that the sample left outside of its working folder."""
    folder: str = ""
    """The working folder, another one in each run, so that findings need not name it."""

    @property
    def complaint(self) -> str:
        """What it says of its failing: standard error, or standard output where a logger wrote an error and its frames there, and nothing but warnings stands on the other."""
        text = self.stderr.decode("utf-8", "replace")
        is_said = any("warning" not in line.lower() for line in text.splitlines() if line.strip())
        if is_said or not self.exit_code:
            return text
        printed = self.stdout.decode("utf-8", "replace")
        return printed if _FRAMES.search(printed) else text


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or worth knowing, at one place."""

    rule: str
    """``family.what``; ``aswritten explain`` lists them."""
    level: Level
    page: str
    line: int
    """1-based line of the page."""
    message: str
    expected: str = ""
    got: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """One exchange as reports and page checks need it."""

    method: str
    url: str
    status: int
    sent: str
    """The request's body as text."""
    served: str
    """The response's body as text."""
    recording: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one block."""

    block: Block
    name: VerdictName
    language: str = ""
    reason: str = ""
    run_with: tuple[Block, ...] = ()
    """The earlier blocks that ran with it, in page order."""
    seconds: float = 0.0
    calls: tuple[Call, ...] = ()
    findings: tuple[Finding, ...] = ()
    printed: str = ""
    """The end of what the run wrote to standard output."""
    complained: str = ""
    """The end of what the run wrote to standard error."""
    not_shut_in: str = ""
    """Why the run was led to the door by its clients' own means alone; empty where it had no other network."""
    kept: str = ""
    """When it was come to (`2026-01-31T12:00:00Z`), where it is that of a run before with the same inputs; else empty."""

    @property
    def has_errors(self) -> bool:
        """Whether a finding of level error stands against the block."""
        return any(finding.level == "error" for finding in self.findings)
