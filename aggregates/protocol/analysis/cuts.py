"""The values that matter: each input cut at the limits it is held against, and not known as one more value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from math import floor, inf
from typing import NamedTuple

from aggregates.kernel.messages import Plain
from aggregates.protocol.conditions import Cell, Condition, cells_of
from aggregates.protocol.entries import Declared
from aggregates.protocol.units import is_number

Domains = Mapping[str, tuple[Plain, ...]]
"""By input: one value for each region on which every condition says the same; None is not known."""


class Region(NamedTuple):
    """A point (low is high) or an open interval of numbers, with a value inside it."""

    low: float
    high: float
    inside: float

    @property
    def is_point(self) -> bool:
        """Whether it holds one number only."""
        return self.low == self.high


def limits(conditions: Iterable[Condition], name: str) -> list[float]:
    """The numbers that *conditions* hold the input *name* against, in order."""
    return sorted({value for condition in conditions for cell in cells_of(condition) if cell.input == name
                   for value in _values(cell) if is_number(value)})


def _values(cell: Cell) -> tuple[object, ...]:
    return cell.value if isinstance(cell.value, tuple) else (cell.value,)


def regions(points: list[float]) -> list[Region]:
    """The line of numbers cut at *points*: each point, and each open interval that holds a number."""
    edges = [-inf, *points, inf]
    found: list[Region] = []
    for low, high in pairwise(edges):
        if is_number(low):
            found.append(Region(low, low, low))
        inside = _inside(low, high)
        if low < inside < high:
            found.append(Region(low, high, inside))
    return found


def _inside(low: float, high: float) -> float:
    """A number between the two that is easy to read: a whole one where there is one."""
    if low == -inf:
        return 0 if high == inf else high - 1
    if high == inf:
        return low + 1
    middle = (low + high) / 2
    return next((whole for whole in (floor(middle), floor(middle) + 1) if low < whole < high), middle)


def domains(conditions: Iterable[Condition], declared: Iterable[Declared]) -> Domains:
    """For every input that *conditions* read, the values on which they can differ."""
    conditions = tuple(conditions)
    read = {cell.input for condition in conditions for cell in cells_of(condition)}
    return {each.name: _domain(each, conditions) for each in declared if each.name in read}


def _domain(declared: Declared, conditions: tuple[Condition, ...]) -> tuple[Plain, ...]:
    if declared.kind == "boolean":
        return (True, False, None)
    if declared.kind == "text":
        return (*declared.options, None)
    return (*(each.inside for each in regions(limits(conditions, declared.name))), None)
