"""A page of reStructuredText to its outline: code directives, literal blocks, tabs, titles and comments, as docutils finds them."""

from __future__ import annotations

import re
from bisect import bisect
from functools import cache, cached_property
from operator import itemgetter
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from aswritten.pages import _docutils
from aswritten.pages._code_names import CODE, FIXED, GROUPS, OPAQUE, TABS, info_of, language_of
from aswritten.pages._limits import BrokenError
from aswritten.pages._outline import Outline, Piece, Span
from aswritten.pages._tabs import nested_spans

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from docutils import nodes

#: Lines that are read: docutils takes up to a tenth of a millisecond and ten kilobytes for each.
LINES = 40_000
#: Characters of one line. docutils copies a line once for each list that begins on it.
LENGTH = 100_000
#: Steps of indentation, one within the other, that are read.
DEEPEST = 32
_TOO_DEEP = f"is nested too deeply: expected at most {DEEPEST} steps of indentation within each other"
#: Directives within each other whose content is read.
_DEEPEST_DIRECTIVE = 16
_OPTION = re.compile(r":(?P<key>[\w-]+):(?:[ \t]+(?P<value>.*))?")
_COMMENT = re.compile(r"[ \t]*\.\.[ \t]+(?P<text>aswritten:.*)")
#: Characters of a parsed literal whose markup is read: docutils looks for the end of each mark in all that follows.
_PARSED = 4_000
#: The definition of a substitution by text, and what it shows: at most a line's length, as it may be shown at every word.
_SUBSTITUTION = re.compile(r"(?P<indent>[ \t]*)\.\.[ \t]+\|(?P<name>[^|]+)\|[ \t]+replace::(?P<text>.*)")
_REPLACED = 200
#: A target that a reference may name; one without a name.
_TARGET = re.compile(r"[ \t]*\.\.[ \t]+_(?P<name>`[^`]+`|[^:`]+):(?:[ \t].*)?")
_NAMELESS = re.compile(r"[ \t]*(?:__[ \t]+\S|\.\.[ \t]+__:).*")
#: A backslash that ends a line and is escaped by none: it would take the line's end away.
_CONTINUED = re.compile(r"(?<!\\)((?:\\\\)*)\\\n")
#: The text of a role that has a title: `title <target>`.
_TITLED = re.compile(r"(?P<title>.*\S)\s*<[^<>]+>", re.DOTALL)
#: Lines that are no words: what underlines a title, directives and targets, a directive's options.
_MACHINERY = re.compile(r"[ \t]*(?:([^\w\s])\1{2,}|\.\.(?:[ \t].*)?|:[\w-]+:(?:[ \t].*)?)[ \t]*")


def outline(text: str) -> Outline:
    """The outline of a page whose lines end in LF. Raises BrokenError for one that is too much for docutils."""
    lines = text.split("\n")
    pieces, spans = parse(text)
    inside = {line for piece in pieces if piece.kind != "heading" for line in range(piece.line, piece.end)}
    outside = ((number, line) for number, line in enumerate(lines, 1) if number not in inside)
    prose = {number: line for number, line in outside if not _MACHINERY.fullmatch(line)}
    return Outline(lines, pieces, prose, nested_spans(spans, lines))


def parse(text: str) -> tuple[tuple[Piece, ...], tuple[Span, ...]]:
    """The fences, comments, headings and tabs of a page whose lines end in LF. Raises BrokenError for one that is too much for docutils."""
    lines = text.split("\n")
    if len(lines) > LINES:
        raise BrokenError(
            LINES, f"expected at most {LINES} lines of reStructuredText, got {len(lines)}: split the page"
        )
    longest = max(range(len(lines)), key=lambda number: len(lines[number]))
    if len(lines[longest]) > LENGTH:
        raise BrokenError(
            longest + 1, f"expected lines of at most {LENGTH} characters, got {len(lines[longest])}: break the line"
        )
    _refuse_depth(lines)
    finder = _Finder(lines)
    try:
        finder.look(_docutils.parse(text, finder.run))
    except RecursionError as error:
        raise BrokenError(None, _TOO_DEEP) from error
    pieces = finder.pieces
    inside = {line for piece in pieces if piece.kind == "fence" for line in range(piece.line, piece.end)}
    comments = (
        Piece("comment", number, number + 1, comment["text"])
        for number, line in enumerate(lines, 1)
        if ".." in line and number not in inside and (comment := _COMMENT.fullmatch(line))
    )
    return tuple(sorted((*pieces, *comments), key=lambda piece: piece.line)), tuple(finder.spans)


