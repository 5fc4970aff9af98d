"""Scenario files: what is asked for each recording, and where it goes."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from aswritten.access import base_url, is_sendable
from aswritten.contract import load_profile
from aswritten.errors import UsageError, at
from aswritten.recordings import SCENARIOS, Recording, Source, clash, load_document, load_recording

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

Key = Literal["given", "wrong", "none"]
#: What is sent, and stands in the recording, where a scenario asks for a wrong key and its fixture names none.
WRONG_KEY = "Bearer wrong-key"
ENDPOINT = "/chat/completions"
_WITH_BODY = {"POST", "PUT", "PATCH"}
_SUFFIXES = (".yaml", ".yml")
#: What a header's value is made of, by RFC 9110: visible characters, blanks, and bytes that mean nothing.
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


@dataclass(frozen=True, slots=True)
class Scenario:
    """One recording to make."""

    place: str
    """``file:line`` of the scenario."""
    home: Path
    """The scenario file's folder."""
    fixture: str
    """Its name, as the scenario file has it."""
    provider: str
    """The profile whose contract holds."""
    base_url: str
    """The provider's own, without a slash at its end."""
    target: str
    """Path and query below the base URL."""
    key: Key
    status: int | None
    """What must come; None for any of 200 to 299."""
    asked: Recording
    """What is asked, as it will stand in the file at its path; without any response."""


def load_scenarios(
    paths: Sequence[Path], *, into: Path | None = None, only: Sequence[str] = ()
) -> tuple[Scenario, ...]:
    """The scenarios of the files, and of all ``scenarios.yaml`` below the folders, in their order.

    ``into``: the folder that the recordings go to, in place of the scenario file's; what lies below a folder in ``paths`` stays below
    it. ``only``: names of fixtures; empty for all. Raises UsageError, with its line, for whatever is wrong with a file, for a name
    that no scenario has, and for recordings that could not stand side by side.
    """
    found = [one for path, below in _files(paths).items() for one in _load(path, _folder(path, below, into))]
    by_path: dict[Path, Scenario] = {}
    for one in found:
        other = by_path.setdefault(one.asked.path.resolve(), one)
        if other is not one:
            raise UsageError(f"{one.place}: makes {one.asked.path}, as {other.place} does: remove one")
    chosen = _chosen(found, only)
    _refuse_clashes(chosen)
    return tuple(chosen)


def _files(paths: Sequence[Path]) -> dict[Path, Path]:
    """Each scenario file once, with the folder that it was found below."""
    found: dict[Path, Path] = {}
    for path in paths:
        if path.is_file():
            found.setdefault(path, path.parent)
        elif path.is_dir():
            files = sorted(path.rglob(SCENARIOS))
            if not files:
                raise at(path, None, f"holds no scenario: expected a file {SCENARIOS} in it")
            for file in files:
                found.setdefault(file, path)
        else:
            raise at(path, None, f"is not there: expected a scenario file, or a folder with a {SCENARIOS} in it")
    return found


def _folder(path: Path, below: Path, into: Path | None) -> Path:
    return path.parent if into is None else into / path.parent.relative_to(below)


def _load(path: Path, folder: Path) -> Iterator[Scenario]:
    if path.name != SCENARIOS and _is_recording(path):
        raise at(path, None, f"is a recording: expected a scenario file; `--only {path.stem}` makes this one alone")
    document, lines = load_document(path, "scenarios")
    try:
        load_profile(document["provider"])
    except UsageError as error:
        raise at(path, lines[("provider",)], f"provider: {error}") from error
    try:
        url = base_url(document["base_url"]).geturl()
    except UsageError as error:
        raise at(path, lines[("base_url",)], f"base_url: {error}") from error
    for index, entry in enumerate(document["scenarios"]):
        line = lines["scenarios", index, "fixture"]
        try:
            yield _scenario(entry, f"{path}:{line}", path.parent, folder, {**document, "base_url": url})
        except _Mistake as error:
            raise at(path, line, f"scenarios[{index}]: {error}") from error


class _Mistake(Exception):  # noqa: N818 - it is the user's
    """What is wrong with one scenario, in words."""


def _is_recording(path: Path) -> bool:
    try:
        load_recording(path)
    except UsageError:
        return False
    return True


