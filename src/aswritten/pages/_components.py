"""Code in the components of MDX pages: ``<DynamicCodeBlock lang="sh" code={`…`} />``, ``<CodeBlock language="sh">{`…`}</CodeBlock>``.

JSX is no Markdown, and such an element is one part of a page: it is read by its own grammar, from its first character on. A template that
holds a value (`${…}`) says nothing until the site is built.
"""

from __future__ import annotations

import re
from textwrap import dedent
from typing import TYPE_CHECKING

from aswritten.pages._code_names import info_of

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock

#: A component for code, by its name; its properties; a template without values.
_NAME = r"<(?P<name>[A-Z]\w{0,40}(?:Code|Snippet)\w{0,40}|(?:Code|Snippet)\w{0,40})(?=\s)"
_TEMPLATE = r"\{\s{0,20}`((?:[^`\\$]|\\[\s\S]|\$(?!\{)){0,30000})`\s{0,20}\}"
_PROPERTY = re.compile(
    r"\s{1,200}(?P<key>[\w-]{1,40})(?:=(?:\"(?P<text>[^\"\n]{0,400})\"|'(?P<single>[^'\n]{0,400})'"
    rf"|(?P<template>{_TEMPLATE})|\{{[^{{}}`\n]{{0,400}}\}}))?"
)
_OPENING = re.compile(_NAME)
_ENDS = re.compile(r"\s{0,200}/>")
_HOLDS = re.compile(rf"\s{{0,200}}>\s{{0,200}}(?P<template>{_TEMPLATE})\s{{0,200}}</[\w.]{{1,80}}>")
_ESCAPED = re.compile(r"\\([`$\\])")
_LANGUAGES = ("lang", "language", "syntax")
_TITLES = ("title", "filename")


def code(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A block rule of markdown-it: a component that shows code. Its content is the template's text, as JavaScript reads it."""
    source = state.src
    opening = _OPENING.match(source, state.bMarks[start] + state.tShift[start])
    # What a quote puts in front of each line is none of the template's.
    if opening is None or source[source.rfind("\n", 0, opening.start()) + 1 : opening.start()].strip():
        return False
    said: dict[str, str] = {}
    template: tuple[int, int] | None = None
    at = opening.end()
    while found := _PROPERTY.match(source, at):
        said[found["key"]] = found["text"] or found["single"] or ""
        if found["template"] and found["key"] in {"code", "children"}:
            template = found.span("template")
        at = found.end()
    closing = _ENDS.match(source, at) if template else _HOLDS.match(source, at)
    if closing is None:
        return False
    first, last = template or closing.span("template")
    line = start + source.count("\n", state.bMarks[start], closing.end()) + 1
    if line > end:
        return False
    if silent:
        return True
    text = source[source.index("`", first) + 1 : source.rindex("`", first, last)]
    begins = start + source.count("\n", state.bMarks[start], source.index("`", first))
    skipped = text.startswith("\n")
    content = dedent(_ESCAPED.sub(r"\1", text[skipped:]))
    state.line = line
    token = state.push("fence", "code", 0)
    token.info = info_of(
        next((said[key] for key in _LANGUAGES if said.get(key)), ""),
        title=next((said[key] for key in _TITLES if said.get(key)), ""),
    )
    token.content = content if content.endswith("\n") else f"{content}\n"
    token.map = [start, state.line]
    token.meta = {"first": begins + skipped + 1}
    return True
