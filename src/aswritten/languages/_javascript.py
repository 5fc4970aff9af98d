"""JavaScript and TypeScript source read by their grammars: module kind, names, imports, what is left out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Literal

from aswritten.languages._facts import fact_set

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tree_sitter import Node, Parser, Tree

Grammar = Literal["javascript", "typescript", "tsx"]

FUNCTIONS = frozenset(
    {
        *("function_declaration", "function_expression", "arrow_function", "method_definition"),
        *("generator_function", "generator_function_declaration"),
    }
)
#: What npm takes for the name of a package.
_NPM_NAME = re.compile(r"(?:@[a-z0-9~-][\w.~-]*/)?[A-Za-z0-9][\w.~-]*")
#: A comment that stands for members, items or arguments that are left out.
_LEFT_OUT = re.compile(r"//\s*(?:\.\.\.|…).*|/\*\s*(?:\.\.\.|…).*\*/", re.DOTALL)
#: One that stands in the place of a value.
_IN_PLACE = re.compile(r"(?<=[:=(,])(?P<space>\s{0,9})/\*\s{0,9}(?:\.\.\.|…)\s{0,9}\*/")
#: A comment that says that another way of doing the same follows.
_OR = re.compile(r"(?://|/\*)\W*(?:(?:or|alternatively)\b|after:)", re.IGNORECASE)
#: One that names a kind of modules.
_OF_MODULES = re.compile(
    r"//\s*(?:using |with |in |for )?(?:common ?js|cjs|esm|es ?modules?|es6 (?:modules?|imports?))\b.{0,20}$",
    re.IGNORECASE,
)
#: One that names a variant of the same: `// Without a schema`, `// Option 2: …`.
_VARIANT = re.compile(r"//\s*(?:with|without|using|(?:option|variant|method|approach) (?:\d|[A-Z]\b))\b", re.IGNORECASE)
#: One that is the name of imports where an `import` follows, and of much else where not.
_OF_IMPORTS = re.compile(r"//\s*(?:es6|es2015)\+?(?: syntax| style)?:?\s*$", re.IGNORECASE)
#: A type that a call is given, which JavaScript reads as two comparisons: `post<{ Body: string }>(…)`.
_TYPE_ARGUMENT = re.compile(r"\w<(?:\{[^<>]{0,300}\}|[A-Z]\w*(?:\[\])?)>\(")
_PATTERNS = frozenset(
    {
        "object_pattern",
        "array_pattern",
        "rest_pattern",
        "pair_pattern",
        "assignment_pattern",
        "object_assignment_pattern",
    }
)
#: The methods by which arrays are changed.
_CHANGING = frozenset({"push", "splice", "unshift"})
#: The schemes that Node's loader knows (its documentation, "ECMAScript modules", "URLs").
_LOADED = frozenset({"node:", "data:", "file:"})
_PARAMETERS = frozenset({"formal_parameters", "required_parameter", "optional_parameter"})
_NAMED = frozenset(
    {
        *(
            "function_declaration",
            "generator_function_declaration",
            "function_expression",
            "class_declaration",
            "class",
        ),
        *("enum_declaration", "abstract_class_declaration"),
    }
)


@dataclass(frozen=True, slots=True)
class Import:
    """One module that the source imports or requires."""

    specifier: str
    names: tuple[str, ...]
    """The names that it binds in the source."""
    is_type: bool
    """True for `import type`, of which nothing is left when it runs."""


@cache
def _parser(grammar: Grammar) -> Parser:
    # Imported here: a program that reads no JavaScript does not pay for the parsers.
    import tree_sitter

    if grammar == "javascript":
        import tree_sitter_javascript

        return tree_sitter.Parser(tree_sitter.Language(tree_sitter_javascript.language()))
    import tree_sitter_typescript

    language = (
        tree_sitter_typescript.language_tsx() if grammar == "tsx" else tree_sitter_typescript.language_typescript()
    )
    return tree_sitter.Parser(tree_sitter.Language(language))


@lru_cache(maxsize=64)
def read(text: str) -> tuple[Tree, Grammar]:
    """The syntax tree, and the first grammar that accepts the text; the first that was tried when none does."""
    first = None
    grammars: tuple[Grammar, ...] = ("javascript", "typescript", "tsx")
    if _TYPE_ARGUMENT.search(text):
        grammars = ("typescript", "tsx", "javascript")
    for grammar in grammars:
        tree = _parser(grammar).parse(text.encode())
        first = first or tree
        if not tree.root_node.has_error:
            return tree, grammar
    assert first is not None
    return first, grammars[0]


def walk(node: Node, *, into_functions: bool = True) -> Iterator[Node]:
    """The node and all below it, in the order of the source."""
    pending = [node]
    while pending:
        here = pending.pop()
        yield here
        if into_functions or here.type not in FUNCTIONS or here is node:
            pending.extend(reversed(here.children))


def text_of(node: Node | None) -> str:
    """The source of a node; empty for none."""
    return "" if node is None else (node.text or b"").decode()


def is_module(text: str) -> bool:
    """Whether the text is an ES module: it imports, exports, or awaits outside of functions."""
    root = read(text)[0].root_node
    imports = any(node.type in ("import_statement", "export_statement") for node in root.children)
    return imports or waits_outside(text)


def waits_outside(text: str) -> bool:
    """Whether the text awaits outside of functions, as a module alone may."""
    outside = walk(read(text)[0].root_node, into_functions=False)
    return any(
        node.type == "await_expression" or (node.type == "for_in_statement" and _awaits(node)) for node in outside
    )


def requires(text: str) -> bool:
    """Whether the text calls `require`, or sets `module.exports`."""
    for node in walk(read(text)[0].root_node):
        if node.type == "call_expression" and text_of(node.child_by_field_name("function")) == "require":
            return True
        if node.type == "member_expression" and text_of(node) == "module.exports":
            return True
    return False


def imports(root: Node) -> list[Import]:
    """What the source imports, requires, exports again or loads by `import()`."""
    found = []
    for node in walk(root):
        if node.type in ("import_statement", "export_statement") and (source := node.child_by_field_name("source")):
            clause = next((child for child in node.children if child.type == "import_clause"), None)
            is_type = any(child.type == "type" for child in node.children)
            found.append(Import(_string(source), tuple(_bound_by(clause)) if clause else (), is_type))
        elif node.type == "call_expression":
            function = node.child_by_field_name("function")
            given = node.child_by_field_name("arguments")
            if text_of(function) in ("require", "import") and given and given.named_children:
                found.append(Import(_string(given.named_children[0]), tuple(_receivers(node)), is_type=False))
    return [one for one in found if one.specifier]


def foreign_import(text: str) -> str | None:
    """The first scheme that the text imports from and that Node's loader does not know: `jsr:`, `npm:`, `https:`."""
    schemes = (re.match(r"[a-z][a-z0-9+.-]*:", one.specifier) for one in imports(read(text)[0].root_node))
    return next((found[0] for found in schemes if found and found[0] not in _LOADED), None)


