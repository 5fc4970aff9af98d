"""One engine for the tests of a module."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aswritten.verify import Options, Verifier
from verifying import CACHE

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def verifier() -> Iterator[Verifier]:
    """One engine, and one mock, for all of these."""
    opened = Verifier(Options(cache=CACHE))
    yield opened
    opened.close()
