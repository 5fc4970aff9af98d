"""Jupyter notebooks: cells to blocks, on the lines of the file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from aswritten.errors import UsageError
from aswritten.pages import notebook

if TYPE_CHECKING:
    from aswritten.model import Block


def code(source: str | list[str], *outputs: dict[str, Any]) -> dict[str, Any]:
    return {"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": list(outputs), "source": source}


def text(source: str | list[str]) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def written(*cells: dict[str, Any], language: str = "python", indent: int | None = 1) -> str:
    metadata = {
        "kernelspec": {"display_name": "X", "language": language, "name": "x"},
        "language_info": {"name": language},
    }
    return json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}, indent=indent)


def read(*cells: dict[str, Any], **options: Any) -> tuple[Block, ...]:
    return notebook.read("page.ipynb", written(*cells, **options))


def test_a_code_cell_is_a_block_on_the_lines_of_the_file() -> None:
    page = written(code(["import x\n", "\n", 'print("\\n")']))
    (block,) = notebook.read("page.ipynb", page)
    lines = page.split("\n")
    assert (block.text, block.tag) == ('import x\n\nprint("\\n")\n', "python")
    assert '"source"' in lines[block.line - 1]
    assert "import x" in lines[block.first_line - 1]
    assert "print" in lines[block.page_line(3) - 1]


def test_a_cell_may_be_one_string_and_the_file_one_line() -> None:
    (block,) = read(code("a = 1\nprint(a)\n"), indent=None)
    assert (block.line, block.text) == (1, "a = 1\nprint(a)\n")
    assert [block.page_line(number) for number in (1, 2)] == [1, 1]


def test_the_kernel_names_the_language() -> None:
    assert [block.tag for block in read(code("a"), language="TypeScript")] == ["typescript"]


def test_markdown_cells_give_headings_prose_and_fences() -> None:
    blocks = read(
        text("# Title"), text(["## Part\n", "\n", "Text:\n", "\n", "```sh\n", "a\n", "```"]), text("More."), code("b")
    )
    assert [(block.text, block.tag, block.headings, block.prose) for block in blocks] == [
        ("a\n", "sh", ("Title", "Part"), "# Title\n\n## Part\n\nText:"),
        ("b\n", "python", ("Title", "Part"), "More."),
    ]


def test_what_a_cell_prints_and_returns_are_blocks_below_it() -> None:
    blocks = read(
        code(
            "a",
            {"output_type": "stream", "name": "stderr", "text": ["warning\n"]},
            {"output_type": "stream", "name": "stdout", "text": ["one\n", "two\n"]},
            {"output_type": "execute_result", "data": {"text/html": "<b>", "text/plain": ["'three'"]}},
            {"output_type": "display_data", "data": {"image/png": "iVBO", "text/plain": ["<Figure>"]}},
            {"output_type": "error", "ename": "E", "evalue": "", "traceback": ["x"]},
        )
    )
    assert [(block.tag, block.text) for block in blocks] == [
        ("python", "a\n"),
        ("output", "one\ntwo\n"),
        ("result", "'three'\n"),
    ]


@pytest.mark.parametrize(
    ("source", "parts"),
    [
        ("%%bash\ncurl x\n", [("bash", "curl x\n")]),
        ("%%script deno\na\n", [("deno", "a\n")]),
        ("%%javascript\na\n", [("javascript", "a\n")]),
        ("%%time\na\n", [("python", "a\n")]),
        ("%%writefile x/a.js\na\n", [("js", "a\n")]),
        ("%%sql\na\n", [("sql", "a\n")]),
        ("!pip install x\n", [("bash", "pip install x\n")]),
        ("%pip install x\n\nimport x\n", [("bash", "pip install x\n"), ("python", "import x\n")]),
        ("# set up\n!curl x \\\n  -d y\n!ls\n", [("bash", "curl x \\\n  -d y\nls\n")]),
        ("%matplotlib inline\nimport x\n%load_ext y\nx.z()\n", [("python", "import x\n"), ("python", "x.z()\n")]),
        ("a = 5\n%b\n", [("python", "a = 5\n")]),
        ("# only a comment\n", [("python", "# only a comment\n")]),
        ("x = [1,\n\n     2]\n", [("python", "x = [1,\n\n     2]\n")]),
    ],
)
def test_a_shells_lines_are_a_block_of_their_own(source: str, parts: list[tuple[str, str]]) -> None:
    assert [(block.tag, block.text) for block in read(code(source))] == parts


def test_empty_cells_and_raw_cells_are_no_blocks() -> None:
    assert read(code(""), code([]), code("  \n"), {"cell_type": "raw", "source": "a"}, {}) == ()


def test_halves_of_characters_are_replaced() -> None:
    (block,) = read(code("a = '\ud83d'"))
    assert block.text == "a = '\ufffd'\n"


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ("", "1: is not JSON: it ends where a value was expected"),
        ("[]", "1: expected a notebook of format 4"),
        ('{"worksheets": []}', "1: expected a notebook of format 4"),
        ('{"cells": [\n  {"source": tru e}]}', "2: is not JSON: expected `}`, got 'e'"),
        ('{"cells": [\n', "2: is not JSON: it ends where a value was expected"),
        ('{"cells": ["a]}', "1: is not JSON: Unterminated string starting at"),
        ('{"cells": []}\n\n x', "3: is not JSON: expected the end of the file, got 'x'"),
        ('{"x": [1}', "1: is not JSON: expected `]`, got '}'"),
        ('{"cells":\n' + "[" * 1000, "2: is nested too deeply: expected at most 200 levels"),
        ('{"metadata": {"x":\n' + "[" * 1000, "2: is nested too deeply: expected at most 200 levels"),
    ],
)
def test_what_is_no_notebook_is_refused_at_its_line(page: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        notebook.read("page.ipynb", page)
    assert str(caught.value).startswith(f"page.ipynb:{message}")
