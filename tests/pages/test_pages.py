"""Reading and finding pages: what counts, and what a mistake is answered with."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from aswritten.errors import UsageError
from aswritten.pages import find, read_page, suffixes

REAL = Path(__file__).parents[3] / "shared" / "pages"


def write(path: Path, text: str = "text\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def names(found: tuple[Path, ...], below: Path) -> list[str]:
    return [path.relative_to(below).as_posix() for path in found]


def test_the_suffix_chooses_the_format(tmp_path: Path) -> None:
    text = "```sh\na\n```\n"
    known = (
        ".adoc .asciidoc .cjs .cts .htm .html .ipynb .js .json .markdown .md .mdx .mjs .mts .py .rst .sh .ts .yaml .yml"
    )
    assert " ".join(suffixes()) == known
    for suffix in (".cjs", ".cts", ".js", ".markdown", ".md", ".mdx", ".mjs", ".mts", ".py", ".sh", ".ts"):
        page = read_page(write(tmp_path / f"page{suffix}", text), "given/name")
        assert page.path == "given/name"
        assert page.text == text
        assert len(page.blocks) == 1


def test_a_byte_order_mark_is_no_part_of_a_page(tmp_path: Path) -> None:
    path = write(tmp_path / "a.md", "\ufeff```sh\na\n```\n")
    assert [block.line for block in read_page(path, "a.md").blocks] == [1]


def test_an_unknown_suffix_lists_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        read_page(write(tmp_path / "a.docx"), "a.docx")
    assert str(caught.value) == f"a.docx: expected a page or a sample file ({' '.join(suffixes())}), got '.docx'"


def test_a_page_that_is_not_utf_8_names_the_byte(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"one\ntwo\nth\xe9\n")
    with pytest.raises(UsageError) as caught:
        read_page(path, "a.md")
    assert str(caught.value) == "a.md:3: expected UTF-8, got the byte 0xe9 at offset 10: save the file as UTF-8"


def test_a_page_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        read_page(tmp_path / "a.md", "a.md")
    assert str(caught.value) == "a.md: cannot be read: No such file or directory"


def test_folders_are_walked_in_sorted_order_and_files_come_as_given(tmp_path: Path) -> None:
    for name in ("b.md", "a/z.mdx", "a/b.markdown", "c.txt", "conf.py", "one.py"):
        write(tmp_path / name)
    found = find([str(tmp_path / "one.py"), str(tmp_path)])
    assert names(found, tmp_path) == ["one.py", "b.md", "a/b.markdown", "a/z.mdx"]


def test_a_walk_takes_a_sample_file_only_where_a_page_of_its_folder_shows_it(tmp_path: Path) -> None:
    write(
        tmp_path / "a" / "README.md",
        "<!-- aswritten: file ./curl.sh -->\n```sh\n```\n\n<!-- aswritten: file ../b/b.py -->\n```py\n```\n",
    )
    for name in ("a/curl.sh", "a/conf.py", "b/b.py"):
        write(tmp_path / name)
    assert names(find([str(tmp_path)]), tmp_path) == ["a/README.md", "a/curl.sh"]


def test_a_walk_leaves_out_what_is_not_the_projects_own(tmp_path: Path) -> None:
    for name in (
        "a.md",
        ".git/a.md",
        ".hidden.md",
        "node_modules/x/README.md",
        "env/pyvenv.cfg",
        "env/lib/a.md",
        "x/site-packages/a.md",
    ):
        write(tmp_path / name)
    assert names(find([str(tmp_path)]), tmp_path) == ["a.md"]


def test_a_page_given_twice_is_found_once(tmp_path: Path) -> None:
    path = str(write(tmp_path / "a.md"))
    assert len(find([path, path, str(tmp_path)])) == 1


def test_a_path_that_does_not_exist_names_a_near_one(tmp_path: Path) -> None:
    write(tmp_path / "docs" / "quickstart.md")
    with pytest.raises(UsageError) as caught:
        find([f"{tmp_path}/docs/quickstrat.md"])
    assert (
        str(caught.value)
        == f"{tmp_path}/docs/quickstrat.md: no such file or folder. Perhaps {tmp_path}/docs/quickstart.md?"
    )
    with pytest.raises(UsageError, match=re.escape(f"Perhaps {tmp_path}/docs?")):
        find([f"{tmp_path}/doc/quickstart.md"])


def test_a_folder_without_a_page_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "conf.py")
    with pytest.raises(UsageError) as caught:
        find([str(tmp_path)])
    assert (
        str(caught.value) == f"{tmp_path}: no page below this folder: expected a file that ends in"
        " .adoc .asciidoc .htm .html .ipynb .json .markdown .md .mdx .rst .yaml .yml"
    )


def test_a_walk_takes_every_format(tmp_path: Path) -> None:
    for name in ("a.adoc", "b.asciidoc", "c.htm", "d.html", "e.ipynb", "f.RST"):
        write(tmp_path / name)
    assert names(find([str(tmp_path)]), tmp_path) == ["a.adoc", "b.asciidoc", "c.htm", "d.html", "e.ipynb", "f.RST"]


def test_a_walk_takes_yaml_and_json_only_of_apis_with_samples(tmp_path: Path) -> None:
    api = "openapi: 3.0.0\npaths:\n  /a:\n    get:\n      x-codeSamples: []\n"
    write(tmp_path / "api.yaml", api)
    write(tmp_path / "api.json", '{"openapi": "3.0.0", "paths": {"/a": {"get": {"x-codeSamples": []}}}}')
    write(tmp_path / "plain.yml", "openapi: 3.0.0\npaths: {}\n")
    for name in ("aswritten.yaml", "mkdocs.yml", "package-lock.json", "tsconfig.json", ".hidden.yaml"):
        write(tmp_path / name, "a: 1\n" if name != ".hidden.yaml" else api)
    (tmp_path / "broken.json").write_bytes(b"\xff\xfe openapi: x-codeSamples")
    assert names(find([str(tmp_path)]), tmp_path) == ["api.json", "api.yaml"]


def test_yaml_that_is_no_page_is_refused_where_it_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "aswritten.yaml", "matching: recorded\n")
    with pytest.raises(UsageError, match=r"a.yaml:1: expected an OpenAPI document, a map with the key"):
        read_page(path, "a.yaml")


def test_a_walk_leaves_out_what_generators_build(tmp_path: Path) -> None:
    for name in ("docs/_build/html/a.html", "_site/a.html", "docs/a.rst"):
        write(tmp_path / name)
    assert names(find([str(tmp_path)]), tmp_path) == ["docs/a.rst"]
    assert names(find([str(tmp_path / "_site")]), tmp_path) == ["_site/a.html"]


@pytest.mark.skipif(not REAL.is_dir(), reason="the published pages to measure on are not beside the repository")
def test_every_fence_of_published_pages_is_a_block() -> None:
    for path in [*REAL.rglob("*.md"), *REAL.rglob("*.mdx")]:
        blocks = read_page(path, path.name).blocks
        assert [block.line for block in blocks] == fence_lines(path.read_text(encoding="utf-8")), path


def fence_lines(text: str) -> list[int]:
    """A second, plain count: lines that open a fence when each line is looked at alone."""
    found: list[int] = []
    marks = ""
    for number, line in enumerate(text.split("\n"), 1):
        fence = re.match(r"\s*(`{3,}|~{3,})(.*)$", line)
        if not fence or (fence[1][0] == "`" and "`" in fence[2]):
            continue
        if not marks:
            marks = fence[1]
            found.append(number)
        elif fence[1].startswith(marks) and not fence[2].strip():
            marks = ""
    return found


def test_a_walk_leaves_out_a_sample_file_that_a_page_shows_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text("<!-- aswritten: file same.py -->\n```python\nprint(1)\n```\n", encoding="utf-8")
    (tmp_path / "same.py").write_text("print(1)\n", encoding="utf-8")
    assert find([str(tmp_path)]) == (tmp_path / "page.md",)
