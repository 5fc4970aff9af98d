"""What reading a program tells of its block: what it imports, what it would call, what of it can stand alone."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from aswritten import languages
from aswritten.classify import _templates
from aswritten.classify._chain import Source

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterator, Mapping, Sequence

    from aswritten.languages import Language
    from aswritten.model import Block

#: The language of shell blocks.
SHELL = "curl"
#: How a program reads an answer of chats, or waits for one.
GOES_ON = re.compile(r"[.?]choices\b|\[[\"']choices[\"']\]|\bawait\b")
#: Where the API is asked, at the end of a URL.
_ENDPOINT = re.compile(r"https?://\S+/(?:completions|embeddings|responses|messages)")
#: What manuals write where a program has none: tags, placeholders in angles, the types of what a call takes. Generics of TypeScript look so too:
#: what does not parse there is not tried.
_REFERENCE = re.compile(
    r"^[^\n\"'`]{0,200}</?[A-Za-z][\w. -]{0,60}/?>?|^[\w.]{1,80}\([^()\n\"']{0,200}\w\??: ?(?:string|number|boolean|any|object|[A-Z]\w+|str|int|float|bool|dict|list)\b",
    re.MULTILINE,
)
#: The first line of a program that keeps what a call gives: `const answer = await client.ask(`.
_MAKES = re.compile(
    r"\s*(?://[^\n]*\n\s*)*(?:const|let|var)\s+[\w${}, ]{1,100}=\s*(?:await\s+)?(?P<owner>[\w$]+)[\w.$]*\("
)
#: A statement that has a package set something up for the whole program.
_SETS_UP = re.compile(
    r"^(?:\w+\.)*(?:auto_?)?(?:activate|configure|enable|init|initiali[sz]e|install|instrument|patch|register|set_?up)\w{0,30}\(",
    re.MULTILINE,
)
#: The names of functions, as Python and JavaScript define them.
_FUNCTION = re.compile(
    r"\bdef[ \t]+(\w+)|\bfunction\b[ \t*]*([\w$]+)|(?<![\w$])([\w$]+)[ \t]*=[ \t]*(?:async[ \t]*)?(?:function\b|\([^()]*\)[^=\n]{0,80}=>)"
)
#: How a function or class begins.
_DEFINES = re.compile(r"^(?:export )?(?:async )?(?:def|class|function) \w", re.MULTILINE)


def unled(text: str, name: str) -> str:
    """Why a shell block that calls the API or installs something is not run: by a command that is led nowhere, or a program that it writes.

    Empty for any other block.
    """
    if name != SHELL:
        return ""
    commands = languages.commands(text)
    installers: Mapping[str, Sequence[str]] = languages.facts("shell")["installers"]
    if commands and all(not set(installers.get(one.name, ())).isdisjoint(one.arguments) for one in commands):
        return f"installs by `{commands[0].name}`, which is not run here"
    loads = set(languages.facts("shell")["loads"])
    asks = (one.name for one in commands if one.name in loads and any(map(_ENDPOINT.fullmatch, one.arguments)))
    if command := next(asks, ""):
        return f"`{command}` cannot be led to the recordings: not checked"
    if any(map(calls_any, (*languages.heredocs(text), *languages.python_programs(text)))):
        return "calls the API in a program that it hands on as a text, which is not run here: not checked"
    return ""


def elsewhere(name: str) -> set[str]:
    """The names that another runtime of a language defines by itself."""
    return set(languages.facts(name)["elsewhere"])


def has_client(text: str, language: Language) -> bool:
    """Whether a program imports a package of which it is known that it asks APIs, by the key that it reads by itself; not one that serves."""
    packages = language.packages(text)
    has = languages.implied((*packages, *(one.replace("-", "_") for one in packages)))
    return bool(has) and not language.outside(text).serves[0]


def is_broken(text: str, language: Language, defined: Container[str]) -> bool:
    """Whether a text was to be a program, and does not parse: it imports packages, or keeps what a call of a defined name gives.

    Or it parses, and Python refuses it all the same.
    """
    if language.NAME == "python" and language.packages(text) and languages.is_refused(text):
        return True
    if language.NAME == SHELL or language.is_program(text) or _REFERENCE.search(text):
        return False
    makes = _MAKES.match(text)
    texts = text.splitlines(keepends=True)
    imported = "".join(texts[line - 1] for lines in language.import_lines(text).values() for line in lines)
    return bool(language.packages(imported)) or (makes is not None and makes["owner"] in defined)


def known_imports(block: Block, language: Language) -> Block | None:
    """The statements of a block that import from packages which are known to ask APIs, as a block; None where it has none.

    Of JavaScript those alone of which it uses all, and not as types: TypeScript has types under the names of values, and takes them away.
    """
    known = {*languages.facts(language.NAME).get("same_name", ()), *languages.facts("surroundings")["implied"]}
    texts = block.text.splitlines(keepends=True)
    lines: set[int] = set()
    imported = language.import_lines(block.text)
    unused = frozenset(imported) - _used(texts, imported, language) if language.NAME == "node" else frozenset()
    left = {line for name in unused for line in imported[name]}
    for of_name in imported.values():
        text = "".join(texts[line - 1] for line in of_name if line not in left)
        packages = language.packages(text)
        scopes = {one.split("/")[0] for one in packages}
        names = {*packages, *scopes, *(one.replace("-", "_") for one in scopes)}
        lines |= set(of_name) - left if names & known and not text.startswith("import type") else set()
    if not lines:
        return None
    kept = sorted(lines)
    # TypeScript leaves out what is imported and not used.
    tag = "js" if language.NAME == "node" else block.tag
    return replace(
        block, text="".join(texts[line - 1] for line in kept), lines=tuple(map(block.page_line, kept)), tag=tag
    )


def caught(block: Block, language: Language) -> Block | None:
    """The imports of a Python block from packages that are known, and the classes of these that its `except` clauses name, each on its line; None without any."""
    imports = known_imports(block, language) if language.NAME == "python" and "except" in block.text else None
    if imports is None:
        return None
    bound = language.names(imports.text).defines
    named: dict[int, list[str]] = {}
    for line, first, whole in languages.caught(block.text):
        if first in bound:
            named.setdefault(block.page_line(line), []).append(whole)
    texts = dict(zip(imports.lines, imports.text.splitlines(keepends=True), strict=True))
    texts |= {line: f"{'; '.join(wholes)}\n" for line, wholes in named.items()}
    kept = sorted(texts)
    return replace(block, text="".join(texts[line] for line in kept), lines=tuple(kept)) if named else None


def _used(texts: Sequence[str], imported: Mapping[str, tuple[int, ...]], language: Language) -> frozenset[str]:
    """The names that a program uses behind its imports, which are left aside."""
    lines = {line for of_name in imported.values() for line in of_name}
    return language.names("".join("\n" if n in lines else text for n, text in enumerate(texts, 1))).needs


def uncalled(text: str, names: frozenset[str], language: Language) -> str:
    """The first function of a program that would call the API if somebody called it; empty for none."""

    def some_calls(functions: Sequence[str]) -> bool:
        return bool(functions) and language.calls_api("".join((text, "\n", *(f"{name}()\n" for name in functions))))

    functions = sorted(names & set(map("".join, _FUNCTION.findall(text))))
    if not some_calls(functions):
        return ""
    while len(functions) > 1:
        half = len(functions) // 2
        functions = functions[:half] if some_calls(functions[:half]) else functions[half:]
    return functions[0]


def without_calls(text: str, names: Collection[str]) -> str:
    """A program with other names where it calls those that it defines itself: what sends a request in it does so for who calls them elsewhere."""
    defined = [re.escape(name) for name in names if re.search(rf"\b(?:def|function)[* ]+{re.escape(name)}\(", text)]
    called = rf"(?<!def )(?<!function )(?<!function\* )(?<![\w$.])(?:{'|'.join(sorted(defined))})(?=\()"
    return re.sub(called, "_", text) if defined else text


def imports(text: str, name: str) -> bool:
    """Whether a program has a name from an import, so that a block which needs it does not go on with an answer."""
    name = re.escape(name)
    lists = rf"import[ \t]+[\w \t,.*$]*\b{name}\b|import\s*\([^)]*\b{name}\b|import[^\n;(]*\{{[^}}]*\b{name}\b"
    return re.search(rf"{lists}|\b{name}\b[^\n;=]*=\s*require\(", text) is not None


def alone(block: Block, language: Language, lines_of: Mapping[str, tuple[int, ...]]) -> dict[str, Source]:
    """For each name that a statement of the block's binds: that statement, as a block, unless it is a piece itself."""
    texts = block.text.splitlines(keepends=True)
    found: dict[str, Source] = {}
    for name, lines in lines_of.items():
        text = "".join(texts[line - 1] for line in lines)
        part = replace(block, text=text, lines=tuple(block.page_line(line) for line in lines))
        names = language.names(text)
        if not language.elided(text, in_notebook=block.in_notebook) and not _templates.template(text, int):
            found[name] = Source(part, language.NAME, names.defines, names.needs, frozenset(), "")
    return found


def lent(block: Block, imports: Mapping[str, Source]) -> Iterator[str]:
    """The imported names on which a block sets nothing: `import client`, but for one with `client.key = …`.

    None of a block that sets something up for all that runs behind it: `maker.register()`.
    """
    if _SETS_UP.search(block.text):
        return
    for name in imports:
        if not re.search(rf"^{re.escape(name)}\.", block.text, re.MULTILINE):
            yield name


def defines_any(text: str) -> bool:
    """Whether a text is a program that defines functions or classes, which no print does."""
    return _DEFINES.search(text) is not None and any(one.is_program(text) for one in languages.LANGUAGES)


def calls_any(text: str) -> bool:
    """Whether a text is a program of a language that is run here, and calls the API."""
    return any(language.is_program(text) and language.calls_api(text) for language in languages.LANGUAGES)
