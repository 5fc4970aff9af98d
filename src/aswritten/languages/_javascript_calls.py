"""Which calls of JavaScript source send a request, as far as reading its syntax tree tells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aswritten.languages import _javascript, _javascript_modules
from aswritten.languages._facts import fact_set
from aswritten.languages._javascript import text_of, walk

if TYPE_CHECKING:
    from tree_sitter import Node

#: What an expression goes through from a call to the name that it begins with.
_THROUGH = {
    "member_expression": "object",
    "subscript_expression": "object",
    "call_expression": "function",
    "new_expression": "constructor",
}
_CHATS = re.compile(r"\.\s*chat\s*\.\s*completions\b")
_INNER = frozenset(
    {"await_expression", "parenthesized_expression", "non_null_expression", "as_expression", "satisfies_expression"}
)
#: What names what code uses.
_USED = frozenset({"identifier", "shorthand_property_identifier", "property_identifier"})
#: From so many words on a text is a sentence.
_SENTENCE = 3
#: What has parameters, and may be the value of a member.
_FUNCTIONS = frozenset({"arrow_function", "function_expression", "function_declaration", "method_definition"})


def api_calls(root: Node) -> list[Node]:
    """The calls that send a request when the source runs, in its order.

    Making a client sends nothing; its methods do. The body of a named function counts when code that runs names it, or when
    it is what the program is (`main`): that nobody calls it is for the run to show.
    """
    origins = _origins(root)
    calls = [node for node in _running(root) if node.type == "call_expression" and _sends(node, origins)]
    return sorted(calls, key=lambda node: node.start_byte)


def likely_calls(root: Node) -> list[Node]:
    """The calls of a package's objects that look as if they sent a request, though their names do not say so."""
    origins = _origins(root)
    calls = (node for node in _running(root) if node.type == "call_expression" and _may_send(node, origins))
    waited = _names_waited_for(root)
    return [
        call
        for call in calls
        if _is_waited_for(call) or _takes_model(call) or (_gives(call) in waited and _is_told_words(call))
    ]


def _may_send(call: Node, origins: dict[str, str]) -> bool:
    """Whether a call goes to something of a package that may open connections."""
    function = call.child_by_field_name("function")
    origin = origins.get(begins_with(function), "") if function is not None else ""
    package = _javascript_modules.package(origin) if origin else ""
    return bool(package) and package not in fact_set("node", "offline")


def _is_waited_for(call: Node) -> bool:
    parent = call.parent
    if parent is None:
        return False
    is_loop = parent.type == "for_in_statement" and any(child.type == "await" for child in parent.children)
    return parent.type == "await_expression" or (is_loop and parent.child_by_field_name("right") == call)


def _names_waited_for(root: Node) -> frozenset[str]:
    """The names whose values a program waits for, part for part or through a function: `for await (const part of stream)`, `await show(stream)`."""
    names: set[str] = set()
    for node in walk(root):
        if node.type == "for_in_statement" and any(child.type == "await" for child in node.children):
            names.add(text_of(node.child_by_field_name("right")))
        elif node.type == "await_expression":
            value = node.named_children[0] if node.named_children else None
            given = value.child_by_field_name("arguments") if value and value.type == "call_expression" else None
            names |= {text_of(one) for one in (*(given.named_children if given else ()), value) if one is not None}
    return frozenset(names)


def _is_told_words(call: Node) -> bool:
    """Whether a sentence stands somewhere in what a call is given: `ask([user("Who wrote it?")])`."""
    arguments = call.child_by_field_name("arguments")
    texts = (text_of(node) for node in walk(arguments) if node.type == "string_fragment") if arguments else ()
    return any(len(text.split()) >= _SENTENCE for text in texts)


def _gives(call: Node) -> str:
    """The name that a declaration gives to what a call returns; empty for none."""
    parent = call.parent
    is_declared = parent is not None and parent.type == "variable_declarator"
    return text_of(parent.child_by_field_name("name")) if parent is not None and is_declared else ""


def _takes_model(call: Node) -> bool:
    """Whether the call is given an object with a model and what it is told."""
    arguments = call.child_by_field_name("arguments")
    for given in arguments.named_children if arguments is not None else []:
        keys = {text_of(child.child_by_field_name("key") or child) for child in given.named_children}
        if given.type == "object" and "model" in keys and keys & fact_set("node", "said"):
            return True
    return False


