"""vcrpy cassettes to requests and responses: read, never trusted, and not judged. And the text of one, from interactions."""

from __future__ import annotations

from aswritten.cassettes._interactions import Interaction, interactions
from aswritten.cassettes._write import dump
from aswritten.cassettes._yaml import read_document

__all__ = ["Interaction", "dump", "interactions", "read_document"]
