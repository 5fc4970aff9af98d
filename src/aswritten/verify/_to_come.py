"""Samples of what a page says is still to come."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aswritten.languages import undefined_name
from aswritten.verify._meant import as_no_mistake
from aswritten.verify._mistakes import does_not_parse

if TYPE_CHECKING:
    from aswritten.model import Verdict

#: How a page says that what it shows does not work yet: `Once the change is merged`, `coming soon`, `not yet released`.
_TO_COME = re.compile(
    r"[^\n]{0,60}\b(?:coming soon|not yet (?:available|implemented|merged|released)|(?:future|planned|proposed) (?:api|syntax|usage)"
    r"|(?:once|after|when|until|as soon as)\s(?:(?:(?!\. )[^\n]){1,120}?\s)?(?:merges|lands|ships|(?:is|are|gets|has been) (?:merged|released|published|shipped)))\b[^\n]{0,60}",
    re.IGNORECASE,
)
#: Lines above a block in which a page says so.
_ABOVE = 3


def unless_to_come(verdict: Verdict) -> Verdict:
    """The verdict, but for a sample that ends with an error where its heading, or the words right above it, say that it does not work yet."""
    errors = [finding for finding in verdict.findings if finding.level == "error"]
    if verdict.name != "failed" or [one.rule for one in errors] != ["run.exit"]:
        return verdict
    if undefined_name(verdict.complained) or does_not_parse(verdict):
        return verdict  # which no release changes
    above = [line for line in verdict.block.prose.splitlines() if line.strip()][-_ABOVE:]
    said = next(filter(None, map(_TO_COME.search, (*verdict.block.headings[-1:], *above))), None)
    if said is None:
        return verdict
    return as_no_mistake(
        verdict, "fragment", f"its page says that it is still to come: `{said.group().strip()}`", {"run.exit"}
    )
