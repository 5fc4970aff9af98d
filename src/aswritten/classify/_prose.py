"""What a text without a language is in which no sample is missed: a diagram, a log, prose."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

#: Lines, of which diagrams and trees of folders are drawn, and arrows; what text with arrows holds that is no diagram.
_LINES = re.compile("[\u2500-\u257f]")
_ARROWS = re.compile("[\u2190-\u21ff\u25b2-\u25c4\u27f5-\u27ff]")
#: A side of a box that is drawn with plain characters: `+----+`, `|  us  |`.
_BOX = re.compile(r"[ \t]*(?:\+[-=+]{3,}\+|\|[^\n]*\|)[ \t]*")
_OF_CODE = re.compile(r"[={}\[]|\($|(?<!:)//|#")
_QUOTED = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'")
#: How a line of a log begins: with a time or a level.
_LOGGED = re.compile(
    r"^[ \t]*(?:[\[(]?\d{4}-\d\d-\d\d[^\n]*|[\[(]?\d\d:\d\d:\d\d[^\n]*|[\[(]?(?:TRACE|DEBUG|INFO|WARN|WARNING|ERROR|FATAL|CRITICAL)\b[^\n]*)$",
    re.MULTILINE,
)
#: What a program holds in any language, or a request: a call, an assignment, a block that opens, an import, the address of an API.
_CODE = re.compile(
    r"\b(?:curl|import|require|def|function|return|const|let|await)\b|=>|\w\(|[\w\])]\s*(?::=|[+|]?=)\s*[\w\"'`\[{(<$]|[{;][ \t]*$|\bclass \w+|^[ \t]*@\w"
    r"|https?://\S{1,300}/(?:v\d|api|chat|completions)|^[ \t]*[\"']?(?:model|messages)[\"']?[ \t]*:|^[ \t]*(?:print|puts|echo) [\"']|\w\.\w+ [\"']"
    r"|^[ \t]*(?:[$>%] )?(?:pip3?|pipx|uvx?|npm|npx|pnpm|yarn|bun|conda|docker|git|python3?|node|export|ollama)[ \t]+\S",
    re.MULTILINE,
)
#: A line of a listing: the name of a folder, or of a file with its suffix, and a remark.
_FILE = re.compile(
    r"[ \t]*(?P<name>[\w@.*\[\]-]{1,100}/|[\w@.*\[\]/-]{0,100}\.\w{1,10})(?:[ \t]+(?:#|//|--|\u2014|<-)[^\n]*|[ \t]*)"
)
#: How an entry of BibTeX begins.
_CITATION = re.compile(
    r"\s*@(?:article|book|inproceedings|manual|misc|online|phdthesis|software|techreport|unpublished)\s?\{\s?[\w:.-]*\s?,",
    re.IGNORECASE,
)
#: Lines of boxes, and of a listing, that make one.
_A_DRAWING = 3


def form(text: str) -> str:
    """What a text without a language is, in words, in which no sample is missed; empty where its form does not tell."""
    if is_diagram(text) or is_drawing(text):
        return "a diagram"
    if is_listing(text):
        return "a listing of files"
    if is_citation(text):
        return "a citation (BibTeX)"
    return "text in which nothing reads as code" if is_prose(text) else ""


def is_diagram(text: str) -> bool:
    """Whether the text is drawn with lines or arrows: a diagram, a tree of folders."""
    return _LINES.search(text) is not None or is_led(text)


def is_led(text: str) -> bool:
    """Whether arrows lead through the text, and it has no mark of a program's."""
    return _ARROWS.search(text) is not None and not _OF_CODE.search(text)


def is_led_from(text: str, names: Collection[str]) -> bool:
    """Whether arrows lead through the text, and through each line that begins with one of the names, which are of commands; those within quotes lead nowhere."""
    lines = [line for line in text.splitlines() if line.split()[:1] and line.split()[0] in names]
    return is_led(text) and bool(lines) and all(_ARROWS.search(_QUOTED.sub("", line)) for line in lines)


def is_drawing(text: str) -> bool:
    """Whether half of the text's lines, and several, are those of boxes."""
    lines = [line for line in text.splitlines() if line.strip()]
    drawn = sum(_LINES.match(line.lstrip()) is not None or _BOX.fullmatch(line) is not None for line in lines)
    return drawn >= max(_A_DRAWING, len(lines) / 2)


def is_listing(text: str) -> bool:
    """Whether each line of the text names a file or a folder, perhaps with a remark, and one of them a folder."""
    lines = [line for line in text.splitlines() if line.strip()]
    named = [_FILE.fullmatch(line) for line in lines]
    return len(lines) >= _A_DRAWING and all(named) and any(one and one["name"].endswith("/") for one in named)


def is_citation(text: str) -> bool:
    """Whether the text is an entry of BibTeX: `@misc{key, title={…}, …}`."""
    return _CITATION.match(text) is not None


def is_prose(text: str) -> bool:
    """Whether no line of the text that is not of a log holds anything that programs and requests hold."""
    return _CODE.search(_LOGGED.sub("", text)) is None
