"""What `aswritten check` prints, in place of pytest's own reporter: the same lines with workers as without."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from typing import IO, TYPE_CHECKING, Any

import pytest

from aswritten.commands import OUR_FAULT
from aswritten.errors import UsageError
from aswritten.pytest_plugin import SESSION
from aswritten.pytest_plugin._nodes import BlockItem
from aswritten.pytest_plugin._progress import Progress
from aswritten.pytest_plugin._session import Plugin, is_page, scrubber_of, verdict_of
from aswritten.pytest_plugin._signals import held_back
from aswritten.reports.terminal import banner, outcome, page_banner, remarks, summary
from aswritten.verify import block_names

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping, Sequence
    from pathlib import Path

    from aswritten.model import Verdict
    from aswritten.verify import Case

#: Verdicts of blocks that nothing was done with: they are counted, and have no line.
_QUIET = frozenset({"output", "fragment", "other"})
_COLOURS = {"passed": "32", "continuation": "32", "failed": "31;1", "skipped": "33"}


class Console:
    """Watches a session in the process that reports. `finish` prints what there is to say of it in the end."""

    def __init__(self, cases: Mapping[Path, Case], languages: Sequence[str], out: IO[str], err: IO[str]) -> None:
        """`cases` are the pages that the session checks, by absolute path; `languages` those asked for (empty: all)."""
        self._cases = cases
        self._languages = languages
        self._out, self._err = out, err
        self._scrubber = scrubber_of(cases.values())
        self._colour = wants_colour(out)
        self._started = time.monotonic()
        self._progress = Progress(out)
        self._workers: list[int] | None = None
        self._width = 0
        self._blocks = 0
        self._done = 0
        self._open = ""
        self._samples: frozenset[str] = frozenset()
        self.session: Plugin | None = None
        """What the session knows; None where it did not come to its start."""
        self.lost: OSError | None = None
        """Why nothing more can be printed."""

    def pytest_plugin_registered(self, plugin: object, manager: pytest.PytestPluginManager) -> None:
        """Take the place of pytest's reporter, and give the pages to the session that will ask for them."""
        name = manager.get_name(plugin)
        if name == "terminalreporter":
            manager.unregister(plugin)
        elif name == SESSION and isinstance(plugin, Plugin):
            self.session = plugin
            plugin.adopt(self._cases)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """One process: what will run is known."""
        items = [item for item in session.items if isinstance(item, BlockItem)]
        self._will_run([item.nodeid for item in items])

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        """Workers: each of them tells what will run."""
        self._will_run(ids)

    def _will_run(self, names: Sequence[str]) -> None:
        self._blocks = len(names)
        self._width = min(max(map(len, names), default=0), 70)
        self._samples = frozenset(self._all_samples()) & frozenset(names)
        self._progress.begin(len(names), self._samples)

    def _all_samples(self) -> Iterator[str]:
        """The names of the blocks that run, by the languages asked for."""
        for case in self._cases.values():
            for role, name in zip(case.roles, block_names(case.roles), strict=True):
                if role.kind == "sample" and self._is_asked(role.language) and not case.skipped(role.block):
                    yield f"{case.page.path}::{name}"

    @pytest.hookimpl(wrapper=True)
    def pytest_sessionstart(self) -> Generator[None, None, None]:
        """Workers are started here: until they can be told to end, nobody is."""
        with held_back():
            return (yield)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_newgateway(self, gateway: Any) -> None:
        """Remember the worker's process. xdist asks for it in the same way, at the same time."""
        self._workers = [*(self._workers or []), gateway._rinfo().pid]  # noqa: SLF001 - nobody else tells

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """The beginning of a sample's line, so that one that takes its time has a name. With workers, lines come whole.

        A terminal has the line of progress for that.
        """
        if self._progress.is_shown:
            self._show_progress(nodeid)
        elif self._workers is None and nodeid in self._samples:
            self._open = self._start_of(nodeid)
            self._write(self._open)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """The line of a block, when its verdict is known."""
        verdict = verdict_of(report)
        if is_page(report) or (verdict is None and not report.failed):
            return
        # A line that was begun is ended, whatever the sample turned out to be.
        if verdict is None or self._open or not self._is_quiet(verdict):
            is_known = hasattr(report, "wasxfail")
            said = f"{outcome(verdict)}{' (known)' if is_known else ''}" if verdict else "not judged: see below"
            colour = _COLOURS.get("skipped" if is_known else verdict.name, "") if verdict else _COLOURS["failed"]
            self._write(f"{'' if self._open else self._start_of(report.nodeid)}{self._paint(said, colour)}\n")
        self._done += 1
        self._open = ""
        failed = report.failed or verdict is None
        self._progress.judged(report.nodeid, failed=failed, kept=bool(verdict and verdict.kept))
        self._show_progress(report.nodeid)

    def _show_progress(self, name: str) -> None:
        if self.lost is None:
            with self._losing():
                self._progress.show(self._scrubber.text(name))

    def _is_asked(self, language: str) -> bool:
        return not self._languages or language in self._languages

    def _is_quiet(self, verdict: Verdict) -> bool:
        return verdict.name in _QUIET or (verdict.name == "skipped" and not self._is_asked(verdict.language))

    def _start_of(self, name: str) -> str:
        return f"[{self._done + 1:>{len(str(self._blocks))}}/{self._blocks}] {name:<{self._width}}  "

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Workers hear of a signal too, whoever was told. After a stop by `-x` they have ended by themselves."""
        if type(excinfo.value) is KeyboardInterrupt:
            self._end_workers()

    def pytest_internalerror(self, excrepr: object, excinfo: pytest.ExceptionInfo[BaseException]) -> bool:
        """Keep it for `finish`: our fault, unless it is a mistake in the set-up, or that nobody takes our output."""
        self._end_workers()
        if self.session is not None and isinstance(excinfo.value, UsageError):
            self.session.mistakes[str(excinfo.value)] = None
        elif self.session is not None and (self.lost is None or excinfo.value is not self.lost):
            self.session.faults.append(str(excrepr))
        return True

    def _end_workers(self) -> None:
        for pid in self._workers or []:
            with contextlib.suppress(ProcessLookupError):  # it has ended
                os.kill(pid, signal.SIGTERM)

    def finish(self) -> None:
        """Banners by page and line, what is worth knowing, and the summary; what went wrong goes to standard error."""
        session = self.session
        if session is None:
            return
        self._break_line()
        if session.interrupted:
            self._complain(
                f"aswritten: interrupted: {self._done} of {self._all_blocks()} blocks were judged, no report was written"
            )
            return
        verdicts = session.verdicts()
        for text in self._banners(verdicts, session):
            self._write(f"\n{text}\n")
        for remark in remarks(verdicts, session.page_findings):
            self._write(f"\n{self._paint('worth knowing', '33')}\n{remark}\n")
        if verdicts and not session.mistakes and not session.faults:
            line = summary(verdicts, session.page_findings, self._all_blocks(), time.monotonic() - self._started)
            self._write(f"\n{line}\n")
        for mistake in session.mistakes:
            self._complain(f"aswritten: {mistake}")
        for fault in session.faults[:1]:
            self._complain(f"{fault}\naswritten: {OUR_FAULT}: please report it with the lines above")
        if len(session.faults) > 1:
            self._complain(f"aswritten: {len(session.faults) - 1} more of the kind")

    def _all_blocks(self) -> int:
        return sum(len(case.roles) for case in self._cases.values())

    def _banners(self, verdicts: Sequence[Verdict], session: Plugin) -> Iterator[str]:
        texts = {case.page.path: case.page.text for case in self._cases.values()}
        for page in sorted({*session.page_findings, *(verdict.block.page for verdict in verdicts)}):
            for verdict in verdicts:
                if verdict.block.page == page and verdict.name == "failed" and not self._is_known(verdict, session):
                    yield f"{self._headed(f'{page}:{verdict.block.line} {verdict.language}')}\n{banner(verdict)}"
            findings = session.new_of_page(page)
            if any(finding.level == "error" for finding in findings):
                yield f"{self._headed(f'{page} as a whole')}\n{page_banner(findings, texts[page])}"

    def _is_known(self, verdict: Verdict, session: Plugin) -> bool:
        case = next(case for case in self._cases.values() if case.page.path == verdict.block.page)
        return session.is_known(case, verdict)

    def _headed(self, what: str) -> str:
        return self._paint(f"--- {what} ---", _COLOURS["failed"])

    def _break_line(self) -> None:
        self._write("")
        if self._open:
            self._write("\n")
            self._open = ""

    def _paint(self, text: str, colour: str) -> str:
        return f"\033[{colour}m{text}\033[0m" if self._colour and colour else text

    def _write(self, text: str) -> None:
        if self.lost is not None:
            return
        with self._losing():
            self._out.write(self._progress.erase() + self._scrubber.text(text))
            self._out.flush()

    @contextlib.contextmanager
    def _losing(self) -> Iterator[None]:
        """Remember that nobody takes the output any more."""
        try:
            yield
        except OSError as error:
            self.lost = OSError(error.errno, error.strerror, "standard output")
            raise self.lost from error

    def _complain(self, text: str) -> None:
        self._err.write(f"{self._scrubber.text(text)}\n")


def wants_colour(out: IO[str]) -> bool:
    """Whether colours are to be written, as https://no-color.org and https://force-color.org say."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (out.isatty() and os.environ.get("TERM") != "dumb")
