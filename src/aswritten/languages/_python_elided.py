"""What Python source leaves out, so that it is no whole program."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from typing import TYPE_CHECKING

from aswritten.languages._base import outline
from aswritten.languages._facts import fact_set

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import UnionType

#: The type of what a function gives, behind a call of it: `create(input: str) -> Answer`.
_SIGNATURE = re.compile(
    r"^(?![ \t]*(?:async[ \t]+)?def\b)[^\n#]{0,300}\)[ \t]*(?P<mark>->[ \t]*[A-Za-z][\w\[\], .|]{0,80})[ \t]*$",
    re.MULTILINE,
)
#: The type of what a call takes, in the place of a value: `create(model: str, …)`.
_TYPED = re.compile(
    r"^(?!(?:async[ \t]+)?(?:def|class|lambda)\b)(?:\w{1,60}[ \t]*=[ \t]*)?(?:await[ \t]+)?"
    r"[\w.]{1,200}\(\s{0,40}(?:\*,\s{0,40})?(?P<mark>[a-z_]\w{0,40}: (?:str|int|float|bool|bytes|dict|list|Dict|List|Optional|Union|Literal|Any|Iterable|Sequence)\b)",
    re.MULTILINE,
)
_TYPES = frozenset({"bool", "dict", "float", "int", "list", "str"})
#: A command of a notebook: `!pip install …`, `%cd …`, or one whose output a name is given: `path = %pwd`.
_COMMAND = re.compile(r"(?:[ \t]*[A-Za-z_][\w, \t]*=[ \t]*)?(?P<mark>(?:!+|%{1,2})[A-Za-z][^\s]*)")
#: A line of a comment that stands for what is left out.
_ELIDED_BODY = re.compile(r"\s+#\s*(?:\.\.\.|…)\s*")
_SAID_BODY = re.compile(
    r"\s+#[^\n]{0,80}?(?:\b(?:same as|as (?:above|before)|omitted|your (?:code|logic))\b[^\n]{0,60}|(?:\.\.\.|…)\s*)",
    re.IGNORECASE,
)


def elided(text: str, tree: ast.Module | None, line_of: Callable[[int], int]) -> str:
    """Why source, which parses as ``tree``, is no whole program: a session, a notebook's command, a piece of a function, a part left out.

    Empty where it is one. ``line_of`` says on which line of its page a line of the text stands. What waits outside of a function is
    whole: a kernel runs it.
    """
    first = next(((at, line) for at, line in enumerate(text.splitlines(), 1) if line.strip()), None)
    if first is None:
        return "it is empty"
    at, line = first
    if line.startswith((">>> ", "In [")):
        return f"an interactive session: line {line_of(at)} begins with a prompt"
    if line[0] in " \t":
        return f"a piece of something larger: line {line_of(at)} is indented"
    if tree is None:
        return _elided_tokens(text, line_of)
    if (comment := _elided_comment(text)) is not None:
        return f"a part is left out: `# ...` at line {line_of(comment)}"
    return _elided_nodes(tree, line_of)


def awaits(tree: ast.Module) -> int | None:
    """The line of the first `await` outside of a function, `async for` (in a list too) and `async with` among them; None for none."""
    waits = (
        node.lineno
        for node in _outside(tree)
        if isinstance(node, ast.Await | ast.AsyncFor | ast.AsyncWith)
        or (
            isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp) and any(one.is_async for one in node.generators)
        )
    )
    return next(waits, None)


def _elided_nodes(tree: ast.Module, line_of: Callable[[int], int]) -> str:
    if returns := next(outside_functions(tree, ast.Return), None):
        return f"a piece of a function: `return` outside of one at line {line_of(returns)}"
    if method := next(_of_method(tree), None):
        return f"a piece of a method: `self` is set outside of one at line {line_of(method)}"
    if shown := next(_typed_calls(tree), None):
        return f"types stand in the place of values: `{ast.unparse(shown)}` at line {line_of(shown.value.lineno)}"
    last = tree.body[-1] if tree.body else None
    is_end = isinstance(last, ast.Expr) and isinstance(last.value, ast.Constant) and last.value.value is Ellipsis
    # What may follow at the very end takes nothing from what stands before it.
    lines = list(_ellipses(tree))
    if is_end and last is not None:
        lines.remove(last.lineno)
    where = next(iter(lines), None)
    return f"a part is left out: `...` at line {line_of(where)}" if where else ""


def _of_method(tree: ast.Module) -> Iterator[int]:
    """The lines at which a module that gives no such name a value sets a member of `self`."""
    nodes = list(_outside(tree))
    is_own = any(isinstance(one, ast.Name) and one.id == "self" and not isinstance(one.ctx, ast.Load) for one in nodes)
    members = (one for one in nodes if isinstance(one, ast.Attribute) and isinstance(one.ctx, ast.Store))
    of_self = (one.lineno for one in members if isinstance(one.value, ast.Name) and one.value.id == "self")
    return iter(()) if is_own else of_self


def _typed_calls(tree: ast.Module) -> Iterator[ast.keyword]:
    """The first of several options of a call that are given as types: `ask(prompt=str, variables=dict)`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            typed = [one for one in node.keywords if isinstance(one.value, ast.Name) and one.value.id in _TYPES]
            if len(typed) > 1:
                yield typed[0]


