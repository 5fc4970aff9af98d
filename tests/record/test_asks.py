"""Servers that are busy, closed, slow, or send somewhere else."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import trustme

from aswritten.client import Answer, Limits
from aswritten.errors import UsageError
from aswritten.record import Access, Budget, Outcome, Patience, Rules, load_scenarios, record
from aswritten.record._ask import retry_after
from aswritten.recordings import load_recording
from aswritten.scrub import Scrubber
from conforming_server import KEY, Conforming, Reply, error, serving

if TYPE_CHECKING:
    from collections.abc import Callable

from recorders import SCENARIOS, WEB_PAGE, Ran, busy, keyed, on, texts


@dataclass
class Sleeper:
    """Sleeps not at all, and remembers for how long it should have."""

    slept: list[float]

    def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)


def patiently(
    server: Conforming, *, only: str = "completion", most: float = 60.0, calls: int | None = None
) -> tuple[Outcome, list[float]]:
    """What becomes of one scenario, and the pauses that were made."""
    sleeper = Sleeper([])
    access = Access("aswritten 1", Scrubber((KEY,)), server.url, KEY, "THE_KEY", Patience(Limits(), most, sleeper))
    (outcome,) = record(load_scenarios([Path("fixtures")], only=[only]), access, Rules(), Budget(calls))
    return outcome, sleeper.slept


def test_a_server_that_is_busy_is_asked_again_when_it_says(folder: Path) -> None:
    with serving(busy(2, Retry_After="7")) as server:
        outcome, slept = patiently(server)
        assert len(server.asked) == 3
    assert (outcome.kept.result, slept) == ("recorded", [7.0, 7.0])


def test_a_server_that_says_a_time_of_the_day_is_asked_then_by_its_own_clock(folder: Path) -> None:
    now = datetime(2020, 1, 31, 12, tzinfo=timezone.utc)
    later = format_datetime(now + timedelta(seconds=5), usegmt=True)
    with serving(busy(1, Retry_After=later)) as server:
        outcome, slept = patiently(server)
    assert (outcome.kept.result, slept) == ("recorded", [0.0]), "it is long ago, and the server's clock is ours"
    answer = Answer(429, (("Retry-After", later), ("Date", format_datetime(now, usegmt=True))), b"", 0.0, ())
    assert retry_after(answer, datetime.now(timezone.utc)) == 5.0


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("12", 12.0), ("0.5", 0.5), ("-3", 0.0), ("", None), ("soon", None), ("inf", None), ("nan", None), ("Nov +9999999999 08:49:37 31 31 0000", None), ("Fri, 31 Jan 2020 12:00:30 GMT", 30.0), ("Fri, 31 Jan 2020 12:00:30", 30.0)],
)  # fmt: skip
def test_retry_after_is_seconds_or_a_date(text: str, seconds: float | None) -> None:
    answer = Answer(429, (("Retry-After", text),), b"", 0.0, ())
    assert retry_after(answer, datetime(2020, 1, 31, 12, tzinfo=timezone.utc)) == seconds


def test_a_server_that_never_has_time_is_asked_three_times(folder: Path) -> None:
    with serving(busy(99)) as server:
        outcome, slept = patiently(server)
        assert len(server.asked) == 3
    assert (outcome.kept.result, outcome.kept.cause, slept) == ("not-recorded", "set-up", [1.0, 3.0])
    assert outcome.kept.why == "does not answer now (429: Slow down.); tried 3 times"


def test_a_server_that_asks_to_wait_too_long_is_not_waited_for(folder: Path) -> None:
    with serving(busy(99, Retry_After="120")) as server:
        outcome, slept = patiently(server)
        assert len(server.asked) == 1
    assert (outcome.kept.result, slept) == ("not-recorded", [])
    assert (
        outcome.kept.why == "does not answer now (429: Slow down.); it asks to wait 120 s, and --max-wait allows 60 s"
    )


def test_where_the_server_says_nothing_the_pauses_are_within_the_bound(folder: Path) -> None:
    with serving(busy(99)) as server:
        assert patiently(server, most=2.0)[1] == [1.0, 2.0]


def test_each_try_is_a_call(folder: Path) -> None:
    with serving(busy(99)) as server:
        outcome, _ = patiently(server, calls=2)
        assert len(server.asked) == 2
    assert outcome.kept.why == "does not answer now (429: Slow down.); --max-calls 2 allows no more"


def test_a_status_that_a_scenario_wants_is_its_answer_at_once(folder: Path) -> None:
    text = SCENARIOS.replace("status: 401\n    key: wrong", "status: 429")
    Path("fixtures/scenarios.yaml").write_text(text, encoding="utf-8")
    # It answers what `completion` would.
    with pytest.raises(UsageError, match="answers the same request"):
        load_scenarios([Path("fixtures")])
    with serving(busy(99, Retry_After="120")) as server:
        outcome, slept = patiently(server, only="wrong-key")
    assert (outcome.kept.result, slept) == ("recorded", [])
    response = load_recording(Path("fixtures/wrong-key.yaml")).responses[0]
    assert (response.status, dict(response.headers)["retry-after"]) == (429, "120")


def too_late(_: Reply) -> None:
    time.sleep(0.6)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (busy(99, 500, Retry_After="0"), "does not answer now (500: Slow down.); tried 3 times"),
        (busy(99, 503, Retry_After="0"), "does not answer now (503: Slow down.); tried 3 times"),
        (busy(99, 429, Retry_After="0"), "does not answer now (429: Slow down.); tried 3 times"),
        (lambda _: WEB_PAGE, "answers with a web page (200): expected an API: give its base URL by --base-url"),
        (lambda _: error(401, "No such key.", "invalid_api_key"), "does not let us in (401: No such key.): is the key in THE_KEY right?"),
        (lambda _: error(403, "Not for you.", "forbidden"), "does not let us in (403: Not for you.): is the key in THE_KEY right?"),
        (too_late, "does not answer: it did not end within 0.2 s"),
    ],
    ids=["500", "503", "429", "web page", "401", "403", "too late"],
)  # fmt: skip
def test_where_nothing_comes_every_fixture_stays_and_the_exit_code_is_2(
    change: Callable[[Reply], Reply | None], words: str, recorded: dict[str, str], run: Callable[..., Ran], folder: Path
) -> None:
    with serving(change) as server:
        limit = ["--timeout", "0.2"] if change is too_late else []
        ran = run(*keyed(server), *limit, "--only", "completion", "stream")
    assert ran.code == 2
    assert ran.lines[0].startswith("fixtures/completion.yaml: not recorded: ")
    assert words in ran.lines[0]
    assert ran.lines[-1].startswith("2 scenarios: 0 recorded, 0 unchanged, 0 kept, 2 not recorded; ")
    assert texts(folder) == recorded


def test_a_door_that_is_closed_is_knocked_at_once(
    recorded: dict[str, str], run: Callable[..., Ran], folder: Path
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ran = run("--base-url", f"http://127.0.0.1:{port}/v1")
    assert ran.code == 2
    assert ran.lines == [
        f"fixtures/completion.yaml: not recorded: 127.0.0.1:{port} does not answer: connection refused",
        "fixtures/stream.yaml: not recorded: not asked, as nothing came to completion",
        "fixtures/wrong-key.yaml: not recorded: not asked, as nothing came to completion",
        "3 scenarios: 0 recorded, 0 unchanged, 0 kept, 3 not recorded; 1 call sent",
    ]
    assert texts(folder) == recorded


def test_a_door_that_was_open_is_knocked_again(run: Callable[..., Ran]) -> None:
    with serving(on("stream", lambda _: error(401, "No streams for you.", "no")), key=KEY) as server:
        ran = run(*keyed(server))
        assert len(server.asked) == 3
    assert ran.code == 1
    assert ran.lines[-1] == "3 scenarios: 2 recorded, 0 unchanged, 0 kept, 1 not recorded; 3 calls sent"


def test_the_key_is_never_sent_to_where_a_server_redirects(
    recorded: dict[str, str], run: Callable[..., Ran], folder: Path
) -> None:
    with serving() as other:
        away = Reply(status=307, headers={"Location": f"{other.url}/chat/completions"})
        with serving(lambda _: away) as server:
            ran = run(*keyed(server))
            assert len(server.asked) == 1
        assert other.asked == []
        target = other.url
    assert ran.code == 2
    assert ran.lines[0] == (
        f"fixtures/completion.yaml: not recorded: redirects (307) to {target}/chat/completions, where the key is not sent: "
        "give the URL where the API is by --base-url"
    )
    assert texts(folder) == recorded


@pytest.mark.parametrize(
    "answer",
    [
        Reply(status=307, headers={"Location": "https://x.com/\x1b[31m\x07"}),
        Reply(headers={"Content-Encoding": "\x1b[31mzip"}, body={}),
    ],
)
def test_nothing_that_a_terminal_acts_on_is_told(answer: Reply, run: Callable[..., Ran]) -> None:
    with serving(lambda _: answer, key=KEY) as server:
        ran = run(*keyed(server))
    assert "[31m" in ran.all
    assert all(line.isprintable() for line in ran.all.splitlines()), ran.all


def test_what_is_no_http_is_told_in_one_line(run: Callable[..., Ran]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=answer_in_words, args=(listener,), daemon=True).start()
        ran = run("--base-url", f"http://127.0.0.1:{listener.getsockname()[1]}/v1")
    assert ran.code == 2
    assert ran.lines[0].endswith("does not answer: no HTTP response: [31mhello")
    assert all(line.isprintable() for line in ran.lines)


def answer_in_words(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.recv(65536)
        connection.sendall(b"\x1b[31mhello\r\n")


def test_a_wrong_certificate_is_no_way_in(recorded: dict[str, str], run: Callable[..., Ran], folder: Path) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    listening = socket.create_server(("127.0.0.1", 0))
    came: list[bytes] = []

    def serve() -> None:
        sock, _ = listening.accept()
        try:
            with context.wrap_socket(sock, server_side=True) as tls:
                came.append(tls.recv(1024))
        except OSError:
            sock.close()

    server = threading.Thread(target=serve, daemon=True)
    server.start()
    ran = run("--base-url", f"https://127.0.0.1:{listening.getsockname()[1]}/v1", "--api-key-env", "THE_KEY")
    server.join(5)
    listening.close()
    assert ran.code == 2
    assert "does not answer: its certificate is not valid: " in ran.lines[0]
    assert b"".join(came) == b"", "nothing was said to it"
    assert texts(folder) == recorded
