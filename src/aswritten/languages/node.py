"""JavaScript and TypeScript samples, run by Node."""

from __future__ import annotations

import json
import re
import shutil
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from aswritten.languages import (
    _javascript,
    _javascript_calls,
    _javascript_elided,
    _javascript_modules,
    _javascript_options,
    _javascript_outside,
)
from aswritten.languages._base import Names, address_left_out, outline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tree_sitter import Node

    from aswritten.languages._base import Door, Environment
    from aswritten.languages._outside import Outside
    from aswritten.model import Block

NAME = "node"
_TYPESCRIPT_TAGS = frozenset({"ts", "typescript", "tsx", "mts", "cts"})
TAGS = frozenset({"javascript", "js", "node", "nodejs", "node.js", "mjs", "cjs", "jsx", "es6"}) | _TYPESCRIPT_TAGS
SUFFIXES = frozenset({".js", ".mjs", ".cjs", ".ts", ".mts", ".cts"})
#: Suffixes that say TypeScript.
TYPESCRIPT = frozenset({".ts", ".mts", ".cts", ".tsx"})

_DOES = frozenset(
    {
        *("import_statement", "lexical_declaration", "variable_declaration", "call_expression", "function_declaration"),
        *("class_declaration", "await_expression", "new_expression"),
    }
)
#: What a print that shows the answer names.
_CONTENT = ("content", "text", "delta", "message")

#: The type of what a function gives, behind a call of it, where no body follows: `create(params: Params): Promise<Answer>`.
_SIGNATURE = re.compile(
    r"^[^\n'\"`]{0,300}\)(?P<mark>:[ \t]*[A-Z]\w{0,60}(?:<[^\n{]{0,100}>)?(?:\[\])?)[ \t]*;?[ \t]*$", re.MULTILINE
)
#: The type of what a call takes, in the place of a value: `await api.ask(prompt: string);`; a function or method that is written out has a body.
_TYPED = re.compile(
    r"^[ \t]*(?:(?:const|let|var)[ \t][^=\n]{1,80}=[ \t]*(?:await[ \t]+)?|await[ \t]+|(?=[\w$]{1,60}\.))(?:new[ \t]+)?[\w$.]{1,200}"
    r"\((?P<mark>[a-z]\w{0,40}\??:[ \t]*(?:string|number|boolean|any|object|unknown|[A-Z]\w{1,60})(?:\[\])?)(?:,[^\n{}]{0,300})?\);?[ \t]*$(?!\s*\{)",
    re.MULTILINE,
)
#: The types of the options that a call takes, in the place of their values: `make({ size?: number; })`.
_OPTIONS = re.compile(
    r"\w\(\{[ \t]*\n(?:[ \t]*(?://[^\n]*)?\n){0,9}[ \t]*(?P<mark>\w{1,40}\?:[ \t]*[^;\n]{1,100});?[ \t]*(?://[^\n]*)?\n"
)


def is_program(text: str) -> bool:
    """Whether a grammar accepts the text as JavaScript or TypeScript that does something: imports, declares or calls."""
    root = _javascript.read(text)[0].root_node
    return not root.has_error and any(node.type in _DOES for node in _javascript.walk(root))


def calls_api(text: str, behind: int = 0) -> bool:
    """Whether the source, when it runs, calls what sends a request; making a client sends nothing."""
    calls = _javascript_calls.api_calls(_javascript.read(text)[0].root_node)
    return any(_javascript_calls.line(call) > behind for call in calls)


#: A constant of TypeScript that has a type alone: `const parts: AsyncIterable<string>;`.
_TYPE_ALONE = re.compile(r"^(?:export )?const (?P<name>[\w$]{1,60})\s?:\s?[^=;\n]{1,120};[ \t]*$", re.MULTILINE)


def may_call(text: str, behind: int = 0) -> bool:
    """Whether a call waits for an object of a package, or hands it a model and what to say to it."""
    calls = _javascript_calls.likely_calls(_javascript.read(text)[0].root_node)
    return any(_javascript_calls.line(call) > behind for call in calls)


def is_lone_call(text: str) -> bool:
    """Whether the source is one statement, which is a call."""
    statements = [node for node in _javascript.read(text)[0].root_node.children if node.type != "comment"]
    if len(statements) != 1 or statements[0].type != "expression_statement":
        return False
    value = statements[0].named_children[0]
    inner = value.named_children[0] if value.type == "await_expression" and value.named_children else value
    return inner.type == "call_expression"


def elided(text: str, line_of: Callable[[int], int] = int, *, in_notebook: bool = False) -> str:
    """Why the text is no whole program: a page or component, a piece of a function, a part left out."""
    del in_notebook
    first = next(((at, line) for at, line in enumerate(text.splitlines(), 1) if line.strip()), None)
    if first is None:
        return "it is empty"
    if why := _begins(text, *first, line_of):
        return why
    if mark := _javascript_elided.left_out(text):
        return f"a part is left out: `{mark[0]}` at line {line_of(mark[1])}"
    if given := next((one for one in _TYPE_ALONE.finditer(text) if not _is_assigned(one["name"], text)), None):
        return f"its reader has a value for `{given.group().strip()}` at line {line_of(text.count(chr(10), 0, given.start()) + 1)}"
    if again := _javascript_elided.two_ways(text):
        return f"shows two ways of one thing: `{again[0]}` is declared again at line {line_of(again[1])}"
    return _for_elsewhere(text, line_of) or _piece(text, line_of) or address_left_out(text, line_of)


