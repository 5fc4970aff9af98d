"""The cache of environments: built once by whoever comes first, whole or not at all, and not for ever."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

#: Part of every key: raise it when an environment of before is not what the code expects now.
_FORMAT = 1
_DAY = 86_400
#: An environment is built again when it is older: a page's requirements without a version would rot.
_FRESH = 7 * _DAY
#: One that nothing has built again since then goes.
_FORGOTTEN = 30 * _DAY
_COMPLETE = ".aswritten.json"


def kept(cache: Path, what: object, build: Callable[[Path], None]) -> Path:
    """The folder that holds ``what`` (a value that JSON can tell): kept from before, or made by ``build(folder)``.

    Processes that ask at the same time build it once. A build that fails or is ended leaves nothing that would be taken for
    whole. What ``build`` raises is raised.
    """
    told = [_FORMAT, what, sys.version, os.uname()[2:]]
    key = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]
    found = _fresh(cache, key)
    if found is not None:
        return found
    from filelock import FileLock  # imported here: it takes long, and few runs build anything

    cache.mkdir(parents=True, exist_ok=True)
    with FileLock(cache / f"{key}.lock"):
        found = _fresh(cache, key)
        return found if found is not None else _built(cache, key, what, build)


def _built(cache: Path, key: str, what: object, build: Callable[[Path], None]) -> Path:
    _forget(cache, key)
    # Built where it stays: the scripts of an environment hold its path. The mark that it is whole comes last.
    folder = cache / f"{key}.{int(time.time())}"
    folder.mkdir(parents=True)
    try:
        build(folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    mark = folder / f"{_COMPLETE}.{os.getpid()}"
    mark.write_text(json.dumps({"holds": what}, indent=1), encoding="utf-8")
    mark.replace(folder / _COMPLETE)
    return folder


def _fresh(cache: Path, key: str) -> Path | None:
    whole = [folder for folder in cache.glob(f"{key}.*") if (folder / _COMPLETE).is_file()]
    newest = max(whole, key=_built_at, default=None)
    return newest if newest is not None and time.time() - _built_at(newest) < _FRESH else None


def _built_at(folder: Path) -> int:
    stamp = folder.name.rpartition(".")[2]
    return int(stamp) if stamp.isdigit() else 0


def _forget(cache: Path, key: str) -> None:
    """Remove what a build that was ended left under this key, and what is so old that no run still uses it."""
    now = time.time()
    for folder in cache.iterdir():
        if not folder.is_dir():
            continue
        ours = folder.name.startswith(f"{key}.")
        half = not (folder / _COMPLETE).is_file()
        age = now - _built_at(folder)
        if age > _FORGOTTEN or (ours and (half or age > _FRESH + _DAY)):
            shutil.rmtree(folder, ignore_errors=True)
