"""A value that keeps a JSON Schema: what a model answers where it was asked for that form."""

from aswritten.instances._make import instance
from aswritten.instances._problem import Unsatisfiable

__all__ = ["Unsatisfiable", "instance"]
