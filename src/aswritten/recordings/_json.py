"""JSON values, compared as JSON: 1 is 1.0 and is not true, the order of keys says nothing."""

from __future__ import annotations

import json

_ABSENT = object()


def differences(expected: object, got: object, limit: int = 100) -> list[tuple[str, str, str]]:
    """(JSON path, expected, got) of the first ``limit`` places where the values differ, in the order of ``expected``."""
    found: list[tuple[str, str, str]] = []
    # Pairs still to compare; the next one last.
    todo: list[tuple[str, object, object]] = [("$", expected, got)]
    while todo and len(found) < limit:
        path, a, b = todo.pop()
        if isinstance(a, dict) and isinstance(b, dict):
            keys = [*a, *(key for key in b if key not in a)]
            todo += [(f"{path}.{key}", a.get(key, _ABSENT), b.get(key, _ABSENT)) for key in reversed(keys)]
        elif isinstance(a, list) and isinstance(b, list):
            pad_a, pad_b = ([*one, *[_ABSENT] * (max(len(a), len(b)) - len(one))] for one in (a, b))
            todo += [(f"{path}[{i}]", pad_a[i], pad_b[i]) for i in reversed(range(len(pad_a)))]
        elif isinstance(a, bool) or isinstance(b, bool):
            if a is not b:
                found.append((path, _short(a), _short(b)))
        elif a != b:
            found.append((path, _short(a), _short(b)))
    return found


def _short(value: object) -> str:
    if value is _ABSENT:
        return "nothing"
    try:
        text = json.dumps(value, ensure_ascii=False)
    except TypeError:
        return "no JSON"
    return text if len(text) <= 80 else text[:77] + "..."
