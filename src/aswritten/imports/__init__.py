"""What other tools kept of an API, as fixtures: which of it can be one, under which name, and where it says that it comes from."""

from __future__ import annotations

from aswritten.imports._bring import bring_in, safe_name
from aswritten.imports._values import Brought, Input, Left

__all__ = ["Brought", "Input", "Left", "bring_in", "safe_name"]
