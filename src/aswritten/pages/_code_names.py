"""Names of directives, as MyST and reStructuredText share them: what each one's content is."""

from __future__ import annotations

#: Directives whose content is code -> its language where the directive names none; None: none is known.
CODE: dict[str, str | None] = {
    "code": None,
    "code-block": None,
    "code-cell": "python",
    "code-tab": None,
    "sourcecode": None,
    "parsed-literal": None,
    "prompt": "bash",
    "console": "console",
    "ipython": "python",
    "doctest": "pycon",
    "testsetup": "python",
    "testcode": "python",
    "testoutput": "output",
}
#: Names of languages as these directives spell them, where a fence spells them otherwise.
LANGUAGES = {"ipython": "python", "ipython2": "python", "ipython3": "python", "default": "", "guess": ""}
#: Directives whose first argument names no language: theirs is known.
FIXED = frozenset({"doctest", "testsetup", "testcode", "testoutput", "console", "parsed-literal"})
#: Directives whose content is neither code of a page nor its text.
OPAQUE = frozenset(
    {
        *("raw", "include", "literalinclude", "csv-table", "toctree", "image", "figure", "video", "highlight", "meta"),
        *("math", "graphviz", "digraph", "graph", "mermaid", "uml", "plantuml", "bibliography", "index", "productionlist"),
        *("autosummary", "contents", "glob", "replace", "unicode", "date", "highlights-off"),
    }
)  # fmt: skip
#: Directives that show one of the tabs that they hold.
GROUPS = frozenset({"tabs", "tab-set", "tab-set-code", "tabset", "code-tabs", "content-tabs", "example-code"})
#: Directives that are a tab.
TABS = frozenset({"tab", "tab-item", "group-tab", "tab-container"})


def language_of(name: str, argument: str) -> str:
    """The language of a code directive, lower case: its argument's first word, or what the directive stands for."""
    named = argument.split(maxsplit=1)[0].lower() if argument.split() and name not in FIXED else CODE.get(name) or ""
    return LANGUAGES.get(named, named)


def info_of(language: str, label: str = "", title: str = "") -> str:
    """Language, label and title as the info string of a fence that says the same."""
    quoted = 'title="{}"'.format(" ".join(title.split()).replace('"', "'")) if title else ""
    return " ".join(part for part in (language, label, quoted) if part)
