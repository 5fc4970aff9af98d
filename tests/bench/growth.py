"""How the time that reading a page takes grows with the page, for pages that try to make it grow faster. Prints figures, and whether the bar is met.

`tests/pages/test_hostile.py` counts the work of our own code; this sees the searches within the libraries too. Exit code 1 where a
page eight times as long takes more than three times eight times as long. No part of the tests: it measures the machine too.
"""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

from aswritten.errors import UsageError
from aswritten.pages import parse
from pages.test_hostile import PAGES, SMALL

TIMES = 8
#: Linear growth gives 1, quadratic growth `TIMES`.
BAR = 3.0
#: Seconds below which nobody minds.
QUICK = 0.5
TRIES = 3


def seconds(name: str, text: str) -> float:
    """Processor time that reading a page takes, the best of a few tries."""
    found = []
    for _ in range(TRIES):
        started = time.process_time()
        with contextlib.suppress(UsageError):
            parse(Path(name), name, text)
        found.append(time.process_time() - started)
    return min(found)


def main() -> int:
    """Measure, print, and return the exit code."""
    code = 0
    for title, (name, page) in PAGES.items():
        small, large = seconds(name, page(SMALL)), seconds(name, page(TIMES * SMALL))
        growth = large / max(small, 1e-6) / TIMES
        met = large < QUICK or growth < BAR
        code |= not met
        print(  # noqa: T201
            f"{title:<45} {small * 1000:8.1f} ms, {TIMES} times as long {large * 1000:8.1f} ms: "
            f"{growth:.2f} of linear{'' if met else ': NOT MET'}",
            flush=True,
        )
    return code


if __name__ == "__main__":
    raise SystemExit(main())
