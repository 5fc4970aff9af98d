"""Runs a file as the kernel of a notebook runs its cells: `await` may stand outside of a function, `from __future__` at the head of each,
and `display` shows values.

It runs in the sample's Python, of whatever version from 3.8 on. Its own names are none of the cells'.
"""

# `eval` is how what a compiled cell waits for is had; the rest is as old as the oldest Python that samples run in.
# ruff: noqa: PTH100, PTH123, S307
# mypy: ignore-errors

import __future__

import ast
import asyncio
import functools
import operator
import os
import sys
import types

#: The flags of compiled code that `from __future__` sets.
_OF_FUTURE = functools.reduce(
    operator.or_, (getattr(__future__, name).compiler_flag for name in __future__.all_feature_names)
)
#: Seconds that tasks have which nobody waits for.
_REST = 5.0


def display(*values, **_):
    """Show values as a kernel does where they have no form of their own."""
    for value in values:
        sys.stdout.write(f"{value!r}\n")


def _parts(tree):
    """The statements of a file in parts, each of which begins where a cell may: at `from __future__`."""
    part = []
    for statement in tree.body:
        if part and _of_future(statement) and not _of_future(part[-1]):
            yield part
            part = []
        part.append(statement)
    yield part


def _compiled(tree, path):
    """The parts, each with what those before it took from `__future__`, as a kernel's cells have it."""
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    for part in _parts(tree):
        code = compile(ast.Module(part, []), path, "exec", flags=flags, dont_inherit=True)
        flags |= code.co_flags & _OF_FUTURE
        yield code


def _of_future(statement):
    return isinstance(statement, ast.ImportFrom) and statement.module == "__future__"


async def _run(codes, names):
    # A loop runs whatever the cells do, as in a kernel: what wants to start one of its own ends here as it ends there.
    for code in codes:
        waited = eval(code, names)
        if waited is not None:
            await waited
    # A kernel goes on behind its last cell, until somebody ends it.
    rest = asyncio.all_tasks() - {asyncio.current_task()}
    done, _ = await asyncio.wait(rest, timeout=_REST) if rest else ((), ())
    for task in done:
        task.result()


def main(path):
    """Run the file as `__main__`. Its errors are those of the file."""
    path = os.path.abspath(path)
    with open(path, encoding="utf-8") as file:
        tree = ast.parse(file.read(), path)
    codes = list(_compiled(tree, path))
    cells = types.ModuleType("__main__")
    cells.__file__ = path
    cells.display = display
    sys.modules["__main__"] = cells
    sys.argv = [path]
    asyncio.run(_run(codes, vars(cells)))


if __name__ == "__main__":
    main(sys.argv[1])
