"""`aswritten fixtures --scan`: whether a file among fixtures holds a secret, without a key to look for."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from aswritten.commands import FINDINGS, OK
from aswritten.config import settings_for
from aswritten.errors import UsageError, at
from aswritten.recordings import load_recording
from aswritten.scrub import scan, scan_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import yaml

    from aswritten.scrub import Found

_YAML = {".yaml", ".yml"}
#: Bytes of a file that is looked into.
LIMIT = 64 * 1024 * 1024

Place = tuple["str | int", ...]


@dataclass(frozen=True, slots=True)
class _Scanned:
    """What was seen of one file."""

    told: tuple[str, ...]
    """A line for each secret."""
    is_recording: bool
    unread: str = ""
    """Why it could not be looked into, or not as a recording, with its place; empty where it could."""


def run(paths: Sequence[str]) -> int:
    """Looks for secrets in the files, and in all files of the folders; the return value is the exit code.

    A recording is looked into as it is served, unpacked and joined too; each file, of whatever kind, by its text. A file that
    cannot be read is no clean one. Raises UsageError for a path that is not there, a file that was named and cannot be read, and
    where there is nothing to look into.
    """
    scanned: list[_Scanned] = []
    for path, named in _files(paths):
        one = _scan(path)
        if one.unread and named:
            raise UsageError(one.unread)
        scanned.append(one)
        for line in (*one.told, *([one.unread] if one.unread else [])):
            print(line)  # noqa: T201
    print(_summary(scanned))  # noqa: T201
    return FINDINGS if any(one.told or one.unread for one in scanned) else OK


def _files(paths: Sequence[str]) -> list[tuple[Path, bool]]:
    """(file, whether it was named itself), each once; of a folder all of them, what a recorder that was killed left behind too."""
    found: dict[Path, tuple[Path, bool]] = {}
    for given in paths:
        path = Path(given)
        if not path.exists():
            raise UsageError(f"{given}: expected a file or a folder, and there is none")
        for file in [path] if path.is_file() else _below(path):
            found.setdefault(file.resolve(), (file, path.is_file()))
    if not found:
        raise UsageError(f"{', '.join(paths) or 'no path'}: there is no file to look into")
    return list(found.values())


def _below(folder: Path) -> list[Path]:
    """All files, sorted, but for those in hidden folders; a link to a folder and a folder that cannot be listed are in it as well."""
    found: list[Path] = []
    closed: list[Path] = []
    for parent, folders, names in os.walk(folder, onerror=lambda error: closed.append(Path(error.filename))):
        folders[:] = [name for name in folders if not name.startswith(".")]
        paths = [Path(parent, name) for name in (*folders, *names)]
        found += [path for path in paths if path.is_file() or path.is_symlink()]
    return sorted((*found, *closed))


def _scan(path: Path) -> _Scanned:
    names = frozenset(name.lower() for name in settings_for(path.absolute().parent).scrub)
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= LIMIT else b""
    except OSError as error:
        return _Scanned((), False, str(at(path, None, f"cannot be read: {error.strerror or error}")))
    if size > LIMIT:
        return _Scanned((), False, str(at(path, None, f"is larger than {LIMIT // 2**20} MiB, and was not looked into")))
    by_text = [(data.count(b"\n", 0, start) + 1, what) for start, what in scan_bytes(data, names)]
    lines, unread = _lines(path, data)
    found: tuple[Found, ...] = ()
    if not unread and {("aswritten",), ("responses",)} <= lines.keys():
        try:
            found = scan(load_recording(path), names)
        except UsageError as error:
            unread = str(error)
        else:
            return _Scanned(tuple(_told(path, found, by_text, lines)), True)
    return _Scanned(tuple(_told(path, found, by_text, lines)), False, unread)


def _told(
    path: Path, found: tuple[Found, ...], by_text: list[tuple[int, str]], lines: dict[Place, int]
) -> Iterator[str]:
    """By the places of a recording, and of what stands in the text alone (a comment) by its line."""
    placed = [(_line(one.place, lines), one) for one in found]
    for line, one in placed:
        yield str(at(path, line, f"{one}: {one.what}"))
    ends = sorted({*lines.values()})
    for line, what in dict.fromkeys(by_text):
        start = max((one for one in ends if one <= line), default=line)
        if not any(what == one.what and start == first for first, one in placed):
            yield str(at(path, line, what))


def _line(place: Place, lines: dict[Place, int]) -> int | None:
    """That of the innermost place that has one."""
    known = (lines.get((*place[:length], "data")) or lines.get(place[:length]) for length in range(len(place), 0, -1))
    return next((line for line in known if line), None)


def _lines(path: Path, data: bytes) -> tuple[dict[Place, int], str]:
    """The 1-based line of each place of a YAML file, none of another one's; and why it is no YAML, where it is to be."""
    if path.suffix not in _YAML:
        return {}, ""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        root = yaml.compose(data, Loader=loader)
    except yaml.composer.ComposerError:
        return {}, ""  # several documents: somebody else's
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        return {}, str(at(path, mark.line + 1 if mark else None, f"is not YAML: {error.problem}"))
    except (yaml.YAMLError, RecursionError) as error:
        return {}, str(at(path, None, f"is not YAML: {' '.join(str(error).split())}"))
    return {} if root is None else dict(_places(root, (), set())), ""


def _places(node: yaml.Node, place: Place, seen: set[int]) -> Iterator[tuple[Place, int]]:
    """Places and lines of what is in a node; what is in it twice, by an alias, once."""
    if not isinstance(node.value, list) or id(node) in seen:
        return
    seen.add(id(node))
    for index, item in enumerate(node.value):
        key, value = item if isinstance(item, tuple) else (item, item)
        here = (*place, index if key is value else str(key.value))
        yield here, key.start_mark.line + 1
        yield from _places(value, here, seen)


def _summary(scanned: Sequence[_Scanned]) -> str:
    recordings = sum(one.is_recording for one in scanned)
    unread = sum(bool(one.unread) for one in scanned)
    others = len(scanned) - recordings - unread
    looked = [_count(recordings, "recording")] + ([f"{_count(others, 'other file')} by text alone"] if others else [])
    told = sum(len(one.told) for one in scanned)
    also = f"; {_count(unread, 'file')} could not be read" if unread else ""
    return f"{' and '.join(looked)} scanned: {_count(told, 'secret') if told else 'no secret'}{also}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
