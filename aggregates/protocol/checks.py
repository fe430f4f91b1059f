"""What a protocol pack must keep to before it decides anything; each check names the entry it refuses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from aggregates.kernel.errors import InvalidInput
from aggregates.protocol.conditions import UNKNOWN, Cell, cells_of
from aggregates.protocol.entries import Deadline, Declared, Held, Row, named
from aggregates.protocol.model import Pack
from aggregates.protocol.units import is_number

OPERATORS_OF_KIND = {
    "boolean": ("is", UNKNOWN),
    "number": ("is", "is_not", "above", "at_least", "below", "at_most", "between", UNKNOWN),
    "text": ("is", "is_not", "one_of", UNKNOWN),
}
SAID = ("id", "table", "asks", "does", "client", "clinician")
BASIS = re.compile(r"[CSUP](/[CSUP])?")
"""C read in the source, S secondary, U unconfirmed, P product choice; two letters mix trigger and action."""


def check_pack(pack: Pack) -> None:
    """Raise `InvalidInput` for the first thing in *pack* that must not be so."""
    for check in checks_of(pack):
        check.run()


class Check(NamedTuple):
    """One check, the entry that it is about, and whether it is about what the entry's condition reads."""

    entry: Struct
    run: Callable[[], None]
    of_condition: bool = False


def checks_of(pack: Pack) -> Iterator[Check]:
    """Every check that *pack* has to pass; each raises `InvalidInput` on its own."""
    yield from _twins_of(pack)
    declared = {each.name: each for each in pack.inputs}
    yield from (Check(each, partial(_check_declared, each)) for each in pack.inputs)
    for row in pack.rows:
        yield from (Check(row, partial(_check_said, each)) for each in _one_blank_each(row))
        for cell in cells_of(row.when):
            yield Check(row, partial(_check_cell, row, cell, declared.get(cell.input)), of_condition=True)
    yield from (Check(each, partial(_check_deadline, each)) for each in pack.deadlines)
    yield from (Check(entry, partial(_check_citation, name, basis, source))
                for entry, name, basis, source in _citations(pack))


def _one_blank_each(row: Row) -> Iterator[Row]:
    """*row* for each of its blank sentences with the others filled in, so that each is refused on its own."""
    blank = [field for field in SAID if not getattr(row, field).strip()]
    for field in blank:
        yield replace(row, **{other: "said" for other in blank if other != field})
    if not blank:
        yield row


def _twins_of(pack: Pack) -> Iterator[Check]:
    yield from _no_twins("input", ((each, each.name) for each in pack.inputs))
    yield from _no_twins("row", ((each, named(each)) for each in pack.rows))
    yield from _no_twins("deadline", ((each, named(each)) for each in pack.deadlines))
    yield from _no_twins("number", ((each, each.id) for each in pack.numbers))
    yield from _no_twins("measure", ((each, each.id) for each in pack.measures))
    yield from _no_twins("template", ((each, each.id) for each in pack.templates))
    yield from _no_twins("word", ((each, word) for each in pack.words for word in each.words))


def _no_twins(what: str, keys: Iterable[tuple[Struct, str]]) -> Iterator[Check]:
    seen: set[str] = set()
    for entry, key in keys:
        yield Check(entry, partial(_check_not_seen, what, key, key in seen))
        seen.add(key)


def _check_not_seen(what: str, key: str, seen: bool) -> None:
    if seen:
        raise InvalidInput(f"The {what} {key} stands in the protocol pack twice.")


def _check_declared(declared: Declared) -> None:
    if (declared.kind == "text") != bool(declared.options):
        raise InvalidInput(f"The input {declared.name} needs options if it is text, and only then.")
    if declared.unit and declared.kind != "number":
        raise InvalidInput(f"The input {declared.name} has a unit and is not a number.")


def _check_said(row: Row) -> None:
    for field in SAID:
        if not getattr(row, field).strip():
            raise InvalidInput(f"The row {named(row)} says nothing under {field}.")
    for field in Held.__struct_fields__ if row.held is not None else ():
        if not getattr(row.held, field).strip():
            raise InvalidInput(f"The row {named(row)} says nothing under held.{field}.")


def _citations(pack: Pack) -> Iterator[tuple[Struct, str, str, tuple[str, ...]]]:
    yield from ((each, f"row {named(each)}", each.basis, each.source) for each in pack.rows)
    yield from ((each, f"deadline {named(each)}", each.basis, each.source) for each in pack.deadlines)
    yield from ((each, f"number {each.id}", each.basis, each.source) for each in pack.numbers)
    yield from ((each, f"template {each.id}", each.basis, each.source) for each in pack.templates)
    yield from ((each, f"word {', '.join(each.words)}", each.basis, each.source) for each in pack.words)


def _check_citation(name: str, basis: str, source: tuple[str, ...]) -> None:
    if not BASIS.fullmatch(basis):
        raise InvalidInput(f"The {name} has a basis that is not one or two of C, S, U, P.")
    if not source and {"C", "S"} & set(basis):
        raise InvalidInput(f"The {name} rests on a source (basis {basis}) and names none.")


def _check_cell(row: Row, cell: Cell, declared: Declared | None) -> None:
    if declared is None:
        raise InvalidInput(f"The row {named(row)} reads {cell.input}, which is no input of the pack.")
    if cell.operator not in OPERATORS_OF_KIND[declared.kind]:
        raise InvalidInput(f"The row {named(row)} asks whether the {declared.kind} {cell.input} is "
                           f"{cell.operator} something, which does not fit its kind.")
    if not _fits(cell, declared):
        raise InvalidInput(f"The row {named(row)} holds {cell.input} against a value that does not fit.")
    if cell.unit != (None if cell.operator == UNKNOWN else declared.unit):
        raise InvalidInput(f"The row {named(row)} holds {cell.input} against a value in "
                           f"{cell.unit or 'no unit'}, and its unit is {declared.unit or 'none'}.")


def _fits(cell: Cell, declared: Declared) -> bool:
    values = cell.value if isinstance(cell.value, tuple) else (cell.value,)
    if cell.operator == UNKNOWN:
        return cell.value is True
    if isinstance(cell.value, tuple) != (cell.operator in ("between", "one_of")):
        return False
    if declared.kind == "boolean":
        return isinstance(cell.value, bool)
    if declared.kind == "text":
        return bool(values) and all(value in declared.options for value in values)
    return all(is_number(value) for value in values) and _in_order(cell)


def _in_order(cell: Cell) -> bool:
    if not isinstance(cell.value, tuple):
        return True
    return len(cell.value) == 2 and cell.value == tuple(sorted(cell.value))


def _check_deadline(deadline: Deadline) -> None:
    lengths = (deadline.hours, deadline.days, deadline.working_days, deadline.end_of_day or None)
    given = [length for length in lengths if length is not None]
    if len(given) != 1 or given[0] <= 0:
        raise InvalidInput(f"The deadline {named(deadline)} needs exactly one of hours, days, working_days, "
                           "end_of_day.")
