"""What Python source wants from outside of itself: environment variables, files, somebody who types."""

from __future__ import annotations

import ast
import posixpath
import re
import sys
from typing import TYPE_CHECKING

from aswritten.languages._facts import fact_set
from aswritten.languages._outside import Outside, as_path, implied, is_unfilled, sorted_out

if TYPE_CHECKING:
    from collections.abc import Iterator

_ASKS = frozenset({"input", "getpass", "getpass.getpass", "sys.stdin.readline", "sys.stdin.read", "Prompt.ask"})
_READS = frozenset({"os.getenv", "getenv", "os.environ.get", "environ.get"})
#: What the names of variables hold without which there is no call.
_NEEDED = re.compile(r"KEY|TOKEN|SECRET|URL|URI|HOST|BASE|ENDPOINT|MODEL|PASSWORD", re.IGNORECASE)
#: Texts that are compared with what somebody types are no longer.
_SHORT = 12


def outside(tree: ast.Module) -> Outside:
    """All of it, for a module that parses."""
    nodes = list(ast.walk(tree))
    written = set(_written(nodes))
    named = {path for text in _named(nodes) if (path := as_path(text)) and path not in written}
    files, beyond = sorted_out(named | set(_of_folders(nodes, written)))
    calls = {ast.unparse(node.func) for node in nodes if isinstance(node, ast.Call)}
    short = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    sets: dict[str, int] = {}
    for name, line in _sets(nodes):
        sets[name] = min(line, sets.get(name, line))
    return Outside(
        # One that is read first is wanted, though it is set then.
        variables=frozenset(name for name, line in _reads(nodes) if name not in sets or line <= sets[name]),
        implied=(implied(_imports(nodes)) or frozenset(_keys(nodes))) - sets.keys(),
        files=files,
        modules=frozenset(_modules(nodes)),
        beyond=beyond,
        blanks=frozenset(_blanks(nodes)),
        unfilled=tuple(_unfilled(nodes)),
        serves=next(_serves(nodes), ("", 0)),
        asks=bool(calls & _ASKS)
        or any(isinstance(node, ast.Attribute) and ast.unparse(node) == "sys.stdin" for node in nodes),
        prompts=tuple(_prompts(nodes)),
        texts=frozenset(text.lower() for text in short if len(text) <= _SHORT),
    )


def written_files(source: str) -> frozenset[str]:
    """The files that a program writes under a plain name; none of one that does not parse."""
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except (SyntaxError, ValueError, RecursionError):
        return frozenset()
    return frozenset(path for text in _written(nodes) if (path := as_path(text)))


def _is_environ(node: ast.expr) -> bool:
    return ast.unparse(node) in {"os.environ", "environ", "os.environb", "environb"}


def _text(node: ast.expr | None) -> str:
    value = node.value if isinstance(node, ast.Constant) else ""
    value = value.decode("ascii", "replace") if isinstance(value, bytes) else value
    return value if isinstance(value, str) else ""


def _reads(nodes: list[ast.AST]) -> Iterator[tuple[str, int]]:
    """(name, 1-based line) of what it reads and has no default for."""
    asked = {id(node.test) for node in nodes if isinstance(node, ast.If | ast.IfExp)}
    for node in nodes:
        name = ""
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load) and _is_environ(node.value):
            name = _text(node.slice)
        elif isinstance(node, ast.Call) and node.args and ast.unparse(node.func) in _READS:
            default = node.args[1] if len(node.args) > 1 else None
            has_default = default is not None and not (isinstance(default, ast.Constant) and not default.value)
            name = "" if has_default or _is_first_of_or(node, nodes) else _text(node.args[0])
            # Whether it is set tells where the program runs: `if os.getenv("SOMEWHERE_ELSE"):`.
            name = "" if id(node) in asked and not _NEEDED.search(name) else name
        if name and isinstance(node, ast.expr):
            yield name, node.lineno


def _is_first_of_or(call: ast.Call, nodes: list[ast.AST]) -> bool:
    """Whether something else takes the place of a variable that is not set: `os.getenv("X") or "default"`."""
    return any(
        isinstance(node, ast.BoolOp)
        and isinstance(node.op, ast.Or)
        and call in node.values[:-1]
        and not (isinstance(node.values[-1], ast.Constant) and not node.values[-1].value)
        for node in nodes
    )


def _sets(nodes: list[ast.AST]) -> Iterator[tuple[str, int]]:
    """(name, 1-based line) of what it sets."""
    for node in nodes:
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and _is_environ(node.value):
            yield _text(node.slice), node.lineno
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in {"os.environ.setdefault", "os.putenv"}:
            yield from ((_text(one), node.lineno) for one in node.args[:1])


