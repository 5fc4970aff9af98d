"""What a page's author says of a block: each word, what it means, and how a mistake in it reads."""

from __future__ import annotations

import pytest

from aswritten.directives import Directives, Variant, check, hashes, read
from aswritten.model import Block, Comment

BLOCK = Block("p.md", 0, 5, 6, "print(1)\n")


def said(*texts: str) -> Directives:
    comments = tuple(Comment(number, text) for number, text in enumerate(texts, 1))
    found = read(Block("p.md", 0, 5, 6, "a\n", comments=comments))
    assert found.mistakes == ()
    return found.directives


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("skip needs\n  a GPU", Directives(skip="needs a GPU", lines=(("skip", 1),))),
        ("fails run.exit", Directives(fails="run.exit", lines=(("fails", 1),))),
        ("prints\nHello\n...\n", Directives(prints="Hello\n...", lines=(("prints", 1),))),
        ("variables A=1 B='x y'", Directives(variables=(("A", "1"), ("B", "x y")), lines=(("variables", 1),))),
        ("variant off: replace True with False", Directives(variants=(Variant("off", "True", "False"),), lines=(("variant", 1),))),
        ("variant off: replace `a with b` with \"c\"", Directives(variants=(Variant("off", "a with b", "c"),), lines=(("variant", 1),))),
        ("variant none: replace 'a' with ''", Directives(variants=(Variant("none", "a", ""),), lines=(("variant", 1),))),
    ],
)  # fmt: skip
def test_a_comment_says(text: str, expected: Directives) -> None:
    assert said(text) == expected


def test_several_comments_add_up_and_know_their_lines() -> None:
    found = said(
        "variables A=1", "fails run.exit", "variables B=2", "variant x: replace a with b", "variant y: replace a with c"
    )
    assert found.variables == (("A", "1"), ("B", "2"))
    assert [variant.name for variant in found.variants] == ["x", "y"]
    assert (found.line("fails", 9), found.line("skip", 9)) == (2, 9)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected `aswritten:` and one of file, skip, fails, prints, variables, variant, got ``"),
        ("skipp it", "expected `aswritten:` and one of file, skip, fails, prints, variables, variant, got `skipp it`. Perhaps skip?"),
        ("skip", "expected `aswritten: skip REASON`: say why, so that readers of the report know"),
        ("fails", "expected `aswritten: fails RULE`, got `fails `: `aswritten explain` lists the rules"),
        ("fails run.exit run.flood", "expected `aswritten: fails RULE`, got `fails run.exit run.flood`: `aswritten explain` lists the rules"),
        ("prints  ", "expected `aswritten: prints TEXT`"),
        ("variables A", "expected `aswritten: variables NAME=VALUE`, got `variables A`"),
        ("variables 1A=2", "expected `aswritten: variables NAME=VALUE`, got `variables 1A=`"),
        ("variables A='x", "variables: a quote is never closed in `A='x`"),
        ("variant off", "expected `aswritten: variant NAME: replace OLD with NEW`, got `variant off`"),
        ("variant off: replace a by b", "expected `aswritten: variant NAME: replace OLD with NEW`, got `variant off: replace a by b`"),
        ("variant off: replace a with b with c", "variant off: put what is replaced, and what with, in backticks or quotes"),
        ("variant off: replace `` with b", "variant off: put what is replaced, and what with, in backticks or quotes"),
    ],
)  # fmt: skip
def test_a_mistake_says_what_was_expected(text: str, message: str) -> None:
    found = read(Block("p.md", 0, 5, 6, "a\n", comments=(Comment(3, text),)))
    assert (found.directives, found.mistakes) == (Directives(), ((3, message),))
    with pytest.raises(ValueError, match=r"expected|never closed|in backticks"):
        check(text)


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (("skip a", "skip b"), "`skip` is said twice of one block"),
        (("fails run.exit", "fails run.flood"), "`fails` is said twice of one block"),
        (("variant x: replace a with b", "variant x: replace a with c"), "two variants are called x"),
        (
            ("skip a", "fails run.exit"),
            "`skip` says that the block is not run, and another comment what comes of its run",
        ),
    ],
)
def test_what_cannot_both_be_so_is_a_mistake(texts: tuple[str, ...], message: str) -> None:
    comments = tuple(Comment(number, text) for number, text in enumerate(texts, 1))
    assert [mistake for _, mistake in read(Block("p.md", 0, 5, 6, "a\n", comments=comments)).mistakes] == [message]


def test_a_comment_above_something_else_is_a_mistake() -> None:
    comment = Comment(3, "skip it", is_above=False)
    found = read(Block("p.md", 0, 5, 6, "a\n", comments=(comment,)))
    assert (found.directives, found.mistakes) == (
        Directives(),
        ((3, "no block stands right below `aswritten: skip it`"),),
    )


def test_the_settings_say_the_same_in_the_same_words() -> None:
    assert read(BLOCK, ["skip it"]).directives == Directives(skip="it")


def test_a_block_has_its_hash_by_its_text_and_later_ones_a_number() -> None:
    blocks = [
        Block("p.md", index, line, line + 1, text)
        for index, (line, text) in enumerate([(1, "a\n"), (9, "b\n"), (20, "a\n")])
    ]
    first, second, third = hashes(blocks)
    assert third == f"{first}-2"
    assert len({first, second}) == 2
    assert hashes([Block("other.md", 0, 77, 78, "a\n", tag="sh")]) == (first,)
