"""`aswritten check`: pages in, verdicts out, by pytest as a runner that nobody has to know."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs
import pytest

from aswritten import __version__
from aswritten.commands import FAULT, FINDINGS, INTERRUPTED, OK, USAGE, _changed, _known
from aswritten.commands._asked import Asked, refuse_unknown
from aswritten.errors import UsageError
from aswritten.pytest_plugin._signals import end_once
from aswritten.reports import document
from aswritten.verify import open_case, options_of, recordings_of, refuse_unused

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from aswritten.pytest_plugin._console import Console
    from aswritten.pytest_plugin._session import Plugin
    from aswritten.verify import Case, Options

#: Verdicts that say that something came of a sample.
_RAN = frozenset({"passed", "failed", "continuation"})
#: Seconds for which what is known of a folder is kept after its last run.
_UNUSED = 30 * 24 * 3600
#: Variables that would give others a say in how pages are checked.
_OF_OTHERS = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")


def run(parsed: argparse.Namespace, theirs: Sequence[str]) -> int:
    """Checks the pages; `theirs` are options of pytest. The return value is the exit code.

    Raises UsageError for everything that can be wrong before the first sample runs.
    """
    options = _options(parsed)
    asked = Asked(parsed.paths)
    cases = {path: open_case(path, name, options) for path, name in asked.pages.items()}
    for path, blocks in asked.blocks.items():
        refuse_unknown(cases[path], blocks)
    if not any(map(_has_samples, cases.values())):
        raise UsageError(
            f"{', '.join(parsed.paths)}: no sample to run in {len(cases)} page(s)."
            " `aswritten list` shows what each block was taken for"
        )
    refuse_unused(parsed.overrides, cases.values())
    _known.options(parsed)
    if parsed.changed_since:
        pages = _changed.touched(cases, parsed.changed_since)
        if not any(_has_samples(cases[path]) for path in pages):
            return _nothing_changed(parsed, len(cases), is_any=bool(pages))
        cases = {path: case for path, case in cases.items() if path in pages}
        asked = asked.only(pages)
    for settings in dict.fromkeys(case.settings for case in cases.values()):
        recordings_of(settings)
    return _run(cases, _pytest_arguments(parsed, asked.targets(), theirs), parsed)


def _has_samples(case: Case) -> bool:
    return any(role.kind == "sample" or role.tried for role in case.roles)


def _nothing_changed(parsed: argparse.Namespace, pages: int, *, is_any: bool) -> int:
    """There is nothing to do, and nothing wrong with that. A report that was asked for is written, without a block."""
    where = " in a page with samples" if is_any else ""
    print(f"nothing of {pages} page(s) differs from {parsed.changed_since}{where}: no sample to run")  # noqa: T201
    if parsed.json:
        document.write(Path(parsed.json), document.document(__version__, [], []))
    return OK


def _options(parsed: argparse.Namespace) -> Options:
    return options_of(
        languages=parsed.language,
        overrides=parsed.overrides,
        fixtures=parsed.fixtures,
        profile=parsed.profile,
        time_limit=parsed.time_limit,
        timing=parsed.timing,
        strict=parsed.strict,
    )


def _pytest_arguments(parsed: argparse.Namespace, targets: Sequence[str], theirs: Sequence[str]) -> list[str]:
    """Pytest as a runner of blocks alone: no configuration, no conftest and no cache in the folder that is checked."""
    return [
        ".", "-p", "aswritten.pytest_plugin", *(["-p", "xdist.plugin"] if parsed.workers else []),
        "-p", "no:python", "-p", "no:doctest", "-p", "no:unittest", "-p", "no:tmpdir", "--noconftest", "-c", os.devnull,
        "--rootdir=.", "--confcutdir=.", "-o", f"cache_dir={_cache()}", "-o", "addopts=", "--tb=native",
        "--aswritten",
        *(f"--aswritten-only={target}" for target in targets),
        *(f"--aswritten-language={name}" for name in parsed.language),
        *(f"--aswritten-with={requirement}" for requirement in parsed.overrides),
        *(f"--aswritten-fixtures={folder}" for folder in parsed.fixtures),
        f"--aswritten-profile={parsed.profile}",
        *([f"--aswritten-time-limit={parsed.time_limit}"] if parsed.time_limit else []),
        *(["--aswritten-timing"] if parsed.timing else []),
        *([f"--aswritten-baseline={parsed.baseline}"] if parsed.baseline and not parsed.write_baseline else []),
        *(["--aswritten-no-cache"] if parsed.no_cache else []),
        *(["--aswritten-strict"] if parsed.strict else []),
        *([f"--aswritten-json={parsed.json}"] if parsed.json else []),
        *([f"--junitxml={parsed.junitxml}"] if parsed.junitxml else []),
        # Samples differ in length by a hundred times: a worker is given one block at a time.
        *(["-n", parsed.workers, "--maxschedchunk=1"] if parsed.workers else []),
        # It collects garbage five times at the end of each process, in search of errors in the code of tests.
        "-p", "no:unraisableexception",
        *(["-k", parsed.select] if parsed.select else []),
        *(["-x"] if parsed.first else []),
        *(["--lf"] if parsed.last_failed else []),
        *theirs,
    ]  # fmt: skip


def _cache() -> Path:
    """Where pytest keeps what failed the last time, and how long it took: another thing in another folder.

    A folder that is new here makes room: those go that no run has come to for a month.
    """
    caches = platformdirs.user_cache_path("aswritten") / "pytest"
    cache = caches / hashlib.sha256(os.fsencode(Path.cwd())).hexdigest()[:16]
    try:
        os.utime(cache)
    except OSError:
        with contextlib.suppress(OSError):  # no run depends on it, and another one may make room as well
            old = (one for one in caches.iterdir() if time.time() - one.stat().st_mtime > _UNUSED)
            for folder in old:
                shutil.rmtree(folder, ignore_errors=True)
    return cache


def _run(cases: dict[Path, Case], arguments: list[str], parsed: argparse.Namespace) -> int:
    from aswritten.pytest_plugin._console import Console

    console = Console(cases, parsed.language, sys.stdout, sys.stderr)
    put_back = end_once()
    environ = dict(os.environ)
    for name in _OF_OTHERS:
        os.environ.pop(name, None)
    # No other plugin of the environment that we are installed in has a say. Workers inherit this.
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        code = pytest.main(arguments, plugins=[console])
        console.finish()
    finally:
        os.environ.clear()
        os.environ.update(environ)
        put_back()
    if console.lost is not None:
        raise console.lost
    return _exit_code(code, console, parsed, cases)


def _exit_code(code: int, console: Console, parsed: argparse.Namespace, cases: Mapping[Path, Case]) -> int:
    """By what happened: pytest's own code says the same of interruptions, pages that cannot be read and stops after `-x`."""
    session = console.session
    if session is None:
        return USAGE if code == 4 else _said("pytest did not come to its start", FAULT)
    happened = (
        (session.interrupted, INTERRUPTED),
        (bool(session.faults) or (code == 3 and not session.mistakes), FAULT),
        (bool(session.mistakes) or code == 4, USAGE),
    )
    broken_off = next((code for happens, code in happened if happens), None)
    return _judged(session, parsed, cases) if broken_off is None else broken_off


