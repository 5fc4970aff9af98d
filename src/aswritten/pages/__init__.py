"""Pages and sample files, to Blocks with exact lines. A new format is one module and one entry in `FORMATS`."""

from __future__ import annotations

import difflib
import functools
import os
from pathlib import Path
from typing import TYPE_CHECKING

from aswritten.errors import UsageError, at
from aswritten.model import Page
from aswritten.pages import asciidoc, files, html, markdown, mdx, notebook, openapi, rst
from aswritten.pages._limits import BYTES, LINES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from aswritten.pages._base import Format

__all__ = ["FORMATS", "find", "parse", "read_page", "read_text", "suffixes", "walk"]

FORMATS: tuple[Format, ...] = (files, markdown, mdx, rst, asciidoc, html, notebook, openapi)
_BYTE_ORDER_MARK = "\ufeff"
#: Folders that hold other people's or generated files.
_NOT_WALKED = frozenset({"node_modules", "__pycache__", "site-packages", "_build", "_site"})
#: What a page that shows a sample file has in its text.
_SHOWS = "aswritten:"


def suffixes() -> tuple[str, ...]:
    """Every suffix that is known, sorted, with its dot."""
    return tuple(sorted(suffix for known in FORMATS for suffix in known.SUFFIXES))


def read_page(path: Path, name: str) -> Page:
    """The page at ``path``; reports call it ``name``.

    Raises UsageError when it cannot be read, is not UTF-8, has an unknown suffix or a bad ``aswritten:`` comment.
    """
    _known_format(path, name)
    return _parsed(path, name, read_text(path, name))


def parse(path: Path, name: str, text: str) -> Page:
    """The page that ``path`` would be if it held ``text``. Raises UsageError as `read_page` does."""
    known = _known_format(path, name)
    lines = text.count("\n") + 1
    if lines > LINES:
        raise at(name, LINES, f"expected a page of at most {LINES} lines, got {lines}: split it")
    if not known.BYTE_ORDER_MARK:
        text = text.removeprefix(_BYTE_ORDER_MARK)
    return Page(name, text, known.read(name, text))


#: A page that shows files is read by the walk that finds it, and again to be checked.
_parsed = functools.lru_cache(maxsize=64)(parse)


def read_text(path: Path, name: str) -> str:
    """What the file at ``path`` holds, its line ends as they are.

    Raises UsageError when it cannot be read, is larger than any page, or is not UTF-8.
    """
    try:
        data = _start_of(path)
    except OSError as error:
        raise at(name, None, f"cannot be read: {error.strerror}") from error
    if len(data) > BYTES:
        raise at(name, None, f"expected a page of at most {BYTES // 1024 // 1024} MiB, and it is larger: split it")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = (
            f"expected UTF-8, got the byte 0x{data[error.start]:02x} at offset {error.start}: save the file as UTF-8"
        )
        raise at(name, line, message) from error


def find(paths: Iterable[str]) -> tuple[Path, ...]:
    """The files that ``paths`` mean, each once: files as given, folders walked in sorted order.

    Raises UsageError for a path that does not exist and for a folder without any page.
    """
    found: dict[Path, None] = {}
    for given in paths:
        path = Path(given)
        if path.is_dir():
            below = list(walk(path))
            if not below:
                raise at(
                    given, None, f"no page below this folder: expected a file that ends in {' '.join(_page_suffixes())}"
                )
            found.update(dict.fromkeys(below))
        elif path.exists():
            found[path] = None
        else:
            raise UsageError(f"{given}: no such file or folder{_perhaps(path)}")
    return tuple(found)


def _start_of(path: Path) -> bytes:
    """What a file holds, or enough of it to see that it is too large."""
    with path.open("rb") as file:
        return file.read(BYTES + 1)


def _known_format(path: Path, name: str) -> Format:
    known = _format(path)
    if known is None:
        expected = f"a page or a sample file ({' '.join(suffixes())})"
        raise at(name, None, f"expected {expected}, got {path.suffix or 'no suffix'!r}")
    return known


def _format(path: Path) -> Format | None:
    return next((known for known in FORMATS if path.suffix.lower() in known.SUFFIXES), None)


def _page_suffixes() -> list[str]:
    return sorted(suffix for known in FORMATS if known.IN_WALKS for suffix in known.SUFFIXES)


def walk(folder: Path) -> Iterator[Path]:
    """The pages and sample files below a folder, sorted.

    A walk takes every page; of YAML and JSON files those that are OpenAPI documents with code samples. A folder of documentation also holds scripts that are no samples, so it takes a sample file only where
    a page of the same folder shows it (``aswritten: file NAME``) and the two differ: where they are the same, the page's block
    is the sample, and one run is enough. It leaves out hidden folders, virtual environments and what was installed.
    Links to folders are not followed.
    Raises UsageError for a folder or a page that cannot be read.
    """
    for root, folders, names in os.walk(folder, onerror=_refuse):
        here = Path(root)
        folders[:] = sorted(name for name in folders if _is_walked(here / name))
        known = {name: kind for name in sorted(names) if (kind := _format(here / name))}
        pages = {name for name, kind in known.items() if not name.startswith(".") and _is_page(here / name, kind)}
        shown = {Path(os.path.normpath(file)) for name in pages for file in _shown(here / name)}
        yield from (here / name for name in known if name in pages or Path(name) in shown)


def _refuse(error: OSError) -> None:
    raise at(error.filename, None, f"cannot be read: {error.strerror}") from error


def _is_walked(folder: Path) -> bool:
    return not (folder.name.startswith(".") or folder.name in _NOT_WALKED or (folder / "pyvenv.cfg").exists())


def _is_page(path: Path, known: Format) -> bool:
    if known is not openapi:
        return known.IN_WALKS
    try:
        data = _start_of(path)
    except OSError:  # nobody asked for this file, and few of its kind are pages
        return False
    return len(data) <= BYTES and openapi.is_page(data.decode(errors="replace"))


def _shown(path: Path) -> set[str]:
    """The sample files that a page shows otherwise than they are."""
    name = path.as_posix()
    text = read_text(path, name)
    blocks = _parsed(path, name, text).blocks if _SHOWS in text else ()
    return {block.file for block in blocks if block.file and _differs(path.parent / block.file, block.text)}


def _differs(file: Path, text: str) -> bool:
    return file.is_file() and files.read(file.as_posix(), read_text(file, file.as_posix()))[0].text != text


def _perhaps(path: Path) -> str:
    """Names what lies where the path was looked for and is spelt like it."""
    parent = path.parent
    while not parent.is_dir():
        path, parent = parent, parent.parent
    try:
        names = sorted(other.name for other in parent.iterdir())
    except OSError:  # a folder that may be entered, but not listed: no suggestion
        return ""
    near = difflib.get_close_matches(path.name, names, n=1)
    return f". Perhaps {(parent / near[0]).as_posix()}?" if near else ""
