"""Interactions to the text of a cassette."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

#: No line is broken, so that a line of a body is a line of the file.
_WIDTH = 2**31


def dump(interactions: Sequence[dict[str, Any]]) -> str:
    """The text of a cassette in vcrpy's standard form. Bodies are text or bytes; a text of several lines is written as lines."""
    import yaml

    class Dumper(yaml.SafeDumper):
        """Writes each value out, and lines as lines."""

        def ignore_aliases(self, data: Any) -> bool:
            """Always: the same value twice is written out twice."""
            del data
            return True

    def scalar(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
        style = "|" if "\n" in text else None
        # These are line breaks too, to YAML, and become others.
        style = '"' if any(mark in text for mark in "\r\x85\u2028\u2029") else style
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)

    Dumper.add_representer(str, scalar)
    document = {"interactions": list(interactions), "version": 1}
    return yaml.dump(document, Dumper=Dumper, allow_unicode=True, default_flow_style=False, width=_WIDTH)
