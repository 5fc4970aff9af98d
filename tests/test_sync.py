"""`sync`: pages and the files that they show cannot drift apart."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aswritten import sync
from aswritten.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

PAGE = "# Title\n\n<!-- aswritten: file curl.sh -->\n```bash\ncurl old\n```\n\nAfter.\n"


def folder(tmp_path: Path, **files: str) -> str:
    """Writes the files (`curl_sh` is curl.sh) byte for byte, and returns the folder."""
    for name, text in files.items():
        (tmp_path / name.replace("_", ".")).write_bytes(text.encode())
    return str(tmp_path)


def test_a_block_that_is_its_file_is_no_drift(tmp_path: Path) -> None:
    assert sync.check([folder(tmp_path, page_md=PAGE, curl_sh="curl old\n")]) == ()


def test_a_block_that_differs_is_a_drift_with_its_place_and_a_diff(tmp_path: Path) -> None:
    path = folder(tmp_path, page_md=PAGE, curl_sh="curl new\n")
    (drift,) = sync.check([path])
    assert (drift.page, drift.line, drift.file) == (f"{path}/page.md", 4, "curl.sh")
    assert drift.message == "differs from curl.sh: `aswritten sync --write` takes the file's text"
    assert drift.diff.splitlines() == [
        f"--- {path}/page.md:4",
        "+++ curl.sh",
        "@@ -1,2 +1,2 @@",
        "-curl old",
        "+curl new",
        " ",
    ]
    assert str(drift) == f"{path}/page.md:4: {drift.message}\n{drift.diff}"


def test_a_directives_options_stay_where_they_are(tmp_path: Path) -> None:
    page = "<!-- aswritten: file curl.sh -->\n:::{code-block} bash\n:linenos:\n\ncurl old\n:::\n"
    path = folder(tmp_path, page_md=page, curl_sh="curl new\n:::\n")
    sync.write([path])
    assert (tmp_path / "page.md").read_text(encoding="utf-8") == page.replace(":::", "::::").replace(
        "old\n", "new\n:::\n"
    )


def test_a_page_that_is_no_markdown_is_not_written(tmp_path: Path) -> None:
    page = ".. aswritten: file curl.sh\n\n.. code:: sh\n\n   curl old\n"
    path = folder(tmp_path, page_rst=page, curl_sh="curl new\n")
    (drift,) = sync.check([path])
    assert (
        drift.message
        == "differs from curl.sh: put the file's text there yourself, as only Markdown and MDX are written"
    )
    with pytest.raises(UsageError) as caught:
        sync.write([path])
    assert str(caught.value) == f"{path}/page.rst:3: {drift.message}"
    assert (tmp_path / "page.rst").read_text(encoding="utf-8") == page


def test_one_character_is_a_drift(tmp_path: Path) -> None:
    assert len(sync.check([folder(tmp_path, page_md=PAGE, curl_sh="curl old \n")])) == 1


def test_a_file_that_does_not_exist_is_a_drift_and_is_not_written(tmp_path: Path) -> None:
    path = folder(tmp_path, page_md=PAGE)
    (drift,) = sync.check([path])
    assert str(drift) == f"{path}/page.md:4: shows curl.sh, which does not exist"
    with pytest.raises(UsageError) as caught:
        sync.write([path])
    assert (
        str(caught.value) == f"{path}/page.md:4: shows curl.sh, which does not exist: expected a file beside the page"
    )


def test_a_sample_file_that_no_page_shows_is_a_drift(tmp_path: Path) -> None:
    path = folder(tmp_path, page_md=PAGE, curl_sh="curl old\n", python_py="", notes_txt="")
    (drift,) = sync.check([path])
    assert str(drift) == f"{path}/python.py:1: no page shows this sample file: show it, or move it elsewhere"


def test_scripts_beside_pages_that_show_no_files_are_nobodys_business(tmp_path: Path) -> None:
    assert sync.check([folder(tmp_path, page_md="```sh\na\n```\n", conf_py="")]) == ()


def test_a_file_without_a_last_newline_cannot_be_shown(tmp_path: Path) -> None:
    path = folder(tmp_path, page_md=PAGE, curl_sh="curl old")
    (drift,) = sync.check([path])
    assert drift.message == "shows curl.sh, which does not end with a newline as a block does: add it to the file"
    with pytest.raises(
        UsageError, match=r"page\.md:4: a block ends with a newline, and curl\.sh does not: add one to the file"
    ):
        sync.write([path])


def test_write_puts_the_file_into_the_page_and_changes_nothing_else(tmp_path: Path) -> None:
    path = folder(tmp_path, page_md=PAGE, curl_sh="curl new\n\ncurl newer\n")
    page = tmp_path / "page.md"
    page.chmod(0o640)
    assert sync.write([path]) == (page,)
    assert page.read_bytes().decode() == PAGE.replace("curl old", "curl new\n\ncurl newer")
    assert stat.S_IMODE(page.stat().st_mode) == 0o640
    assert sync.check([path]) == ()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["curl.sh", "page.md"]


def test_write_leaves_pages_alone_that_are_right(tmp_path: Path) -> None:
    path = folder(tmp_path, page_md=PAGE, curl_sh="curl old\n")
    before = (tmp_path / "page.md").stat()
    assert sync.write([path]) == ()
    after = (tmp_path / "page.md").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_line_ends_and_a_byte_order_mark_stay(tmp_path: Path) -> None:
    page = "\ufeff" + PAGE.replace("\n", "\r\n").removesuffix("\r\n")
    path = folder(tmp_path, page_md=page, curl_sh="curl new\ncurl newer\n")
    sync.write([path])
    assert (tmp_path / "page.md").read_bytes().decode() == page.replace("curl old", "curl new\r\ncurl newer")
    assert sync.check([path]) == ()


def test_a_fence_grows_beyond_what_the_file_holds(tmp_path: Path) -> None:
    path = folder(tmp_path, page_md=PAGE, curl_sh="echo '\n```\n````'\n")
    sync.write([path])
    assert "`````bash\necho '\n```\n````'\n`````\n\nAfter." in (tmp_path / "page.md").read_text()
    assert sync.check([path]) == ()


@pytest.mark.parametrize(
    ("container", "inner"),
    [("- ", "  "), ("10. ", "    "), ("> ", "> "), ("> - ", ">   "), ("  ", "  "), ("1. a\n\n   ", "   ")],
)
def test_the_indentation_of_the_fence_is_kept(tmp_path: Path, container: str, inner: str) -> None:
    above = container[: container.rfind("\n") + 1]
    first = container[len(above) :]
    comment = f"{above}{first}<!-- aswritten: file curl.sh -->\n{inner}```\n"
    path = folder(tmp_path, page_md=f"{comment}{inner}old\n{inner}```\n", curl_sh="a\n\n\tb\n  c\n")
    sync.write([path])
    blank = inner.rstrip()
    assert (tmp_path / "page.md").read_text() == f"{comment}{inner}a\n{blank}\n{inner}\tb\n{inner}  c\n{inner}```\n"
    assert sync.check([path]) == ()


def test_several_blocks_of_a_page_are_written(tmp_path: Path) -> None:
    page = "".join(f"<!-- aswritten: file {name} -->\n```\n```\n\n" for name in ("a.sh", "b.py", "a.sh"))
    path = folder(tmp_path, page_md=page, a_sh="a\na\n", b_py="b\n")
    sync.write([path])
    assert sync.check([path]) == ()


def test_an_unclosed_fence_is_refused(tmp_path: Path) -> None:
    path = folder(tmp_path, page_md="<!-- aswritten: file curl.sh -->\n```\nold\n", curl_sh="new\n")
    with pytest.raises(UsageError, match=r"page\.md:2: the fence that shows curl\.sh is never closed: close it"):
        sync.write([path])


def test_nothing_is_written_when_one_page_cannot_be(tmp_path: Path) -> None:
    path = folder(tmp_path, a_md=PAGE, b_md=PAGE.replace("curl.sh", "gone.sh"), curl_sh="curl new\n")
    with pytest.raises(UsageError):
        sync.write([path])
    assert (tmp_path / "a.md").read_text() == PAGE


def test_a_linked_page_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "docs").mkdir()
    folder(tmp_path / "real", page_md=PAGE)
    folder(tmp_path / "docs", curl_sh="curl new\n")
    link = tmp_path / "docs" / "page.md"
    link.symlink_to("../real/page.md")
    sync.write([str(tmp_path / "docs")])
    assert link.is_symlink()
    assert "curl new" in (tmp_path / "real" / "page.md").read_text()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters="\r\n") | st.sampled_from("`~ \t>-"), max_size=12),
        max_size=6,
    ),
    st.sampled_from([("- ", "  "), ("> ", "> "), ("", ""), ("   1. ", "      ")]),
    st.sampled_from(["```", "~~~~"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_was_written_is_the_file(
    tmp_path: Path, lines: list[str], container: tuple[str, str], marks: str, ending: str
) -> None:
    first, inner = container
    head = [f"{first}<!-- aswritten: file a.sh -->", f"{inner}{marks}sh"]
    tail = [f"{inner}{marks}", "", "After.", "```", "x", "```"]
    path = folder(tmp_path, page_md=ending.join([*head, *tail]), a_sh="".join(f"{line}\n" for line in lines))
    sync.write([path])
    assert sync.check([path]) == ()
    page = (tmp_path / "page.md").read_bytes().decode()
    assert page.endswith(ending.join(tail[1:]))
    assert page.startswith(head[0] + ending)
