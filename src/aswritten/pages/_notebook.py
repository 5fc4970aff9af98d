"""A Jupyter notebook (nbformat 4) to its outline.

nbformat, the reference reader, validates and upgrades whole notebooks and tells no lines; what matters here is a handful of keys.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aswritten.pages._json import Json
from aswritten.pages._limits import BrokenError
from aswritten.pages._markdown_outline import outline as markdown_outline
from aswritten.pages._tabs import uses_nesting
from aswritten.pages._virtual import Writer, split

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aswritten.pages._outline import Outline
    from aswritten.pages._values import Values
    from aswritten.pages._virtual import Line

#: A cell's first line: whose code the cell holds.
_CELL_MAGIC = re.compile(r"%%(?P<name>\w+)[ \t]*(?P<rest>.*)")
#: Magics that run their cell in the notebook's own language.
_SAME_LANGUAGE = frozenset({"time", "timeit", "capture", "prun", "debug"})
_MAGIC_LANGUAGES = {"sh": "bash", "system": "bash", "sx": "bash", "script": "", "js": "javascript", "python3": "python"}
#: A line that a shell runs: `!curl …`, `%pip install …`.
_SHELL_LINE = re.compile(r"!(?=\s*[\w./~$\"'({])|%(?=(?:pip|conda|mamba|uv|npm)\b)")
#: A line that only sets up the notebook: `%matplotlib inline`, `%load_ext autoreload`.
_LINE_MAGIC = re.compile(r"%[a-z]\w*(?:[ \t].*)?")


@dataclass(slots=True)
class _Cell:
    kind: str = ""
    line: int = 0
    source: list[Line] = field(default_factory=list)
    outputs: list[tuple[str, list[Line]]] = field(default_factory=list)
    """(tag, lines) of each."""


def outline(text: str) -> Outline:
    """The outline of a notebook whose lines end in LF. Raises BrokenError for what is none."""
    values = Json(text)
    cells: list[_Cell] | None = None
    language = ""
    for key in values.members():
        if key == "cells":
            cells = [cell for _ in values.items() if (cell := _cell(values)).source or cell.outputs]
        elif key == "metadata":
            language = _language(values)
        else:
            values.skip()
    values.end()
    if cells is None:
        raise BrokenError(
            1, "expected a notebook of format 4, a JSON object with `cells`: save it with a current Jupyter"
        )
    writer = Writer()
    for cell in cells:
        _write(writer, cell, language or "python")
    return writer.outline()


def _language(values: Values) -> str:
    found = {}
    for key in values.members():
        wanted = {"kernelspec": "language", "language_info": "name"}.get(key, "")
        for inner in values.members():
            if inner == wanted:
                found[key] = values.text().value.lower()
            else:
                values.skip()
    return found.get("kernelspec") or found.get("language_info") or ""


def _cell(values: Values) -> _Cell:
    cell = _Cell()
    for key in values.members():
        if key == "cell_type":
            cell.kind = values.text().value
        elif key == "source":
            cell.line = values.line()
            cell.source = _lines(values)
        elif key == "outputs":
            for _ in values.items():
                cell.outputs += _output(values)
        else:
            values.skip()
    return cell


def _lines(values: Values) -> list[Line]:
    """The lines of a text, or of a list of texts that follow one another."""
    if values.kind() != "list":
        text = values.text()
        return split([(text.value, text.line)])
    texts = (values.text() for _ in values.items())
    return split((text.value, text.line) for text in texts)


def _output(values: Values) -> Iterator[tuple[str, list[Line]]]:
    """What an output shows as text: what the cell prints, or the value of its last line."""
    kind = name = ""
    printed: list[Line] = []
    value: list[Line] = []
    for key in values.members():
        if key == "output_type":
            kind = values.text().value
        elif key == "name":
            name = values.text().value
        elif key == "text":
            printed = _lines(values)
        elif key == "data":
            for form in values.members():
                if form == "text/plain":
                    value = _lines(values)
                else:
                    values.skip()
        else:
            values.skip()
    if kind == "stream" and name == "stdout":
        yield "output", printed
    elif kind == "execute_result":
        yield "result", value


def _write(writer: Writer, cell: _Cell, language: str) -> None:
    if cell.kind == "markdown":
        text = "".join(f"{line}\n" for line, _ in cell.source)
        numbers = [number for _, number in cell.source]
        inner = markdown_outline(text, nested=uses_nesting(text))
        # The text of n lines is one of n + 1 to an outline, the last of them empty.
        writer.page(inner, [*numbers, numbers[-1] if numbers else cell.line])
    elif cell.kind == "code":
        for opening, tag, lines in _parts(cell, language):
            writer.code(lines, opening, tag)
        for tag, lines in cell.outputs:
            writer.code(lines, lines[0][1] if lines else cell.line, tag)


def _parts(cell: _Cell, language: str) -> Iterator[tuple[int, str, Sequence[Line]]]:
    """(opening line, tag, lines) of each part of a code cell: a shell's lines are one of their own."""
    lines = _without_blank_ends(cell.source)
    magic = _CELL_MAGIC.fullmatch(lines[0][0].rstrip()) if lines else None
    if magic:
        tag = language if magic["name"] in _SAME_LANGUAGE else _magic_language(magic["name"], magic["rest"])
        yield lines[0][1], tag, lines[1:]
        return
    opening = cell.line
    part: list[Line] = []
    tag = language
    goes_on = False
    for text, number in lines:
        marked = text.startswith(("!", "%"))
        shell = _SHELL_LINE.match(text) if marked else None
        kind = tag if goes_on else "bash" if shell else "" if marked and _LINE_MAGIC.fullmatch(text) else language
        if kind != tag and (text.strip() or goes_on):
            if tag and not _says_nothing(part):
                yield opening, tag, _without_blank_ends(part)
            opening, part, tag = number, [], kind
        part.append((text[shell.end() :] if shell and not goes_on else text, number))
        goes_on = tag == "bash" and text.endswith("\\")
    if tag and not (opening != cell.line and _says_nothing(part)):
        yield opening, tag, _without_blank_ends(part)


def _says_nothing(part: Sequence[Line]) -> bool:
    return all(not text.strip() or text.lstrip().startswith("#") for text, _ in part)


def _magic_language(name: str, rest: str) -> str:
    words = rest.split()
    if name == "writefile":
        return words[-1].rpartition(".")[2].lower() if words and "." in words[-1] else ""
    if name == "script":
        return next((word for word in words if not word.startswith("-")), "").lower()
    return _MAGIC_LANGUAGES.get(name, name.lower())


def _without_blank_ends(lines: list[Line]) -> list[Line]:
    first = next((at for at, (text, _) in enumerate(lines) if text.strip()), len(lines))
    last = next((at for at in range(len(lines), first, -1) if lines[at - 1][0].strip()), first)
    return lines[first:last]
