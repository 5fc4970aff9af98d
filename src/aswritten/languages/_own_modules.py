"""Files of its author's own that a program imports, where its page shows them."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from aswritten.languages import curl
from aswritten.languages._facts import known_packages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aswritten.languages._outside import Outside
    from aswritten.model import Block, Page, Sample

_TITLE = re.compile(r"""(?:title|filename|file)\s*=\s*["']([^"']+)["']""")
#: A file's name, alone on a line of a page, in bold or as a heading, and in a remark that is a program's first line.
_NAME = r"(?P<path>[\w@./-]{0,200}\w\.[A-Za-z]\w{0,4})"
_LONGEST_NAME = 200
_LONE_NAME = re.compile(rf"[#*_`=\s]{{0,40}}{_NAME}[*_`=:\s]{{0,40}}")
_REMARKED_NAME = re.compile(
    rf"\s*(?:#!.*\n\s*)?(?:#|//|/\*|<!--|--)\s*(?:(?:[Ff]ile(?:name)?|[Pp]ath)\s*:\s*)?[`\"']?{_NAME}[`\"']?\s*(?:\*/|-->)?(?:\s[-\u2013\u2014(].*)?(?:\n|$)"
)
#: The suffixes of what an import without one, or with that of what it is compiled to, is found under by TypeScript's loader.
_TYPESCRIPT = (".ts", ".tsx")
#: Those that `require` finds.
_REQUIRED = (".js", ".cjs", ".json")


def own_modules(
    page: Page, sample: Sample, wants: Outside, shown: Mapping[str, Sequence[Block]] | None = None
) -> dict[str, Block]:
    """The files of its author's own that a sample imports, by their paths: the blocks of the page that show them.

    ``shown``: what `files_shown` says of the page, for who asks of many samples.
    """
    used = {block.index for block in (sample.block, *sample.earlier)}
    found: dict[str, Block] = {}
    compiled = [
        f"{path.removesuffix('.js')}{suffix}"
        for path in wants.modules
        if sample.language == "node" and (path.endswith(".js") or "." not in posixpath.basename(path))
        for suffix in (_TYPESCRIPT if path.endswith(".js") else (*_TYPESCRIPT, *_REQUIRED))
    ]
    for path in sorted({*wants.modules, *compiled}):
        top = path.removesuffix(".py").split("/")[0]
        # A page of thousands of blocks is not gone through for what it does not even name.
        if posixpath.basename(path) not in page.text or top in known_packages("python"):
            continue
        shown = files_shown(page) if shown is None else shown
        named = shown.get(posixpath.basename(path), ())
        # No program is imported of commands, whatever the line above them names.
        block = next((one for one in named if one.index not in used and one.tag not in curl.TAGS), None)
        if (
            block is not None
            and re.search(rf"^[ \t]*(?:import|from) {re.escape(top)}\b", block.text, re.MULTILINE) is None
        ):
            found[path] = block
    return found


def files_shown(page: Page) -> dict[str, list[Block]]:
    """The blocks of a page that show a file, in page order, by the last part of its path."""
    found: dict[str, list[Block]] = {}
    for block in page.blocks:
        for name in _names(block):
            found.setdefault(name, []).append(block)
    return found


def shows(block: Block, path: str) -> bool:
    """Whether a block is the text of a file: its title is the name, or the line above it or a remark on its first one names the file alone."""
    return posixpath.basename(path) in _names(block)


def _names(block: Block) -> frozenset[str]:
    titles = [found for found in (*_TITLE.findall(block.info), *block.info.split()[1:]) if found]
    last = block.prose.strip().rpartition("\n")[2]
    named = re.findall(r"`([^`]+)`", last)
    lone = _LONE_NAME.fullmatch(last) if len(last) <= _LONGEST_NAME else None
    remark = _REMARKED_NAME.match(block.text)
    names = (
        *titles,
        *(named if len(named) == 1 else ()),
        *([lone["path"]] if lone else ()),
        *([remark["path"]] if remark else ()),
    )
    return frozenset(map(posixpath.basename, names))
