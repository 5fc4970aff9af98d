"""JavaScript and TypeScript source read by their grammars, and the names that it declares, needs and changes."""

from __future__ import annotations

import re
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
#: What may be a type that a call is given, which JavaScript reads as comparisons: `post<{ Body: string }>(…)`, `use<Array<Message> | null>(…)`.
_TYPE_ARGUMENT = re.compile(
    r"\w<(?:\{[^<>]{0,300}\}|[A-Za-z][^<>()=;\n]{0,200}(?:<[^<>()=;\n]{0,100}>[^<>()=;\n]{0,100})?)>\("
)
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
    if _TYPE_ARGUMENT.search(text) and (typed := _typed(text)):
        return typed
    for grammar in grammars:
        tree = _parser(grammar).parse(text.encode())
        first = first or tree
        if not tree.root_node.has_error:
            return tree, grammar
    assert first is not None
    return first, grammars[0]


def _typed(text: str) -> tuple[Tree, Grammar] | None:
    """The tree of TypeScript that gives a call a type; None for a text that it does not accept, or that gives none."""
    for grammar in ("typescript", "tsx"):
        tree = _parser(grammar).parse(text.encode())
        if not tree.root_node.has_error:
            calls = (node for node in walk(tree.root_node) if node.type in ("call_expression", "new_expression"))
            is_given = any(child.type == "type_arguments" for node in calls for child in node.children)
            return (tree, grammar) if is_given else None
    return None


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


def defines(text: str) -> frozenset[str]:
    """The names that the top level of the text declares."""
    found: set[str] = set()
    for statement in read(text)[0].root_node.children:
        inner = statement.child_by_field_name("declaration") if statement.type == "export_statement" else None
        node = inner or statement
        if node.type in _NAMED:
            found.add(text_of(node.child_by_field_name("name")))
        elif node.type in ("lexical_declaration", "variable_declaration", "import_statement"):
            found |= set(declared(node, deep=False))
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
    """Whether a statement declares one name for a new object (`new Maker()`, `createMaker()`, `maker("model")`), a required module, a variable of the environment or a plain value."""
    declared = [node for node in statement.named_children if node.type == "variable_declarator"]
    value = declared[0].child_by_field_name("value") if len(declared) == 1 and not statement.has_error else None
    if value is None:
        return False
    plain = {"new_expression", "string", "number", "true", "false"}
    made = re.match(r"require\(|process\.env|create[A-Z]\w*\(", text_of(value)) is not None
    return value.type in plain or made or _is_of_texts(value)


def _is_of_texts(value: Node) -> bool:
    """Whether a value is what a function makes of texts alone, and nobody waits for it: `provider.chat("model")`."""
    arguments = value.child_by_field_name("arguments") if value.type == "call_expression" else None
    return (
        arguments is not None
        and bool(arguments.named_children)
        and all(one.type == "string" for one in arguments.named_children)
    )


def _lines_of(text: str, is_one: Callable[[Node], bool]) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    others: set[int] = set()
    for statement in read(text)[0].root_node.children:
        lines = tuple(range(statement.start_point[0] + 1, statement.end_point[0] + 2))
        if is_one(statement) and not others & set(lines):
            found |= dict.fromkeys(declared(statement, deep=False), lines)
        others.update(lines)
    return found


def needs(text: str) -> frozenset[str]:
    """The names that the text uses and declares nowhere, what Node provides left aside."""
    root = read(text)[0].root_node
    renamed: set[int] = set()
    used: set[str] = set()
    for node in walk(root):
        if node.type in ("import_specifier", "export_specifier") and node.child_count > 1:
            renamed |= {child.id for child in node.children}  # `one as other`
        elif node.type == "export_statement" and any(child.type == "type" for child in node.children):
            renamed |= {child.id for child in walk(node)}  # `export type { One }`
        elif node.type in ("identifier", "shorthand_property_identifier") and node.id not in renamed:
            used.add(text_of(node))
    # A grammar without a module's context reads `await (…)` as a call of that name.
    return frozenset(used) - frozenset(declared(root, deep=True)) - fact_set("node", "globals") - {"await"}


def bound_by(node: Node) -> Iterator[str]:
    """The names that an import clause binds."""
    for child in node.children:
        if child.type == "identifier":
            yield text_of(child)
        elif child.type == "import_specifier":
            yield text_of(child.child_by_field_name("alias") or child.child_by_field_name("name"))
        else:
            yield from bound_by(child)


def pattern(node: Node | None) -> Iterator[str]:
    """The names that a pattern binds."""
    if node is None:
        return
    if node.type in ("identifier", "shorthand_property_identifier_pattern"):
        yield text_of(node)
    elif node.type in _PATTERNS:
        sides = [node.child_by_field_name("left")] if "assignment" in node.type else node.named_children
        for child in sides:
            yield from pattern(child)


def declared(root: Node, *, deep: bool) -> Iterator[str]:
    """The names that the node declares; with ``deep``, those of inner functions, parameters and loops included."""
    for node in walk(root, into_functions=deep):
        if node.type == "variable_declarator" or node.type in _NAMED:
            yield from pattern(node.child_by_field_name("name"))
            if node.type in _NAMED:
                yield text_of(node.child_by_field_name("name"))
        elif node.type == "import_clause":
            yield from bound_by(node)
        elif deep and node.type in _PARAMETERS:
            inner = node.child_by_field_name("pattern")
            for child in [inner] if inner is not None else node.named_children:
                yield from pattern(child)
        elif deep and node.type in ("arrow_function", "catch_clause", "for_in_statement"):
            for field in ("parameter", "left"):
                yield from pattern(node.child_by_field_name(field))
