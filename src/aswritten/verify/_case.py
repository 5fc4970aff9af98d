"""What is verified, and how the caller wants it: pages with their settings, and options. Mistakes in them are told here."""

from __future__ import annotations

import contextlib
import difflib
import errno
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from aswritten import classify, directives, environments, languages, pages
from aswritten.config import Settings, settings_for
from aswritten.contract import load_profile
from aswritten.data import data_dir
from aswritten.errors import UsageError, at
from aswritten.model import Sample
from aswritten.recordings import Recording, load_recordings
from aswritten.scrub import Scrubber, looks_real

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from aswritten.classify import Role
    from aswritten.directives import Directives, Said
    from aswritten.languages import Ecosystem
    from aswritten.mock import Upstream
    from aswritten.model import Block, Page

#: What the system says of a folder that cannot be written to, or not any more.
_UNWRITABLE = frozenset(
    getattr(errno, name) for name in ("EACCES", "EPERM", "EROFS", "ENOENT", "ENOTDIR", "EEXIST", "ENOSPC", "EDQUOT")
)
_ECOSYSTEMS: tuple[Ecosystem, ...] = ("python", "node")


@dataclass(frozen=True, slots=True)
class Options:
    """What the caller asked for, beside what the pages' settings say."""

    languages: tuple[str, ...] = ()
    """Only these languages' samples run; empty: all."""
    overrides: tuple[str, ...] = ()
    """Requirements that take the place of the page's own for the same package: `openai==2.0.0`."""
    fixtures: tuple[Path, ...] = ()
    """Folders of recordings, in place of the settings'."""
    profile: str = ""
    """A provider profile, in place of the settings'."""
    time_limit: float = 0.0
    """Seconds a sample, in place of the settings'; 0: as those say."""
    timing: bool = False
    """Recordings answer at their recorded times; a sample's time limit holds all the same."""
    strict: bool = False
    """A missing tool is an error, not a reason to skip."""
    cache: Path = Path()
    """Where environments and results are kept."""
    upstream: Upstream | None = None
    """Answers what samples ask, in place of recordings."""
    keep: bool = False
    """Whether results of runs are kept, and taken in place of another run; with ``strict`` none is taken."""


@dataclass(frozen=True, slots=True)
class Case:
    """A page that is verified: its blocks, what each is, and the settings of its folder."""

    page: Page
    path: Path
    """Where the page lies, absolute."""
    roles: tuple[Role, ...]
    settings: Settings
    said: tuple[Said, ...] = ()
    """For each block what the page's author says of it, on the page and in the settings."""
    unknown: tuple[str, ...] = ()
    """Hashes for which the settings say something, and that no block of the page has."""

    @property
    def has_own_recordings(self) -> bool:
        """Whether others than those that ship with us answer its samples."""
        return self.settings.fixtures != (data_dir("fixtures"),)

    def directives(self, block: Block) -> Directives:
        """What is said of a block."""
        return self.said[block.index].directives

    def scrubber(self) -> Scrubber:
        """Knows the secrets that the settings and the page's author give to samples."""
        given = [*self.settings.variables, *(one for said in self.said for one in said.directives.variables)]
        return Scrubber([value for _, value in given if looks_real(value)], self.settings.scrub)

    def skipped(self, block: Block) -> str:
        """Why the page or the settings say that the block is not run, and which of them; empty where they do not."""
        said = self.directives(block)
        if said.skip:
            return f"{said.skip} ({'the page says so' if said.line('skip', 0) else 'settings'})"
        why = self._skipped_by_place(block)
        return f"{why} (settings)" if why else ""

    def _skipped_by_place(self, block: Block) -> str:
        if self.settings.file is None:
            return ""
        base = self.settings.file.parent
        places = {
            str((base / place.removesuffix(f":{block.line}")).resolve()): reason
            for place, reason in self.settings.skip
            if not re.search(r":\d+$", place) or place.endswith(f":{block.line}")
        }
        return places.get(str(self.path), "")

    def documents(self) -> dict[int, Block]:
        """For the index of each `output` block: the sample that it documents."""
        return {role.block.index: role.of for role in self.roles if role.kind == "output" and role.of is not None}


def options_of(  # noqa: PLR0913 - the options of a command line
    *,
    languages: Sequence[str] = (),
    overrides: Sequence[str] = (),
    fixtures: Sequence[str] = (),
    profile: str = "",
    time_limit: float = 0.0,
    timing: bool = False,
    strict: bool = False,
    upstream: Upstream | None = None,
    keep: bool = False,
) -> Options:
    """The options as a command line gives them. Environments are kept in the user's cache.

    Raises UsageError for a folder of recordings that is none, an unknown profile, and where there is no cache to be had.
    """
    import platformdirs

    for folder in fixtures:
        if not Path(folder).is_dir():
            raise UsageError(f"{folder}: expected a folder of recordings (--fixtures), and there is none")
    if profile not in {"", "auto"}:
        load_profile(profile)
    cache = platformdirs.user_cache_path("aswritten")
    if not cache.is_absolute():
        raise UsageError(f"{cache}: no home folder to keep environments in: set XDG_CACHE_HOME to a folder")
    with kept_in(cache):
        cache.mkdir(parents=True, exist_ok=True)
    return Options(
        tuple(languages),
        tuple(overrides),
        tuple(Path(folder).resolve() for folder in fixtures),
        profile,
        time_limit,
        timing,
        strict,
        cache,
        upstream,
        keep,
    )


