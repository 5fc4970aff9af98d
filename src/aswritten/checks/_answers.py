"""What the model answered, and how much of it stands in what a sample printed."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from aswritten import sse
from aswritten.checks._base import loaded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.model import Exchange

#: What prints in place of a value that is not there, without white space.
JUNK = ("undefined", "None", "null", "NaN", "[objectObject]")
_ONLY_JUNK = re.compile(rf"(?:{'|'.join(re.escape(word) for word in JUNK)})+")
#: Characters of answer and output that are aligned; an answer that is longer is judged by its beginning.
_LIMIT = 20_000
#: An answer counts as printed from this share of its characters on, found in parts of at least so many: the letters of any other
#: text stand somewhere in an answer too.
_PRINTED = 0.5
_PART = 4
#: So many tell that what is printed is the answer's beginning, whatever stands behind it.
_TELLING_PART = 12
#: What a sample prints behind an answer that it cuts on purpose.
_CUT = ("...", "…", "[...]", "[…]")


@dataclass(frozen=True, slots=True)
class Answer:
    """The content of one choice: a piece a chunk that carried content, one piece for a full completion."""

    pieces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Print:
    """An answer held against what was printed."""

    lost: tuple[str, ...]
    """Pieces, or parts of a single piece, that were not printed although the answer was; in order."""
    junk: tuple[str, ...]
    """Words of JUNK printed right in front of, between or behind the pieces."""


def is_data(answer: Answer) -> bool:
    """Whether the answer is a JSON object or array, which a sample takes apart and prints as it likes."""
    try:
        return isinstance(loaded("".join(answer.pieces)), dict | list)
    except ValueError:
        return False


def without_content(exchange: Exchange) -> int:
    """How many chunks, or choices of a full completion, have no content to print."""
    count = 0
    for value in _values(exchange):
        messages = [choice.get("delta", choice.get("message")) for choice in _choices(value)]
        texts = [message.get("content") if isinstance(message, dict) else None for message in messages]
        count += sum(text is None for text in texts) if texts else 1
    return count


def answers(exchange: Exchange) -> tuple[Answer, ...]:
    """The content of each choice of a successful response; choices without content are left out."""
    if not 200 <= exchange.response.status < 300:
        return ()
    pieces: dict[int, list[str]] = {}
    for index, content in _contents(exchange):
        pieces.setdefault(index, []).append(content)
    return tuple(Answer(tuple(parts)) for _, parts in sorted(pieces.items()) if "".join(parts).strip())


def called(exchange: Exchange) -> frozenset[str]:
    """The names of the functions that a whole answer calls in place of content; none of a stream, whose chunks print one by one."""
    if is_streamed(exchange) or any(_contents(exchange)):
        return frozenset()
    messages = [choice.get("message") for value in _values(exchange) for choice in _choices(value)]
    calls = [one.get("tool_calls") for one in messages if isinstance(one, dict)]
    functions = (
        one.get("function") for some in calls if isinstance(some, list) for one in some if isinstance(one, dict)
    )
    names = (one.get("name") for one in functions if isinstance(one, dict))
    return frozenset(name for name in names if isinstance(name, str) and name)


def is_streamed(exchange: Exchange) -> bool:
    """Whether the response is an event stream."""
    return (exchange.response.header("content-type") or "").startswith("text/event-stream")


def _values(exchange: Exchange) -> Iterator[Any]:
    """The chunks of a stream, or the one body."""
    body = exchange.response.body
    for text in (event.data for event in sse.events(body)) if is_streamed(exchange) else (body,):
        with suppress(ValueError):  # `[DONE]`, or a recording that is at fault, which the contract says
            yield loaded(text)


def _contents(exchange: Exchange) -> Iterator[tuple[int, str]]:
    for value in _values(exchange):
        for position, choice in enumerate(_choices(value)):
            message = choice.get("delta", choice.get("message"))
            content = message.get("content") if isinstance(message, dict) else None
            if isinstance(content, str) and content:
                index = choice.get("index")
                yield index if isinstance(index, int) else position, content


def _choices(value: Any) -> list[dict[str, Any]]:
    choices = value.get("choices") if isinstance(value, dict) else None
    return [choice for choice in choices if isinstance(choice, dict)] if isinstance(choices, list) else []


def printed(answer: Answer, body: bytes, stdout: bytes) -> Print | None:
    """How the answer stands in the output; None where the output does not show it at all.

    White space does not count: samples print a chunk a line. The answer may be printed as text, or escaped as JSON or Python would.
    """
    out = squeeze(stdout.decode("utf-8", "replace"))
    content = "".join(answer.pieces)
    if squeeze(body.decode("utf-8", "replace")) in out:
        return Print((), ())
    views = [view for view in _views(content) if squeeze(view) in out]
    if views:
        before, _, after = out.partition(squeeze(views[0]))
        return Print((), _glued(before, after))
    if len(out) > _LIMIT and (found := _in_order(answer, out)) is not None:
        return found
    return _aligned(answer, out)


def squeeze(text: str) -> str:
    """The text without any white space."""
    return "".join(text.split())


def _views(content: str) -> tuple[str, ...]:
    return (content, json.dumps(content)[1:-1], json.dumps(content, ensure_ascii=False)[1:-1], repr(content)[1:-1])


def _in_order(answer: Answer, out: str) -> Print | None:
    """All pieces one after the other, with whatever between them; None where one is not there."""
    ends: list[tuple[int, int]] = []
    for piece in answer.pieces:
        if text := squeeze(piece):
            start = out.find(text, ends[-1][1] if ends else 0)
            if start < 0:
                return None
            ends.append((start, start + len(text)))
    return Print((), _junk(out, ends))


def _aligned(answer: Answer, out: str) -> Print | None:
    pieces = [squeeze(piece) for piece in answer.pieces]
    content, whole, out = "".join(pieces)[:_LIMIT], out, out[:_LIMIT]
    blocks = SequenceMatcher(None, out, content, autojunk=False).get_matching_blocks()[:-1]
    if sum(block.size for block in blocks if block.size >= min(_PART, len(content))) < _PRINTED * len(content):
        return None
    matched = bytearray(len(content))
    for block in blocks:
        matched[block.b : block.b + block.size] = b"\1" * block.size
    parts = [block for block in blocks if block.size >= min(_PART, len(content))]
    # Behind a part that is cut on purpose, what is printed is something else.
    ends = (block for block in parts if block is parts[-1] or block.size >= _TELLING_PART)
    cut = next((block for block in ends if out.startswith(_CUT, block.a + block.size)), None)
    if cut is None and len(whole) > _LIMIT:
        cut = parts[-1]
    if cut is not None:
        matched[cut.b :] = b"\1" * len(matched[cut.b :])
    lost = _lost_pieces(answer.pieces, pieces, matched) if len(pieces) > 1 else _lost_parts(answer.pieces[0], matched)
    return Print(lost, _junk(out, [(block.a, block.a + block.size) for block in blocks]))


def _junk(out: str, ends: list[tuple[int, int]]) -> tuple[str, ...]:
    """What is printed around the parts that start and end there, as far as it is nothing but junk."""
    gaps = [out[end:start] for (_, end), (start, _) in pairwise(ends)]
    between = tuple(gap for gap in gaps if _ONLY_JUNK.fullmatch(gap))
    return between + _glued(out[: ends[0][0]], out[ends[-1][1] :])


def _lost_pieces(originals: tuple[str, ...], pieces: list[str], matched: bytearray) -> tuple[str, ...]:
    lost = []
    start = 0
    for original, piece in zip(originals, pieces, strict=True):
        part = matched[start : start + len(piece)]
        if part and sum(part) < max(1, 0.6 * len(part)):
            lost.append(original)
        start += len(piece)
    return tuple(lost)


def _lost_parts(content: str, matched: bytearray) -> tuple[str, ...]:
    at = [position for position, character in enumerate(content) if not character.isspace()]
    return tuple(content[at[found.start()] : at[found.end() - 1] + 1] for found in re.finditer(rb"\0{3,}", matched))


def _glued(before: str, after: str) -> tuple[str, ...]:
    """Junk that the text in front of the answer ends with (after a label or nothing), or that the text behind it is."""
    head = re.search(rf"(?:^|[:>])({_ONLY_JUNK.pattern})$", before)
    tail = _ONLY_JUNK.match(after)
    return tuple(found.group(found.re.groups) for found in (head, tail) if found)
