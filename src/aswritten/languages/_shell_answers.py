"""Answers that a script shows below its commands: no part of what a reader pastes."""

from __future__ import annotations

import json
import re
from functools import lru_cache

from aswritten.languages._facts import fact_set

#: A remark that announces an answer, and says nothing else: `# Response:`, `# => Example output (200)`.
_ANNOUNCED = re.compile(
    r"[ \t]*#[#=> \t]*(?:(?:[A-Za-z]+ ){0,2}(?i:responses?|outputs?|returns|results?|answers?|prints)\b|(?:示例)?(?:响应|返回|输出|结果))[^\n`]{0,60}"
)
#: The beginning of a body in a here-document, with the word that ends it.
_HEREDOC = re.compile(r"<<-?\s*\\?['\"]?(?P<word>\w{1,40})")
_STATUS = re.compile(r"HTTP/\d")
_FIELD = re.compile(r"[A-Za-z][\w-]{0,60}:(?:\s|$)")
_EVENT = re.compile(r"(?:data|event|id|retry):|:(?:\s|$)")
#: A member of an object, as one that leaves parts out has it on its first two lines.
_MEMBER = re.compile(r'"[^"\n]{0,200}"\s*:')
#: What a line of a script has, and none of an answer.
_COMMAND = re.compile(r"[^\n]*(?:\$[\w({]|`)|\s*[A-Za-z_]\w*=|\s*(?:echo|export|printf)\s")
_ALL_LEFT_OUT = re.compile(r"[{\[]\s*(?:\.\.\.|…)\s*[}\]]")
#: Lines that an answer has at most.
_LONGEST = 200


@lru_cache(maxsize=64)
def answers_shown(text: str) -> tuple[tuple[int, int], ...]:
    """The 1-based first and last lines of the answers that a script shows, each below a remark which announces it.

    An answer is JSON, perhaps with parts left out, the head of a response with its body, or events. What stands within quotes or a here-document is
    the script's own.
    """
    found: list[tuple[int, int]] = []
    lines = text.split("\n")
    quote, word = "", ""
    at = 0
    while at < len(lines):
        line = lines[at]
        if word:
            word = "" if line.strip() == word else word
        elif not quote and _ANNOUNCED.fullmatch(line.rstrip()):
            end = _behind_answers(lines, at + 1)
            if end is not None:
                first = at + 1 if lines[at + 1].strip() else at + 2
                found.append((first + 1, end))
                at = end
                continue
        else:
            quote = open_quote(line, quote)
            opened = _HEREDOC.search(line) if not quote and not line.lstrip().startswith("#") else None
            word = opened["word"] if opened else ""
        at += 1
    return tuple(found)


def without_answers(text: str) -> str:
    """The text with empty lines in place of the answers that it shows."""
    shown = answers_shown(text) if "#" in text else ()
    if not shown:
        return text
    lines = text.split("\n")
    for first, last in shown:
        lines[first - 1 : last] = [""] * (last + 1 - first)
    return "\n".join(lines)


def _behind_answers(lines: list[str], at: int) -> int | None:
    """The index behind the answers that begin at index ``at`` or one empty line further on; None where none does."""
    end = None
    while (behind := _behind_answer(lines, at)) is not None:
        end = at = behind
    return end


def _behind_answer(lines: list[str], at: int) -> int | None:
    """The index of the line behind one answer; None where there is none."""
    first = at + 1 if at < len(lines) and not lines[at].strip() else at
    if first >= len(lines):
        return None
    head = lines[first].lstrip()
    if _STATUS.match(head):
        return _behind(lines, first + 1, _FIELD)
    if _EVENT.match(head):
        return _behind(lines, first + 1, _EVENT)
    return _behind_json(lines, first) if head[:1] in {"{", "["} else None


def _behind(lines: list[str], at: int, form: re.Pattern[str]) -> int:
    while at < len(lines) and form.match(lines[at].lstrip()):
        at += 1
    return at


def _behind_json(lines: list[str], first: int) -> int | None:
    """The index behind JSON that begins on a line: where its value ends, else, for an object with parts left out, behind the bracket below the first one, or behind all
    where it is broken over the lines to the end.
    """
    window = lines[first : first + _LONGEST]
    text = "\n".join(window)
    start = len(text) - len(text.lstrip())
    try:
        _, end = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):
        return _behind_outline(window, first)
    rest = text[end:].partition("\n")[0].strip()
    return first + text.count("\n", 0, end) + 1 if rest in {"", "%"} else None


def _behind_outline(window: list[str], first: int) -> int | None:
    head = window[0].strip()
    if _ALL_LEFT_OUT.fullmatch(head):
        return first + 1
    if not any(map(_MEMBER.search, window[:2])):
        return None
    indent = len(window[0]) - len(window[0].lstrip())
    closing = "}" if head[0] == "{" else "]"
    if head.endswith(closing):
        return first + 1
    clients = fact_set("shell", "clients")
    for number, line in enumerate(window[1:], 1):
        if (line.split(maxsplit=1) or [""])[0] in clients:
            return None
        if line[indent : indent + 1] == closing and line.strip().rstrip("%") == closing:
            return first + number + 1
    # What is broken over lines has its end where the block has.
    shown = [line for line in window if line.strip()]
    is_to_end = len(window) < _LONGEST and shown[-1].rstrip().endswith(closing)
    return first + len(window) if is_to_end and not any(map(_COMMAND.match, window[1:])) else None


def open_quote(line: str, quote: str) -> str:
    """The quote that is open behind a line, at whose beginning ``quote`` is; empty for none."""
    if not quote and line.lstrip().startswith("#"):
        return ""
    for mark in re.findall(r"\\.|['\"]", line):
        # Within single quotes a backslash is one.
        if mark == quote or (quote == "'" and mark == "\\'"):
            quote = ""
        elif not quote and len(mark) == 1:
            quote = mark
    return quote
