"""Where secrets stand in bytes, in whatever spelling."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aswritten.scrub._facts import facts
from aswritten.scrub._judge import SECRET, is_stand_in, real_in_form
from aswritten.scrub._members import COOKIE, by_name, spelled_out
from aswritten.scrub._needles import Needle
from aswritten.scrub._views import Hit, is_text, runs, unpacked, views

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

#: Spellings within spellings that are read.
_DEPTH = 5
#: Runs of base64 whose secrets are remembered: in a stream the same ids come again and again.
_KEPT = 10_000


class Finder:
    """Looks for needles, for forms of keys, and for values by their names.

    What it finds by name is in ``learned``: the same text may stand elsewhere, without its name.
    """

    def __init__(
        self,
        needles: Iterable[Needle],
        names: frozenset[str],
        numbered: Callable[[str, str], str],
        widened: dict[bytes, bytes] | None = None,
        *,
        guess: bool = True,
    ) -> None:
        """``numbered`` says what is put for the value of a name of configuration; ``widened``, what is longer than usual.

        Without ``guess`` needles alone are found.
        """
        self.needles = tuple(needles)
        self.names = names
        self._ascii_only = all(needle.value.isascii() for needle in self.needles)
        self.learned: dict[str, Needle] = {}
        self._numbered = numbered
        self._widened = widened or {}
        self._guess = guess
        self._runs: dict[tuple[bytes, int, bool], list[Hit]] = {}

    def hits(self, data: bytes, *, named: bool = True, depth: int = _DEPTH) -> list[Hit]:
        """The secrets in order and apart from each other; without ``named``, those alone that are told without a name."""
        if not data:
            return []
        found = list(self._search(data, named=named))
        if depth:
            for view in views(data):
                found += view.lifted(self.hits(view.data, named=named, depth=depth - 1))
            for start, run in runs(data):
                found += [
                    hit._replace(start=start + hit.start, end=start + hit.end)
                    for hit in self._in_run(run, named=named, depth=depth - 1)
                ]
        return _merged(found)

    def header(self, name: str, value: str) -> list[Hit]:
        """Those in the value of a header, which may be one itself, by the header's name."""
        data = value.encode("utf-8", "surrogatepass")
        kind = facts().headers.get(name.lower())
        own = name.lower() in self.names
        if not self._guess or (kind is None and not own):
            return self.hits(data)
        scheme, space, credential = value.partition(" ") if kind == "key" else ("", "", value)
        if not credential:
            scheme, space, credential = "", "", scheme
        start = len((scheme + space).encode("utf-8", "surrogatepass"))
        secret = data[start:]
        # Of cookies the values alone are: their names and attributes may be any words.
        values = (kind == "cookie" and COOKIE.findall(secret)) or [secret]
        if not secret or (not own and not any(_is_told(one, kind or "") for one in values)):
            return self.hits(data)
        put = self._numbered(name.lower(), credential) if own else f"[{kind}]"
        what = f"the header {name.lower()}"
        for told in values:
            self._learn(told.decode("utf-8", "surrogatepass"), put, what, parts=kind == "key")
        return [Hit(start, len(data), self._wide(put.encode()), what)]

    def _search(self, data: bytes, *, named: bool) -> Iterator[Hit]:
        for needle in self.needles:
            put = self._wide(needle.put)
            yield from (Hit(start, end, put, needle.what) for start, end in needle.spans(data))
        if self._guess:
            yield from self._guessed(data, named=named)

    def _guessed(self, data: bytes, *, named: bool) -> Iterator[Hit]:
        for form in facts().forms:
            if any(start in data for start in form.starts):
                put = self._wide(f"[{form.kind}]".encode())
                for match in form.pattern.finditer(data):
                    if real_in_form(match["rest"]):
                        yield Hit(match.start(), match.end(), put, form.name)
        if named:
            yield from self._by_name(data)

    def _by_name(self, data: bytes) -> Iterator[Hit]:
        for one in by_name(data, self.names):
            if one.number:
                yield Hit(one.start, one.end, b"0", f"the value of {one.name}")
                continue
            value = spelled_out(one.value)
            put = f"[{one.kind}]" if one.kind else self._numbered(one.name, value)
            what = f"the value of {one.name}" if one.name else "a key by what stands before it"
            self._learn(value, put, what)
            yield Hit(one.start, one.end, self._wide(put.encode()), what)

    def _learn(self, value: str, put: str, what: str, *, parts: bool = False) -> None:
        """Not of a word, such as `developer`, that stands elsewhere for what it means."""
        if len(value) >= SECRET and re.search(r"[0-9@]", value) and value not in self.learned:
            self.learned[value] = Needle(value, put, what, parts=parts)

    def _wide(self, put: bytes) -> bytes:
        return self._widened.get(put, put)

    def _in_run(self, run: bytes, *, named: bool, depth: int) -> list[Hit]:
        key = (run, depth, named)
        if key not in self._runs:
            if len(self._runs) >= _KEPT:
                self._runs.clear()
            found: list[Hit] = []
            for view in unpacked(run, ascii_only=self._ascii_only):
                # What is no text is read as it is: an image spells nothing in another way.
                deeper = depth if is_text(view.data) else 0
                found += view.lifted(self.hits(view.data, named=named, depth=deeper))
            self._runs[key] = _merged(found)
        return self._runs[key]


def _is_told(value: bytes, kind: str) -> bool:
    """Whether the value in a header that holds secrets of this kind is one."""
    return (len(value) >= SECRET or kind == "cookie") and not is_stand_in(value, kind)


def _merged(hits: Sequence[Hit]) -> list[Hit]:
    """In order and apart: of two that overlap, one over both is left, which is called and replaced as the longer one."""
    found: list[Hit] = []
    for hit in sorted(hits, key=lambda one: (one.start, -one.end)):
        if not found or hit.start >= found[-1].end:
            found.append(hit)
            continue
        before = found[-1]
        longer = hit if hit.end - hit.start > before.end - before.start else before
        found[-1] = longer._replace(start=before.start, end=max(before.end, hit.end))
    return found
