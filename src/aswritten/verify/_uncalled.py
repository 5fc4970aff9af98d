"""Blocks that send nothing, since nothing on their page calls their functions."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from aswritten.checks import missing_name
from aswritten.languages import facts
from aswritten.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Container

    from aswritten.checks import Context
    from aswritten.classify import Role


def told_as(role: Role) -> Verdict:
    """The verdict of a block of which nothing more is to be told than what it is."""
    return Verdict(role.block, "fragment" if role.kind == "fragment" else "other", role.language, role.reason)


def with_name(verdict: Verdict, context: Context) -> Verdict:
    """The verdict of a whole block that nothing calls, with a name that its functions use and nobody on the page defines.

    Only of a module that comes with Python, of which it takes a member, is it sure that the block itself is to import it: other names may be a
    reader's own, and are a warning.
    """
    is_module = partial(_is_module, text=verdict.block.text, language=verdict.language, defined=context.defined)
    if module := missing_name(context, only=is_module):
        return replace(verdict, name="failed", findings=(*verdict.findings, module))
    other = missing_name(context, only=lambda name: name not in context.defined)
    return replace(verdict, findings=(*verdict.findings, replace(other, level="warning"))) if other else verdict


def _is_module(name: str, *, text: str, language: str, defined: Container[str]) -> bool:
    """Whether a text takes members of a name that is that of a module of Python's own, and of nothing else: `os.environ`."""
    is_known = language == "python" and name in facts("python")["modules"] and name not in defined
    return is_known and re.search(rf"(?<![\w.]){name}(?!\.[a-zA-Z_])\b", text) is None
