"""The command `aswritten`. Exit codes: 0 nothing wrong, 1 findings, 2 usage or set-up, 3 our own fault, 130 interrupted, 141 nobody reads."""

from __future__ import annotations

import argparse
import atexit
import gc
import importlib
import os
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from aswritten.commands import FAULT, FINDINGS, INTERRUPTED, OK, OUR_FAULT, UNREAD, USAGE
from aswritten.errors import UsageError, of_the_system

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import NoReturn

LANGUAGES = ("curl", "python", "node")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the return value is the exit code. Writes to standard output and standard error."""
    atexit.register(
        gc.freeze
    )  # a process that ends needs no last search for garbage, which takes a twentieth of a second
    _open_streams()
    given = list(sys.argv[1:] if arguments is None else arguments)
    ours, theirs = (given[: given.index("--")], given[given.index("--") + 1 :]) if "--" in given else (given, [])
    parsed = None
    try:
        parsed = _parser().parse_args(_with_whole_command(ours))
        if theirs and parsed.command != "check":
            raise UsageError("only `aswritten check` takes pytest's own options after `--`")
        _refuse_lost_folder()
        return int(_COMMANDS[parsed.command](parsed, theirs))
    except UsageError as error:
        return _say(_clean(f"aswritten: {error}", parsed), USAGE)
    except KeyboardInterrupt:
        return _say("aswritten: interrupted", INTERRUPTED)
    except BrokenPipeError:
        return _unread()
    except Exception as error:  # noqa: BLE001 - the last place where it can be told whose fault it is
        told = of_the_system(error) if isinstance(error, OSError) else None
        if told is not None:
            return _say(_clean(f"aswritten: {told}", parsed), USAGE)
        lines = _clean(traceback.format_exc(), parsed)
        return _say(f"{lines}aswritten: {OUR_FAULT}: please report it with the lines above", FAULT)


def _clean(text: str, parsed: argparse.Namespace | None) -> str:
    from aswritten.commands._secrets import without_secrets

    return without_secrets(text, parsed)


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


class _Parser(argparse.ArgumentParser):
    """Repeats what it does not know, and not the key that somebody typed there."""

    def error(self, message: str) -> NoReturn:
        """Ends the program with the message."""
        super().error(_clean(message, None))


def _parser() -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = _Parser(
        prog="aswritten", description="Runs the code samples of API docs as written."
    )
    parser.add_argument("--version", action=_Version, help="print the version")
    from aswritten.commands import _checking, _probing, _recording, drift, exports, fixtures, imports

    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    _checking.add_parser(commands, seconds, LANGUAGES)

    _checking.add_list_parser(commands)

    sync = commands.add_parser("sync", help="keep pages and the sample files that they show the same")
    sync.add_argument("paths", nargs="+", metavar="PATH")
    mode = sync.add_mutually_exclusive_group(required=True)
    mode.add_argument("--check", action="store_true", help="say where they differ; change nothing")
    mode.add_argument("--write", action="store_true", help="put the files' text into the pages")

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

    drift.add_parser(commands)
    _recording.add_parser(commands, seconds, LANGUAGES)
    fixtures.add_parser(commands)
    imports.add_parser(commands)
    exports.add_parser(commands)

    explain = commands.add_parser("explain", help="say what a rule means")
    explain.add_argument("rule", nargs="?", default="", metavar="RULE", help="all rules' names, if left out")
    return parser


def _with_whole_command(given: list[str]) -> list[str]:
    """The arguments with a command of two words as one."""
    whole = " ".join(given[:2])
    return [whole, *given[2:]] if whole in _COMMANDS and len(given) > 1 else given


class _Version(argparse.Action):
    """Prints the version, which is looked up only then."""

    def __init__(self, option_strings: Sequence[str], dest: str, help: str | None = None) -> None:  # noqa: A002
        super().__init__(option_strings, dest, nargs=0, help=help)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from aswritten import __version__

        print(f"aswritten {__version__}")  # noqa: T201
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


def _check(parsed: argparse.Namespace, theirs: list[str]) -> int:
    from aswritten.commands import check

    written = parsed.baseline if parsed.write_baseline and parsed.baseline else None
    for option, target in (("--json", parsed.json), ("--junitxml", parsed.junitxml), ("--baseline", written)):
        if target is not None:
            _refuse_unwritable(option, target)
    return check.run(parsed, theirs)


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


def _command(name: str) -> Callable[[argparse.Namespace, list[str]], int]:
    """The command that is a module of ``commands/``. What it is to write in the end is looked at before it begins."""

    def run(parsed: argparse.Namespace, _: list[str]) -> int:
        for option in ("json", "compatibility", "markdown"):
            target = getattr(parsed, option, None)
            if target is not None:
                _refuse_unwritable(f"--{option}", target)
        return int(importlib.import_module(f"aswritten.commands.{name}").run(parsed))

    return run


def _explain(parsed: argparse.Namespace, _: list[str]) -> int:
    from aswritten import inventory
    from aswritten.checks import explain, rules
    from aswritten.commands import _probing

    others = _probing.rules() | inventory.rules()
    if not parsed.rule:
        print("\n".join(sorted((*rules(), *others))))  # noqa: T201
        return OK
    print(others.get(parsed.rule) or explain(parsed.rule))  # noqa: T201
    return OK


_COMMANDS = {
    "check": _check,
    "list": _command("listing"),
    "sync": _sync,
    "contract": _command("contract"),
    "drift": _command("drift"),
    "record": _command("record"),
    "fixtures": _command("fixtures"),
    "fixtures import": _command("imports"),
    "fixtures export": _command("exports"),
    "explain": _explain,
}
