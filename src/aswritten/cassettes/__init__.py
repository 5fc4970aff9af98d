"""vcrpy cassettes to requests and responses: read, never trusted, and not judged."""

from __future__ import annotations

from aswritten.cassettes._interactions import Interaction, interactions
from aswritten.cassettes._yaml import read_document

__all__ = ["Interaction", "interactions", "read_document"]
