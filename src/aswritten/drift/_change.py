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
        "the body is of another kind (completion, stream, error, no JSON)",
        "what reads the one cannot read the other",
    ),
    "content-type-changed": Kind(
        "breaking", "another media type, or none any more", "clients choose how to read a body by it"
    ),
    "field-gone": Kind(
        "breaking",
        "a field is nowhere that stood in all objects of its kind",
        "code that takes it finds nothing",
    ),
    "field-in-part": Kind(
        "breaking",
        "a field that stood in all objects is left out of some of a kind that OLD had too",
        "code never had to ask whether it is there",
    ),
    "type-changed": Kind("breaking", "a value has a JSON type that it never had", "code that works on it stumbles"),
    "became-null": Kind("breaking", "a field is null that never was", "code never had to ask whether it is null"),
    "value-unknown": Kind(
        "breaking",
        "a member with listed values has a new one that the contract does not list",
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
    "responses-fewer": Kind(
        "breaking", "fewer responses were recorded", "what answered before is not there to compare"
    ),
    "header-gone": Kind("breaking", "`retry-after` does not come any more", "clients wait as long as it says"),
    "field-new": Kind("additive", "a field came where there was none", "code that does not know it passes it over"),
    "null-filled": Kind("additive", "a field that was always null has a value", "code had to expect one"),
    "value-new": Kind(
        "additive", "a member with listed values has another one of the contract's list", "the contract told of it"
    ),
    "choices-more": Kind("additive", "more choices came", "code that takes the first ones still finds them"),
    "header-new": Kind(
        "additive", "a header came that was not there", "clients pass over headers that they do not know"
    ),
    "responses-more": Kind("additive", "more responses were recorded", "the first ones still answer"),
    "share-moved": Kind(
        "informational",
        "a field stands in other kinds of chunks than it did",
        "it stood in part of them only, so that code had to ask for it",
    ),
    "rare-field-gone": Kind(
        "informational",
        "a field is nowhere that stood in part of the objects of its kind",
        "it may come again: code had to do without it",
    ),
    "answered-otherwise": Kind(
        "informational",
        "a field came, went or is null because the answer is of another kind (tool calls in place of content)",
        "what the model answers is its own choice; the API's shape is not known to have changed",
    ),
    "finish-reason": Kind(
        "informational",
        "the model stopped for another reason that the contract knows",
        "why a model stops varies by nature",
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
        "informational",
        "the two requests do not ask for the same features",
        "what else is told may come from that",
    ),
}


def change(what: str, where: str, message: str, old: str = "", new: str = "") -> Change:
    """A Change of the kind ``what``, as severe as `KINDS` has it; its message begins with its place."""
    return Change(KINDS[what].severity, what, where, f"{where}: {message}", old, new)
