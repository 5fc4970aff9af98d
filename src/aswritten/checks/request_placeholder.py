"""A variable reached the server as text.

`Bearer $TOKEN` in the request means that nothing put the token in its place: a shell variable inside of single quotes, or in a Python or
JavaScript text. Inside of a longer text of the body only a variable that the sample sets is one. `{token}` is one where the sample sets `token`: the `f` in front of a Python text is missing. Placeholders that the
reader is to replace by hand (`<YOUR KEY>`, `{YOUR KEY}`, `{{YOUR_KEY}}`) are as they should be.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aswritten.checks._base import loaded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.checks._base import Context
    from aswritten.model import Finding, Request, Run

RULES = ("request.literal-placeholder",)

#: `$NAME`, `${NAME}`, `${process.env.NAME}`, `{{ name }}`, `$(command)` and `%NAME%`; `?$top=5` in a URL is a parameter's own name.
_VARIABLE = re.compile(
    r"\$\{[^{}]+\}|\$[A-Za-z_]\w*\b(?!=)|\{\{(?![A-Z][A-Z0-9_]*\}\})[^{}]+\}\}|\$\([^()]+\)|%(?![A-F][0-9A-F]%)[A-Z_][A-Z0-9_]*%|%7B%7B(?![A-Z][A-Z0-9_]*%7D%7D).{1,200}?%7D%7D"
)
#: A name in capitals and double braces, which its reader puts a value in place of, but for one that the sample sets.
_FILLED_IN = re.compile(r"\{\{([A-Z][A-Z0-9_]*)\}\}")
_TEMPLATE = "a template of the page was not filled in"
_HINTS = {
    "curl": "the shell puts nothing in its place inside of single quotes: put it in double quotes",
    "python": 'Python puts nothing in its place: use os.environ["NAME"], or an f in front of the text',
    "node": "JavaScript puts nothing in its place inside of quotes: use process.env.NAME, or backticks and ${name}",
}
_BRACED = re.compile(r"\{([A-Za-z_]\w*)\}|%7B([A-Za-z_]\w*)%7D")


def check(run: Run, context: Context) -> Iterator[Finding]:
    """A finding for each different variable, wherever it stands: URL, header, or a member of the body that is nothing else."""
    seen: set[str] = set()
    for exchange in run.exchanges:
        for place, text in _texts(exchange.request):
            variable = _variable(place, text, context)
            if not variable or variable in seen:
                continue
            seen.add(variable)
            yield context.finding(
                "request.literal-placeholder",
                f"the {place} holds {variable} as text",
                line=context.line_with(variable) or context.call_line(),
                expected=f"the value of {variable}",
                got=text.strip(),
                hint=_TEMPLATE if variable.startswith(("{{", "%7B")) else _HINTS.get(context.language.NAME, ""),
            )


def _variable(place: str, text: str, context: Context) -> str:
    found = _VARIABLE.fullmatch(text.strip()) if place.startswith("body") else _VARIABLE.search(text)
    if found:
        return found.group()
    own = context.language.names(context.sample.source).defines if context.language.NAME == "curl" else frozenset()
    filled = next((one.group() for one in _FILLED_IN.finditer(text) if one[1] in own), "")
    if filled:
        return filled
    inside = next((found.group() for found in _VARIABLE.finditer(text) if found.group().strip("${}") in own), "")
    if inside:
        return inside
    braced = _BRACED.fullmatch(text.strip()) if place.startswith("body") else _BRACED.search(text)
    name = (braced[1] or braced[2]) if braced else ""
    return f"{{{name}}}" if name and name in context.language.names(context.sample.source).defines else ""


def _texts(request: Request) -> Iterator[tuple[str, str]]:
    yield "URL", f"{request.host}{request.target}"
    for name, value in request.headers:
        if name.lower() not in {"host", "user-agent", "accept", "content-length", "content-type"}:
            yield f"header {name}", value
    try:
        body = loaded(request.body)
    except ValueError:
        return
    yield from _members(body, "body")


def _members(value: object, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for key, member in value.items():
            yield from _members(member, f"{place}'s {key}" if place == "body" else f"{place}.{key}")
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from _members(member, f"{place}[{index}]")