def package(specifier: str) -> str:
    """The npm package of an import; empty for a file, a module of Node, and an alias of a project's own (`@/lib`, `$env/static`, `~/lib`)."""
    # A scheme (`node:fs`, `npm:openai`, a URL) names what npm does not install.
    if specifier.startswith((".", "/", "#")) or ":" in specifier:
        return ""
    parts = specifier.split("/")
    name = "/".join(parts[:2]) if specifier.startswith("@") else parts[0]
    return "" if name in fact_set("node", "builtins") or not _NPM_NAME.fullmatch(name) else name


def defines(text: str) -> frozenset[str]:
    """The names that the top level of the text declares."""
    found: set[str] = set()
    for statement in read(text)[0].root_node.children:
        inner = statement.child_by_field_name("declaration") if statement.type == "export_statement" else None
        node = inner or statement
        if node.type in _NAMED:
            found.add(text_of(node.child_by_field_name("name")))
        elif node.type in ("lexical_declaration", "variable_declaration", "import_statement"):
            found |= set(_declared(node, deep=False))
    return frozenset(found) - {""}


def changes(text: str) -> frozenset[str]:
    """The names to whose values the top level of the text adds, or of which it sets members."""
    return frozenset(_changed(read(text)[0].root_node))


def _changed(root: Node) -> Iterator[str]:
    for node in walk(root, into_functions=False):
        owner: Node | None = None
        if node.type == "call_expression":
            method = node.child_by_field_name("function")
            if method is not None and text_of(method.child_by_field_name("property")) in _CHANGING:
                owner = method.child_by_field_name("object")
        elif node.type in ("assignment_expression", "augmented_assignment_expression"):
            target = node.child_by_field_name("left")
            owner = target.child_by_field_name("object") if target is not None else None
        if owner is not None and owner.type == "identifier":
            yield text_of(owner)


