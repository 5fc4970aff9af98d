"""The command `aswritten`. Exit codes: 0 nothing wrong, 1 findings, 2 usage or set-up, 3 our own fault, 130 interrupted, 141 nobody reads."""

from __future__ import annotations

import argparse
import difflib
import errno
import os
import re
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from aswritten.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aswritten.pytest_plugin._console import Console
    from aswritten.pytest_plugin._session import Plugin
    from aswritten.verify import Case, Options

OK, FINDINGS, USAGE, FAULT, INTERRUPTED, UNREAD = 0, 1, 2, 3, 130, 141
LANGUAGES = ("curl", "python", "node")
#: Verdicts that say that something came of a sample.
_RAN = frozenset({"passed", "failed", "continuation"})
#: Variables that would give others a say in how pages are checked.
_OF_OTHERS = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")
#: What the system says where the machine, not the program, has come to an end.
_OF_THE_SYSTEM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM})


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the return value is the exit code. Writes to standard output and standard error."""
    _open_streams()
    given = list(sys.argv[1:] if arguments is None else arguments)
    ours, theirs = (given[: given.index("--")], given[given.index("--") + 1 :]) if "--" in given else (given, [])
    try:
        parsed = _parser().parse_args(ours)
        if theirs and parsed.command != "check":
            raise UsageError("only `aswritten check` takes pytest's own options after `--`")
        _refuse_lost_folder()
        return int(_COMMANDS[parsed.command](parsed, theirs))
    except UsageError as error:
        return _say(f"aswritten: {error}", USAGE)
    except KeyboardInterrupt:
        return _say("aswritten: interrupted", INTERRUPTED)
    except BrokenPipeError:
        return _unread()
    except Exception as error:  # noqa: BLE001 - the last place where it can be told whose fault it is
        if isinstance(error, OSError) and error.errno in _OF_THE_SYSTEM:
            return _say(f"aswritten: {error.strerror}{f': {error.filename}' if error.filename else ''}", USAGE)
        traceback.print_exc()
        whose = "this is a fault of aswritten itself, not of the page"
        return _say(f"aswritten: {whose}: please report it with the lines above", FAULT)


def _say(message: str, code: int) -> int:
    print(message, file=sys.stderr)  # noqa: T201
    return code


def _unread() -> int:
    """The reader of our output went away, as in `aswritten check docs | head -1`. Nothing may be written to the pipe at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return UNREAD


