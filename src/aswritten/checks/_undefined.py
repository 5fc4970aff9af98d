"""Names that a sample uses and nobody defines, as reading its source tells."""

from __future__ import annotations

import difflib
import re
import sys
from typing import TYPE_CHECKING

from aswritten.languages import facts, is_readers

if TYPE_CHECKING:
    from collections.abc import Callable

    from aswritten.checks._base import Context
    from aswritten.model import Finding


#: How Python and JavaScript say that a name is not defined.
_NOT_DEFINED = re.compile(r"\b([A-Za-z_$][\w$]*)'? is not defined\b")
#: What CommonJS has and an ES module has not (Node's documentation, "Differences between ES modules and CommonJS").
_OF_COMMON = frozenset({"__dirname", "__filename", "exports", "module", "require"})


def missing_name(context: Context, printed: str | None = None, *, only: Callable[[str], bool] = bool) -> Finding | None:
    """The finding for a name that the block itself uses and nobody defines, as reading it tells, of those alone that are ``only``; None where there is none.

    One that a block in front of it alone uses is told there. Of a shell that is a variable, which its reader may have set. Of what a program
    ``printed``, only one of which that says that it is not defined.
    """
    if context.language.NAME == "curl":
        return None
    needs = context.language.names(context.sample.source).needs
    needs &= context.language.names(context.sample.block.text).needs
    of_others = facts(context.language.NAME).get("elsewhere", {}).keys() & needs
    needs -= {one for one in of_others if printed is None or not _is_value(one, context.sample.block.text)}
    if printed is not None:
        needs &= set(_NOT_DEFINED.findall(printed))
    defined = context.language.names(context.sample.source).defines
    told = (name for name in needs if only(name) and not is_readers(name, defined))
    lines = [(context.line_with_name(name) or 0, name) for name in told]
    if not lines:
        return None
    line, name = min(lines)
    return context.finding(
        "run.exit",
        f"the sample uses `{name}`, {nobody(name, context)}",
        line=line or None,
        expected=f"a definition or an import of `{name}`",
        got="none",
        hint=of_name(name, context),
    )


def _is_value(name: str, text: str) -> bool:
    """Whether a text uses an ordinary word as no more than a value (`content: prompt`), and not as what another runtime has under that name."""
    value = rf"(?<=[:,(\[])\s*{re.escape(name)}(?=\s*[,)\]}}])"
    return name.islower() and re.search(rf"\b{re.escape(name)}\b", re.sub(value, "", text)) is None


def nobody(name: str, context: Context) -> str:
    """That nobody defines a name, or not where it counts, in words that go on from it."""
    if name in context.language.names(context.sample.source).defines:
        return "which it defines only further down, or elsewhere"
    if _lacks_common(name, context):
        return "which an ES module has not got"
    where = "in a place that does not come before it" if name in context.defined else ""
    return f"which the page defines only {where}" if where else "which no block of the page defines"


def _lacks_common(name: str, context: Context) -> bool:
    return context.language.NAME == "node" and name in _OF_COMMON


def of_name(name: str, context: Context) -> str:
    """What to do about a name that nobody defines."""
    if context.language.NAME == "python" and name in sys.stdlib_module_names:
        return f"`import {name}` is missing"
    known = context.defined | context.language.names(context.sample.source).defines
    if _lacks_common(name, context):
        return "`import`, `export` and an `await` outside of functions make it an ES module: import what it needs, or put the `await` into an async function"
    near = difflib.get_close_matches(name, known - {name}, 1, cutoff=0.75)
    if near:
        return f"is it meant to be `{near[0]}`?"
    return "import or define it in the sample, or in a block above it"
