"""The command `aswritten`. Exit codes: 0 nothing wrong, 1 findings, 2 usage or set-up, 3 our own fault, 130 interrupted."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from aswritten.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aswritten.verify import Case, Options

OK, FINDINGS, USAGE, FAULT, INTERRUPTED = 0, 1, 2, 3, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the return value is the exit code. Writes to standard output and standard error."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    ours, theirs = (given[: given.index("--")], given[given.index("--") + 1 :]) if "--" in given else (given, [])
    try:
        parsed = _parser().parse_args(ours)
        if theirs and parsed.command != "check":
            raise UsageError("only `aswritten check` takes pytest's own options after `--`")
        return int(_COMMANDS[parsed.command](parsed, theirs))
    except UsageError as error:
        print(f"aswritten: {error}", file=sys.stderr)  # noqa: T201
        return USAGE
    except KeyboardInterrupt:
        print("aswritten: interrupted", file=sys.stderr)  # noqa: T201
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output went away; what it wanted, it has. Nothing may be written to the pipe at exit.
        sys.stdout = None
        return OK


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
    check.add_argument(
        "--language", action="append", default=[], choices=("curl", "python", "node"), help="run only this one"
    )
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
        "--time-limit", type=_seconds, default=0.0, metavar="SECONDS", help="for one sample (default: 60)"
    )
    check.add_argument("--strict", action="store_true", help="a missing tool is an error, not a reason to skip")
    check.add_argument("-n", "--workers", metavar="N", help="run on N workers at once (a number, or `auto`)")
    check.add_argument("-k", dest="select", metavar="EXPRESSION", help="only blocks whose name matches, as in pytest")
    check.add_argument("-x", dest="first", action="store_true", help="stop at the first failure")
    check.add_argument("--lf", dest="last_failed", action="store_true", help="only what failed the last time")

    listing = commands.add_parser("list", help="show every block and what would be done with it; runs nothing")
    listing.add_argument("paths", nargs="+", metavar="PATH")

    sync = commands.add_parser("sync", help="keep pages and the sample files that they show the same")
    sync.add_argument("paths", nargs="+", metavar="PATH")
    mode = sync.add_mutually_exclusive_group(required=True)
    mode.add_argument("--check", action="store_true", help="say where they differ; change nothing")
    mode.add_argument("--write", action="store_true", help="put the files' text into the pages")

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


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"expected seconds above 0, got {text}")
    return value


def _check(parsed: argparse.Namespace, theirs: list[str]) -> int:
    """`aswritten check`: everything that can be wrong before the first sample runs is said first, then pytest runs."""
    import pytest

    from aswritten.verify import recordings_of

    blocks = [path for path in parsed.paths if "::" in path]
    plain = [path.split("::")[0] for path in parsed.paths]
    cases = _cases(plain, _options(parsed))
    if not any(role.kind == "sample" for case in cases for role in case.roles):
        raise UsageError(
            f"{', '.join(plain)}: no sample to run in {len(cases)} page(s)."
            " `aswritten list` shows what each block was taken for"
        )
    for settings in dict.fromkeys(case.settings for case in cases):
        recordings_of(settings)
    _refuse_unwritable(parsed.json)
    whole = _cases([path for path in parsed.paths if "::" not in path], _options(parsed)) if blocks else cases
    # No other plugin of the environment that we are installed in has a say. Workers inherit this.
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    targets = [*blocks, *(case.page.path for case in whole)]
    return _exit_code(pytest.main(_pytest_arguments(parsed, targets, theirs)))


def _refuse_unwritable(target: str | None) -> None:
    if target and not Path(target).absolute().parent.is_dir():
        raise UsageError(f"{target}: expected a file in a folder that exists (--json)")


def _options(parsed: argparse.Namespace) -> Options:
    from aswritten.verify import Options

    for folder in parsed.fixtures:
        if not Path(folder).is_dir():
            raise UsageError(f"{folder}: expected a folder of recordings (--fixtures), and there is none")
    return Options(fixtures=tuple(Path(folder).resolve() for folder in parsed.fixtures), profile=parsed.profile)


def _cases(paths: Sequence[str], options: Options) -> list[Case]:
    from aswritten import pages
    from aswritten.verify import open_case

    return [open_case(path, path.as_posix(), options) for path in pages.find(paths)]


def _pytest_arguments(parsed: argparse.Namespace, targets: Sequence[str], theirs: list[str]) -> list[str]:
    """Pytest as a runner of blocks alone: no configuration, no conftest and no cache in the folder that is checked."""
    import platformdirs

    cache = platformdirs.user_cache_path("aswritten") / "pytest"
    return [
        *targets,
        "-p", "aswritten.pytest_plugin", *(["-p", "xdist.plugin"] if parsed.workers else []),
        "-p", "no:python", "-p", "no:doctest", "-p", "no:unittest", "--noconftest", "-c", os.devnull, "--rootdir", str(Path.cwd()),
        "-o", f"cache_dir={cache}", "-o", "addopts=", "-o", "console_output_style=count",
        "-v", "--no-header", "--tb=short", "-rN",
        "--aswritten",
        *(f"--aswritten-language={name}" for name in parsed.language),
        *(f"--aswritten-with={requirement}" for requirement in parsed.overrides),
        *(f"--aswritten-fixtures={folder}" for folder in parsed.fixtures),
        f"--aswritten-profile={parsed.profile}",
        f"--aswritten-time-limit={parsed.time_limit}",
        *(["--aswritten-strict"] if parsed.strict else []),
        *([f"--aswritten-json={parsed.json}"] if parsed.json else []),
        *([f"--junitxml={parsed.junitxml}"] if parsed.junitxml else []),
        *(["-n", parsed.workers] if parsed.workers else []),
        *(["-k", parsed.select] if parsed.select else []),
        *(["-x"] if parsed.first else []),
        *(["--lf"] if parsed.last_failed else []),
        *theirs,
    ]  # fmt: skip


def _exit_code(code: int) -> int:
    """Pytest's exit code as ours: 2 is an interruption or a page that could not be read, 5 is nothing selected."""
    return {0: OK, 1: FINDINGS, 2: USAGE, 4: USAGE, 5: USAGE}.get(code, FAULT)


def _list(parsed: argparse.Namespace, _: list[str]) -> int:
    from aswritten.verify import Options

    for case in _cases(parsed.paths, Options()):
        for role in case.roles:
            block = role.block
            what = " ".join(filter(None, (role.kind, role.language)))
            together = (
                f" (with line {', '.join(str(earlier.line) for earlier in role.earlier)})" if role.earlier else ""
            )
            print(f"{block.page}:{block.line}: {what}{together}" + (f": {role.reason}" if role.reason else ""))  # noqa: T201
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


def _explain(parsed: argparse.Namespace, _: list[str]) -> int:
    from aswritten.checks import explain, rules

    if not parsed.rule:
        print("\n".join(rules()))  # noqa: T201
        return OK
    print(explain(parsed.rule))  # noqa: T201
    return OK


_COMMANDS = {"check": _check, "list": _list, "sync": _sync, "explain": _explain}
