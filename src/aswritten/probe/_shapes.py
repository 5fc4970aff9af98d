"""What an answer must be beside the contract, by what was asked: shape, never wit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aswritten.contract import Problem, Rule
from aswritten.probe._calls import ANSWER_SCHEMA, STOP
from aswritten.probe._values import choices_of, dict_of, is_stream, list_of, objects_of, parsed, short, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from aswritten.client import Answer
    from aswritten.contract import Profile

_CREATE = "https://platform.openai.com/docs/api-reference/chat/create"
_OBJECT = "https://platform.openai.com/docs/api-reference/chat/object"
_ERRORS = "https://platform.openai.com/docs/guides/error-codes"

SERVER_ERROR = Rule("probe.server-error", "error", "Clients retry what can never succeed.", _ERRORS)
REFUSED = Rule("probe.refused", "error", "A request that the contract allows is refused.", _CREATE)
BAD_KEY = Rule("probe.bad-key", "error", "Clients tell a wrong key from other mistakes by 401.", _ERRORS)
UNKNOWN_MODEL = Rule("probe.unknown-model", "warning", "A typing mistake is answered by some other model.", _ERRORS)
MALFORMED_BODY = Rule("probe.malformed-body", "error", "Something else than what was sent is answered.", _ERRORS)
EMPTY_MESSAGES = Rule("probe.empty-messages", "warning", "There is nothing to answer.", _CREATE)
REFUSAL_STATUS = Rule("probe.refusal-status", "error", "Clients tell whose mistake it was by the status.", _ERRORS)
STOP_TEXT = Rule("probe.stop", "error", "Clients rely on the stop text, and all behind it, not to come.", _CREATE)
MAX_TOKENS = Rule("probe.max-tokens", "error", "Clients pay for more than they allowed.", _CREATE)
JSON_OUTPUT = Rule("probe.json-output", "error", "Clients parse the text as JSON, and fail.", _CREATE)
LOGPROBS = Rule("probe.logprobs", "error", "What was asked for is left out without a word.", _CREATE)
JSON_SCHEMA = Rule("probe.json-schema", "error", "Clients read the fields that they asked for, and fail.", _CREATE)
EMPTY_ANSWER = Rule("probe.empty-answer", "warning", "Clients show nothing, and nobody knows why.", _OBJECT)
NO_USAGE = Rule("probe.usage", "warning", "Clients cannot tell what they pay for.", _OBJECT)
NO_MODEL = Rule("probe.model", "error", "Nobody knows which model answered.", _OBJECT)
CREATED = Rule("probe.created", "error", "Clients take it for Unix seconds, and show a year far away.", _OBJECT)
STREAM_ERROR = Rule("probe.stream-error", "error", "The answer that was begun never comes to its end.", _ERRORS)
OWN_ID = Rule("probe.own-id", "error", "Two answers cannot be told apart.", _CREATE)
#: In seconds this is the year 5138.
MILLISECONDS = 10**11
#: Every rule once. Each holds beside those of the contract.
RULES = (
    BAD_KEY,
    CREATED,
    EMPTY_ANSWER,
    EMPTY_MESSAGES,
    JSON_OUTPUT,
    JSON_SCHEMA,
    LOGPROBS,
    MALFORMED_BODY,
    MAX_TOKENS,
    NO_MODEL,
    NO_USAGE,
    OWN_ID,
    REFUSAL_STATUS,
    REFUSED,
    SERVER_ERROR,
    STOP_TEXT,
    STREAM_ERROR,
    UNKNOWN_MODEL,
)


def problem(  # noqa: PLR0913 - a problem has as many parts
    rule: Rule, profile: Profile, *, where: str, expected: str, got: str, message: str = ""
) -> tuple[Problem, ...]:
    """The problem at the level that the profile has for it; none where the rule does not hold there."""
    level = profile.level(rule.name, rule.level)
    message = message or f"{where}: expected {expected}, got {got}"
    return (Problem(rule.name, level, where, message, expected, got),) if level else ()


def _bad_key(answer: Answer, keyed: bool) -> Iterator[tuple[Rule, str, str, str]]:
    if answer.status < 400 and not keyed:
        return
    if answer.status != 401:
        yield BAD_KEY, "status", "401 for a key that is none", str(answer.status)


def _unknown_model(answer: Answer, _keyed: bool) -> Iterator[tuple[Rule, str, str, str]]:
    if answer.status < 400:
        yield UNKNOWN_MODEL, "status", "404 for a model that is none", str(answer.status)


def _malformed_body(answer: Answer, _keyed: bool) -> Iterator[tuple[Rule, str, str, str]]:
    if answer.status < 400:
        yield MALFORMED_BODY, "status", "400 for a body that is no JSON", str(answer.status)


def _empty_messages(answer: Answer, _keyed: bool) -> Iterator[tuple[Rule, str, str, str]]:
    if answer.status < 400:
        yield EMPTY_MESSAGES, "status", "400 for a request without a message", str(answer.status)


def _stop(answer: Answer, _keyed: bool) -> Iterator[tuple[Rule, str, str, str]]:
    for place, choice in choices_of(answer):
        content = text_of(dict_of(choice.get("message")).get("content"))
        if STOP in content:
            yield STOP_TEXT, f"{place}.message.content", f"a text that ends before {STOP!r}", short(content)


def _max_tokens(answer: Answer, _keyed: bool) -> Iterator[tuple[Rule, str, str, str]]:
    usage = dict_of(dict_of(parsed(answer.body)).get("usage"))
    thought = dict_of(usage.get("completion_tokens_details")).get("reasoning_tokens")
    came = usage.get("completion_tokens")
    # Whether thinking counts differs from model to model, and is not what is asked here.
    if isinstance(came, int) and came - (thought if isinstance(thought, int) else 0) > 1:
        yield MAX_TOKENS, "usage.completion_tokens", "at most 1, as max_tokens says", str(came)


def _json_output(answer: Answer, _keyed: bool) -> Iterator[tuple[Rule, str, str, str]]:
    for place, choice in choices_of(answer):
        content = dict_of(choice.get("message")).get("content")
        if choice.get("finish_reason") == "stop" and isinstance(content, str) and parsed(content.encode()) is None:
            yield JSON_OUTPUT, f"{place}.message.content", "JSON, as response_format says", short(content)


def _json_schema(answer: Answer, _keyed: bool) -> Iterator[tuple[Rule, str, str, str]]:
    yield from _json_output(answer, _keyed)
    for place, choice in choices_of(answer):
        content = dict_of(choice.get("message")).get("content")
        value = parsed(content.encode()) if choice.get("finish_reason") == "stop" and isinstance(content, str) else None
        if value is not None and not _keeps_schema(value):
            yield JSON_SCHEMA, f"{place}.message.content", "an object with text as its city alone", short(value)


def _keeps_schema(value: object) -> bool:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(ANSWER_SCHEMA).is_valid(value)


def _logprobs(answer: Answer, _keyed: bool) -> Iterator[tuple[Rule, str, str, str]]:
    for place, choice in choices_of(answer):
        content = dict_of(choice.get("message")).get("content")
        if content and choice.get("logprobs") in (None, {}):
            yield (
                LOGPROBS,
                f"{place}.logprobs",
                "one entry for each token, as asked for",
                short(choice.get("logprobs")),
            )


def _answer(answer: Answer, _keyed: bool) -> Iterator[tuple[Rule, str, str, str]]:
    """What every answer of a model has."""
    if answer.status >= 300:
        return
    streamed = is_stream(answer)
    said, stopped, usage, whole = False, False, False, True
    for number, value in enumerate(objects_of(answer), 1):
        body = dict_of(value)
        whole = body.get("object") == "chat.completion"
        usage = usage or bool(body.get("usage"))
        if number == 1:
            yield from _head(body)
        if body.get("error") and streamed:
            yield STREAM_ERROR, f"event {number}", "the answer", short(body["error"])
            stopped = False
            break
        for choice in list_of(body.get("choices")):
            part = dict_of(dict_of(choice).get("message") or dict_of(choice).get("delta"))
            said = said or any(part.get(name) for name in part if name != "role")
            stopped = stopped or dict_of(choice).get("finish_reason") == "stop"
    if stopped and not said:
        yield EMPTY_ANSWER, "choices", "text, a refusal or a tool call", "none of them"
    if whole and not usage:
        yield NO_USAGE, "usage", "the tokens that the answer took", "nothing"


def _head(body: dict[str, Any]) -> Iterator[tuple[Rule, str, str, str]]:
    """The first object's; that the fields are there, and of which type they are, is the contract's."""
    if body.get("model") == "" and body.get("choices"):
        yield NO_MODEL, "model", "the name of the model that answered", '""'
    created = body.get("created")
    if isinstance(created, int) and created >= MILLISECONDS:
        yield CREATED, "created", "seconds since 1970", f"{created}, as if in milliseconds"


_SHAPES: dict[str, Callable[[Answer, bool], Iterator[tuple[Rule, str, str, str]]]] = {
    "bad-key": _bad_key,
    "unknown-model": _unknown_model,
    "malformed-body": _malformed_body,
    "empty-messages": _empty_messages,
    "stop": _stop,
    "max-tokens": _max_tokens,
    "json-output": _json_output,
    "json-schema": _json_schema,
    "logprobs": _logprobs,
    "answer": _answer,
}


def shape_problems(names: tuple[str, ...], answer: Answer, profile: Profile, *, keyed: bool) -> tuple[Problem, ...]:
    """What the shapes called ``names`` find wrong with an answer; ``keyed``: whether a key is in use at all."""
    return tuple(
        found
        for name in names
        if name in _SHAPES
        for rule, where, expected, got in _SHAPES[name](answer, keyed)
        for found in problem(rule, profile, where=where, expected=expected, got=got)
    )


def unseen(names: tuple[str, ...], answer: Answer, *, keyed: bool) -> str:
    """Why an answer in which nothing is wrong shows nothing of what was asked for; empty where it does."""
    if "tool-called" in names and not _tool_called(answer):
        return "the model called no tool, which is its own affair: the shape of a tool call was not seen"
    if "bad-key" in names and answer.status < 400 and not keyed:
        return "no key is in use here: name its variable with --api-key-env"
    if {"json-output", "json-schema"} & {*names} and not any(
        dict_of(one.get("message")).get("content") for _, one in choices_of(answer)
    ):
        return "the model answered without text"
    return ""


def id_of(answer: Answer) -> str:
    """The id of a completion, or of the first chunk of a stream; empty where there is none."""
    if answer.status >= 400:
        return ""
    for value in objects_of(answer):
        return text_of(dict_of(value).get("id"))
    return ""


def _tool_called(answer: Answer) -> bool:
    return any(
        dict_of(dict_of(choice).get(part)).get("tool_calls")
        for value in objects_of(answer)
        for choice in list_of(dict_of(value).get("choices"))
        for part in ("message", "delta")
    )
