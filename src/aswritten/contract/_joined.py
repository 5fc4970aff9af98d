"""Whether the tokens that an answer gives log probabilities of join to its text, found out while both come in parts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from aswritten.contract._rule import dict_of, list_of, text_of

#: Bytes that one of the two may be ahead of the other; what goes beyond is not judged, so that memory stays bounded.
AHEAD = 64 * 1024


@dataclass(slots=True)
class Joined:
    """The ends of a text and of its tokens that the other one does not have yet."""

    text: bytearray = field(default_factory=bytearray)
    tokens: bytearray = field(default_factory=bytearray)
    last: int = 0
    """Bytes of the last token."""
    apart: bool = False
    """Whether the two differ: what is left of them starts with the difference."""
    event: int = 0
    """Number of the event in which they parted."""
    given_up: bool = False

    def take(self, text: str, tokens: list[Any], event: int) -> None:
        """Goes on with what one chunk, or a whole completion, adds to both."""
        if self.apart or self.given_up:
            return
        self.text += text.encode("utf-8", "surrogatepass")
        for token in tokens:
            raw = _bytes_of(token)
            self.tokens += raw
            self.last = len(raw)
        same = min(len(self.text), len(self.tokens))
        if self.text[:same] != self.tokens[:same]:
            same = next(i for i in range(same) if self.text[i] != self.tokens[i])
            self.apart = True
            self.event = event
        del self.text[:same]
        del self.tokens[:same]
        self.given_up = len(self.text) + len(self.tokens) > AHEAD


def _bytes_of(token: object) -> bytes:
    """A token's bytes; of its text where it does not give them, as for tokens that are no text."""
    given = dict_of(token).get("bytes")
    if isinstance(given, list) and all(isinstance(byte, int) and 0 <= byte < 256 for byte in list_of(given)):
        return bytes(given)
    return text_of(dict_of(token).get("token")).encode("utf-8", "surrogatepass")
