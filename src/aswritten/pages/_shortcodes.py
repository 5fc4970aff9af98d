"""Code that a page shows by a tag of its site generator's templates instead of a fence: `{% highlight python %}`, `{{< highlight sh >}}`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock

#: Such a tag alone on its line. A Hugo `tab` holds code where it names a language.
_OPENING = re.compile(
    r"""\{%-?\s*(?P<liquid>highlight|codeblock|code_block)\b\s*(?:lang:)?(?P<liquid_info>[^%]*?)\s*-?%\}
    |\{\{[<%]\s*(?P<hugo>highlight)\s+(?P<hugo_info>[^{}]*?)\s*[>%]\}\}
    |\{\{[<%]\s*(?P<tab>tab)\s(?=[^{}]*\blang\s*=\s*"(?P<tab_info>[^"{}]+)")[^{}]*[>%]\}\}""",
    re.VERBOSE,
)
_CLOSING = {
    "liquid": re.compile(r"\{%-?\s*end(?P<name>\w+)\s*-?%\}"),
    "hugo": re.compile(r"\{\{[<%]\s*/\s*(?P<name>\w+)\s*[>%]\}\}"),
}
_FENCE = re.compile(r"`{3,}|~{3,}")


def highlighted(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A block rule of markdown-it: a template's tag that shows what it holds as code. One that is never closed is text."""
    text = _line(state, start)
    if not text.startswith("{") or state.is_code_block(start):
        return False
    opening = _OPENING.fullmatch(text.rstrip())
    if opening is None:
        return False
    name = opening["liquid"] or opening["hugo"] or opening["tab"]
    last = _closing_line(state, start, end, name, "liquid" if opening["liquid"] else "hugo")
    if last is None:
        return False
    if not silent:
        state.line = last + 1
        token = state.push("fence", "code", 0)
        token.info = (opening["liquid_info"] or opening["hugo_info"] or opening["tab_info"] or "").replace('"', "")
        token.content = state.getLines(start + 1, last, state.sCount[start], True)
        token.map = [start, last + 1]
    return True


def _closing_line(state: StateBlock, start: int, end: int, name: str, kind: str) -> int | None:
    """The line that closes the tag; None where there is none, or where the tag holds Markdown with fences of its own.

    Where it was looked for in vain is remembered, so that a page of openings is not read once for each.
    """
    in_vain: dict[tuple[str, str, int], tuple[int, int]] = state.env.setdefault("shortcodes", {})
    first, last = in_vain.get((kind, name, end), (0, 0))
    if first <= start < last:
        return None
    for line in range(start + 1, end):
        text = _line(state, line)
        closing = _CLOSING[kind].fullmatch(text.rstrip())
        if closing and closing["name"] == name:
            return line
        if _FENCE.match(text):
            in_vain[(kind, name, end)] = (start, line)
            return None
    in_vain[(kind, name, end)] = (start, end)
    return None


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]
