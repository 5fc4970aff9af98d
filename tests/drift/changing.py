"""Real fixtures, and short ways to change what an API answered in them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aswritten import sse
from aswritten.recordings import Read, RecordedResponse, Recording, load_recording

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
DONE = "[DONE]"


def fixture(name: str) -> Recording:
    return load_recording(FIXTURES / f"{name}.yaml")


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
