"""Sample files: one block each."""

from __future__ import annotations

from aswritten.pages import files


def test_a_sample_file_is_one_block() -> None:
    (block,) = files.read("samples/stream/node.mjs", "a\n\nb\n")
    assert (block.page, block.line, block.first_line, block.text) == ("samples/stream/node.mjs", 1, 1, "a\n\nb\n")
    assert (block.tag, block.is_file) == ("mjs", True)


def test_its_bytes_are_kept_but_for_a_last_newline() -> None:
    (block,) = files.read("a.sh", "\ufeffa\r\nb")
    assert block.text == "\ufeffa\r\nb\n"
