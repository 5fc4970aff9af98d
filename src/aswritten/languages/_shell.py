"""Shell source read by its grammar: its commands, what it assigns, what it expects to be set."""

from __future__ import annotations

import itertools
import posixpath
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aswritten.languages import _python_outside
from aswritten.languages._facts import fact_set
from aswritten.languages._shell_answers import open_quote, without_answers
from aswritten.languages._shell_words import masked, parse, resolved, static, text_of, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

_PROMPTS = ("$ ", "% ", "# $ ")
#: A prompt that tells where one is: `(venv) $ curl …`, `(cloud +3.9s) curl …`, `me@host:~$ curl …`. No shell takes a word behind a closing
#: parenthesis.
_PLACE = re.compile(
    r"\([^()\n]+\)[ \t]+(?:[$%] )?(?=[\w$])|\w[\w.-]{0,60}@[\w.-]{1,60}(?::[^\s$#%]{0,100})?[ \t]?[$#%] (?=[\w$])"
)
#: How a command begins a text of its own, up to a line with a word: what stands in quotes of its own, and arithmetic, is passed over.
_HERE = re.compile(
    r"(?<!<)<<-?[ \t]?(?P<quote>['\"]?)(?P<end>[A-Za-z_][\w-]*)(?P=quote)"
    r"|\"(?:[^\"\\]|\\.)*\"|'[^']*'|\$\(\([^()]*\)\)"
)
#: Functions that call each other one behind the other, at most so many.
_DEEP = 10
_URL = re.compile(r"https?://[^\s;|&<>()'\"`]+")
#: What stands behind a mark of a remark.
_REMARK = re.compile(r"(?:^|(?<=\s))#[^\n]*", re.MULTILINE)
_PYTHON = re.compile(r"python(?:3(?:\.\d+)?)?")
_SET = re.compile(r"(?<![\w$-])([A-Za-z_]\w*)=")
_READ = re.compile(r"\bread\b([^\n]*)")
_OF_ITSELF = re.compile(r"(?<![\w$])([A-Za-z_]\w*)=[\"']?\$\{?\1\}?[\"']?(?=[\s;]|$)")
_DEFAULTED = frozenset({":-", "-", ":=", "=", ":+", "+"})
_NAME = re.compile(rb"([A-Za-z_]\w*)")
_NAMED = frozenset({"variable_assignment", "for_statement", "declaration_command", "unset_command"})


#: A bound of a version: `>=2.0`, `<3`.
_VERSION = re.compile(r"[<>]=?\d[\w.*]*")


@dataclass(frozen=True, slots=True)
class Command:
    """One simple command."""

    words: tuple[str, ...]
    """Its name and arguments, quotes resolved; an expansion stays as it is written (`$NAME`)."""
    line: int
    """1-based line of its name."""
    last_line: int
    """1-based line of its last word."""
    bounds: tuple[tuple[str, int], ...] = ()
    """Bounds of versions right behind a word that no quotes keep from the shell, which takes them for files, and their lines: `>=2.0` of `pip install maker>=2.0`."""

    @property
    def name(self) -> str:
        """The command's own name, without a folder, `sudo` and the like left aside; empty when there is none."""
        for word in self.words:
            name = word.rsplit("/", 1)[-1]
            if name not in fact_set("shell", "wrappers") and not word.startswith("-") and "=" not in word:
                return name
        return ""

    @property
    def arguments(self) -> tuple[str, ...]:
        """What follows the command's own name."""
        for at, word in enumerate(self.words):
            if word.rsplit("/", 1)[-1] == self.name:
                return self.words[at + 1 :]
        return ()


def prompted(text: str) -> int | None:
    """The 1-based line of the first shell prompt (`$ `, `(venv) `) of a console transcript; None when the text is none."""
    lines = text.splitlines()
    first = next((at for at, line in enumerate(lines, 1) if line.strip()), None)
    # No job of a shell's is called by a letter at the begin of what is pasted.
    if first is not None and (
        _PLACE.match(lines[first - 1].lstrip()) or re.match(r"% [A-Za-z]", lines[first - 1].lstrip())
    ):
        return first
    return next((at for at, line in enumerate(lines, 1) if line.lstrip().startswith("$ ")), None)


