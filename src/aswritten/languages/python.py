"""Python samples, run by the python of an environment of their own."""

from __future__ import annotations

import ast
import itertools
import re
import shutil
import sys
import warnings
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

from aswritten.languages import _python_calls, _python_elided, _python_names, _python_outside
from aswritten.languages._base import address_left_out
from aswritten.languages._facts import fact_set, facts
from aswritten.languages._outside import Outside
from aswritten.languages._python_names import parsed

if TYPE_CHECKING:
    from collections.abc import Callable

    from aswritten.languages._base import Door, Environment, Names
    from aswritten.model import Block

NAME = "python"
TAGS = frozenset({"py", "python", "python3", "py3", "ipython", "ipython3", "pycon", "python-repl"})
SUFFIXES = frozenset({".py"})

_SHIMS = Path(__file__).parent / "shims" / "python"
#: The name under which cells of a notebook are run that a kernel alone runs.
_CELL = "cell.py"
#: A label that names a file of Python's: `title="main.py"`.
_KEPT = re.compile(r"\w\.py\b")
#: The same as the last of the words above a block: **`app.py`**.
_TITLE = re.compile(r"^[^\w\n]*[\w./-]+\.py\b[^\w\n]*\Z", re.MULTILINE)
#: How Python says that something waits in a plain function.
_NOT_ASYNC = re.compile(r"outside (?:of an )?async")
#: What a print that shows the answer names.
_CONTENT = ("content", "text", "delta", "message")


def is_program(text: str) -> bool:
    """Whether the text parses as Python that does something: imports, assigns, defines or calls."""
    tree = parsed(text)
    does = ast.Import | ast.ImportFrom | ast.Assign | ast.Call | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return tree is not None and any(isinstance(node, does) for node in ast.walk(tree))


def is_refused(text: str) -> bool:
    """Whether Python refuses source that parses, for what waits in a function that is none to wait in. To wait outside of functions is none of it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what its strings hold, say
            compile(text, "sample", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except SyntaxError as error:
        return _NOT_ASYNC.search(error.msg) is not None
    except (ValueError, RecursionError, MemoryError):
        return False
    return False


def calls_api(text: str, behind: int = 0) -> bool:
    """Whether the module, when it runs, calls what sends a request; making a client sends nothing."""
    tree = parsed(text)
    if tree is None:
        return (_first_call_token(text) or 0) > behind
    return any(call.lineno > behind for call in _python_calls.api_calls(tree))


def may_call(text: str, behind: int = 0) -> bool:
    """Whether a call waits for an object of a package, or hands it a model and what to say to it."""
    tree = parsed(text)
    return tree is not None and any(call.lineno > behind for call in _python_calls.likely_calls(tree))


def is_lone_call(text: str) -> bool:
    """Whether the module is one statement, which is a call."""
    tree = parsed(text)
    if tree is None or len(tree.body) != 1 or not isinstance(tree.body[0], ast.Expr):
        return False
    value = tree.body[0].value
    return isinstance(value.value if isinstance(value, ast.Await) else value, ast.Call)


def elided(text: str, line_of: Callable[[int], int] = int, *, in_notebook: bool = False) -> str:
    """Why the text is no whole program: a session, a notebook's command, a piece of a function, a part left out."""
    del in_notebook
    tree = parsed(text)
    if tree is None and _is_shifted(text):
        return ""
    if why := _python_elided.elided(text, tree, line_of) or address_left_out(text, line_of):
        return why
    framework = next((name for name in _modules(tree) if name in fact_set("python", "frameworks")), "") if tree else ""
    return f"runs in {framework}, by its own command" if framework else ""


def are_signatures(text: str) -> bool:
    """Whether the text is functions whose bodies are `...`, classes of such, and imports."""
    tree = parsed(text)
    return tree is not None and _python_elided.are_signatures(tree)


