"""What changed in the shape of an API's answers between two recordings, and whom it may hurt."""

from __future__ import annotations

from aswritten.drift._change import KINDS, SEVERITIES, Change, Kind, Severity
from aswritten.drift._compare import compare
from aswritten.drift._pairs import VERDICTS, Compared, compare_paths

__all__ = ["KINDS", "SEVERITIES", "VERDICTS", "Change", "Compared", "Kind", "Severity", "compare", "compare_paths"]