def _begins(text: str, at: int, line: str, line_of: Callable[[int], int]) -> str:
    """Why a text is no whole program by its first line, which stands at ``at``: a prompt, or one that is indented; empty for none."""
    if line.startswith("> "):
        return f"an interactive session: line {line_of(at)} begins with a prompt"
    is_piece = line[0] in " \t" and not _is_indented_whole(text)
    return f"a piece of something larger: line {line_of(at)} is indented" if is_piece else ""


def _is_indented_whole(text: str) -> bool:
    """Whether all lines of a program are indented, which imports what it needs."""
    root = _javascript.read(text)[0].root_node
    return (
        not root.has_error
        and textwrap.dedent(text).lstrip("\n")[:1] not in {" ", "\t"}
        and any(node.type == "import_statement" for node in root.children)
    )


def _is_assigned(name: str, text: str) -> bool:
    return re.search(rf"^[ \t]*{re.escape(name)}[ \t]*=(?![=>])", text, re.MULTILINE) is not None


def _for_elsewhere(text: str, line_of: Callable[[int], int]) -> str:
    if (foreign := _javascript_modules.foreign_import(text)) is not None:
        return f"written for another runtime: Node loads nothing from `{foreign}`"
    if (line := _javascript_elided.markup(text)) is not None:
        return f"markup at line {line_of(line)}: it runs in a page or a framework, not by itself"
    return ""


def _lacks_values(text: str) -> bool:
    """Whether all that keeps a text from being a program is that the options of a call have their types in the place of values."""
    found = _OPTIONS.search(text)
    if found is None:
        return False
    begin = end = text.index("{", found.start())
    depth = 0
    for brace in re.finditer(r"[{}]", text[begin:]):
        depth += 1 if brace.group() == "{" else -1
        if not depth:
            end = begin + brace.end()
            break
    return end > begin and not _javascript.read(f"{text[:begin]}{{}}{text[end:]}")[0].root_node.has_error


def _piece(text: str, line_of: Callable[[int], int]) -> str:
    root = _javascript.read(text)[0].root_node
    if root.has_error:
        forms = (_SIGNATURE, _TYPED, _OPTIONS) if _lacks_values(text) else (_SIGNATURE, _TYPED)
        if why := outline(text, line_of, *forms):
            return why
    if method := _javascript_elided.lone_method(text):
        return f"a piece of a class: the method `{method[0]}` at line {line_of(method[1])}"
    for node in root.children:
        if why := _for_others(node, root):
            return f"{why} at line {line_of(node.start_point[0] + 1)}"
    for node in _javascript.walk(root, into_functions=False):
        if node.type == "return_statement":
            return f"a piece of a function: `return` outside of one at line {line_of(node.start_point[0] + 1)}"
    return ""


def _for_others(node: Node, root: Node) -> str:
    """How a statement gives others a function, or is a piece of one, in words; empty for another.

    It does as the default export, or without a name: `async (messages) => { … }`, where all that the program asks is asked in there. Who forgets to
    call a function has it take nothing.
    """
    lone = node.named_children[0] if node.type == "expression_statement" and node.named_children else None
    if lone is not None and lone.type == "arrow_function" and _takes_any(lone):
        calls = _javascript_calls.api_calls(root)
        if all(lone.start_byte <= call.start_byte < lone.end_byte for call in calls):
            return "a function for others to be given, by itself"
    if lone is not None and lone.type == "assignment_expression":
        left = lone.child_by_field_name("left")
        owner = left.child_by_field_name("object") if left is not None else None
        if owner is not None and owner.type == "this":
            return "a piece of a method: `this` is set outside of one"
    is_handler = _javascript_calls.handler(node) is not None
    return "a handler that its runtime calls: exported as default" if is_handler else ""


def _takes_any(function: Node) -> bool:
    taken = function.child_by_field_name("parameters")
    return function.child_by_field_name("parameter") is not None or (taken is not None and bool(taken.named_children))


def names(text: str) -> Names:
    """What the top level declares; what is used and declared nowhere, Node's own globals left aside. Of source that no grammar accepts, what it declares."""
    if _javascript.read(text)[0].root_node.has_error:
        return Names(_javascript.defines(text), frozenset())
    needs = _javascript.needs(text)
    return Names(_javascript.defines(text), needs, _javascript.changes(text) & needs)


def import_lines(text: str) -> dict[str, tuple[int, ...]]:
    """The lines of its import statements, by the names that they bind."""
    return _javascript.import_lines(text)


#: What CommonJS alone has.
_COMMON = re.compile(r"\brequire\(|\b__(?:dirname|filename)\b|\bmodule\.exports\b")


def setup_lines(text: str) -> dict[str, tuple[int, ...]]:
    """The lines of `const client = new Maker(…)`, of `require(…)`, of variables and plain values, by the names that they declare."""
    return _javascript.setup_lines(text)


