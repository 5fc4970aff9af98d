"""docutils, reading blocks and nothing else.

No inline markup is parsed, so that no role can be unknown; no transform runs; and every directive is the one of this module. Nothing
can read a file, make a table of contents or repeat a substitution. Nothing of docutils is changed for others in the process.
"""

from __future__ import annotations

from copy import copy
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Sequence

    from docutils import nodes
    from docutils.statemachine import StringList

    Run = Callable[["Directive"], "Sequence[nodes.Node]"]

#: Characters that end a line for docutils, and for no editor; and the one by which it marks what is escaped.
_SPECIAL = {**dict.fromkeys(map(ord, "\v\f\x1c\x1d\x1e\x85\u2028\u2029"), " "), 0: "\ufffd"}


class Directive:
    """A directive as it stands on the page: what follows its name, uninterpreted."""

    def __init__(self, name: str, line: int, content: StringList, offset: int, state: Any) -> None:
        self.name = name
        self.line = line
        """1-based line of the page."""
        self.content = content
        """What follows `::`, the rest of that line included where there is any, without its indentation."""
        self.lines: list[int] = [number + 1 for _, number in content.items]
        """The page's line of each line of ``content``."""
        self._offset = offset
        self._state = state

    def parse(self, taken: int, node: nodes.Element) -> None:
        """Read the content, but for its first ``taken`` lines, as blocks below ``node``."""
        self._state.nested_parse(self.content[taken:], self._offset + taken, node)


def parse(text: str, run: Run) -> nodes.document:
    """The tree of a page whose lines end in LF. ``run`` makes nodes of a directive. May raise RecursionError."""
    from docutils import frontend, utils
    from docutils.parsers import rst

    settings: Any = frontend.get_default_settings(rst.Parser)
    settings.report_level, settings.halt_level = 5, 6  # what is wrong with the page's markup is not told
    settings.file_insertion_enabled = settings.raw_enabled = False
    settings.line_length_limit = len(text) + 1
    document = utils.new_document("page", settings)
    document.run_directive = run  # type: ignore[attr-defined]  # where a directive finds it
    parser = rst.Parser(inliner=_plain_inliner()())
    parser.state_classes = _state_classes()
    parser.parse(text.translate(_SPECIAL), document)
    return document


@cache
def _plain_inliner() -> Any:
    from docutils import nodes

    class Inliner:
        """Leaves all text as it is."""

        def init_customizations(self, settings: Any) -> None:
            """Nothing to prepare."""

        def parse(self, text: str, lineno: int, memo: Any, parent: Any) -> tuple[list[nodes.Node], list[nodes.Node]]:  # noqa: ARG002
            """One node with the text and its line; no messages."""
            found = nodes.inline(text, text)
            found.line = lineno
            return [found], []

        def adjust_uri(self, uri: str) -> str:
            """The address of a target as it stands."""
            return uri

    return Inliner


@cache
def _state_classes() -> tuple[Any, ...]:
    """Docutils' states, which take every directive for ours. What is nested is read by them too."""
    from docutils.parsers import rst
    from docutils.parsers.rst import states

    class OurDirective(rst.Directive):
        """Takes whatever follows the name as content; arguments and options are told apart by who runs it."""

        has_content = True

        def run(self) -> list[nodes.Node]:
            _, line = self.state_machine.get_source_and_line(self.lineno)
            directive = Directive(self.name.lower(), line or self.lineno, self.content, self.content_offset, self.state)
            return list(self.state.document.run_directive(directive))  # type: ignore[attr-defined]

    classes: list[Any] = []

    def directive(state: Any, match: re.Match[str], **presets: Any) -> Any:
        return state.run_directive(OurDirective, match, match[1], presets)

    # What begins with `..` is told by a list of functions and patterns, not by methods that could be overridden.
    starts = copy(states.Body.explicit)
    starts.constructs = [
        (directive if function is states.Body.directive else function, pattern)
        for function, pattern in states.Body.explicit.constructs
    ]

    class Ours:
        explicit = starts
        nested_sm_cache: list[Any] = []  # noqa: RUF012  # docutils' interface: machines to use again, with these states

        def __init__(self, *arguments: Any, **named: Any) -> None:
            super().__init__(*arguments, **named)
            self.nested_sm_kwargs = {"state_classes": classes, "initial_state": "Body"}
            self.indent_sm_kwargs = self.known_indent_sm_kwargs = self.nested_sm_kwargs

    Ours.directive = directive  # type: ignore[attr-defined]  # what a substitution's definition calls
    classes += [type(state.__name__, (Ours, state), {}) for state in states.state_classes]
    return tuple(classes)
