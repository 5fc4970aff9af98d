"""`aswritten fixtures import`: cassettes, HAR files and transcripts of curl in, fixtures out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from aswritten.commands import OK
from aswritten.errors import UsageError, at

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from aswritten.captures import Asked
    from aswritten.imports import Brought, Input

#: Exchanges left out that a refusal names.
_SHOWN = 5


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The command and its options."""
    parser = commands.add_parser(
        "fixtures import",
        help="make fixtures of vcrpy cassettes, HAR files and transcripts of curl",
        description="Makes fixtures of what other tools kept of an API. Names what has no form as a fixture.",
    )
    parser.add_argument(
        "files", nargs="+", metavar="FILE", help="vcrpy cassette, HAR file, or what `curl -i --no-buffer` printed"
    )
    parser.add_argument("--into", required=True, metavar="DIR", help="the folder of fixtures; made where there is none")
    parser.add_argument("--name", default="", metavar="NAME", help="of the fixtures of one file (default: the file's)")
    parser.add_argument("--force", action="store_true", help="replace fixtures that are there already")
    group = parser.add_argument_group(
        "for transcripts, which do not hold their request; several answer it in their order"
    )
    asked = group.add_mutually_exclusive_group()
    asked.add_argument("--request", default="", metavar="FIXTURE", help="the fixture that has the same request")
    asked.add_argument("--url", default="", metavar="URL", help="what was asked for")
    group.add_argument("--body", default="", metavar="FILE", help="the JSON that was sent there")


def run(parsed: argparse.Namespace) -> int:
    """Writes the fixtures and says what they are made of; the return value is the exit code.

    Raises UsageError for everything that can be wrong before the first file is written: a file or an option, a fixture that is
    there already, where nothing could be kept, and where a recorder writes to the folder. What has no form as a fixture is named,
    counted and left out.
    """
    from aswritten import __version__
    from aswritten.config import settings_for
    from aswritten.imports import bring_in
    from aswritten.record import alone
    from aswritten.scrub import Scrubber

    folder = Path(parsed.into)
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder}: expected a folder to write fixtures to (--into), and it is a file")
    inputs = _inputs(parsed, _asked(parsed))
    names = settings_for(folder).scrub
    scrubber = Scrubber((), names)
    # What is there must stay as it was looked at, until the last file is written.
    with alone([folder]):
        brought = bring_in(inputs, folder, f"aswritten {__version__}", names=names, force=parsed.force)
        _refuse_nothing(brought)
        for one in brought:
            _write(one, folder)
            for line in _told(one):
                print(scrubber.text(line))  # noqa: T201
    print(_sum(brought))  # noqa: T201
    return OK


def _refuse_nothing(brought: Sequence[Brought]) -> None:
    if not any(one.recordings for one in brought):
        left = [f"{one.place}: {one.reason}" for each in brought for one in each.left]
        more = [f"and {len(left) - _SHOWN} more"] if len(left) > _SHOWN else []
        raise UsageError("\n  ".join(["nothing could be kept", *left[:_SHOWN], *more]))


def _asked(parsed: argparse.Namespace) -> Asked | None:
    """The request of transcripts; None where nothing says it."""
    from aswritten.captures import Asked
    from aswritten.model import request_to
    from aswritten.recordings import load_recording

    if parsed.body and not parsed.url:
        raise UsageError("--body is what was sent to --url: give that too")
    if parsed.request:
        path = Path(parsed.request)
        recording = load_recording(path)
        if recording.url.startswith("*"):
            raise at(path, None, f"answers for any host ({recording.url}): give the URL that was asked by --url")
        body = b"" if recording.body is None else json.dumps(recording.body).encode("ascii")
        return Asked(request_to(recording.method, recording.url, recording.headers, body), "--request")
    if not parsed.url:
        return None
    body = _body(Path(parsed.body)) if parsed.body else b""
    try:
        return Asked(request_to("POST" if parsed.body else "GET", parsed.url, (), body), "--url")
    except ValueError as error:
        raise UsageError(
            "--url: expected an absolute URL, such as https://api.example.com/v1/chat/completions"
        ) from error


def _body(path: Path) -> bytes:
    try:
        data = path.read_bytes()
        json.loads(data)
    except OSError as error:
        raise at(path, None, f"cannot be read: {error.strerror or error} (--body)") from error
    except json.JSONDecodeError as error:
        raise at(path, error.lineno, f"expected the JSON that was sent (--body): {error.msg}") from error
    except (ValueError, RecursionError) as error:
        raise at(path, None, f"expected the JSON that was sent (--body): {error}") from error
    return data


def _inputs(parsed: argparse.Namespace, asked: Asked | None) -> list[Input]:
    from aswritten.captures import read
    from aswritten.imports import Input, safe_name

    if parsed.name and safe_name(parsed.name) != parsed.name:
        raise UsageError(
            f"--name {parsed.name}: expected letters, digits, '.', '_' and '-', such as {safe_name(parsed.name)}"
        )
    files = list(dict.fromkeys(Path(file) for file in parsed.files))
    found = [(path, [(_shown(path), one) for one in read(path, asked)]) for path in files]
    if asked is not None:
        captures = tuple(one for _, several in found for one in several)
        return [Input(parsed.name or safe_name(files[0].stem), captures)]
    if parsed.name and len(files) > 1:
        raise UsageError(f"--name {parsed.name}: expected one file for one name, got {len(files)}")
    return [Input(parsed.name or safe_name(path.stem), tuple(captures)) for path, captures in found]


def _shown(path: Path) -> str:
    """A file as sources name it: from here, and by its name alone where it lies elsewhere."""
    here = Path.cwd()
    if path.is_absolute():
        return (path.relative_to(here) if path.is_relative_to(here) else Path(path.name)).as_posix()
    return path.as_posix()


def _write(brought: Brought, folder: Path) -> None:
    from aswritten.files import replace_all
    from aswritten.recordings import dump

    try:
        folder.mkdir(parents=True, exist_ok=True)
        replace_all({recording.path: dump(recording) for recording in brought.recordings})
    except OSError as error:
        raise at(folder, None, f"the fixtures cannot be written: {error.strerror or error}") from error


def _told(brought: Brought) -> Iterator[str]:
    for recording in brought.recordings:
        count = len(recording.responses)
        many = f", {count} responses" if count > 1 else ""
        yield f"{recording.path}: {recording.method} {recording.url}{many}"
    for one in brought.left:
        yield f"left out: {one.place}: {one.reason}"


def _sum(brought: Sequence[Brought]) -> str:
    exchanges = sum(one.exchanges for one in brought)
    left = sum(len(one.left) for one in brought)
    fixtures = sum(len(one.recordings) for one in brought)
    return f"{_count(exchanges, 'exchange')}: {exchanges - left} in {_count(fixtures, 'fixture')}, {left} left out"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
