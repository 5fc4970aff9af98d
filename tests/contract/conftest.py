"""Every body that these tests judge is judged by both validators, which have to agree."""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING

import pytest

from aswritten.contract import _collector as collector_module
from aswritten.contract import _deviations as deviations_module
from aswritten.contract._schemas import quick_check_of, validator_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from aswritten.contract import Profile


@functools.lru_cache(maxsize=1024)
def compared(profile: Profile, name: str) -> Callable[[object], bool]:
    compiled = quick_check_of(profile, name)
    explains = validator_of(profile, name)

    def keeps(body: object) -> bool:
        verdict = compiled(body)
        if not verdict and _has_half_character(body):
            return False  # the quick one takes no such text, and leaves it to the other to explain
        assert verdict == explains.is_valid(body), f"the validators do not agree on {body!r}"  # type: ignore[arg-type]
        return verdict

    return keeps


def _has_half_character(body: object) -> bool:
    """Whether a body has half of a surrogate pair, which no UTF-8 can spell."""
    try:
        json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


@pytest.fixture(autouse=True)
def _both_validators(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (collector_module, deviations_module):
        monkeypatch.setattr(module, "quick_check_of", compared)
