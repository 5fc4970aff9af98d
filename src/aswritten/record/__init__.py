"""Live answers to fixtures: scenarios are asked, and what comes replaces a fixture only where nothing speaks against it."""

from __future__ import annotations

from aswritten.record._ask import Budget, Patience
from aswritten.record._check import check
from aswritten.record._fetch import Access
from aswritten.record._keep import REJECTED, Cause, Kept, Result, beforehand, keep
from aswritten.record._lock import alone
from aswritten.record._made import made, response_of, source_of
from aswritten.record._run import Outcome, Rules, record
from aswritten.record._scenarios import Scenario, load_scenarios

__all__ = [
    "REJECTED",
    "Access",
    "Budget",
    "Cause",
    "Kept",
    "Outcome",
    "Patience",
    "Result",
    "Rules",
    "Scenario",
    "alone",
    "beforehand",
    "check",
    "keep",
    "load_scenarios",
    "made",
    "record",
    "response_of",
    "source_of",
]
