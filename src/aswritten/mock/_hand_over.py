"""A response handed to a client, and how far it took it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from aswritten.mock._socket import has_ended, is_reset

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterable

    from aswritten.mock._frames import Frame
    from aswritten.mock._ledger import Entry

#: Seconds in which a reset follows a write to a client that has closed. On one machine it is there at once.
_ANSWER = 0.02


def hand_over(connection: socket.socket, parts: Iterable[Frame], entry: Entry) -> bool:
    """Write the parts at their times, counted from now, and note in the entry how far the client took them.

    True where that is known for good, because the client left, or because it was given all that it has to read a while ago.
    """
    began = time.monotonic()
    ended = known = False
    for part in parts:
        ended = ended or has_ended(connection, max(part.at - (time.monotonic() - began), part.pause))
        if part.beyond and not known:
            known, entry.left = True, is_reset(connection)
        try:
            connection.sendall(part.data)
        except OSError:
            entry.left = entry.left or not known
            break
        if not ended:
            entry.taken += part.size
    # A client that only ended its own sending (as `nc` does) still reads; one that closed answers with a reset.
    if ended and not known:
        entry.left = entry.left or is_reset(connection, _ANSWER)
    if not entry.left:
        entry.taken = len(entry.answer.body)
        entry.handed_over = True
    return known or entry.left
