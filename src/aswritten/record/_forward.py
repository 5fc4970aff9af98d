"""The door open: what a sample asks is sent to the API itself, and what comes is served to the sample and kept.

A request that was answered before, in this run of the recorder, is answered the same again and not sent: the recordings of several
samples that ask the same then go together, as they will when they are replayed, and no call is spent twice.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aswritten.client import NoAnswerError, send
from aswritten.contract import FALLBACK, profile_for_host
from aswritten.model import OWN_HOSTS
from aswritten.record._fetch import Nothing, barred, readable, wrong_status
from aswritten.record._made import response_of
from aswritten.record._sent import KEYS, sent_headers, sent_url
from aswritten.record._shelf import asked_by
from aswritten.record._taken import Book, Came, Turn
from aswritten.recordings import Miss

if TYPE_CHECKING:
    from aswritten.model import Request
    from aswritten.record._ask import Budget
    from aswritten.record._fetch import Access
    from aswritten.record._taken import Taken, Visit
    from aswritten.recordings import RecordedResponse, Recording
    from aswritten.scrub import Scrubber


class Forwarder:
    """Answers requests by asking the API. Of several threads at once; what went wrong is an answer in words, never an exception."""

    def __init__(self, access: Access, budget: Budget, *, force: bool = False) -> None:
        """``force``: see `Book`."""
        self._access = access
        self._budget = budget
        self._book = Book(force=force)
        self._lock = threading.Lock()
        self._visit: Visit | None = None
        self._turns: dict[int, int] = {}
        self._told: list[tuple[str, str]] = []
        """The headers of all answers, which may tell what is secret in others."""
        self._let_in = False
        self._closed = ""
        """Why nobody is asked any more."""
        self._keyed = ""
        """The host that is given the key."""

    @property
    def taken(self) -> tuple[Taken, ...]:
        """What was asked so far, and what came."""
        with self._lock:
            return self._book.taken

    @property
    def scrubber(self) -> Scrubber:
        """Takes out what the answers so far told to be a secret, as well."""
        with self._lock:
            return self._access.scrubber.knowing(tuple(self._told))

    def begin(self, visit: Visit) -> None:
        """A run of a sample begins."""
        with self._lock:
            self._visit = visit
            self._turns = {}

    def __call__(self, request: Request) -> RecordedResponse | Miss:
        """The answer to a request; a Miss, with the reason, where none came."""
        assert self._visit is not None, "a run began"
        asked = asked_by(request, self._visit.shelf)
        if isinstance(asked, str):
            return self._miss(request, asked)
        with self._lock:
            one = self._book.entry(asked, self._visit)
            number = self._turns[id(one)] = self._turns.get(id(one), -1) + 1
            if one.stays:
                return self._as_it_is(request, one, number)
            mine = number >= len(one.turns)
            turn = Turn() if mine else one.turns[number]
            if mine:
                one.turns.append(turn)
        if mine:
            self._fill(request, one, turn)
        limits = self._access.patience.limits
        turn.ready.wait(limits.connect + limits.seconds)
        if isinstance(turn.came, Came):
            return turn.came.response
        return self._miss(request, turn.came.why if turn.came else "no answer came in time")

    def _as_it_is(self, request: Request, one: Taken, number: int) -> RecordedResponse | Miss:
        """What the fixture says that stays: the sample goes on from there as it will when it is checked."""
        assert one.stays is not None
        old = one.asked.old
        if old is None:
            return self._miss(request, one.stays.why)
        return old.responses[min(number, len(old.responses) - 1)]

    def _miss(self, request: Request, why: str) -> Miss:
        return Miss(self.scrubber.text(f"no recording answers {request.method} {request.url}; {why}"))

    def _fill(self, request: Request, one: Taken, turn: Turn) -> None:
        try:
            turn.came = self._ask(request, one.asked.recording, one.asked.old)
        finally:
            with self._lock:
                self._note(one, turn)
            turn.ready.set()

    def _note(self, one: Taken, turn: Turn) -> None:
        came = turn.came
        self._let_in = self._let_in or isinstance(came, Came)
        nothing = Nothing(came.passing) if isinstance(came, Came) and came.passing else came
        if isinstance(nothing, Came):
            return
        # The next one who asks, in this run or another, may have an answer.
        one.turns.remove(turn)
        self._turns[id(one)] = self._turns.get(id(one), 0) - 1
        one.nothing = nothing
        if nothing is not None and nothing.for_all and not self._let_in:
            self._closed = f"not asked, as nothing came before: {nothing.why}"

    def _ask(self, request: Request, recording: Recording, old: Recording | None) -> Came | Nothing:
        own = any(name in KEYS for name, _ in recording.headers)
        url = sent_url(request, self._access.base_url)
        with self._lock:
            why = self._closed or self._why_no_key(request, url, own=own) if url else _no_place(request, self._access)
            if why:
                return Nothing(why)
            if not self._budget.take():
                return Nothing(str(self._budget), "left-out")
        headers = sent_headers(request, "" if own else self._access.key)
        host = urlsplit(url).netloc
        try:
            answer = send(request.method, url, headers, request.body, self._access.patience.limits, unpack=False)
        except NoAnswerError as error:
            return Nothing(f"{host} does not answer: {error}", for_all=True)
        except ValueError as error:  # of a header or a URL that cannot be sent
            return Nothing(f"it cannot be sent: {error}")
        with self._lock:
            self._told += answer.headers
        told = readable(answer, self.scrubber)
        status = old.responses[-1].status if old and not 200 <= old.responses[-1].status < 300 else None
        why = barred(told, wanted=status, keyed=not own, variable=self._access.variable)
        if why:
            return Nothing(f"{host} {why}", for_all=True)
        wrong = wrong_status(told, status)
        cut = told.stopped or ("" if answer.ended else "the connection closed before the end of the body")
        meant = {response.status for response in old.responses} if old else set()
        passing = f"{host} does not answer now: {wrong}" if answer.status >= 500 and answer.status not in meant else ""
        return Came(response_of(answer), host, wrong, cut, answer.ended, passing)

    def _why_no_key(self, request: Request, url: str, *, own: bool) -> str:
        """Why the request, which would bring the key, is not sent there; empty where it is.

        The key is one provider's: it goes to the base URL, or else to one host, which a recording or a profile knows, over TLS.
        """
        brings = any(request.header(name) is not None for name in KEYS)
        if not self._access.key or own or not brings or self._access.base_url:
            return ""
        parts = urlsplit(url)
        host, variable = parts.netloc, self._access.variable
        here = parts.hostname in OWN_HOSTS
        if parts.scheme == "http" and not here:
            return f"the key in {variable} is not sent without TLS: name the API by --base-url"
        if not (here or self._is_known(host)):
            return f"the key in {variable} is not sent to {host}, which no recording and no profile knows: name the API by --base-url"
        if self._keyed not in {"", host}:
            return f"the key in {variable} is for {self._keyed}, and not sent to {host}: record the pages of each API by themselves"
        self._keyed = host
        return ""

    def _is_known(self, host: str) -> bool:
        assert self._visit is not None
        shelf = self._visit.shelf
        by_recording = any(urlsplit(one.url).netloc.lower() == host.lower() for one in (*shelf.there, *shelf.known))
        return by_recording or profile_for_host(host).name != FALLBACK


def _no_place(request: Request, access: Access) -> str:
    return f"--base-url {access.base_url} has no place for {request.path}: expected the path of an endpoint, such as /chat/completions"
