"""A signal ends a run once: what clears up after it is not ended by the next one."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

_NUMBERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
#: Seconds in which a second signal is taken for the same: a terminal's Ctrl-C reaches workers from two sides.
_SAME = 5.0


def end_once() -> Callable[[], None]:
    """From now on the first SIGINT, SIGTERM or SIGHUP raises KeyboardInterrupt; those of the next seconds do nothing.

    Returns what puts the handlers of before back. A signal that the caller has us ignore (`nohup`) stays ignored. Does
    nothing outside of the main thread, where Python has no signals.
    """
    if threading.current_thread() is not threading.main_thread():
        return lambda: None
    last = float("-inf")

    def interrupt(_: int, __: FrameType | None) -> None:
        nonlocal last
        if time.monotonic() - last > _SAME:
            last = time.monotonic()
            raise KeyboardInterrupt

    numbers = [number for number in _NUMBERS if signal.getsignal(number) is not signal.SIG_IGN]
    kept = [(number, signal.signal(number, interrupt)) for number in numbers]
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _NUMBERS)

    def put_back() -> None:
        for number, handler in kept:
            signal.signal(number, handler)

    return put_back


def end_anyway() -> None:
    """From now on no signal does anything: the process is about to end."""
    if threading.current_thread() is threading.main_thread():
        for number in _NUMBERS:
            signal.signal(number, lambda *_: None)


@contextlib.contextmanager
def held_back() -> Iterator[None]:
    """Signals wait until the end of the block; in a process that is started in it, until it calls `end_once`."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _NUMBERS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
