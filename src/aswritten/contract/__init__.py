"""The contract of chat completions: one object at a time, and what a stream of them must keep, by provider."""

from aswritten.contract._deviations import deviations_in
from aswritten.contract._exchange import Judgement, check_completion, check_exchange, judge_exchange
from aswritten.contract._objects import check_chunk, check_error, check_request
from aswritten.contract._problem import Problem
from aswritten.contract._profile import (
    BASE,
    FALLBACK,
    Deviation,
    Profile,
    base_profile,
    load_profile,
    profile_for_host,
    profile_names,
)
from aswritten.contract._rule import Rule
from aswritten.contract._rules import RULES
from aswritten.contract._schemas import bundle, member_names
from aswritten.contract._stream import check_stream

__all__ = [
    "BASE",
    "FALLBACK",
    "RULES",
    "Deviation",
    "Judgement",
    "Problem",
    "Profile",
    "Rule",
    "base_profile",
    "bundle",
    "check_chunk",
    "check_completion",
    "check_error",
    "check_exchange",
    "check_request",
    "check_stream",
    "deviations_in",
    "judge_exchange",
    "load_profile",
    "member_names",
    "profile_for_host",
    "profile_names",
]
