"""Samples that show a part of a program, of which a name tells that nothing on the page defines."""

from __future__ import annotations

import difflib
import re
import sys
from typing import TYPE_CHECKING

from aswritten.languages import by_name, facts, known_packages
from aswritten.model import Sample
from aswritten.verify._meant import USES, as_no_mistake

if TYPE_CHECKING:
    from aswritten.model import Verdict

#: A comment as the first line of a sample that stands for what comes before.
_EXCERPT = re.compile(
    r"\A\s*(?:#|//)[ \t]*(?:(?:\.\.\.|…)[^\n]*|(?:add|insert|place|put|write) (?:your |the )?(?:own )?code (?:for|that|to)\b[^\n]{1,120}\bhere\b[^\n]*)\n",
    re.IGNORECASE,
)
#: A comment in three dots on both sides, which stands for what is done there: `// … look it up …`.
_DONE_THERE = re.compile(r"^[ \t]*(?:#|//)[ \t]*(?P<mark>(?:\.\.\.|…)[^\n]{1,80}(?:\.\.\.|…))[ \t]*$", re.MULTILINE)
#: How a program hands what it does to an application that its reader has: `app.post("/run", …)`, `@app.get("/chat")`.
_ROUTE = r"^@?NAME\.(?:get|post|put|patch|delete|all|route|websocket)\(\s{0,40}[\"'`]/[^\n]{0,80}"
#: From here on a name is another one, mistyped.
_ALIKE = 0.8
#: So many names that nothing defines make a sample a part of a program.
_EXCERPT_NEEDS = 3


def unless_excerpt(verdict: Verdict) -> Verdict:
    """The verdict, but for a sample of which a part is left out that was to define a name: as it says, or as so many names tell that are not defined.

    One or two are slips, but for what a sample that goes on from others hands on under its own name.
    """
    errors = [finding for finding in verdict.findings if finding.level == "error"]
    used = USES.match(errors[0].message) if [one.rule for one in errors] == ["run.exit"] else None
    if verdict.name != "failed" or used is None or "meant to be" in errors[0].hint:
        return verdict
    if mark := _says_left_out(verdict.block.text):
        return as_no_mistake(verdict, "fragment", f"a part is left out: `{mark}`", {"run.exit"})
    route = re.search(_ROUTE.replace("NAME", re.escape(used["name"])), verdict.block.text, re.MULTILINE)
    if route is not None:
        what = f"a part of the reader's application `{used['name']}`: `{route.group().strip()}`"
        return as_no_mistake(verdict, "fragment", what, {"run.exit"})
    if verdict.run_with and (given := _given_as_itself(used["name"], verdict.block.text)):
        return as_no_mistake(verdict, "fragment", f"its reader has `{used['name']}`: `{given}`", {"run.exit"})
    needs = _missed_values(Sample(verdict.block, verdict.language, verdict.run_with).source, verdict.language)
    if len(needs) < _EXCERPT_NEEDS:
        return verdict
    shown = ", ".join(f"`{name}`" for name in needs[:_EXCERPT_NEEDS])
    return as_no_mistake(verdict, "fragment", f"a part of a program: nothing above it defines {shown}", {"run.exit"})


def _given_as_itself(name: str, text: str) -> str:
    """Where a value is handed on under its own name, as what a reader has is shown: `messages=messages`, `{ model: "m", messages }`; empty for none."""
    name = re.escape(name)
    form = rf"\b{name}\s?[=:]\s?{name}\b|\{{\s{{0,40}}{name}\s{{0,40}}[,}}]|,\s{{0,40}}{name}\s{{0,40}},?\s{{0,40}}\}}"
    found = re.search(form, text)
    return " ".join(found.group().split()) if found else ""


def _missed_values(source: str, language: str) -> list[str]:
    """The names that a source uses and nothing defines, but for modules and classes, whose import is missing, and for slips of names that it has."""
    names = by_name(language).names(source)
    modules = sys.stdlib_module_names if language == "python" else facts(language).get("builtins", ())
    plain = (name for name in names.needs if name[:1].islower() and name not in modules and len(name) > 1)
    missed = [name for name in plain if name not in known_packages(language)]
    return sorted(name for name in missed if not difflib.get_close_matches(name, names.defines, 1, _ALIKE))


def _says_left_out(text: str) -> str:
    """The first line of a sample where it is a comment that stands for what comes before, or one further on that says what is done there; else empty."""
    found = _EXCERPT.match(text) or _DONE_THERE.search(text)
    return found.group().strip() if found else ""
