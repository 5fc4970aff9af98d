"""Rules that are judged while a stream is read: each looks at one chunk, choice or tool call and at what came before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aswritten.contract._facts import CONSTANT, MOST, Choice, Facts, ToolCall, is_aside, is_given
from aswritten.contract._problem import show
from aswritten.contract._rule import CHUNK_OBJECT, EVENT_STREAM, Found, dict_of, index_of, judge, list_of, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Line ends to some clients' line readers (str.splitlines and what is built on it), though not to the standard.
SEPARATORS = {"\u2028": "U+2028", "\u2029": "U+2029", "\x85": "U+0085"}
SUCCESS = {"stop", "length", "tool_calls", "function_call"}

Object = dict[str, Any]


# About an event's text


@judge(
    "wire.line-separator",
    "warning",
    "Clients that split lines as Python's str.splitlines does cut the event in half.",
    EVENT_STREAM,
)
def line_separator(_facts: Facts, data: str) -> Iterator[Found]:
    """No unescaped U+2028, U+2029 or U+0085 in an event. Of an event in ASCII this is not asked."""
    for character, name in SEPARATORS.items():
        if character in data:
            yield Found((), f"{name} escaped", f"{name} as it is", f"an event holds {name} unescaped")


# About a chunk


def _same(name: str, facts: Facts, chunk: Object) -> Iterator[Found]:
    value = chunk.get(name)
    if name in facts.first and not facts.is_beside(chunk) and is_given(value) and value != facts.first[name]:
        yield Found((name,), f"{show(facts.first[name])} as in the chunks before", show(value))


@judge("wire.same-id", "error", "Clients take the chunks of one answer together by their id.", CHUNK_OBJECT)
def same_id(facts: Facts, chunk: Object) -> Iterator[Found]:
    """One id over the stream (that it is not empty, the schema says)."""
    return _same("id", facts, chunk)


@judge(
    "wire.same-created", "error", "Each chunk has the same timestamp, says the description of the field.", CHUNK_OBJECT
)
def same_created(facts: Facts, chunk: Object) -> Iterator[Found]:
    """One time of creation over the stream."""
    return _same("created", facts, chunk)


@judge("wire.same-model", "error", "One model gives one answer; clients report the last one they saw.", CHUNK_OBJECT)
def same_model(facts: Facts, chunk: Object) -> Iterator[Found]:
    """One model over the stream."""
    return _same("model", facts, chunk)


@judge("wire.same-backend", "error", "One configuration serves one answer; clients keep the last one.", CHUNK_OBJECT)
def same_backend(facts: Facts, chunk: Object) -> Iterator[Found]:
    """One system_fingerprint and one service_tier over the stream, where they are given."""
    for name in CONSTANT[3:]:
        yield from _same(name, facts, chunk)


@judge("wire.usage-early", "error", "Clients that add up, or take the first, count wrong.", CHUNK_OBJECT)
def usage_early(facts: Facts, chunk: Object) -> Iterator[Found]:
    """Only the last chunk carries usage: the one before this one did not."""
    if isinstance(facts.usage, dict) and not is_aside(chunk):
        yield Found(("usage",), "null or nothing before the last chunk", show(facts.usage), event=facts.usage_event)


@judge("wire.usage-unasked", "warning", "Usage comes only for stream_options.include_usage.", CHUNK_OBJECT)
def usage_unasked(facts: Facts, chunk: Object) -> Iterator[Found]:
    """No usage unless it was asked for."""
    usage = chunk.get("usage")
    if facts.asked.known and not facts.asked.include_usage and isinstance(usage, dict):
        yield Found(("usage",), "none, as stream_options.include_usage was not sent", show(usage))


@judge("wire.usage-sum", "error", "Bills and limits are reckoned from these numbers.", CHUNK_OBJECT)
def usage_sum(_facts: Facts, chunk: Object) -> Iterator[Found]:
    """total_tokens is the sum of prompt_tokens and completion_tokens; of a chunk or of a whole completion."""
    usage = dict_of(chunk.get("usage"))
    prompt, completion, total = (usage.get(f"{name}_tokens") for name in ("prompt", "completion", "total"))
    if (
        isinstance(prompt, int)
        and isinstance(completion, int)
        and isinstance(total, int)
        and prompt + completion != total
    ):
        yield Found(("usage", "total_tokens"), f"{prompt} + {completion} = {prompt + completion}", show(total))


# About one entry of `choices`, at `position`


@judge("wire.first-role", "error", "Clients that build a message take its role from the first delta.", CHUNK_OBJECT)
def first_role(_facts: Facts, choice: Choice, position: int, entry: Object) -> Iterator[Found]:
    """The first delta of a choice has the role assistant."""
    delta = dict_of(entry.get("delta"))
    if (
        choice.deltas == 0
        and "delta" in entry
        and delta.get("role") != "assistant"
        and (delta.get("role") is None or text_of(delta["role"]))
    ):
        got = show(delta["role"]) if "role" in delta else "nothing"
        yield Found(("choices", position, "delta", "role"), '"assistant" in the first delta of a choice', got)


@judge("wire.role-again", "warning", "Clients that join the texts of deltas get assistantassistant.", CHUNK_OBJECT)
def role_again(_facts: Facts, choice: Choice, position: int, entry: Object) -> Iterator[Found]:
    """Only the first delta of a choice has a role."""
    role = text_of(dict_of(entry.get("delta")).get("role"))
    if choice.deltas and choice.role and role:
        yield Found(("choices", position, "delta", "role"), "no role after the first delta of a choice", show(role))


@judge("wire.one-finish", "error", "A client that stops at the first finish_reason misses what follows.", CHUNK_OBJECT)
def finish_again(_facts: Facts, choice: Choice, position: int, entry: Object) -> Iterator[Found]:
    """A choice ends once."""
    finish = text_of(entry.get("finish_reason"))
    if choice.finish and finish:
        expected = f"null, as the choice ended with {show(choice.finish)} before"
        yield Found(("choices", position, "finish_reason"), expected, show(finish))


@judge("wire.after-finish", "error", "A client that stops at finish_reason loses what comes later.", CHUNK_OBJECT)
def after_finish(_facts: Facts, choice: Choice, position: int, entry: Object) -> Iterator[Found]:
    """Neither content nor a tool call comes after the chunk that ends a choice."""
    delta = dict_of(entry.get("delta"))
    if choice.finish:
        for name in ("content", "refusal", "tool_calls", "function_call"):
            if delta.get(name):
                expected = f"nothing after finish_reason {show(choice.finish)}"
                yield Found(("choices", position, "delta", name), expected, show(delta[name]))


@judge("wire.after-error", "error", "The answer is broken, though a client would take it for whole.", CHUNK_OBJECT)
def after_error(facts: Facts, _choice: Choice, position: int, entry: Object) -> Iterator[Found]:
    """After an error no choice ends as if all were well."""
    finish = text_of(entry.get("finish_reason"))
    if facts.error and finish in SUCCESS:
        expected = f"no such end after the error in event {facts.error}"
        yield Found(("choices", position, "finish_reason"), expected, show(finish))


@judge("wire.choice-index", "error", "Clients sort the parts of several choices by their index.", CHUNK_OBJECT)
def too_many_choices(_facts: Facts, entry: Object, position: int) -> Iterator[Found]:
    """An index is one that `n` can ask for."""
    index = index_of(entry)
    if index is not None and index >= MOST:
        yield Found(("choices", position, "index"), f"at most {MOST - 1}", show(index))


# About one delta of a tool call, at `path`

Place = tuple["str | int", ...]


@judge("wire.tool-start", "error", "Clients cannot call a tool whose id or name never comes.", CHUNK_OBJECT)
def tool_start(_choice: Choice, call: ToolCall, path: Place, delta: Object) -> Iterator[Found]:
    """The first delta of a tool call has its id, type and name."""
    if call.deltas:
        return
    given = {
        ("id",): delta.get("id"),
        ("type",): delta.get("type"),
        ("function", "name"): dict_of(delta.get("function")).get("name"),
    }
    for field, value in given.items():
        if not is_given(value):
            got = "nothing" if value is None else show(value)
            yield Found((*path, *field), "a value in the first delta of a tool call", got)


@judge("wire.tool-changes", "error", "The parts of two calls would be joined into one.", CHUNK_OBJECT)
def tool_changes(_choice: Choice, call: ToolCall, path: Place, delta: Object) -> Iterator[Found]:
    """Id, type and name of a tool call do not change."""
    function = dict_of(delta.get("function"))
    for field, known, value in (
        (("id",), call.id, delta.get("id")),
        (("type",), call.type, delta.get("type")),
        (("function", "name"), call.name, function.get("name")),
    ):
        if known and is_given(value) and value != known:
            yield Found((*path, *field), f"{show(known)} as before", show(value))


@judge("wire.tool-order", "error", "Clients keep tool calls in a list, by their index.", CHUNK_OBJECT)
def tool_order(choice: Choice, call: ToolCall, path: Place, delta: Object) -> Iterator[Found]:
    """A new tool call has the next index."""
    index = index_of(delta)
    if call.deltas == 0 and index is not None and index != len(choice.tools):
        yield Found((*path, "index"), f"{len(choice.tools)}, the next one", show(index))


EVENT_JUDGES = (line_separator,)
CHUNK_JUDGES = (same_id, same_created, same_model, same_backend, usage_early, usage_unasked, usage_sum)
CHOICE_JUDGES = (first_role, role_again, finish_again, after_finish, after_error)
TOOL_JUDGES = (tool_start, tool_changes, tool_order)


def entries(chunk: Object) -> Iterator[tuple[int, Object]]:
    """The entries of ``choices`` that are objects, with their positions."""
    for position, entry in enumerate(list_of(chunk.get("choices"))):
        if isinstance(entry, dict):
            yield position, entry
