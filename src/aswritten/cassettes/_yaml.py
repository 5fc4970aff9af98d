"""A YAML file to plain values, by a safe loader and within bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aswritten.errors import at

if TYPE_CHECKING:
    from pathlib import Path

    from aswritten.errors import UsageError

#: Levels of YAML. Bodies are less deep by far, and the C parser's own bound, where it has one, is none to rely on.
DEPTH = 200
#: How libyaml names its own bound, which its scanner may meet before it has told of a single level.
_BOUND_OF_LIBYAML = "exceeded maximum nesting depth"


def read_document(path: Path) -> object:
    """The one YAML document of a file, as plain values.

    Raises UsageError, with the line where there is one: unreadable, not UTF-8, no YAML, a tag beyond YAML's own
    (such as `!!python/object`), nested too deeply.
    """
    import yaml

    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise at(path, None, f"cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise at(path, line, f"expected UTF-8, got the byte 0x{error.object[error.start]:02x}") from error
    loader = _loader()
    try:
        _refuse_depth(text, path)
        return yaml.load(text, loader)  # noqa: S506 - a safe loader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        if error.problem == _BOUND_OF_LIBYAML:
            raise _too_deep(path, mark.line + 1 if mark else None) from error
        what = "is not plain YAML" if isinstance(error, yaml.constructor.ConstructorError) else "is not YAML"
        raise at(path, mark.line + 1 if mark else None, f"{what}: {error.problem or error.context}") from error
    except (yaml.YAMLError, ValueError) as error:
        raise at(path, None, f"is not YAML: {error}") from error


def _loader() -> Any:
    import yaml

    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as quick, where PyYAML was built with it

    class Loader(base):  # type: ignore[misc]  # its class is known at run time only
        """Leaves dates as the text that they are in JSON."""

    Loader.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in base.yaml_implicit_resolvers.items()
    }
    return Loader


def _refuse_depth(text: str, path: Path) -> None:
    import yaml

    depth = 0
    for event in yaml.parse(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEPTH:
                line = event.start_mark.line + 1 if event.start_mark else None
                raise _too_deep(path, line)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _too_deep(path: Path, line: int | None) -> UsageError:
    return at(path, line, f"is nested too deeply: expected at most {DEPTH} levels")
