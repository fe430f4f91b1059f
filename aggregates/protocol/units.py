"""Numbers and units: a reading in another common unit becomes a reading in the unit of its input."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeGuard

from aggregates.kernel.errors import InvalidInput

GLUCOSE_MG_DL_PER_MMOL_L = 18
"""The factor by which the sources pair their own limits: 4.0 mmol/L is 72 mg/dL, 15.0 is 270 (C13)."""

KG_PER_LB = 0.45359237

CONVERSIONS: Mapping[tuple[str, str], Callable[[float], float]] = {
    ("mmol/L", "mg/dL"): lambda value: value * GLUCOSE_MG_DL_PER_MMOL_L,
    ("degF", "degC"): lambda value: (value - 32) / 1.8,
    ("lb", "kg"): lambda value: value * KG_PER_LB,
}

LARGEST = 1e12


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether *value* is a number that can be compared: neither NaN nor beyond anything that is measured."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and -LARGEST < value < LARGEST


def convert(value: float, unit: str | None, into: str | None) -> float:
    """*value* in *unit* as a value in the unit *into*; raises `InvalidInput` for a pair that isn't known.

    Rounded to a millionth, so that 100.4 degF is 38.0 degC and not a trace above a limit of 38.0.
    """
    if unit is None or unit == into:
        return value
    known = CONVERSIONS.get((unit, into)) if into else None
    if known is None:
        raise InvalidInput(f"a value in {unit} can't be read as {into or 'a number without a unit'}")
    return round(known(value), 6)
