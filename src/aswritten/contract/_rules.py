"""All rules of the contract, by name."""

from __future__ import annotations

from aswritten.contract import _chunk_rules, _content_rules, _end_rules, _request_rules, _tool_rules
from aswritten.contract._rule import (
    CHUNK_OBJECT,
    COMPLETION_OBJECT,
    ERRORS,
    EVENT_STREAM,
    REQUEST_OBJECT,
    Rule,
)

#: Rules that are judged where no function of their own is needed: by a schema, or by how an exchange went.
PLAIN = (
    Rule("wire.request-schema", "error", "The API answers 400, or does something else than was meant.", REQUEST_OBJECT),
    Rule("wire.unknown-parameter", "error", "The API refuses it, or leaves it out without a word.", REQUEST_OBJECT),
    Rule(
        "wire.completion-schema",
        "error",
        "Clients read these fields without looking whether they are there.",
        COMPLETION_OBJECT,
    ),
    Rule(
        "wire.chunk-schema", "error", "Clients read these fields without looking whether they are there.", CHUNK_OBJECT
    ),
    Rule("wire.error-schema", "error", "Clients tell errors apart, and tell users of them, by these fields.", ERRORS),
    Rule(
        "wire.unknown-field",
        "error",
        "A field that nobody wrote down: a mistake, or a deviation to name.",
        COMPLETION_OBJECT,
    ),
    Rule("wire.object", "error", "Clients tell chunks from other objects by it.", CHUNK_OBJECT),
    Rule("wire.finish-reason", "error", "Clients decide by it what to do next.", CHUNK_OBJECT),
    Rule("wire.tool-index", "error", "Clients put the deltas of a tool call together by its index.", CHUNK_OBJECT),
    Rule("wire.event-json", "error", "Clients parse every event but [DONE] as JSON, and fail.", CHUNK_OBJECT),
    Rule("wire.after-done", "error", "Clients stop reading at [DONE].", CHUNK_OBJECT),
    Rule("wire.stream-error", "error", "Clients show the error's message.", ERRORS),
    Rule("wire.reassembled", "error", "Put together, the stream is no completion.", COMPLETION_OBJECT),
    Rule("wire.content-type", "error", "Clients choose by it how to read the body.", EVENT_STREAM),
    Rule("wire.not-json", "error", "Clients parse the body as JSON, and fail.", COMPLETION_OBJECT),
    Rule("wire.not-streamed", "error", "Clients that wait for a stream see an empty one.", REQUEST_OBJECT),
    Rule("wire.streamed-unasked", "error", "Clients that wait for JSON fail.", REQUEST_OBJECT),
    Rule("wire.error-status", "error", "Clients see a failure only by its status.", ERRORS),
    Rule("wire.more-problems", "error", "There are too many problems to tell them all.", COMPLETION_OBJECT),
)
JUDGES = (
    *_chunk_rules.EVENT_JUDGES,
    *_chunk_rules.CHUNK_JUDGES,
    *_chunk_rules.CHOICE_JUDGES,
    *_content_rules.DELTA_JUDGES,
    _chunk_rules.too_many_choices,
    *_chunk_rules.TOOL_JUDGES,
    *_end_rules.FRAMING_JUDGES,
    *_end_rules.ANSWER_JUDGES,
    *_content_rules.ANSWER_JUDGES,
    *_tool_rules.ANSWER_JUDGES,
    *_end_rules.STREAM_END_JUDGES,
    *_request_rules.REQUEST_JUDGES,
)
_BY_NAME = {rule.name: rule for rule in (*PLAIN, *(judge.rule for judge in JUDGES))}
#: Every rule once, sorted by name.
RULES: tuple[Rule, ...] = tuple(_BY_NAME[name] for name in sorted(_BY_NAME))


def rule_named(name: str) -> Rule:
    """The rule called ``name``; KeyError where there is none."""
    return _BY_NAME[name]