def _refuse_depth(lines: Sequence[str]) -> None:
    """Raises BrokenError where docutils, which goes down with each step, would copy the page too often."""
    steps: list[int] = []
    for number, line in enumerate(lines, 1):
        text = line.lstrip()
        if not text:
            continue
        indent = len(line) - len(text)
        while steps and steps[-1] > indent:
            steps.pop()
        if not steps or steps[-1] < indent:
            steps.append(indent)
            if len(steps) > DEEPEST:
                raise BrokenError(number, _TOO_DEEP)


class _Finder:
    """Collects the pieces of one page: of directives while docutils reads it, of the rest from its tree."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.pieces: list[Piece] = []
        self.spans: list[Span] = []
        self._lines = lines
        self._depth = 0
        self._languages: list[tuple[int, str]] = [(0, "")]
        """(line, language of the code below it that names none), by `highlight` directives."""

    def run(self, directive: _docutils.Directive) -> list[nodes.Node]:
        """What docutils is to put into its tree for a directive."""
        from docutils import nodes

        words = _Words(directive)
        name, last = directive.name, directive.lines[-1] if directive.lines else directive.line
        if name in CODE:
            self.pieces.append(self._code(directive, words))
        elif name == "highlight":
            self._languages.append((directive.line, language_of("code", words.argument)))
        elif name in OPAQUE or self._depth >= _DEEPEST_DIRECTIVE:
            self.pieces.append(Piece("raw", directive.line, last + 1, ""))
        else:
            if name in GROUPS or name in TABS:
                self.spans.append(Span(directive.line, last, name in GROUPS))
            holder = nodes.container()
            self._depth += 1
            # An argument that ends in `::` is a paragraph with a literal block below it: `.. note:: Run::`
            directive.parse(0 if words.argument.endswith("::") else words.taken, holder)
            self._depth -= 1
            return [holder]
        return []

    def look(self, document: nodes.document) -> None:
        """Collect titles, literal blocks and doctest blocks from the tree; then put all in the order of the page."""
        from docutils import nodes

        pending: list[tuple[Any, int]] = [(document, 0)]
        while pending:
            node, level = pending.pop()
            if isinstance(node, nodes.title) and level:
                line = getattr(node.children[0], "line", 0) if node.children else 0
                if line:
                    self.pieces.append(Piece("heading", line, line + 1, node.astext().strip(), level=level))
            elif isinstance(node, (nodes.literal_block, nodes.doctest_block)):
                self._literal(node)
            elif not isinstance(node, nodes.system_message):
                inner = level + isinstance(node, nodes.section)
                pending += [(child, inner) for child in reversed(getattr(node, "children", ()))]
        self.pieces.sort(key=lambda piece: piece.line)

    def _code(self, directive: _docutils.Directive, words: _Words) -> Piece:
        content, numbers = directive.content[words.taken :], directive.lines[words.taken :]
        language = language_of(directive.name, words.argument) or self._language_at(directive.line)
        _, _, label = words.argument.partition(" ")
        label = "" if directive.name in FIXED or directive.name == "prompt" else label.strip()
        info = info_of(language, label, words.options.get("caption", ""))
        last = numbers[-1] if numbers else max([directive.line, *directive.lines[: words.taken]])
        first = numbers[0] if numbers else last + 1
        text = "".join(f"{line}\n" for line in content)
        if directive.name == "parsed-literal" and len(text) <= _PARSED:
            text = self._shown(text)
        return Piece("fence", directive.line, last + 1, text, info, first=first, tag=language)

    def _shown(self, text: str) -> str:
        """What a reader sees of a parsed literal, line by line. What names nothing on the page stays as it is."""
        # Escaped line ends go on in the same line: kept, as a shell and Python go on there too.
        shown = _inline(_CONTINUED.sub(r"\1\\\\\n", text), self._substitutions, self._targets)
        return shown if shown.count("\n") == text.count("\n") else text

    @cached_property
    def _substitutions(self) -> dict[str, str]:
        """What the page's substitutions show, by their names."""
        texts: dict[str, str] = {}
        for number, line in enumerate(self._lines):
            if "replace::" in line and (found := _SUBSTITUTION.fullmatch(line)):
                text = found["text"]
                for more in self._lines[number + 1 : number + 5]:
                    if not more.strip() or len(more) - len(more.lstrip()) <= len(found["indent"]):
                        break
                    text += f" {more}"
                text = " ".join(text.split())
                if len(text) <= _REPLACED:
                    texts.setdefault(found["name"].strip().lower(), _inline(text, {}, self._targets))
        return texts

    @cached_property
    def _targets(self) -> frozenset[str]:
        """The names that a reference may have, lower case; `__` where there are targets without a name."""
        named = {found["name"].strip("`").lower() for line in self._lines if (found := _TARGET.fullmatch(line))}
        return frozenset(named | ({"__"} if any(map(_NAMELESS.fullmatch, self._lines)) else set()))

    def _language_at(self, line: int) -> str:
        return self._languages[bisect(self._languages, line, key=itemgetter(0)) - 1][1]

    def _literal(self, node: Any) -> None:
        text = node.astext()
        count = text.count("\n") + 1
        if not node.line:
            return
        is_doctest = node.tagname == "doctest_block"
        opening = first = self._doctest_line(node.line, text.split("\n")) if is_doctest else node.line
        tag = "pycon" if is_doctest else self._language_at(first)
        if not is_doctest:
            opening = next((n for n in range(first - 1, 0, -1) if self._lines[n - 1].strip()), first)
        self.pieces.append(Piece("fence", opening, first + count, text + "\n", tag, first=first, tag=tag))

    def _doctest_line(self, near: int, text: Sequence[str]) -> int:
        """The first line of an interactive session, of which older versions of docutils tell the last."""
        for first in (near, near - len(text) + 1, near - len(text)):
            there = [line.expandtabs().strip() for line in self._lines[max(first - 1, 0) : first - 1 + len(text)]]
            if there and text[0].strip() == there[0] and text[-1].strip() == there[-1]:
                return first
        return near


