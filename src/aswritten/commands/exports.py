"""`aswritten fixtures export`: fixtures in, vcrpy cassettes out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from aswritten.commands import OK
from aswritten.errors import UsageError, at

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from aswritten.recordings import Recording

_SUFFIXES = {".yaml", ".yml"}


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The command and its options."""
    parser = commands.add_parser(
        "fixtures export",
        help="make vcrpy cassettes of fixtures",
        description="Makes cassettes in vcrpy's standard form: an interaction for each response.",
    )
    parser.add_argument("paths", nargs="+", metavar="FIXTURE", help="fixture, or folder of them")
    parser.add_argument(
        "--into", required=True, metavar="FILE_OR_DIR",
        help="a name that ends in .yaml: one cassette of them all; else the folder for a cassette of each",
    )  # fmt: skip
    parser.add_argument(
        "--base-url", default="", metavar="URL", help="what stands in front of fixtures for any host (*/path)"
    )
    parser.add_argument("--force", action="store_true", help="replace cassettes that are there already")


def run(parsed: argparse.Namespace) -> int:
    """Writes the cassettes; the return value is the exit code.

    Raises UsageError for everything that can be wrong before the first file is written.
    """
    from aswritten.exports import cassette

    recordings = _recordings(parsed.paths)
    base_url = _base_url(parsed.base_url, [one for _, one in recordings])
    groups = _groups(recordings, Path(parsed.into))
    _refuse_targets(groups, recordings, force=parsed.force)
    _refuse_secrets([one for _, one in recordings])
    _write({path: cassette(group, base_url) for path, group in groups.items()})
    for path, group in groups.items():
        count = sum(len(recording.responses) for recording in group)
        print(f"{path}: {count} interaction{'' if count == 1 else 's'}")  # noqa: T201
    return OK


def _recordings(given: Sequence[str]) -> list[tuple[str, Recording]]:
    """(name of its own cassette, fixture): each file once, those of a folder by name."""
    from aswritten.recordings import SCENARIOS, fixture_files, load_recording

    found: dict[Path, tuple[str, Recording]] = {}
    for path in map(Path, given):
        if path.name == SCENARIOS:
            raise at(path, None, "says how fixtures are made, and is none: expected a fixture")
        files = fixture_files(path) if path.is_dir() else [path]
        if not files:
            raise at(path, None, "holds no fixture: expected .yaml files in it")
        for file in files:
            name = file.relative_to(path) if path.is_dir() else Path(file.name)
            found.setdefault(file.resolve(), (name.with_suffix("").as_posix(), load_recording(file)))
    return list(found.values())


def _base_url(given: str, recordings: Sequence[Recording]) -> str:
    from aswritten.access import base_url

    if not given:
        return ""
    if not any(one.url.startswith("*") for one in recordings):
        raise UsageError("--base-url is for fixtures that answer for any host (*/path), and none of these does")
    parts = base_url(given)
    if parts.query:
        raise UsageError("--base-url: expected a URL without a query, such as https://api.example.com/v1")
    return parts.geturl()


def _groups(recordings: Sequence[tuple[str, Recording]], into: Path) -> dict[Path, list[Recording]]:
    """The fixtures of each cassette."""
    if into.suffix in _SUFFIXES and not into.is_dir():
        return {into: [one for _, one in recordings]}
    if into.exists() and not into.is_dir():
        raise at(into, None, "expected a folder, or a name that ends in .yaml (--into)")
    groups: dict[Path, list[Recording]] = {}
    for name, one in recordings:
        path = into / f"{name}.yaml"
        if path in groups:
            raise at(one.path, None, f"{groups[path][0].path} would become {path} too: export them into one cassette")
        groups[path] = [one]
    return groups


def _refuse_targets(groups: Mapping[Path, object], recordings: Sequence[tuple[str, Recording]], *, force: bool) -> None:
    sources = {one.path.resolve() for _, one in recordings}
    for path in groups:
        if path.resolve() in sources:
            raise at(path, None, "is one of the fixtures: expected another place for the cassette (--into)")
        if path.exists() and not force:
            raise at(path, None, "is there already: give --force to replace it")


def _refuse_secrets(recordings: Sequence[Recording]) -> None:
    from aswritten.config import settings_for
    from aswritten.scrub import Scrubber

    for one in recordings:
        leaks = Scrubber((), settings_for(one.path.absolute().parent).scrub).leaks(one)
        if leaks:
            raise at(one.path, None, f"a secret stands in {', '.join(leaks)}: nothing was written")


def _write(texts: Mapping[Path, str]) -> None:
    from aswritten.files import replace_all

    folder = next(iter(texts)).parent
    try:
        for path in texts:
            path.parent.mkdir(parents=True, exist_ok=True)
        replace_all(texts)
    except OSError as error:
        raise at(folder, None, f"the cassettes cannot be written: {error.strerror or error}") from error
