"""One model of the list of models."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from aswritten.derivations._asked import Form

if TYPE_CHECKING:
    from aswritten.derivations._asked import Asked, Object


def model(answer: Object, asked: Asked) -> Object:
    """The model whose id the path ends with, its slashes included."""
    return {**answer, "id": unquote(asked.path.rpartition("/models/")[2])}


FORM = Form({"model": model})
