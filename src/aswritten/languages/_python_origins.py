"""Where the names of Python source come from, and which of its nodes run, as far as reading its syntax tree tells."""

from __future__ import annotations

import ast
import builtins
import sys
from typing import TYPE_CHECKING

from aswritten.languages._facts import fact_set, facts

if TYPE_CHECKING:
    from collections.abc import Iterator

Function = ast.FunctionDef | ast.AsyncFunctionDef


def running(tree: ast.Module) -> list[ast.AST]:
    """The nodes that run: the module's own, and those of the functions and classes that running code names.

    What a decorator is given, it has for when the function is called that it decorates: `@repaired(by=ask)`.
    """
    waiting: dict[str, list[ast.AST]] = {}
    handed: dict[int, str] = {}
    seen: list[ast.AST] = []
    named: set[str] = set()
    pending: list[ast.AST] = [tree]
    while pending:
        node = pending.pop()
        of = handed.get(id(node))
        if of is not None and of not in named:
            continue
        if isinstance(node, Function | ast.ClassDef) and node.name not in named and not _is_entry(node):
            waiting.setdefault(node.name, []).append(node)
            # Decorators and defaults run where the function is defined.
            pending += [*node.decorator_list]
            handed |= {id(one): node.name for one in _given(node.decorator_list)}
            continue
        seen.append(node)
        pending += list(ast.iter_child_nodes(node))
        name = _loaded(node)
        if name:
            named.add(name)
            pending += [child for held in waiting.pop(name, []) for child in (held, *ast.iter_child_nodes(held))]
    return seen


def _given(decorators: list[ast.expr]) -> Iterator[ast.expr]:
    """The plain names that decorators are given."""
    for decorator in decorators:
        if isinstance(decorator, ast.Call):
            values = (*decorator.args, *(keyword.value for keyword in decorator.keywords))
            yield from (value for value in values if isinstance(value, ast.Name))


def _is_entry(node: ast.AST) -> bool:
    """Whether a function is where a program begins, by its name, with all that it needs: what decorates it may see to that."""
    if not isinstance(node, Function) or node.name not in fact_set("python", "entry"):
        return False
    taken = node.args
    is_given = len(taken.posonlyargs) + len(taken.args) <= len(taken.defaults) and None not in taken.kw_defaults
    return is_given or bool(node.decorator_list)


def _loaded(node: ast.AST) -> str:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def origins_of(tree: ast.Module) -> dict[str, str]:
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
        for target, value in bindings(tree):
            if (origin := dotted(value, origins)) and target not in origins:
                origins[target] = f"{origin}()" if isinstance(value, ast.Call) else origin
    return origins


def _classes_used(tree: ast.Module) -> set[str]:
    """The names of classes that a program uses and does not define."""
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id[:1].isupper()]
    own = {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    own |= {node.id for node in names if isinstance(node.ctx, ast.Store)}
    return {node.id for node in names} - own - set(dir(builtins))


def bindings(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """The names that a program binds, each with the expression that it binds it to, or of which it binds a part."""
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


def dotted(node: ast.expr, origins: dict[str, str]) -> str:
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
    return next((one for one in plain if dotted(one, origins).split(".")[0] not in offline), ast.Constant(None))


def _well_known() -> frozenset[str]:
    """Names by which everybody imports a client: what calls one calls the API, though its import is missing."""
    return fact_set("python", "http") | frozenset(facts("surroundings")["implied"])
