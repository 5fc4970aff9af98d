"""One pytest session: collects pages, keeps the verdicts as they come (from workers too), and reports pages as a whole."""

from __future__ import annotations

import atexit
import gc
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from aswritten.errors import UsageError
from aswritten.pytest_plugin._nodes import CHECKED, PageFile, Pages
from aswritten.pytest_plugin._signals import end_anyway, end_once
from aswritten.scrub import Scrubber, looks_real

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Mapping

    from aswritten.commands._known import Known
    from aswritten.model import Finding, Verdict
    from aswritten.verify import Case, Options, Verifier


class Plugin:
    """What a session knows. Others ask it for `verdicts`, `page_findings`, `mistakes`, `faults` and `interrupted`."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._worker = hasattr(config, "workerinput")
        self._options: Options | None = None
        self._scrubber: Scrubber | None = None
        self._verifier: Verifier | None = None
        self._known: Known | None = None
        self._cases: dict[Path, Case] = {}
        self._walked: dict[Path, frozenset[Path]] = {}
        self._verdicts: dict[str, list[Verdict]] = {}
        self.page_findings: dict[str, tuple[Finding, ...]] = {}
        """By the page's name."""
        self.mistakes: dict[str, None] = {}
        """Messages of the user's mistakes that came up while running, each once."""
        self.faults: list[str] = []
        """What went wrong in aswritten itself, a traceback each."""
        self.interrupted = False
        """Whether a signal ended the session."""
        if self._worker and self.only:
            end_once()
            atexit.register(gc.freeze)  # as in `cli.main`

    @property
    def only(self) -> list[str]:
        """What `aswritten check` asks for: `PAGE` or `PAGE::BLOCK`; empty in a project's own pytest."""
        chosen: list[str] = self._config.getoption("--aswritten-only")
        return chosen

    @property
    def scrubber(self) -> Scrubber:
        """Made on first use, when the pages are known whose settings name secrets."""
        if self._scrubber is None:
            self._scrubber = scrubber_of(self._cases.values())
        return self._scrubber

    @property
    def options(self) -> Options:
        """Made on first use, so that a mistake in them is reported where it can be read."""
        if self._options is None:
            from aswritten.verify import options_of

            given = self._config.getoption
            self._options = options_of(
                languages=given("--aswritten-language"),
                overrides=given("--aswritten-with"),
                fixtures=given("--aswritten-fixtures"),
                profile=given("--aswritten-profile"),
                time_limit=given("--aswritten-time-limit"),
                timing=given("--aswritten-timing"),
                strict=given("--aswritten-strict"),
                keep=not given("--aswritten-no-cache"),
            )
        return self._options

    @property
    def verifier(self) -> Verifier:
        """The engine of this process, started by the first block that runs. It ends with the session, whatever ends that."""
        from aswritten.verify import Verifier

        if self._verifier is None:
            self._verifier = Verifier(self.options)
            self._config.add_cleanup(self._verifier.close)
        return self._verifier

    @property
    def known(self) -> Known | None:
        """The baseline, where one was given; read on first use."""
        path = self._config.getoption("--aswritten-baseline")
        if self._known is None and path:
            from aswritten.commands._known import Known

            self._known = Known(Path(path))
        return self._known

    def is_known(self, case: Case, verdict: Verdict) -> bool:
        """Whether a block's errors are all in the baseline."""
        return verdict.name == "failed" and self.known is not None and self.known.of_block(case, verdict)

    def new_of_page(self, page: str) -> tuple[Finding, ...]:
        """The findings of a page as a whole that are not in the baseline."""
        found = self.page_findings.get(page, ())
        if self.known is None:
            return found
        case, known = self.case(self._path(page), page), self.known
        return tuple(finding for finding in found if finding.level != "error" or not known.of_page(case, finding))

    def adopt(self, cases: Mapping[Path, Case]) -> None:
        """Take pages that were read before, by their absolute path."""
        self._cases.update(cases)

    def case(self, path: Path, name: str) -> Case:
        """The page at `path`, read once; `name` is how reports call it. Raises UsageError."""
        from aswritten.verify import open_case

        if path not in self._cases:
            self._cases[path] = open_case(path, name, self.options)
        return self._cases[path]

    def asked(self) -> list[tuple[str, Path]]:
        """The pages that `aswritten check` asks for, each once: name, absolute path."""
        names = dict.fromkeys(one.split("::")[0] for one in self.only)
        return [(name, self._path(name)) for name in names]

    def blocks_asked(self, page: str) -> frozenset[str]:
        """The names of the blocks of a page that are asked for; empty: all."""
        found = [one.split("::")[1:] for one in self.only if one.split("::")[0] == page]
        return frozenset(name for names in found for name in names) if all(found) else frozenset()

    def _path(self, name: str) -> Path:
        return Path(os.path.abspath(self._config.invocation_params.dir / name))  # noqa: PTH100 - links are kept

    def pytest_ignore_collect(self) -> bool | None:
        """For `aswritten check` no folder's name is one to leave out: it asks for files."""
        return False if self.only else None

    def pytest_collect_directory(self, path: Path, parent: pytest.Collector) -> Pages | None:
        """For `aswritten check`, in place of the current folder: what it asks for."""
        return Pages.from_parent(parent, path=path) if self.only else None

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> PageFile | None:
        """What was given by name, and below a folder that was given what `pages.walk` takes. pytest asks about siblings too."""
        from aswritten import pages

        if file_path.suffix.lower() not in pages.suffixes():
            return None
        folder = next((above for above in file_path.parents if parent.session.isinitpath(above)), None)
        if not parent.session.isinitpath(file_path) and (folder is None or file_path not in self._found(folder)):
            return None
        # Named as reports name it, also where the page lies outside of pytest's root folder.
        name = Path(os.path.relpath(file_path, self._config.invocation_params.dir)).as_posix()
        return PageFile.from_parent(parent, path=file_path, name=name, nodeid=name)

    def _found(self, folder: Path) -> frozenset[Path]:
        from aswritten import pages

        if folder not in self._walked:
            try:
                self._walked[folder] = frozenset(pages.walk(folder))
            except UsageError as error:
                raise pytest.Collector.CollectError(str(error)) from error
        return self._walked[folder]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """The verdict travels with the report, as text, so that it also comes from another process."""
        report = yield
        if call.when == "call" and CHECKED in item.stash:
            from aswritten.reports.transfer import pack

            report.aswritten = pack(item.stash[CHECKED])  # type: ignore[attr-defined]
        elif call.excinfo is not None and isinstance(call.excinfo.value, UsageError):
            report.aswritten_mistake = str(call.excinfo.value)  # type: ignore[attr-defined]
        self._scrub(report)
        return report

    def _scrub(self, report: pytest.TestReport) -> None:
        """Whoever reports it, on a terminal or as JUnit, has it without secrets."""
        text = self.scrubber.text
        told = report.longrepr
        if isinstance(told, tuple):
            report.longrepr = (told[0], told[1], text(told[2]))
        elif told is not None:
            plain = str(told)
            clean = text(plain)
            report.longrepr = clean if clean != plain else told
        report.sections = [(name, text(content)) for name, content in report.sections]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the verdict, or what went wrong in its place."""
        if self._worker:
            return
        verdict = verdict_of(report)
        if verdict is not None:
            self._verdicts.setdefault(verdict.block.page, []).append(verdict)
        elif hasattr(report, "aswritten_mistake"):
            self.mistakes[report.aswritten_mistake] = None
        elif self.only and report.failed and not is_page(report):
            self.faults.append(f"{report.nodeid}\n{report.longreprtext}")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A page that `aswritten check` could read a moment ago, and now cannot."""
        if self.only and report.failed and not self._worker:
            self.mistakes[report.longreprtext] = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, Any] | None:
        """The verdict's own name is the category, so that pytest's last line is the summary."""
        if is_page(report):
            return "failed page", "P", "FAILED PAGE"
        verdict = verdict_of(report)
        if verdict is None:
            return None
        if hasattr(report, "wasxfail"):
            return "known", "k", "KNOWN"
        letter = {"passed": ".", "failed": "F"}.get(verdict.name, verdict.name[0])
        return verdict.name, letter, (verdict.name.upper(), {"green": verdict.name == "passed"})

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

        case = self.case(self._path(page), page)
        findings = judge_case(case, sorted(verdicts, key=lambda verdict: verdict.block.index))
        self.page_findings[page] = findings
        findings = self.new_of_page(page)
        if not any(finding.level == "error" for finding in findings):
            return
        report = pytest.TestReport(
            nodeid=f"{page}::page",
            location=(page, findings[0].line - 1, f"{page} as a whole"),
            keywords={},
            outcome="failed",
            longrepr=self.scrubber.text(page_banner(findings, case.page.text)),
            when="call",
        )
        report.aswritten_page = True  # type: ignore[attr-defined]
        session.config.hook.pytest_runtest_logreport(report=report)

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """A signal raises KeyboardInterrupt itself; that `-x` or a page stops the session is told by kinds of it."""
        stopped = type(excinfo.value) is not KeyboardInterrupt
        self.interrupted = not stopped or "keyboard-interrupt" in str(excinfo.value)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the JSON report where one was asked for: a whole one of a run that came to its end, or none."""
        if self._worker and self.only:
            end_anyway()
        target = self._config.getoption("--aswritten-json")
        broken = (
            self.interrupted or self.mistakes or self.faults or session.exitstatus == pytest.ExitCode.INTERNAL_ERROR
        )
        if not target or self._worker or broken or not self._verdicts:
            return
        from aswritten.reports import document

        findings = [finding for found in self.page_findings.values() for finding in found]
        try:
            document.write(Path(target), document.document(_version(), self.verdicts(), findings), self.scrubber)
        except UsageError as error:
            self.mistakes[str(error)] = None
            session.exitstatus = pytest.ExitCode.USAGE_ERROR

    def verdicts(self) -> list[Verdict]:
        """All verdicts, by page and then by line."""
        everything = [verdict for verdicts in self._verdicts.values() for verdict in verdicts]
        return sorted(everything, key=lambda verdict: (verdict.block.page, verdict.block.index))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Banners of pages, then what is worth knowing though it fails nothing."""
        from aswritten.reports.terminal import remarks

        for report in terminalreporter.getreports("failed page"):
            terminalreporter.write_sep("_", report.head_line, red=True, bold=True)
            terminalreporter.write_line(str(report.longrepr))
        found = remarks(self.verdicts(), self.page_findings)
        if found:
            terminalreporter.section("worth knowing")
            terminalreporter.write("".join(f"{self.scrubber.text(line)}\n" for line in found))
        for mistake in self.mistakes:
            terminalreporter.write_line(self.scrubber.text(f"aswritten: {mistake}"), red=True)


def scrubber_of(cases: Iterable[Case]) -> Scrubber:
    """Knows the variables of the pages' settings that hold a real key, and the names that these say to be those of secrets."""
    settings = list(dict.fromkeys(case.settings for case in cases))
    values = [value for one in settings for _, value in one.variables if looks_real(value)]
    return Scrubber(values, [name for one in settings for name in one.scrub])


def verdict_of(report: pytest.TestReport) -> Verdict | None:
    """The verdict that came with a report."""
    packed = getattr(report, "aswritten", None)
    if packed is None:
        return None
    from aswritten.reports.transfer import unpack

    return unpack(packed)


def is_page(report: pytest.TestReport) -> bool:
    """Whether it is the report of a page as a whole."""
    return getattr(report, "aswritten_page", False)


def _version() -> str:
    from aswritten import __version__

    return __version__
