"""The story of a block: what it is, the environment it needs, its run, the checks, its verdict. No policy of its own."""

from __future__ import annotations

import contextlib
import errno
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from aswritten import classify, environments, languages, pages, runner
from aswritten.checks import (
    Context,
    PageRun,
    judge_page,
    judge_run,
    missing_tool,
    not_compared,
    not_installed,
    unclassified,
)
from aswritten.config import Settings, settings_for
from aswritten.contract import load_profile, profile_for_host
from aswritten.data import data_dir
from aswritten.errors import UsageError, at
from aswritten.jail import open_jail
from aswritten.languages import Door
from aswritten.model import Call, Sample, Verdict
from aswritten.recordings import Recording, load_recordings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from aswritten.classify import Role
    from aswritten.contract import Profile
    from aswritten.jail import Jail
    from aswritten.languages import Environment
    from aswritten.mock import Mock
    from aswritten.model import Block, Exchange, Finding, Page, Run, VerdictName

#: Characters of a run's output that a verdict keeps, from the end.
_TAIL = 20_000
#: What the system says of a folder that cannot be written to, or not any more.
_UNWRITABLE = frozenset(
    getattr(errno, name) for name in ("EACCES", "EPERM", "EROFS", "ENOENT", "ENOTDIR", "EEXIST", "ENOSPC", "EDQUOT")
)


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
    strict: bool = False
    """A missing tool is an error, not a reason to skip."""
    cache: Path = Path()
    """Where environments are kept."""


@dataclass(frozen=True, slots=True)
class Case:
    """A page that is verified: its blocks, what each is, and the settings of its folder."""

    page: Page
    roles: tuple[Role, ...]
    settings: Settings

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
    strict: bool = False,
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
    with _kept_in(cache):
        cache.mkdir(parents=True, exist_ok=True)
    return Options(
        tuple(languages),
        tuple(overrides),
        tuple(Path(folder).resolve() for folder in fixtures),
        profile,
        time_limit,
        strict,
        cache,
    )


@contextlib.contextmanager
def _kept_in(cache: Path) -> Iterator[None]:
    """A cache that cannot be written to is the user's to mend."""
    try:
        yield
    except OSError as error:
        if error.errno not in _UNWRITABLE or not Path(str(error.filename or "")).is_relative_to(cache):
            raise
        hint = "set XDG_CACHE_HOME to a folder that can be written to"
        raise at(cache, None, f"environments cannot be kept there: {error.strerror}: {hint}") from error


def block_name(role: Role) -> str:
    """What a block is called behind its page: its line, and what it is: `L41-python`, `L12-pip`, `L60-json`, `L70-text`."""
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
    return Case(page, classify.classify(page), settings)


def recordings_of(settings: Settings) -> tuple[Recording, ...]:
    """The recordings that answer the samples of a page with these settings. Raises UsageError for what is wrong in them."""
    return load_recordings(settings.fixtures)


def judge_case(case: Case, verdicts: Iterable[Verdict]) -> tuple[Finding, ...]:
    """The findings of a page as a whole, from the verdicts of those of its blocks that were selected."""
    by_index = {verdict.block.index: verdict for verdict in verdicts}
    profile_for = partial(_profile, case.settings.profile)
    return judge_page(
        PageRun(case.page, by_index, case.documents(), profile_for, exact=case.settings.matching == "recorded")
    )


