"""Reports of drift as text and as Markdown."""

from __future__ import annotations

from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from aswritten.drift import KINDS, Change, Compared
from aswritten.reports import drift

GONE = Change("breaking", "field-gone", "chunk.id", "chunk.id: stood in 9 of 9, now in none", "9 of 9", "")
NEW = Change("additive", "field-new", "chunk.a", "chunk.a: stands in 9 of 9, and stood in none", "", "9 of 9")
STOP = Change("informational", "finish-reason", "x.finish_reason", "x.finish_reason: was 1, now 2", "1", "2")


def changed(name: str, *changes: Change) -> Compared:
    return Compared.of(name, changes)


def test_the_worst_comes_first_and_the_sum_last() -> None:
    compared = [changed("a.yaml", STOP, NEW, GONE), changed("b.yaml"), Compared("c.yaml", "not-checked", reason="gone")]
    assert list(drift.lines(compared)) == [
        "a.yaml: 1 breaking, 1 additive, 1 informational",
        "  breaking: chunk.id: stood in 9 of 9, now in none (field-gone)",
        "  additive: chunk.a: stands in 9 of 9, and stood in none (field-new)",
        "  informational: x.finish_reason: was 1, now 2 (finish-reason)",
        "could not check: c.yaml: gone",
        "3 fixtures: 1 same, 1 changed, 1 could not be checked; 1 breaking, 1 additive, 1 informational",
    ]


def test_of_many_changes_the_first_are_printed_and_the_rest_counted() -> None:
    many = [Change("additive", "field-new", f"chunk.f{n}", f"chunk.f{n}: new", "", "1") for n in range(30)]
    printed = list(drift.lines([changed("a.yaml", *many)]))
    assert len(printed) == 1 + drift.SHOWN + 2
    assert printed[-2] == "  and 10 more changes (--json FILE has them all)"


@pytest.mark.parametrize(
    ("compared", "headline"),
    [
        ([changed("a.yaml")], "API drift: no change of shape in 1 fixture"),
        ([changed("a.yaml", NEW), changed("b.yaml")], "API drift: 1 additive change of shape in 1 of 2 fixtures"),
        (
            [changed("a.yaml", NEW, STOP), changed("b.yaml", GONE)],
            "API drift: 1 breaking, 1 additive and 1 informational changes of shape in 2 of 2 fixtures",
        ),
        (
            [changed("a.yaml"), Compared("b.yaml", "not-checked", reason="the server cannot be reached")],
            "API drift: no change of shape in 1 fixture; 1 could not be checked",
        ),
        (
            [Compared("b.yaml", "not-checked", reason="the server cannot be reached")],
            "API drift: nothing was checked; 1 could not be checked",
        ),
    ],
)
def test_the_first_line_says_it_all(compared: list[Compared], headline: str) -> None:
    assert drift.markdown(compared).splitlines()[0] == f"**{headline}**"


def test_a_change_of_many_fixtures_is_one_row_and_the_details_are_folded() -> None:
    compared = [changed(f"{name}.yaml", GONE, *more) for name, more in (("a", (NEW,)), ("b", ()), ("c", ()))]
    compared += [Compared("d.yaml", "only-old"), Compared("e.yaml", "only-new")]
    assert (
        drift.markdown(compared)
        == f"""\
**API drift: 3 breaking and 1 additive changes of shape in 3 of 3 fixtures**

| severity | change | where | was | now | fixtures |
|---|---|---|---|---|---|
| breaking | field-gone | `chunk.id` | `9 of 9` |  | `a.yaml` and 2 more |
| additive | field-new | `chunk.a` |  | `9 of 9` | `a.yaml` |

Only in OLD:

- `d.yaml`

Only in NEW:

- `e.yaml`

<details><summary><code>a.yaml</code>: 1 breaking, 1 additive</summary>

- breaking: `chunk.id: stood in 9 of 9, now in none` (field-gone)
- additive: `chunk.a: stands in 9 of 9, and stood in none` (field-new)

Why:

- field-gone: {KINDS["field-gone"].why}
- field-new: {KINDS["field-new"].why}

</details>

<details><summary><code>b.yaml</code>: 1 breaking</summary>

- breaking: `chunk.id: stood in 9 of 9, now in none` (field-gone)

Why:

- field-gone: {KINDS["field-gone"].why}

</details>

<details><summary><code>c.yaml</code>: 1 breaking</summary>

- breaking: `chunk.id: stood in 9 of 9, now in none` (field-gone)

Why:

- field-gone: {KINDS["field-gone"].why}

</details>
"""
    )


def test_what_came_is_never_markup() -> None:
    odd = 'chunk["a|b`</details><img>\\n"]'
    change = Change("breaking", "field-gone", odd, f"{odd}: gone", "[x](http://a)", "*\x1b[31m*")
    text = drift.markdown([changed("</summary><b>.yaml", change)])
    page = MarkdownIt("gfm-like", {"linkify": False}).render(text)
    assert "<img>" not in page
    assert "<b>" not in page
    assert "<a " not in page
    assert "\x1b" not in page
    assert page.count("<td>") == page.count("<th>") == 6
    assert "<code>[x](http://a)</code>" in page
    assert "<code>chunk[&quot;a|b`&lt;/details&gt;&lt;img&gt;" in page
    assert page.count("</details>") == 1


def test_it_fits_into_a_pull_request_and_says_what_is_left_out() -> None:
    changes = [Change("additive", "field-new", f"chunk.f{n}", f"chunk.f{n}: new" * 5, "", "1") for n in range(150)]
    text = drift.markdown([changed(f"{n}.yaml", *changes) for n in range(100)])
    assert len(text) <= drift.LONGEST
    assert "and 50 more rows." in text
    assert text.endswith("*The rest is left out here; the JSON has it.*\n")


def test_the_schema_is_that_of_what_is_written() -> None:
    import json

    from jsonschema import Draft202012Validator

    path = Path(__file__).parent.parent.parent / "schemas" / "drift-report.schema.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    check = Draft202012Validator(schema)
    for example in schema["examples"]:
        check.validate(example)
    check.validate(drift.document("0.1.0", [changed("a.yaml", GONE), Compared("b.yaml", "not-checked", reason="x")]))
    assert not check.is_valid(drift.document("0.1.0", [Compared("b.yaml", "not-checked")]))
    assert not check.is_valid(drift.document("0.1.0", [Compared("b.yaml", "changed")]))
