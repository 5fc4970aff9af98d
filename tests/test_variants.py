"""Samples over streams that differ in legal ways: a verdict changes only where a reader's run of the sample would really break.

Each variant below is made from the recording `novita/stream`: the same answer to the same request, in another form that the standard for
server-sent events or the API's contract allows.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs
import pytest

from aswritten import sse
from aswritten.recordings import RecordedResponse, load_recording
from aswritten.verify import Options, Verifier, open_case

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from aswritten.model import Verdict
    from aswritten.recordings import Recording

ROOT = Path(__file__).parents[1]
PAGES = Path(__file__).parent / "variants"
SEED = ROOT.parent / "shared" / "pages" / "seed" / "wizardlm-2-8x22b.md"
RECORDED = load_recording(ROOT / "fixtures" / "novita" / "stream.yaml")

Chunk = dict[str, Any]
USAGE = {
    "prompt_tokens": 46,
    "completion_tokens": 28,
    "total_tokens": 74,
    "prompt_tokens_details": None,
    "completion_tokens_details": None,
}

# -- variants of the chunks ----------------------------------------------------------------------------------------------------------


def delta(chunk: Chunk, **members: Any) -> Chunk:
    """The chunk with other members in its delta; `finish` is the finish_reason."""
    finish = members.pop("finish", chunk["choices"][0]["finish_reason"])
    return {**chunk, "choices": [{**chunk["choices"][0], "delta": members, "finish_reason": finish}]}


def with_usage(chunks: list[Chunk]) -> list[Chunk]:
    return [*chunks, {**chunks[-1], "choices": [], "usage": USAGE}]


def with_empty_first(chunks: list[Chunk]) -> list[Chunk]:
    return [delta(chunks[0], role="assistant", content=""), *chunks[1:]]


def with_role_and_content(chunks: list[Chunk]) -> list[Chunk]:
    return [delta(chunks[1], role="assistant", **chunks[1]["choices"][0]["delta"]), *chunks[2:]]


def with_finish_alone(chunks: list[Chunk]) -> list[Chunk]:
    last = chunks[-1]
    return [*chunks[:-1], delta(last, finish=None, **last["choices"][0]["delta"]), delta(last)]


def with_nulls(chunks: list[Chunk]) -> list[Chunk]:
    first, *others, last = with_finish_alone(chunks)
    return [delta(first, role="assistant", content=None), *others, delta(last, content=None)]


def as_openai(chunks: list[Chunk]) -> list[Chunk]:
    return with_finish_alone(with_empty_first(chunks))


def with_empty_delta(chunks: list[Chunk]) -> list[Chunk]:
    return [*chunks[:5], delta(chunks[5]), *chunks[5:]]


def content(chunks: list[Chunk]) -> str:
    return "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks)


def in_few_chunks(chunks: list[Chunk]) -> list[Chunk]:
    text = content(chunks)
    return [chunks[0], delta(chunks[1], content=text[:60]), delta(chunks[-1], content=text[60:])]


def in_one_chunk(chunks: list[Chunk]) -> list[Chunk]:
    return [delta(chunks[-1], role="assistant", content=content(chunks))]


def a_character_a_chunk(chunks: list[Chunk]) -> list[Chunk]:
    return [chunks[0], *(delta(chunks[1], content=character) for character in content(chunks)), delta(chunks[-1])]


def other_way_round(chunks: list[Chunk]) -> list[Chunk]:
    turned: list[Chunk] = [reverse(chunk) for chunk in chunks]
    return turned


def reverse(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: reverse(member) for key, member in reversed(value.items())}
    return [reverse(item) for item in value] if isinstance(value, list) else value


# -- variants of the JSON texts ------------------------------------------------------------------------------------------------------


def compact(chunk: Chunk) -> str:
    return json.dumps(chunk, separators=(",", ":"))


def spaced(chunk: Chunk) -> str:
    text = json.dumps(chunk, separators=(" ,  ", " :\t"))
    return f" {text} "


def escaped(chunk: Chunk) -> str:
    """Each character of a text is an escape, as JSON allows."""
    return compact(_with_marks(chunk)).replace("\\\\u", "\\u")


def _with_marks(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_marks(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_with_marks(item) for item in value]
    return "".join(f"\\u{ord(character):04x}" for character in value) if isinstance(value, str) else value


# -- variants of the events ----------------------------------------------------------------------------------------------------------


def event(data: str) -> bytes:
    return f"data: {data}\n\n".encode()


def before_each(text: str) -> Callable[[str], bytes]:
    return lambda data: text.encode() + event(data)


def without_space(data: str) -> bytes:
    return f"data:{data}\n\n".encode()


def over_lines(data: str) -> bytes:
    lines = data if data == "[DONE]" else json.dumps(json.loads(data), indent=1)
    return "".join(f"data: {line}\n" for line in lines.splitlines()).encode() + b"\n"


# -- variants of the reads -----------------------------------------------------------------------------------------------------------


def every_byte(events: list[bytes]) -> list[bytes]:
    return [bytes([byte]) for byte in b"".join(events)]


def halves(events: list[bytes]) -> list[bytes]:
    return [part for one in events for part in (one[: len(one) // 2], one[len(one) // 2 :])]


def two_a_read(events: list[bytes]) -> list[bytes]:
    return [b"".join(events[at : at + 2]) for at in range(0, len(events), 2)]


def one_read(events: list[bytes]) -> list[bytes]:
    return [b"".join(events)]


def crlf(events: list[bytes]) -> list[bytes]:
    """A read ends between CR and LF."""
    return [part for one in events for part in one.replace(b"\n", b"\r\0\n").split(b"\0")]


def cr(events: list[bytes]) -> list[bytes]:
    return [one.replace(b"\n", b"\r") for one in events]


def with_mark(events: list[bytes]) -> list[bytes]:
    return [b"\xef\xbb\xbf" + events[0], *events[1:]]


def with_farewell(events: list[bytes]) -> list[bytes]:
    return [*events, b": that was all\n\n"]


@dataclass(frozen=True)
class Variant:
    """How to write the recorded answer anew: its chunks, the JSON text of each, the event of each text, and the reads."""

    chunks: Callable[[list[Chunk]], list[Chunk]] = lambda chunks: chunks
    text: Callable[[Chunk], str] = compact
    event: Callable[[str], bytes] = event
    reads: Callable[[list[bytes]], list[bytes]] = lambda events: events


#: What chunks hold: all as the contract allows it.
OF_CHUNKS = {
    "as recorded": Variant(),
    "usage without choices": Variant(chunks=with_usage),
    "role with empty content": Variant(chunks=with_empty_first),
    "role with content": Variant(chunks=with_role_and_content),
    "finish alone": Variant(chunks=with_finish_alone),
    "nulls": Variant(chunks=with_nulls),
    "as OpenAI": Variant(chunks=as_openai),
    "empty delta": Variant(chunks=with_empty_delta),
    "one chunk": Variant(chunks=in_one_chunk),
    "a character a chunk": Variant(chunks=a_character_a_chunk),
}
#: How the same chunks are written, framed and cut into reads: as JSON, the standard for server-sent events and TCP allow it.
OF_FORM = {
    "key order": Variant(chunks=other_way_round),
    "white space": Variant(text=spaced),
    "escapes": Variant(text=escaped),
    "comments": Variant(event=before_each(": keep-alive\n\n")),
    "ids": Variant(event=before_each("id: 7\n")),
    "ids and comments": Variant(event=before_each(": keep-alive\n\nid: 7\n")),
    "other fields": Variant(event=before_each(": now\nevent: message\nretry: 3000\nvendor: example\n")),
    "no space": Variant(event=without_space),
    "several lines": Variant(event=over_lines),
    "every byte": Variant(reads=every_byte),
    "half events": Variant(reads=halves),
    "two events a read": Variant(reads=two_a_read),
    "one read": Variant(chunks=in_few_chunks, reads=one_read),
    "CRLF": Variant(reads=crlf),
    "CR": Variant(reads=cr),
    "byte order mark": Variant(reads=with_mark),
    "comment at the end": Variant(reads=with_farewell),
}
VARIANTS = OF_CHUNKS | OF_FORM

# -- what breaks where ---------------------------------------------------------------------------------------------------------------


def over(variants: dict[str, Variant], rule: str, *, but: tuple[str, ...] = ()) -> dict[str, str]:
    """The rule, over all the variants but some."""
    return {name: rule for name in variants if name not in but}


#: Where openai-python ends with an error: it takes a comment behind an event with an `id:` for an event, and parses its empty data.
OPENAI_PYTHON = {"ids and comments": "run.exit"}

#: Of each sample of content.md: the variants over which it breaks, and the rule that says so.
CONTENT = {
    "The first choice of every chunk": {"usage without choices": "run.exit"},
    # Its text is added to None wherever one delta has no content, at the start or at the end.
    "Content that is added up without a second thought": over(
        OF_CHUNKS, "run.exit", but=("role with empty content", "role with content", "one chunk")
    ),
    # None has a key and prints as an empty text here; what has no key ends the sample.
    "Content that every delta must have": over(
        OF_CHUNKS, "run.exit", but=("role with empty content", "nulls", "role with content", "one chunk")
    ),
    # Where content and finish_reason come together, the content is lost. In one chunk all of it is: a sample that prints nothing of
    # the answer is no finding.
    "Either content or the reason of the end": over(
        OF_CHUNKS,
        "output.lost-content",
        but=("finish alone", "nulls", "as OpenAI", "a character a chunk", "one chunk"),
    ),
    "Content that is printed whether it is there or not": over(
        OF_CHUNKS, "output.junk", but=("role with empty content", "role with content", "one chunk")
    ),
    # Here too: in one chunk nothing is printed.
    "Everything behind the first chunk": {"role with content": "output.lost-content"},
    "Content that is not there, in JavaScript": over(
        OF_CHUNKS, "output.junk", but=("role with empty content", "role with content", "one chunk")
    ),
}
#: Of each sample of reading.md likewise. Where a sample takes nothing for an event it prints nothing, which is no finding: "Every line
#: is an event" without the space, "Every read is an event" in one read, "Every read ends with a line" byte by byte.
READING = {
    "Every line is an event": dict.fromkeys(("several lines", "CR"), "run.exit"),
    "The body ends with an empty line and `[DONE]`": over(
        OF_FORM,
        "run.exit",
        but=(
            *("key order", "white space", "escapes"),
            *("every byte", "half events", "two events a read", "one read"),
        ),
    ),
    "Every read is an event": over(
        OF_FORM, "run.exit", but=("key order", "white space", "escapes", "no space", "one read")
    ),
    "Every read ends with a line": dict.fromkeys(("several lines", "half events"), "run.exit"),
}
#: Lines of the samples that stream, of the page that the project began with.
SEED_STREAMS = (89, 155, 236)
#: What its Node sample does wrong: it prints either content or finish_reason, and content that is not there as `undefined`.
SEED_NODE = {
    "as recorded": "output.lost-content, output.junk",
    "usage without choices": "run.exit, output.junk",
    "role with empty content": "output.lost-content",
    "finish alone": "output.junk",
    "as OpenAI": "",
    "ids and comments": "output.lost-content, output.junk",
    "every byte": "output.lost-content, output.junk",
}
#: Its Python sample reads `choices[0]` of every chunk.
SEED_PYTHON = {"usage without choices": "run.exit"} | OPENAI_PYTHON


def write(variant: Variant, recording: Recording, path: Path) -> None:
    """The recording with its streams in the form of the variant, as a fixture file."""
    request = {"method": recording.method, "url": recording.url, "body": recording.body}
    responses = [
        {
            "status": response.status,
            "headers": dict(response.headers),
            "reads": [{"at": 0, "base64": base64.b64encode(read).decode()} for read in reads(variant, response)],
        }
        for response in recording.responses
    ]
    document = {
        "aswritten": 1,
        "source": {"kind": "composed", "why": f"another legal form of {recording.name}"},
        "answers": recording.answers,
        "request": request,
        "responses": responses,
    }
    path.write_text(json.dumps(document), encoding="utf-8")


def reads(variant: Variant, response: RecordedResponse) -> list[bytes]:
    texts = [event.data for event in sse.events(response.body)]
    chunks = variant.chunks([json.loads(text) for text in texts if text != "[DONE]"])
    return variant.reads([variant.event(text) for text in [*map(variant.text, chunks), "[DONE]"]])


class Judge:
    """Runs the samples of pages over the recordings of one folder."""

    def __init__(self, fixtures: Path) -> None:
        self._options = Options(cache=platformdirs.user_cache_path("aswritten"), fixtures=(fixtures,))
        self._verifier = Verifier(self._options)

    def close(self) -> None:
        self._verifier.close()

    def errors(self, page: Path, *lines: int) -> dict[str, str]:
        """The rules of the errors of each sample (at these lines), by the first of the headings above it.

        Warnings are left out: they change no verdict. `wire.usage-unasked` is one, of the recording that brings usage.
        """
        case = open_case(page, page.name, self._options)
        samples = [role for role in case.roles if role.kind == "sample" and (not lines or role.block.line in lines)]
        return {"".join(role.block.headings[:1]): errors(self._verifier.judge(case, role)) for role in samples}


def errors(verdict: Verdict) -> str:
    return ", ".join(finding.rule for finding in verdict.findings if finding.level == "error")


@pytest.fixture(scope="module")
def judge(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judge]:
    """Over the variant that the test names."""
    fixtures = tmp_path_factory.mktemp("variant")
    write(VARIANTS[request.param], RECORDED, fixtures / "stream.yaml")
    judge = Judge(fixtures)
    yield judge
    judge.close()


def over_each(names: Iterable[str]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("judge", "variant"), [(name, name) for name in names], indirect=["judge"])


@over_each(VARIANTS)
def test_our_samples_pass_wherever_their_clients_do(judge: Judge, variant: str) -> None:
    folder = ROOT / "samples" / "stream"
    assert judge.errors(folder / "curl.sh") == {"": ""}
    assert judge.errors(folder / "node.mjs") == {"": ""}
    assert judge.errors(folder / "python.py") == {"": OPENAI_PYTHON.get(variant, "")}


@over_each(OF_CHUNKS)
def test_a_sample_that_takes_content_for_granted_breaks_where_there_is_none(judge: Judge, variant: str) -> None:
    expected = {sample: breaks.get(variant, "") for sample, breaks in CONTENT.items()}
    assert judge.errors(PAGES / "content.md") == expected


@over_each(OF_FORM)
def test_a_sample_that_takes_a_form_for_granted_breaks_over_others(judge: Judge, variant: str) -> None:
    expected = {sample: breaks.get(variant, "") for sample, breaks in READING.items()}
    assert judge.errors(PAGES / "reading.md") == expected


@over_each(SEED_NODE)
@pytest.mark.skipif(not SEED.exists(), reason=f"{SEED} is not there")
def test_the_samples_of_a_published_page_break_where_their_readers_would(judge: Judge, variant: str) -> None:
    python, node = SEED_PYTHON.get(variant, ""), SEED_NODE[variant]
    assert judge.errors(SEED, *SEED_STREAMS) == {"Curl": "", "Python": python, "JavaScript": node}


@pytest.mark.parametrize("scenario", ["stream-usage", "tool-call-stream"])
def test_our_other_streams_pass_byte_by_byte(scenario: str, tmp_path: Path) -> None:
    for path in (ROOT / "fixtures" / "novita").glob(f"{scenario}*.yaml"):
        write(VARIANTS["every byte"], load_recording(path), tmp_path / path.name)
    judge = Judge(tmp_path)
    try:
        for name in ("curl.sh", "python.py", "node.mjs"):
            assert judge.errors(ROOT / "samples" / scenario / name) == {"": ""}, name
    finally:
        judge.close()
