"""Releases that a page names for its packages otherwise than by a command of an install block: in a list of requirements, a remark, its words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aswritten.languages import requirement_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aswritten.languages import Ecosystem

#: Releases that are tried of one package.
_MOST = 2
_VERSION = r"\d[\w.*-]{0,30}"


def pins(text: str, packages: Iterable[str], ecosystem: Ecosystem) -> tuple[str, ...]:
    """The requirements by which a page's text holds ``packages`` to a release or to those before one, in its order.

    `openai==0.28`, `openai<1`, `"openai<1"` of Python; `openai@3`, `"openai": "^3.0.0"` of Node.
    """
    found: list[str] = []
    for package in dict.fromkeys(packages):
        name = re.escape(package if ecosystem == "node" else requirement_name(package, ecosystem))
        if ecosystem == "node":
            form = rf"(?<![\w./@-]){name}(?:@|\"[ \t]*:[ \t]*\")(?P<held>[~^<]?=?{_VERSION})"
            held = [f"{package}@{one['held']}" for one in re.finditer(form, text)]
        else:
            form = rf"(?<![\w./-]){name}(?:\[[\w,-]*\])?[ \t]*(?P<held>(?:==|~=|<=|<)[ \t]*{_VERSION})"
            held = [f"{package}{one['held'].replace(' ', '')}" for one in re.finditer(form, text, re.IGNORECASE)]
        found += [one.rstrip(".-") for one in dict.fromkeys(held)][:_MOST]
    return tuple(found)
