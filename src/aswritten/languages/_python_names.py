"""The names that Python source binds, needs and changes, and the statements that bind them."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from aswritten.languages import _python_elided
from aswritten.languages._base import Names

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator


#: The methods by which lists and dictionaries are changed, and hardly anything else is.
_CHANGING = frozenset({"append", "clear", "extend", "insert", "pop", "setdefault"})


#: Lines of a statement that does not parse, at most, in front of which the source is read.
_LONG_STATEMENT = 40


#: A command of a notebook on a line of its own, and a template of a site's generator, which stand in Python and are none.
_NO_PYTHON = re.compile(r"^(?P<command>[!%][^\n]*)|\{\{[<%][^{}\n]{1,200}[>%]\}\}|\{%[^{}\n]{1,200}%\}", re.MULTILINE)


def _in_place(found: re.Match[str]) -> str:
    """What takes the place of such a mark: nothing of a whole line, else a word of a text."""
    return "" if found["command"] else "x"


_Inner = (
    ast.FunctionDef
    | ast.AsyncFunctionDef
    | ast.ClassDef
    | ast.Lambda
    | ast.ListComp
    | ast.SetComp
    | ast.DictComp
    | ast.GeneratorExp
)


def names(text: str) -> Names:
    """The module's own names, and those that pyflakes finds undefined. Of source that does not parse, what its beginning defines."""
    tree = parsed(text)
    if tree is None:
        text = _NO_PYTHON.sub(_in_place, text)
        tree = parsed(text)
    if tree is None:
        beginning = _beginning(text)
        bound = frozenset(_bound(beginning)) if beginning else frozenset()
        # Of all names of a module nothing is known where the rest does not run.
        return Names(bound - {"*"}, frozenset())
    # Imported here: start-up of the program counts.
    from pyflakes import checker, messages

    try:
        found = checker.Checker(_Unwaited().visit(ast.parse(text))).messages
    except RecursionError:  # nested too deep for it
        return Names(frozenset(), frozenset())
    needs = {str(note.message_args[0]) for note in found if isinstance(note, messages.UndefinedName)}
    changes = frozenset(_changed(tree)) & frozenset(needs)
    return Names(frozenset(_bound(tree)), frozenset(needs), changes, frozenset(_perhaps(tree, needs)))


def caught(text: str) -> tuple[tuple[int, str, str], ...]:
    """(1-based line, the name it begins with, the whole) of each class that an `except` reaches through another name: `openai.APIError`."""
    tree = parsed(text) if "except" in text else None
    types = (node.type for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler) and node.type) if tree else ()
    parts = (part for one in types for part in (one.elts if isinstance(one, ast.Tuple) else (one,)))
    found: list[tuple[int, str, str]] = []
    for part in parts:
        first: ast.expr = part
        while isinstance(first, ast.Attribute):
            first = first.value
        if isinstance(first, ast.Name) and first is not part:
            found.append((part.lineno, first.id, ast.unparse(part)))
    return tuple(found)


def import_lines(text: str) -> dict[str, tuple[int, ...]]:
    """The lines of the module's own import statements that hold nothing else, by the names that they bind."""
    return _lines_of(text, _imported)


def setup_lines(text: str) -> dict[str, tuple[int, ...]]:
    """The lines of `client = Maker(…)`, of variables and plain values at the module's own level, by the names that nothing else binds or changes."""
    tree = parsed(text) or _beginning(text)
    nodes = list(ast.walk(tree)) if tree else []
    bound = Counter(node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
    changed = set(_changed(tree)) if tree else set()
    changed |= {
        node.value.id
        for node in nodes
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name)
    }
    found = _lines_of(text, _set_up)
    return {name: lines for name, lines in found.items() if bound[name] == 1 and name not in changed}


def _imported(statement: ast.stmt) -> list[str]:
    if not isinstance(statement, ast.Import | ast.ImportFrom):
        return []
    return [alias.asname or alias.name.split(".")[0] for alias in statement.names]


