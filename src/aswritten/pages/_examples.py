"""Examples in an API's description, as the lines of the body that they are an example of."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aswritten.pages._values import Values
    from aswritten.pages._virtual import Line

_INDENT = "  "


def example(values: Values) -> list[Line]:
    """The next value: a text as it is, line by line; anything else as JSON. Empty where a part of it stands elsewhere."""
    if values.kind() == "text":
        text = values.text()
        lines = text.value.removesuffix("\n").split("\n")
        return [(line, text.number(at)) for at, line in enumerate(lines)] if text.value else []
    written = _written(values, 0)
    return written if written is not None else []


def _written(values: Values, level: int) -> list[Line] | None:
    kind, line = values.kind(), values.line()
    if kind == "text":
        scalar = values.scalar()
        return scalar and [scalar]
    inner: list[Line] = []
    is_whole = True
    for key in values.members() if kind == "map" else (None for _ in values.items()):
        is_whole = is_whole and key != "$ref"
        part = _written(values, level + 1)
        if part is None:
            is_whole = False
            continue
        if inner:
            inner[-1] = (f"{inner[-1][0]},", inner[-1][1])
        name = "" if key is None else f"{json.dumps(key)}: "
        part[0] = (f"{_INDENT * (level + 1)}{name}{part[0][0]}", part[0][1])
        inner += part
    if not is_whole:
        return None
    opening, closing = "{}" if kind == "map" else "[]"
    if not inner:
        return [(opening + closing, line)]
    return [(opening, line), *inner, (f"{_INDENT * level}{closing}", inner[-1][1])]
