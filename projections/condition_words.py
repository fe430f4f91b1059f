"""Conditions of a protocol pack in words: when a row applies, and what happens exactly at each limit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aggregates.protocol.conditions import UNKNOWN, AtLeast, Cell, Condition, cells_of
from projections.told_decisions import input_name
from projections.words import plain

UNITS_IN_PRINT: Mapping[str, str] = {"degC": "°C", "degF": "°F"}
COMPARED: Mapping[str, str] = {"above": "above {}", "at_least": "at least {}", "below": "below {}",
                               "at_most": "at most {}", "is": "exactly {}", "is_not": "anything but {}"}
AT_THE_LIMIT: Mapping[str, str] = {
    "above": "at {0} it does not apply; above {0} it does",
    "at_least": "at {0} it applies; below {0} it does not",
    "below": "at {0} it does not apply; below {0} it does",
    "at_most": "at {0} it applies; above {0} it does not",
    "is": "at {0} it applies; just below and just above it does not",
    "is_not": "at {0} it does not apply; just below and just above it does",
}


def measured(value: object, unit: str | None) -> str:
    """A value with its unit as it stands in print."""
    shown = UNITS_IN_PRINT.get(unit, unit) if unit else ""
    return f"{plain(value)} {shown}".rstrip()


def condition_words(condition: Condition) -> str:
    """When a row applies, as a sentence without its beginning."""
    return cell_words(condition) if isinstance(condition, Cell) else _group_words(condition, outermost=True)


def _group_words(group: AtLeast, *, outermost: bool) -> str:
    parts = [cell_words(part) if isinstance(part, Cell) else _group_words(part, outermost=False) for part in group.of]
    if len(parts) == 1:
        return parts[0]
    if group.count == 1:
        said = ", or ".join(parts)
    elif group.count == len(parts):
        said = ", and ".join(parts)
    else:
        said = f"at least {group.count} of these: {'; '.join(parts)}"
    return said if outermost else f"({said})"


def cell_words(cell: Cell) -> str:
    """One input held against one value."""
    name = input_name(cell.input)
    if cell.operator == UNKNOWN:
        return f"{name} not known"
    if isinstance(cell.value, bool):
        return f"{name}: {plain(cell.value if cell.operator == 'is' else not cell.value)}"
    if isinstance(cell.value, tuple):
        return f"{name} {_several(cell, cell.value)}"
    if isinstance(cell.value, str):
        return f"{name} is {'' if cell.operator == 'is' else 'not '}{cell.value}"
    return f"{name} {COMPARED[cell.operator].format(measured(cell.value, cell.unit))}"


def _several(cell: Cell, values: tuple[str | int | float, ...]) -> str:
    if cell.operator == "between":
        return f"from {plain(values[0])} to {measured(values[-1], cell.unit)}, both included"
    return f"is {' or '.join(measured(value, cell.unit) for value in values)}"


def boundary_words(condition: Condition) -> list[str]:
    """What happens exactly at each limit of *condition*, as far as that limit decides."""
    cells = [cell for cell in dict.fromkeys(cells_of(condition)) if _is_a_limit(cell)]
    return [f"{input_name(cell.input)}: {said}" for cell in cells for said in _at_the_limit(cell)]


def _is_a_limit(cell: Cell) -> bool:
    values = cell.value if isinstance(cell.value, tuple) else (cell.value,)
    return cell.operator != UNKNOWN and not any(isinstance(value, bool | str) for value in values)


def _at_the_limit(cell: Cell) -> Iterator[str]:
    if cell.operator == "between" and isinstance(cell.value, tuple):
        low, high = (measured(value, cell.unit) for value in cell.value)
        yield f"at {low} and at {high} it applies; below {low} and above {high} it does not"
    elif isinstance(cell.value, tuple):
        points = " and ".join(f"at {measured(value, cell.unit)}" for value in cell.value)
        yield f"{points} it applies; just below and just above it does not"
    else:
        yield AT_THE_LIMIT[cell.operator].format(measured(cell.value, cell.unit))
