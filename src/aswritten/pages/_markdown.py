"""The block structure of Markdown and MDX, found by markdown-it-py: fences, comments and headings with their lines.

What is CommonMark and what is not:

- Raw HTML ends where its tag line ends. CommonMark reads on to the next blank line, so that a fence right below `<TabItem>` or
  `<details>` is text to it; the site generators whose pages hold such fences show them as code. Only comments and the elements
  whose content is never Markdown (`pre`, `script`, `style`, `textarea`) keep their content for themselves.
- An HTML element that shows code (`<pre><code>`) is a block; but for a value in braces where ``nested`` is set, as in MDX.
- Indented code is a block without a tag, but for a fence that is indented so far: its author meant another thing.
- ``nested=True`` switches indented code off, as MDX does, so that a fence may stand at any depth of tabs.
- ``{/* … */}`` is a comment where ``nested`` is set.
- Components of MDX that show code are fences where ``nested`` is set (`_components`).
- The directives of MyST and the highlighting tags of templates are fences too (`_directives`, `_shortcodes`).
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from aswritten.pages import _components, _directives, _shortcodes
from aswritten.pages._limits import BrokenError
from aswritten.pages._outline import Piece, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it import MarkdownIt
    from markdown_it.ruler import RuleOptionsType
    from markdown_it.rules_block import StateBlock
    from markdown_it.token import Token


#: (start, end, what it is): the content of these is no Markdown. CommonMark 0.31, "HTML blocks", kinds 1 to 5.
_Raw = tuple[re.Pattern[str], re.Pattern[str], str]
_RAW: tuple[_Raw, ...] = (
    (re.compile(r"<!--"), re.compile(r"-->"), "comment"),
    # Lower case only: `<Script …/>` is a component, and has no end tag to look for.
    (
        re.compile(r"<(?:script|pre|style|textarea)(?=[\s>]|$)(?!.*/>\s*$)"),
        re.compile(r"</(?:script|pre|style|textarea)>"),
        "raw",
    ),
    (re.compile(r"<\?"), re.compile(r"\?>"), "raw"),
    (re.compile(r"<![A-Za-z]"), re.compile(r">"), "raw"),
    (re.compile(r"<!\[CDATA\["), re.compile(r"\]\]>"), "raw"),
)
_BRACES: _Raw = (re.compile(r"\{/\*"), re.compile(r"\*/\s*\}"), "comment")
_COMMENT_MARKS = re.compile(r"\s*(?:<!--|\{/\*)(.*?)(?:-->|\*/\s*\}|\Z)", re.DOTALL)
_UNDERLINE = re.compile(r"(?:=+|-+)[ \t]*")
#: The beginning of an HTML element that shows code, and no drawing.
_SHOWS_CODE = re.compile(r"\s*<pre(?=[\s>])[^<>]{0,500}(?:class=[\"'](?:[^\"'<>]*\s)?lang(?:uage)?-|>\s*<code\b)")
#: Levels of directives within each other that are looked into.
_DEEPEST = 8


def parse(text: str, *, nested: bool, depth: int = 0) -> tuple[tuple[Piece, ...], tuple[Span, ...]]:
    """The fences, comments and headings of ``text`` (its lines end in LF) in its order; and its directives that are tabs."""
    parser = _parser(nested)
    tokens: list[Token] = []
    parser.block.parse(text, parser, {}, tokens)
    pieces: list[Piece] = []
    tabs: list[Span] = []
    for number, token in enumerate(tokens):
        if token.map is None:
            continue
        line, end = token.map[0] + 1, token.map[1] + 1
        if token.type == "fence" and "first" in token.meta:
            pieces.append(Piece("fence", line, end, token.content, token.info, first=token.meta["first"]))
        elif token.type == "fence":
            inner, spans = _fence(_fence_piece(token, line, end), nested=nested, depth=depth)
            pieces += inner
            tabs += spans
        elif token.type == "code_block" and not token.content.lstrip().startswith(("```", "~~~")):
            pieces.append(Piece("fence", line, end, token.content, first=line))
        elif token.type == "heading_open":
            title = _without_id(tokens[number + 1].content.strip())
            pieces.append(Piece("heading", line, end, title, level=int(token.tag[1:])))
        elif token.type == "comment":
            marked = _COMMENT_MARKS.match(token.content)
            pieces.append(Piece("comment", line, end, marked[1] if marked else token.content))
        elif token.type == "raw":
            shown = _preformatted(token.content, line, end)
            is_value = shown is not None and nested and shown.text.startswith("{")
            pieces.append(Piece("raw", line, end, token.content) if shown is None or is_value else shown)
    return tuple(pieces), tuple(tabs)


def _preformatted(content: str, line: int, end: int) -> Piece | None:
    """The code that an HTML element at a line shows, as GitBook writes it where a line of it is marked: `<pre><code class="lang-js">`."""
    if not _SHOWS_CODE.match(content):
        return None
    from aswritten.pages import _html  # imported here: few pages hold any

    try:
        found = _html.outline(content)
    except BrokenError:  # too much for its reader: text that is shown as it is
        return None
    code = next((piece for piece in found.pieces if piece.kind == "fence"), None)
    return code and replace(code, line=line, end=end, first=line + found.number(code.line + 1) - 1)


def _without_id(title: str) -> str:
    """A heading's text without the identifier at its end: `Title {#id}`."""
    start = title.rfind("{#") if title.endswith("}") else -1
    return title if start < 0 else title[:start].rstrip()


