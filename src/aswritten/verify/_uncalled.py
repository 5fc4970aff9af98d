"""What no run comes to: functions that nothing on their page calls, and clauses for errors that do not happen."""

from __future__ import annotations

import ast
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


#: How Python says that a module, or a class, has no such member, as the last that it says.
_NO_MEMBER = re.compile(
    r"^AttributeError: (?:module|type object) '(?P<module>[\w.]+)' has no attribute '(?P<name>\w+)'[^\n]*\s*\Z",
    re.MULTILINE,
)


def told_as(role: Role) -> Verdict:
    """The verdict of a block of which nothing more is to be told than what it is."""
    return Verdict(role.block, "fragment" if role.kind == "fragment" else "other", role.language, role.reason)


def with_name(verdict: Verdict, context: Context) -> Verdict:
    """The verdict of a whole block, with a name that it uses where no run comes to (a function that nothing calls, a branch for errors) and nobody on the
    page defines.

    Only of a module that comes with Python, of which it takes a member, is it sure that the block itself is to import it: other names may be a
    reader's own, and are a warning.
    """
    is_module = partial(_is_module, text=verdict.block.text, language=verdict.language, defined=context.defined)
    if module := missing_name(context, only=is_module):
        return replace(verdict, name="failed", findings=(*verdict.findings, module))
    other = missing_name(context, only=lambda name: name not in context.defined)
    return replace(verdict, findings=(*verdict.findings, replace(other, level="warning"))) if other else verdict


def with_caught(verdict: Verdict, looked: Verdict) -> Verdict:
    """The verdict of a sample, with the class of an `except` that its package has not got, as a program ended that looks these up."""
    no_member = _NO_MEMBER.search(looked.complained)
    ends = [one for one in looked.findings if one.rule == "run.exit" and one.level == "error"]
    if looked.name != "failed" or no_member is None or not ends:
        return verdict
    said = replace(
        ends[0],
        message=f"an `except` names `{no_member['name']}`, which `{no_member['module']}` has not got",
        expected="a class that is there",
        hint="whatever error is raised in front of it, the sample ends with this one",
    )
    return replace(verdict, name="failed", findings=(*verdict.findings, said))


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
