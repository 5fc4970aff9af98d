"""What of JavaScript and TypeScript source is left out, said in two ways, or markup."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aswritten.languages._facts import fact_set
from aswritten.languages._javascript import declared, read, text_of, walk

if TYPE_CHECKING:
    from tree_sitter import Node

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


def left_out(text: str) -> tuple[str, int] | None:
    """The mark that stands for a part left out (`...`, `…`, `<snip>`) and its 1-based line; None when there is none."""
    root = read(text)[0].root_node
    first = _IN_PLACE.search(text) if root.has_error else None
    if first and not read(_IN_PLACE.sub(r"\g<space>0", text))[0].root_node.has_error:
        return first.group().strip(), text.count("\n", 0, first.end()) + 1
    for node in walk(root):
        is_said = node.type == "comment" and _LEFT_OUT.fullmatch(text_of(node)) is not None
        if is_said and _is_item(node) and _stands_alone(node, text):
            return text_of(node), node.start_point[0] + 1
        if node.child_count == 0 and node.type not in ("string_fragment", "comment", "regex_pattern"):
            is_mark = text_of(node) == "..." and _spreads_nothing(node)
            if is_mark or "…" in text_of(node) or (node.type == "identifier" and text_of(node) == "snip"):
                return text_of(node), node.start_point[0] + 1
    return None


def _is_item(node: Node) -> bool:
    """Whether a comment stands where a member, an item or an argument does."""
    return node.parent is not None and node.parent.type in ("object", "array", "arguments")


def _spreads_nothing(dots: Node) -> bool:
    """Whether three dots stand for what they are in front of: a comma is no value."""
    follows = dots.next_sibling
    is_comma = follows is not None and follows.type == "ERROR" and text_of(follows).startswith(",")
    return is_comma or (dots.parent is not None and dots.parent.type == "ERROR")


def _stands_alone(node: Node, text: str) -> bool:
    """Whether a comment has a line of its own, or is a mark and no words."""
    line = text.splitlines()[node.start_point[0]]
    return line.lstrip().startswith(("//", "/*")) or not re.search(r"\w", text_of(node))


def lone_method(text: str) -> tuple[str, int] | None:
    """The first of the methods of a class that text is below its imports, without the class, and its 1-based line; None for other text.

    What is called as programs begin lacks its `function`: that is a mistake.
    """
    if not read(text)[0].root_node.has_error:
        return None
    rest = (re.sub(r"^import\b.*", "", line) for line in text.splitlines())
    root = read("\n".join(("class A {", *rest, "}", "")))[0].root_node
    body = root.children[0].child_by_field_name("body") if len(root.children) == 1 and not root.has_error else None
    members = [one for one in body.named_children if one.type != "comment"] if body is not None else []
    names = [text_of(one.child_by_field_name("name")) for one in members if one.type == "method_definition"]
    if not names or len(names) < len(members) or not fact_set("node", "entry").isdisjoint(names):
        return None
    return names[0], members[0].start_point[0]


def two_ways(text: str) -> tuple[str, int] | None:
    """The name that the top level declares again right below a comment on a line of its own, "or", the name of a kind of modules, or one of several
    variants that head it each time, and the 1-based line; None for none.
    """
    if choices := _choices(text):
        return choices
    variants: dict[str, int] = {}
    says_or, variant, end = False, 0, -1
    for statement in read(text)[0].root_node.children:
        if statement.type == "comment" and statement.start_point[0] > end:
            said = text_of(statement)
            says_or = bool(_OR.match(said) or _OF_MODULES.match(said) or _names_imports(statement))
            variant = statement.start_point[0] + 1 if _VARIANT.match(said) else 0
        elif statement.type != "comment":
            if statement.type in ("lexical_declaration", "import_statement"):
                names = set(declared(statement, deep=False))
                again = sorted(name for name in names & variants.keys() if says_or or 0 < variants[name] < variant)
                if again:
                    return again[0], statement.start_point[0] + 1
                variants |= dict.fromkeys(names, variant)
            says_or = False
        end = statement.end_point[0]
    return None


def _choices(text: str) -> tuple[str, int] | None:
    """The name that each paragraph declares again behind a remark that heads it, and imports for, and the line of the second: one of them is to be chosen.

    Imports for all of them may stand in front. What is waited for asks something, as one question after the other does.
    """
    found: list[tuple[str, int]] = []
    line = 1
    for paragraph in re.split(r"(\n[ \t]*\n\s*)", text):
        root = read(paragraph)[0].root_node
        is_for_all = not found and all(one.type == "import_statement" for one in root.children)
        if paragraph.strip() and not is_for_all:
            heads, rest = root.children[:1], root.children[1:]
            made = [one for one in rest if one.type == "lexical_declaration"]
            is_waited_for = any(node.type == "await_expression" for one in made for node in walk(one))
            is_choice = (
                bool(heads) and heads[0].type == "comment" and len(made) == 1 and not (root.has_error or is_waited_for)
            )
            if not is_choice or any(one.type not in ("import_statement", "lexical_declaration") for one in rest):
                return None
            found += [(name, line + made[0].start_point[0]) for name in declared(made[0], deep=False)]
        line += paragraph.count("\n")
    return found[1] if len(found) > 1 and len({name for name, _ in found}) == 1 else None


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
