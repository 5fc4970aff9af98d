"""Whether a value is a real key, or stands for one."""

from __future__ import annotations

import math
import re
from collections import Counter

from aswritten.scrub._facts import facts

_KEY = re.compile(r"[A-Za-z0-9_\-.~+/=]{20,}")
#: Bits a character; texts in natural language and repeated characters stay below, random ones of this length are above.
_RANDOM = 3.5
#: The same for a value that has the form of a key already: sixteen kinds of characters in random order are above.
_RANDOM_IN_FORM = 3.0
#: Characters of a value from which on it is a secret: shorter ones are none, and may stand anywhere by chance.
SECRET = 8


def looks_real(value: str) -> bool:
    """Whether it is a key and no placeholder, by nothing but its characters: long, with a digit, random, without a telling word."""
    raw = value.encode("utf-8", "surrogatepass")
    return bool(
        _KEY.fullmatch(value) and not is_placeholder(raw) and re.search(r"\d", value) and _entropy(raw) >= _RANDOM
    )


def real_in_form(value: bytes) -> bool:
    """Whether what follows on the public beginning of a key's form makes it one."""
    return not is_placeholder(value) and _entropy(value) >= _RANDOM_IN_FORM


def is_random(value: bytes) -> bool:
    """Whether a part of it stands nowhere by chance."""
    return has_digit(value) and real_in_form(value)


def real_by_name(value: bytes, kind: str) -> bool:
    """Whether the value of a member or a parameter that is called as secrets of this kind are is one."""
    return len(value) >= SECRET and not re.search(rb"\s", value) and has_digit(value) and not is_stand_in(value, kind)


def has_digit(value: bytes) -> bool:
    """Whether a digit is in it."""
    return bool(re.search(rb"\d", value))


def is_placeholder(value: bytes) -> bool:
    """Whether a word or a sign in it tells that it stands for a key: ``YOUR_API_KEY``, ``sk-1234``, ``<key>``, ``$TOKEN``."""
    return bool(facts().placeholder.search(value))


def is_stand_in(value: bytes, kind: str) -> bool:
    """Whether the value of a header or member that holds secrets of this kind stands for one.

    Words tell nothing of an id, which may hold `1234` by chance, or of an organisation, which may be called `test-labs`.
    """
    return is_placeholder(value) if kind in {"key", "cookie"} else bool(facts().template.search(value))


def _entropy(value: bytes) -> float:
    counts = Counter(value)
    return -sum(n / len(value) * math.log2(n / len(value)) for n in counts.values())
