"""Answers derived from the whole answer of a recording by what a request asks for: JSON in, JSON or events out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aswritten.derivations import _chat, _legacy, _lists, _response
from aswritten.derivations._asked import Asked, Event, Form, Underivable, Unmade
from aswritten.derivations._models import FORM as _MODEL
from aswritten.derivations._thought import MEMBERS as THOUGHT_MEMBERS
from aswritten.derivations._tools import RESULTS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from aswritten.derivations._asked import Object

__all__ = [
    "COVERS",
    "FORMS",
    "RESULTS",
    "THOUGHT_MEMBERS",
    "Asked",
    "Event",
    "Underivable",
    "Unmade",
    "derive",
    "derive_stream",
    "names_for",
]

#: By what answers of a form say they are in `object`, or the first entry of a list says. docs/derived.md has them from here.
FORMS = {
    "chat.completion": _chat.FORM,
    "text_completion": _legacy.FORM,
    "response": _response.FORM,
    "embedding": _lists.EMBEDDINGS,
    "model": _MODEL,
    "moderation": _lists.MODERATIONS,
}
#: Which features of a request (`recordings.features`) each derivation answers; `n` stands for any number.
COVERS = {
    "stream": frozenset({"stream", "usage"}),
    "tool-calls": frozenset({"tools", "functions"}),
    "schema-content": frozenset({"json-schema"}),
    "logprobs": frozenset({"logprobs"}),
    "audio": frozenset({"audio"}),
    "choices": frozenset({"n"}),
}


def names_for(answer: object) -> tuple[str, ...]:
    """The derivations that there are for answers of this form; none where it is of none that is known."""
    form = _form(answer)
    return form.names if form else ()


def derive(answer: Object, asked: Asked, names: Collection[str]) -> Object:
    """The whole answer as the request asks for it, by the derivations of these names. Raises Underivable, saying why."""
    form = _form(answer)
    assert form, "a recording is held to its form when it is read"
    if form.needs and not any(name in asked.body for name in form.needs):
        raise Underivable(f"without {' or '.join(form.needs)}")
    for name, step in form.steps.items():
        if name in names:
            answer = step(answer, asked)
    return answer


def derive_stream(answer: Object, asked: Asked) -> Iterator[Event]:
    """The events of the stream in which a derived answer comes."""
    form = _form(answer)
    assert form, "a recording is held to its form when it is read"
    assert form.streamed, "the features that a recording answers are those of its form"
    return form.streamed(answer, asked)


def _form(answer: object) -> Form | None:
    if not isinstance(answer, dict):
        return None
    if isinstance(answer.get("results"), list):
        return FORMS["moderation"]  # the one answer that does not say what it is
    entries = answer.get("data") if answer.get("object") == "list" else [answer]
    first = entries[0] if isinstance(entries, list) and entries else None
    if not isinstance(first, dict):
        return None
    # What has an id and does not say of what is a model, in the words of a hub.
    return FORMS.get(str(first.get("object", "model" if "id" in first else "")))
