"""Code in the components of MDX pages: ``<DynamicCodeBlock lang="sh" code={`…`} />``, ``<CodeBlock language="sh">{`…`}</CodeBlock>``.

Such an element is read from its first character on, and within bounds; nothing else of a page's JSX is. A template that holds a value (`${…}`)
says nothing until the site is built.
"""

from __future__ import annotations

import re
from textwrap import dedent
from typing import TYPE_CHECKING

from aswritten.pages._code_names import info_of

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock

#: A component for code, by its name; its properties; a template without values.
_OPENING = re.compile(r"<(?:[A-Z]\w{0,40})?(?:Code|Snippet)\w{0,40}(?=\s)")
_TEMPLATE = r"\{\s{0,20}`(?P<code>(?:[^`\\$]|\\[\s\S]|\$(?!\{)){0,30000})`\s{0,20}\}"
_PROPERTY = re.compile(
    r"\s{1,200}(?P<key>[\w-]{1,40})(?:=(?:\"(?P<text>[^\"\n]{0,400})\"|'(?P<single>[^'\n]{0,400})'"
    rf"|{_TEMPLATE}|\{{[^{{}}`\n]{{0,400}}\}}))?"
)
_ENDS = re.compile(r"\s{0,200}/>")
_HOLDS = re.compile(rf"\s{{0,200}}>\s{{0,200}}{_TEMPLATE}\s{{0,200}}</[\w.]{{1,80}}>")
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
    shown: re.Match[str] | None = None
    at = opening.end()
    while found := _PROPERTY.match(source, at):
        said[found["key"]] = found["text"] or found["single"] or ""
        if found["code"] is not None and found["key"] in {"code", "children"}:
            shown = found
        at = found.end()
    closing = _ENDS.match(source, at) if shown else _HOLDS.match(source, at)
    line = start + source.count("\n", state.bMarks[start], closing.end()) + 1 if closing else 0
    if closing is None or line > end:
        return False
    if silent:
        return True
    held = shown or closing
    text = held["code"]
    begins = start + source.count("\n", state.bMarks[start], held.start("code"))
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
