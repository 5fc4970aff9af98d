"""Takes secrets out of what is kept, printed and reported."""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right
from copy import copy
from dataclasses import replace
from itertools import accumulate, count
from typing import TYPE_CHECKING, Any

from aswritten.codings import PackedError
from aswritten.recordings import Change, changed, recut
from aswritten.scrub._finder import Finder
from aswritten.scrub._judge import SECRET
from aswritten.scrub._needles import Needle
from aswritten.scrub._packed import Unpacked, unpacked
from aswritten.scrub._scan import TEXTS, found_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aswritten.model import Headers
    from aswritten.recordings import RecordedResponse, Recording, Source
    from aswritten.scrub._views import Hit

#: What is put in place of a key.
KEY = "[key]"
_URL = re.compile(r"(https?://)(?:[^/?#]*@)?([^/?#]*)(.*)", re.DOTALL)


class Scrubber:
    """Replaces the secrets that it is given, and what looks like one. The same secret is replaced by the same text everywhere."""

    def __init__(self, secrets: Iterable[str] = (), names: Iterable[str] = ()) -> None:
        """``secrets``: exact values. Those of fewer than eight characters are none, and may stand anywhere by chance.

        ``names``: JSON members, headers and parameters of URLs whose values are secrets too, beside those that always are.
        """
        known = sorted({secret for secret in secrets if len(secret) >= SECRET}, key=len, reverse=True)
        self._needles = tuple(Needle(secret, KEY, "a key that was given", parts=True) for secret in known)
        self._names = frozenset(name.lower() for name in names)
        self._numbers: dict[tuple[str, str], str] = {}
        self._counters = {name: count(1) for name in self._names}

    def text(self, text: str) -> str:
        """The text without secrets, for terminals, logs and reports."""
        return self.data(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")

    def data(self, data: bytes, *, guess: bool = True) -> bytes:
        """Bytes without secrets. Without ``guess`` those alone are replaced that were given: for what is still to be judged."""
        hits = self._finder(guess=guess).hits(data)
        return changed(data, _changes(hits)) if hits else data

    def headers(self, headers: Headers, *, guess: bool = True) -> Headers:
        """Headers without secrets, their names as they are; ``guess`` as for `data`."""
        finder = self._finder(guess=guess)
        return tuple((name, _header(finder, name, value)) for name, value in headers)

    def knowing(self, headers: Headers) -> Scrubber:
        """One that takes out what these headers tell to be a secret as well, wherever it stands: a recording keeps few headers."""
        finder = self._finder()
        for name, value in headers:
            finder.header(name, value)
        found = copy(self)
        known = {needle.value for needle in self._needles}
        found._needles += tuple(one for one in finder.learned.values() if one.value not in known)  # noqa: SLF001 - of this class
        return found

    def recording(self, recording: Recording) -> Recording:
        """The recording without secrets: its reads keep their number, their times and, outside of secrets, their boundaries.

        What a secret is told by in one place (a header's name) is taken out in all others too. A packed body is packed again only
        where something was found in it. What stands in pieces over several events or items, or cannot be unpacked, stays: `leaks` tells it.
        """
        learned: dict[str, Needle] = {}
        widened: dict[bytes, bytes] = {}
        while True:
            finder = self._finder(learned, widened)
            work = _Work(finder)
            found = work.recording(recording)
            more = {put: wide for put, wide in work.narrow.items() if len(wide) > len(widened.get(put, b""))}
            if not more and finder.learned.keys() <= learned.keys():
                return found
            learned |= finder.learned
            widened |= more

    def leaks(self, recording: Recording) -> tuple[str, ...]:
        """The places where a secret still stands, and never the secret: ``responses[0].reads[2]``.

        A body that cannot be looked into is one of them, with the reason.
        """
        return tuple(dict.fromkeys(str(found) for found in found_in(recording, self._finder())))

    def _finder(
        self,
        learned: dict[str, Needle] | None = None,
        widened: dict[bytes, bytes] | None = None,
        *,
        guess: bool = True,
    ) -> Finder:
        own = {needle.value for needle in self._needles}
        others = [needle for needle in (learned or {}).values() if needle.value not in own]
        return Finder((*self._needles, *others), self._names, self._number, widened, guess=guess)

    def _number(self, name: str, value: str) -> str:
        """What is put for a value of a name of configuration: another one for each, so that ids stay apart."""
        if (name, value) not in self._numbers:
            number = next(self._counters[name])
            word = re.sub(r"[^a-z0-9_-]", "-", name)
            self._numbers.setdefault((name, value), f"[{word}-{number}]")
        return self._numbers[name, value]


class _Work:
    """One recording being scrubbed."""

    def __init__(self, finder: Finder) -> None:
        self._finder = finder
        self.narrow: dict[bytes, bytes] = {}
        """What is put in more reads than it has bytes, and the same with enough of them."""

    def recording(self, recording: Recording) -> Recording:
        """The recording, scrubbed; the very one, where there is nothing to do."""
        new = replace(
            recording,
            name=self._text(recording.name),
            source=self._source(recording.source),
            url=self._url(recording.url),
            headers=self._headers(recording.headers),
            body=self._json(recording.body),
            responses=tuple(self._response(response) for response in recording.responses),
        )
        return recording if new == recording else new

    def _text(self, text: str) -> str:
        data = text.encode("utf-8", "surrogatepass")
        hits = self._finder.hits(data)
        return changed(data, _changes(hits)).decode("utf-8", "surrogatepass") if hits else text

    def _url(self, url: str) -> str:
        """Without a user's name and password, which no server sees in it; in a host there are no brackets."""
        match = _URL.fullmatch(url)
        if match is None:
            return self._text(url)
        host = match[2]
        clean = self._text(host)
        return f"{match[1]}{host if clean == host else re.sub(r'[][]', '', clean)}{self._text(match[3])}"

    def _headers(self, headers: Headers) -> Headers:
        return tuple((name, _header(self._finder, name, value)) for name, value in headers)

    def _source(self, source: Source) -> Source:
        new: dict[str, Any] = {name: self._text(getattr(source, name)) for name in TEXTS}
        return replace(source, **new)

    def _json(self, body: object) -> object:
        data = json.dumps(body).encode("ascii")
        hits = self._finder.hits(data)
        return json.loads(changed(data, _changes(hits))) if hits else body

    def _response(self, response: RecordedResponse) -> RecordedResponse:
        headers = self._headers(response.headers)
        new = self._reads([read.data for read in response.reads], response.headers)
        reads = tuple(
            replace(read, data=data, source=self._source(read.source) if read.source else None)
            for read, data in zip(response.reads, new, strict=True)
        )
        return replace(response, headers=headers, reads=reads)

    def _reads(self, reads: Sequence[bytes], headers: Headers) -> Sequence[bytes]:
        try:
            body = unpacked(reads, headers)
        except PackedError:
            body = Unpacked(tuple(reads), tuple)
        packed = list(body.parts) != list(reads)
        hits = self._finder.hits(b"".join(body.parts))
        if not hits and not (packed and self._finder.hits(b"".join(reads))):
            return reads
        if not packed:
            self._measure(reads, hits)
        return body.pack(recut(body.parts, _changes(hits)))

    def _measure(self, reads: Sequence[bytes], hits: Sequence[Hit]) -> None:
        """A read without a byte is none: what is put in many of them has to have enough."""
        cuts = list(accumulate(map(len, reads)))
        for hit in hits:
            pieces = bisect_left(cuts, hit.end) - bisect_right(cuts, hit.start) + 1
            usual = hit.put[:-1].rstrip(b".") + hit.put[-1:]
            if pieces > len(self.narrow.get(usual, hit.put)) and hit.put.startswith(b"["):
                self.narrow[usual] = usual[:-1] + b"." * (pieces - len(usual)) + b"]"


def _header(finder: Finder, name: str, value: str) -> str:
    hits = finder.header(name, value)
    data = value.encode("utf-8", "surrogatepass")
    return changed(data, _changes(hits)).decode("utf-8", "surrogatepass") if hits else value


def _changes(hits: Sequence[Hit]) -> list[Change]:
    return [Change(hit.start, hit.end, hit.put) for hit in hits]
