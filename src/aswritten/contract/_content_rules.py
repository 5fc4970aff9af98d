"""Rules about what an answer says: its text is whole, of one kind, and the text that its tokens make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aswritten.contract._problem import show
from aswritten.contract._rule import CHUNK_OBJECT, COMPLETION_OBJECT, Found, dict_of, judge, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.contract._facts import Choice, Facts

UNICODE = "https://www.unicode.org/versions/latest/core-spec/chapter-3/#G7404"
REPLACEMENT = "\ufffd"
#: Texts of a delta, or of a message, that are joined as they come.
TEXTS = ("content", "refusal")


# While a stream is read


@judge("wire.split-character", "error", "A character that is cut in two is lost for good.", UNICODE)
def split_character(facts: Facts, _choice: Choice, position: int, entry: dict[str, Any]) -> Iterator[Found]:
    """No delta starts or ends with what is left of a character that was cut: U+FFFD, or half of a surrogate pair.

    Within a text U+FFFD may be what was meant, as where the request holds it.
    """
    delta = dict_of(entry.get("delta"))
    for name in TEXTS:
        text = text_of(delta.get(name))
        if text.isascii():
            continue
        path = ("choices", position, "delta", name)
        if (text.startswith(REPLACEMENT) or text.endswith(REPLACEMENT)) and not facts.asked.replacement:
            yield Found(path, "whole characters", show(text), f"a character is cut in two: {show(text)}")
        elif has_half(text):
            yield Found(path, "whole characters", show(text), f"half of a surrogate pair: {show(text)}")


def has_half(text: str) -> bool:
    """Whether a text has half of a surrogate pair."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


# At the end; these hold for a whole completion too


@judge("wire.refusal-mixed", "error", "Clients show either what was said or that it was refused.", COMPLETION_OBJECT)
def refusal_mixed(facts: Facts) -> Iterator[Found]:
    """A choice has content or a refusal, not both."""
    for index, choice in sorted(facts.choices.items()):
        if choice.says_content and choice.says_refusal:
            path = ("choices", index, "message", "refusal")
            yield Found(path, "a refusal or content", "both", f"choices[{index}] has content and a refusal")


@judge("wire.logprobs-content", "error", "Clients line tokens up with the text by joining them.", CHUNK_OBJECT)
def logprobs_content(facts: Facts) -> Iterator[Found]:
    """The tokens of logprobs join to the text.

    Let pass: one token after the text, as models end with, and all of them where a stop sequence was asked for or a
    tool was called, whose tokens are no content.
    """
    for index, choice in sorted(facts.choices.items()):
        for name, joined in choice.joined.items():
            ahead = len(joined.tokens) > joined.last and not facts.asked.may_stop and not choice.tools
            if not joined.given_up and (joined.apart or joined.text or ahead):
                path = ("choices", index, "logprobs", name)
                text, tokens = (bytes(rest[:80]).decode("utf-8", "replace") for rest in (joined.text, joined.tokens))
                expected, got = f"tokens that go on as the {name} does: {show(text)}", show(tokens)
                yield Found(path, expected, got, event=joined.event or None)


@judge("wire.length-early", "warning", "Clients ask for more only where the limit cut the answer short.", CHUNK_OBJECT)
def length_early(facts: Facts) -> Iterator[Found]:
    """finish_reason is length only where the answer has as many tokens as the request allows; the model's own limit may be another."""
    tokens = dict_of(facts.usage).get("completion_tokens")
    limit = facts.asked.limit
    if limit is None or facts.asked.n != 1 or not isinstance(tokens, int) or tokens >= limit:
        return
    for index, choice in sorted(facts.choices.items()):
        if choice.finish == "length":
            path = ("choices", index, "finish_reason")
            message = f"choices[{index}] ends with length after {tokens} tokens, where {limit} were allowed"
            yield Found(path, f"{limit} completion tokens with it", str(tokens), message)


DELTA_JUDGES = (split_character,)
ANSWER_JUDGES = (refusal_mixed, logprobs_content, length_early)
