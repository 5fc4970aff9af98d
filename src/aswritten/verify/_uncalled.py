"""Blocks that send nothing, since nothing on their page calls their functions."""

from __future__ import annotations

import ast
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
    """Whether a name is that of a module of Python's own, of which a text takes members (`os.environ`), and does nothing else with it."""
    if language != "python" or name not in facts("python")["modules"] or name in defined:
        return False
    try:
        nodes = list(ast.walk(ast.parse(text)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    uses = sum(isinstance(node, ast.Name) and node.id == name for node in nodes)
    members = sum(
        isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name) and one.value.id == name for one in nodes
    )
    return uses == members > 0
