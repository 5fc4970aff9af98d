"""Changes of shape: as text, as the JSON of `aswritten drift --json`, and as Markdown for a pull request.

The form of the JSON is held by `schemas/drift-report.schema.json`.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from aswritten.drift import KINDS, SEVERITIES, VERDICTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from aswritten.drift import Change, Compared

#: Changes of one fixture that are printed; all of them are in the JSON.
SHOWN = 20
#: Characters of the Markdown. GitHub takes 65536 for the text of a pull request; the rest is for whoever puts more into it.
LONGEST = 60_000
#: Rows of its table.
ROWS = 100
_MORE = "\n*The rest is left out here; the JSON has it.*\n"


def document(version: str, compared: Sequence[Compared]) -> dict[str, Any]:
    """`summary` counts the fixtures and each verdict, which add up, and the changes by severity; `fixtures` are in their order."""
    return {"aswritten": version, "summary": summary(compared), "fixtures": [_fixture(one) for one in compared]}


def summary(compared: Sequence[Compared]) -> dict[str, int]:
    """How many fixtures there are, how many have each verdict, and how many changes each severity; zero where none has."""
    verdicts = Counter(one.verdict for one in compared)
    severities = Counter(change.severity for one in compared for change in one.changes)
    return {
        "fixtures": len(compared),
        **{name: verdicts[name] for name in VERDICTS},
        **{name: severities[name] for name in SEVERITIES},
    }


def lines(compared: Sequence[Compared]) -> Iterator[str]:
    """The changes of each fixture, worst first; what could not be compared, and why; and the sum."""
    for one in compared:
        if one.changes:
            yield f"{one.name}: {_counted(one.changes)}"
            told = _worst_first(one.changes)
            yield from (f"  {change.severity}: {change.message} ({change.what})" for change in told[:SHOWN])
            if len(told) > SHOWN:
                yield f"  and {len(told) - SHOWN} more changes (--json FILE has them all)"
    for title, verdict in (
        ("could not check", "not-checked"),
        ("only in OLD", "only-old"),
        ("only in NEW", "only-new"),
    ):
        yield from (
            f"{title}: {one.name}{': ' + one.reason if one.reason else ''}"
            for one in compared
            if one.verdict == verdict
        )
    yield _sum(compared)


def markdown(compared: Sequence[Compared]) -> str:
    """A summary line, a table of the changes with the worst first, and what is told of each fixture, folded.

    At most `LONGEST` characters: what goes beyond is left out, and that is said.
    """
    parts = [f"**{_headline(compared)}**\n", *_table(compared), *_apart(compared), *_details(compared)]
    text = ""
    for part in parts:
        if len(text) + len(part) + len(_MORE) > LONGEST:
            return text + _MORE
        text += part
    return text


def _headline(compared: Sequence[Compared]) -> str:
    counts = summary(compared)
    unchecked = f"; {counts['not-checked']} could not be checked" if counts["not-checked"] else ""
    return f"API drift: {_found(counts)}{unchecked}"


def _found(counts: dict[str, int]) -> str:
    """`2 breaking and 1 additive changes of shape in 2 of 9 fixtures`."""
    checked = counts["same"] + counts["changed"]
    fixtures = f"{checked} {'fixture' if checked == 1 else 'fixtures'}"
    if not checked:
        return "nothing was checked"
    found = [f"{counts[name]} {name}" for name in SEVERITIES if counts[name]]
    if not found:
        return f"no change of shape in {fixtures}"
    changes = " and ".join(part for part in (", ".join(found[:-1]), found[-1]) if part)
    many = "change" if sum(counts[name] for name in SEVERITIES) == 1 else "changes"
    return f"{changes} {many} of shape in {counts['changed']} of {fixtures}"


def _table(compared: Sequence[Compared]) -> Iterator[str]:
    """A row for each change, however many fixtures it is in."""
    rows: dict[tuple[str, str], tuple[Change, list[str]]] = {}
    for one in compared:
        for change in one.changes:
            _, names = rows.setdefault((change.what, change.where), (change, []))
            names.append(one.name)
    if not rows:
        return
    yield "\n| severity | change | where | was | now | fixtures |\n|---|---|---|---|---|---|\n"
    found = sorted(rows.values(), key=lambda row: SEVERITIES.index(row[0].severity))
    for change, names in found[:ROWS]:
        fixtures = _cell(names[0]) if len(names) == 1 else f"{_cell(names[0])} and {len(names) - 1} more"
        cells = (change.severity, change.what, _cell(change.where), _cell(change.old), _cell(change.new), fixtures)
        yield f"| {' | '.join(cells)} |\n"
    if len(found) > ROWS:
        yield f"\nand {len(found) - ROWS} more rows.\n"


def _apart(compared: Sequence[Compared]) -> Iterator[str]:
    for title, verdict in (
        ("Could not be checked", "not-checked"),
        ("Only in OLD", "only-old"),
        ("Only in NEW", "only-new"),
    ):
        found = [one for one in compared if one.verdict == verdict]
        if found:
            yield f"\n{title}:\n\n"
        yield from (f"- {_code(one.name)}{': ' + _code(one.reason) if one.reason else ''}\n" for one in found)


def _details(compared: Sequence[Compared]) -> Iterator[str]:
    for one in compared:
        if one.changes:
            told = "".join(
                f"- {change.severity}: {_code(change.message)} ({change.what})\n"
                for change in _worst_first(one.changes)
            )
            whys = "".join(
                f"- {what}: {KINDS[what].why}\n" for what in dict.fromkeys(change.what for change in one.changes)
            )
            yield f"\n<details><summary>{_html(one.name)}: {_counted(one.changes)}</summary>\n\n{told}\nWhy:\n\n{whys}\n</details>\n"


def _fixture(one: Compared) -> dict[str, Any]:
    return {
        "name": one.name,
        "verdict": one.verdict,
        "reason": one.reason,
        "changes": [asdict(change) for change in one.changes],
    }


def _worst_first(changes: Iterable[Change]) -> list[Change]:
    return sorted(changes, key=lambda change: SEVERITIES.index(change.severity))


def _counted(changes: Iterable[Change]) -> str:
    counts = Counter(change.severity for change in changes)
    return ", ".join(f"{counts[name]} {name}" for name in SEVERITIES if counts[name])


def _sum(compared: Sequence[Compared]) -> str:
    counts = summary(compared)
    names = {"not-checked": "could not be checked", "only-old": "only in OLD", "only-new": "only in NEW"}
    verdicts = ", ".join(f"{counts[name]} {names.get(name, name)}" for name in VERDICTS if counts[name])
    many = "fixture" if counts["fixtures"] == 1 else "fixtures"
    return f"{counts['fixtures']} {many}: {verdicts}; {', '.join(f'{counts[name]} {name}' for name in SEVERITIES)}"


def _code(text: str) -> str:
    """As code, in which Markdown takes nothing for markup, a name or a reference; empty where there is nothing to show."""
    plain = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    if not plain:
        return ""
    fence = "`" * (1 + max(map(len, re.findall("`+", plain)), default=0))
    return f"{fence} {plain} {fence}" if "`" in plain else f"{fence}{plain}{fence}"


def _cell(text: str) -> str:
    """The same in a table, whose columns a bar would end."""
    return _code(text).replace("|", "\\|")


def _html(text: str) -> str:
    import html

    return f"<code>{html.escape(text)}</code>"
