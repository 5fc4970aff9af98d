"""What changed in the shape of an API's answers between two recordings, and whom it may hurt."""

from __future__ import annotations

from aswritten.drift._change import KINDS, SEVERITIES, Change, Kind, Severity
from aswritten.drift._compare import compare

__all__ = ["KINDS", "SEVERITIES", "Change", "Kind", "Severity", "compare"]
