"""Operators that break an exchange in one place, each with the rule that must flag it, or why none can."""

from __future__ import annotations

from contract import (
    mutants_of_calls,
    mutants_of_chunks,
    mutants_of_completions,
    mutants_of_content,
    mutants_of_links,
    mutants_of_messages,
    mutants_of_nothing,
)
from contract.mutating import OPERATORS as WRITTEN
from contract.mutating import Operator

#: Modules that write their operators down when they are imported.
MODULES = (
    mutants_of_completions,
    mutants_of_chunks,
    mutants_of_links,
    mutants_of_calls,
    mutants_of_content,
    mutants_of_nothing,
    mutants_of_messages,
)
OPERATORS: tuple[Operator, ...] = tuple(WRITTEN)

__all__ = ["MODULES", "OPERATORS", "Operator", "operators"]


def operators(on: str) -> list[Operator]:
    """Those that change a ``completion``, a ``stream``, an ``error`` or a ``request``."""
    return [operator for operator in OPERATORS if operator.on == on]
