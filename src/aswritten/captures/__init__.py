"""What other tools kept of an API, to exchanges: vcrpy cassettes, HAR files, transcripts of curl. Read, never trusted, not judged."""

from __future__ import annotations

from aswritten.captures._files import read
from aswritten.captures._values import Asked, Capture, asked_at

__all__ = ["Asked", "Capture", "asked_at", "read"]
