"""Settings of a folder of pages: `aswritten.yaml`, or `[tool.aswritten]` of pyproject.toml, in it or the nearest above."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Literal

from aswritten import directives
from aswritten.errors import at

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Matching = Literal["alike", "recorded"]


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for the pages of a folder. Paths are absolute."""

    file: Path | None = None
    """Where the settings come from; None for the defaults."""
    matching: Matching = "alike"
    """`recorded`: a request must be the very one of a recording. `alike`: a request for the same features will do."""
    fixtures: tuple[Path, ...] = ()
    """Folders of recordings; empty: those that ship with aswritten."""
    profile: str = "auto"
    """The provider profile that requests and responses are held to; `auto` goes by host."""
    variables: tuple[tuple[str, str], ...] = ()
    """Environment variables that every sample is given."""
    python: tuple[str, ...] = ()
    """Requirements of Python samples where the page names no install command."""
    node: tuple[str, ...] = ()
    """npm packages of Node samples where the page names no install command."""
    input: str = ""
    """What every sample reads as its standard input; empty: an end of file at once."""
    files: tuple[tuple[str, Path], ...] = ()
    """(name, file): what lies beside every sample in its folder, and the file that it is a copy of."""
    substitutions: tuple[tuple[str, str], ...] = ()
    """(text, what stands in its place): what a site's generator puts into pages before a reader sees them."""
    skip: tuple[tuple[str, str], ...] = ()
    """(`PAGE` or `PAGE:LINE`, reason): what is not run. PAGE is relative to the settings' folder, LINE that of the fence."""
    directives: tuple[tuple[Path, str, str], ...] = ()
    """(page, hash of a block, what is said of it in the words of a comment on the page: `skip REASON` ...)."""
    scrub: tuple[str, ...] = ()
    """Names of JSON members and headers whose values are secrets, beside those that always are."""
    time_limit: float = 60.0
    """Seconds that one sample may take."""
    output_limit: int = 1_000_000
    """Bytes of output that are kept of one sample; the rest is counted."""


def settings_for(folder: Path) -> Settings:
    """The settings that hold for pages in `folder`.

    Raises UsageError, with file and line, for a file that cannot be read, an unknown key or a wrong value.
    """
    for parent in (folder.resolve(), *folder.resolve().parents):
        found = _settings_in(parent)
        if found:
            return found
    return Settings()


@lru_cache(maxsize=256)
def _settings_in(folder: Path) -> Settings | None:
    yaml_file, toml_file = folder / "aswritten.yaml", folder / "pyproject.toml"
    if yaml_file.is_file():
        values, lines = _read_yaml(yaml_file)
        return _settings(yaml_file, values, lines)
    if toml_file.is_file():
        table = _read_toml(toml_file)
        if table is not None:
            return _settings(toml_file, table, {})
    return None


def _read_yaml(path: Path) -> tuple[object, dict[str, int]]:
    """The document's values, and the 1-based line of each top-level key."""
    import yaml

    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        values = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError) as error:
        raise at(path, None, f"cannot be read: {error}") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise at(path, line, f"is not YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise at(path, None, f"is not YAML: {error}") from error
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return values if values is not None else {}, {key.value: key.start_mark.line + 1 for key, _ in pairs}


def _read_toml(path: Path) -> object | None:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise at(path, None, f"cannot be read: {error}") from error
    table: object | None = document.get("tool", {}).get("aswritten")
    return table


def _settings(path: Path, values: object, lines: dict[str, int]) -> Settings:
    if not isinstance(values, dict):
        raise at(path, 1, f"expected settings as `name: value`, got {type(values).__name__}")
    chosen: dict[str, Any] = {}
    for key, value in values.items():
        reader = _READERS.get(str(key))
        if reader is None:
            raise at(path, lines.get(str(key)), f"unknown setting {key!r}; known are {', '.join(_READERS)}")
        try:
            chosen[str(key)] = reader(value, path.parent)
        except ValueError as error:
            raise at(path, lines.get(str(key)), f"{key}: {error}, got {value!r}") from error
    return Settings(file=path, **chosen)


def _one_of(*names: str) -> Callable[[object, Path], str]:
    def read(value: object, _: Path) -> str:
        if value not in names:
            raise ValueError(f"expected one of {', '.join(names)}")
        return str(value)

    return read


def _text(value: object, _: Path) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("expected a text")
    return value


def _texts(value: object, _: Path) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        raise ValueError("expected a list of texts")
    return tuple(value)


def _folders(value: object, base: Path) -> tuple[Path, ...]:
    folders = tuple((base / text).resolve() for text in _texts(value, base))
    for folder in folders:
        if not folder.is_dir():
            raise ValueError(f"expected folders, and {folder} is none")
    return folders


def _variables(value: object, _: Path) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in (*value, *value.values())):
        raise ValueError("expected `NAME: text` pairs (put numbers in quotes)")
    return tuple(value.items())


