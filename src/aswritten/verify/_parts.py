"""Samples that show a part of a program, of which a name tells that nothing on the page defines."""

from __future__ import annotations

import itertools
import re
import sys
from typing import TYPE_CHECKING

from aswritten.languages import by_name, facts, is_slip, known_packages
from aswritten.model import Sample
from aswritten.verify._meant import USES, as_no_mistake
from aswritten.verify._mistakes import is_of_source

if TYPE_CHECKING:
    from aswritten.model import Block, Verdict

#: A comment as the first line of a sample that stands for what comes before.
_EXCERPT = re.compile(
    r"\A\s*(?:#|//)[ \t]*(?:(?:\.\.\.|…)[^\n]*|(?:add|insert|place|put|write) (?:your |the )?(?:own )?code (?:for|that|to)\b[^\n]{1,120}\bhere\b[^\n]*)\n",
    re.IGNORECASE,
)
#: A comment in three dots on both sides, which stands for what is done there: `// … look it up …`.
_DONE_THERE = re.compile(r"^[ \t]*(?:#|//)[ \t]*(?P<mark>(?:\.\.\.|…)[^\n]{1,80}(?:\.\.\.|…))[ \t]*$", re.MULTILINE)
#: How such a comment says that it stands for what another sample sets up, and a call before it tells nothing.
_AS_ELSEWHERE = re.compile(r"\b(?:same|as (?:above|before)|set-?up)\b", re.IGNORECASE)
#: A call of the program's own level that is written out with whatever else it takes, as references write it.
_WITH_MORE = re.compile(r"^(?!def |async |class |return )[^\s#][^\n]{0,200}\*\*kwargs\)", re.MULTILINE)
#: How a program hands what it does to an application that its reader has: `app.post("/run", async (req, res) => …`, `@app.get("/chat")`.
_ROUTE = (
    r"^(?P<call>(?P<decorates>@)?NAME\.(?:get|post|put|patch|delete|all|route|websocket)\([ ]?[\"'`]/[^\"'`\n]{0,100}[\"'`])"
    r"(?(decorates)|\s{0,40},\s{0,40}(?:async\b|function\b|\(|[\w$]{1,60}\s{0,9}(?:=>|[,)])|[^\n]{1,200}?,\s?(?:async\b|function\b)))"
)
#: So many names that nothing defines make a sample a part of a program.
_EXCERPT_NEEDS = 3
#: So many are looked at.
_MOST = 20


def unless_excerpt(verdict: Verdict) -> Verdict:
    """The verdict, but for a sample of which a part is left out, that was to define a name or to do what it ends for: as it says, as it is a route of an application or
    hands a value on under its own name, or as so many names tell that are not defined. One or two are slips.
    """
    errors = [finding for finding in verdict.findings if finding.level == "error"]
    if verdict.name != "failed" or [one.rule for one in errors] != ["run.exit"] or "meant to be" in errors[0].hint:
        return verdict
    if used := USES.match(errors[0].message):
        why = _part_of(verdict, used["name"], errors[0].line)
    else:
        # Source that is none is so without what is left out, and what it makes of an answer has nothing to do with it.
        own = "" if is_of_source(verdict) else _done_there(verdict.block, errors[0].line)
        own = own if not verdict.calls or _AS_ELSEWHERE.search(own) else ""
        why = f"a part is left out: `{own}`" if own else ""
    return as_no_mistake(verdict, "fragment", why, {"run.exit"}) if why else verdict


def _part_of(verdict: Verdict, name: str, line: int) -> str:
    """What a sample that misses a name, at a line of its page, is a part of, in words; empty for a mistake."""
    block, language = verdict.block, verdict.language
    needs = _missed_values(Sample(block, language, verdict.run_with).source, language)
    if mark := _says_left_out(block, line if name in needs else 0):
        return f"a part is left out: `{mark}`"
    if name == "kwargs" and (taken := _WITH_MORE.search(block.text)):
        return f"shows what a call takes: `{taken.group().strip()}`"
    if route := _route(name, block.text, language) or _handled(name, block.text):
        return f"a part of the reader's application `{name}`: `{route}`"
    if verdict.run_with and name in needs and (given := _given_as_itself(name, block.text)):
        return f"its reader has `{name}`: `{given}`"
    if len(needs) < _EXCERPT_NEEDS:
        return ""
    shown = ", ".join(f"`{one}`" for one in needs[:_EXCERPT_NEEDS])
    return f"a part of a program: nothing above it defines {shown}"


