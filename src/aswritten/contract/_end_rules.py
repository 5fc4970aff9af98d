"""Rules that are judged at the end of an answer, by what was learnt of it; most hold for a whole completion too."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from aswritten.contract._problem import show
from aswritten.contract._rule import CHUNK_OBJECT, COMPLETION_OBJECT, EVENT_STREAM, HTTP, Found, judge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.contract._facts import Facts
    from aswritten.sse import Decoder

#: Ends of a choice after which its tool calls are whole.
WHOLE = {"stop", "tool_calls"}


# Framing: by what the decoder passed over


@judge("wire.utf-8", "error", "A client shows replacement characters where the text was.", EVENT_STREAM)
def utf_8(decoder: Decoder, _facts: Facts, _ended: bool) -> Iterator[Found]:
    """The body is UTF-8."""
    if decoder.bad_lines:
        yield Found((), "UTF-8", f"other bytes on {decoder.bad_lines} lines", event=(decoder.first_bad_line or 0) + 1)


@judge("wire.unfinished-event", "error", "Clients drop the last event, or part of it, without a word.", EVENT_STREAM)
def unfinished_event(decoder: Decoder, facts: Facts, _ended: bool) -> Iterator[Found]:
    """Every event ends with a blank line."""
    if decoder.close():
        yield Found((), "a blank line after it", "the end of the body", "the last event is cut off", facts.event + 1)


@judge("wire.block-without-data", "error", "openai-python and openai-node fail on such a block.", EVENT_STREAM)
def block_without_data(decoder: Decoder, _facts: Facts, _ended: bool) -> Iterator[Found]:
    """No block of fields without `data`."""
    if decoder.blocks_without_data:
        got = f"{decoder.blocks_without_data} without"
        message = "a block without a data line stands before this event"
        yield Found((), "a data line in every block", got, message, (decoder.first_block_without_data or 0) + 1)


@judge("wire.done", "error", "A client cannot tell an answer that is whole from one that was cut off.", CHUNK_OBJECT)
def done_missing(_decoder: Decoder, facts: Facts, _ended: bool) -> Iterator[Found]:
    """The stream ends with `data: [DONE]`; after an error it may just end."""
    if not facts.done and not facts.error:
        yield Found((), "data: [DONE] at the end", "none", "the stream ends without data: [DONE]")


@judge("wire.body-cut", "error", "Some clients take the part for the whole.", HTTP)
def body_cut(_decoder: Decoder, _facts: Facts, ended: bool) -> Iterator[Found]:
    """The HTTP body ended as its framing says."""
    if not ended:
        yield Found(
            (), "the end of the HTTP body", "a closed connection", "the connection closed before the body's end"
        )


# The answer


@judge("wire.choice-index", "error", "Clients read choices[0], or as many as they asked for.", COMPLETION_OBJECT)
def choice_indexes(facts: Facts) -> Iterator[Found]:
    """Choices 0 to n-1 came, as many as asked for."""
    wanted = facts.asked.n if facts.asked.known else max(len(facts.choices), 1)
    came = sorted([*facts.choices, *facts.again])
    # What was asked for may be any number: no list is made of it.
    if (len(came) != wanted or came != list(range(len(came)))) and not facts.error:
        expected = "index 0" if wanted == 1 else f"indexes 0 to {wanted - 1}"
        yield Found(("choices",), expected, ", ".join(map(str, came)) or "no choice")


@judge("wire.one-finish", "error", "A client cannot tell whether the answer is whole.", CHUNK_OBJECT)
def finish_missing(facts: Facts) -> Iterator[Found]:
    """Every choice of a stream ends with a finish_reason."""
    for index, choice in sorted(facts.choices.items()):
        if not choice.finish and not facts.error:
            yield Found(("choices", index, "finish_reason"), "a finish_reason in the last chunk of the choice", "none")


@judge("wire.tool-calls-finish", "error", "Clients decide by finish_reason whether to call tools.", COMPLETION_OBJECT)
def tool_calls_finish(facts: Facts) -> Iterator[Found]:
    """finish_reason is tool_calls if, and only if, tool calls came (where the request names the tool, stop is as well)."""
    for index, choice in sorted(facts.choices.items()):
        path = ("choices", index, "finish_reason")
        if choice.finish == "tool_calls" and not choice.tools:
            yield Found(path, "tool calls with it", "none", f"choices[{index}] ends with tool_calls, but none came")
        if choice.finish == "stop" and choice.tools and not facts.asked.names_tool:
            yield Found(path, '"tool_calls", as tool calls came', '"stop"')


@judge("wire.tool-arguments", "error", "Clients parse the arguments, and fail.", COMPLETION_OBJECT)
def tool_arguments(facts: Facts) -> Iterator[Found]:
    """The joined arguments of a function call are JSON, unless the answer was cut short."""
    for index, choice in sorted(facts.choices.items()):
        for number, call in sorted(choice.tools.items()):
            text = call.arguments
            if call.type != "custom" and call.whole and choice.finish in WHOLE and not _is_json(text):
                path = ("choices", index, "message", "tool_calls", number, "function", "arguments")
                yield Found(path, "JSON", show(text))


@judge("wire.tool-arguments-long", "warning", "Arguments this long are not kept, so not judged.", COMPLETION_OBJECT)
def tool_arguments_long(facts: Facts) -> Iterator[Found]:
    """All tool calls' arguments could be read."""
    if any(not call.whole for choice in facts.choices.values() for call in choice.tools.values()):
        yield Found((), "arguments short enough to keep", f"{facts.kept} characters", "tool arguments were not judged")


@judge("wire.tool-id", "error", "The results of two calls cannot be told apart.", COMPLETION_OBJECT)
def tool_ids(facts: Facts) -> Iterator[Found]:
    """Tool calls of a choice have different ids."""
    for index, choice in sorted(facts.choices.items()):
        seen: set[str] = set()
        for number, call in sorted(choice.tools.items()):
            if call.id in seen:
                path = ("choices", index, "message", "tool_calls", number, "id")
                yield Found(path, "an id of its own", show(call.id))
            seen |= {call.id} - {""}


@judge("wire.usage-chunk", "error", "Clients wait for the usage that they asked for.", CHUNK_OBJECT)
def usage_chunk(facts: Facts) -> Iterator[Found]:
    """With include_usage the last chunk before `[DONE]` carries it, with `choices: []`."""
    if not facts.asked.include_usage or facts.error:
        return
    if not isinstance(facts.usage, dict):
        yield Found(("usage",), "usage in the last chunk, as asked for", show(facts.usage))
    elif facts.choices_beside_usage:
        expected = "[] in the chunk that carries usage"
        yield Found(("choices",), expected, "choices", event=facts.usage_event)


FRAMING_JUDGES = (utf_8, unfinished_event, block_without_data, done_missing, body_cut)
ANSWER_JUDGES = (choice_indexes, tool_calls_finish, tool_arguments, tool_arguments_long, tool_ids)
STREAM_END_JUDGES = (finish_missing, usage_chunk)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
