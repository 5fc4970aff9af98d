"""Numbers that a schema may ask for."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import count
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: Larger ones are no bounds that anybody means, and slow to reckon with.
_LARGEST = 1e300


def numbers(schema: Mapping[str, Any], *, whole: bool) -> Iterator[int | float]:
    """Numbers to try, without end: 1, then the bounds and 0, each with the multiples beside it, then what lies beyond."""
    step = abs(_exact(schema, "multipleOf") or Fraction(1)) or Fraction(1)
    lows = [it for key in ("minimum", "exclusiveMinimum") if (it := _exact(schema, key)) is not None]
    highs = [it for key in ("maximum", "exclusiveMaximum") if (it := _exact(schema, key)) is not None]
    for anchor in (Fraction(1), *lows, *highs, Fraction(0)):
        multiple = math.ceil(anchor / step) * step
        for value in (multiple, multiple + step, multiple - step, anchor):
            yield from _as_json(value, whole=whole)
    if lows and highs:
        yield from _as_json((max(lows) + min(highs)) / 2, whole=whole)
    start, onwards = (max(lows), step) if lows else (min(highs, default=Fraction(1)), -step if highs else step)
    start = math.ceil(start / step) * step
    for turn in count(1):
        yield from _as_json(start + turn * onwards, whole=whole)


def _exact(schema: Mapping[str, Any], key: str) -> Fraction | None:
    """The number as it is written, 0.1 as a tenth; None where there is none."""
    value = schema.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < _LARGEST:
        return None
    return Fraction(str(value))


def _as_json(value: Fraction, *, whole: bool) -> Iterator[int | float]:
    if value.denominator == 1:
        yield int(value)
    elif not whole:
        yield float(value)