def print_calls(root: Node) -> list[Node]:
    """The calls that print, in the order of the source."""
    calls = (node for node in walk(root) if node.type == "call_expression")
    return [
        node
        for node in calls
        if text_of(node.child_by_field_name("function")).startswith(("console.", "process.stdout."))
    ]


def line(node: Node) -> int:
    """The 1-based line at which a call names its last part: that of `create` in a chain over several lines."""
    function = node.child_by_field_name("function")
    last = function.child_by_field_name("property") if function is not None else None
    return (last or node).start_point[0] + 1


def _name_of(node: Node) -> str:
    """The name under which later code runs a function; empty when it runs where it stands."""
    if node.type in ("function_declaration", "generator_function_declaration", "class_declaration"):
        return text_of(node.child_by_field_name("name"))
    if node.type in ("arrow_function", "function_expression") and node.parent is not None:
        holder = node.parent
        if holder.type in ("variable_declarator", "assignment_expression"):
            return text_of(holder.child_by_field_name("name") or holder.child_by_field_name("left"))
    return ""


def handler(node: Node) -> Node | None:
    """What a statement exports for somebody else to call, as default: a function, an object with functions, or what an imported one makes of such.

    None for another statement.
    """
    if node.type != "export_statement" or not any(child.type == "default" for child in node.children):
        return None
    value = next((child for child in node.children if child.is_named and child.type != "comment"), None)
    is_awaited = value is not None and value.type == "await_expression"
    while value is not None and value.type in _INNER and value.named_children:
        value = value.named_children[0]
    if value is not None and value.type == "identifier":
        value = _function_called(text_of(value), node.parent)
    if value is None or value.type in _javascript.FUNCTIONS:
        return value
    if value.type == "call_expression":
        return value if not is_awaited and _is_handed(value, node.parent) else None
    return (
        value
        if value.type in ("object", "class") and any(one.type in _javascript.FUNCTIONS for one in walk(value))
        else None
    )


def _is_handed(call: Node, root: Node | None) -> bool:
    """Whether an imported function is called by its name with a function, or with an object that holds some."""
    imported = {name for one in (_javascript_modules.imports(root) if root is not None else []) for name in one.names}
    arguments = call.child_by_field_name("arguments")
    if text_of(call.child_by_field_name("function")) not in imported or arguments is None:
        return False
    return any(
        given.type in _javascript.FUNCTIONS
        or (given.type == "object" and any(one.type in _javascript.FUNCTIONS for one in walk(given)))
        for given in arguments.named_children
    )


def _function_called(name: str, root: Node | None) -> Node | None:
    """The function that the top level declares under a name; None for none."""
    for statement in root.children if root is not None else []:
        declared = [statement, *(child for child in statement.children if child.type == "variable_declarator")]
        for one in declared:
            value = one.child_by_field_name("value") if one.type == "variable_declarator" else one
            if text_of(one.child_by_field_name("name")) == name and value is not None:
                return value if value.type in _javascript.FUNCTIONS else None
    return None


def _is_hook(node: Node, origins: dict[str, str]) -> bool:
    """Whether a function is handed to an object of a package as it is made, which may call it some time."""
    if node.type not in _javascript.FUNCTIONS:
        return False  # a node's parent is looked for from the root on, level by level
    holder = node.parent if node.type == "method_definition" else node.parent and node.parent.parent
    if holder is None or holder.type != "object":
        return False
    made = holder.parent and holder.parent.parent
    return made is not None and made.type == "new_expression" and bool(origins.get(begins_with(made), ""))


def _running(root: Node) -> list[Node]:
    origins = _origins(root)
    waiting: dict[str, list[Node]] = {}
    seen: list[Node] = []
    named: set[str] = set()
    declaring: set[int] = set()
    pending = [root]
    while pending:
        node = pending.pop()
        name = _name_of(node)
        if name and name not in named and not _is_entry(name, node):
            waiting.setdefault(name, []).append(node)
            continue
        if handler(node) is not None or _is_hook(node, origins):
            continue
        seen.append(node)
        pending += node.children
        declared = node.child_by_field_name("name")
        if declared is not None:
            declaring.add(declared.id)
        if node.type in _USED and node.id not in declaring:
            used = text_of(node)
            named.add(used)
            pending += waiting.pop(used, [])
    return seen


