"""Secrets, found and replaced in one place: what is kept, printed or reported goes through it."""

from __future__ import annotations

from aswritten.scrub._judge import SECRET, looks_real
from aswritten.scrub._scan import Found, scan, scan_bytes
from aswritten.scrub._scrubber import Scrubber

__all__ = ["SECRET", "Found", "Scrubber", "looks_real", "scan", "scan_bytes"]
