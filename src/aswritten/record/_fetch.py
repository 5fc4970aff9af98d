"""What an API answers to scenarios, as recordings; why nothing came that could be one, else."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from aswritten.answers import is_web_page, said
from aswritten.client import NoAnswerError, printable
from aswritten.codings import PackedError, unpacked
from aswritten.record._ask import NOT_NOW, Budget, LeftOutError, Patience, ask
from aswritten.record._made import made

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from aswritten.client import Answer
    from aswritten.record._scenarios import Scenario
    from aswritten.recordings import Recording
    from aswritten.scrub import Scrubber


@dataclass(frozen=True, slots=True)
class Access:
    """Who is asked, and how."""

    tool: str
    """The recorder's name and version: it is sent, and stands in recordings."""
    scrubber: Scrubber
    """Takes the key, and what else is secret, out of what is told and kept."""
    base_url: str = ""
    """Empty: the provider's own."""
    key: str = ""
    variable: str = ""
    """The one that holds the key."""
    patience: Patience = field(default_factory=Patience)


@dataclass(frozen=True, slots=True)
class Came:
    """What came to one scenario, as it came but for its secrets."""

    recording: Recording
    scrubber: Scrubber
    """Knows what the headers of this answer told to be a secret, as well."""
    refused: str = ""
    """Why it is not what the scenario wants, in words; empty where nothing is known against it."""
    ended: bool = True
    """False where it did not come to its end."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """Why nothing came that says anything of what was asked."""

    why: str
    cause: Literal["set-up", "left-out"] = "set-up"
    for_all: bool = False
    """Whether it will be so for the next call as well."""


def fetch_all(
    scenarios: Iterable[Scenario], access: Access, budget: Budget
) -> Iterator[tuple[Scenario, Came | Nothing]]:
    """What came to each, in their order. Where the first one finds a closed door, the others are not sent."""
    let_in, closed = False, ""
    for one in scenarios:
        if closed:
            yield one, Nothing(closed)
            continue
        came = fetch(one, access, budget)
        if isinstance(came, Came):
            let_in = True
        elif came.for_all and not let_in:
            closed = f"not asked, as nothing came to {one.fixture}"
        yield one, came


def fetch(one: Scenario, access: Access, budget: Budget) -> Came | Nothing:
    """What came to one scenario."""
    base = access.base_url or one.base_url
    headers = {"user-agent": access.tool.replace(" ", "/")}
    if one.key == "given" and access.key:
        headers["authorization"] = f"Bearer {access.key}"
    try:
        asked = ask(base + one.target, one.asked, headers, wanted=one.status, patience=access.patience, budget=budget)
    except LeftOutError as error:
        return Nothing(str(error), "left-out")
    except NoAnswerError as error:
        return Nothing(f"{urlsplit(base).netloc} does not answer: {error}", for_all=True)
    # Of the headers that tell what is secret, a recording keeps few.
    scrubber = access.scrubber.knowing(asked.answer.headers)
    answer = readable(asked.answer, scrubber)
    why = barred(answer, wanted=one.status, keyed=one.key == "given", variable=access.variable)
    if why:
        return Nothing(why, for_all=True)
    if answer.status in NOT_NOW and wrong_status(answer, one.status):
        return Nothing(f"does not answer now ({answer.status}: {said(answer)}); {asked.gave_up}")
    recording = scrubber.recording(made(one.asked, asked.answer, urlsplit(base).netloc, access.tool))
    refused = wrong_status(answer, one.status) or answer.stopped
    if not answer.ended and not refused:
        refused = "the connection closed before the end of the body"
    return Came(recording, scrubber, refused, answer.ended)


def barred(answer: Answer, *, wanted: int | None, keyed: bool, variable: str) -> str:
    """That the URL or the key is in the way, in words; empty where neither is. ``keyed``: whether the key was to be sent."""
    status = answer.status
    if wrong_status(answer, wanted) and 300 <= status < 400:
        where = printable(answer.header("location")) or "nowhere"
        return (
            f"redirects ({status}) to {where}, where the key is not sent: give the URL where the API is by --base-url"
        )
    if is_web_page(answer):
        return f"answers with a web page ({status}): expected an API: give its base URL by --base-url"
    if wrong_status(answer, wanted) and status in {401, 403} and keyed:
        hint = f"is the key in {variable} right?" if variable else "name the variable with the key by --api-key-env"
        return f"does not let us in ({status}: {said(answer)}): {hint}"
    return ""


def wrong_status(answer: Answer, wanted: int | None) -> str:
    """That the status is another one, in words; empty where it is the one. ``wanted``: None for any of 200 to 299."""
    if answer.status == wanted or (wanted is None and 200 <= answer.status < 300):
        return ""
    expected = "200 to 299" if wanted is None else wanted
    return f"expected the status {expected}, got {answer.status}: {said(answer)}"


def readable(answer: Answer, scrubber: Scrubber) -> Answer:
    """For what is told of it: unpacked where it can be, and scrubbed before it is cut short, which may leave half of a secret."""
    try:
        body = unpacked(answer.body, answer.headers)
    except PackedError:
        body = answer.body
    return replace(answer, body=scrubber.text(body.decode("utf-8", "replace")).encode("utf-8"))