def _open_streams() -> None:
    """Standard output and error that take every text, also where they are closed or know no more than ASCII."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123 - open to the end
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _refuse_lost_folder() -> None:
    try:
        Path.cwd()
    except OSError as error:
        raise UsageError(f"the current folder is not there: {error.strerror}: go to one that is") from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="aswritten", description="Runs the code samples of API docs as written.")
    parser.add_argument("--version", action=_Version, help="print the version")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    check = commands.add_parser(
        "check",
        help="run the samples of pages, and say what is wrong with them",
        description="Runs every sample of the pages as written, against recordings. Options of pytest go behind `--`.",
    )
    check.add_argument(
        "paths", nargs="+", metavar="PATH", help="page, sample file or folder; PAGE::L41-python for one block"
    )
    check.add_argument("--json", metavar="FILE", help="write the verdicts as JSON")
    check.add_argument("--junitxml", metavar="FILE", help="write the verdicts as JUnit XML")
    check.add_argument("--language", action="append", default=[], choices=LANGUAGES, help="run only this one")
    check.add_argument(
        "--with", dest="overrides", action="append", default=[], metavar="REQ",
        help="install this version in place of the page's: openai==2.0.0, or openai@5 for npm",
    )  # fmt: skip
    check.add_argument(
        "--fixtures", action="append", default=[], metavar="DIR", help="answer from the recordings in DIR"
    )
    check.add_argument(
        "--profile", default="", metavar="NAME", help="hold to this provider's contract (default: by host)"
    )
    check.add_argument(
        "--time-limit", type=seconds, default=0.0, metavar="SECONDS", help="for one sample (default: 60)"
    )
    check.add_argument("--strict", action="store_true", help="a missing tool is an error, not a reason to skip")
    check.add_argument(
        "-n", "--workers", type=_workers, metavar="N", help="run on N workers at once (a number, or `auto`)"
    )
    check.add_argument("-k", dest="select", metavar="EXPRESSION", help="only blocks whose name matches, as in pytest")
    check.add_argument("-x", dest="first", action="store_true", help="stop at the first failure")
    check.add_argument("--lf", dest="last_failed", action="store_true", help="only what failed the last time")

    listing = commands.add_parser("list", help="show every block, its name and what it is taken for; runs nothing")
    listing.add_argument("paths", nargs="+", metavar="PATH")

    sync = commands.add_parser("sync", help="keep pages and the sample files that they show the same")
    sync.add_argument("paths", nargs="+", metavar="PATH")
    mode = sync.add_mutually_exclusive_group(required=True)
    mode.add_argument("--check", action="store_true", help="say where they differ; change nothing")
    mode.add_argument("--write", action="store_true", help="put the files' text into the pages")

    from aswritten.commands import _probing

    contract = commands.add_parser(
        "contract",
        help="hold recordings, or an API, to the contract of chat completions",
        description="Judges each completion, stream and error by what its provider promises. Only a base URL is called.",
    )
    contract.add_argument(
        "targets", nargs="+", metavar="TARGET", help="fixture, vcrpy cassette, folder of them, or base URL of an API"
    )
    contract.add_argument(
        "--profile", default="auto", metavar="NAME", help="hold to this provider's contract (default: auto, by host)"
    )
    contract.add_argument("--json", metavar="FILE", help="write the verdicts as JSON")
    contract.add_argument("--compatibility", metavar="FILE", help="write who differs in what, as a Markdown page")
    _probing.add_options(contract)

    explain = commands.add_parser("explain", help="say what a rule means")
    explain.add_argument("rule", nargs="?", default="", metavar="RULE", help="all rules' names, if left out")
    return parser


class _Version(argparse.Action):
    """Prints the version, which is looked up only then."""

    def __init__(self, option_strings: Sequence[str], dest: str, help: str | None = None) -> None:  # noqa: A002
        super().__init__(option_strings, dest, nargs=0, help=help)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        print(f"aswritten {version('aswritten')}")  # noqa: T201
        parser.exit()


def seconds(text: str) -> float:
    """A time limit as a command line gives it."""
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"expected seconds above 0, got {text!r}")
    return value


def _workers(text: str) -> str:
    if not re.fullmatch(r"auto|[1-9][0-9]{0,3}", text):
        raise argparse.ArgumentTypeError(f"expected a number of workers from 1 on, or auto, got {text!r}")
    return text


def _check(parsed: argparse.Namespace, theirs: list[str]) -> int:
    """`aswritten check`: everything that can be wrong before the first sample runs is said first, then pytest runs."""
    from aswritten.verify import open_case, recordings_of

    for option, target in (("--json", parsed.json), ("--junitxml", parsed.junitxml)):
        if target is not None:
            _refuse_unwritable(option, target)
    options = _options(parsed)
    asked = _Asked(parsed.paths)
    cases = {path: open_case(path, name, options) for path, name in asked.pages.items()}
    for path, blocks in asked.blocks.items():
        _refuse_unknown(cases[path], blocks)
    if not any(role.kind == "sample" for case in cases.values() for role in case.roles):
        raise UsageError(
            f"{', '.join(parsed.paths)}: no sample to run in {len(cases)} page(s)."
            " `aswritten list` shows what each block was taken for"
        )
    for settings in dict.fromkeys(case.settings for case in cases.values()):
        recordings_of(settings)
    return _run(cases, _pytest_arguments(parsed, asked.targets(), theirs), parsed)


class _Asked:
    """The pages that the command line asks for, and those of their blocks. A page that is given twice is one page."""

    def __init__(self, given: Iterable[str]) -> None:
        from aswritten import pages

        self.pages: dict[Path, str] = {}
        """By absolute path: the name that reports give the page, which is its path as it was given."""
        self.blocks: dict[Path, list[str]] = {}
        """The blocks asked for; of a page that is not in it, all."""
        whole: set[Path] = set()
        for one in given:
            path, _, block = (one, "", "") if Path(one).exists() else one.partition("::")
            for found in pages.find([path]):
                page = Path(os.path.abspath(found))  # noqa: PTH100 - links are kept
                self.pages.setdefault(page, _shown(found))
                if block:
                    self.blocks.setdefault(page, []).append(block)
                else:
                    whole.add(page)
        for page in whole & self.blocks.keys():
            del self.blocks[page]

    def targets(self) -> list[str]:
        """`PAGE` or `PAGE::BLOCK`, in the order given."""
        return [
            target
            for page, name in self.pages.items()
            for target in ([f"{name}::{block}" for block in self.blocks[page]] if page in self.blocks else [name])
        ]


def _shown(path: Path) -> str:
    """A path as reports name it."""
    name = path.as_posix()
    try:
        name.encode("utf-8")
    except UnicodeEncodeError as error:
        raise UsageError(
            f"{name}: expected a path in UTF-8: rename it, or set PYTHONUTF8=1 if the locale is at fault"
        ) from error
    return name


def _refuse_unknown(case: Case, blocks: Iterable[str]) -> None:
    from aswritten.verify import block_name

    names = [block_name(role) for role in case.roles]
    for block in blocks:
        if block not in names:
            near = difflib.get_close_matches(block, names, 1)
            perhaps = f" Perhaps {near[0]}?" if near else ""
            raise UsageError(
                f"{case.page.path}: no block is called {block!r}.{perhaps} `aswritten list {case.page.path}` shows them"
            )


def _refuse_unwritable(option: str, target: str) -> None:
    path = Path(target).absolute()
    if not target or path.is_dir():
        raise UsageError(
            f"{target or repr(target)}: expected a file to write to, got {'a folder' if target else 'nothing'} ({option})"
        )
    if not path.parent.is_dir():
        raise UsageError(f"{target}: expected a file in a folder that exists ({option})")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise UsageError(f"{target}: expected a file that can be written to ({option})")


def _options(parsed: argparse.Namespace) -> Options:
    from aswritten.verify import options_of

    return options_of(
        languages=parsed.language,
        overrides=parsed.overrides,
        fixtures=parsed.fixtures,
        profile=parsed.profile,
        time_limit=parsed.time_limit,
        strict=parsed.strict,
    )


def _pytest_arguments(parsed: argparse.Namespace, targets: Sequence[str], theirs: list[str]) -> list[str]:
    """Pytest as a runner of blocks alone: no configuration, no conftest and no cache in the folder that is checked."""
    import hashlib

    import platformdirs

    # What failed the last time is another thing in another folder.
    here = hashlib.sha256(os.fsencode(Path.cwd())).hexdigest()[:16]
    cache = platformdirs.user_cache_path("aswritten") / "pytest" / here
    return [
        ".", "-p", "aswritten.pytest_plugin", *(["-p", "xdist.plugin"] if parsed.workers else []),
        "-p", "no:python", "-p", "no:doctest", "-p", "no:unittest", "-p", "no:tmpdir", "--noconftest", "-c", os.devnull,
        "--rootdir=.", "--confcutdir=.", "-o", f"cache_dir={cache}", "-o", "addopts=", "--tb=native",
        "--aswritten",
        *(f"--aswritten-only={target}" for target in targets),
        *(f"--aswritten-language={name}" for name in parsed.language),
        *(f"--aswritten-with={requirement}" for requirement in parsed.overrides),
        *(f"--aswritten-fixtures={folder}" for folder in parsed.fixtures),
        f"--aswritten-profile={parsed.profile}",
        *([f"--aswritten-time-limit={parsed.time_limit}"] if parsed.time_limit else []),
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


def _run(cases: dict[Path, Case], arguments: list[str], parsed: argparse.Namespace) -> int:
    import pytest

    from aswritten.pytest_plugin._console import Console
    from aswritten.pytest_plugin._signals import end_once

    console = Console(cases, sys.stdout, sys.stderr)
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
        raise OSError(console.lost.errno, console.lost.strerror, "standard output")
    return _exit_code(code, console, parsed)


def _exit_code(code: int, console: Console, parsed: argparse.Namespace) -> int:
    """By what happened: pytest's own code says the same of interruptions, pages that cannot be read and stops after `-x`."""
    session = console.session
    if session is None:
        return USAGE if code == 4 else _say("aswritten: pytest did not come to its start", FAULT)
    happened = (
        (session.interrupted, INTERRUPTED),
        (bool(session.faults) or (code == 3 and not session.mistakes), FAULT),
        (bool(session.mistakes) or code == 4, USAGE),
    )
    broken_off = next((code for happens, code in happened if happens), None)
    return _judged(session, parsed) if broken_off is None else broken_off


