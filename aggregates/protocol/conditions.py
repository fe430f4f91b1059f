"""Conditions as data: cells joined by all, any or at least so many; judged true, false or undecided."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from operator import contains, eq, ge, gt, le, lt, ne
from typing import Any

import msgspec

from aggregates.kernel.errors import InvalidInput
from aggregates.kernel.messages import Plain, Value

Values = Mapping[str, Plain]
Truth = bool | tuple[str, ...]
"""True, False, or, when undecided, the names of the inputs that would have to be known."""
Judge = Callable[[Values], Truth]


class Cell(Value, frozen=True, kw_only=True, tag="cell"):
    """One input held against one value by one operator; a number carries the unit of its input."""

    input: str
    operator: str
    value: str | int | float | bool | tuple[str | int | float, ...]
    unit: str | None = None


class AtLeast(Value, frozen=True, kw_only=True, tag="at_least"):
    """At least *count* of several conditions: `any` asks for one of them, `all` for every one."""

    count: int
    of: tuple[Condition, ...]


Condition = Cell | AtLeast


def _between(limits: tuple[float, float]) -> Callable[[Any], bool]:
    low, high = limits
    return lambda value: bool(low <= value <= high)


# The arguments of each comparison are turned round: the limit is bound first, the value comes second.
OPERATORS: Mapping[str, Callable[[Any], Callable[[Any], bool]]] = {
    "is": lambda value: partial(eq, value),
    "is_not": lambda value: partial(ne, value),
    "one_of": lambda values: partial(contains, frozenset(values)),
    "above": lambda limit: partial(lt, limit),
    "at_least": lambda limit: partial(le, limit),
    "below": lambda limit: partial(gt, limit),
    "at_most": lambda limit: partial(ge, limit),
    "between": _between,
}
UNKNOWN = "unknown"


def read_condition(raw: object) -> Condition:
    """The condition written as *raw* (tables of a TOML file); raises `InvalidInput` for any other shape."""
    if not isinstance(raw, dict):
        raise InvalidInput("a condition is a table")
    if "input" in raw:
        return _read_cell(raw)
    match raw:
        case {"all": list(parts), **rest} if not rest:
            return _read_group(len(parts), parts)
        case {"any": list(parts), **rest} if not rest:
            return _read_group(1, parts)
        case {"at_least": int(count), "of": list(parts), **rest} if not rest:
            return _read_group(count, parts)
    raise InvalidInput("a condition is a cell with an input, or one of all, any, at_least with of")


def _read_group(count: int, parts: list[object]) -> AtLeast:
    if isinstance(count, bool) or not 1 <= count <= len(parts):
        raise InvalidInput(f"a group of {len(parts)} conditions can't ask for {count} of them")
    return AtLeast(count=count, of=tuple(read_condition(part) for part in parts))


def _read_cell(raw: dict[str, object]) -> Cell:
    operators = [name for name in raw if name not in ("input", "unit")]
    if len(operators) != 1 or operators[0] not in (*OPERATORS, UNKNOWN):
        raise InvalidInput(f"the cell on {raw['input']} needs exactly one known operator, not "
                           f"{' and '.join(operators) or 'none'}")
    plain = {"type": "cell", "input": raw["input"], "operator": operators[0], "value": raw[operators[0]],
             "unit": raw.get("unit")}
    try:
        return msgspec.convert(plain, Cell)
    except msgspec.ValidationError as error:
        raise InvalidInput(f"the cell on {raw['input']} is mistyped: {error}") from error


def judge(condition: Condition) -> Judge:
    """Make a function of *condition* that holds it against values; an absent value is never a "no"."""
    if isinstance(condition, AtLeast):
        return _judge_group(condition.count, tuple(judge(part) for part in condition.of))
    if condition.operator == UNKNOWN:
        name = condition.input
        return lambda values: values.get(name) is None
    return _judge_cell(condition.input, OPERATORS[condition.operator](condition.value))


def _judge_cell(name: str, holds: Callable[[Any], bool]) -> Judge:
    missing = (name,)

    def cell(values: Values) -> Truth:
        value = values.get(name)
        return missing if value is None else holds(value)

    return cell


def _judge_group(count: int, parts: tuple[Judge, ...]) -> Judge:
    spare = len(parts) - count

    def group(values: Values) -> Truth:
        wanted, left = count, spare
        missing: tuple[str, ...] = ()
        for part in parts:
            truth = part(values)
            if truth is True:
                wanted -= 1
                if not wanted:
                    return True
            elif truth is False:
                left -= 1
                if left < 0:
                    return False
            else:
                missing += truth
        return missing

    return group


def holds(condition: Condition, values: Values) -> bool | None:
    """Whether *condition* holds on *values*; None where a missing value leaves it undecided."""
    truth = judge(condition)(values)
    return truth if isinstance(truth, bool) else None


def inputs_of(condition: Condition) -> frozenset[str]:
    """The names of the inputs that *condition* reads."""
    return frozenset(cell.input for cell in cells_of(condition))


def cells_of(condition: Condition) -> tuple[Cell, ...]:
    """Every cell of *condition*, from left to right."""
    if isinstance(condition, Cell):
        return (condition,)
    return tuple(cell for part in condition.of for cell in cells_of(part))