def to_paste(text: str) -> str:
    """What a reader copies of a block, every line where it was: without prompts and what their commands printed, and without answers that are shown
    below a remark which says so.
    """
    if prompted(text) is None:
        return without_answers(text)
    lines: list[str] = []
    quote, goes_on, until = "", False, ""
    shown = [line.lstrip() for line in text.splitlines() if line.strip()]
    # Some authors put the prompt before each line of a command too.
    each = next((mark for mark in _PROMPTS if all(line.startswith(mark) for line in shown)), "")
    ends = {line.removeprefix("> ").strip() for line in text.splitlines()} if "<<" in text else set()
    for line in text.splitlines():
        if until:
            lines.append(line.removeprefix("> "))
            until = "" if lines[-1].strip() == until else until
            continue
        bare = line.lstrip()
        place = _PLACE.match(bare)
        prompt = place.group() if place else next((mark for mark in _PROMPTS if bare.startswith(mark)), None)
        if quote or goes_on:
            bare = bare.removeprefix(each) if each else line.removeprefix("> ")
        elif prompt is not None:
            bare = bare[len(prompt) :]
        else:
            bare = ""
        lines.append(bare)
        begun = () if quote else (found["end"] for found in _HERE.finditer(_REMARK.sub("", bare)) if found["end"])
        # Without its end further down it is something else, or broken.
        until = next((end for end in begun if end in ends), "")
        quote = open_quote(bare, quote)
        goes_on = bare.rstrip().endswith("\\")
    return "\n".join(lines) + "\n"


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, in the order of the source."""
    pending = [node]
    while pending:
        here = pending.pop()
        yield here
        pending.extend(reversed(here.children))


def commands(text: str) -> tuple[Command, ...]:
    """The simple commands of the text, in its order, those inside of loops and substitutions included.

    Of a console transcript only the prompted lines count; answers that a script shows do not.
    """
    found = []
    plain = to_paste(text)
    source = masked(plain)
    for node in walk(parse(plain).root_node):
        if node.type == "command":
            words = words_of(node)
            if words:
                name = node.child_by_field_name("name") or node
                behind = tuple(
                    resolved(word)
                    for one in _redirections(node)
                    for word in one.children_by_field_name("destination")[1:]
                )
                bounds = tuple(_bounds(node, source))
                found.append(Command((*words, *behind), name.start_point[0] + 1, node.end_point[0] + 1, bounds))
    return tuple(found)


def _redirections(command: Node) -> list[Node]:
    """The redirections behind a command. The grammar takes words that follow one for more of its files."""
    whole = command.parent
    while whole is not None and whole.type in ("list", "pipeline") and whole.named_children[-1] == command:
        command, whole = whole, whole.parent
    if whole is None or whole.type != "redirected_statement" or whole.child_by_field_name("body") != command:
        return []
    return [one for one in whole.children if one.type == "file_redirect"]


def _bounds(command: Node, source: bytes) -> Iterator[tuple[str, int]]:
    for node in _redirections(command):
        target = node.child_by_field_name("destination")
        mark = source[node.start_byte : target.end_byte].decode() if target else ""
        if _VERSION.fullmatch(mark) and not source[node.start_byte - 1 : node.start_byte].isspace():
            yield mark, node.start_point[0] + 1


def has_error(text: str) -> bool:
    """Whether the grammar rejects the text."""
    return parse(to_paste(text)).root_node.has_error


def has_heredoc(text: str) -> bool:
    """Whether a command of the text is given lines of it to read, up to a word that ends them."""
    return bool(heredocs(text)) and not has_error(text)


def exports(text: str) -> dict[str, str]:
    """The values that the text assigns to shell variables without running anything: `export X=a`, `X="$Y/b"`.

    A value that a command or an unknown variable makes is left out.
    """
    values: dict[str, str] = {}
    for node in parse(to_paste(text)).root_node.children:
        assignments = [node] if node.type == "variable_assignment" else []
        if node.type in ("declaration_command", "variable_assignments"):
            assignments = [child for child in node.children if child.type == "variable_assignment"]
        for assignment in assignments:
            name = assignment.child_by_field_name("name")
            value = assignment.child_by_field_name("value")
            known = "" if value is None else static(value, values)
            if name is not None and name.type == "variable_name" and known is not None:
                values[text_of(name)] = known
    return values


def only_assigns(text: str, *, exported: bool = False) -> bool:
    """Whether the text does nothing but set shell variables; with ``exported``, at least one for the commands after it."""
    nodes = [node for node in parse(to_paste(text)).root_node.children if node.is_named and node.type != "comment"]
    kinds = {"variable_assignment", "variable_assignments", "declaration_command"}
    return (
        bool(nodes)
        and all(node.type in kinds for node in nodes)
        and (not exported or any(node.type == "declaration_command" for node in nodes))
    )


def written_files(text: str) -> frozenset[str]:
    """The files that a redirection of the text writes, and a program of Python's on a command line (`-c`), where their names are plain."""
    files = {path for program in python_programs(text) for path in _python_outside.written_files(program)}
    for node in walk(parse(to_paste(text)).root_node):
        target = node.child_by_field_name("destination") if node.type == "file_redirect" else None
        if target is not None and any(child.type in (">", ">>", ">|") for child in node.children):
            files.add(posixpath.normpath(resolved(target)))
    return frozenset(files)


