"""Pages and the sample files that they show (``<!-- aswritten: file NAME -->``), kept the same to the character."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aswritten.errors import at
from aswritten.files import replace
from aswritten.pages import find, markdown, mdx, parse, read_page, read_text
from aswritten.pages.files import SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from aswritten.model import Block

#: Ends of the names of pages whose blocks are fences.
_WRITTEN = (*markdown.SUFFIXES, *mdx.SUFFIXES)
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_FENCE = re.compile(r"(?P<container>.*?)(?P<marks>`{3,}|~{3,}|:{3,})")


@dataclass(frozen=True, slots=True)
class Drift:
    """A block that is not the file it shows, or a sample file that no page shows."""

    page: str
    """The page as the user gave it; for a file that no page shows: that file."""
    line: int
    """1-based line of the block's fence; 1 for a file that no page shows."""
    file: str
    """The file as the page names it."""
    message: str
    diff: str = ""
    """A unified diff from the page's text to the file's; empty where there is nothing to compare."""

    def __str__(self) -> str:
        text = f"{self.page}:{self.line}: {self.message}"
        return f"{text}\n{self.diff}" if self.diff else text


def check(paths: Iterable[str]) -> tuple[Drift, ...]:
    """Every difference between the pages that ``paths`` mean (as `pages.find` reads them) and the files that they show.

    In a folder whose pages show files, a sample file that none of the pages shows is a difference too.
    Raises UsageError for a page or a file that cannot be read.
    """
    drifts: list[Drift] = []
    shown: set[Path] = set()
    folders: dict[Path, None] = {}
    for path in find(paths):
        name = path.as_posix()
        for block in read_page(path, name).blocks:
            if block.file:
                file = path.parent / block.file
                shown.add(file.resolve())
                folders[path.parent] = None
                drifts += _drift(block, file)
    for folder in folders:
        samples = (file for file in sorted(folder.iterdir()) if file.suffix.lower() in SUFFIXES and file.is_file())
        drifts += [
            Drift(file.as_posix(), 1, file.name, "no page shows this sample file: show it, or move it elsewhere")
            for file in samples
            if file.resolve() not in shown
        ]
    return tuple(drifts)


def write(paths: Iterable[str]) -> tuple[Path, ...]:
    """Put the text of each shown file into its page, and change no other byte of it; the pages that this changed.

    Pages are written after all of them were read, each in one step. A fence is made longer where the file holds one as long.
    Raises UsageError, and writes nothing, when a shown file is missing or cannot be shown.
    """
    changed: list[tuple[Path, str]] = []
    for path in find(paths):
        old = read_text(path, path.as_posix())
        new = _synced(path, old)
        if new != old:
            changed.append((path, new))
    for path, text in changed:
        _write(path, text)
    return tuple(path for path, _ in changed)


def _drift(block: Block, file: Path) -> Iterable[Drift]:
    if not file.is_file():
        return [Drift(block.page, block.line, block.file, f"shows {block.file}, which does not exist")]
    text = _file_text(file)
    if text == block.text:
        return []
    if not text.endswith("\n"):
        message = f"shows {block.file}, which does not end with a newline as a block does: add it to the file"
        return [Drift(block.page, block.line, block.file, message)]
    page, own = block.text.split("\n"), text.split("\n")
    diff = "\n".join(difflib.unified_diff(page, own, f"{block.page}:{block.line}", block.file, lineterm=""))
    return [
        Drift(
            block.page,
            block.line,
            block.file,
            f"differs from {block.file}: {_remedy(block.page)}",
            diff,
        )
    ]


def _remedy(page: str) -> str:
    if page.lower().endswith(_WRITTEN):
        return "`aswritten sync --write` takes the file's text"
    return "put the file's text there yourself, as only Markdown and MDX are written"


def _synced(path: Path, raw: str) -> str:
    """The page's text with each file's text in its block."""
    name = path.as_posix()
    lines: list[str] = _LINE.findall(raw)
    blocks = [block for block in parse(path, name, raw).blocks if block.file]
    for block in reversed(blocks):
        file = path.parent / block.file
        if not file.is_file():
            raise at(name, block.line, f"shows {block.file}, which does not exist: expected a file beside the page")
        text = _file_text(file)
        if text != block.text:
            _put(lines, block, text)
    new = "".join(lines)
    for before, after in zip(blocks, (block for block in parse(path, name, new).blocks if block.file), strict=True):
        if after.text != _file_text(path.parent / after.file):
            raise at(
                name, before.line, f"{before.file} cannot be shown in this place, where Markdown reads it differently"
            )
    return new


def _put(lines: list[str], block: Block, text: str) -> None:
    """Replace the content of ``block`` in the page's raw ``lines`` (each with its line end)."""
    if text and not text.endswith("\n"):
        raise at(block.page, block.line, f"a block ends with a newline, and {block.file} does not: add one to the file")
    if not block.page.lower().endswith(_WRITTEN):
        raise at(block.page, block.line, f"differs from {block.file}: {_remedy(block.page)}")
    first = block.first_line - 1
    last = first + block.text.count("\n")
    opening = _FENCE.match(lines[block.line - 1])
    closing = _FENCE.match(lines[last]) if last < len(lines) else None
    if opening is None or closing is None or closing["marks"][0] != opening["marks"][0]:
        raise at(block.page, block.line, f"the fence that shows {block.file} is never closed: close it")
    # The marker of a list item stands on its first line only; below it are blanks.
    container = re.sub(r"[^\s>]", " ", opening["container"])
    ending = lines[block.line - 1][len(lines[block.line - 1].rstrip("\r\n")) :]
    marks = _longer(opening["marks"], text)
    lines[last] = closing["container"] + _longer(closing["marks"], text) + lines[last][closing.end() :]
    lines[first:last] = [(container + line if line else container.rstrip()) + ending for line in text.split("\n")[:-1]]
    lines[block.line - 1] = opening["container"] + marks + lines[block.line - 1][opening.end() :]


def _longer(marks: str, text: str) -> str:
    """The fence's marks, made longer than any run of them in the text."""
    runs = re.findall(f"{marks[0]}+", text)
    return marks[0] * max([len(marks), *(len(run) + 1 for run in runs)])


def _write(path: Path, text: str) -> None:
    """Write the page in one step: whoever reads it sees the old or the new one, whole. A link's target is written."""
    try:
        replace(path, text)
    except OSError as error:
        raise at(path.as_posix(), None, f"cannot be written: {error.strerror}") from error


def _file_text(file: Path) -> str:
    return re.sub(r"\r\n?", "\n", read_text(file, file.as_posix()))
