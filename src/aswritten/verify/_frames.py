"""In whose code a program ended: the sample's own, or a package's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

#: Characters of an output, from the end, in which the end is told.
_END = 20_000
#: A frame of a Python traceback, also of a group of exceptions; a frame of Node's stack.
_FRAME = re.compile(
    r'^[ |+]*File "(?P<python>[^"\n]+)", line \d+|^ +at (?:[^\n()]{0,200}\()?(?P<node>(?:file://)?/[^\n():]{1,400}):\d+:\d+',
    re.MULTILINE,
)
_PACKAGE = re.compile(r"/(?:site-packages|node_modules)/((?:@[\w.-]+/)?[\w.-]+)")
#: How Node, and what makes JavaScript of TypeScript for it, say that they cannot read a file of a package.
_UNREAD = re.compile(
    r"^(?:file://)?(?P<path>/[^\n:]{1,400}/node_modules/[^\n:]{1,400}):\d+(?::\d+: ERROR: |\n(?:[^\n]*\n){1,4}SyntaxError: )",
    re.MULTILINE,
)
#: Where Python and its own library lie, and what leads a program to the door (`languages/shims/`), which is as good as they are.
_LIBRARY = re.compile(
    r"/lib/python3\.\d+/(?!site-packages/)|^<|^(?!.*/(?:node_modules|site-packages)/).*(?:/python/sitecustomize\.py|/node/preload\.cjs)$"
)
#: The same of code that was compiled (Cython), whose paths begin at the package.
_COMPILED = re.compile(r"^(?:src/)?([A-Za-z_]\w*)/(?:\w+/)*\w+\.(?:pyx|pxi|pxd|pyx\.pxi)$")


def package_of_end(stderr: str, tools: Collection[str] = ()) -> str:
    """The package in whose code a program ended, as its folder is called; empty where it ended in its own.

    What a language's own library raises is of who called it, and so is what the packages ``tools`` raise.
    """
    if unread := _UNREAD.search(stderr[-_END:]):
        return str(_PACKAGE.findall(unread["path"])[-1])
    frames = list(_FRAME.finditer(stderr[-_END:]))
    if not frames:
        return ""
    is_node = frames[-1]["node"] is not None
    # Node tells the innermost frame first, Python last.
    paths = [found["node"] or found["python"] for found in frames if (found["node"] is not None) == is_node]
    for path in paths if is_node else reversed(paths):
        package = _PACKAGE.findall(path) or _COMPILED.findall(path)
        if not _LIBRARY.search(path) and not (package and package[-1].removesuffix(".py") in tools):
            return package[-1].removesuffix(".py") if package else ""
    return ""
