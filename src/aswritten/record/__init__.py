"""Live answers to fixtures: scenarios and samples ask, and what comes replaces a fixture only where nothing speaks against it."""

from __future__ import annotations

from aswritten.record._ask import Budget, Patience
from aswritten.record._check import check
from aswritten.record._fetch import Access
from aswritten.record._forward import Forwarder
from aswritten.record._keep import REJECTED, Cause, Kept, Result, beforehand, keep
from aswritten.record._lock import alone
from aswritten.record._made import made, response_of, source_of
from aswritten.record._run import Outcome, Rules, record
from aswritten.record._samples import keep_taken
from aswritten.record._scenarios import Scenario, load_scenarios
from aswritten.record._shelf import Shelf, open_shelf, stem_of
from aswritten.record._taken import Visit

__all__ = [
    "REJECTED",
    "Access",
    "Budget",
    "Cause",
    "Forwarder",
    "Kept",
    "Outcome",
    "Patience",
    "Result",
    "Rules",
    "Scenario",
    "Shelf",
    "Visit",
    "alone",
    "beforehand",
    "check",
    "keep",
    "keep_taken",
    "load_scenarios",
    "made",
    "open_shelf",
    "record",
    "response_of",
    "source_of",
    "stem_of",
]
