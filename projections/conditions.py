"""A condition of a clearance as a machine reads it, beside the clinician's words for it."""

from __future__ import annotations

import re

from aggregates.client_care.contents import Limit

UNIT = {"load": "kg", "range": "degrees", "resting_systolic": "mmHg", "resting_diastolic": "mmHg",
        "resting_heart_rate": "beats per minute", "training_heart_rate": "beats per minute"}
EFFORT = {"borg_6_20": "on the Borg scale from 6 to 20", "cr10": "on the scale from 0 to 10", None: ""}
NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


def checked_as(limit: Limit) -> str:
    """What is held against this condition: of what, where, and its number."""
    where = f"{limit.exercise}: " if limit.exercise else f"{limit.region.replace('_', ' ')}: " if limit.region else ""
    if limit.of == "ban":
        return f"{where}none at all"
    if limit.at_most is None:
        return f"{where}{limit.of.replace('_', ' ')}, and no number is given"
    unit = EFFORT[limit.unit] if limit.of == "effort" else UNIT[limit.of]
    return f"{where}{limit.of.replace('_', ' ')} at most {limit.at_most:g} {unit}".strip()


def says_another_number(limit: Limit) -> bool:
    """Whether the words hold numbers, and the one that is checked is none of them."""
    said = [float(each.replace(",", ".")) for each in NUMBER.findall(limit.words)]
    return limit.at_most is not None and bool(said) and limit.at_most not in said
