"""Which tab of which tab group a line of a page stands in, by the marks that site generators use for tabs."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from aswritten.pages._outline import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

#: Elements that show one of their children at a time, and such children: `<Tabs>`, `<CodeGroup>`, `<TabItem>`, `{% tab %}` …
_GROUP = re.compile(
    r"[\w-]*tabs|code-?group|code-?blocks|tab-?(?:group|set|pane|view)|hfoptions|(?:request|response)example",
    re.IGNORECASE,
)
_TAB = re.compile(r"(?:[\w-]*|tabs\.)tab(?:s?-?(?:item|panel|content))?|tabs\.\w+|hfoption", re.IGNORECASE)
#: Groups nested deeper than this are read as one.
_DEEPEST = 16
#: A line after all lines.
_END = sys.maxsize
_TAG = re.compile(
    r"<(?P<end>/?)(?P<name>[A-Za-z][\w.-]*)"
    r"|\{%-?\s*(?P<gitbook_end>end)?(?P<gitbook>tabs?)\b"
    r"|\{\{[<%]\s*(?P<hugo_end>/?)\s*(?P<hugo>[\w-]+)"
)
_SELF_CLOSED = re.compile(r"[^<]*/>")
#: A tab of Python-Markdown's "tabbed" extension; what is indented below it is its content.
_INDENTED = re.compile(r'(?P<indent>[ \t]*)===[+!]*\s+"')
#: A container's mark: `:::{tab-item} Label`, `::: code-group`, `/// tab | Label`; without a name it ends one.
_CONTAINER = re.compile(r"[ \t]*(?P<marks>:{2,}|/{3,})[ \t]*(?:\{?(?P<name>[\w-]+)\b.*)?")
#: A tab within a container of colons: `@tab Label`, `== Label`.
_LABEL = re.compile(r"[ \t]*(?:@tab\b|==[ \t]+\S)")
#: Marks of pages whose content is indented below its container, where four spaces do not mean code.
_NESTED = re.compile(
    r'^[ \t]*(?:===[+!]*\s+"|(?:!!!|\?\?\?\+?)\s+\w|</?(?:[A-Z][\w.]*|hfoptions?)[\s/>]|\{%-?\s*tabs?\b|\{\{[<%]\s*tab)',
    re.MULTILINE,
)


def uses_nesting(text: str) -> bool:
    """Whether a page has containers (tabs, components, admonitions) whose content may be indented."""
    return _NESTED.search(text) is not None


def is_group(name: str) -> bool:
    """Whether an element or a directive of this name shows one of the tabs that it holds."""
    return _GROUP.fullmatch(name) is not None


def is_tab(name: str) -> bool:
    """Whether an element of this name is a tab of a group."""
    return _TAB.fullmatch(name) is not None


def spans(lines: Iterable[tuple[int, str]]) -> tuple[Span, ...]:
    """The tab groups and tabs of Markdown, given its lines (number, text) outside of code."""
    kept = list(lines)
    return (*_marked(kept), *_indented(kept), *_contained(kept))


def nested_spans(found: Iterable[Span], lines: Sequence[str] = ()) -> tuple[Span, ...]:
    """The spans in order, outer ones first, as deep as is looked into.

    Tabs that no group holds, with nothing but blank lines of ``lines`` between them, are a group.
    """
    ordered = sorted(found, key=_order)
    kept: list[Span] = []
    around: list[Span] = []
    alone: dict[Span | None, list[Span]] = {}
    for span in ordered:
        while around and around[-1].last < span.first:
            around.pop()
        if len(around) >= 2 * _DEEPEST:
            continue
        parent = around[-1] if around else None
        if not span.is_group and (parent is None or not parent.is_group):
            alone.setdefault(parent, []).append(span)
        kept.append(span)
        around.append(span)
    groups = [group for tabs in alone.values() for group in adjacent(tabs, lines)]
    return tuple(sorted((*kept, *groups), key=_order)) if groups else tuple(kept)


def adjacent(tabs: Iterable[Span], lines: Sequence[str]) -> Iterator[Span]:
    """The groups that neighbours make: two or more with nothing but blank lines between them."""
    group: list[Span] = []
    for tab in tabs:
        if group and any(lines[number].strip() for number in range(group[-1].last, min(tab.first - 1, len(lines)))):
            if len(group) > 1:
                yield Span(group[0].first, group[-1].last, is_group=True)
            group = []
        group.append(tab)
    if len(group) > 1:
        yield Span(group[0].first, group[-1].last, is_group=True)


def _order(span: Span) -> tuple[int, int, bool]:
    return span.first, -span.last, not span.is_group


def places(found: Sequence[Span], lines: Iterable[int]) -> Iterator[tuple[int, str]]:
    """For each of ``lines`` (ascending): the first line of its innermost tab group (0 outside of any), and its path.

    A path is ``group:tab`` for each group around the line, outermost first, joined by ``/``: two blocks are alternatives
    to each other where their paths part within a group. Where a group has no tab elements each fence is a tab.
    """
    open_spans: list[Span] = []
    position = 0
    for line in lines:
        while position < len(found) and found[position].first <= line:
            open_spans.append(found[position])
            position += 1
            if len(open_spans) > 4 * _DEEPEST:  # most of them have ended
                open_spans = [span for span in open_spans if span.last >= line]
        open_spans = [span for span in open_spans if span.last >= line]
        steps: list[tuple[int, int]] = []
        for span in open_spans:
            if span.is_group:
                steps.append((span.first, line))
            elif steps:
                steps[-1] = (steps[-1][0], span.first)
        yield steps[-1][0] if steps else 0, "/".join(f"{group}:{tab}" for group, tab in steps)


def _marked(lines: list[tuple[int, str]]) -> Iterator[Span]:
    """Spans of elements and template tags. One that is never closed is none."""
    stack: list[tuple[str, int, bool]] = []
    depths: dict[str, int] = {}
    for number, text in lines:
        for tag in _TAG.finditer(text):
            name = tag["name"] or tag["gitbook"] or tag["hugo"]
            group = is_group(name)
            if not group and not is_tab(name):
                continue
            if tag["end"] or tag["gitbook_end"] or tag["hugo_end"]:
                while depths.get(name):
                    opened, first, opened_group = stack.pop()
                    depths[opened] -= 1
                    if opened == name:
                        yield Span(first, number, opened_group)
                        break
            elif not (tag["name"] and _SELF_CLOSED.match(text, tag.end())):
                stack.append((name, number, group))
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


def _contained(lines: list[tuple[int, str]]) -> Iterator[Span]:
    """Spans of containers. A mark without a name ends the innermost one that was opened by no more colons (or slashes)."""
    stack: list[tuple[str, int, str]] = []  # (marks, first line, name)
    label: dict[int, int] = {}  # depth of a group -> first line of its tab
    for number, text in lines:
        mark = _CONTAINER.fullmatch(text)
        if mark is None:
            if stack and _LABEL.match(text) and is_group(stack[-1][2]):
                yield from _tab(label, len(stack), number - 1)
                label[len(stack)] = number
        elif mark["name"] and len(stack) < 2 * _DEEPEST:
            stack.append((mark["marks"], number, mark["name"].lower()))
        elif not mark["name"]:
            opened = next((at for at in range(len(stack) - 1, -1, -1) if _ends(stack[at][0], mark["marks"])), None)
            for depth in range(len(stack), opened or 0, -1):
                yield from _tab(label, depth, number)
            if opened is None:
                continue
            _, first, name = stack[opened]
            del stack[opened:]
            if is_group(name) or is_tab(name):
                yield Span(first, number, is_group(name))


def _ends(opening: str, closing: str) -> bool:
    return opening[0] == closing[0] and len(opening) <= len(closing)


def _tab(label: dict[int, int], depth: int, last: int) -> Iterator[Span]:
    if depth in label:
        yield Span(label.pop(depth), last, is_group=False)
