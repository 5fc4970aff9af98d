"""Releases that a page names for its packages, wherever on it."""

from __future__ import annotations

import pytest

from aswritten.verify._pins import pins


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('pip install "openai<1"', ("openai<1",)),
        ("pip install openai == 0.28 requests", ("openai==0.28",)),
        ('dependencies = ["OpenAI[datalib]~=0.27.0"]', ("openai~=0.27.0",)),
        ("written for `openai==0.28`.", ("openai==0.28",)),
        ("openai==0.28\nopenai<1\nopenai==0.27", ("openai==0.28", "openai<1")),  # the first two
        ("openai>=1.0, openai 1.2, my-openai==1, openai-agents==2", ()),
        ("", ()),
    ],
)
def test_a_release_of_a_python_package_is_read_wherever_it_stands(text: str, found: tuple[str, ...]) -> None:
    assert pins(text, ("openai",), "python") == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("npm install openai@3", ("openai@3",)),
        ('"openai": "^3.2.0"', ("openai@^3.2.0",)),
        ("npm i @scope/openai@3 openai-edge@1 openai@latest", ()),
    ],
)
def test_a_release_of_a_node_package_is_read_wherever_it_stands(text: str, found: tuple[str, ...]) -> None:
    assert pins(text, ("openai",), "node") == found