def _blanks(nodes: list[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and node.value.value == "":
            for target in node.targets:
                if isinstance(target, ast.Subscript) and _is_environ(target.value):
                    yield from filter(None, [_text(target.slice)])


def _unfilled(nodes: list[ast.AST]) -> Iterator[tuple[str, int]]:
    for node in nodes:
        pairs: list[tuple[str, ast.expr]] = []
        if isinstance(node, ast.Assign):
            pairs = [(target.id, node.value) for target in node.targets if isinstance(target, ast.Name)]
        elif isinstance(node, ast.keyword) and node.arg:
            pairs = [(node.arg, node.value)]
        for name, value in pairs:
            if isinstance(value, ast.Constant) and is_unfilled(name, value.value):
                yield name, value.lineno


def _keys(nodes: list[ast.AST]) -> Iterator[str]:
    """The keys of clients that are made of nothing: `from vendor import Vendor` and `Vendor()` reads VENDOR_API_KEY, by convention."""
    made = {
        node.func.id
        for node in nodes
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not (node.args or node.keywords)
    }
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            top = node.module.split(".")[0]
            names = {alias.asname or alias.name for alias in node.names}
            of_vendor = {name for name in names & made if top.replace("_", "").lower() in name.lower()}
            if of_vendor and top not in sys.stdlib_module_names:
                yield f"{top.upper()}_API_KEY"


def _serves(nodes: list[ast.AST]) -> Iterator[tuple[str, int]]:
    for node in nodes:
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            if name in fact_set("python", "serves") or method in fact_set("python", "serving_methods"):
                yield name if "(" not in name else method, node.end_lineno or node.lineno


def _prompts(nodes: list[ast.AST]) -> Iterator[str]:
    calls = (node for node in nodes if isinstance(node, ast.Call) and ast.unparse(node.func) in _ASKS)
    for call in sorted(calls, key=lambda one: (one.lineno, one.col_offset)):
        yield _text(call.args[0]) if call.args else ""


def _modules(nodes: list[ast.AST]) -> Iterator[str]:
    """The files that its imports would be of, were they its author's own: `tools.py` for `from tools import search`."""
    for node in nodes:
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
        for name in names:
            if name.split(".")[0] not in sys.stdlib_module_names:
                yield f"{name.replace('.', '/')}.py"


def _imports(nodes: list[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _named(nodes: list[ast.AST]) -> Iterator[str]:
    """Texts that are given to a call, or that a name stands for."""
    for node in nodes:
        values: list[ast.expr] = []
        if isinstance(node, ast.Call):
            values = [*node.args, *(keyword.value for keyword in node.keywords)]
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            values = [node.value]
        elif isinstance(node, ast.arguments):
            values = [*node.defaults]
        for value in values:
            inner = value.elts if isinstance(value, ast.List | ast.Tuple) else [value]
            yield from filter(None, map(_text, inner))


def _of_folders(nodes: list[ast.AST], written: set[str]) -> Iterator[str]:
    """A file for each folder, under a plain name, whose files it goes through: `Path("notes").glob("*.md")`, `os.listdir("notes")`; none for one that it fills."""
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    makes = any(isinstance(one.func, ast.Attribute) and one.func.attr in {"mkdir", "makedirs"} for one in calls)
    for call in () if makes else calls:
        path = _gone_through(call)
        top, _, last = path.rpartition("/")
        is_plain = re.fullmatch(r"[\w./-]*", top) is not None and re.fullmatch(r"\*[\w-]*\.\w{1,8}", last) is not None
        if is_plain and not any(one.startswith(f"{top}/") if top else one.endswith(last[1:]) for one in written):
            yield path.replace("*", "example")


def _gone_through(call: ast.Call) -> str:
    """The files that a call lists, as a pattern: `notes/*.md`; empty for any other call."""
    function = ast.unparse(call.func)
    first = _text(call.args[0]) if call.args else ""
    if function in {"glob.glob", "glob.iglob", "iglob", "glob"}:
        return first.replace("**/", "")
    if function in {"os.listdir", "os.scandir", "os.walk", "listdir"}:
        return posixpath.join(first, "*.txt") if first else ""
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    if not isinstance(call.func, ast.Attribute) or not isinstance(owner, ast.Call):
        return ""
    if ast.unparse(owner.func) not in {"Path", "pathlib.Path"} or not owner.args:
        return ""
    folder = _text(owner.args[0])
    if call.func.attr in {"glob", "rglob"}:
        return posixpath.join(folder, first.replace("**/", "")) if first else ""
    return posixpath.join(folder, "*.txt") if call.func.attr == "iterdir" and folder else ""


def _written(nodes: list[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
        mode = next((_text(keyword.value) for keyword in node.keywords if keyword.arg == "mode"), "")
        mode = mode or (_text(node.args[1]) if len(node.args) > 1 else "")
        if name in fact_set("surroundings", "writes") or (name == "open" and set(mode) & set("wax")):
            yield from (
                node.value for node in ast.walk(node) if isinstance(node, ast.Constant) and isinstance(node.value, str)
            )