def _route(name: str, text: str, language: str) -> str:
    """Where a sample hands a function to an application of that name, of whose kind it makes none; empty for none."""
    imported = by_name(language).import_lines(text)
    makers = [one for one in imported if one.lower() in facts("surroundings")["applications"] and _makes(one, text)]
    found = re.search(_ROUTE.replace("NAME", re.escape(name)), text, re.MULTILINE)
    if found is None or makers:
        return ""
    return f"{found['call']})" if found["decorates"] else f"{found['call']}, …)"


def _handled(name: str, text: str) -> str:
    """Where a sample waits for what an application's handler is given: `await request.json()`; empty for none."""
    found = re.search(rf"\bawait {re.escape(name)}\.(?:json|body|form|formData|text|receive\w*|accept)\(", text)
    return f"{found.group()})" if found else ""


def _makes(maker: str, text: str) -> bool:
    """Whether a sample makes an application with what it imports, or imports that for nothing else: `express.json()` is something else."""
    makes = re.search(rf"\b{re.escape(maker)}(?:\.[A-Z]\w{{0,60}})?\(", text)
    return makes is not None or f"{maker}." not in text


def _given_as_itself(name: str, text: str) -> str:
    """Where a value is handed on under its own name, as what a reader has is shown: `messages=messages`, `{ model: "m", messages }`; empty for none."""
    name = re.escape(name)
    form = rf"\b{name}\s?[=:]\s?{name}\b|(?<=\()\{{\s{{0,40}}{name}\s{{0,40}}[,}}]|,\s{{0,40}}{name}\s{{0,40}},?\s{{0,40}}\}}"
    found = re.search(form, text)
    # One that is read otherwise too, or printed, is the sample's own.
    is_only = re.search(rf"\b{name}\b", re.sub(form, "", text)) is None
    is_shown = (
        found is not None and re.search(rf"(?:print|log)\([^\n]{{0,200}}{re.escape(found.group())}", text) is not None
    )
    return " ".join(found.group().split()) if found and is_only and not is_shown else ""


def _missed_values(source: str, language: str) -> list[str]:
    """The names that a source uses and nothing defines, but for modules and classes, whose import is missing, and for slips of names that it has.

    So many are looked at, since each is compared with all that the source defines.
    """
    names = by_name(language).names(source)
    modules = sys.stdlib_module_names if language == "python" else facts(language).get("builtins", ())
    values = (name for name in sorted(names.needs) if name.lstrip("_")[:1].islower() or name.isupper())
    plain = (name for name in values if name not in modules and len(name) > 1)
    missed = (name for name in plain if name not in known_packages(language))
    found = [name for name in itertools.islice(missed, _MOST) if not is_slip(name, names.defines)]
    # By themselves they are settings, of which a page is to tell.
    return [] if all(map(str.isupper, found)) else found


def _says_left_out(block: Block, line: int) -> str:
    """The first line of a sample where it is a comment that stands for what comes before, or one above a line of the page that says what is done there; else empty."""
    first = _EXCERPT.match(block.text)
    return first.group().strip() if first else _done_there(block, line)


def _done_there(block: Block, line: int | None) -> str:
    """The first comment above a line of the page that says what is done in its place; empty for none."""
    above = (one for one in _DONE_THERE.finditer(block.text) if line and _line_of(block, one) < line)
    found = next(above, None)
    return found.group().strip() if found else ""


def _line_of(block: Block, found: re.Match[str]) -> int:
    return block.page_line(block.text.count("\n", 0, found.start()) + 1)
