"""Status and headers of two responses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aswritten.drift._change import change
from aswritten.drift._words import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.drift._change import Change
    from aswritten.model import Headers
    from aswritten.recordings import RecordedResponse

_TYPE, _PACKING = "content-type", "content-encoding"
#: Headers that clients act on, by RFC 9110.
_ACTED_ON = frozenset({"retry-after"})


def compare_head(old: RecordedResponse, new: RecordedResponse) -> Iterator[Change]:
    """What changed in front of the body. Of most headers the value varies by nature: it is not looked at.

    Where the status is another one, so are most headers: of them, only the content type is told.
    """
    if old.status != new.status:
        was, is_ = str(old.status), str(new.status)
        yield change("status-changed", "status", f"was {was}, now {is_}", was, is_)
    before, now = _by_name(old.headers), _by_name(new.headers)
    yield from _content_type(before.pop(_TYPE, ""), now.pop(_TYPE, ""))
    if old.status != new.status:
        return
    was, is_ = (headers.pop(_PACKING, "").strip().lower() for headers in (before, now))
    if was != is_:
        yield change("packing-changed", f"headers.{_PACKING}", _was_now(was, is_), was, is_)
    for name in before.keys() - now.keys():
        what = "header-gone" if name in _ACTED_ON else "header-dropped"
        yield change(what, f"headers.{name}", "does not come any more")
    for name in now.keys() - before.keys():
        yield change("header-new", f"headers.{name}", "came, and did not before")


def _content_type(old: str, new: str) -> Iterator[Change]:
    where = f"headers.{_TYPE}"
    (was, _, with_), (is_, _, now_with) = (text.lower().partition(";") for text in (old, new))
    if was.strip() == is_.strip():
        if with_.replace(" ", "") != now_with.replace(" ", ""):
            yield change("charset-changed", where, _was_now(old, new), old, new)
    elif old:
        yield change("content-type-changed", where, _was_now(old, new), old, new)
    else:
        yield change("header-new", where, f"came, and did not before: {shown([new])}", "", new)


def _was_now(old: str, new: str) -> str:
    return f"was {shown([old]) if old else 'not there'}, now {shown([new]) if new else 'not there'}"


def _by_name(headers: Headers) -> dict[str, str]:
    """By lower-case name; the values of a header that comes more than once, in a list as HTTP has them."""
    found: dict[str, str] = {}
    for name, value in headers:
        key = name.lower()
        found[key] = f"{found[key]}, {value}" if key in found else value
    return dict(sorted(found.items()))