def outside(text: str) -> Outside:
    """What the source reads of the environment, of files and of a keyboard."""
    return _javascript_outside.outside(_javascript.read(text)[0].root_node)


def packages(text: str) -> tuple[str, ...]:
    """The npm packages that the text imports or requires; those of `import type` leave no trace and do not count."""
    found = _javascript_modules.imports(_javascript.read(text)[0].root_node)
    return tuple(
        sorted({name for one in found if not one.is_type and (name := _javascript_modules.package(one.specifier))})
    )


def held(text: str, environment: Environment) -> frozenset[str]:
    """Those of its packages that lie in the environment's `node_modules`."""
    modules = environment.node_modules
    return frozenset(name for name in packages(text) if modules is not None and (modules / name).is_dir())


def file_name(block: Block, source: str) -> str:
    """`sample` with the suffix that says what the source is; a sample file keeps its own.

    An ES module (`import`, `export`, `await` outside of functions) is `.mjs`, source that requires is `.cjs`, and source
    that does neither runs as a module; `.mts` and `.cts` where the tag or the grammar says TypeScript, whose `import` may stand beside
    `require` where nothing awaits outside of functions (its handbook, "Modules: CommonJS").
    """
    # Whether a file of TypeScript is a module is for its project to say, of which nothing is known: one that only a module can be is one.
    if block.is_file and not (
        block.tag == "ts" and _javascript_modules.is_module(source) and not _COMMON.search(source)
    ):
        return f"sample.{block.tag}"
    typed = block.tag in _TYPESCRIPT_TAGS or _javascript.read(source)[1] != "javascript"
    only_module = _is_only_module(source) if typed else _javascript_modules.is_module(source)
    common = not only_module and _javascript_modules.requires(source)
    return f"sample.{'c' if common else 'm'}{'ts' if typed else 'js'}"


def _is_only_module(source: str) -> bool:
    """Whether TypeScript has what a module alone has: it awaits outside of functions, asks for its own place, or makes itself a `require`."""
    makes_require = _javascript_modules.is_module(source) and "require" in _javascript.defines(source)
    return _javascript_modules.waits_outside(source) or "import.meta" in source or makes_require


def runs_as(block: Block, source: str) -> str:
    """Nothing: its own program runs it."""
    del block, source
    return ""


def as_run(text: str) -> str:
    """The text as it is."""
    return text


def argv(environment: Environment, file_name: str) -> list[str]:
    """Node with the file; TypeScript through the loader of the environment."""
    if Path(file_name).suffix in TYPESCRIPT and environment.typescript is not None:
        return ["node", "--import", environment.typescript.as_uri(), file_name]
    return ["node", file_name]


def lead(door: Door, folder: Path) -> dict[str, str]:
    """A module in ``folder`` that Node loads first, which connects every socket to the door; OpenSSL trusts its authority.

    Node reads its authorities from SSL_CERT_FILE: with NODE_EXTRA_CA_CERTS it reads its own 150 first, at every start.
    """
    home = folder / "node"
    home.mkdir(parents=True, exist_ok=True)
    preload = home / "preload.cjs"
    shutil.copyfile(Path(__file__).parent / "shims" / "node" / "preload.cjs", preload)
    return {
        "NODE_OPTIONS": f"--use-openssl-ca --require {json.dumps(str(preload))}",
        "SSL_CERT_FILE": str(door.ca_file),
        "ASWRITTEN_DOOR": str(door.port),
        # gRPC opens its connections by itself, and asks a proxy of this name for them.
        "grpc_proxy": f"http://127.0.0.1:{door.port}",
    }


def failing_line(stderr: str, file_name: str) -> int | None:
    """The line of the first place in the file that the error output names: its header, or the innermost frame."""
    # The loader of TypeScript calls a module `sample.ts` whose name ends in `.mts`.
    names = {file_name, re.sub(r"\.[mc]ts$", ".ts", file_name)}
    match = re.search(rf"(?:^|[/\s(])(?:{'|'.join(map(re.escape, sorted(names)))}):(\d+)", stderr, re.MULTILINE)
    return int(match[1]) if match else None


def options_given(text: str) -> Iterable[tuple[str, float | str, int]]:
    """Those in the objects that its calls and clients are given: a function reads the members that it knows, and says nothing of others."""
    return _javascript_options.options_given(_javascript.read(text)[0].root_node)


def line_of(text: str, what: str) -> int | None:
    """The line of the first call that sends a request; of the first print of content from there on, else of any print."""
    root = _javascript.read(text)[0].root_node
    calls = _javascript_calls.api_calls(root)
    if what == "call":
        return _javascript_calls.line(calls[0]) if calls else None
    prints = _javascript_calls.print_calls(root)
    start = calls[0].start_byte if calls else 0
    after = [node for node in prints if node.start_byte >= start] or prints[-1:]
    of_content = [node for node in after if any(word in _javascript.text_of(node) for word in _CONTENT)]
    chosen = [*of_content, *after][:1]
    return chosen[0].start_point[0] + 1 if chosen else None
