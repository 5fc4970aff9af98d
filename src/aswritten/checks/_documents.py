"""Reading of documented responses: JSON bodies and event streams, with parts left out as pages do."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import Any

_ELISION = re.compile(r"^\s*(?:\.{3,}|…|\[\.\.\.\]|<snip>)\s*,?\s*$")
#: A remark of the page's author, in place of members, between them, or behind one.
_REMARK = re.compile(r'"(?:[^"\\\n]|\\.)*"|(?P<remark>(?://|#)[^\n]*)')
#: How JSON begins. A print of Python or JavaScript values begins otherwise: `{'id': …`, `[Choice(…`, `{ id: …`.
_JSON = re.compile(r"\s*(?:\{\s*(?:[\"}.…/#]|$)|\[\s*(?:[\"{\[\].…/#\d-]|true|false|null|$))")
#: The head of an HTTP response up to the blank line in front of its body; without its first line, where the body is one that is read here.
_HEAD = re.compile(
    r"HTTP/[^\n]*\n(?:[^\n]*\S[^\n]*\n)*\s*\n|(?:(?!(?:data|event|id|retry):)[A-Za-z][\w-]*:[ \t][^\n]*\n)+\s*\n(?=\s*(?:\{|\[|data:))"
)
#: How a print of objects begins, whatever the tag says: `[<Response …`, `[Choice(…`, `[ { id: …`.
_OBJECTS = re.compile(r"\s*\[\s*(?:<|[A-Za-z_]\w*\(|\{\s*[A-Za-z_$][\w$]*\s*:)")
#: A value that is cut: `"chatcmpl-..."`. Its event or body is one in outline.
_CUT = re.compile(r'"[^"\s]*(?:\.\.\.|…)"')
#: An elision inside of a JSON text: in place of a value, which takes its member away, of members or of items.
_INLINE = re.compile(
    r'(?P<member>"(?:[^"\\\n]|\\.)*"\s*:\s*(?:\.\.\.|…)\s*,?)|"(?:[^"\\\n]|\\.)*"|(?P<elision>,?\s{0,200}(?:(?:\.\.\.|…)\s{0,200}[A-Za-z][\w ]{0,40}(?:\.\.\.|…)|\.\.\.|…)\s{0,200},?)'
)


@dataclass(frozen=True, slots=True)
class Document:
    """A documented response. `kind`: `json` (one body), `stream` (events), `text` (a print), `broken` (meant as JSON, and is none)."""

    kind: str
    values: tuple[tuple[int, Any], ...] = ()
    """(line of the text from 1, value) of the body, or of each event's data."""
    elided: bool = False
    """Whether the page leaves something out."""
    body: str = ""
    """For a stream without elisions: the text as a server would send it."""
    mistake: str = ""
    """For `broken`: why, with the line of the text in `line`."""
    line: int = 1


def is_elision(line: str) -> bool:
    """Whether a line of a documented response stands for something that the page leaves out."""
    return bool(_ELISION.match(line))


def read(text: str, tag: str = "") -> Document:
    """Never raises: what cannot be read is `broken` or `text`. A block whose tag says JSON is meant as JSON however it begins."""
    if head := _HEAD.match(text):
        before = text.count("\n", 0, head.end())
        found = read(text[head.end() :], tag)
        values = tuple((line + before, value) for line, value in found.values)
        return replace(found, values=values, line=found.line + before)
    lines = text.splitlines()
    first = next((line for line in lines if line.strip() and not _ELISION.match(line)), "")
    if first.startswith("data:"):
        return _stream(lines)
    is_meant = _JSON.match(text) or (tag.startswith("json") and first.lstrip()[:1] in {"{", "["})
    if is_meant and not _OBJECTS.match(text):
        return _body(text)
    return Document("text")


def _stream(lines: list[str]) -> Document:
    values: list[tuple[int, Any]] = []
    elided = False
    for number, line in enumerate(lines, start=1):
        if _ELISION.match(line):
            elided = True
        elif line.startswith("data:") and line[5:].strip() != "[DONE]":
            value, left_out, mistake = _parse(line[5:].strip())
            if mistake is not None:
                return Document("broken", mistake=mistake.msg, line=number)
            elided = elided or left_out
            values.append((number, value))
    # Many pages leave out all the blank lines between events: then each line of data is one.
    is_close = not any(not line.strip() for line in "\n".join(lines).strip().split("\n"))
    body = ("\n\n" if is_close and len(values) > 1 else "\n").join(lines).rstrip("\n") + "\n\n"
    return Document("stream", tuple(values), elided, "" if elided else body)


def _body(text: str) -> Document:
    value, elided, mistake = _parse(text)
    if mistake is not None:
        return Document("broken", mistake=mistake.msg, line=mistake.lineno)
    return Document("json", ((1, value),), elided)


def _parse(text: str) -> tuple[Any, bool, json.JSONDecodeError | None]:
    """(value, whether parts are left out, why it is no JSON)."""
    try:
        return json.loads(text), _CUT.search(text) is not None, None
    except json.JSONDecodeError as error:
        mistake = error
    except RecursionError:
        return None, False, json.JSONDecodeError("nested too deep", text, 0)
    kept = _REMARK.sub(lambda found: found.group() if found["remark"] is None else "", text)
    kept = "".join("\n" if _ELISION.match(line) else line for line in kept.splitlines(keepends=True))
    kept = _INLINE.sub(_without_elision, kept)
    kept = re.sub(r",(\s*[}\]])", r"\1", kept) if kept != text else kept
    try:
        return json.loads(kept), True, None
    except json.JSONDecodeError as error:
        return None, False, mistake if kept == text else error


def _without_elision(found: re.Match[str]) -> str:
    """What is left of a part of a JSON text: a comma that stood on both sides of what was left out still parts what is left."""
    elision = found["elision"]
    if elision is None:
        return "" if found["member"] else found.group()
    return "," if elision.strip().startswith(",") and elision.strip().endswith(",") else ""