@contextlib.contextmanager
def kept_in(cache: Path) -> Iterator[None]:
    """A cache that cannot be written to is the user's to mend."""
    try:
        yield
    except OSError as error:
        if error.errno not in _UNWRITABLE or not Path(str(error.filename or "")).is_relative_to(cache):
            raise
        hint = "set XDG_CACHE_HOME to a folder that can be written to"
        raise at(cache, None, f"environments cannot be kept there: {error.strerror}: {hint}") from error


def block_names(roles: Iterable[Role]) -> tuple[str, ...]:
    """What the blocks of a page are called behind it: by their line, and what they are: `L41-python`, `L12-pip`, `L60-json`, `L70-text`.

    Where a page has several of one name, as one that is written on a single line may, the later ones are numbered: `L1-python-2`.
    """
    counts: dict[str, int] = {}
    names = []
    for role in roles:
        name = _block_name(role)
        counts[name] = counts.get(name, 0) + 1
        names.append(name if counts[name] == 1 else f"{name}-{counts[name]}")
    return tuple(names)


def _block_name(role: Role) -> str:
    installer = role.installs[0].argv[0] if role.installs else ""
    sample = role.language if role.kind == "sample" else ""
    return f"L{role.block.line}-{installer or sample or role.block.tag or 'text'}"


def open_case(path: Path, name: str, options: Options) -> Case:
    """Read and classify one page; `name` is how reports call it.

    Raises UsageError for a page, a configuration or a profile that cannot be read.
    """
    page = pages.read_page(path, name)
    settings = settings_for(path.parent)
    settings = replace(
        settings,
        fixtures=options.fixtures or settings.fixtures or (data_dir("fixtures"),),
        profile=options.profile or settings.profile,
        time_limit=options.time_limit or settings.time_limit,
    )
    if settings.profile != "auto":
        try:
            load_profile(settings.profile)
        except UsageError as error:
            raise at(settings.file, None, f"profile: {error}") if settings.file else error from error
    page = _filled_in(page, settings.substitutions)
    return _with_directives(Case(page, path.resolve(), classify.classify(page), settings))


def _with_directives(case: Case) -> Case:
    """The case with what is said of each of its blocks."""
    by_hash: dict[str, list[str]] = {}
    for path, name, text in case.settings.directives:
        if path == case.path:
            by_hash.setdefault(name, []).append(text)
    names = directives.hashes(case.page.blocks)
    said = tuple(
        directives.read(block, by_hash.pop(name, ())) for name, block in zip(names, case.page.blocks, strict=True)
    )
    return replace(case, said=said, unknown=tuple(by_hash))


def _filled_in(page: Page, substitutions: tuple[tuple[str, str], ...]) -> Page:
    """The page as its site's generator makes it, as far as the settings say what it puts in; every line stays where it is."""

    def fill(text: str) -> str:
        for mark, filled in substitutions:
            text = text.replace(mark, filled)
        return text

    return replace(page, blocks=tuple(replace(block, text=fill(block.text)) for block in page.blocks))


def refuse_unused(overrides: Sequence[str], cases: Collection[Case]) -> None:
    """Raises UsageError for a requirement that takes no other's place, so that nobody takes it for tried."""
    known: dict[Ecosystem, set[str]] = {
        ecosystem: {languages.requirement_name(one, ecosystem) for case in cases for one in _needed(case, ecosystem)}
        for ecosystem in _ECOSYSTEMS
    }
    for override in overrides:
        ecosystem = environments.ecosystem_of(override)
        name = languages.requirement_name(override, ecosystem)
        if name not in known[ecosystem]:
            near = difflib.get_close_matches(name, known[ecosystem], 1)
            perhaps = f" Perhaps {near[0]}?" if near else ""
            raise UsageError(f"--with {override}: no sample needs {name!r}.{perhaps}")


def _needed(case: Case, ecosystem: Ecosystem) -> Iterator[str]:
    """The requirements of a page's samples, by whomever they are stated."""
    yield from case.settings.python if ecosystem == "python" else case.settings.node
    for role in case.roles:
        for install in role.installs:
            yield from install.requirements if install.ecosystem == ecosystem else ()
        if role.kind == "sample" and role.language == ecosystem:
            source = Sample(role.block, role.language, role.earlier).source
            yield from languages.by_name(role.language).packages(source)


def recordings_of(settings: Settings) -> tuple[Recording, ...]:
    """The recordings that answer the samples of a page with these settings. Raises UsageError for what is wrong in them."""
    return load_recordings(settings.fixtures)
