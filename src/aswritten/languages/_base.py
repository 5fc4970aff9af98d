"""What a language module provides. One module a language; its functions are the members of `Language`."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from aswritten.languages._outside import Outside
    from aswritten.model import Block

#: A name that stands for something of the reader's: `yourSchema`, `your_function`, `myStream`, `my_tools`, `xxxx`; in capitals, for what is no text,
#: whose quotes would be missing: `YOUR_PRICE`.
_READERS_NAME = re.compile(
    r"(?:your|my)(?=[A-Z_])\w+|[xX]{3,}\b"
    r"|YOUR_(?:\w+_)?(?:PRICE|COST|RATE|BUDGET|AMOUNT|COUNT|LIMIT|PORT|NUMBER|SIZE|TOOL|SCHEMA|FUNCTION|BATCH|DATA|DATASET|LIST|OBJECT|IMAGE|HANDLER|CLIENT)S?\b"
)
#: An address that is left out: `base_url="..."`.
_NO_ADDRESS = re.compile(
    r"""\b(?:base_?url|api_base)["']?\s{0,9}[=:]\s{0,9}(?P<quote>["'`])(?:\.\.\.|…)(?P=quote)""", re.IGNORECASE
)
#: An argument that may be left out, as manuals write it and no language does: `create(params [, options])`, `create({ model, n? })`.
OPTIONAL_ARGUMENT = re.compile(
    r"""^(?![ \t]*(?:export |default |async )*(?:function|constructor)\b)[^\n#"'`/(]{0,200}\([^()\n#"'`/]{0,200}(?:[\w}][ \t]*(?P<mark>\[,[ \t]*\w+[ \t]*\])|[{,(][ \t]*(?P<optional>\w+\?)[ \t]*[,})])""",
    re.MULTILINE,
)
#: From here on a name is another one, mistyped.
_ALIKE = 0.8
_UNDEFINED = re.compile(
    r"^NameError: name '(\w+)' is not defined|^ReferenceError: ([\w$]+) is not defined", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Door:
    """Where every connection of a sample is led."""

    port: int
    """On 127.0.0.1; serves TLS and plain HTTP alike."""
    ca_file: Path
    """PEM file of the authority that signs a certificate for every name asked."""


@dataclass(frozen=True, slots=True)
class Names:
    """The names of a piece of source, as far as reading it tells."""

    defines: frozenset[str]
    """Names that later source of the same page could use."""
    needs: frozenset[str]
    """Names that it uses and neither defines nor gets from the language itself."""
    changes: frozenset[str] = frozenset()
    """Those of them to whose values it adds, of which it sets items, or with which it registers functions: `messages.append(…)`."""
    perhaps: frozenset[str] = frozenset()
    """Those that it defines on a condition of others alone, as `client` by `if use_keys: client = …`: what comes before may define them too."""


@dataclass(frozen=True, slots=True)
class Environment:
    """The reader's environment, built and kept in the cache."""

    folder: Path
    """Holds what was installed; never written to by a sample."""
    path: tuple[Path, ...]
    """Folders for the front of PATH."""
    node_modules: Path | None = None
    """What `import` of a Node sample resolves against; None where nothing was installed by npm."""

    typescript: Path | None = None
    """The module that `node --import` loads to run TypeScript; None where none was asked for."""


def undefined_name(stderr: str) -> str:
    """The name that a program misses, as Python and JavaScript say it at the end; empty where it ended for another reason."""
    found = _UNDEFINED.findall(stderr)
    return "".join(found[-1]) if found else ""


def is_slip(name: str, known: Iterable[str]) -> bool:
    """Whether a name is so near to a known one that it is that one, mistyped."""
    return bool(difflib.get_close_matches(name, known, 1, _ALIKE))


def is_readers(name: str, defined: Iterable[str]) -> bool:
    """Whether a name stands for something of the reader's, and for none of those that are defined, mistyped."""
    return _READERS_NAME.match(name) is not None and not is_slip(name, defined)


class ToolMissing(Exception):  # noqa: N818 - it names what happened, as its report does
    """A program that a language needs is not on this machine."""

    def __init__(self, tool: str, hint: str) -> None:
        super().__init__(f"{tool} is not on PATH: {hint}")
        self.tool = tool
        self.hint = hint


class Language(Protocol):
    """A language in which samples are published."""

    NAME: str
    """As verdicts and `--language` name it: curl, python, node."""
    TAGS: frozenset[str]
    """First words of an info string, lower case, that say this language."""
    SUFFIXES: frozenset[str]
    """Suffixes of sample files, with the dot."""

    def is_program(self, text: str) -> bool:
        """Whether a block without a telling tag reads as this language, by its grammar."""
        ...

    def calls_api(self, text: str, behind: int = 0) -> bool:
        """Whether running the text would open a connection by a call behind its first ``behind`` lines, as far as reading it tells."""
        ...

    def may_call(self, text: str, behind: int = 0) -> bool:
        """Whether a call there looks as if it did, though its name does not tell: it is waited for, or takes a model and what to say to it."""
        ...

    def is_lone_call(self, text: str) -> bool:
        """Whether the text is a single call and nothing else, as in a list of what there is to call."""
        ...

    def elided(self, text: str, line_of: Callable[[int], int] = ..., *, in_notebook: bool = False) -> str:
        """Why the text cannot run as it stands (a part is left out as `...`, it is no whole program); empty if it can.

        `line_of` says on which line of its page a line of the text stands; without it, lines are those of the text. A kernel
        of notebooks runs some that an interpreter does not.

        A mistake in a whole program is no elision: it is for the run to show.
        """
        ...

    def names(self, text: str) -> Names:
        """What the text defines and needs."""
        ...

    def import_lines(self, text: str) -> dict[str, tuple[int, ...]]:
        """For each imported name the 1-based lines that only import it."""
        ...

    def setup_lines(self, text: str) -> dict[str, tuple[int, ...]]:
        """For each name that the text sets up (a client, a key, a plain value) the 1-based lines that only do so, and send nothing."""
        ...

    def outside(self, text: str) -> Outside:
        """What a run of the text wants beside its bytes: environment variables, files, somebody who types."""
        ...

    def packages(self, text: str) -> tuple[str, ...]:
        """The packages that the text imports, by the name under which they are installed, sorted."""
        ...

    def held(self, text: str, environment: Environment) -> frozenset[str]:
        """Those of `packages` whose modules are in the environment, whatever brought them there."""
        ...

    def file_name(self, block: Block, source: str) -> str:
        """The name under which the source is written to be run; its suffix tells the module kind."""
        ...

    def as_run(self, text: str) -> str:
        """What of a block's text runs, line for line: all of it, but for the prompts of a transcript and what its commands printed."""
        ...

    def runs_as(self, block: Block, source: str) -> str:
        """How source runs that its program does not run as it is, in words: in what stands in for a notebook, without prompts; else empty."""
        ...

    def argv(self, environment: Environment, file_name: str) -> list[str]:
        """The command that runs the file in the current folder."""
        ...

    def lead(self, door: Door, folder: Path) -> dict[str, str]:
        """Variables that lead this language's clients to the door; files that they need are written to ``folder``."""
        ...

    def failing_line(self, stderr: str, file_name: str) -> int | None:
        """The 1-based line of the source at which the run failed, as its error output tells; None if it does not."""
        ...

    def options_given(self, text: str) -> Iterable[tuple[str, float | str, int]]:
        """Name, value and 1-based line of each number that a call of the API is given by name, and of each address that its client is made with.

        None where a language refuses names that nobody reads.
        """
        ...

    def line_of(self, text: str, what: str) -> int | None:
        """The 1-based line of the ``call`` that sends the request, or of the ``print`` of content; None if there is none."""
        ...


def address_left_out(text: str, line_of: Callable[[int], int]) -> str:
    """Why source that makes a client is no whole program: the address that it is to call is three dots. Empty for any other."""
    for found in _NO_ADDRESS.finditer(text):
        line = text[text.rfind("\n", 0, found.start()) + 1 : found.start()]
        # A remark, and words in a text, are no call.
        if not ("#" in line or "//" in line or text.count('"' * 3, 0, found.start()) % 2):
            return f"a part is left out: `{found.group()}` at line {line_of(text.count(chr(10), 0, found.start()) + 1)}"
    return ""


def outline(text: str, line_of: Callable[[int], int], *forms: re.Pattern[str]) -> str:
    """Why source that does not parse is no program: it says how a function is called, in one of these forms. Empty for any other source."""
    found = next(filter(None, (form.search(text) for form in (*forms, OPTIONAL_ARGUMENT))), None)
    if found is None:
        return ""
    mark = next(filter(None, found.groups()))
    line = line_of(text.count("\n", 0, found.start(found.lastindex or 0)) + 1)
    return f"how a function is called, in outline: `{mark}` at line {line}"
