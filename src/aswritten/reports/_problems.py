"""One finding of the contract, as a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aswritten.contract import Problem


def sentence(problem: Problem) -> str:
    """`event 3: choices[0].delta.role: expected "assistant", got 7 (wire.chunk-schema)`."""
    event = problem.where.partition(":")[0] if problem.where.startswith("event ") else ""
    return f"{event + ': ' if event else ''}{problem.message} ({problem.rule})"


def as_json(problem: Problem) -> dict[str, Any]:
    """As reports for machines have it."""
    return {
        "rule": problem.rule,
        "level": problem.level,
        "where": problem.where,
        "message": problem.message,
        "expected": problem.expected,
        "got": problem.got,
        "count": problem.count,
    }