class Verifier:
    """Gives blocks their verdicts, one after the other. Keeps a mock for each set of recordings; `close` ends them."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._stack = ExitStack()
        self._doors: dict[tuple[tuple[Path, ...], bool], _OpenDoor] = {}
        self._environments: dict[tuple[str, str], Environment | environments.InstallFailed] = {}

    def close(self) -> None:
        """Stop the mocks and remove their files."""
        self._stack.close()

    def judge(self, case: Case, role: Role) -> Verdict:
        """The verdict of one block of the case. Raises UsageError for a mistake in the set-up."""
        if role.kind == "install":
            return self._install(case, role)
        if role.kind == "sample":
            return self._sample(case, role)
        finding = (unclassified(role.block, role.reason),) if role.unclassified else ()
        is_print = role.kind == "output" and role.of is not None
        why_not = not_compared(role.block.text, exact=case.settings.matching == "recorded") if is_print else ""
        reason = "; ".join(filter(None, (role.reason, why_not)))
        return Verdict(role.block, role.kind, role.language, reason, findings=finding)

    def _skipped_language(self, role: Role, language: str) -> Verdict | None:
        if not self._options.languages or language in self._options.languages:
            return None
        wanted = ", ".join(self._options.languages)
        return Verdict(role.block, "skipped", language, f"not selected: only {wanted} was asked for")

    def _install(self, case: Case, role: Role) -> Verdict:
        for ecosystem in dict.fromkeys(install.ecosystem for install in role.installs):
            skipped = self._skipped_language(role, ecosystem)
            if skipped:
                return skipped
            try:
                built = self._environment(case, ecosystem)
            except environments.ToolMissing as missing:
                return self._without_tool(role, ecosystem, missing)
            if isinstance(built, environments.InstallFailed) and _belongs_to(built, role.block):
                return Verdict(role.block, "failed", ecosystem, findings=(_install_finding(built, role.block),))
        commands = "; ".join(" ".join(install.argv) for install in role.installs)
        return Verdict(role.block, "install", role.installs[0].ecosystem, f"ran: {commands}")

    def _without_tool(self, role: Role, language: str, missing: environments.ToolMissing) -> Verdict:
        message, hint = f"{missing.tool} is not on PATH", " ".join(missing.hint.split())
        if not self._options.strict:
            return Verdict(role.block, "skipped", language, f"{message}: {hint}")
        finding = missing_tool(role.block, message, hint)
        return Verdict(role.block, "failed", language, findings=(finding,))

    def _environment(
        self, case: Case, language: str, packages: tuple[str, ...] = (), *, typescript: bool = False
    ) -> Environment | environments.InstallFailed:
        """The environment that the page's own commands make; else one of `packages`; each built once a process."""
        installs = tuple(install for role in case.roles for install in role.installs if install.ecosystem == language)
        key = (language, repr((installs, packages if not installs else (), typescript)))
        if key not in self._environments:
            try:
                with _kept_in(self._options.cache):
                    self._environments[key] = environments.build(
                        language,
                        installs=installs,
                        packages=() if installs else packages,
                        overrides=self._options.overrides,
                        cache=self._options.cache / "environments",
                        typescript=typescript,
                    )
            except environments.InstallFailed as failed:
                self._environments[key] = failed
        return self._environments[key]

    def _sample(self, case: Case, role: Role) -> Verdict:
        skipped = self._skipped_language(role, role.language)
        if skipped:
            return skipped
        language = languages.by_name(role.language)
        sample = Sample(role.block, role.language, role.earlier)
        configured = {"python": case.settings.python, "node": case.settings.node}.get(role.language, ())
        packages = configured or language.packages(sample.source)
        typescript = language.file_name(role.block, sample.source).endswith("ts")
        try:
            environment = self._environment(case, role.language, packages, typescript=typescript)
            if isinstance(environment, environments.InstallFailed):
                return self._not_installed(role, environment)
            return self._run(case, role, sample, environment)
        except environments.ToolMissing as missing:
            return self._without_tool(role, role.language, missing)

    def _not_installed(self, role: Role, failed: environments.InstallFailed) -> Verdict:
        if failed.line is None:
            return Verdict(role.block, "failed", role.language, findings=(_install_finding(failed, role.block),))
        reason = f"its environment could not be built: see line {failed.line}"
        return Verdict(role.block, "skipped", role.language, reason)

    def _run(self, case: Case, role: Role, sample: Sample, environment: Environment) -> Verdict:
        language = languages.by_name(role.language)
        door = self._door(case.settings)
        file_name = language.file_name(role.block, sample.source)
        variables = _variables(case, role)
        door.mock.begin()
        run = runner.run(
            sample.source,
            file_name=file_name,
            argv=language.argv(environment, file_name),
            environ={**variables, **door.environ},
            environment=environment,
            time_limit=case.settings.time_limit,
            output_limit=case.settings.output_limit,
            within=door.scratch,
            prefix=door.jail.prefix,
        )
        run = replace(run, exchanges=door.mock.end())
        context = Context(
            sample=sample,
            language=language,
            file_name=file_name,
            profile_for=partial(_profile, case.settings.profile),
            urls=door.urls,
            time_limit=case.settings.time_limit,
            output_limit=case.settings.output_limit,
        )
        verdict = _verdict(role, run, judge_run(run, context), variables)
        return replace(verdict, not_shut_in=door.jail.why_not)

    def _door(self, settings: Settings) -> _OpenDoor:
        # Imported here: a process that leaves the samples to its workers needs none.
        from aswritten.mock import Mock

        key = (settings.fixtures, settings.matching == "recorded")
        if key not in self._doors:
            found = recordings_of(settings)
            folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="aswritten-"))).resolve()
            scratch = folder / "runs"
            scratch.mkdir()
            with _kept_in(self._options.cache):
                self._options.cache.mkdir(parents=True, exist_ok=True)
            mock = Mock(found, exact=key[1])
            jail = self._stack.enter_context(open_jail(mock.port, scratch, self._options.cache))
            self._stack.enter_context(mock)
            if jail.listener:
                mock.listen_on(jail.listener)
            environ = languages.lead_all(Door(mock.port, mock.ca_file), folder)
            urls = frozenset(recording.url for recording in found)
            self._doors[key] = _OpenDoor(mock, environ, urls, scratch, jail)
        return self._doors[key]


