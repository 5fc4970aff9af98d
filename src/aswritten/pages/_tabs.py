"""Which tab of which tab group a line of a page stands in, by the marks that site generators use for tabs."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: Elements that show one of their children at a time, and such children: `<Tabs>`, `<CodeGroup>`, `<TabItem>`, `{% tab %}` …
_GROUP = re.compile(
    r"\w*tabs|code-?group|code-?blocks|tab-?(?:group|set|pane|view)|hfoptions|(?:request|response)example",
    re.IGNORECASE,
)
#: Groups nested deeper than this are read as one.
_DEEPEST = 16
#: A line after all lines.
_END = sys.maxsize
_TAB = re.compile(r"\w*tab(?:-?(?:item|panel|content))?|hfoption", re.IGNORECASE)
_TAG = re.compile(
    r"<(?P<end>/?)(?P<name>[A-Za-z][\w.-]*)"
    r"|\{%-?\s*(?P<gitbook_end>end)?(?P<gitbook>tabs?)\b"
    r"|\{\{[<%]\s*(?P<hugo_end>/?)\s*(?P<hugo>[\w-]+)"
)
_SELF_CLOSED = re.compile(r"[^<]*/>")
#: A tab of Python-Markdown's "tabbed" extension; what is indented below it is its content.
_INDENTED = re.compile(r'(?P<indent>[ \t]*)===[+!]*\s+"')
#: Marks of pages whose content is indented below its container, where four spaces do not mean code.
_NESTED = re.compile(
    r'^[ \t]*(?:===[+!]*\s+"|(?:!!!|\?\?\?\+?)\s+\w|</?(?:[A-Z][\w.]*|hfoptions?)[\s/>]|\{%-?\s*tabs?\b|\{\{[<%]\s*tab)',
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Span:
    """A tab group or a tab, with the lines (1-based, inclusive) that its marks stand on."""

    first: int
    last: int
    is_group: bool


def uses_nesting(text: str) -> bool:
    """Whether a page has containers (tabs, components, admonitions) whose content may be indented."""
    return _NESTED.search(text) is not None


def spans(lines: Iterable[tuple[int, str]]) -> tuple[Span, ...]:
    """The tab groups and tabs of a page, given its lines (number, text) outside of code; outer ones first."""
    kept = list(lines)
    return tuple(
        sorted((*_marked(kept), *_indented(kept)), key=lambda span: (span.first, -span.last, not span.is_group))
    )


def places(found: tuple[Span, ...], lines: Iterable[int]) -> Iterator[tuple[str, str]]:
    """For each of ``lines`` (ascending): the name of its innermost tab group, and its path.

    A path is ``group:tab`` for each group around the line, outermost first, joined by ``/``: two blocks are alternatives
    to each other where their paths part within a group. Where a group has no tab elements each fence is a tab.
    """
    open_spans: list[Span] = []
    position = 0
    for line in lines:
        while position < len(found) and found[position].first <= line:
            open_spans.append(found[position])
            position += 1
        open_spans = [span for span in open_spans if span.last >= line]
        steps: list[tuple[int, int]] = []
        for span in open_spans:
            if span.is_group:
                steps.append((span.first, line))
            elif steps:
                steps[-1] = (steps[-1][0], span.first)
        yield (f"tabs at line {steps[-1][0]}" if steps else "", "/".join(f"{group}:{tab}" for group, tab in steps))


def _marked(lines: list[tuple[int, str]]) -> Iterator[Span]:
    """Spans of elements and template tags. One that is never closed is none."""
    stack: list[tuple[str, int, bool]] = []
    depths: dict[str, int] = {}
    for number, text in lines:
        for tag in _TAG.finditer(text):
            name = tag["name"] or tag["gitbook"] or tag["hugo"]
            is_group = _GROUP.fullmatch(name) is not None
            if not is_group and not _TAB.fullmatch(name):
                continue
            if tag["end"] or tag["gitbook_end"] or tag["hugo_end"]:
                while depths.get(name):
                    opened, first, opened_group = stack.pop()
                    depths[opened] -= 1
                    if opened == name:
                        if len(stack) < _DEEPEST:
                            yield Span(first, number, opened_group)
                        break
            elif not (tag["name"] and _SELF_CLOSED.match(text, tag.end())):
                stack.append((name, number, is_group))
                depths[name] = depths.get(name, 0) + 1


def _indented(lines: list[tuple[int, str]]) -> Iterator[Span]:
    """Spans of `=== "Label"` tabs: each reaches to the next line that is not indented below it."""
    open_groups: list[tuple[int, int, int]] = []  # (indent, first line of the group, first line of its tab)
    for number, text in lines:
        if not text.strip():
            continue
        indent = len(text) - len(text.lstrip())
        mark = _INDENTED.match(text)
        while open_groups and indent <= open_groups[-1][0]:
            width, group, tab = open_groups.pop()
            yield Span(tab, number - 1, is_group=False)
            if mark and indent == width:
                open_groups.append((width, group, number))
                break
            yield Span(group, number - 1, is_group=True)
        else:
            if mark and len(open_groups) < _DEEPEST:
                open_groups.append((indent, number, number))
    for _, group, tab in open_groups:
        yield Span(tab, _END, is_group=False)
        yield Span(group, _END, is_group=True)