def import_lines(text: str) -> dict[str, tuple[int, ...]]:
    """For each name that an import statement at the top level binds: the 1-based lines of that statement, which hold nothing else."""
    return _lines_of(text, lambda statement: statement.type == "import_statement")


def setup_lines(text: str) -> dict[str, tuple[int, ...]]:
    """For each name that a statement at the top level sets up, and nothing else sets or changes: its 1-based lines, which hold nothing else."""
    root = read(text)[0].root_node
    written = set(_changed(root)) | {
        text_of(node.child_by_field_name("left") or node.child_by_field_name("argument"))
        for node in walk(root)
        if node.type in ("assignment_expression", "augmented_assignment_expression", "update_expression")
    }
    return {name: lines for name, lines in _lines_of(text, _sets_up).items() if name not in written}


def _sets_up(statement: Node) -> bool:
    """Whether a statement declares one name for a new object (`new Maker()`, `createMaker()`), a required module, a variable of the environment or a plain value."""
    declared = [node for node in statement.named_children if node.type == "variable_declarator"]
    value = declared[0].child_by_field_name("value") if len(declared) == 1 and not statement.has_error else None
    if value is None:
        return False
    plain = {"new_expression", "string", "number", "true", "false"}
    made = re.match(r"require\(|process\.env|create[A-Z]\w*\(", text_of(value)) is not None
    return value.type in plain or made


def _lines_of(text: str, is_one: Callable[[Node], bool]) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    others: set[int] = set()
    for statement in read(text)[0].root_node.children:
        lines = tuple(range(statement.start_point[0] + 1, statement.end_point[0] + 2))
        if is_one(statement) and not others & set(lines):
            found |= dict.fromkeys(_declared(statement, deep=False), lines)
        others.update(lines)
    return found


def needs(text: str) -> frozenset[str]:
    """The names that the text uses and declares nowhere, what Node provides left aside."""
    root = read(text)[0].root_node
    used = {
        text_of(node)
        for node in walk(root)
        if node.type in ("identifier", "shorthand_property_identifier") and not _in_import(node)
    }
    # A grammar without a module's context reads `await (…)` as a call of that name.
    return frozenset(used) - frozenset(_declared(root, deep=True)) - fact_set("node", "globals") - {"await"}


def left_out(text: str) -> tuple[str, int] | None:
    """The mark that stands for a part left out (`...`, `…`, `<snip>`) and its 1-based line; None when there is none."""
    root = read(text)[0].root_node
    first = _IN_PLACE.search(text) if root.has_error else None
    if first and not read(_IN_PLACE.sub(r"\g<space>0", text))[0].root_node.has_error:
        return first.group().strip(), text.count("\n", 0, first.end()) + 1
    for node in walk(root):
        inside = node.parent is not None and node.parent.type in ("object", "array", "arguments")
        if node.type == "comment" and inside and _LEFT_OUT.fullmatch(text_of(node)) and _stands_alone(node, text):
            return text_of(node), node.start_point[0] + 1
        if node.child_count == 0 and node.type not in ("string_fragment", "comment", "regex_pattern"):
            is_mark = text_of(node) == "..." and node.parent is not None and node.parent.type == "ERROR"
            if is_mark or "…" in text_of(node) or (node.type == "identifier" and text_of(node) == "snip"):
                return text_of(node), node.start_point[0] + 1
    return None


def _stands_alone(node: Node, text: str) -> bool:
    """Whether a comment has a line of its own, or is a mark and no words."""
    line = text.splitlines()[node.start_point[0]]
    return line.lstrip().startswith(("//", "/*")) or not re.search(r"\w", text_of(node))


