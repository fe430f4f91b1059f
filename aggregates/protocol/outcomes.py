"""Outcome measures: whether a change is large enough to be called one."""

from __future__ import annotations

from math import isfinite
from typing import Literal

from aggregates.kernel.errors import InvalidInput
from aggregates.protocol.entries import Measure

Label = Literal["improved", "worse", "no measurable change"]


def label(measure: Measure, before: float, after: float) -> Label:
    """OUT-03: the word for the change from *before* to *after*, in the unit of *measure*.

    A change counts from the number in the pack on; below it nothing is claimed. Raises `InvalidInput` for a
    score outside the range, and for a measure without such a number (GROC is a change already).
    """
    needed = _change_that_counts(measure, before)
    for score in (before, after):
        check_score(measure, score)
    gained = round(after - before if measure.better == "high" else before - after, 6)
    if gained >= needed:
        return "improved"
    return "worse" if gained <= -needed else "no measurable change"


def check_score(measure: Measure, score: float) -> None:
    """Raise `InvalidInput` for a score outside the range of *measure*."""
    beyond = measure.high is not None and score > measure.high
    if not isfinite(score) or score < measure.low or beyond:
        raise InvalidInput(f"scores.{measure.id}: must lie between {measure.low:g} and {_top(measure)}")


def _top(measure: Measure) -> str:
    return "any number above it" if measure.high is None else f"{measure.high:g}"


def _change_that_counts(measure: Measure, before: float) -> float:
    if measure.changed is None:
        raise InvalidInput(f"The measure {measure.id} has no change that counts in this protocol.")
    if measure.high_baseline is None or measure.changed_from_high is None:
        return measure.changed
    return measure.changed_from_high if before > measure.high_baseline else measure.changed
