"""Blocks that send nothing, since nothing on their page calls their functions."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from aswritten.model import Verdict
from aswritten.verify._meant import USES

if TYPE_CHECKING:
    from collections.abc import Container

    from aswritten.classify import Role
    from aswritten.model import Finding


def told_as(role: Role) -> Verdict:
    """The verdict of a block of which nothing more is to be told than what it is."""
    return Verdict(role.block, "fragment" if role.kind == "fragment" else "other", role.language, role.reason)


def with_name(verdict: Verdict, missing: Finding | None, defined: Container[str]) -> Verdict:
    """The verdict of a whole block that nothing calls, with a name that its functions use and nobody defines before it (``missing``).

    Only of a module that comes with Python, and that its page imports nowhere (``defined``), is it sure that the block itself is to import it: other
    names may be a reader's own, and are a warning.
    """
    if missing is None or verdict.name != "fragment" or missing.line not in verdict.block.page_lines():
        return verdict
    used = USES.match(missing.message)
    is_module = used is not None and verdict.language == "python" and used["name"] in sys.stdlib_module_names
    if used and is_module and used["name"] not in defined:
        return replace(verdict, name="failed", findings=(*verdict.findings, missing))
    return replace(verdict, findings=(*verdict.findings, replace(missing, level="warning")))
