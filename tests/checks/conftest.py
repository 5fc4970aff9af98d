"""A run of a sample as checks see it, made by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from aswritten.checks import Context
from aswritten.contract import load_profile
from aswritten.languages import by_name
from aswritten.model import Block, Sample

MakeContext = Callable[[str, str], Context]


@pytest.fixture
def context() -> MakeContext:
    """Of a source in a language, on a page where it begins at line 1 behind no fence."""

    def make(source: str, name: str) -> Context:
        language = by_name(name)
        block = Block("page.md", 0, 1, 1, source, tag=name)
        return Context(
            sample=Sample(block, name),
            language=language,
            file_name=language.file_name(block, source),
            profile_for=lambda _: load_profile("generic"),
            urls=frozenset(),
        )

    return make
