"""Answers with an entry for each input: embeddings and moderations."""

from __future__ import annotations

import base64
import hashlib
import math
import struct
from typing import TYPE_CHECKING, Any

from aswritten.derivations._asked import Form, Underivable, count
from aswritten.derivations._chat import model
from aswritten.derivations._tokens import cost

if TYPE_CHECKING:
    from aswritten.derivations._asked import Asked, Object

#: As OpenAI's document bounds the inputs; the longest vectors that models give.
_MOST_INPUTS, _MOST_DIMENSIONS = 2_048, 16_384


def vectors(answer: Object, asked: Asked) -> Object:
    """A vector of length 1 for each input, of as many dimensions as asked for: the same one for the same input."""
    (first,) = answer["data"]
    size = count(asked.get("dimensions"), len(first["embedding"]), what="dimensions", most=_MOST_DIMENSIONS)
    found = [{**first, "index": index, "embedding": _vector(it, size)} for index, it in enumerate(_inputs(asked))]
    return {**answer, "data": found}


def encoding(answer: Object, asked: Asked) -> Object:
    """Vectors as base64 of 32-bit numbers, the lowest byte first, where asked for."""
    if asked.get("encoding_format") != "base64":
        return answer
    packed = [struct.pack(f"<{len(it['embedding'])}f", *it["embedding"]) for it in answer["data"]]
    found = [
        {**it, "embedding": base64.b64encode(data).decode("ascii")}
        for it, data in zip(answer["data"], packed, strict=True)
    ]
    return {**answer, "data": found}


def usage(answer: Object, asked: Asked) -> Object:
    """The tokens of the inputs."""
    sent = sum(len(it) if isinstance(it, list) else max(cost(it), 1) for it in _inputs(asked))
    return {**answer, "usage": {**answer.get("usage", {}), "prompt_tokens": sent, "total_tokens": sent}}


def results(answer: Object, asked: Asked) -> Object:
    """The same result for each input; parts of several types are one input."""
    inputs = _inputs(asked)
    several = 1 if all(isinstance(it, dict) for it in inputs) else len(inputs)
    return {**answer, "results": answer["results"][:1] * several}


def _inputs(asked: Asked) -> list[Any]:
    """One or several; a list of numbers is one input in tokens."""
    given = asked.get("input")
    several = given if isinstance(given, list) and not all(isinstance(it, int) for it in given) else [given]
    if len(several) > _MOST_INPUTS:
        raise Underivable(f"with {len(several)} inputs: {_MOST_INPUTS} are the most")
    return several


def _vector(given: object, size: int) -> list[float]:
    seed = repr(given).encode("utf-8", "surrogatepass")
    digest = hashlib.shake_256(seed).digest(2 * size)
    raw = [number / 32_768 - 1 for (number,) in struct.iter_unpack("<H", digest)]
    length = math.sqrt(sum(number * number for number in raw)) or 1.0
    return [round(number / length, 8) for number in raw]


EMBEDDINGS = Form({"model": model, "vectors": vectors, "encoding": encoding, "usage": usage}, needs=("input",))
MODERATIONS = Form({"model": model, "results": results}, needs=("input",))