def _is_shifted(text: str) -> bool:
    """Whether a text is a program that needs nothing of others, all of whose lines are indented: who pastes it has one that does not parse."""
    moved = dedent(text)
    tree = parsed(moved) if moved != text else None
    if (
        tree is None
        or not packages(moved)
        or names(moved).needs
        or any(_python_elided.outside_functions(tree, ast.Return))
    ):
        return False
    functions = (node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return not any(one.args.args[:1] and one.args.args[0].arg in {"self", "cls"} for one in functions)


def names(text: str) -> Names:
    """The module's own names, and those that it uses and nothing binds. Of source that does not parse, what its beginning defines."""
    return _python_names.names(text)


def import_lines(text: str) -> dict[str, tuple[int, ...]]:
    """The lines of the module's own import statements that hold nothing else, by the names that they bind."""
    return _python_names.import_lines(text)


def caught(text: str) -> tuple[tuple[int, str, str], ...]:
    """(1-based line, the name it begins with, the whole) of each class that an `except` reaches through another name: `openai.APIError`."""
    return _python_names.caught(text)


def setup_lines(text: str) -> dict[str, tuple[int, ...]]:
    """The lines of the statements that make clients and plain values, by the names that nothing else binds or changes."""
    return _python_names.setup_lines(text)


def outside(text: str) -> Outside:
    """What the module reads of the environment, of files and of a keyboard. Source that does not parse wants nothing."""
    tree = parsed(text)
    return Outside() if tree is None else _python_outside.outside(tree)


def packages(text: str) -> tuple[str, ...]:
    """What the text imports from outside of the standard library, by its name on PyPI."""
    return tuple(sorted({_distribution(module)[0] for module in _foreign(text)}))


def held(text: str, environment: Environment) -> frozenset[str]:
    """Those of its packages all of whose modules lie in the environment."""
    sites = list(environment.folder.glob("venv/lib/python*/site-packages"))
    lacking = {_distribution(one)[0] for one in _foreign(text) if not _lies_in(_distribution(one)[1], sites)}
    return frozenset(packages(text)) - lacking


def _lies_in(module: str, sites: list[Path]) -> bool:
    path = module.replace(".", "/")
    return any((site / path).is_dir() or any(site.glob(f"{path}.*")) for site in sites)


def _foreign(text: str) -> set[str]:
    """The dotted names that it imports from outside of the standard library; none of source that does not parse, which nothing helps."""
    tree = parsed(text)
    modules = _modules(tree) if tree else set()
    return {module for module in modules if module.split(".")[0] not in sys.stdlib_module_names}


def _modules(tree: ast.Module) -> set[str]:
    """The dotted names that it imports."""
    modules: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            modules |= {f"{node.module}.{alias.name}" for alias in node.names}
    return modules


def file_name(block: Block, source: str) -> str:
    """`sample.py`; `cell.py` for what the kernel of a notebook alone runs: it waits outside of functions, or a cell shows values or begins anew.

    What its page keeps in a file of Python's is for the interpreter to run.
    """
    tree = parsed(source)
    if tree is None or block.is_file or _KEPT.search(block.info) or _TITLE.search(block.prose):
        return "sample.py"
    return _CELL if _python_elided.awaits(tree) is not None or _is_cell(block, source, tree) else "sample.py"


def _is_cell(block: Block, source: str, tree: ast.Module) -> bool:
    """Whether a kernel alone runs the cells of a notebook: they `display`, or begin with `from __future__` each."""
    own = parsed(block.text) if block.in_notebook else None
    return own is not None and ("display" in names(source).needs or (_begins_anew(tree) and not _begins_anew(own)))


def runs_as(block: Block, source: str) -> str:
    """That what waits outside of functions on a page runs as in a notebook."""
    is_away = not block.in_notebook and file_name(block, source) == _CELL
    return "ran as in a notebook: it waits outside of functions" if is_away else ""


def _begins_anew(tree: ast.Module) -> bool:
    """Whether `from __future__` stands behind what it is to stand in front of."""
    head = 1 if ast.get_docstring(tree, clean=False) is not None else 0
    return any(map(_of_future, itertools.dropwhile(_of_future, tree.body[head:])))


def _of_future(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def as_run(text: str) -> str:
    """The text as it is."""
    return text


def argv(environment: Environment, file_name: str) -> list[str]:
    """The environment's own python; for cells that a kernel alone runs, with what stands in for one."""
    del environment
    kernel = ["-c", (_SHIMS / "kernel.py").read_text("utf-8")] if file_name == _CELL else []
    return ["python", *kernel, file_name]


def lead(door: Door, folder: Path) -> dict[str, str]:
    """A `sitecustomize` in ``folder`` that connects every socket to the door; OpenSSL and requests trust its authority."""
    home = folder / "python"
    home.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_SHIMS / "sitecustomize.py", home / "sitecustomize.py")
    return {
        "PYTHONPATH": str(home),
        "ASWRITTEN_DOOR": str(door.port),
        # gRPC opens its connections by itself, and asks a proxy of this name for them.
        "grpc_proxy": f"http://127.0.0.1:{door.port}",
        "SSL_CERT_FILE": str(door.ca_file),
        "REQUESTS_CA_BUNDLE": str(door.ca_file),
        # What was printed before the time limit ended the sample is seen, as on a terminal.
        "PYTHONUNBUFFERED": "1",
    }


def failing_line(stderr: str, file_name: str) -> int | None:
    """The line of the last frame of the last traceback that is in the file."""
    lines = re.findall(rf'File "(?:[^"\n]*/)?{re.escape(file_name)}", line (\d+)', stderr)
    return int(lines[-1]) if lines else None


def options_given(text: str) -> tuple[tuple[str, float | str, int], ...]:
    """None: Python refuses an argument that nobody takes."""
    del text
    return ()


def line_of(text: str, what: str) -> int | None:
    """The line of the first call that sends a request; of the first print of content from there on, else of any print."""
    tree = parsed(text)
    if tree is None:
        return _first_call_token(text) if what == "call" else None
    calls = _python_calls.api_calls(tree)
    if what == "call":
        return calls[0].lineno if calls else None
    printing = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and _is_print(node.func))
    prints = sorted(printing, key=lambda node: node.lineno)
    after = [node for node in prints if not calls or node.lineno >= calls[0].lineno] or prints[-1:]
    of_content = [node for node in after if any(word in ast.unparse(node) for word in _CONTENT)]
    return next((node.lineno for node in (*of_content, *after)), None)


