"""Which calls of Python source send a request, as far as reading its syntax tree tells."""

from __future__ import annotations

import ast
import builtins
import re
import sys
from typing import TYPE_CHECKING

from aswritten.languages._facts import fact_set, facts

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What has a shell run a command.
_SHELLS = frozenset(
    {
        "os.system",
        "subprocess.run",
        "subprocess.call",
        "subprocess.check_call",
        "subprocess.check_output",
        "subprocess.Popen",
    }
)
_CURL = re.compile(r"^[ \t]*curl\s.*://", re.MULTILINE)
#: From so many words on a text is a sentence.
_SENTENCE = 3
#: The names under which programs hold what they ask.
_TOLD = frozenset({"messages", "prompt", "question"})
_Function = ast.FunctionDef | ast.AsyncFunctionDef
_Scope = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda


def api_calls(tree: ast.Module) -> list[ast.Call]:
    """The calls that send a request when the module runs, in the order of the source.

    Making a client sends nothing; its methods do. The body of a function counts when code that runs names the function,
    or when it is what the program is (`main`): that nobody calls it is for the run to show.
    """
    origins = _origins(tree)
    calls = [node for node in _running(tree) if isinstance(node, ast.Call) and _sends(node, origins)]
    return sorted(calls, key=lambda call: (call.lineno, call.col_offset))


def likely_calls(tree: ast.Module) -> list[ast.Call]:
    """The calls of a package's objects that look as if they sent a request, though their names do not say so."""
    origins = _origins(tree)
    running = _running(tree)
    waited = {id(node.value) for node in running if isinstance(node, ast.Await)}
    waited |= {id(node.iter) for node in running if isinstance(node, ast.AsyncFor)}
    decorates = {
        id(one) for node in ast.walk(tree) if isinstance(node, _Function | ast.ClassDef) for one in node.decorator_list
    }
    read = _read_as_answers(tree)
    answers = {id(value) for target, value in _bindings(tree) if target in read}
    taken = waited | answers
    handed = _handed_client(tree, origins)
    asked = _decorated(tree, origins)
    calls = (node for node in running if isinstance(node, ast.Call) and _may_send(node, origins))
    likely = [
        call
        for call in calls
        if id(call) in taken
        or _takes_model(call)
        or (id(call) not in decorates and (_is_told_words(call) or _is_handed_messages(call)))
        or _first_name(call) in handed
        or _is_of_set_up(call.func, origins)
    ]
    likely += [node for node in running if isinstance(node, ast.Call) and _first_name(node.func) in asked]
    return likely + [node for node in running if isinstance(node, ast.Call) and _runs_curl(node, tree, origins)]


def _read_as_answers(tree: ast.Module) -> set[str]:
    """The names of which a program reads the choices, which every answer of a chat has."""
    read = (node.value for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "choices")
    return {node.id for node in read if isinstance(node, ast.Name)}


def _decorated(tree: ast.Module, origins: dict[str, str]) -> set[str]:
    """The functions of which a package's decorator makes something else, which may send what they say: `@prompt("Tell of {name}")`."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, _Function):
            tops = {_dotted(one, origins).split(".")[0] for one in node.decorator_list} - {""}
            found |= {node.name} if tops - sys.stdlib_module_names - fact_set("python", "offline") else set()
    return found


def _runs_curl(call: ast.Call, tree: ast.Module, origins: dict[str, str]) -> bool:
    """Whether a call has a shell run commands, one of which the module spells as one of curl's."""
    if _dotted(call.func, origins) not in _SHELLS:
        return False
    texts = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return any(_CURL.search(text) for text in texts)


def _handed_client(tree: ast.Module, origins: dict[str, str]) -> set[str]:
    """The names of what a package made of an API client, whose calls go through it: `model = maker.from_openai(OpenAI(), "m")`.

    So are those of what is set up as a client is: `chat = Maker(api_key="k")`.
    """
    handed: set[str] = set()
    for target, value in _bindings(tree):
        call = value.value if isinstance(value, ast.Await) else value
        if _is_set_up(call, origins):
            handed.add(target)
        elif isinstance(call, ast.Call) and _dotted(call.func, origins):
            given = [*call.args, *(keyword.value for keyword in call.keywords)]
            if any(_is_client(one, origins) for one in given):
                handed.add(target)
    return handed


def _is_of_set_up(function: ast.expr, origins: dict[str, str]) -> bool:
    """Whether a function is one of an object that is made right there, as a client is: `Maker(api_key="k").ask`."""
    return isinstance(function, ast.Attribute) and _is_set_up(function.value, origins)