def _is_entry(name: str, node: Node) -> bool:
    """Whether a function is where a program begins, by its name, with all that it needs."""
    if name not in fact_set("node", "entry") or node.child_by_field_name("parameter") is not None:
        return False
    taken = node.child_by_field_name("parameters")
    optional = ("assignment_pattern", "rest_pattern", "optional_parameter", "comment")

    def is_given(one: Node) -> bool:
        pattern = one.child_by_field_name("pattern")
        is_rest = pattern is not None and pattern.type == "rest_pattern"
        return one.type in optional or is_rest or one.child_by_field_name("value") is not None

    return taken is None or all(map(is_given, taken.named_children))


def _origins(root: Node) -> dict[str, str]:
    """The package that each name comes from, directly or by what it was made of."""
    origins = {
        name: one.specifier.removeprefix("node:") for one in _javascript_modules.imports(root) for name in one.names
    }
    for _ in range(2):
        for node in walk(root):
            if node.type in ("variable_declarator", "for_in_statement", "assignment_expression"):
                target = node.child_by_field_name("name") or node.child_by_field_name("left")
                value = node.child_by_field_name("value") or node.child_by_field_name("right")
                if target is not None and target.type == "identifier" and value is not None:
                    origin = origins.get(begins_with(value), "")
                    if origin:
                        origins.setdefault(text_of(target), origin)
    return origins


def begins_with(node: Node) -> str:
    """The name that an expression begins with; empty when it begins with something else."""
    here: Node | None = node
    while here is not None:
        if here.type in _THROUGH:
            here = here.child_by_field_name(_THROUGH[here.type])
        elif here.type in _INNER:
            here = here.named_children[0] if here.named_children else None
        else:
            return text_of(here) if here.type == "identifier" else ""
    return ""


def _sends(call: Node, origins: dict[str, str]) -> bool:
    function = call.child_by_field_name("function")
    if function is None or function.type != "member_expression":
        is_plain = function is not None and function.type == "identifier"
        return is_plain and _sends_plain(text_of(function), origins) and not _hands_on(call)
    # Nothing but calls of the API stands behind these names, whoever made the client, mistyped calls too.
    if _CHATS.search(text_of(function)):
        return True
    verb = text_of(function.child_by_field_name("property"))
    begin = begins_with(function)
    if origin := origins.get(begin, ""):
        return verb in _sending_methods(_javascript_modules.package(origin) or origin)
    if begin in fact_set("node", "globals"):
        return text_of(function) == "globalThis.fetch"
    # A client that an earlier block made, or that a function is given.
    return verb in fact_set("node", "plain_verbs") or (verb in fact_set("node", "verbs") and _depth(function) > 2)


def _hands_on(call: Node) -> bool:
    """Whether a call of `fetch` is all that a client is given to do so by: `fetch: (url, init) => fetch(url, init)`."""
    arguments = call.child_by_field_name("arguments")
    first = arguments.named_children[0] if arguments is not None and arguments.named_children else None
    here = call.parent
    while here is not None and here.type not in _FUNCTIONS:
        here = here.parent
    if here is None or first is None or first.type != "identifier":
        return False
    owner = here if here.type == "method_definition" else here.parent
    name = owner.child_by_field_name("name" if owner.type == "method_definition" else "key") if owner else None
    taken = here.child_by_field_name("parameters") or here.child_by_field_name("parameter")
    return name is not None and text_of(name) == "fetch" and text_of(first) in re.findall(r"[\w$]+", text_of(taken))


def _sending_methods(package: str) -> frozenset[str]:
    """The methods that send a request, of what a package (or a module of Node) exports or makes."""
    if package in fact_set("node", "http"):
        return fact_set("node", "http_verbs")
    sends_nothing = fact_set("node", "offline") | fact_set("node", "builtins")
    if package in sends_nothing or package.partition("/")[0] in fact_set("node", "providers"):
        return frozenset()
    return fact_set("node", "verbs")


def _sends_plain(name: str, origins: dict[str, str]) -> bool:
    """Whether a call of a bare name sends: `fetch(...)`, `axios(...)`, `generateText(...)`."""
    origin = origins.get(name, "")
    package = _javascript_modules.package(origin) or origin
    if package in fact_set("node", "http"):
        return True
    return name == "fetch" or (bool(package) and name in _sending_methods(package))


def _depth(node: Node) -> int:
    depth = 1
    here: Node | None = node
    while here is not None and here.type in _THROUGH:
        depth += here.type == "member_expression"
        here = here.child_by_field_name(_THROUGH[here.type])
    return depth