def two_ways(text: str) -> tuple[str, int] | None:
    """The name that the top level declares again right below a comment on a line of its own, "or", the name of a kind of modules, or one of several
    variants that head it each time, and the 1-based line; None for none.
    """
    declared: dict[str, int] = {}
    says_or, variant, end = False, 0, -1
    for statement in read(text)[0].root_node.children:
        if statement.type == "comment" and statement.start_point[0] > end:
            said = text_of(statement)
            says_or = bool(_OR.match(said) or _OF_MODULES.match(said) or _names_imports(statement))
            variant = statement.start_point[0] + 1 if _VARIANT.match(said) else 0
        elif statement.type != "comment":
            if statement.type in ("lexical_declaration", "import_statement"):
                names = set(_declared(statement, deep=False))
                again = sorted(name for name in names & declared.keys() if says_or or 0 < declared[name] < variant)
                if again:
                    return again[0], statement.start_point[0] + 1
                declared |= dict.fromkeys(names, variant)
            says_or = False
        end = statement.end_point[0]
    return None


def _names_imports(comment: Node) -> re.Match[str] | None:
    follows = comment.next_sibling
    is_import = follows is not None and follows.type == "import_statement"
    return _OF_IMPORTS.match(text_of(comment)) if is_import else None


def markup(text: str) -> int | None:
    """The 1-based line of the first element of JSX or HTML in the text; None when there is none."""
    if text.lstrip().startswith("<"):
        return text[: len(text) - len(text.lstrip())].count("\n") + 1
    tree, _ = read(text)
    found = (node for node in walk(tree.root_node) if node.type in ("jsx_element", "jsx_self_closing_element"))
    # Source that no grammar accepts is read as elements by mistake, where something like `<YOUR_KEY>` stands in it.
    first = None if tree.root_node.has_error else next(found, None)
    return first.start_point[0] + 1 if first else None


def _awaits(statement: Node) -> bool:
    return any(child.type == "await" for child in statement.children)


def _string(node: Node) -> str:
    return "".join(text_of(child) for child in node.children if child.type == "string_fragment")


def _in_import(node: Node) -> bool:
    parent = node.parent
    return parent is not None and parent.type in ("import_specifier", "export_specifier") and parent.child_count > 1


def _bound_by(node: Node) -> Iterator[str]:
    """The names that an import clause binds."""
    for child in node.children:
        if child.type == "identifier":
            yield text_of(child)
        elif child.type == "import_specifier":
            yield text_of(child.child_by_field_name("alias") or child.child_by_field_name("name"))
        else:
            yield from _bound_by(child)


def _receivers(call: Node) -> Iterator[str]:
    """The names that are given what a `require(...)` or `await import(...)` returns."""
    node: Node | None = call
    while node is not None and node.type in (
        "call_expression",
        "await_expression",
        "member_expression",
        "parenthesized_expression",
    ):
        node = node.parent
    if node is not None and node.type == "variable_declarator":
        yield from _pattern(node.child_by_field_name("name"))


def _pattern(node: Node | None) -> Iterator[str]:
    """The names that a pattern binds."""
    if node is None:
        return
    if node.type in ("identifier", "shorthand_property_identifier_pattern"):
        yield text_of(node)
    elif node.type in _PATTERNS:
        sides = [node.child_by_field_name("left")] if "assignment" in node.type else node.named_children
        for child in sides:
            yield from _pattern(child)


def _declared(root: Node, *, deep: bool) -> Iterator[str]:
    """The names that the node declares; with ``deep``, those of inner functions, parameters and loops included."""
    for node in walk(root, into_functions=deep):
        if node.type == "variable_declarator" or node.type in _NAMED:
            yield from _pattern(node.child_by_field_name("name"))
            if node.type in _NAMED:
                yield text_of(node.child_by_field_name("name"))
        elif node.type == "import_clause":
            yield from _bound_by(node)
        elif deep and node.type in _PARAMETERS:
            pattern = node.child_by_field_name("pattern")
            for child in [pattern] if pattern is not None else node.named_children:
                yield from _pattern(child)
        elif deep and node.type in ("arrow_function", "catch_clause", "for_in_statement"):
            for field in ("parameter", "left"):
                yield from _pattern(node.child_by_field_name(field))
