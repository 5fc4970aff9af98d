"""Pages and blocks as pytest collects them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from aswritten.commands import OUR_FAULT
from aswritten.errors import UsageError
from aswritten.pytest_plugin import session_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.classify import Role
    from aswritten.model import Verdict
    from aswritten.verify import Case

CHECKED = pytest.StashKey["Verdict"]()


class BlockError(Exception):
    """A block has a finding of level error."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.block.page)
        self.verdict = verdict


class Pages(pytest.Directory):
    """The pages that `aswritten check` was given, wherever they lie."""

    def collect(self) -> Iterator[PageFile]:
        """One file a page."""
        session = session_of(self.config)
        for name, path in session.asked():
            yield PageFile.from_parent(self, path=path, name=name, nodeid=name)


class PageFile(pytest.File):
    """A page, or a sample file. Its node id is the name that reports give it."""

    def collect(self) -> Iterator[BlockItem]:
        """One item a block. Raises UsageError for a page that cannot be read."""
        from aswritten.verify import block_names

        session = session_of(self.config)
        case = session.case(self.path, self.nodeid)
        only = session.blocks_asked(self.nodeid)
        for role, name in zip(case.roles, block_names(case.roles), strict=True):
            if not only or name in only:
                yield BlockItem.from_parent(self, name=name, case=case, role=role)

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
        verdict = session_of(self.config).verifier.judge(self.case, self.role)
        self.stash[CHECKED] = verdict
        if verdict.name == "skipped":
            pytest.skip(verdict.reason)
        if session_of(self.config).is_known(self.case, verdict):
            pytest.xfail("known: its errors are in the baseline")
        if verdict.name == "failed":
            raise BlockError(verdict)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:  # noqa: ARG002
        """The banner of the block; a user's mistake is its message alone."""
        from aswritten.reports.terminal import banner

        if isinstance(excinfo.value, BlockError):
            return banner(excinfo.value.verdict)
        return _message_or(super().repr_failure, excinfo)

    @property
    def location(self) -> tuple[str, int | None, str]:
        """Page as reports name it, 0-based line, and the name that heads the banner."""
        block = self.role.block
        return block.page, block.line - 1, f"{block.page}:{block.line} {self.name.partition('-')[2]}"


def _message_or(otherwise: Any, excinfo: pytest.ExceptionInfo[BaseException]) -> Any:
    if isinstance(excinfo.value, UsageError):
        return str(excinfo.value)
    return f"{OUR_FAULT}\n{otherwise(excinfo)}"
