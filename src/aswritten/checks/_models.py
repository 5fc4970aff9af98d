"""Names of models: whether two are one, and whether one leaves open which model answers."""

from __future__ import annotations

import re

#: `-2024-08-06`, `-20241022`, `-0613`, `-08-2024`, `-002`, `-latest`, `@001` at the end of a model's name, or the UUID of who answers in its name.
_VERSION = re.compile(
    r"(?:[-@](?:\d{4}-\d{2}-\d{2}|\d{2}-\d{4}|\d{3,8}|latest|stable)|[-_][\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})+$"
)
#: Characters of a model's name that are compared.
_LONGEST = 200
#: A model's name that the reader fills in.
_PLACEHOLDER = re.compile(r"[<>{}\[\]]|[^\x00-\x7f]|(?i:\byour[-_ ]|\bmodel[-_ ]?(?:name|id)\b)")
#: A model's name, behind its owner's, that leaves it to a server which one answers: `auto`, `maker/router`, `smart-router`.
_ANY_MODEL = re.compile(
    r"(?:.*/)?(?:(?:any|auto|automatic|balanced|best|cheap(?:est)?|custom|default|fast(?:est)?|smart)(?:[-_](?:model|router))?|(?:[a-z]+[-_])?router)",
    re.IGNORECASE,
)
#: A word at the end of a model's whole name, of its size, its form or what it is made for, that shorter names leave out.
_OF_WHOLE_NAME = re.compile(
    r"\d{2,8}|awq|base|bf16|chat|fp\d+|gguf|gptq|hf|instruct|int\d|it|mlx|q\d\w*|\d+(?:\.\d+)?b|v\d[\d.]*"
)
#: The name of a file of a model's weights: a server that has loaded one answers in its name, whatever it is asked for (llama.cpp's).
_WEIGHTS = re.compile(
    r".*\.(?:bin|ggml|gguf|llamafile|onnx|pt|pth|safetensors|task)|/\w[\w.+-]*(?:/[\w.+-]+){2,}", re.IGNORECASE
)


def is_weights(named: str) -> bool:
    """Whether an answer's model is a file or a folder of weights, by its suffix or as a path from the root."""
    return _WEIGHTS.fullmatch(named) is not None


def leaves_open(asked: str) -> bool:
    """Whether a request's model is one that the reader fills in, that the server chooses, or none."""
    return not asked.strip() or bool(_PLACEHOLDER.search(asked) or _ANY_MODEL.fullmatch(asked.strip()))


def same_model(asked: str, named: str) -> bool:
    """Servers answer with the dated version of a model, with or without the name of its owner, its provider or the variant asked for, or with its whole name."""
    return not _plain(asked).isdisjoint(_plain(named)) or _is_whole_name(named, asked)


def _plain(model: str) -> set[str]:
    """The model without owner, date, revision and `latest`, with dashes for dots, which servers write in their own ways: one name, or two on either side of a colon.

    One of these is a provider (`openai:m`) or a variant (`m:free`).
    """
    parts = model.lower().rsplit("/", 1)[-1].split(":")
    plain = {re.sub(r"[._]", "-", _VERSION.sub("", part[:_LONGEST])) for part in parts}
    # `gpt-35-turbo` is how one server writes a number that has a dot.
    return plain | {re.sub(r"(?<=\d)-(?=\d(?:-|$))", "", one) for one in plain}


def _is_whole_name(named: str, asked: str) -> bool:
    """Whether a name is another one with its maker in front or what it is behind: `maker/Maker-M-1.1-8B-Instruct` for `m-1.1-8b`."""
    owner, _, own = named.lower()[:_LONGEST].rpartition("/")
    words, wanted = re.findall(r"[a-z\d.]+", own), re.findall(r"[a-z\d.]+", asked.lower()[:_LONGEST].rpartition("/")[2])
    if words and words[:1] != wanted[:1] and words[0] in re.findall(r"[a-z\d.]+", owner):
        words = words[1:]
    behind = words[len(wanted) :]
    return words[: len(wanted)] == wanted != [] and all(_OF_WHOLE_NAME.fullmatch(word) for word in behind)
