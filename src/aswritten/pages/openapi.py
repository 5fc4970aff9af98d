"""OpenAPI documents with code samples (`x-codeSamples`), in YAML or JSON."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aswritten.errors import at
from aswritten.pages._blocks import assemble, normalised
from aswritten.pages._limits import BrokenError

if TYPE_CHECKING:
    from aswritten.model import Block

SUFFIXES = frozenset({".yaml", ".yml", ".json"})
IN_WALKS = True
BYTE_ORDER_MARK = False

_SAMPLES = re.compile(r"x-code-?samples", re.IGNORECASE)
_VERSION = re.compile(r"""^[ \t{]*["']?(?:openapi|swagger)["']?\s*:|[{,]\s*"(?:openapi|swagger)"\s*:""", re.MULTILINE)


def is_page(text: str) -> bool:
    """Whether a file of a folder is to be read: of the many YAML and JSON files that are not, nothing but this is asked."""
    return _SAMPLES.search(text) is not None and _VERSION.search(text) is not None


def read(name: str, text: str) -> tuple[Block, ...]:
    """The code samples of each operation, which are alternatives.

    Raises UsageError for what is no OpenAPI document, beside what `_blocks.assemble` raises.
    """
    from aswritten.pages import _openapi  # imported here: start-up counts, and few runs read this format

    try:
        return assemble(name, _openapi.outline(normalised(text), is_json=name.lower().endswith(".json")))
    except BrokenError as error:
        raise at(name, error.line, str(error)) from error
