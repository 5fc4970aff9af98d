"""aswritten as a pytest plugin: a block is an item, a page as a whole is one more report at the end.

Asleep until `--aswritten` is given, so that a project's own tests never pay for it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from aswritten.classify import Role
    from aswritten.model import Finding, Verdict
    from aswritten.verify import Case, Options, Verifier

_CHECKED = pytest.StashKey["Verdict"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of `pytest --aswritten`; `aswritten check` sets the same ones."""
    group = parser.getgroup("aswritten", "published samples, run as written")
    group.addoption("--aswritten", action="store_true", help="collect pages and sample files, and run their samples")
    group.addoption("--aswritten-json", metavar="FILE", help="write the verdicts as JSON")
    group.addoption(
        "--aswritten-language", action="append", default=[], metavar="NAME", help="run only these languages"
    )
    group.addoption(
        "--aswritten-with", action="append", default=[], metavar="REQ", help="install this in a page's place"
    )
    group.addoption(
        "--aswritten-fixtures", action="append", default=[], metavar="DIR", help="answer from these recordings"
    )
    group.addoption("--aswritten-profile", default="", metavar="NAME", help="hold to this provider's contract")
    group.addoption("--aswritten-time-limit", type=float, default=0.0, metavar="SECONDS", help="for one sample")
    group.addoption("--aswritten-strict", action="store_true", help="a missing tool is an error")


def pytest_configure(config: pytest.Config) -> None:
    """Wake up where asked to."""
    if config.getoption("--aswritten"):
        config.pluginmanager.register(Plugin(config), "aswritten-session")


def options_of(config: pytest.Config) -> Options:
    """The options as the engine takes them. Raises UsageError for a folder of recordings that is none."""
    import platformdirs

    from aswritten.errors import UsageError
    from aswritten.verify import Options

    fixtures = tuple(Path(folder).resolve() for folder in config.getoption("--aswritten-fixtures"))
    for folder in fixtures:
        if not folder.is_dir():
            raise UsageError(f"{folder}: expected a folder of recordings (--fixtures), and there is none")
    return Options(
        languages=tuple(config.getoption("--aswritten-language")),
        overrides=tuple(config.getoption("--aswritten-with")),
        fixtures=fixtures,
        profile=config.getoption("--aswritten-profile"),
        time_limit=config.getoption("--aswritten-time-limit"),
        strict=config.getoption("--aswritten-strict"),
        cache=platformdirs.user_cache_path("aswritten"),
    )


class BlockError(Exception):
    """A block has a finding of level error."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.block.page)
        self.verdict = verdict


class PageFile(pytest.File):
    """A page, or a sample file."""

    def collect(self) -> Iterator[pytest.Item]:
        """One item a block."""
        case = self.session.config.pluginmanager.getplugin("aswritten-session").case(self.path)
        for role in case.roles:
            language = role.language or role.block.tag or "block"
            yield BlockItem.from_parent(self, name=f"L{role.block.line}-{language}", case=case, role=role)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:  # noqa: ARG002
        """A user's mistake is its message alone."""
        return _message_or(super().repr_failure, excinfo)


