"""Text completions: what each derivation makes of a whole answer, and the events of its stream."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from aswritten.derivations._asked import Event, Form, count
from aswritten.derivations._chat import model
from aswritten.derivations._content import formed, is_formed
from aswritten.derivations._tokens import cost, others, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.derivations._asked import Asked, Object

#: As OpenAI's document bounds them; the choices are those of all prompts.
_MOST_CHOICES, _MOST_LIKELY = 128, 5


def schema_content(answer: Object, asked: Asked) -> Object:
    """Text that keeps the schema asked for."""
    text = formed(asked)
    return answer if text is None else _with_text(answer, text, "stop")


def stop(answer: Object, asked: Asked) -> Object:
    """The text ends before the first stop sequence in it."""
    text = answer["choices"][0]["text"]
    ends = [text.find(it) for it in asked.stops if it in text] if not is_formed(asked) else []
    return _with_text(answer, text[: min(ends)], "stop") if ends else answer


def limit(answer: Object, asked: Asked) -> Object:
    """The text has no more tokens than the request allows."""
    most, parts = asked.get("max_tokens"), tokens(answer["choices"][0]["text"])
    if isinstance(most, bool) or not isinstance(most, int) or not 0 < most < len(parts) or is_formed(asked):
        return answer
    return _with_text(answer, "".join(parts[:most]), "length")


def logprobs(answer: Object, asked: Asked) -> Object:
    """Log probabilities of the tokens of the text, with as many of the likeliest as asked for, where they are asked for."""
    wanted = asked.get("logprobs")
    if isinstance(wanted, bool) or not isinstance(wanted, int):
        return answer
    most = count(wanted, 0, what="logprobs", most=_MOST_LIKELY)
    (first,) = answer["choices"]
    parts = tokens(first["text"])
    starts = [sum(map(len, parts[:place])) for place in range(len(parts))]
    weighed: dict[str, Any] = {
        "tokens": parts,
        "token_logprobs": [others(token, 1)[0][1] for token in parts],
        "top_logprobs": [dict(others(token, most)) for token in parts] if most else None,
        "text_offset": starts,
    }
    return {**answer, "choices": [{**first, "logprobs": weighed}]}


def choices(answer: Object, asked: Asked) -> Object:
    """As many answers as asked for to each prompt: the same one with an index each, behind its prompt with `echo`."""
    (first,) = answer["choices"]
    most = max(_MOST_CHOICES // len(_prompts(asked)), 1)
    each = count(asked.get("n"), 1, what="n", most=most)
    said = [prompt for prompt in _prompts(asked) for _ in range(each)]
    shown = [f"{prompt}{first['text']}" if asked.get("echo") is True else first["text"] for prompt in said]
    return {**answer, "choices": [{**first, "text": text, "index": index} for index, text in enumerate(shown)]}


def usage(answer: Object, asked: Asked) -> Object:
    """The tokens of the prompts, and of all that was answered."""
    sent = max(cost(asked.get("prompt")), 1)
    came = sum(max(len(tokens(choice["text"])), 1) for choice in answer["choices"])
    counted = {"prompt_tokens": sent, "completion_tokens": came, "total_tokens": sent + came}
    return {**answer, "usage": {**answer.get("usage", {}), **counted}}


def events(answer: Object, asked: Asked) -> Iterator[Event]:
    """A token of each choice in turn, then the end of every choice; usage where asked for; `[DONE]`."""
    wants_usage = asked.get("stream_options", "include_usage") is True
    head = {key: value for key, value in answer.items() if key not in ("choices", "usage")}
    tail = {"usage": None} if wants_usage else {}
    for turn in zip_longest(*(list(_parts(choice)) for choice in answer["choices"])):
        yield from (Event({**head, "choices": [part], **tail}) for part in turn if part)
    for choice in answer["choices"]:
        yield Event({**head, "choices": [{**choice, "text": "", "logprobs": None}], **tail})
    if wants_usage:
        yield Event({**head, "choices": [], "usage": answer["usage"]})
    yield Event("[DONE]")


def _with_text(answer: Object, text: str, finish: str) -> Object:
    (first,) = answer["choices"]
    return {**answer, "choices": [{**first, "text": text, "finish_reason": finish}]}


def _prompts(asked: Asked) -> list[str]:
    """The prompts; empty texts for those that are given in tokens."""
    prompt = asked.get("prompt")
    several = prompt if isinstance(prompt, list) and not all(isinstance(it, int) for it in prompt) else [prompt]
    return [it if isinstance(it, str) else "" for it in several]


def _parts(choice: Object) -> Iterator[Object]:
    weighed = choice.get("logprobs")
    for place, token in enumerate(tokens(choice["text"])):
        own = weighed and {key: values and values[place : place + 1] for key, values in weighed.items()}
        yield {**choice, "text": token, "logprobs": own, "finish_reason": None}


FORM = Form(
    {
        "model": model,
        "schema-content": schema_content,
        "stop": stop,
        "limit": limit,
        "logprobs": logprobs,
        "choices": choices,
        "usage": usage,
    },
    events,
    needs=("prompt",),
)
