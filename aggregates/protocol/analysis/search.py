"""Exact search: inputs for which some conditions hold and others don't, or the certainty that there are none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from aggregates.kernel.messages import Plain
from aggregates.protocol.analysis.cuts import Domains
from aggregates.protocol.conditions import Cell, Condition, Values, cells_of, holds

FALSE, UNDECIDED, TRUE = range(3)
NOTHING_FIXED: Values = {}


class Goal(NamedTuple):
    """A condition that is to hold, or not to hold; inputs in *fixed* have that value for this goal alone."""

    condition: Condition
    holds: bool
    fixed: Values = NOTHING_FIXED


def find(goals: Sequence[Goal], domains: Domains) -> dict[str, Plain] | None:
    """The fewest values that reach every goal, whatever the other inputs are; None if there are none."""
    found = _find(goals, domains, {})
    for name in list(found or ()):
        fewer = {other: value for other, value in (found or {}).items() if other != name}
        if all(_reached(goal, fewer, domains) for goal in goals):
            found = fewer
    return found


def _find(goals: Sequence[Goal], domains: Domains, chosen: dict[str, Plain]) -> dict[str, Plain] | None:
    """Choose one input after the other; leave off as soon as a goal is out of reach."""
    open_goals = [goal for goal in goals if not _reached(goal, chosen, domains)]
    if not open_goals:
        return chosen
    if any(_out_of_reach(goal, chosen, domains) for goal in open_goals):
        return None
    name = next(_open_inputs(open_goals[0], chosen))
    tried = (_find(open_goals, domains, {**chosen, name: value}) for value in domains[name])
    return next((found for found in tried if found is not None), None)


def _reached(goal: Goal, chosen: Values, domains: Domains) -> bool:
    least, most = _bounds(goal.condition, {**chosen, **goal.fixed}, domains)
    return least == TRUE if goal.holds else most < TRUE


def _out_of_reach(goal: Goal, chosen: Values, domains: Domains) -> bool:
    least, most = _bounds(goal.condition, {**chosen, **goal.fixed}, domains)
    return most < TRUE if goal.holds else least == TRUE


def _open_inputs(goal: Goal, chosen: Mapping[str, Plain]) -> Iterator[str]:
    return (cell.input for cell in cells_of(goal.condition)
            if cell.input not in chosen and cell.input not in goal.fixed)


def _bounds(condition: Condition, chosen: Mapping[str, Plain], domains: Domains) -> tuple[int, int]:
    """The least and the most that *condition* can still come to."""
    if isinstance(condition, Cell):
        levels = [_level(condition, value) for value in (
            (chosen[condition.input],) if condition.input in chosen else domains[condition.input])]
        return min(levels), max(levels)
    parts = [_bounds(part, chosen, domains) for part in condition.of]
    nth = condition.count - 1
    return (sorted((least for least, _ in parts), reverse=True)[nth],
            sorted((most for _, most in parts), reverse=True)[nth])


@lru_cache(maxsize=65536)
def _level(cell: Cell, value: Plain) -> int:
    truth = holds(cell, {cell.input: value})
    return UNDECIDED if truth is None else TRUE if truth else FALSE