def _substitutions(value: object, _: Path) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in (*value, *value.values())):
        raise ValueError("expected `text: text` pairs (put them in quotes)")
    for text, filled in value.items():
        if not text or "\n" in text + filled:
            raise ValueError(f"expected texts of one line, and {text!r} or what stands in its place is none")
    return tuple(value.items())


def _files(value: object, base: Path) -> tuple[tuple[str, Path], ...]:
    found = tuple((name, (base / path).resolve()) for name, path in _variables(value, base))
    for name, path in found:
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
            raise ValueError(f"expected names below the sample's folder, and {name!r} is none")
        if not path.is_file():
            raise ValueError(f"expected files, and {path} is none")
    return found


def _reasons(value: object, base: Path) -> tuple[tuple[str, str], ...]:
    found = _variables(value, base)
    for place, reason in found:
        if not reason.strip():
            raise ValueError(f"expected a reason for {place}")
        if not (base / re.sub(r":\d+$", "", place)).is_file():
            raise ValueError(
                f"expected `PAGE: reason` or `PAGE:LINE: reason` (in quotes), and there is no page {place!r}"
            )
    return found


def _directives(value: object, base: Path) -> tuple[tuple[Path, str, str], ...]:
    expected = "expected `PAGE: {HASH: DIRECTIVE}` (`aswritten list` shows the hashes)"
    if not isinstance(value, dict) or not all(isinstance(blocks, dict) for blocks in value.values()):
        raise ValueError(expected)
    found = []
    for page, blocks in value.items():
        path = (base / str(page)).resolve()
        if not path.is_file():
            raise ValueError(f"{expected}, and {path} is no page")
        for block, said in blocks.items():
            for text in said if isinstance(said, list) else [said]:
                # A hash of digits alone is a number to YAML, which would drop a 0 at its start.
                odd = next((one for one in (block, text) if not isinstance(one, str)), "")
                if odd != "":
                    raise ValueError(f"{expected}; put {odd} in quotes")
                directives.check(text)
                found.append((path, block, text))
    return tuple(found)


def _names(value: object, base: Path) -> tuple[str, ...]:
    found = _texts(value, base)
    for name in found:
        if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name):
            raise ValueError(f"expected names of JSON members or headers, and {name!r} is none")
    return found


def _positive(value: object, _: Path) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value <= 0:
        raise ValueError("expected a number above 0")
    return value


def _bytes(value: object, base: Path) -> int:
    return int(_positive(value, base))


_READERS: dict[str, Callable[[Any, Path], object]] = {
    "matching": _one_of("alike", "recorded"),
    "fixtures": _folders,
    "profile": _text,
    "variables": _variables,
    "python": _texts,
    "node": _texts,
    "input": _text,
    "files": _files,
    "substitutions": _substitutions,
    "skip": _reasons,
    "directives": _directives,
    "scrub": _names,
    "time_limit": _positive,
    "output_limit": _bytes,
}
