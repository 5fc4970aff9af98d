"""Samples of what a page says is still to come."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from aswritten.languages import undefined_name
from aswritten.verify._frames import package_of_end
from aswritten.verify._meant import as_no_mistake
from aswritten.verify._mistakes import does_not_parse, is_of_source

if TYPE_CHECKING:
    from aswritten.model import Verdict

#: How a page says that what it shows does not work yet: `Once the change is merged`, `coming soon`, `not yet released`.
_TO_COME = re.compile(
    r"\b(?:coming soon|not yet (?:available|implemented|merged|released)|(?:future|planned|proposed) (?:api|syntax|usage)"
    r"|(?:once|after|as soon as)\s[^\n]{0,100}\b(?:merges|lands|(?:is|are|gets|has been) merged)"
    r"|(?:once|after|as soon as)\s(?:version |release |v)?\d[\w.]{0,12}\s(?:[\w ]{0,30} )?(?:is|gets|has been) (?:published|released|shipped))\b",
    re.IGNORECASE,
)
#: How it says that what it shows is what works until then.
_UNTIL_THEN = re.compile(r"\b(?:for now|until|meanwhile|in the meantime|instead|today)\b", re.IGNORECASE)
#: Lines above a block in which a page says so, and characters of one that are read.
_ABOVE = 3
_LINE = 300
#: The module of which Python says that it has not got what is asked of it.
_OF_MODULE = re.compile(r"^AttributeError: module '(\w+)", re.MULTILINE)


def unless_to_come(verdict: Verdict) -> Verdict:
    """The verdict, but for a sample that ends for what a package lacks where its heading, or the words right above it, say that it does not work yet."""
    errors = [finding for finding in verdict.findings if finding.level == "error"]
    if verdict.name != "failed" or [one.rule for one in errors] != ["run.exit"] or not _lacks(verdict):
        return verdict
    above = [line for line in verdict.block.prose.splitlines() if line.strip()][-_ABOVE:]
    lines = [line[:_LINE] for line in (*verdict.block.headings[-1:], *above)]
    said = next((line for line in lines if _TO_COME.search(line)), "")
    if not said or any(map(_UNTIL_THEN.search, lines)):
        return verdict
    return as_no_mistake(verdict, "fragment", f"its page says that it is still to come: `{said.strip()}`", {"run.exit"})


def _lacks(verdict: Verdict) -> bool:
    """Whether a program ended in a package, or for what it asks of one, so that another release may change it."""
    if undefined_name(verdict.complained) or does_not_parse(verdict):
        return False
    own = _OF_MODULE.findall(verdict.complained)[-1:]
    is_of_language = bool(own) and own[0] in sys.stdlib_module_names
    return not is_of_language and (is_of_source(verdict) or bool(package_of_end(verdict.complained)))