def _scenario(entry: Mapping[str, Any], place: str, home: Path, folder: Path, document: Mapping[str, Any]) -> Scenario:
    name, key = entry["fixture"], entry.get("key", "given")
    there, path = _there(home / name), _there(folder / name)
    if path.name == SCENARIOS:
        raise _Mistake(f"{SCENARIOS} says how recordings are made: expected another name for one")
    old = load_recording(there) if there.exists() else load_recording(path) if path.exists() else None
    if old is not None and len(old.responses) > 1:
        raise _Mistake(f"{old.path} holds {len(old.responses)} responses, and a scenario makes one: remove it here")
    method = entry.get("method", old.method if old else "POST")
    body = entry.get("body", old.body if old else None)
    if body is None and method in _WITH_BODY:
        raise _Mistake(f"expected the key 'body', as {there} is not there, or has none, to take it from")
    target, url = _urls(entry, old, document["base_url"])
    headers = _headers(entry.get("headers"), old, key)
    _refuse_unsendable(target, headers)
    asked = Recording(
        name=name,
        path=path,
        source=Source("recorded"),
        answers=entry.get("answers", old.answers if old else "recorded"),
        method=method,
        url=url,
        headers=headers,
        body=body,
        responses=(),
    )
    return Scenario(
        place=place,
        home=home,
        fixture=name,
        provider=document["provider"],
        base_url=document["base_url"],
        target=target,
        key=key,
        status=entry.get("status"),
        asked=asked,
    )


def _refuse_unsendable(target: str, headers: Iterable[tuple[str, str]]) -> None:
    if not is_sendable(target):
        raise _Mistake(f"the path {target!a} cannot be sent: expected ASCII, and other characters as in /m%C3%A4rz")
    for name, value in headers:
        if not _VALUE.fullmatch(value):
            raise _Mistake(f"the value of the header {name} cannot be sent: expected one line of ASCII or Latin-1")


def _there(stem: Path) -> Path:
    """The fixture's file with the suffix that it has."""
    paths = [stem.with_name(stem.name + suffix) for suffix in _SUFFIXES]
    return next((path for path in paths if path.exists()), paths[0])


def _urls(entry: Mapping[str, Any], old: Recording | None, base: str) -> tuple[str, str]:
    """(path below the base URL, URL in the recording)."""
    if "path" in entry or old is None:
        target = entry.get("path", ENDPOINT)
        return target, base + target
    if old.url.startswith("*"):
        return old.url[1:], old.url
    if not old.url.startswith(base + "/"):
        raise _Mistake(f"{old.path} answers {old.url}, which is not below {base}: expected the key 'path'")
    return old.url.removeprefix(base), old.url


def _headers(given: Mapping[str, str] | None, old: Recording | None, key: Key) -> tuple[tuple[str, str], ...]:
    kept = dict(old.headers) if old else {}
    authorization = kept.pop("authorization", "")
    if authorization and key != "wrong":
        raise _Mistake("its fixture answers only a request with its own authorization: expected `key: wrong`")
    headers = dict(given) if given is not None else kept
    if key == "wrong":
        headers["authorization"] = authorization or WRONG_KEY
    return tuple(sorted(headers.items()))


def _chosen(found: Sequence[Scenario], only: Sequence[str]) -> list[Scenario]:
    names = {name: one for one in found for name in (one.fixture, _long_name(one))}
    for name in only:
        if name not in names:
            known = list(dict.fromkeys(one.fixture for one in found))
            near = difflib.get_close_matches(name, names, 1)
            perhaps = f". Perhaps {near[0]}?" if near else ""
            raise UsageError(f"--only {name}: no scenario is called so; there are {', '.join(known)}{perhaps}")
    return [one for one in found if not only or {one.fixture, _long_name(one)} & set(only)]


def _long_name(one: Scenario) -> str:
    """With the folder of its file, which tells providers apart: ``novita/completion``."""
    return f"{one.home.resolve().name}/{one.fixture}"


def _refuse_clashes(chosen: Iterable[Scenario]) -> None:
    """What is to be made in a folder must stand beside each other, and beside what is there."""
    planned = {one.asked.path.resolve(): one for one in chosen}
    by_folder: dict[Path, list[Recording]] = {}
    for folder in {path.parent for path in planned}:
        there = (_loaded(path) for path in sorted(folder.glob("*.y*ml")) if path.resolve() not in planned)
        by_folder[folder] = [one for one in there if one]
    for path, one in planned.items():
        for other in by_folder[path.parent]:
            if reason := clash(other, one.asked):
                raise UsageError(f"{one.place}: {reason} as {other.path}: expected one recording for a request")
        by_folder[path.parent].append(one.asked)


def _loaded(path: Path) -> Recording | None:
    """None for what is no recording, or a broken one: that is not ours to judge here."""
    try:
        return None if path.name == SCENARIOS else load_recording(path)
    except UsageError:
        return None
