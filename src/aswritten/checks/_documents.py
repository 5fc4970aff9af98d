"""Reading of documented responses: JSON bodies and event streams, with parts left out as pages do."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import Any

#: A line that stands for others, perhaps with how many: `...`, `... (1536 floats in all)`, `... 20 more items`.
_ELISION = re.compile(
    r"^\s*(?:(?:\.{3,}|…)(?:\s*[(（][^()（）\n\"]{1,80}[)）]|\s+\d+ more\b[^\n\"]{0,40}?)?|\[\.\.\.\]|<snip>)\s*,?\s*$"
)
#: How zsh marks that what it shows ends without an end of line.
_ZSH = re.compile(r"(?<=[}\]])%\s*\Z")
_STRING = r'"(?:[^"\\\n]|\\.)*"'
#: Values of which one stands there: `"a" | "b" | null`.
_ALTERNATIVES = re.compile(
    rf"(?P<first>{_STRING}|\b(?:null|true|false|\d+)\b)(?P<others>(?:\s{{0,9}}\|\s{{0,9}}(?:{_STRING}|\w+))+)|{_STRING}"
)
#: A comment of the page's author, on lines of its own or behind a part.
_COMMENT = re.compile(
    r'"(?:[^"\\\n]|\\.)*"|(?P<own>^[ \t]*)?(?P<comment>(?://|#)[^\n]*|/\*(?:[^*]|\*(?!/)){0,2000}\*/)', re.MULTILINE
)
#: Comments in front of all else.
_ABOVE = re.compile(r"(?:\s*(?:(?://|#)[^\n]*\n|/\*(?:[^*]|\*(?!/)){0,2000}\*/))+")
#: Comments on lines of their own behind the comma of what is shown last: they stand for what comes there.
_LAST = re.compile(
    r'"(?:[^"\\\n]|\\.)*"|(?P<last>,[ \t]*(?:(?://|#)[^\n]*)?\n(?:[ \t]*(?:(?://|#)[^\n]*|/\*(?:[^*]|\*(?!/)){0,2000}\*/[ \t]*)\n){1,20}[ \t]*[}\]])'
)
#: A comment that stands for all that brackets hold, and does not say that they hold nothing.
_ALONE = re.compile(
    r"[\[{]\s{0,40}(?:/\*(?![^*]{0,80}\b(?:none|empty|no|nothing)\b)(?:[^*]|\*(?!/)){0,200}\*/|(?://|#)(?![^\n]{0,80}\b(?:none|empty|no|nothing)\b)[^\n]{0,200}\n)\s{0,40}[\]}]",
    re.IGNORECASE,
)
_DOTS = re.compile(r"\.\.\.|…")
#: What a comment on lines of its own says that stands for members or items.
_SAYS_MORE = re.compile(
    r"\.\.\.|…|\b(?:abbreviated|additional|etc|left out|more|omitted|others?|remaining|rest|shortened|similar|snip|snipped|truncated)\b",
    re.IGNORECASE,
)
#: A comma behind the last member or item.
_TRAILING = re.compile(r'"(?:[^"\\\n]|\\.)*"|(?P<comma>,)(?=\s*[}\]])')
#: Tags of dialects that have such commas, beside comments, and of JavaScript, whose literals do.
_WITH_TRAILING = frozenset({"jsonc", "json5", "js", "javascript", "ts", "typescript"})
#: Tags of files with a value on each line, as batches of requests are given and answered.
_OF_LINES = frozenset({"jsonl", "ndjson"})
#: How JSON begins. A print of Python or JavaScript values, or of a program's own words, begins otherwise: `{'id': …`, `[Choice(…`, `{ id: …`, `[97%] …`.
_JSON = re.compile(
    r"\s*(?:\{\s*(?:[\"}.…/#]|$)|\[\s*(?:[\"{\[\].…/#]|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\d.]\w|\w)\s*(?:,|\.\.\.|…|//|/\*|#|\]\s*$|$)|true|false|null|$))"
)
#: How an event's data begins; words behind `data:`, and a name in braces that stands for all of it, are a print.
_DATA = re.compile(r"data:\s*(?!\{[A-Za-z]\w*\}\s*$)(?:[\[{\"…]|\.{3}|$)")
#: The head of an HTTP response up to the blank line in front of its body; without its first line, where the body is one that is read here.
_HEAD = re.compile(
    r"HTTP/[^\n]*\n(?:[^\n]*\S[^\n]*\n)*\s*\n|(?:(?!(?:data|event|id|retry):)[A-Za-z][\w-]*:[ \t][^\n]*\n)+\s*\n(?=\s*(?:\{|\[|data:))"
)
#: How a print of objects begins, whatever the tag says: `[<Response …`, `[Choice(…`, `[ { id: …`.
_OBJECTS = re.compile(r"\s*\[\s*(?:<|[A-Za-z_]\w*\(|\{\s*[A-Za-z_$][\w$]*\s*:)")
_PYTHON = frozenset({"py", "python"})
#: How Python prints a list of objects.
_REPR = re.compile(r"\s*\[\s*\{\s*'")
#: A value that is cut: `"chatcmpl-..."`. Its event or body is one in outline.
_CUT = re.compile(r'"[^"\s]*(?:\.\.\.|…)"')
#: An elision inside of a JSON text: in place of a value, which takes its member away, of members or of items.
_INLINE = re.compile(
    r'(?P<member>"(?:[^"\\\n]|\\.)*"\s*:\s*(?:\.\.\.|…)\s*,?)|"(?:[^"\\\n]|\\.)*"|(?P<elision>,?\s{0,200}(?:(?:\.\.\.|…)\s{0,200}\(?[A-Za-z][\w ]{0,40}\)?\s{0,9}(?:\.\.\.|…)|\.\.\.|…)\s{0,200},?)'
)
#: Characters on either side of an elision in which what it stands between is looked for.
_NEAR = 200
#: Where the next value begins.
_NEXT = re.compile(r"\S")


@dataclass(frozen=True, slots=True)
class Document:
    """A documented response. `kind`: `json` (one body), `stream` (events), `answers` (whole bodies, one behind the other), `text` (a print), `broken` (meant
    as JSON, and is none).
    """

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
    text = _ZSH.sub("", text)
    if head := _HEAD.match(text):
        before = text.count("\n", 0, head.end())
        found = read(text[head.end() :], tag)
        values = tuple((line + before, value) for line, value in found.values)
        return replace(found, values=values, line=found.line + before)
    if above := _ABOVE.match(text):
        below = read("\n" * text.count("\n", 0, above.end()) + text[above.end() :], tag)
        # Without a tag it may be a print whose first line begins with `#`.
        return Document("text") if below.kind == "broken" and not tag.startswith("json") else below
    lines = text.splitlines()
    first = next((line for line in lines if line.strip() and not _ELISION.match(line)), "")
    if _DATA.match(first):
        return _stream(lines)
    plain, _ = _without_comments(text)
    is_meant = _JSON.match(plain) or (tag.startswith("json") and first.lstrip()[:1] in {"{", "["})
    if is_meant and not _OBJECTS.match(plain) and (tag.startswith("json") or not _REPR.match(plain)):
        return _body(text, tag)
    return Document("text")


def _stream(lines: list[str]) -> Document:
    values: list[tuple[int, Any]] = []
    elided = False
    for number, line in enumerate(lines, start=1):
        if _ELISION.match(line):
            elided = True
        elif line.startswith("data:") and line[5:].strip() != "[DONE]":
            data = line[5:].strip()
            if data.startswith(("...", "…")):
                elided = True
                continue
            value, left_out, mistake = _parse(data)
            if mistake is not None:
                return Document("broken", mistake=mistake.msg, line=number)
            elided = elided or left_out or _without_comments(data)[0] != data  # which no server sends
            values.append((number, value))
    # Many pages leave out all the blank lines between events: then each line of data is one.
    is_close = not any(not line.strip() for line in "\n".join(lines).strip().split("\n"))
    body = ("\n\n" if is_close and len(values) > 1 else "\n").join(lines).rstrip("\n") + "\n\n"
    # The end mark alone is the end of a stream.
    elided = elided or not values
    return Document("stream", tuple(values), elided, "" if elided else body)


def _body(text: str, tag: str) -> Document:
    value, elided, mistake = _parse(text, tag)
    if mistake is None:
        return Document("json", ((1, value),), elided)
    if _TYPED.search(text) or _NAMED_TYPE.search(re.sub(_STRING, '""', text)):
        return Document("text")
    if found := _chunks(text):
        return found
    return Document("text") if _is_lines(text, tag) else Document("broken", mistake=mistake.msg, line=mistake.lineno)


#: A type in the place of a value: what a schema allows, in outline.
_TYPED = re.compile(
    r'"\w{1,60}"\s{0,9}:\s{0,9}(?:(?:null|undefined)\s{0,3}\|\s{0,3})?(?:any|array|bool|boolean|float|int|integer|number|object|string)(?:\[\])?(?:\s{0,3}\|\s{0,3}[\w\[\]"]{1,40}){0,9}\s{0,9}(?:[,}\]\n]|//|#)'
)
#: The name of a type in the place of a value: `{"models": [ModelResponse]}`.
_NAMED_TYPE = re.compile(r"[:\[]\s{0,9}[A-Z][a-z]{1,40}[A-Z]\w{0,40}\s{0,9}[,\]}]")
#: Members by which an object may be an answer of the API, or a part of one.
_OF_ANSWERS = frozenset({"choices", "data", "delta", "error", "object", "usage"})


def _is_lines(text: str, tag: str) -> bool:
    """Whether the text is objects of JSON, one on each line: none of them an answer of the API, or all of them errors, or in a file that is so by its tag."""
    values = [_parse(line)[0] for line in text.splitlines() if line.strip()]
    may_be_any = tag in _OF_LINES or all(isinstance(one, dict) and one.keys() == {"error"} for one in values)
    return len(values) > 1 and all(
        isinstance(one, dict) and (may_be_any or not one.keys() & _OF_ANSWERS) for one in values
    )


def _chunks(text: str) -> Document | None:
    """The chunks of a stream one behind the other, without the marks of events; None for any other text."""
    plain = "".join(
        "\n" if _ELISION.match(line) else line for line in _without_comments(text)[0].splitlines(keepends=True)
    )
    plain = _INLINE.sub(_without_elision, plain)
    decoder = json.JSONDecoder()
    values: list[tuple[int, Any]] = []
    at, line, counted = 0, 1, 0
    while found := _NEXT.search(plain, at):
        line, counted = line + plain.count("\n", counted, found.start()), found.start()
        try:
            value, at = decoder.raw_decode(plain, found.start())
        except (ValueError, RecursionError):
            return None
        if value:
            values.append((line, value))
    are_chunks = all(isinstance(one, dict) and isinstance(one.get("choices"), list) for _, one in values)
    if not values or not are_chunks:
        return None
    if len(values) > 1 and all(one.get("object") == "chat.completion" for _, one in values):
        return Document("answers", tuple(values))
    return Document("stream", tuple(values), elided=True)


def _parse(text: str, tag: str = "") -> tuple[Any, bool, json.JSONDecodeError | None]:
    """(value, whether parts are left out, why it is no JSON)."""
    try:
        return json.loads(text), _CUT.search(text) is not None, None
    except json.JSONDecodeError as error:
        mistake = error
    except RecursionError:
        return None, False, json.JSONDecodeError("nested too deep", text, 0)
    plain, elided = _without_comments(text)
    kept = "".join("\n" if _ELISION.match(line) else line for line in plain.splitlines(keepends=True))
    kept = _ALTERNATIVES.sub(lambda found: found["first"] if found["others"] else found.group(), kept)
    kept = _INLINE.sub(_without_elision, kept)
    elided = elided or kept != plain
    # With remarks it is a literal of Python's.
    if elided or tag in _WITH_TRAILING or (tag in _PYTHON and plain != text):
        kept = _TRAILING.sub(lambda found: " " if found["comma"] else found.group(), kept)
    try:
        return json.loads(kept), elided or _CUT.search(kept) is not None, None
    except json.JSONDecodeError as error:
        return None, False, mistake if kept == text else error
    except RecursionError:
        return None, False, json.JSONDecodeError("nested too deep", text, 0)


def _without_comments(text: str) -> tuple[str, bool]:
    """The text with blanks in place of its comments, each part on its line; whether one of them stands for what is left out."""
    elided = any(found["last"] for found in _LAST.finditer(text)) or _ALONE.search(text) is not None

    def blank(found: re.Match[str]) -> str:
        nonlocal elided
        comment = found["comment"]
        if comment is None:
            return found.group()
        says_so = _DOTS if found["own"] is None else _SAYS_MORE
        elided = elided or says_so.search(comment) is not None
        return (found["own"] or "") + re.sub(r"[^\n]", " ", comment)

    return _COMMENT.sub(blank, text), elided


def _without_elision(found: re.Match[str]) -> str:
    """What is left of a part of a JSON text: a comma that stood on both sides of what was left out still parts what is left."""
    elision = found["elision"]
    if elision is None:
        return "" if found["member"] else found.group()
    bare = elision.strip()
    before = found.string[max(0, found.start() - _NEAR) : found.start()].rstrip()[-1:]
    after = found.string[found.end() : found.end() + _NEAR].lstrip()[:1]
    is_between = before not in {"{", "[", ",", ""} and after not in {"}", "]", ",", ""}
    return "," if (bare.startswith(",") or bare.endswith(",")) and is_between else ""