def _set_up(statement: ast.stmt) -> list[str]:
    """The name that a statement binds to a new object (its class by the capital), a variable of the environment or a plain value."""
    if not isinstance(statement, ast.Assign):
        return []
    value, names = statement.value, [target.id for target in statement.targets if isinstance(target, ast.Name)]
    is_one = isinstance(value, ast.Constant) and value.value is not Ellipsis
    is_one = is_one or (isinstance(value, ast.Call) and _python_elided.callee(value)[:1].isupper())
    is_one = is_one or (
        isinstance(value, ast.Call | ast.Subscript) and ast.unparse(value).startswith(("os.environ", "os.getenv("))
    )
    return names if is_one and len(names) == len(statement.targets) == 1 else []


def _lines_of(text: str, bound: Callable[[ast.stmt], list[str]]) -> dict[str, tuple[int, ...]]:
    """The lines of the statements for which ``bound`` has names, by these, where nothing else stands on them."""
    tree = parsed(text) or _beginning(text)
    found: dict[str, tuple[int, ...]] = {}
    others: set[int] = set()
    for statement in tree.body if tree else []:
        lines = tuple(range(statement.lineno, (statement.end_lineno or statement.lineno) + 1))
        names = bound(statement)
        if names and not others & set(lines):
            found |= dict.fromkeys(names, lines)
        else:
            found = {name: its for name, its in found.items() if not set(its) & set(lines)}
        others.update(lines)
    return found


class _Unwaited(ast.NodeTransformer):
    """What is waited for, in place of the waiting: pyflakes looks into none that stands outside of a function."""

    def visit_Await(self, node: ast.Await) -> ast.AST:
        return self.visit(node.value)  # type: ignore[no-any-return]


@lru_cache(maxsize=64)
def parsed(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (
        SyntaxError,
        ValueError,
        RecursionError,
        MemoryError,
    ):  # ValueError: a null byte; the last two: nested too deep
        return None


def _beginning(text: str) -> ast.Module | None:
    """What parses of source that does not: its statements in front of the one that is none."""
    try:
        ast.parse(text)
    except SyntaxError as error:
        lines = text.splitlines(keepends=True)
        for end in range((error.lineno or 1) - 1, max(0, (error.lineno or 1) - _LONG_STATEMENT), -1):
            if tree := parsed("".join(lines[:end])):
                return tree
    except (ValueError, RecursionError, MemoryError):
        return None
    return None


def _bound(tree: ast.Module) -> Iterator[str]:
    """The names that the module's own level binds."""
    pending: list[ast.AST] = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.alias):
            yield node.asname or node.name.split(".")[0]
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not _is_fixture(node):
            yield node.name
        if not isinstance(node, _Inner):
            pending += list(ast.iter_child_nodes(node))


def _perhaps(tree: ast.Module, needs: Collection[str]) -> set[str]:
    """The names that the module binds nowhere but in one branch of an `if` on what it ``needs``."""
    found: set[str] = set()
    surely: set[str] = set()
    for statement in tree.body:
        if isinstance(statement, ast.If) and any(
            isinstance(node, ast.Name) and node.id in needs for node in ast.walk(statement.test)
        ):
            one, other = (set(_bound(ast.Module(branch, []))) for branch in (statement.body, statement.orelse))
            found |= one ^ other
            surely |= one & other
        else:
            surely |= set(_bound(ast.Module([statement], [])))
    return found - surely


def _is_fixture(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    """Whether a function is one of which pytest alone gives tests what it makes."""
    return any(ast.unparse(one).partition("(")[0].endswith("pytest.fixture") for one in node.decorator_list)


def _changed(tree: ast.Module) -> Iterator[str]:
    """The names to whose values the module's own level adds, of which it sets items, or with which it registers functions: `@client.tools.register`."""
    pending: list[ast.AST] = [tree]
    while pending:
        node = pending.pop()
        owner: ast.expr | None = None
        if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
            owner = node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _CHANGING:
            owner = node.func.value
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from filter(None, map(_registers_with, node.decorator_list))
        if isinstance(owner, ast.Name):
            yield owner.id
        if not isinstance(node, _Inner):
            pending += list(ast.iter_child_nodes(node))


def _registers_with(decorator: ast.expr) -> str:
    """The name whose member a decorator is; empty for any other."""
    member = decorator.func if isinstance(decorator, ast.Call) else decorator
    root = member
    while isinstance(root, ast.Attribute):
        root = root.value
    return root.id if isinstance(root, ast.Name) and root is not member else ""
