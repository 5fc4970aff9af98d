"""Which calls of Python source send a request, as far as reading its syntax tree tells."""

from __future__ import annotations

import ast
import re
import sys

from aswritten.languages._facts import fact_set, facts
from aswritten.languages._python_origins import Function, bindings, dotted, origins_of, running

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


def api_calls(tree: ast.Module) -> list[ast.Call]:
    """The calls that send a request when the module runs, in the order of the source.

    Making a client sends nothing; its methods do. The body of a function counts when code that runs names the function,
    or when it is what the program is (`main`): that nobody calls it is for the run to show.
    """
    origins = origins_of(tree)
    # `@app.post("/ask")` tells an application whom to call.
    decorates = _decorates(tree)
    calls = [node for node in running(tree) if isinstance(node, ast.Call) and id(node) not in decorates]
    calls = [call for call in calls if _sends(call, origins)]
    return sorted(calls, key=lambda call: (call.lineno, call.col_offset))


def likely_calls(tree: ast.Module) -> list[ast.Call]:
    """The calls of a package's objects that look as if they sent a request, though their names do not say so."""
    origins = origins_of(tree)
    nodes = running(tree)
    waited = {id(node.value) for node in nodes if isinstance(node, ast.Await)}
    waited |= {id(node.iter) for node in nodes if isinstance(node, ast.AsyncFor)}
    waited |= {id(item.context_expr) for node in nodes if isinstance(node, ast.AsyncWith) for item in node.items}
    decorates = _decorates(tree)
    read = _read_as_answers(tree)
    answers = {id(value) for target, value in bindings(tree) if target in read}
    taken = waited | answers
    handed = _handed_client(tree, origins)
    asked = _decorated(tree, origins)
    calls = (node for node in nodes if isinstance(node, ast.Call) and _may_send(node, origins))
    likely = [
        call
        for call in calls
        if id(call) in taken
        or _takes_model(call)
        or (id(call) not in decorates and (_is_told_words(call) or _is_handed_messages(call)))
        or _first_name(call) in handed
        or _is_of_set_up(call.func, origins)
    ]
    likely += [node for node in nodes if isinstance(node, ast.Call) and _first_name(node.func) in asked]
    return likely + [node for node in nodes if isinstance(node, ast.Call) and _runs_curl(node, tree, origins)]


def _decorates(tree: ast.Module) -> set[int]:
    """The ids of all decorators."""
    nodes = (node for node in ast.walk(tree) if isinstance(node, Function | ast.ClassDef))
    return {id(one) for node in nodes for one in node.decorator_list}


def _read_as_answers(tree: ast.Module) -> set[str]:
    """The names of which a program reads the choices, which every answer of a chat has."""
    read = (node.value for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "choices")
    return {node.id for node in read if isinstance(node, ast.Name)}


def _decorated(tree: ast.Module, origins: dict[str, str]) -> set[str]:
    """The functions of which a package's decorator makes something else, which may send what they say: `@prompt("Tell of {name}")`."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, Function):
            tops = {dotted(one, origins).split(".")[0] for one in node.decorator_list} - {""}
            found |= {node.name} if tops - sys.stdlib_module_names - fact_set("python", "offline") else set()
    return found


def _runs_curl(call: ast.Call, tree: ast.Module, origins: dict[str, str]) -> bool:
    """Whether a call has a shell run commands, one of which the module spells as one of curl's."""
    if dotted(call.func, origins) not in _SHELLS:
        return False
    texts = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return any(_CURL.search(text) for text in texts)


def _handed_client(tree: ast.Module, origins: dict[str, str]) -> set[str]:
    """The names of what a package made of an API client, whose calls go through it: `model = maker.from_openai(OpenAI(), "m")`.

    So are those of what is set up as a client is, `chat = Maker(api_key="k")`, and of what is made of that in turn.
    """
    handed: set[str] = set()
    for target, value in bindings(tree):
        call = value.value if isinstance(value, ast.Await) else value
        if _is_set_up(call, origins):
            handed.add(target)
        elif isinstance(call, ast.Call) and dotted(call.func, origins):
            given = [*call.args, *(keyword.value for keyword in call.keywords)]
            if any(_is_client(one, origins) or (isinstance(one, ast.Name) and one.id in handed) for one in given):
                handed.add(target)
    return handed


def _is_of_set_up(function: ast.expr, origins: dict[str, str]) -> bool:
    """Whether a function is one of an object that is made right there, as a client is: `Maker(api_key="k").ask`."""
    return isinstance(function, ast.Attribute) and _is_set_up(function.value, origins)


def _is_set_up(node: ast.expr, origins: dict[str, str]) -> bool:
    """Whether an expression makes an object of a package, and tells it an address, a key or a model."""
    if not isinstance(node, ast.Call) or not dotted(node.func, origins).rpartition(".")[2][:1].isupper():
        return False
    return bool({keyword.arg for keyword in node.keywords} & fact_set("python", "set_up"))


def _is_client(node: ast.expr, origins: dict[str, str]) -> bool:
    origin = dotted(node, origins) if isinstance(node, ast.Name | ast.Call) else ""
    made = origin.removesuffix("()").rpartition(".")[2]
    is_made = isinstance(node, ast.Call) or origin.endswith("()")
    return is_made and made[:1].isupper() and origin.split(".")[0] in facts("surroundings")["implied"]


def _first_name(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Call):
        node = node.value if isinstance(node, ast.Attribute) else node.func
    return node.id if isinstance(node, ast.Name) else ""


def _may_send(call: ast.Call, origins: dict[str, str]) -> bool:
    """Whether a call goes to something of a package that may open connections; making an object of it is no such call."""
    origin = dotted(call.func, origins)
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


def _sends(call: ast.Call, origins: dict[str, str]) -> bool:
    function = call.func
    if isinstance(function, ast.Attribute):
        verb, plain = function.attr, False
    elif isinstance(function, ast.Name):
        verb, plain = function.id, True
    else:
        return False
    origin = dotted(function, origins)
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


def _verbs() -> frozenset[str]:
    return fact_set("python", "verbs")


def _depth(node: ast.expr) -> int:
    """How many names a dotted expression holds: 4 for `client.chat.completions.create`."""
    depth = 1
    while isinstance(node, ast.Attribute | ast.Call):
        depth += isinstance(node, ast.Attribute)
        node = node.value if isinstance(node, ast.Attribute) else node.func
    return depth