class BlockItem(pytest.Item):
    """One block of a page."""

    def __init__(self, *, case: Case, role: Role, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.case = case
        self.role = role

    def runtest(self) -> None:
        """Raises BlockError for a block with errors; skips one that was not to run."""
        verdict = self.config.pluginmanager.getplugin("aswritten-session").verifier.judge(self.case, self.role)
        self.stash[_CHECKED] = verdict
        if verdict.name == "skipped":
            pytest.skip(verdict.reason)
        if verdict.name == "failed":
            raise BlockError(verdict)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:  # noqa: ARG002
        """The banner of the block; a user's mistake is its message alone."""
        from aswritten.reports.terminal import banner

        if isinstance(excinfo.value, BlockError):
            return banner(excinfo.value.verdict)
        return _message_or(super().repr_failure, excinfo)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Page, 0-based line, and the name that heads the banner."""
        block = self.role.block
        language = self.role.language or block.tag
        return self.path, block.line - 1, f"{block.page}:{block.line} {language}".rstrip()


def _message_or(otherwise: Any, excinfo: pytest.ExceptionInfo[BaseException]) -> Any:
    from aswritten.errors import UsageError

    return str(excinfo.value) if isinstance(excinfo.value, UsageError) else otherwise(excinfo)


class Plugin:
    """Collects pages, keeps the verdicts as they come (from workers too), and reports pages as a whole."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._worker = hasattr(config, "workerinput")
        self._options: Options | None = None
        self._verifier: Verifier | None = None
        self._cases: dict[Path, Case] = {}
        self._walked: dict[Path, frozenset[Path]] = {}
        self._verdicts: dict[str, list[Verdict]] = {}
        self._page_findings: dict[str, tuple[Finding, ...]] = {}

    @property
    def options(self) -> Options:
        """Made on first use, so that a mistake in them is reported where it can be read."""
        if self._options is None:
            self._options = options_of(self._config)
        return self._options

    @property
    def verifier(self) -> Verifier:
        """The engine of this process, started by the first block that runs."""
        from aswritten.verify import Verifier

        if self._verifier is None:
            self._verifier = Verifier(self.options)
        return self._verifier

    def case(self, path: Path) -> Case:
        """The page at `path`, read once. Raises UsageError."""
        from aswritten.verify import open_case

        if path not in self._cases:
            self._cases[path] = open_case(path, _shown(path, self._config.invocation_params.dir), self.options)
        return self._cases[path]

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> PageFile | None:
        """What was given by name, and below a folder that was given what `pages.find` takes. pytest asks about siblings too."""
        from aswritten import pages

        if file_path.suffix.lower() not in pages.suffixes():
            return None
        folder = next((above for above in file_path.parents if parent.session.isinitpath(above)), None)
        if not parent.session.isinitpath(file_path) and (folder is None or file_path not in self._found(folder)):
            return None
        # Named as reports name it, also where the page lies outside of pytest's root folder.
        return PageFile.from_parent(
            parent, path=file_path, nodeid=_shown(file_path, self._config.invocation_params.dir)
        )

    def _found(self, folder: Path) -> frozenset[Path]:
        from aswritten import pages

        if folder not in self._walked:
            self._walked[folder] = frozenset(pages.find([str(folder)]))
        return self._walked[folder]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """The verdict travels with the report, as text, so that it also comes from another process."""
        report = yield
        if call.when == "call" and _CHECKED in item.stash:
            from aswritten.reports.transfer import pack

            report.aswritten = pack(item.stash[_CHECKED])  # type: ignore[attr-defined]
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the verdict."""
        packed = getattr(report, "aswritten", None)
        if packed and not self._worker:
            from aswritten.reports.transfer import unpack

            verdict = unpack(packed)
            self._verdicts.setdefault(verdict.block.page, []).append(verdict)

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, Any] | None:
        """The verdict's own name is the category, so that pytest's last line is the summary."""
        if getattr(report, "aswritten_page", False):
            return "failed page", "P", ("FAILED PAGE", {"red": True})
        packed = getattr(report, "aswritten", None)
        if packed is None:
            return None
        from aswritten.reports.transfer import unpack

        verdict = unpack(packed)
        if verdict.name == "failed":
            return "failed", "F", "failed"
        seconds = f" {verdict.seconds:.1f} s" if verdict.seconds else ""
        word = verdict.name if not verdict.findings else f"{verdict.name}, {len(verdict.findings)} warning(s)"
        return verdict.name, verdict.name[0], (word + seconds, {"green": verdict.name == "passed"})

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        """After the last block: the findings of each page as a whole, each page as one more report."""
        result = yield
        if not self._worker and not self._config.getoption("collectonly"):
            for page, verdicts in sorted(self._verdicts.items()):
                self._judge_page(session, page, verdicts)
        return result

    def _judge_page(self, session: pytest.Session, page: str, verdicts: list[Verdict]) -> None:
        from aswritten.reports.terminal import page_banner
        from aswritten.verify import judge_case

        path = self._config.invocation_params.dir / page
        case = self.case(path.resolve())
        findings = judge_case(case, sorted(verdicts, key=lambda verdict: verdict.block.index))
        self._page_findings[page] = findings
        if not any(finding.level == "error" for finding in findings):
            return
        report = pytest.TestReport(
            nodeid=f"{page}::page",
            location=(page, findings[0].line - 1, f"{page} as a whole"),
            keywords={},
            outcome="failed",
            longrepr=page_banner(findings, case.page.text),
            when="call",
        )
        report.aswritten_page = True  # type: ignore[attr-defined]
        session.config.hook.pytest_runtest_logreport(report=report)

    def pytest_sessionfinish(self) -> None:
        """Stop the mocks; write the JSON report where one was asked for."""
        if self._verifier is not None:
            self._verifier.close()
        target = self._config.getoption("--aswritten-json")
        if target and not self._worker:
            from aswritten.reports import document

            value = document.document(
                _version(), self.verdicts(), [f for found in self._page_findings.values() for f in found]
            )
            document.write(Path(target), value)

    def verdicts(self) -> list[Verdict]:
        """All verdicts, by page and then by line."""
        everything = [verdict for verdicts in self._verdicts.values() for verdict in verdicts]
        return sorted(everything, key=lambda verdict: (verdict.block.page, verdict.block.index))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Banners of pages, then what is worth knowing though it fails nothing."""
        from aswritten.reports.terminal import finding_text

        for report in terminalreporter.getreports("failed page"):
            terminalreporter.write_sep("_", report.head_line, red=True, bold=True)
            terminalreporter.write_line(str(report.longrepr))
        mild = [finding for verdict in self.verdicts() if verdict.name != "failed" for finding in verdict.findings]
        mild += [
            f for found in self._page_findings.values() for f in found if f.level != "error" and not _has_error(found)
        ]
        if mild:
            terminalreporter.section("worth knowing")
            for finding in mild:
                terminalreporter.write_line(finding_text(finding))
        for why in dict.fromkeys(verdict.not_shut_in for verdict in self.verdicts() if verdict.not_shut_in):
            terminalreporter.write_line(f"samples were led to the mock, but not shut in: {why}")


def _has_error(findings: tuple[Finding, ...]) -> bool:
    return any(finding.level == "error" for finding in findings)


def _shown(path: Path, start: Path) -> str:
    """The path as reports name it: relative to where the command was given, POSIX slashes."""
    import os

    return Path(os.path.relpath(path, start)).as_posix()


def _version() -> str:
    from importlib.metadata import version

    return version("aswritten")
