"""The findings that were there already: a file of them, and which of a run's findings are not in it."""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from aswritten import files
from aswritten.errors import at

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from aswritten.model import Finding

#: The version of the file's form.
_FORM = 1
#: Numbers of lines in a message, which are others when a page grows above them.
_LINES = re.compile(r"\blines? \d+(?:, \d+)*")


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One finding, by what stays the same when lines move."""

    page: str
    """Relative to the folder of the baseline, with POSIX slashes."""
    block: str
    """The hash of the block, as `directives.hashes` has it; empty for what is about the page."""
    rule: str
    digest: str
    """12 hex digits of the SHA-256 of the message, without numbers of lines."""
    message: str = field(default="", compare=False)
    """For people: which finding it is."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """The findings of a file."""

    path: Path
    entries: frozenset[Entry]

    def page(self, path: Path) -> str:
        """What the file calls a page."""
        return _relative(path, self.path)


def entry_of(finding: Finding, page: str, block: str, message: str) -> Entry:
    """The entry of a finding about a block, or about a page; ``message`` is the finding's as it may be written down."""
    plain = _LINES.sub("line", finding.message)
    digest = hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return Entry(page, block, finding.rule, digest, message)


def load(path: Path) -> Baseline:
    """The baseline in a file. Raises UsageError where there is none, or it is not one."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise at(
            path, None, "expected a baseline, and there is none: `--write-baseline` writes it from a run"
        ) from error
    except OSError as error:
        raise at(path, None, f"cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else None
        raise at(path, line, f"is no baseline: {error}: write it anew with `--write-baseline`") from error
    if not isinstance(value, dict) or value.get("aswritten-baseline") != _FORM:
        raise at(path, None, f'expected `"aswritten-baseline": {_FORM}`: write it anew with `--write-baseline`')
    return Baseline(path, frozenset(_entries(path, value.get("findings"))))


def write(path: Path, entries: Iterable[Entry]) -> None:
    """Write a baseline, sorted, so that two of them differ in what is different. Raises UsageError where it cannot be written."""
    value = {"aswritten-baseline": _FORM, "findings": [asdict(entry) for entry in sorted(set(entries))]}
    try:
        files.replace(path, json.dumps(value, indent=1, ensure_ascii=False) + "\n")
    except OSError as error:
        raise at(path, None, f"the baseline cannot be written: {error.strerror or error}") from error


def _entries(path: Path, found: Any) -> Iterable[Entry]:
    names = [name for name in Entry.__slots__ if name != "message"]
    for number, one in enumerate(found if isinstance(found, list) else [found]):
        if not isinstance(one, dict) or not all(isinstance(one.get(name), str) for name in names):
            raise at(
                path, None, f"findings[{number}]: expected texts for {', '.join(names)}, got {json.dumps(one)[:80]}"
            )
        yield Entry(**{name: one[name] for name in names}, message=str(one.get("message", "")))


def _relative(path: Path, baseline: Path) -> str:
    return os.path.relpath(path.resolve(), baseline.resolve().parent).replace(os.sep, "/")
