"""Numbers between the limits of neighbouring rows to which no row of the table says anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from math import ceil, floor, inf
from typing import NamedTuple

from aggregates.protocol.analysis.cuts import Domains, Region, domains, limits, regions
from aggregates.protocol.analysis.search import Goal, find
from aggregates.protocol.conditions import inputs_of
from aggregates.protocol.decisions import Decision
from aggregates.protocol.entries import Declared, Row

ONE_STEP = 1
"""A range no wider than one unit between two rows is a slip of a limit, not the usual range of a reading."""


class Uncovered(NamedTuple):
    """A range of an input on which no row holds because of it, the rows beside it, and whether it is a gap."""

    input: str
    unit: str | None
    low: float
    high: float
    low_is_in: bool
    high_is_in: bool
    value: float
    rows: tuple[Row, ...]
    is_gap: bool

    def holds(self, value: float) -> bool:
        """Whether *value* lies in the range."""
        return (self.low < value < self.high or (value == self.low and self.low_is_in)
                or (value == self.high and self.high_is_in))


class Covered(NamedTuple):
    """A region of an input, and the rows that can hold there because of it."""

    region: Region
    rows: tuple[Row, ...]


Run = list[Covered]
"""Neighbouring regions that are all covered, or all uncovered."""


def uncovered(rows: Sequence[Row], inputs: Sequence[Declared]) -> Iterator[Uncovered]:
    """What lies uncovered between *rows*, input by input.

    One wide range with rows below and above it, where no row says PROCEED, is the usual range of a reading
    and no gap. An input without a unit is a count: nothing between two whole numbers is missing.
    """
    for declared in inputs:
        readers = [row for row in rows if declared.name in inputs_of(row.when)]
        if declared.kind == "number" and readers:
            yield from _of_input(declared, readers, inputs)


def _of_input(declared: Declared, readers: Sequence[Row], inputs: Sequence[Declared]) -> Iterator[Uncovered]:
    by_input = domains((row.when for row in readers), inputs)
    line = [Covered(each, tuple(row for row in readers if _counts(row, declared.name, each.inside, by_input)))
            for each in regions(limits((row.when for row in readers), declared.name))]
    runs = [list(run) for _, run in groupby(line, key=lambda each: bool(each.rows))]
    between = [place for place in range(1, len(runs) - 1)
               if not runs[place][0].rows and is_missing(declared, runs[place])
               and len({row for side in (runs[place - 1][-1], runs[place + 1][0]) for row in side.rows}) > 1]
    usual = _usual(runs, between)
    for place in between:
        beside = (*runs[place - 1][-1].rows, *runs[place + 1][0].rows)
        yield range_of(declared, runs[place], tuple(dict.fromkeys(beside)), is_gap=place != usual)


def _counts(row: Row, name: str, value: float, by_input: Domains) -> bool:
    """Whether *row* can hold at *value* because of it: with another value, the rest unchanged, it would not."""
    return any(find([Goal(row.when, True, {name: value}), Goal(row.when, False, {name: other})], by_input) is not None
               for other in by_input[name] if other != value)


def is_missing(declared: Declared, run: Run) -> bool:
    """Whether a reading can fall into *run*: an input without a unit is counted in whole numbers."""
    return declared.unit is not None or any(_has_a_whole_number(each.region) for each in run)


def _has_a_whole_number(region: Region) -> bool:
    if region.is_point:
        return float(region.low).is_integer()
    return floor(region.low) + 1 <= ceil(region.high) - 1


def _usual(runs: Sequence[Run], between: Sequence[int]) -> int | None:
    """Which of the runs *between* is the usual range of a reading: the widest, where no other place is left for it."""
    free_outside = not runs[0][0].rows or not runs[-1][0].rows
    said = any(row.decision is Decision.PROCEED for run in runs for each in run for row in each.rows)
    if free_outside or said or not between:
        return None
    widest = max(between, key=lambda place: _width(runs[place]))
    return widest if _width(runs[widest]) > ONE_STEP else None


def _width(run: Run) -> float:
    return run[-1].region.high - run[0].region.low


def range_of(declared: Declared, run: Run, beside: tuple[Row, ...], *, is_gap: bool) -> Uncovered:
    """*run* as a range with a value inside it."""
    first, last = run[0].region, run[-1].region
    inner = next((each.region for each in run if not each.region.is_point), first)
    value = inner.inside if declared.unit is None or inner.is_point else _middle(inner)
    return Uncovered(declared.name, declared.unit, first.low, last.high, first.is_point, last.is_point, value, beside,
                     is_gap)


def _middle(region: Region) -> float:
    middle = (region.low + region.high) / 2
    return middle if -inf < middle < inf else region.inside
