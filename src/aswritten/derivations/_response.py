"""Responses (of POST /responses): what each derivation makes of a whole answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aswritten.derivations._asked import Form, count, objects
from aswritten.derivations._chat import model
from aswritten.derivations._content import formed, is_formed
from aswritten.derivations._response_stream import events
from aswritten.derivations._thought import THOUGHT
from aswritten.derivations._tokens import cost, logprob, tokens
from aswritten.derivations._tools import calls

if TYPE_CHECKING:
    from aswritten.derivations._asked import Asked, Object
    from aswritten.derivations._tools import Call

#: Members that tell what came of it, and not what was asked for.
_OWN = frozenset(
    {"id", "object", "created_at", "status", "error", "incomplete_details", "model", "output", "output_text", "usage"}
)
_RESULTS = ("function_call_output", "custom_tool_call_output")
_MOST_LIKELY = 20


def echo(answer: Object, asked: Asked) -> Object:
    """What the request sets, as it set it."""
    given = {key: asked.body[key] for key in answer if key in asked.body and key not in _OWN}
    within = {key: {**answer[key], **it} for key, it in given.items() if _are_objects(answer[key], it)}
    return {**answer, **given, **within}


def tool_calls(answer: Object, asked: Asked) -> Object:
    """A call of a tool in place of the text, with arguments that keep its schema, unless the request ends with the result of one."""
    last = (objects(asked.get("input")) or [{}])[-1].get("type")
    called = calls(asked) if last not in _RESULTS else ()
    return {**answer, "output": [_call(call) for call in called]} if called else answer


def schema_content(answer: Object, asked: Asked) -> Object:
    """Text that keeps the schema asked for, unless a tool is called."""
    content = formed(asked) if _said(answer) is not None else None
    return answer if content is None else _with_text(answer, content)


def limit(answer: Object, asked: Asked) -> Object:
    """Plain text has no more tokens than the request allows."""
    most, parts = asked.get("max_output_tokens"), tokens(_said(answer) or "")
    if isinstance(most, bool) or not isinstance(most, int) or not 0 < most < len(parts) or is_formed(asked):
        return answer
    cut = _with_text(answer, "".join(parts[:most]), "incomplete")
    return {**cut, "status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}}


def logprobs(answer: Object, asked: Asked) -> Object:
    """Log probabilities of the tokens of the text, where they are to be included."""
    said = _said(answer)
    if said is None or "message.output_text.logprobs" not in (asked.get("include") or ()):
        return answer
    top = count(asked.get("top_logprobs"), 0, what="top_logprobs", most=_MOST_LIKELY)
    part = {**answer["output"][-1]["content"][0], "logprobs": [logprob(token, top) for token in tokens(said)]}
    return _with_last(answer, {"content": [part]})


def reasoning(answer: Object, asked: Asked) -> Object:
    """What the model thought, in front of what it answers, where the request says how much it is to think."""
    if not isinstance(asked.get("reasoning"), dict) or asked.get("reasoning", "effort") == "none":
        return answer
    wants = asked.get("reasoning", "summary") or asked.get("reasoning", "generate_summary")
    summary = [{"type": "summary_text", "text": THOUGHT}] if wants else []
    thought = {"id": f"rs_{answer['id'].removeprefix('resp_')}", "type": "reasoning", "summary": summary}
    return {**answer, "output": [thought, *answer["output"]]}


def usage(answer: Object, asked: Asked) -> Object:
    """The tokens of the input, and of all that was answered."""
    sent = cost([asked.get("instructions"), asked.get("input")]) + 3
    thought = [cost(item["summary"]) for item in answer["output"] if item["type"] == "reasoning"]
    came = sum(max(cost(_written(item)), 1) for item in answer["output"] if item["type"] != "reasoning")
    total = came + sum(thought)
    counted = {"input_tokens": sent, "output_tokens": total, "total_tokens": sent + total}
    details = {"output_tokens_details": {"reasoning_tokens": sum(thought)}}
    return {**answer, "usage": {**answer.get("usage", {}), **counted, **details}}


def _said(answer: Object) -> str | None:
    """The text; None where a tool is called."""
    last = answer["output"][-1]
    return str(last["content"][0]["text"]) if last["type"] == "message" else None


def _with_text(answer: Object, text: str, status: str = "completed") -> Object:
    part = {**answer["output"][-1]["content"][0], "text": text}
    return _with_last(answer, {"content": [part], "status": status})


def _with_last(answer: Object, members: Object) -> Object:
    return {**answer, "output": [*answer["output"][:-1], {**answer["output"][-1], **members}]}


def _call(call: Call) -> Object:
    kind, prefix, text = (
        ("custom_tool_call", "ctc_", "input") if call.kind == "custom" else ("function_call", "fc_", "arguments")
    )
    return {
        "id": call.id(prefix),
        "type": kind,
        "status": "completed",
        "call_id": call.id("call_"),
        "name": call.name,
        text: call.text,
    }


def _written(item: Object) -> list[object]:
    """What of an item the model wrote."""
    content = [part["text"] for part in item.get("content", ())]
    return [*content, item.get("name"), item.get("arguments"), item.get("input")]


def _are_objects(*values: object) -> bool:
    return all(isinstance(value, dict) for value in values)


FORM = Form(
    {
        "model": model,
        "echo": echo,
        "tool-calls": tool_calls,
        "schema-content": schema_content,
        "limit": limit,
        "logprobs": logprobs,
        "reasoning": reasoning,
        "usage": usage,
    },
    events,
    needs=("input", "prompt", "conversation", "previous_response_id"),
)