def python_programs(text: str) -> Iterator[str]:
    """The programs of Python's that stand on command lines (`-c`)."""
    for command in commands(text) if "-c" in text else ():
        if _PYTHON.fullmatch(command.name):
            yield from (program for option, program in itertools.pairwise(command.arguments) if option == "-c")


def heredocs(text: str) -> tuple[str, ...]:
    """The texts that commands are given to read, up to a word that ends them."""
    nodes = walk(parse(to_paste(text)).root_node) if "<<" in text else ()
    return tuple(text_of(node) for node in nodes if node.type == "heredoc_body")


def uncalled_lines(text: str) -> frozenset[int]:
    """The lines of functions that the text names nowhere else, but in another such function, in a URL or in a remark."""
    nodes = walk(parse(to_paste(text)).root_node) if "(" in text or "function" in text else ()
    lines = {
        text_of(child): set(range(node.start_point[0] + 1, node.end_point[0] + 2))
        for node in nodes
        if node.type == "function_definition"
        for child in node.children
        if child.type == "word"
    }
    said = _URL.sub("", _REMARK.sub("", text)).split("\n")
    unused: set[int] = set()
    for _ in range(_DEEP if lines else 0):
        named = Counter(
            word for at, line in enumerate(said, 1) if at not in unused for word in re.findall(r"[\w-]+", line)
        )
        more = {line for name, own in lines.items() if named[name] == 1 for line in own} - unused
        if not more:
            break
        unused |= more
    return frozenset(unused)


def functions(text: str) -> frozenset[str]:
    """The names of the functions that the text defines."""
    nodes = walk(parse(to_paste(text)).root_node) if "(" in text or "function" in text else ()
    return frozenset(
        text_of(child)
        for node in nodes
        if node.type == "function_definition"
        for child in node.children
        if child.type == "word"
    )


def aliases(text: str) -> dict[str, str]:
    """The commands for which the text has names of its own, by these: `alias ask='curl -s'`."""
    found = (command.arguments for command in commands(text) if command.name == "alias") if "alias" in text else ()
    pairs = (word.split("=", 1) for words in found for word in words if "=" in word)
    return {name: command for name, command in pairs if command.strip()}


def is_flat(text: str) -> bool:
    """Whether the text is a list of simple commands and variables that are set: no loops, conditions, functions or pipes."""
    flat = {"program", "list", "redirected_statement"}
    nodes = [parse(text).root_node]
    while nodes:
        node = nodes.pop()
        if node.type in flat:
            nodes += [child for child in node.children if child.is_named and not child.type.endswith("_redirect")]
        elif node.type not in ("command", "comment", "declaration_command", "variable_assignment"):
            return False
    return True


def assigned(text: str) -> frozenset[str]:
    """The names of all variables that the text sets, functions that it defines included; not what one command alone is given: `A=1 command`."""
    names = set()
    for node in walk(parse(to_paste(text)).root_node):
        if node.type in _NAMED and not (node.parent is not None and node.parent.type == "command"):
            names |= {text_of(child) for child in node.children if child.type == "variable_name"}
        elif node.type == "function_definition":
            names |= {text_of(child) for child in node.children if child.type == "word"}
        elif (
            node.type == "command"
            and (words := words_of(node))
            and words[0] in ("read", "mapfile", "readarray", "printf")
        ):
            names |= {word for word in words[1:] if word.isidentifier()}
    return frozenset(names)


def expected(text: str) -> frozenset[str]:
    """The variables that the text uses and neither sets, nor gives a default, nor gets from the shell.

    One that is only set to itself (`export HOST=${HOST}`) is set by its reader.
    """
    used = set()
    source = masked(to_paste(text))
    for node in walk(parse(to_paste(text)).root_node):
        if node.type in ("simple_expansion", "expansion"):
            named = [child for child in node.children if child.type == "variable_name"]
            if (
                named
                and text_of(named[0]).isidentifier()
                and not any(child.type in _DEFAULTED for child in node.children)
            ):
                used.add(text_of(named[0]))
        elif node.type == "$" and node.parent is not None and node.parent.type == "concatenation":
            # Behind `$HOST:` the grammar takes the `$` of `$PORT` for a text.
            rest = _NAME.match(source[node.end_byte :])
            used |= {rest[1].decode()} if rest else set()
    again, set_ = Counter(_OF_ITSELF.findall(text)), Counter(_SET.findall(text))
    read = {name for line in _READ.findall(text) for name in re.findall(r"\w+", line)} if again else set()
    kept = {name for name, times in again.items() if set_[name] == times} - read
    return frozenset(used) - (assigned(text) - kept) - fact_set("shell", "provided")
