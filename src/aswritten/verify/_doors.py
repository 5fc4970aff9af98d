"""The doors that samples knock at: one mock for each set of recordings, shut in with the samples that it answers."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from aswritten import languages
from aswritten.contract import load_profile, profile_for_host
from aswritten.jail import open_jail
from aswritten.languages import Door
from aswritten.recordings import THOUGHT_MEMBERS
from aswritten.verify._case import kept_in, recordings_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aswritten.config import Settings
    from aswritten.contract import Profile
    from aswritten.jail import Jail
    from aswritten.mock import Mock
    from aswritten.verify._case import Options


@dataclass(frozen=True, slots=True)
class OpenDoor:
    """A mock that listens, and what a sample needs to come to it."""

    mock: Mock
    environ: Mapping[str, str]
    urls: frozenset[str]
    read_only: frozenset[str]
    scratch: Path
    jail: Jail


class Doors:
    """Opened by the first sample that needs them; `close` ends them and removes their files."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._stack = ExitStack()
        self._doors: dict[tuple[tuple[Path, ...], bool, str], OpenDoor] = {}

    def close(self) -> None:
        """Stop the mocks."""
        self._stack.close()

    def open(self, settings: Settings) -> OpenDoor:
        # Imported here: a process that leaves the samples to its workers needs none.
        from aswritten.mock import Mock

        upstream = self._options.upstream
        key = (settings.fixtures, settings.matching == "recorded", settings.profile)
        key = ((), False, "auto") if upstream else key
        if key not in self._doors:
            found = () if upstream else recordings_of(settings)
            folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="aswritten-"))).resolve()
            scratch = folder / "runs"
            scratch.mkdir()
            with kept_in(self._options.cache):
                self._options.cache.mkdir(parents=True, exist_ok=True)
            mock = Mock(
                found,
                exact=key[1],
                timing=self._options.timing,
                thought_in=partial(_thought_in, settings.profile),
                upstream=upstream,
            )
            jail = self._stack.enter_context(open_jail(mock.port, scratch, self._options.cache))
            self._stack.enter_context(mock)
            if jail.listener:
                mock.listen_on(jail.listener)
            environ = languages.lead_all(Door(mock.port, mock.ca_file), folder)
            urls = frozenset(recording.url for recording in found) if not upstream else frozenset({"*"})
            read_only = urls - {recording.url for recording in found if recording.method != "GET"}
            self._doors[key] = OpenDoor(mock, environ, urls, read_only if found else frozenset(), scratch, jail)
        return self._doors[key]


def profile_for(name: str, host: str) -> Profile:
    return profile_for_host(host) if name == "auto" else load_profile(name)


def _thought_in(name: str, host: str) -> dict[str, bool]:
    """The members of messages, whole or streamed, in which the API of a host may tell what a model thought, the usual one first.

    With each: whether it may be null, as it then is in each chunk that tells nothing.
    """
    profile = profile_for(name, host)
    known = profile.added("message") & profile.added("delta")
    adds = {field: schema for one in profile.deviations if "delta" in one.at for field, schema in one.adds}
    return {member: "null" in adds[member] for member in THOUGHT_MEMBERS if member in known}