def _is_set_up(node: ast.expr, origins: dict[str, str]) -> bool:
    """Whether an expression makes an object of a package, and tells it an address, a key or a model."""
    if not isinstance(node, ast.Call) or not _dotted(node.func, origins).rpartition(".")[2][:1].isupper():
        return False
    return bool({keyword.arg for keyword in node.keywords} & fact_set("python", "set_up"))


def _is_client(node: ast.expr, origins: dict[str, str]) -> bool:
    origin = _dotted(node, origins) if isinstance(node, ast.Name | ast.Call) else ""
    made = origin.removesuffix("()").rpartition(".")[2]
    is_made = isinstance(node, ast.Call) or origin.endswith("()")
    return is_made and made[:1].isupper() and origin.split(".")[0] in facts("surroundings")["implied"]


def _first_name(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Call):
        node = node.value if isinstance(node, ast.Attribute) else node.func
    return node.id if isinstance(node, ast.Name) else ""


def _may_send(call: ast.Call, origins: dict[str, str]) -> bool:
    """Whether a call goes to something of a package that may open connections; making an object of it is no such call."""
    origin = _dotted(call.func, origins)
    top = origin.split(".")[0]
    made = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    return (
        bool(origin) and not made[:1].isupper() and top not in sys.stdlib_module_names | fact_set("python", "offline")
    )


def _takes_model(call: ast.Call) -> bool:
    """Whether the call is given a model and what it is told, by name or in one dictionary."""
    arguments = (*call.args, *(keyword.value for keyword in call.keywords))
    dictionaries = [argument for argument in arguments if isinstance(argument, ast.Dict)]
    given = [{str(key.value) for key in one.keys if isinstance(key, ast.Constant)} for one in dictionaries]
    given.append({str(keyword.arg) for keyword in call.keywords})
    is_handed = any(keyword.arg in {"client", "llm"} for keyword in call.keywords)
    return any("model" in names and (is_handed or names & fact_set("python", "said")) for names in given)


def _is_told_words(call: ast.Call) -> bool:
    """Whether the call is given a sentence, by itself or in a list: `app.answer("Who wrote it?")`."""
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    given += [item for one in given if isinstance(one, ast.List | ast.Tuple) for item in one.elts]
    texts = (one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str))
    return any(len(text.split()) >= _SENTENCE for text in texts)


def _is_handed_messages(call: ast.Call) -> bool:
    """Whether the call is given messages of a chat, or what a prompt is called by: `llm.answer(messages)`, `llm.answer([{"role": …, "content": …}])`."""
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    lists = (one.elts for one in given if isinstance(one, ast.List))
    keys = (
        {key.value for key in item.keys if isinstance(key, ast.Constant)}
        for items in lists
        for item in items
        if isinstance(item, ast.Dict)
    )
    is_named = any(isinstance(one, ast.Name) and one.id in _TOLD for one in given)
    return is_named or any({"role", "content"} <= one for one in keys)


def _running(tree: ast.Module) -> list[ast.AST]:
    """The nodes that run: the module's own, and those of the functions and classes that running code names."""
    waiting: dict[str, list[ast.AST]] = {}
    seen: list[ast.AST] = []
    named: set[str] = set()
    pending: list[ast.AST] = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, _Function | ast.ClassDef) and node.name not in named and not _is_entry(node):
            waiting.setdefault(node.name, []).append(node)
            # Decorators and defaults run where the function is defined.
            pending += [*node.decorator_list]
            continue
        seen.append(node)
        pending += list(ast.iter_child_nodes(node))
        name = _loaded(node)
        if name:
            named.add(name)
            pending += [child for held in waiting.pop(name, []) for child in (held, *ast.iter_child_nodes(held))]
    return seen


def _is_entry(node: ast.AST) -> bool:
    """Whether a function is where a program begins, by its name, with all that it needs: what decorates it may see to that."""
    if not isinstance(node, _Function) or node.name not in fact_set("python", "entry"):
        return False
    taken = node.args
    is_given = len(taken.posonlyargs) + len(taken.args) <= len(taken.defaults) and None not in taken.kw_defaults
    return is_given or bool(node.decorator_list)


