"""Real fixtures, short ways to change what an API answered in them, and the tables of such changes."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from asking import as_recorded
from aswritten import sse
from aswritten.recordings import Read, RecordedResponse, Recording, load_recording

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Change = Callable[[Recording], Recording]

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
DONE = "[DONE]"
WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}

# Fixtures, each with another form: those of Novita have the more fields of their own, the generic ones the more of OpenAI's.
COMPLETION, STREAM, USAGE, TOOL_STREAM = (
    f"novita/{name}" for name in ("completion", "stream", "stream-usage", "tool-call-stream-1")
)
OPENAI, OPENAI_STREAM, OPENAI_USAGE, OPENAI_TOOLS, OPENAI_TOOL_STREAM = (
    f"generic/{name}" for name in ("completion", "stream", "stream-usage", "tools", "tools-stream")
)
#: Those that no file holds: what is asked for beside the request of generic/completion.
WISHES: dict[str, dict[str, Any]] = {
    OPENAI_STREAM: {"stream": True},
    OPENAI_USAGE: {"stream": True, "stream_options": {"include_usage": True}},
    OPENAI_TOOLS: {"tools": [WEATHER]},
    OPENAI_TOOL_STREAM: {"tools": [WEATHER], "stream": True},
}
ERROR, RETRY = "novita/error-401", "novita/error-429"

#: (severity, kind, place).
Expected = tuple[str, str, str]


@dataclass(frozen=True)
class Row:
    """One row of a table."""

    name: str
    of: str
    """The fixture that is changed."""
    change: Change
    expected: tuple[Expected, ...] = ()
    """All that must be told, in any order."""
    given: Change | None = None
    """What OLD and NEW have both, where the fixture does not."""
    back: bool = False
    """Whether it is OLD that is changed: the API goes back to what the fixture has."""

    def pair(self) -> tuple[Recording, Recording]:
        """OLD and NEW."""
        one = self.given(fixture(self.of)) if self.given else fixture(self.of)
        other = self.change(one)
        return (other, one) if self.back else (one, other)


#: What an API may do otherwise.
CHANGES: list[Row] = []
#: What only differs from one answer to the next.
DIFFERENCES: list[Row] = []


def changed(name: str, of: str, change: Change, *expected: Expected, given: Change | None = None) -> None:
    """Adds a row: this change of NEW must be told so."""
    CHANGES.append(Row(name, of, change, expected, given))


def undone(name: str, of: str, change: Change, *expected: Expected) -> None:
    """Adds a row: it must be told so that OLD had this change, and NEW has not."""
    CHANGES.append(Row(name, of, change, expected, back=True))


def silent(name: str, of: str, change: Change, given: Change | None = None) -> None:
    """Adds a row: nothing must be told of this."""
    DIFFERENCES.append(Row(name, of, change, (), given))


def fixture(name: str) -> Recording:
    return as_recorded(WISHES[name]) if name in WISHES else load_recording(FIXTURES / f"{name}.yaml")


def with_response(recording: Recording, response: RecordedResponse) -> Recording:
    return replace(recording, responses=(response, *recording.responses[1:]))


def with_body(recording: Recording, body: bytes | str) -> Recording:
    """The first response's body in one read."""
    data = body.encode() if isinstance(body, str) else body
    return with_response(recording, replace(recording.responses[0], reads=(Read(0.1, data),)))


def with_status(recording: Recording, status: int) -> Recording:
    return with_response(recording, replace(recording.responses[0], status=status))


def with_headers(recording: Recording, **headers: str | None) -> Recording:
    """Other headers, ``_`` for ``-``; None takes one away."""
    changed = {name.replace("_", "-"): value for name, value in headers.items()}
    kept = dict(recording.responses[0].headers) | changed
    found = tuple((name, value) for name, value in kept.items() if value is not None)
    return with_response(recording, replace(recording.responses[0], headers=found))


def objects(recording: Recording) -> list[Any]:
    """The JSON values of the first response; of a stream its events, ``[DONE]`` as text."""
    body = recording.responses[0].plain
    if not recording.responses[0].is_stream:
        return [json.loads(body)]
    return [event.data if event.data == DONE else json.loads(event.data) for event in sse.events(body)]


def with_objects(recording: Recording, values: Sequence[Any]) -> Recording:
    """The inverse of `objects`."""
    if not recording.responses[0].is_stream:
        return with_body(recording, json.dumps(values[0]))
    return with_body(recording, events(*values))


def events(*values: Any) -> str:
    """Each value as one event; a text as it is."""
    return "".join(f"data: {value if isinstance(value, str) else json.dumps(value)}\n\n" for value in values)


def each(recording: Recording, change: Callable[[Any], None]) -> Recording:
    """The recording after ``change`` was called with each of its JSON values but ``[DONE]``."""
    values = objects(recording)
    for value in values:
        if value != DONE:
            change(value)
    return with_objects(recording, values)


def each_choice(recording: Recording, change: Callable[[Any], Any]) -> Recording:
    """The same, with each entry of ``choices``."""

    def change_all(value: Any) -> None:
        for choice in value["choices"]:
            change(choice)

    return each(recording, change_all)


def put(**fields: Any) -> Callable[[Any], None]:
    """Gives an object these fields."""

    def change(value: Any) -> None:
        value.update(fields)

    return change


def take(name: str) -> Callable[[Any], None]:
    """Takes a field away from an object."""

    def change(value: Any) -> None:
        del value[name]

    return change


def without(value: Any, name: str) -> Any:
    """An object without a field; ``[DONE]`` as it is."""
    return value if value == DONE else {key: inner for key, inner in value.items() if key != name}


def with_delta(recording: Recording, delta: dict[str, Any]) -> dict[str, Any]:
    """A chunk of the stream that has this delta."""
    chunk = objects(recording)[1]
    return {**chunk, "choices": [{**chunk["choices"][0], "delta": delta}]}


def asking(recording: Recording, **fields: Any) -> Recording:
    """The recording of a request with these fields."""
    assert isinstance(recording.body, dict)
    return replace(recording, body={**recording.body, **fields})


def calling(choice: Any) -> None:
    """Makes a choice one whose model calls a tool and says nothing."""
    call = {"id": "a", "type": "function", "function": {"name": "get_weather", "arguments": "{}"}}
    choice["message"].update(content=None, tool_calls=[call])


def thinking(recording: Recording, *places: int) -> Recording:
    """The stream with a delta of a thought in front of the chunks at these places."""
    values = objects(recording)
    for place in sorted(places, reverse=True):
        values.insert(place, with_delta(recording, {"thought": "Hm."}))
    return with_objects(recording, values)


def with_logprobs(*numbers: float) -> Change:
    """Gives each choice a token for each of the numbers."""
    tokens = [{"token": "a", "logprob": number, "bytes": [97], "top_logprobs": []} for number in numbers]
    return lambda recording: each_choice(recording, put(logprobs={"content": tokens, "refusal": None}))


def without_thoughts(recording: Recording) -> Recording:
    """The stream without the deltas that `thinking` gave it."""
    return with_objects(recording, [value for value in objects(recording) if "thought" not in json.dumps(value)])
