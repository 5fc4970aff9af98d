"""A door that answers from the recordings that ship with us."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asking import GENERIC
from aswritten.mock import Mock

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def door() -> Iterator[Mock]:
    with Mock(GENERIC) as mock:
        mock.begin()
        yield mock
