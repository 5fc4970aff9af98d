"""In which order workers run blocks: what takes longest first, so that none of them waits long for the last block of another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from aswritten.pytest_plugin._nodes import BlockItem

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Under this name of pytest's cache stand the seconds that each block took the last time.
_KEPT = "aswritten/seconds"
#: So many blocks are remembered for a folder, those that ran last.
_REMEMBERED = 20_000
#: Seconds that a sample is taken for before it first ran: an interpreter's start, and the import of a client.
_FIRST_TIME = {"python": 0.5, "node": 0.4, "curl": 0.05}


class Order:
    """A plugin of `aswritten check`, whose blocks depend on no order. A project's own pytest keeps its own."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._worker: Mapping[str, Any] | None = getattr(config, "workerinput", None)
        self._took: dict[str, float] = {}

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Each worker is told the same, whatever another run writes meanwhile: they have to agree on the order."""
        node.workerinput[_KEPT] = self._before()

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Without workers the order is the page's."""
        if self._worker is not None:
            before = self._worker[_KEPT]
            items.sort(key=lambda item: -_seconds(item, before))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A report's duration is that of the block, whichever process it comes from."""
        if report.when == "call":
            self._took[report.nodeid] = round(report.duration, 3)

    def pytest_sessionfinish(self) -> None:
        """What ran last stands last."""
        cache: pytest.Cache | None = self._config.cache  # None where a user leaves out pytest's plugin for it
        if self._worker is None and cache is not None and self._took:
            before = {name: took for name, took in self._before().items() if name not in self._took}
            cache.set(_KEPT, dict([*before.items(), *self._took.items()][-_REMEMBERED:]))

    def _before(self) -> dict[str, float]:
        cache: pytest.Cache | None = self._config.cache
        kept = cache.get(_KEPT, {}) if cache is not None else {}
        return kept if isinstance(kept, dict) else {}


def _seconds(item: pytest.Item, before: Mapping[str, float]) -> float:
    if item.nodeid in before:
        return before[item.nodeid]
    if isinstance(item, BlockItem) and item.role.kind == "sample":
        return _FIRST_TIME.get(item.role.language, 0.0)
    return 0.0
