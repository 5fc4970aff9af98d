"""Content in a form that the request asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aswritten.derivations._asked import Underivable
from aswritten.derivations._tools import as_json
from aswritten.derivations._words import WORDS
from aswritten.instances import Unsatisfiable, instance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.derivations._asked import Asked

#: Where requests give a JSON Schema for the content: OpenAI's endpoints, then compatible servers.
_SCHEMAS = (
    ("response_format", "json_schema", "schema"),
    ("text", "format", "schema"),
    ("response_format", "schema"),
    ("response_format", "value"),
    ("structured_outputs", "json"),
    ("guided_json",),
)
#: Where they say of which kind the content is.
_KINDS = (("response_format", "type"), ("text", "format", "type"))
#: Where they list the texts that it may be, and where they give a regular expression for it.
_CHOICES = (("structured_outputs", "choice"), ("guided_choice",))
_PATTERNS = (("structured_outputs", "regex"), ("guided_regex",))


def is_formed(asked: Asked) -> bool:
    """Whether the request asks for content in a form of its own, which is lost where it is cut."""
    return any(_wanted(asked)) or any(asked.get(*place) == "json_object" for place in _KINDS)


def formed(asked: Asked) -> str | None:
    """Content that keeps the form asked for; None where the request gives none.

    Raises Underivable where no value of this form can be found.
    """
    for schema, is_json in _wanted(asked):
        try:
            value = instance(schema, WORDS)
        except Unsatisfiable as error:
            raise Underivable(f"whose answer has to keep a schema: its schema {error}") from error
        return as_json(value) if is_json else str(value)
    return None


def _wanted(asked: Asked) -> Iterator[tuple[dict[str, Any], bool]]:
    """(schema, whether the content is its value as JSON), the first of which counts."""
    for place in _SCHEMAS:
        if isinstance(asked.get(*place), dict):
            yield asked.get(*place), True
    for place in _CHOICES:
        if isinstance(asked.get(*place), list):
            yield {"enum": asked.get(*place)}, False
    for place in _PATTERNS:
        if isinstance(asked.get(*place), str):
            yield {"type": "string", "pattern": asked.get(*place)}, False
    if any(asked.get(*place) == "json_schema" for place in _KINDS):
        yield {"type": "object"}, True  # the schema is left out