def _loaded(node: ast.AST) -> str:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def _origins(tree: ast.Module) -> dict[str, str]:
    """Where each name comes from: the dotted import that it is, or that the value it was made of begins with.

    It ends with `()` where the value is what a call returned.
    """
    origins: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                origins[alias.asname or alias.name.split(".")[0]] = (
                    alias.name if alias.asname else alias.name.split(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and node.module:
            taken = {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
            # Of two modules of which all is taken, a package is more likely the one of an unknown class than Python's own.
            is_own = node.module.split(".")[0] in sys.stdlib_module_names
            origins |= {name: origin for name, origin in taken.items() if not (name == "*" in origins and is_own)}
    if "*" in origins:
        everything = origins.pop("*").removesuffix(".*")
        origins |= {name: f"{everything}.{name}" for name in _classes_used(tree) if name not in origins}
    # Twice: a function above may use what a line below makes.
    for _ in range(2):
        for target, value in _bindings(tree):
            if (origin := _dotted(value, origins)) and target not in origins:
                origins[target] = f"{origin}()" if isinstance(value, ast.Call) else origin
    return origins


def _classes_used(tree: ast.Module) -> set[str]:
    """The names of classes that a program uses and does not define."""
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id[:1].isupper()]
    own = {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    own |= {node.id for node in names if isinstance(node.ctx, ast.Store)}
    return {node.id for node in names} - own - set(dir(builtins))


def _bindings(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            targets, value = node.targets, node.value
        elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value is not None:
            targets, value = [node.target], node.value
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            targets, value = [node.optional_vars], node.context_expr
        elif isinstance(node, ast.For | ast.AsyncFor):
            targets, value = [node.target], node.iter
        else:
            continue
        for target in targets:
            if isinstance(target, ast.Name):
                yield target.id, value


def _dotted(node: ast.expr, origins: dict[str, str]) -> str:
    """The import that an expression begins with, and the attributes after it; empty when it begins with something else."""
    parts: list[str] = []
    while True:
        if isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Await | ast.Subscript):
            node = node.value
        elif isinstance(node, ast.BinOp):
            node = _of_client(node, origins)
        elif isinstance(node, ast.Name):
            origin = origins.get(node.id) or (node.id if node.id in _well_known() else "")
            return ".".join([origin, *reversed(parts)]) if origin else ""
        else:
            return ""


def _of_client(node: ast.BinOp, origins: dict[str, str]) -> ast.expr:
    """The first part that a package other than the offline ones has made, of objects that are put together: `prompt | Model() | parser`."""
    parts: list[ast.expr] = []
    left: ast.expr = node
    while isinstance(left, ast.BinOp) and isinstance(left.op, ast.BitOr):
        parts.append(left.right)
        left = left.left
    parts.append(left)
    offline = sys.stdlib_module_names | fact_set("python", "offline") | {""}
    plain = [one for one in reversed(parts) if not isinstance(one, ast.BinOp)]
    return next((one for one in plain if _dotted(one, origins).split(".")[0] not in offline), ast.Constant(None))


def _sends(call: ast.Call, origins: dict[str, str]) -> bool:
    function = call.func
    if isinstance(function, ast.Attribute):
        verb, plain = function.attr, False
    elif isinstance(function, ast.Name):
        verb, plain = function.id, True
    else:
        return False
    origin = _dotted(function, origins)
    if not origin:
        # A client that an earlier block made, or that a function is given. Nothing but calls of the API stands behind the names of chats,
        # mistyped ones too.
        is_known = verb in fact_set("python", "plain_verbs") or (verb in _verbs() and _depth(function) > 2)
        return not plain and (is_known or _is_of_chats(function))
    verb = origin.rsplit(".", 1)[-1] if plain else verb
    made = verb.endswith("()") and verb[0].isupper()
    top = origin.split(".")[0]
    if origin in fact_set("python", "functions"):
        return True
    if {top, ".".join(origin.split(".")[:2])} & fact_set("python", "http"):
        return verb in fact_set("python", "http_verbs") and (not plain or origin.count(".") == 1)
    if top in sys.stdlib_module_names or top in fact_set("python", "offline"):
        return False
    # An object of an API client that is called itself: `chat = ChatModel(); chat(messages)`.
    return verb in _verbs() or made or "completions" in origin.split(".")[1:-1]


def _is_of_chats(node: ast.expr) -> bool:
    """Whether an expression goes through `.chat.completions`."""
    while isinstance(node, ast.Attribute | ast.Call):
        owner = node.value if isinstance(node, ast.Attribute) else node.func
        if isinstance(node, ast.Attribute) and node.attr == "completions" and isinstance(owner, ast.Attribute):
            return owner.attr == "chat"
        node = owner
    return False


def _well_known() -> frozenset[str]:
    """Names by which everybody imports a client: what calls one calls the API, though its import is missing."""
    return fact_set("python", "http") | frozenset(facts("surroundings")["implied"])


def _verbs() -> frozenset[str]:
    return fact_set("python", "verbs")


def _depth(node: ast.expr) -> int:
    """How many names a dotted expression holds: 4 for `client.chat.completions.create`."""
    depth = 1
    while isinstance(node, ast.Attribute | ast.Call):
        depth += isinstance(node, ast.Attribute)
        node = node.value if isinstance(node, ast.Attribute) else node.func
    return depth
