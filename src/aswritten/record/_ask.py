"""One call, tried again within bounds where the server says that it cannot answer now."""

from __future__ import annotations

import json
import math
import time
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from aswritten.client import Answer, Limits, send

if TYPE_CHECKING:
    from collections.abc import Callable

    from aswritten.recordings import Recording

#: Calls for one scenario, at most.
TRIES = 3
#: Too many requests; errors of the server, or of what stands in front of it.
NOT_NOW = frozenset({429, 500, 502, 503, 504, 529})
#: Seconds to the next try where the server does not say, by the number of tries before.
PAUSES = {1: 1.0, 2: 3.0}


@dataclass(slots=True)
class Budget:
    """How many calls a run may still send, and how many it sent."""

    most: int | None = None
    sent: int = 0

    def take(self) -> bool:
        """Whether one more call may be sent; it then counts."""
        if self.most is not None and self.sent >= self.most:
            return False
        self.sent += 1
        return True

    def __str__(self) -> str:
        """Why a call was not sent."""
        return f"--max-calls {self.most} allows no more"


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a call is waited for."""

    limits: Limits = field(default_factory=Limits)
    most: float = 60.0
    """Seconds that a server may ask to wait for the next try."""
    sleep: Callable[[float], None] = time.sleep


class LeftOutError(Exception):
    """No call may be sent any more; the message says why."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What came in the end."""

    answer: Answer
    """Packed as it came."""
    gave_up: str = ""
    """Why it was not tried once more, in words; empty where there was no need."""


def ask(  # noqa: PLR0913 - a call has as many parts
    url: str, asked: Recording, headers: dict[str, str], *, wanted: int | None, patience: Patience, budget: Budget
) -> Asked:
    """The answer to what is asked, sent with its own headers and these.

    An answer of `NOT_NOW` is tried again after the time that it names, unless ``wanted`` is its status. No redirect is followed.
    Raises NoAnswerError where nothing came, and LeftOutError where the budget allows no call.
    """
    body = b"" if asked.body is None else json.dumps(asked.body).encode("ascii")
    usual = {"accept": "application/json, text/event-stream", "accept-encoding": "identity"}
    all_headers = usual | ({"content-type": "application/json"} if body else {}) | dict(asked.headers) | headers
    if not budget.take():
        raise LeftOutError(str(budget))
    for tried in range(1, TRIES):
        answer = send(asked.method, url, all_headers, body, patience.limits, unpack=False)
        if answer.status not in NOT_NOW or answer.status == wanted:
            return Asked(answer)
        pause = retry_after(answer, datetime.now(timezone.utc))
        pause = min(PAUSES[tried], patience.most) if pause is None else pause
        if pause > patience.most:
            return Asked(answer, f"it asks to wait {pause:g} s, and --max-wait allows {patience.most:g} s")
        if not budget.take():
            return Asked(answer, str(budget))
        patience.sleep(pause)
    return Asked(send(asked.method, url, all_headers, body, patience.limits, unpack=False), f"tried {TRIES} times")


def retry_after(answer: Answer, now: datetime) -> float | None:
    """Seconds to wait, as the answer's Retry-After says in seconds or as a date; None where it says nothing.

    A date is read by the server's own clock where the answer tells it.
    """
    text = answer.header("retry-after").strip()
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        then, now = _date(text), _date(answer.header("date")) or now
        seconds = (then - now).total_seconds() if then else math.nan
    return max(seconds, 0.0) if math.isfinite(seconds) else None


def _date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):  # by the release of Python, of what is no date
        return None
    return found if found.tzinfo else found.replace(tzinfo=timezone.utc)