def _is_print(function: ast.expr) -> bool:
    if isinstance(function, ast.Attribute):
        return function.attr in ("print", "write", "pprint")
    return isinstance(function, ast.Name) and function.id in ("print", "pprint")


def _first_call_token(text: str) -> int | None:
    """The line of the first `.verb(` in source that does not parse."""
    verbs = fact_set("python", "verbs") | fact_set("python", "http_verbs")
    tokens = _python_elided.tokens(text)
    for dot, name, bracket in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if dot.string == "." and name.string in verbs and bracket.string == "(":
            return name.start[0]
    return None


def _distribution(module: str) -> tuple[str, str]:
    """The distribution of a dotted import, and the part of it that tells: the longest beginning that the facts name, else its first part.

    Of a family (`llama_index.llms`) each module is one, that something is imported of: `from llama_index.llms.ollama import Ollama`.
    """
    known: dict[str, str] = facts("python")["distributions"]
    parts = module.split(".")
    for length in range(len(parts), 0, -1):
        if name := known.get(".".join(parts[:length])):
            return name, ".".join(parts[:length])
        if ".".join(parts[: length - 1]) in fact_set("python", "families") and length < len(parts):
            return "-".join(parts[:length]).replace("_", "-"), ".".join(parts[:length])
    return parts[0].replace("_", "-"), parts[0]
