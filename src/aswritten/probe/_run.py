"""The story of a probe: the calls in their order, each to a verdict."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from aswritten.answers import said
from aswritten.client import Answer, NoAnswerError, send
from aswritten.errors import UsageError, at
from aswritten.judge import Judged, judge
from aswritten.model import Request, Response
from aswritten.probe._calls import BAD_KEY, CALLS, Call, body_of
from aswritten.probe._models import only_model
from aswritten.probe._refusals import no_api, unsupported
from aswritten.probe._settings import ENDPOINT, Settings, endpoint, profile_of
from aswritten.probe._shapes import (
    OWN_ID,
    REFUSAL_STATUS,
    REFUSED,
    SERVER_ERROR,
    id_of,
    problem,
    shape_problems,
    unseen,
)
from aswritten.probe._timing import Timing, timing_of
from aswritten.scrub import Scrubber
from aswritten.targets import Subject

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.contract import Deviation, Problem, Rule


@dataclass(frozen=True, slots=True)
class Probed:
    """What became of one call."""

    call: str
    what: str
    judged: Judged
    status: int = 0
    """Of the response; 0 where none came."""
    timing: Timing | None = None


def probe(url: str, settings: Settings) -> Iterator[Probed]:
    """The verdict on each call of `CALLS` to the API at the base URL (or the endpoint itself), in their order.

    Yields one for each answer, and one for each call that was left out. Raises UsageError where the URL is no API that
    lets us in: it does not answer, its certificate is wrong, it refuses the first call, or answers with a web page.
    """
    yield from _Probe(endpoint(url), settings).run()


class _Probe:
    """One API being probed."""

    def __init__(self, url: str, settings: Settings) -> None:
        self._url = url
        self._settings = settings
        self._key = Scrubber([settings.key])
        self._scrubber = self._key
        """Knows what the headers of the answers told as well."""
        self._parts = urlsplit(url)
        self._sent = 0
        self._index = 0
        self._let_in = False
        self._ids: dict[str, str] = {}
        self._end = monotonic() + settings.whole
        self._profile = profile_of(settings.profile, self._parts.netloc)

    def run(self) -> Iterator[Probed]:
        settings = self._settings
        model = settings.model or self._model()
        for call in CALLS:
            reason = self._left_out(call)
            if reason:
                yield from (self._not_checked(call, reason) for _ in range(call.times))
                continue
            self._sent += call.times
            body = body_of(call, model)
            with ThreadPoolExecutor(call.times) as pool:
                answers = list(pool.map(lambda body: self._answer(call, body), [body] * call.times))  # noqa: B023
            for answer in answers:
                if isinstance(answer, str):
                    self._must_be_let_in(answer)
                    yield self._not_checked(call, answer)
                else:
                    self._refuse_no_api(call, answer)
                    yield self._probed(call, body, answer)

    def _model(self) -> str:
        self._sent += 1
        base = self._parts.path.removesuffix(ENDPOINT)
        try:
            answer = send(
                "GET", self._parts._replace(path=f"{base}/models").geturl(), self._headers(), b"", self._settings.limits
            )
        except NoAnswerError as error:
            raise self._usage(str(error)) from error
        try:
            return only_model(self._without_key(answer))
        except ValueError as error:
            raise UsageError(f"--model: name the model to ask ({self._scrub(str(error))})") from error

    def _left_out(self, call: Call) -> str:
        settings = self._settings
        if call.name in settings.skip:
            return f"left out by --skip {call.name}"
        if settings.max_calls is not None and self._sent + call.times > settings.max_calls:
            return f"left out, as --max-calls {settings.max_calls} allows no more"
        if monotonic() > self._end:
            return f"left out, as the calls before it took more than {settings.whole:g} s"
        return ""

    def _headers(self, *, bad_key: bool = False) -> dict[str, str]:
        key = BAD_KEY if bad_key else self._settings.key
        headers = {"User-Agent": "aswritten", "Accept": "application/json, text/event-stream"}
        return headers | ({"Authorization": f"Bearer {key}"} if key else {})

    def _answer(self, call: Call, body: bytes) -> Answer | str:
        """What came; why nothing did, in words."""
        headers = self._headers(bad_key=call.bad_key) | {"Content-Type": "application/json"}
        try:
            return send("POST", self._url, headers, body, self._settings.limits)
        except NoAnswerError as error:
            return str(error)

    def _usage(self, why: str) -> UsageError:
        return at(self._scrub(self._url), None, self._scrub(why))

    def _must_be_let_in(self, why: str) -> None:
        """Where the first call brings nothing, no other one will."""
        if not self._let_in:
            raise self._usage(why)

    def _refuse_no_api(self, call: Call, answer: Answer) -> None:
        if self._let_in or call.expects != "answer":
            return
        why = answer.stopped or no_api(self._without_key(answer), keyed=bool(self._settings.key))
        if why:
            raise self._usage(why)
        self._let_in = True

    def _subject(self, call: Call, body: bytes, answer: Answer | None) -> Subject:
        parts = self._parts
        scheme: Any = parts.scheme
        port = parts.port or {"http": 80, "https": 443}[parts.scheme]
        target = f"{parts.path}{'?' + parts.query if parts.query else ''}"
        request = Request("POST", scheme, parts.hostname or "", port, target, (), body)
        response = Response(answer.status, answer.headers, answer.body) if answer else None
        ended = answer.ended if answer else True
        source = f"{self._scrub(self._url)} {call.name}"
        self._index += 1
        return Subject(source, self._index - 1, request, response, ended=ended)

    def _not_checked(self, call: Call, reason: str) -> Probed:
        subject = replace(self._subject(call, b"", None), unread=self._scrub(reason))
        return Probed(call.name, call.what, judge(subject, self._profile.name))

    def _probed(self, call: Call, body: bytes, answer: Answer) -> Probed:
        timing = timing_of(answer)
        answer = self._without_key(answer)
        subject = self._subject(call, body, answer)
        judged = judge(subject, self._profile.name)
        # What is wrong with the requests is wrong by design.
        problems = tuple(one for one in judged.problems if not one.where.startswith("request"))
        reason = self._unchecked(call, answer)
        if answer.stopped:
            problems = ()
        elif not reason:
            keyed = bool(self._settings.key)
            shapes = (*call.shapes, "answer") if call.expects == "answer" else call.shapes
            beside = shape_problems(shapes, answer, self._profile, keyed=keyed)
            beside += self._of_status(call, answer) + self._of_id(call, answer)
            judged = replace(judged, deviations=self._deviations(judged, beside))
            problems += beside
            reason = unseen(call.shapes, answer, keyed=keyed)
        problems = tuple(self._scrubbed(one) for one in problems)
        if any(one.level == "error" for one in problems):
            judged = replace(judged, verdict="violated", reason=self._scrub(reason), problems=problems)
        elif reason:
            judged = replace(
                judged, profile="", verdict="not-checked", reason=self._scrub(reason), problems=(), deviations=()
            )
        else:
            judged = replace(judged, verdict="ok", problems=problems)
        return Probed(call.name, call.what, judged, answer.status, timing)

    def _deviations(self, judged: Judged, beside: tuple[Problem, ...]) -> tuple[Deviation, ...]:
        """Those of the contract, and those by which the profile has another level for a rule of ours that was broken."""
        ruling = [self._profile.ruling(one.rule) for one in beside]
        return tuple(one for one in self._profile.deviations if one in judged.deviations or one in ruling)

    def _unchecked(self, call: Call, answer: Answer) -> str:
        """Why the answer shows nothing of what was asked for, whatever it looks like; empty where it does."""
        if answer.stopped:
            return f"{answer.stopped}, and was not read to its end"
        return unsupported(call, answer)

    def _of_status(self, call: Call, answer: Answer) -> tuple[Problem, ...]:
        status = answer.status
        if status >= 500:
            return self._status_problem(
                SERVER_ERROR, answer, "an answer" if call.expects == "answer" else "a status of 4xx"
            )
        if status >= 400 and call.expects == "answer":
            return self._status_problem(REFUSED, answer, "an answer, as the contract allows the request")
        if 300 <= status < 400:
            return self._status_problem(REFUSAL_STATUS, answer, "an answer or an error")
        return ()

    def _status_problem(self, rule: Rule, answer: Answer, expected: str) -> tuple[Problem, ...]:
        got = f"{answer.status}: {said(answer)}"
        return problem(rule, self._profile, where="status", expected=expected, got=got)

    def _of_id(self, call: Call, answer: Answer) -> tuple[Problem, ...]:
        name = id_of(answer)
        if not name:
            return ()
        known = self._ids.get(name)
        self._ids[name] = call.name
        if known is None:
            return ()
        got = f"{json.dumps(name)}, as the answer to {known} has"
        return problem(OWN_ID, self._profile, where="id", expected="an id of its own", got=got)

    def _scrubbed(self, found: Problem) -> Problem:
        return replace(
            found,
            where=self._scrub(found.where),
            message=self._scrub(found.message),
            expected=self._scrub(found.expected),
            got=self._scrub(found.got),
        )

    def _scrub(self, text: str) -> str:
        """The text without the key: a server may well send it back."""
        return self._scrubber.text(text)

    def _without_key(self, answer: Answer) -> Answer:
        """The answer with the key out of it, and all else as it came: what is told of it may hold a part of a text, and so of the key."""
        self._scrubber = self._scrubber.knowing(answer.headers)
        body = self._key.data(answer.body, guess=False)
        return replace(answer, body=body, headers=self._key.headers(answer.headers, guess=False))
