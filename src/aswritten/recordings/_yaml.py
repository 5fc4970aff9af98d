"""YAML to JSON values, with the line of each: what the mistakes in a file of ours are reported by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from aswritten.errors import at

if TYPE_CHECKING:
    from pathlib import Path

#: Place in a value: keys and positions, outermost first.
Place = tuple["str | int", ...]

_TAG = "tag:yaml.org,2002:"


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # the C parser where there is one
    """Reads plain scalars as JSON would: no dates, no `yes`, no octal numbers."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  # the class attribute is PyYAML's interface


def _resolve_plain_scalars() -> None:
    import re

    number = list("-0123456789")
    _Loader.add_implicit_resolver(_TAG + "null", re.compile(r"^(?:null|~|)$"), ["n", "~", ""])
    _Loader.add_implicit_resolver(_TAG + "bool", re.compile(r"^(?:true|false)$"), ["t", "f"])
    _Loader.add_implicit_resolver(_TAG + "int", re.compile(r"^-?(?:0|[1-9][0-9]*)$"), number)
    _Loader.add_implicit_resolver(
        _TAG + "float",
        re.compile(r"^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+(?:[eE][-+]?[0-9]+)?|[eE][-+]?[0-9]+)$"),
        number,
    )


_resolve_plain_scalars()


def plain_scalars() -> dict[str, Any]:
    """What a fixture's plain scalars mean, in PyYAML's form: (tag, pattern) by first character."""
    return _Loader.yaml_implicit_resolvers


def read_bytes(path: Path) -> bytes:
    """What the file holds. Raises UsageError where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise at(path, None, f"cannot be read: {error.strerror or error}") from error


def parse_yaml(raw: bytes, path: Path) -> tuple[object, dict[Place, int]]:
    """The one document of a file as a JSON value, and the 1-based line of each of its places. ``path``: what messages name.

    Raises UsageError with the line: not UTF-8, no YAML, a key twice, an alias, a tag.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise at(
            path, line, f"expected UTF-8, got the byte 0x{raw[error.start]:02x} at offset {error.start}"
        ) from error
    loader = _Loader(text)
    try:
        root = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise at(path, mark.line + 1 if mark else None, f"is not YAML: {error.problem or error.context}") from error
    except yaml.YAMLError as error:
        raise at(path, None, f"is not YAML: {error}") from error
    finally:
        loader.dispose()
    reader = _Values(path)
    return (None if root is None else reader.value(root, ())), reader.lines


class _Values:
    """Turns the nodes of one file into values and remembers their lines."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: dict[Place, int] = {}
        self._seen: set[int] = set()

    def value(self, node: yaml.Node, place: Place) -> object:
        line = node.start_mark.line + 1
        self.lines.setdefault(place, line)
        if id(node) in self._seen:
            raise at(
                self.path,
                line,
                "this value is used again by an alias (*name), which is not part of the format: write it out",
            )
        self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode) and node.tag == _TAG + "map":
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode) and node.tag == _TAG + "seq":
            return [self.value(item, (*place, index)) for index, item in enumerate(node.value)]
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        raise at(self.path, line, f"the tag {node.tag} is not part of the format")

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, object]:
        found: dict[str, object] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode) or key_node.tag == _TAG + "merge":
                raise at(self.path, line, "expected a plain key")
            key = key_node.value
            if key in found:
                raise at(self.path, line, f"the key {key!r} is there twice, first in line {self.lines[(*place, key)]}")
            self.lines[(*place, key)] = line
            found[key] = self.value(value_node, (*place, key))
        return found

    def _scalar(self, node: yaml.ScalarNode) -> object:
        kind, text = node.tag.removeprefix(_TAG), node.value
        if kind == "str":
            return text
        if kind == "null":
            return None
        if kind == "bool":
            return text == "true"
        try:
            if kind == "int":
                return int(text)
            if kind == "float":
                return float(text)
        except ValueError:
            pass
        raise at(self.path, node.start_mark.line + 1, f"{text!r} with the tag {node.tag} is not part of the format")
