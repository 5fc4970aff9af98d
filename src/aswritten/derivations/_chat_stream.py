"""Chat completions, streamed: the chunks that a whole answer comes in."""

from __future__ import annotations

import base64
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from aswritten.derivations._asked import Event
from aswritten.derivations._thought import MEMBERS
from aswritten.derivations._tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.derivations._asked import Asked, Object

#: Members of the whole answer that every chunk has too.
_SHARED = ("id", "created", "model", "service_tier", "system_fingerprint")
#: Bytes of sound in a chunk: a multiple of three, so that the chunks' base64 can be joined.
_SOUND = 3_000


def chunks(answer: Object, asked: Asked) -> Iterator[Event]:
    """The first of every choice, then one of each in turn, then the end of every choice; usage where asked for; `[DONE]`."""
    wants_usage = asked.get("stream_options", "include_usage") is True
    head = {**{key: answer[key] for key in _SHARED if key in answer}, "object": "chat.completion.chunk"}
    usage = {"usage": None} if wants_usage else {}
    for turn in zip_longest(*(list(_parts(choice, asked)) for choice in answer["choices"])):
        yield from (Event({**head, "choices": [part], **usage}) for part in turn if part)
    for choice in answer["choices"]:
        delta = _nothing_thought(choice["message"], asked)
        # So ends the stream that DeepSeek's reference shows.
        delta |= {"content": ""} if delta else {}
        end = {"index": choice["index"], "delta": delta, "logprobs": None, "finish_reason": choice["finish_reason"]}
        yield Event({**head, "choices": [end], **usage})
    if wants_usage:
        yield Event({**head, "choices": [], "usage": answer["usage"]})
    yield Event("[DONE]")


def _parts(choice: Object, asked: Asked) -> Iterator[Object]:
    """What each chunk says of the choice, but for its end."""
    message = choice["message"]
    weighed = (choice.get("logprobs") or {}).get("content") or []
    start = {"role": "assistant", "content": None if message.get("content") is None else "", "refusal": None}
    called, thought = list(_tools(message)), list(_thought(message))
    # The first call begins in the first chunk, as OpenAI's do, unless the model thought before it.
    begun = [start, *thought, *called[:1]] if thought or not called else [{**start, **called[0]}]
    deltas = [*begun, *_content(message), *called[1:], *_function(message), *_audio(message)]
    for place, delta in enumerate(deltas):
        token = place - len(begun)
        probability = {"content": [weighed[token]], "refusal": None} if 0 <= token < len(weighed) else None
        told = {**_nothing_thought(message, asked), **delta}
        yield {"index": choice["index"], "delta": told, "logprobs": probability, "finish_reason": None}


def _nothing_thought(message: Object, asked: Asked) -> Object:
    """The member for what a model thinks, of null, which each chunk of some APIs has."""
    return {name: None for name in MEMBERS if asked.has_null and message.get(name)}


def _thought(message: Object) -> Iterator[Object]:
    for name in MEMBERS:
        yield from ({"content": None, name: token} for token in tokens(message.get(name) or ""))


def _content(message: Object) -> Iterator[Object]:
    yield from ({"content": token} for token in tokens(message.get("content") or ""))


def _tools(message: Object) -> Iterator[Object]:
    for index, call in enumerate(message.get("tool_calls") or ()):
        kind = call["type"]
        text = "arguments" if kind == "function" else "input"
        named = {**call[kind], text: ""}
        yield {"tool_calls": [{"index": index, "id": call["id"], "type": kind, kind: named}]}
        for token in tokens(call[kind][text]):
            yield {"tool_calls": [{"index": index, kind: {text: token}}]}


def _function(message: Object) -> Iterator[Object]:
    call = message.get("function_call")
    if call:
        yield {"function_call": {**call, "arguments": ""}}
        yield from ({"function_call": {"arguments": token}} for token in tokens(call["arguments"]))


def _audio(message: Object) -> Iterator[Object]:
    spoken: dict[str, Any] | None = message.get("audio")
    if spoken:
        yield {"audio": {"id": spoken["id"], "transcript": ""}}
        yield from ({"audio": {"transcript": token}} for token in tokens(spoken["transcript"]))
        sound = base64.b64decode(spoken["data"])
        for start in range(0, len(sound), _SOUND):
            yield {"audio": {"data": base64.b64encode(sound[start : start + _SOUND]).decode("ascii")}}
        yield {"audio": {"expires_at": spoken["expires_at"]}}
