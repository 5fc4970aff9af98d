"""Texts for members that a model would fill from what it was told, by their names."""

from __future__ import annotations

#: They read as what they are for, and whoever parses them can: dates by ISO 8601, expressions as sums.
WORDS = {
    "city": "Lisbon",
    "code": "print(2 + 2)",
    "country": "Portugal",
    "currency": "EUR",
    "date": "2025-01-31",
    "datetime": "2025-01-31T12:00:00",
    "email": "someone@example.com",
    "expression": "2 + 2",
    "location": "Lisbon",
    "name": "Alice",
    "query": "Why is the sky blue?",
    "question": "Why is the sky blue?",
    "symbol": "ABC",
    "time": "12:00",
    "timezone": "Europe/Lisbon",
    "url": "https://example.com/",
}