def _judged(session: Plugin, parsed: argparse.Namespace, cases: Mapping[Path, Case]) -> int:
    """The exit code of a run that came to its end."""
    verdicts = session.verdicts()
    if not verdicts:
        by = f" by -k {parsed.select!r}" if parsed.select else ""
        return _said(f"no block is selected{by}: `aswritten list` shows what they are called", USAGE)
    installs = all(verdict.name == "install" for verdict in verdicts)
    if not installs and not any(verdict.name in _RAN for verdict in verdicts):
        reasons = dict.fromkeys(verdict.reason for verdict in verdicts if verdict.name in {"skipped", "fragment"})
        return _said("\n  ".join(["no sample ran", *reasons]), USAGE)
    by_name = {case.page.path: case for case in cases.values()}
    if parsed.write_baseline:
        print(_known.write(Path(parsed.baseline), by_name, verdicts, session.page_findings))  # noqa: T201
        return OK
    if parsed.baseline:
        told, is_new = _known.compared(Path(parsed.baseline), by_name, verdicts, session.page_findings)
        print(told)  # noqa: T201
        return FINDINGS if is_new else OK
    findings = [finding for found in session.page_findings.values() for finding in found]
    failed = any(verdict.name == "failed" for verdict in verdicts) or any(one.level == "error" for one in findings)
    return FINDINGS if failed else OK


def _said(message: str, code: int) -> int:
    print(f"aswritten: {message}", file=sys.stderr)  # noqa: T201
    return code
