"""Templates that a page's text is left with, where the reader sees what its site's generator makes of them."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

#: What site generators put in a page's text: Liquid and Jinja (`{{ name }}`, `{% tag %}`), Hugo (`{{< name >}}`), ERB (`<%= name %>`),
#: the files of PyMdown's snippets (`--8<-- "file"`). A whole text in capitals, `"{{API_KEY}}"`, is one that its reader fills in.
_TEMPLATE = re.compile(
    r"(?<!\$)(?![\s\S](?<=[\"'`]\{)\{[A-Z][A-Z0-9_]{1,60}\}\}[\"'`])\{\{[<%]?-?\s*[A-Za-z_.$][\w.$-]*(?:\s*\|[^{}\n]*|\s+[^{}\n:]*)?\s*-?[>%]?\}\}|\{%-?\s*/?[A-Za-z]\w*[^{}\n]*%\}|<%=?[^%\n]+%>"
    r"|^[ \t]*-{1,2}8<-{1,2}[ \t]+\S.*$",
    re.MULTILINE,
)
#: A statement that is nothing but a name, which a site's generator puts an import in place of: `__PROVIDER_IMPORT__;`.
_MACRO = re.compile(r"^__[A-Z](?:[A-Z0-9]|_(?!_)){0,60}__(?=;[ \t]*$)", re.MULTILINE)
#: A statement of Jinja, and a text of several lines of Python's that may hold some: not one that Python fills in itself.
_JINJA = re.compile(r"\{%-?[ \t]{0,9}[a-z][^{}\n]{0,200}%\}")
_TEXT_OF_LINES = re.compile(r"(?<![\w\"'])(?:[rRbBuU]{0,2})(?P<quote>\"{3}|'{3})(?:[^\\]|\\[\s\S])*?(?P=quote)")
#: Characters of a program that are read for such.
_LONGEST_TEMPLATE = 20_000
#: What only templates of prompts hold, which a program fills in itself: Handlebars' `{{#each}}`, `{{~name}}`, `{{/if}}`; and how Python makes one.
_PROMPT = re.compile(r"\{\{[#~/>]|^(?:from|import) jinja2\b|PromptBuilder\(|\bfrom_template\(", re.MULTILINE)
#: A name in a template that stands behind a word, and is no key; the value of a member is none that a text holds.
_IN_WORDS = re.compile(r"(?<!Bearer )(?<![\"'`]: )(?:(?<=[\w:,.?!] )|(?<=>))\{\{ ?(?P<name>[a-z]\w{0,60}) ?\}\}")
#: The same behind its own name: `model: {{model}}`, `Token {{token}}`.
_OF_ITS_NAME = re.compile(r"\b(?P<name>\w{1,61})[:,]? \{\{ ?(?P=name) ?\}\}", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z_]\w*")


def _is_of_program(text: str) -> bool:
    """Whether all that reads as a template is the text's own, in words that it fills in itself: `"Answer {{question}}"` beside `question=…`."""
    own = {found["name"] for found in _IN_WORDS.finditer(text)}
    rest = _IN_WORDS.sub("", text)
    is_own = bool(own) and own <= set(_WORD.findall(rest)) and _OF_ITS_NAME.search(text) is None
    return is_own and _TEMPLATE.search(rest) is None


def _is_of_python(text: str) -> bool:
    """Whether all that reads as a template stands in texts of several lines that a Python program holds, with statements of Jinja, which it renders itself."""
    if len(text) > _LONGEST_TEMPLATE or not _JINJA.search(text):
        return False
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return False
    marks = [found.span() for found in _TEMPLATE.finditer(text)]
    if not marks or any(text[start : start + 3] in {"{{<", "{{%"} for start, _ in marks):
        return False
    held = [found.span() for found in _TEXT_OF_LINES.finditer(text) if _JINJA.search(found.group())]
    return all(any(begin < start and end <= until for begin, until in held) for start, end in marks)


def template(text: str, line_of: Callable[[int], int]) -> str:
    """Why the text is not what a reader sees: its site generator fills in a template first. Empty where it has none."""
    found = None if _PROMPT.search(text) or _is_of_program(text) or _is_of_python(text) else _TEMPLATE.search(text)
    found = found or _MACRO.search(text)
    if found is None:
        return ""
    line = line_of(text.count("\n", 0, found.start()) + 1)
    return f"holds a template of the site's generator: `{found.group()}` at line {line} (`substitutions` in aswritten.yaml fills it in)"
