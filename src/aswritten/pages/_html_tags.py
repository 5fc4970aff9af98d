"""What a tag of a documentation generator's HTML says by its name, its classes and its attributes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
)
#: Elements that stand on lines of their own.
LINES = frozenset(
    {
        *("address", "article", "aside", "blockquote", "body", "dd", "details", "div", "dl", "dt", "fieldset", "figcaption"),
        *("figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "nav", "ol"),
        *("p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
    }
)  # fmt: skip
#: Elements that a browser closes where the next of their kind begins.
CLOSED_BY_NEXT = frozenset({"p", "li", "dt", "dd", "tr", "td", "th", "option"})
#: Elements within which no language of a block of code is looked for further out.
_BOUNDS = frozenset({"html", "body", "main", "article"})
#: Elements whose text no reader sees as the page's, or copies.
_UNSEEN = frozenset({"script", "style", "template", "title", "svg", "button", "select", "textarea", "nav", "iframe"})
#: Classes of what stands beside code, and is not copied with it: line numbers, buttons, a heading's link to itself.
_BESIDE = re.compile(
    r"linenos?|linenodiv|lineno|line-?numbers?-rows|gutter|gl|rouge-gutter|lnt|ln|ln-num|hljs-ln-(?:numbers|n)"
    r"|(?:react-syntax-highlighter-|code-?|source-?)?line-?number|copy(?:btn|-?button)?|clipboard|headerlink|hash-link"
    r"|header-anchor|anchorjs-link|sr-only|visually-hidden",
    re.IGNORECASE,
)
_LANGUAGE = re.compile(
    r"(?:language|lang|highlight-source|highlight|src)-(?P<name>[\w+#.-]+)|brush:(?P<brush>[\w+#-]+)", re.IGNORECASE
)
#: Classes beside which the next one is a language: `highlight python`, `sourceCode python`, `brush: python`.
_BESIDE_LANGUAGE = frozenset({"highlight", "sourcecode", "brush:"})
_NAMED_BESIDE = frozenset({"pre", "code", "figure"})
#: What stands in the place of a language, and names none.
_NO_LANGUAGE = frozenset({"default", "notranslate", "none", "plaintext", "text", "rouge", "numbers"})
_LABEL = re.compile(r"(?:[\w-]*[-_])?lang(?:uage)?(?:[-_](?:tag|label|name|badge))?", re.IGNORECASE)
_PANEL = re.compile(r"sd-tab-content|tabbed-block|tab-pane|(?:sphinx-)?tabs?-?panel", re.IGNORECASE)
_GROUP = re.compile(r"(?:[\w-]+-)?code-group", re.IGNORECASE)
_NOT_SELECTED = re.compile(r"user-select:\s*none")


@dataclass(slots=True)
class Element:
    """An element that is open."""

    name: str
    unseen: bool
    """Whether its text is neither the page's nor a part of code."""
    language: str
    """As its classes and attributes name it."""
    bounds: bool
    is_label: bool
    """Whether its text may be the language of the code beside it."""
    is_panel: bool
    """Whether it is one of several that are shown one at a time."""
    is_group: bool
    """Whether it shows one of the blocks of code in it at a time."""
    line: int = 0
    """The outline's line at which it starts."""
    words: int = 0
    """Words of that line when it starts."""
    panels: int = 0
    """The outline's line of the first panel right below it."""
    label: str = ""
    """The language that an element of it has told."""


def element(name: str, attributes: Iterable[tuple[str, str | None]]) -> Element:
    """What an opening tag says."""
    given = {key: value or "" for key, value in attributes}
    classes = given.get("class", "").split()
    own = name in {"pre", "code"}
    return Element(
        name,
        unseen=name in _UNSEEN or _is_beside(name, classes, given),
        language=_language(name, classes, given),
        bounds=name in _BOUNDS,
        is_label=not own and any(_LABEL.fullmatch(word) for word in classes),
        is_panel=given.get("role") == "tabpanel" or any(_PANEL.fullmatch(word) for word in classes),
        is_group=any(_GROUP.fullmatch(word) for word in classes),
    )


def _is_beside(name: str, classes: list[str], given: dict[str, str]) -> bool:
    # A `pre` of the class `line-numbers` is code whose lines a script numbers.
    if any(_BESIDE.fullmatch(word) for word in classes) or _NOT_SELECTED.search(given.get("style", "")):
        return True
    return name == "span" and given.get("aria-hidden") == "true"


def _language(name: str, classes: list[str], given: dict[str, str]) -> str:
    own = name in {"pre", "code"}
    named = [given.get("data-lang", ""), given.get("data-language", "")]
    named += [given.get("language", ""), given.get("lang", "")] if own else []
    for position, word in enumerate(classes):
        if found := _LANGUAGE.fullmatch(word):
            named.append(found["name"] or found["brush"])
        elif name in _NAMED_BESIDE and word.lower() in _BESIDE_LANGUAGE:
            named += [other for other in classes[position + 1 :][:1] if "-" not in other]
    words = (word.strip(" ;").lower() for word in named)
    return next((word for word in words if word and word not in _NO_LANGUAGE), "")
