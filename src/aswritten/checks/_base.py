"""What checks are given, and the small things that several of them need."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from aswritten.languages import facts
from aswritten.model import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from aswritten.contract import Profile
    from aswritten.directives import Said
    from aswritten.languages import Language
    from aswritten.model import Block, Exchange, Level, Page, Request, Run, Sample, Verdict


@dataclass(frozen=True, slots=True)
class Context:
    """What a check may know beside the run itself."""

    sample: Sample
    language: Language
    file_name: str
    """The name under which the sample ran."""
    profile_for: Callable[[str], Profile]
    """The provider profile of a host."""
    urls: frozenset[str]
    """URLs of the recordings; one that starts with `*` is of any host and prefix."""
    read_only: frozenset[str] = frozenset()
    """Those of them that are recorded for GET alone."""
    defined: frozenset[str] = frozenset()
    """The names that blocks of the page define in the sample's language, wherever they stand."""
    told: frozenset[str] = frozenset()
    """The paths of URLs that the page's own words name, its programs left aside."""
    named: frozenset[str] = frozenset()
    """The words of the sample that the page's own words mark as names: in a table, as code, as an attribute of a component."""
    shown: frozenset[str] = frozenset()
    """The words of the sample that the answers which the page shows to it, or to none, have as members of their own."""
    own_recordings: bool = True
    """Whether the recordings are the page's own; False where those that ship with us answer."""
    time_limit: float = 60.0
    output_limit: int = 1_000_000

    def finding(  # noqa: PLR0913
        self,
        rule: str,
        message: str,
        *,
        line: int | None = None,
        level: Level = "error",
        expected: str = "",
        got: str = "",
        hint: str = "",
    ) -> Finding:
        """A finding at `line` of the sample's source (1-based); at the block's fence where it is None."""
        page_line = self.sample.page_line(line) if line else self.sample.block.line
        return Finding(rule, level, self.sample.block.page, page_line, message, expected, got, hint)

    def line_with(self, *texts: str) -> int | None:
        """The first line of the source that holds one of `texts`, the first text first; None if no line does.

        Lines of the block itself come before those of the blocks that run in front of it.
        """
        return next((number for text in texts if text for number, line in self._lines() if text in line), None)

    def line_with_name(self, name: str) -> int | None:
        """The first line, as `line_with` goes through them, on which a name stands by itself, outside of quotes and comments."""
        alone = re.compile(rf"""(?<![\w$.'"]){re.escape(name)}(?![\w$'"])""")
        remark = re.compile(r"#.*" if self.language.NAME == "python" else r"//.*")
        return next((number for number, line in self._lines() if alone.search(remark.sub("", line))), None)

    def _lines(self) -> list[tuple[int, str]]:
        numbered = list(enumerate(self.sample.source.splitlines(), start=1))
        before = sum(block.text.count("\n") for block in self.sample.earlier)
        return numbered[before:] + numbered[:before]

    def call_line(self) -> int | None:
        """The line of the source that sends the request."""
        return self.language.line_of(self.sample.source, "call")

    def print_line(self) -> int | None:
        """The line of the source that prints content."""
        return self.language.line_of(self.sample.source, "print")


class Check(Protocol):
    """One question about a run. The module's docstring is what `aswritten explain` prints."""

    @property
    def RULES(self) -> tuple[str, ...]:  # noqa: N802 - a constant of the module
        """The rules whose findings it makes."""
        ...

    def check(self, run: Run, context: Context) -> Iterator[Finding]:
        """The findings, none if all is well."""
        ...


@dataclass(frozen=True, slots=True)
class PageRun:
    """A page and what became of its blocks, for checks that look at several blocks together."""

    page: Page
    verdicts: Mapping[int, Verdict]
    """By the block's index; blocks that were not selected are missing."""
    documents: Mapping[int, Block]
    """For the index of each `output` block: the sample that it documents."""
    profile_for: Callable[[str], Profile]
    exact: bool = False
    """Whether requests must be the recorded ones, so that prints are the recorded ones too."""
    said: tuple[Said, ...] = ()
    """For each block of the page what its author says of it; empty where nobody asked."""
    unknown: tuple[str, ...] = ()
    """Hashes for which the settings say something, and that no block has."""


class PageCheck(Protocol):
    """One question about a page as a whole."""

    @property
    def RULES(self) -> tuple[str, ...]:  # noqa: N802 - a constant of the module
        """The rules whose findings it makes."""
        ...

    def check(self, run: PageRun) -> Iterator[Finding]:
        """The findings, none if all is well."""
        ...


def answered(run: Run) -> tuple[Exchange, ...]:
    """The exchanges that a recording answered."""
    return tuple(exchange for exchange in run.exchanges if exchange.recording)


def is_telemetry(request: Request, run: Run, context: Context) -> bool:
    """Whether a package reports what it does, beside calls that were answered: to a host of neither these nor the sample's own.

    A host that the sample names is where it reports to only where the path is of such reports alone. A CONNECT leads to no API that
    is checked. Where a run ends with an error at no line of the sample's, it may be for what a report is answered.
    """
    if run.exit_code and context.language.failing_line(run.complaint, context.file_name) is None:
        return False
    hosts = {exchange.request.host for exchange in answered(run)}
    if not hosts or request.host in hosts:
        return False
    if request.method == "CONNECT":
        return True
    words = set(re.split(r"[^a-z]+", f"{request.host}{request.path}".lower()))
    is_named = request.host.lower() in context.sample.source.lower()
    return not words.isdisjoint(facts("surroundings")["reports" if is_named else "telemetry"])


def shorten(text: str, limit: int = 160) -> str:
    """The text on one line, cut in the middle where it is longer than `limit` characters."""
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: limit - limit // 3]} … {line[-limit // 3 :]}"


def last_line(output: bytes) -> str:
    """The last line of an output that is not blank; empty if there is none."""
    lines = [line for line in output.decode("utf-8", "replace").splitlines() if line.strip()]
    return lines[-1].strip() if lines else ""


def is_chat(request: Request) -> bool:
    """Whether the request asks for a chat completion, by its path."""
    return request.method == "POST" and is_chat_path(request.path)


def is_chat_path(path: str) -> bool:
    """Whether a path, or a URL, is that of chat completions."""
    return path.partition("?")[0].rstrip("/").endswith("/chat/completions")


def loaded(text: bytes | str) -> Any:
    """The JSON value that a text is. Raises ValueError for any other text, and for one that is nested deeper than anything that is sent."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deep") from None


def is_json(text: bytes | str) -> bool:
    """Whether the text is a JSON value."""
    try:
        loaded(text)
    except ValueError:
        return False
    return True