def _inline(text: str, substitutions: Mapping[str, str], targets: frozenset[str]) -> str:
    """The text without the marks of its inline markup. What is not defined, and no link, stays as it is."""
    from docutils import nodes

    def shown(node: Any) -> str:
        if isinstance(node, nodes.substitution_reference):
            return substitutions.get(node.astext().lower(), node.rawsource)
        if isinstance(node, nodes.reference) and "refuri" not in node:
            name = "__" if node.get("anonymous") else node.get("refname", "")
            if isinstance(node.children[0], nodes.substitution_reference):
                return shown(node.children[0])
            return str(node.astext() if name in targets else node.rawsource)
        if isinstance(node, (nodes.footnote_reference, nodes.citation_reference)):
            return str(node.rawsource)
        return str(node.astext())

    return "".join(map(shown, _inline_nodes(text)))


def _inline_nodes(text: str) -> list[Any]:
    """The text's inline markup, as docutils finds it. What is wrong with it is a node that shows it as it stands."""
    from docutils import utils

    inliner, settings = _inliner()
    document = utils.new_document("page", settings)
    found, _ = inliner.parse(text, 1, SimpleNamespace(document=document, language=None), document)
    return list(found)


@cache
def _inliner() -> tuple[Any, Any]:
    """Docutils' reader of inline markup, which shows the text of every role, whatever its name, and runs none; and settings for its document."""
    from docutils import frontend, nodes, utils
    from docutils.parsers import rst
    from docutils.parsers.rst import states

    def interpreted(rawsource: str, text: str, role: str, _: int) -> tuple[list[nodes.Node], list[nodes.Node]]:
        plain = utils.unescape(text)
        titled = _TITLED.fullmatch(plain) if role else None
        if role in {"file", "samp"}:  # Sphinx: braces mark what the reader fills in
            plain = re.sub(r"\{([^{}]*)\}", r"\1", plain)
        return [nodes.inline(rawsource, titled["title"] if titled else plain)], []

    settings: Any = frontend.get_default_settings(rst.Parser)
    settings.report_level, settings.halt_level = 5, 6
    inliner: Any = states.Inliner()
    inliner.init_customizations(settings)
    # Set on the one object: docutils makes its patterns of the members of its own class, which a class below it has not.
    inliner.interpreted = interpreted
    inliner.implicit_inline = lambda text, _: [nodes.Text(utils.unescape(text))]  # an address is shown as it stands
    return inliner, settings


class _Words:
    """What stands in front of a directive's content: its argument and its options."""

    def __init__(self, directive: _docutils.Directive) -> None:
        content = directive.content
        self.argument = ""
        self.options: dict[str, str] = {}
        taken = 0
        if directive.lines and directive.lines[0] == directive.line:
            self.argument = content[0].strip()
            taken = 1
        while taken < len(content) and (option := _OPTION.fullmatch(content[taken])):
            self.options[option["key"].lower()] = (option["value"] or "").strip()
            taken += 1
            while taken < len(content) and content[taken].startswith(" "):  # an option goes on
                taken += 1
        while taken < len(content) and not content[taken].strip():
            taken += 1
        self.taken = taken
        """Lines of the content that they and the blank ones below them take."""
