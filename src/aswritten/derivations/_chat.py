"""Chat completions: what each derivation makes of a whole answer."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from aswritten.derivations._asked import Form, count, objects
from aswritten.derivations._chat_stream import chunks
from aswritten.derivations._content import formed, is_formed
from aswritten.derivations._sound import silence
from aswritten.derivations._thought import THOUGHT, declines_thought, wants_thought
from aswritten.derivations._tokens import cost, logprob, tokens
from aswritten.derivations._tools import KINDS, RESULTS, calls, function_call

if TYPE_CHECKING:
    from collections.abc import Callable

    from aswritten.derivations._asked import Asked, Object
    from aswritten.derivations._tools import Call

#: As OpenAI's document bounds them.
_MOST_CHOICES, _MOST_LIKELY = 128, 20


def model(answer: Object, asked: Asked) -> Object:
    """The model that was asked for."""
    name = asked.get("model")
    return {**answer, "model": name} if isinstance(name, str) and name else answer


def tool_calls(answer: Object, asked: Asked) -> Object:
    """A call of a tool in place of the content, with arguments that keep its schema, unless the request ends with the result of one."""
    last = (objects(asked.get("messages")) or [{}])[-1].get("role")
    # OpenAI's document knows no chunk that calls a custom tool.
    kinds = ("function",) if asked.get("stream") is True else KINDS
    called = calls(asked, kinds) if last not in RESULTS else ()
    if called:
        return _each(answer, lambda choice: _calling(choice, called))
    older = function_call(asked) if last not in RESULTS and asked.get("function_call") != "none" else None
    if older:
        wanted = {"name": older.name, "arguments": older.text}
        return _each(answer, lambda choice: _saying(choice, "function_call", content=None, function_call=wanted))
    return answer


def schema_content(answer: Object, asked: Asked) -> Object:
    """Content that keeps the schema asked for, unless a tool is called."""

    def say(choice: Object) -> Object:
        content = formed(asked) if choice["message"].get("content") is not None else None
        return choice if content is None else _saying(choice, choice["finish_reason"], content=content)

    return _each(answer, say)


def citations(answer: Object, asked: Asked) -> Object:
    """A citation of a web page, where a search was asked for."""
    if not isinstance(asked.get("web_search_options"), dict):
        return answer

    def cite(choice: Object) -> Object:
        end = len(choice["message"].get("content") or "")
        page = {"start_index": 0, "end_index": end, "title": "Example", "url": "https://example.com/"}
        cited = [{"type": "url_citation", "url_citation": page}] if end else []
        return _saying(choice, choice["finish_reason"], annotations=cited)

    return _each(answer, cite)


def stop(answer: Object, asked: Asked) -> Object:
    """Plain content ends before the first stop sequence in it."""

    def cut(choice: Object) -> Object:
        content = choice["message"].get("content")
        ends = [content.find(it) for it in asked.stops if it in content] if _is_plain(content, asked) else []
        return _saying(choice, "stop", content=content[: min(ends)]) if ends else choice

    return _each(answer, cut)


def limit(answer: Object, asked: Asked) -> Object:
    """Plain content has no more tokens than the request allows."""
    limits = [asked.get(name) for name in ("max_completion_tokens", "max_tokens")]
    most = next((it for it in limits if isinstance(it, int) and not isinstance(it, bool) and it > 0), None)

    def cut(choice: Object) -> Object:
        content = choice["message"].get("content")
        parts = tokens(content) if most and _is_plain(content, asked) else []
        return _saying(choice, "length", content="".join(parts[:most])) if len(parts) > (most or 0) else choice

    return _each(answer, cut)


def audio(answer: Object, asked: Asked) -> Object:
    """The content as the transcript of a moment of silence, where audio is asked for."""
    if "audio" not in (asked.get("modalities") or ()):
        return answer

    def speak(choice: Object) -> Object:
        said = choice["message"].get("content")
        if said is None:
            return choice
        data = base64.b64encode(silence(str(asked.get("audio", "format") or "wav"))).decode("ascii")
        spoken = {"id": "audio_6874c5a1f0b2", "data": data, "expires_at": answer["created"] + 3600, "transcript": said}
        return _saying(choice, choice["finish_reason"], content=None, audio=spoken)

    return _each(answer, speak)


def logprobs(answer: Object, asked: Asked) -> Object:
    """Log probabilities of the tokens of the content, with as many of the likeliest as asked for, where they are asked for."""
    if asked.get("logprobs") is not True:
        return answer
    top = count(asked.get("top_logprobs"), 0, what="top_logprobs", most=_MOST_LIKELY)

    def weigh(choice: Object) -> Object:
        content = choice["message"].get("content")
        weighed = [logprob(token, top) for token in tokens(content)] if isinstance(content, str) else None
        return {**choice, "logprobs": {"content": weighed, "refusal": None}}

    return _each(answer, weigh)


def reasoning(answer: Object, asked: Asked) -> Object:
    """What the model thought, where the request asks for it, or the model thinks by itself, and the API tells."""
    thinks = wants_thought(asked.body) or (asked.thinks and not declines_thought(asked.body))
    if not asked.thought_in or not thinks:
        return answer
    return _each(answer, lambda choice: _saying(choice, choice["finish_reason"], **{asked.thought_in: THOUGHT}))


def choices(answer: Object, asked: Asked) -> Object:
    """As many answers as asked for: the same one with an index each."""
    wanted = count(asked.get("n"), 1, what="n", most=_MOST_CHOICES)
    (first,) = answer["choices"]
    return {**answer, "choices": [_numbered(first, index) for index in range(wanted)]}


def usage(answer: Object, asked: Asked) -> Object:
    """The tokens of the messages, and of all that was answered."""
    messages = objects(asked.get("messages"))
    sent = sum(3 + cost(message) for message in messages)
    thought = sum(cost(choice["message"].get(asked.thought_in)) for choice in answer["choices"])
    came = sum(max(cost(_said(choice["message"])), 1) for choice in answer["choices"]) + thought
    counted = {"prompt_tokens": sent, "completion_tokens": came, "total_tokens": sent + came}
    before = answer.get("usage", {})
    details = {**before.get("completion_tokens_details", {}), "reasoning_tokens": thought}
    return {**answer, "usage": {**before, **counted, **({"completion_tokens_details": details} if thought else {})}}


def _each(answer: Object, change: Callable[[Object], Object]) -> Object:
    return {**answer, "choices": [change(choice) for choice in answer["choices"]]}


def _saying(choice: Object, finish: str, **members: Any) -> Object:
    """The choice with other members in its message, and another end."""
    return {**choice, "message": {**choice["message"], **members}, "finish_reason": finish}


def _calling(choice: Object, called: tuple[Call, ...]) -> Object:
    return _saying(choice, "tool_calls", content=None, tool_calls=[_tool_call(call) for call in called])


def _tool_call(call: Call) -> Object:
    if call.kind == "custom":
        return {"id": call.id("call_"), "type": "custom", "custom": {"name": call.name, "input": call.text}}
    return {
        "id": call.id("call_"),
        "type": "function",
        "function": {"name": call.name, "arguments": call.text},
    }


def _numbered(choice: Object, index: int) -> Object:
    message = choice["message"]
    if index and message.get("tool_calls"):
        called = [{**call, "id": f"{call['id'][: -len(str(index))]}{index}"} for call in message["tool_calls"]]
        message = {**message, "tool_calls": called}
    return {**choice, "index": index, "message": message}


def _is_plain(content: object, asked: Asked) -> bool:
    """Whether it is a text that may end anywhere, and not one that somebody will parse."""
    return isinstance(content, str) and not is_formed(asked)


def _said(message: Object) -> Object:
    """What of a message the model wrote."""
    written = {key: message.get(key) for key in ("content", "tool_calls", "function_call")}
    return {**written, "audio": (message.get("audio") or {}).get("transcript")}


FORM = Form(
    {
        "model": model,
        "tool-calls": tool_calls,
        "schema-content": schema_content,
        "stop": stop,
        "limit": limit,
        "citations": citations,
        "audio": audio,
        "logprobs": logprobs,
        "reasoning": reasoning,
        "choices": choices,
        "usage": usage,
    },
    chunks,
)
