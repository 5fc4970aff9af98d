"""Results of runs, kept in the user's cache: what ran with the very same inputs is not run again.

One small file a result, called by the hash of all that could change it. A file holds no page, no source and no secret: the places of
its findings are told relative to the blocks, so that a result holds wherever on its page the sample stands.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
import time
from dataclasses import asdict, replace
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aswritten import files
from aswritten.data import data_dir
from aswritten.model import Call, Finding, Verdict
from aswritten.runner import callers_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aswritten.model import Block
    from aswritten.scrub import Scrubber

#: Part of every key: raise it when a file of before is not what the code expects now.
_FORMAT = 1
_DAY = 86_400
#: Seconds after which a result is not taken any more: as long as an environment is.
_FRESH = 7 * _DAY
#: Bytes of all results together; beyond them the oldest go.
_ROOM = 64 * 1024 * 1024
#: Findings that another run of the same may not have.
_BY_CHANCE = frozenset({"run.timeout", "run.flood", "request.unread-response"})
#: A number of a line of the page, which is another one where the block has moved.
_LINE = re.compile(r"\blines? \d")


class Results:
    """The results in one folder. Any number of processes may use it at once."""

    def __init__(self, folder: Path, scrubber: Scrubber) -> None:
        self._folder = folder
        self._scrubber = scrubber

    def take(self, key: str, blocks: Sequence[Block]) -> Verdict | None:
        """The verdict that was kept under ``key``, for the last of ``blocks``, which ran behind the others; None where none was.

        A file that cannot be understood is removed.
        """
        path = self._path(key)
        try:
            value = json.loads(path.read_bytes())
            if time.time() - value["at"] > _FRESH:
                return None
            return _verdict(value, blocks)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
            _remove(path)
            return None

    def keep(self, key: str, verdict: Verdict) -> None:
        """Keep a verdict, unless another run could come to another one, or it holds a secret."""
        if any(finding.rule in _BY_CHANCE for finding in verdict.findings):
            return
        now = int(time.time())
        body = _body(verdict)
        text = json.dumps({"at": now, "digest": _digest(body), "line": verdict.block.line, "verdict": body}, indent=1)
        if self._scrubber.text(text) != text:
            return
        path = self._path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            files.replace(path, text)
        except OSError:  # a full disk costs the next run its time, and this one nothing
            return

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.json"


def prune(folder: Path) -> None:
    """Remove what is too old or too much, and what a process that was killed left behind; looked for once a day."""
    mark = folder / "pruned"
    now = time.time()
    try:
        if not folder.is_dir() or (mark.exists() and now - mark.stat().st_mtime < _DAY):
            return
        mark.touch()
    except OSError:  # a folder that cannot be written to: nothing was added either
        return
    room = _ROOM
    for written, size, path in sorted(_found(folder), reverse=True):
        room -= size
        if now - written > _FRESH or room < 0:
            _remove(path)


def key_of(*inputs: object) -> str:
    """The name of a result: a hash of all that it depends on (values that JSON can tell), and of aswritten and its machine."""
    own = [_FORMAT, _own_digest(), sys.version, os.uname()[2:], *callers_path()]
    told = json.dumps([own, inputs], sort_keys=True, default=_told)
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()


def _told(value: object) -> str:
    return hashlib.sha256(value).hexdigest() if isinstance(value, bytes) else str(value)


def digest_of(paths: Iterable[Path]) -> str:
    """A hash of the names and the bytes of files, and of all files of folders, hidden ones left out."""
    found = hashlib.sha256()
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and not file.name.startswith(".") and file.suffix != ".pyc":
                data = file.read_bytes()
                found.update(f"{file.relative_to(path)}\0{len(data)}\0".encode("utf-8", "surrogatepass") + data)
    return found.hexdigest()


@lru_cache(maxsize=1)
def _own_digest() -> str:
    """What judges: our own code and schemas, and the versions of the libraries beside it."""
    spec = find_spec("jsonschema")
    beside = Path(str(spec.origin)).parent.parent if spec else Path()
    libraries = sorted(path.name for path in beside.glob("*.dist-info"))
    return digest_of([Path(__file__).parent.parent, data_dir("schemas")]) + repr(libraries)


def shape_of(block: Block) -> list[object]:
    """What counts of a block: its text, its tag, and its lines but for where on its page it stands."""
    return [
        block.text,
        block.tag,
        block.is_file,
        block.first_line - block.line,
        [line - block.line for line in block.lines],
    ]


def _body(verdict: Verdict) -> dict[str, Any]:
    blocks = (*verdict.run_with, verdict.block)
    body = asdict(replace(verdict, run_with=()))
    del body["block"], body["run_with"], body["kept"]
    for told, finding in zip(body["findings"], verdict.findings, strict=True):
        del told["page"]
        told["line"] = _place(finding.line, blocks)
    return body


def _place(line: int, blocks: Sequence[Block]) -> list[int]:
    """(index of the block that holds the line, how far below the block's first line it is); the last block for any other line."""
    holding = [at for at, block in enumerate(blocks) if block.line <= line <= block.page_line(block.text.count("\n"))]
    index = holding[-1] if holding else len(blocks) - 1
    return [index, line - blocks[index].line]


def _verdict(value: dict[str, Any], blocks: Sequence[Block]) -> Verdict | None:
    body = value["verdict"]
    if value["digest"] != _digest(body):
        raise ValueError("not what was written")
    block = blocks[-1]
    if value["line"] != block.line and _LINE.search(json.dumps([body["reason"], body["findings"]])):
        return None
    findings = tuple(
        Finding(**{**finding, "page": block.page, "line": blocks[finding["line"][0]].line + finding["line"][1]})
        for finding in body["findings"]
    )
    calls = tuple(Call(**call) for call in body["calls"])
    kept = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(value["at"]))
    whole = {**body, "findings": findings, "calls": calls, "kept": kept}
    return Verdict(block=block, run_with=tuple(blocks[:-1]), **whole)


def _digest(body: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def _found(folder: Path) -> list[tuple[float, int, str]]:
    """(time, bytes, path) of each file."""
    found = []
    for path in folder.glob("*/*"):
        try:
            stat = path.stat()
        except OSError:  # another process has removed it
            continue
        found.append((stat.st_mtime, stat.st_size, str(path)))
    return found


def _remove(path: Path | str) -> None:
    try:
        os.unlink(path)  # noqa: PTH108 - of either kind
    except OSError:  # another process was first, or it is not ours to remove
        return