def _judged(session: Plugin, parsed: argparse.Namespace) -> int:
    """The exit code of a run that came to its end."""
    verdicts = session.verdicts()
    if not verdicts:
        by = f" by -k {parsed.select!r}" if parsed.select else ""
        return _say(f"aswritten: no block is selected{by}: `aswritten list` shows what they are called", USAGE)
    installs = all(verdict.name == "install" for verdict in verdicts)
    if not installs and not any(verdict.name in _RAN for verdict in verdicts):
        reasons = dict.fromkeys(verdict.reason for verdict in verdicts if verdict.name == "skipped")
        return _say("\n  ".join(["aswritten: no sample ran", *reasons]), USAGE)
    findings = [finding for found in session.page_findings.values() for finding in found]
    failed = any(verdict.name == "failed" for verdict in verdicts) or any(one.level == "error" for one in findings)
    return FINDINGS if failed else OK


def _list(parsed: argparse.Namespace, _: list[str]) -> int:
    from aswritten.verify import Options, block_name, open_case

    for path, name in _Asked(parsed.paths).pages.items():
        for role in open_case(path, name, Options()).roles:
            lines = ", ".join(str(earlier.line) for earlier in role.earlier)
            what = role.kind + (f" (with line {lines})" if lines else "") + (f": {role.reason}" if role.reason else "")
            print(f"{name}::{block_name(role)}: {what}")  # noqa: T201
    return OK


def _sync(parsed: argparse.Namespace, _: list[str]) -> int:
    from aswritten import sync

    if parsed.write:
        for path in sync.write(parsed.paths):
            print(f"{path}: written")  # noqa: T201
        return OK
    drifts = sync.check(parsed.paths)
    for drift in drifts:
        print(drift)  # noqa: T201
    return FINDINGS if drifts else OK


def _contract(parsed: argparse.Namespace, _: list[str]) -> int:
    from aswritten.commands import contract

    for option, target in (("--json", parsed.json), ("--compatibility", parsed.compatibility)):
        if target is not None:
            _refuse_unwritable(option, target)
    return contract.run(parsed)


def _explain(parsed: argparse.Namespace, _: list[str]) -> int:
    from aswritten.checks import explain, rules
    from aswritten.commands import _probing

    if not parsed.rule:
        print("\n".join(sorted((*rules(), *_probing.rules()))))  # noqa: T201
        return OK
    print(_probing.rules().get(parsed.rule) or explain(parsed.rule))  # noqa: T201
    return OK


_COMMANDS = {"check": _check, "list": _list, "sync": _sync, "contract": _contract, "explain": _explain}
