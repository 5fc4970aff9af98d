"""One exchange to a verdict: what was asked and what came, held to the contract of its provider."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, get_args

from aswritten.contract import Problem, check_request, judge_exchange, load_profile, profile_for_host
from aswritten.sse import events

if TYPE_CHECKING:
    from aswritten.contract import Deviation, Profile
    from aswritten.model import Level, Request, Response
    from aswritten.targets import Subject

Kind = Literal["completion", "stream", "error", ""]
VerdictName = Literal["ok", "violated", "not-checked"]
#: In the order in which summaries list them. Every exchange gets exactly one.
VERDICTS: tuple[VerdictName, ...] = get_args(VerdictName)
#: The profile goes by host.
AUTO = "auto"
ENDPOINT = "/chat/completions"
#: Bytes in which a stream's first event is looked for, where the endpoint does not tell.
START = 65536
OBJECTS = {"chat.completion", "chat.completion.chunk"}


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of one exchange."""

    source: str
    index: int
    host: str
    """With its port where that is not the usual one; empty where nothing tells it."""
    profile: str
    """The contract that it was held to; empty where there was nothing to hold to it."""
    kind: Kind
    """What came; empty where nothing tells it, or where it is no chat completion."""
    verdict: VerdictName
    reason: str = ""
    """Why it was not checked, or not wholly."""
    problems: tuple[Problem, ...] = ()
    """Those of the request have ``request`` in front of their place."""
    deviations: tuple[Deviation, ...] = ()
    """Those of the profile that the response makes use of."""


def judge(subject: Subject, profile: str = AUTO) -> Judged:
    """The verdict under the profile called ``profile``, or under that of the host (`AUTO`).

    An error-level problem of the response violates the contract. So does one of the request where it is our own; that of
    anybody else is a warning, as the contract is the API's, and told for information alone where the API refused it.
    Raises UsageError where no profile is called so.
    """
    request, response = subject.request, subject.response
    host = _host(request) if request else ""
    other = _no_completion(request, response)
    if request is None or response is None or other or subject.unread:
        kind: Kind = _kind_by_head(response) if response and not other else ""
        return Judged(subject.source, subject.index, host, "", kind, "not-checked", other or subject.unread)
    held_to = profile_for_host(host) if profile == AUTO else load_profile(profile)
    answer = judge_exchange(
        request.body,
        response.status,
        response.header("content-type") or "",
        response.body,
        held_to,
        ended=subject.ended,
    )
    problems = (*_of_request(request, response, held_to, ours=subject.ours), *answer.problems)
    return Judged(
        source=subject.source,
        index=subject.index,
        host=host,
        profile=held_to.name,
        kind=answer.kind,
        verdict="violated" if any(problem.level == "error" for problem in problems) else "ok",
        reason=f"{subject.request_unread}: what depends on it was not judged" if subject.request_unread else "",
        problems=problems,
        deviations=answer.deviations,
    )


def _host(request: Request) -> str:
    usual = {"http": 80, "https": 443}[request.scheme]
    return request.host if request.port == usual else f"{request.host}:{request.port}"


def _no_completion(request: Request | None, response: Response | None) -> str:
    """Why the exchange is none of chat completions; empty where it is one, or nothing tells.

    It is one by its endpoint, at whatever prefix, or by what came: some servers have endpoints of their own.
    """
    if request is None:
        return ""
    if request.method == "POST" and (request.path.rstrip("/").endswith(ENDPOINT) or _is_completion(response)):
        return ""
    return f"is no chat completion: {request.method} {request.path}"


def _is_completion(response: Response | None) -> bool:
    """By the object that the body, or the first event of a stream, says it is."""
    body = response.body if response else b""
    first = next(events((body[:START],)), None)
    try:
        value = json.loads(first.data if first else body)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and value.get("object") in OBJECTS


def _kind_by_head(response: Response) -> Kind:
    """What came, where the body does not say it."""
    if response.status >= 400:
        return "error"
    came = (response.header("content-type") or "").partition(";")[0].strip().lower()
    return "stream" if came == "text/event-stream" else "completion"


def _of_request(request: Request, response: Response, profile: Profile, *, ours: bool) -> tuple[Problem, ...]:
    if not request.body:
        return ()
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        start = json.dumps(request.body[:80].decode("utf-8", "replace"), ensure_ascii=False)
        message = f"expected JSON, got {start} ({error})"
        found: tuple[Problem, ...] = (Problem("wire.request-schema", "error", "", message, "JSON", start),)
    else:
        found = check_request(body, profile)
    return tuple(_as_request(problem, refused=response.status >= 400, ours=ours) for problem in found)


def _as_request(problem: Problem, *, refused: bool, ours: bool) -> Problem:
    level: Level = problem.level
    if refused:
        level = "info"
    elif not ours and level == "error":
        level = "warning"
    where = f"request: {problem.where}" if problem.where else "request"
    return replace(problem, level=level, where=where, message=f"request: {problem.message}")
