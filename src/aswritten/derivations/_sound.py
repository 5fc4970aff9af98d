"""A moment of silence, in the formats in which answers are spoken."""

from __future__ import annotations

import io
import wave

from aswritten.derivations._asked import Unmade

_RATE, _SAMPLES = 24_000, 2_400
#: One frame of MPEG 1 layer 3 (128 kbit/s, 44.1 kHz): its header, and nothing to play.
_MP3_FRAME = bytes.fromhex("fffb9064") + bytes(413)


def silence(kind: str) -> bytes:
    """A tenth of a second. Raises Unmade for a format that we do not write."""
    samples = bytes(2 * _SAMPLES)
    if kind == "pcm16":
        return samples
    if kind == "mp3":
        return _MP3_FRAME * 4
    if kind != "wav":
        raise Unmade(f"for audio as {kind}: only wav, mp3 and pcm16 can be made")
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(_RATE)
        out.writeframes(samples)
    return file.getvalue()
