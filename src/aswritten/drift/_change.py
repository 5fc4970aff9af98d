"""The kinds of change that there are, each with its severity and the reason for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Severity = Literal["breaking", "additive", "informational"]
#: Worst first: the order of reports.
SEVERITIES: tuple[Severity, ...] = get_args(Severity)


@dataclass(frozen=True, slots=True)
class Change:
    """One way in which the shape of an answer is another one."""

    severity: Severity
    what: str
    """The kind of change, a name of `KINDS`: ``field-gone``."""
    where: str
    """The kind of object and the path in it, items of arrays merged: ``chunk.choices[].delta.role``; or a part of the response:
    ``status``, ``headers.content-type``, ``stream``. ``response 2: `` stands in front where a recording has several."""
    message: str
    """A sentence that can stand alone."""
    old: str
    """What OLD has there, in short; empty where it has nothing."""
    new: str
    """What NEW has there, in short; empty where it has nothing."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of change: when it is told, and why it is as severe as it is."""

    severity: Severity
    when: str
    why: str


#: By name, in the order of the docs' table.
KINDS: dict[str, Kind] = {
    "status-changed": Kind("breaking", "the status is another one", "clients raise, retry or go on by the status"),
    "body-changed": Kind(
        "breaking",
        "the body is of another kind: completion, stream, error, neither, nothing",
        "what reads the one cannot read the other",
    ),
    "content-type-changed": Kind(
        "breaking", "another media type, or none any more", "clients choose by it how to read a body"
    ),
    "header-gone": Kind("breaking", "`retry-after` does not come any more", "clients wait as long as it says"),
    "responses-fewer": Kind(
        "breaking", "fewer responses were recorded for the request", "what answered before is not there to compare"
    ),
    "field-gone": Kind(
        "breaking",
        "a field is nowhere that stood in all objects of a kind (chunks that do the same, messages that answer the same)",
        "code that takes it finds nothing",
    ),
    "field-in-part": Kind(
        "breaking",
        "a field that stood in all objects, or where each tool call begins, is left out of some, of a kind that OLD had too",
        "code never had to ask whether it is there",
    ),
    "type-changed": Kind(
        "breaking",
        "a value has a JSON type that it never had, or a whole number has become a fraction",
        "code that works on it stumbles",
    ),
    "type-unknown": Kind(
        "breaking",
        "a field came, or is no longer null, with a JSON type that the contract does not have for it",
        "code that knows the field from the contract stumbles",
    ),
    "became-null": Kind("breaking", "a field is null that never was", "code never had to ask whether it is null"),
    "value-unknown": Kind(
        "breaking",
        "a member whose values the contract lists has a new one that is not in the list",
        "code that tells cases apart has none for it",
    ),
    "error-code-changed": Kind(
        "breaking", "the `type` or `code` of an error is another one", "programs choose by it what to do next"
    ),
    "choices-fewer": Kind("breaking", "fewer choices came", "code that takes the second one finds none"),
    "choices-empty": Kind(
        "breaking",
        "a chunk without choices came, where each had one",
        "code that takes the first choice of every chunk finds none",
    ),
    "role-first-lost": Kind(
        "breaking",
        "the first delta of a choice has no role, where it had one",
        "code that begins a message at the role begins none, or too late",
    ),
    "finish-gone": Kind(
        "breaking",
        "each choice had a `finish_reason` at its end, and one has none any more",
        "code waits for it, or asks why the answer ended",
    ),
    "usage-chunk-gone": Kind(
        "breaking",
        "no chunk for the usage comes at the end, with `choices: []`",
        "code that counts tokens takes them from there",
    ),
    "done-gone": Kind("breaking", "no `[DONE]` comes", "readers that wait for it wait until they time out"),
    "order-changed": Kind(
        "breaking",
        "parts that came one before the other in every choice do not: content, finish, usage, `[DONE]`",
        "readers stop at the finish or at `[DONE]`, and lose what comes later",
    ),
    "error-event-new": Kind(
        "breaking",
        "an error comes in the middle of a stream that had none",
        "SDKs raise; readers of their own take it for a chunk",
    ),
    "no-json-event": Kind("breaking", "an event is neither JSON nor `[DONE]`", "readers parse the data of every event"),
    "event-name-changed": Kind(
        "breaking",
        "an event has a name (`event:`) that none had",
        "readers that listen to one name miss the others; those that listen to none take it for a chunk",
    ),
    "block-without-data": Kind("breaking", "blocks without data came", "legal, but both SDKs of OpenAI raise"),
    "data-split": Kind(
        "breaking", "the data of an event stands in several lines", "legal, but readers of their own parse line by line"
    ),
    "data-space-changed": Kind(
        "breaking",
        "`data:` comes with a space behind it where it came without, or the other way round",
        "legal, but readers of their own cut the line at a fixed place",
    ),
    "line-ends-changed": Kind(
        "breaking",
        "lines end in another way (LF, CR LF, CR)",
        "legal, but readers of their own split at two of the old ones",
    ),
    "not-utf-8": Kind("breaking", "lines that are not UTF-8 came", "text is lost, or decoding raises"),
    "byte-order-mark": Kind(
        "breaking",
        "the stream begins with a byte-order mark",
        "legal, but readers of their own miss the first event",
    ),
    "stream-cut": Kind("breaking", "the stream ends in the middle of an event", "its last event is lost"),
    "field-new": Kind("additive", "a field came where there was none", "code that does not know it passes it over"),
    "null-filled": Kind("additive", "a field that was always null has a value", "code had to expect one"),
    "value-new": Kind(
        "additive", "a member whose values the contract lists has another one of the list", "the contract told of it"
    ),
    "choices-more": Kind("additive", "more choices came", "code that takes the first ones still finds them"),
    "usage-chunk-new": Kind(
        "additive",
        "a chunk for the usage comes at the end",
        "it tells more; where it is the first without choices, `choices-empty` tells that",
    ),
    "done-new": Kind(
        "additive", "`[DONE]` comes where none did", "readers that stop when the connection ends pass it over"
    ),
    "header-new": Kind(
        "additive", "a header came that was not there", "clients pass over headers that they do not know"
    ),
    "responses-more": Kind("additive", "more responses were recorded for the request", "the first ones still answer"),
    "answered-otherwise": Kind(
        "informational",
        "a field came, went or is null because the model answers with something else (tool calls in place of content)",
        "what a model answers is its own choice: the shape of the API is not known to have changed",
    ),
    "finish-reason": Kind(
        "informational",
        "the model stopped for another reason that the contract knows",
        "why a model stops varies by nature",
    ),
    "answer-order": Kind(
        "informational",
        "content, tool calls and other fields of deltas come in another order among themselves",
        "it is the model's",
    ),
    "share-moved": Kind(
        "informational",
        "a field stands in all chunks of a kind where it stood in none, or the other way round (content on the finish chunk); or no longer in all of them; or is null in other kinds",
        "it stood in part of the chunks, so that code had to ask for it",
    ),
    "rare-field-gone": Kind(
        "informational",
        "a field is nowhere that stood in part of the objects of its kind",
        "it may come again: code had to do without it",
    ),
    "after-done": Kind("informational", "events came behind `[DONE]`", "readers stop there"),
    "error-event-gone": Kind(
        "informational", "no error comes in the middle of a stream that had one", "what went wrong went right this time"
    ),
    "event-name-gone": Kind(
        "informational",
        "events of a name (`event:`) do not come any more, and no other name came",
        "such events keep connections alive, as comments do",
    ),
    "event-field-changed": Kind(
        "informational",
        "lines with `id` or `retry` came or went",
        "they are for clients that connect again, which a completion does not let them",
    ),
    "comments-changed": Kind(
        "informational", "comments came or went", "readers pass over them; they come by the clock"
    ),
    "packing-changed": Kind(
        "informational", "`content-encoding` is another one", "clients unpack what they said they can"
    ),
    "charset-changed": Kind(
        "informational", "the parameters of `content-type` are others", "JSON and event streams are UTF-8"
    ),
    "header-dropped": Kind(
        "informational", "any other header does not come any more", "such headers tell of limits, caches and proxies"
    ),
    "request-differs": Kind(
        "informational", "the two requests do not ask for the same features", "what else is told may come from that"
    ),
}


def change(what: str, where: str, message: str, old: str = "", new: str = "") -> Change:
    """A Change of the kind ``what``, as severe as `KINDS` has it; its message begins with its place."""
    return Change(KINDS[what].severity, what, where, f"{where}: {message}", old, new)
