"""A protocol pack as one immutable value, and the ways to look something up in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from aggregates.kernel.errors import InvalidInput
from aggregates.kernel.messages import Value
from aggregates.protocol.entries import Deadline, Declared, Measure, Number, Row, Template, Word

N = TypeVar("N", Number, Deadline, Measure, Template)


class Pack(Value, frozen=True, kw_only=True, rename={
    "inputs": "input", "rows": "row", "numbers": "number", "deadlines": "deadline", "measures": "measure",
    "templates": "template", "words": "word",
}):
    """A protocol pack. It is its content: two packs are the same when the hash of their text is."""

    format: int
    title: str
    version: str
    profile: tuple[str, ...]
    inputs: tuple[Declared, ...]
    rows: tuple[Row, ...]
    hash: str
    numbers: tuple[Number, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    measures: tuple[Measure, ...] = ()
    templates: tuple[Template, ...] = ()
    words: tuple[Word, ...] = ()

    def __hash__(self) -> int:
        return hash(self.hash)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pack) and self.hash == other.hash

    def number(self, key: str) -> int | float:
        """The number called *key*; raises `InvalidInput` where the pack has none."""
        return _find(self.numbers, "number", key).value

    def number_if_any(self, key: str) -> int | float | None:
        """The number called *key*; None where the pack has none, as an earlier one may."""
        return next((each.value for each in self.numbers if each.id == key), None)

    def deadline(self, key: str, case: str = "") -> Deadline:
        """The deadline *key* in this *case*; raises `InvalidInput` where the pack has none."""
        return _find((each for each in self.deadlines if each.case == case), "deadline", key)

    def deadlines_from(self, starts: str) -> tuple[Deadline, ...]:
        """Every deadline that begins to run with *starts*."""
        return tuple(each for each in self.deadlines if each.starts == starts)

    def measure(self, key: str) -> Measure:
        """The outcome measure *key*; raises `InvalidInput` where the pack has none."""
        return _find(self.measures, "measure", key)

    def template(self, key: str) -> Template:
        """The dose template *key*; raises `InvalidInput` where the pack has none."""
        return _find(self.templates, "template", key)

    def rows_of(self, table: str) -> tuple[Row, ...]:
        """The rows of *table*; raises `InvalidInput` where the pack has none."""
        rows = tuple(row for row in self.rows if row.table == table)
        if not rows:
            raise InvalidInput(f"The protocol pack has no table {table}.")
        return rows


def _find(entries: Iterable[N], what: str, key: str) -> N:
    for each in entries:
        if each.id == key:
            return each
    raise InvalidInput(f"The protocol pack has no {what} {key}.")