def are_signatures(tree: ast.Module) -> bool:
    """Whether a module is functions whose bodies are `...`, classes of such, and imports."""
    own = [one for one in tree.body if not isinstance(one, ast.Import | ast.ImportFrom)]
    return all(map(_is_signature, own)) and any(
        isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) for one in own
    )


def _is_signature(node: ast.stmt) -> bool:
    """Whether a statement is a function whose body is `...`, or a class of such, or stands within one: `...`, a docstring."""
    if isinstance(node, ast.ClassDef):
        return all(map(_is_signature, node.body))
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant) and (
            node.value.value is Ellipsis or isinstance(node.value.value, str)
        )
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    (body, *more) = _statements(node) or (None,)
    is_left_out = isinstance(body, ast.Expr) and isinstance(body.value, ast.Constant) and body.value.value is Ellipsis
    return is_left_out and not more


def _ellipses(tree: ast.Module) -> Iterator[int]:
    """Lines where `...` stands for something left out: not as a body, in a type, or as a value that is asked for."""
    pending: list[tuple[ast.AST, bool]] = [(tree, False)]
    while pending:
        node, legal = pending.pop()
        if isinstance(node, ast.Constant) and node.value is Ellipsis and not legal:
            yield node.lineno
        own = isinstance(
            node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Subscript | ast.AnnAssign | ast.arguments
        )
        own = own or (isinstance(node, ast.Call) and callee(node) in fact_set("python", "takes_ellipsis"))
        # Inside of a function a statement of its own is a body only when it is the sole one.
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and len(_statements(node)) > 1:
            own = False
        inner = own or (legal and isinstance(node, ast.Expr | ast.Tuple | ast.List | ast.BinOp))
        pending += [(child, inner) for child in ast.iter_child_nodes(node)]


def outside_functions(tree: ast.Module, kinds: type[ast.stmt | ast.expr] | UnionType) -> Iterator[int]:
    """Lines of what stands in no function, of these kinds."""
    return (node.lineno for node in _outside(tree) if isinstance(node, kinds) and isinstance(node, ast.stmt | ast.expr))


def _outside(tree: ast.Module) -> Iterator[ast.AST]:
    """The nodes of a module that stand in no function."""
    pending: list[ast.AST] = [tree]
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            pending += list(ast.iter_child_nodes(node))


def _statements(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.stmt]:
    """A function's statements, its docstring left aside."""
    return node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body


def callee(call: ast.Call) -> str:
    """The last name of what is called; empty where it has none."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _elided_tokens(text: str, line_of: Callable[[int], int]) -> str:
    """What is left out of source that does not parse."""
    lines = text.splitlines()
    for at, line in enumerate(lines, 1):
        if found := _COMMAND.match(line):
            return f"a notebook's command: `{found['mark']}` at line {line_of(at)}"
    if why := outline(text, line_of, _SIGNATURE, _TYPED):
        return why
    for token in tokens(text):
        if token.string in ("...", "…"):
            return f"a part is left out: `{token.string}` at line {line_of(token.start[0])}"
    # A comment is no body of a `with` or a function.
    body = next((at for at, line in enumerate(lines, 1) if _ELIDED_BODY.fullmatch(line)), None)
    if body:
        return f"a part is left out: `# ...` at line {line_of(body)}"
    said = next(_said_bodies(lines), None)
    return f"a part is left out: `{lines[said - 1].strip()}` at line {line_of(said)}" if said else ""


def _said_bodies(lines: list[str]) -> Iterator[int]:
    """The lines of comments that are all there is of a body, and say that it stands elsewhere."""
    written = [(at, line) for at, line in enumerate(lines, 1) if line.strip()]
    for (_, above), (at, line), (_, below) in zip(written, written[1:], [*written[2:], (0, "")], strict=False):
        is_all = len(below) - len(below.lstrip()) <= len(above) - len(above.lstrip())
        if above.rstrip().endswith(":") and is_all and _SAID_BODY.fullmatch(line):
            yield at


def _elided_comment(text: str) -> int | None:
    """The line of a comment inside of brackets that stands for arguments, items or members that are left out; None for none."""
    depth = 0
    for token in tokens(text):
        depth += (
            (token.string in {"(", "[", "{"}) - (token.string in {")", "]", "}"}) if token.type == tokenize.OP else 0
        )
        words = token.string.lstrip("# ").strip() if token.type == tokenize.COMMENT and depth else ""
        # Behind code such a comment has more to say of that, as a rule.
        if words in {"...", "…"} or (words.startswith(("...", "…")) and token.line.lstrip().startswith("#")):
            return token.start[0]
    return None


def tokens(text: str) -> list[tokenize.TokenInfo]:
    """The tokens up to the first thing that is none."""
    found: list[tokenize.TokenInfo] = []
    try:
        found.extend(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError):  # an open bracket at the end, an indentation that fits nowhere
        return found
    return found