def _fence_piece(token: Token, line: int, end: int) -> Piece:
    content = token.content if token.content.endswith("\n") or not token.content else token.content + "\n"
    # The lines of a closed fence are its content and two marks.
    unclosed = end - line - 1 <= content.count("\n")
    return Piece("fence", line, end, content, token.info.strip(), unclosed=unclosed)


def _fence(fence: Piece, *, nested: bool, depth: int) -> tuple[list[Piece], list[Span]]:
    """What a fence is: itself, or what the directive that it writes holds."""
    directive = _directives.read(fence)
    if directive is None or depth >= _DEEPEST:
        return [fence], []
    if directive.kind == "fence":
        return [directive.piece], []
    if directive.kind == "raw":
        return [Piece("raw", fence.line, fence.end, fence.text)], []
    if directive.kind == "rst":
        # Imported here: few pages hold any, and its parser is a large one.
        from aswritten.pages import _rst

        try:
            inner, spans = _rst.parse(fence.text)
        except BrokenError:  # too much for its parser: a block that nobody can tell what it is
            return [fence], []
    else:
        inner, spans = parse(fence.text, nested=nested, depth=depth + 1)
    own = [Span(fence.line, fence.end - 1, directive.kind == "group")] if directive.kind in {"group", "tab"} else []
    return list(_shifted(inner, fence.line)), [*own, *(_shifted_span(span, fence.line) for span in spans)]


def _shifted(pieces: tuple[Piece, ...], by: int) -> Iterator[Piece]:
    for piece in pieces:
        first = piece.first and piece.first + by
        yield replace(piece, line=piece.line + by, end=piece.end + by, first=first)


def _shifted_span(span: Span, by: int) -> Span:
    return Span(span.first + by, span.last + by, span.is_group)


@cache
def _parser(nested: bool) -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark")
    # Link definitions are text here; the rule reads a paragraph of them once for each.
    parser.disable("reference")
    starts = _RAW
    if nested:
        parser.disable(["code", "lheading"])
        parser.block.ruler.at("paragraph", _paragraph)
        starts = (*_RAW, _BRACES)
        parser.block.ruler.before("fence", "component", _components.code, {"alt": ["paragraph", "blockquote", "list"]})

    def raw(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        return _raw(state, start, end, silent, starts)

    ends_paragraph: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    parser.block.ruler.at("html_block", raw, {"alt": ["paragraph", "reference", "blockquote"]})
    parser.block.ruler.before("fence", "directive", _directives.colon_fence, ends_paragraph)
    parser.block.ruler.before("fence", "shortcode", _shortcodes.highlighted, ends_paragraph)
    return parser


def _raw(state: StateBlock, start: int, end: int, silent: bool, starts: tuple[_Raw, ...]) -> bool:
    """A block rule of markdown-it: whether raw content starts at line ``start``; it ends with its mark or its container."""
    if state.is_code_block(start):
        return False
    text = _line(state, start)
    if not text.startswith(("<", "{")):
        return False
    raw = next((raw for raw in starts if raw[0].match(text)), None)
    if raw is None:
        return False
    if silent:
        return True
    opening, close, kind = raw
    line = start
    closed = close.search(opening.sub("", text, count=1)) is not None
    while not closed and line + 1 < end and not _leaves_container(state, line + 1):
        line += 1
        closed = close.search(_line(state, line)) is not None
    state.line = line + 1
    token = state.push(kind, "", 0)
    token.map = [start, state.line]
    token.content = state.getLines(start, state.line, state.blkIndent, True)
    return True


def _paragraph(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: ARG001 - the signature is markdown-it's
    """A block rule of markdown-it: a paragraph or a setext heading, which a fence at any depth may follow.

    markdown-it's own two take what is indented by more than three spaces for text, also where indented code is off.
    """
    terminators = state.md.block.ruler.getRules("paragraph")
    parent, state.parentType = state.parentType, "paragraph"
    line, underline = start + 1, None
    while line < end and not state.isEmpty(line):
        underline = _UNDERLINE.fullmatch(_line(state, line)) if state.sCount[line] >= state.blkIndent else None
        # A negative indent is a lazy line of a block quote, which has looked at it already.
        if underline or (state.sCount[line] >= 0 and any(rule(state, line, end, True) for rule in terminators)):
            break
        line += 1
    state.parentType = parent
    content = state.getLines(start, line, state.blkIndent, False).strip()
    state.line = line + 1 if underline else line
    level = {"=": 1, "-": 2}[underline[0][0]] if underline else 0
    name, tag = ("heading", f"h{level}") if level else ("paragraph", "p")
    state.push(f"{name}_open", tag, 1).map = [start, state.line]
    inline = state.push("inline", "", 0)
    inline.content, inline.map, inline.children = content, [start, state.line], []
    state.push(f"{name}_close", tag, -1)
    return True


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _leaves_container(state: StateBlock, line: int) -> bool:
    return not state.isEmpty(line) and state.sCount[line] < state.blkIndent
