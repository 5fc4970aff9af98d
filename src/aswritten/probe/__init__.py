"""An API at a base URL, asked a fixed set of calls: its answers are held to the contract, and to what was asked for."""

from __future__ import annotations

from aswritten.client import Limits
from aswritten.probe._calls import CALLS, NAMES, Call
from aswritten.probe._run import Probed, probe
from aswritten.probe._settings import Settings, is_url, settings_of
from aswritten.probe._shapes import RULES
from aswritten.probe._timing import Timing

__all__ = [
    "CALLS",
    "NAMES",
    "RULES",
    "Call",
    "Limits",
    "Probed",
    "Settings",
    "Timing",
    "is_url",
    "probe",
    "settings_of",
]
