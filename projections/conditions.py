"""A condition of a clearance as a machine reads it, beside the clinician's words for it."""

from __future__ import annotations

import re

from aggregates.client_care.contents import Limit
from aggregates.client_care.plausible import UNITS
from projections.filled import EFFORT

NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


def checked_as(limit: Limit) -> str:
    """What is held against this condition: of what, where, and its number."""
    where = f"{limit.exercise}: " if limit.exercise else f"{limit.region.replace('_', ' ')}: " if limit.region else ""
    if limit.of == "ban":
        return f"{where}none at all"
    if limit.at_most is None:
        return f"{where}{limit.of.replace('_', ' ')}, and no number is given"
    unit = UNITS[limit.of][0] if limit.of != "effort" else f"({EFFORT[limit.unit]})" if limit.unit else ""
    return f"{where}{limit.of.replace('_', ' ')} at most {limit.at_most:g} {unit}".strip()


def says_another_number(limit: Limit) -> bool:
    """Whether the words hold numbers, and the one that is checked is none of them."""
    said = [float(each.replace(",", ".")) for each in NUMBER.findall(limit.words)]
    return limit.at_most is not None and bool(said) and limit.at_most not in said