@dataclass(frozen=True, slots=True)
class _OpenDoor:
    mock: Mock
    environ: Mapping[str, str]
    urls: frozenset[str]
    scratch: Path
    jail: Jail


def _profile(name: str, host: str) -> Profile:
    return profile_for_host(host) if name == "auto" else load_profile(name)


def _variables(case: Case, role: Role) -> dict[str, str]:
    """What configuration gives, and on top of it what earlier blocks of the page tell the reader to set."""
    variables = dict(case.settings.variables)
    for earlier in case.roles[: role.block.index]:
        variables.update(earlier.variables)
    return variables


def _verdict(role: Role, run: Run, findings: tuple[Finding, ...], variables: Mapping[str, str]) -> Verdict:
    failed = any(finding.level == "error" for finding in findings)
    name: VerdictName = "failed" if failed else "continuation" if role.earlier else "passed"
    given = f"given: {', '.join(sorted(variables))}" if variables else ""
    return Verdict(
        block=role.block,
        name=name,
        language=role.language,
        reason=given,
        run_with=tuple(block.line for block in role.earlier),
        seconds=round(run.seconds, 3),
        calls=tuple(map(_call, run.exchanges)),
        findings=findings,
        printed=run.stdout.decode("utf-8", "replace")[-_TAIL:],
        complained=run.stderr.decode("utf-8", "replace")[-_TAIL:],
    )


def _call(exchange: Exchange) -> Call:
    request, response = exchange.request, exchange.response
    return Call(
        request.method,
        request.url,
        response.status,
        request.body.decode("utf-8", "replace"),
        response.body.decode("utf-8", "replace"),
        exchange.recording,
    )


def _belongs_to(failed: environments.InstallFailed, block: Block) -> bool:
    return failed.line is not None and block.first_line <= failed.line < block.first_line + max(
        block.text.count("\n"), 1
    )


def _install_finding(failed: environments.InstallFailed, block: Block) -> Finding:
    return not_installed(block, failed.line, failed.command, failed.exit_code, failed.output_tail)
