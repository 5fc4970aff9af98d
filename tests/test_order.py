"""Workers begin with what took longest the last time; who has no workers keeps the order of the page."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from aswritten.pytest_plugin._order import Order


class Cache:
    """pytest's cache, in memory."""

    def __init__(self) -> None:
        self.held: dict[str, Any] = {}

    def get(self, key: str, default: Any) -> Any:
        return self.held.get(key, default)

    def set(self, key: str, value: Any) -> None:
        self.held[key] = value


def order_of(cache: Cache | None, **config: Any) -> Any:
    return Order(SimpleNamespace(cache=cache, **config))  # type: ignore[arg-type]


def ran(cache: Cache | None, **seconds: float) -> None:
    """A session in which blocks took so long."""
    order = order_of(cache)
    for name, took in seconds.items():
        order.pytest_runtest_logreport(SimpleNamespace(when="call", nodeid=name, duration=took))
        order.pytest_runtest_logreport(SimpleNamespace(when="teardown", nodeid=name, duration=99.0))
    order.pytest_sessionfinish()


def told(cache: Cache | None) -> dict[str, Any]:
    """What the next session tells its workers."""
    told: dict[str, Any] = {}
    order_of(cache).pytest_configure_node(SimpleNamespace(workerinput=told))
    return told


def ordered(names: str, **config: Any) -> str:
    items = [SimpleNamespace(nodeid=name) for name in names]
    order_of(None, **config).pytest_collection_modifyitems(items)
    return "".join(item.nodeid for item in items)


def test_a_worker_begins_with_what_took_longest() -> None:
    cache = Cache()
    ran(cache, a=0.1, b=2.0, c=0.5)
    assert ordered("abc", workerinput=told(cache)) == "bca"


def test_what_never_ran_keeps_its_place_behind() -> None:
    cache = Cache()
    ran(cache, d=1.0)
    assert ordered("abcd", workerinput=told(cache)) == "dabc"


def test_without_workers_the_order_is_the_pages() -> None:
    assert ordered("cab") == "cab"


def test_what_ran_is_remembered_beside_what_did_not() -> None:
    cache = Cache()
    ran(cache, a=0.1, b=2.0)
    ran(cache, a=3.0)
    assert ordered("ba", workerinput=told(cache)) == "ab"
    assert list(*told(cache).values()) == ["b", "a"]


@pytest.mark.parametrize("held", [None, [], "nonsense"])
def test_what_is_kept_in_another_form_is_none(held: object) -> None:
    cache = Cache()
    cache.held = {"aswritten/seconds": held}
    assert told(cache) == {"aswritten/seconds": {}}


def test_without_a_cache_nothing_is_remembered() -> None:
    ran(None, a=1.0)
    assert told(None) == {"aswritten/seconds": {}}
