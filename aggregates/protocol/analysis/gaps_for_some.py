"""Numbers of which rows speak, though for some clients none does while rows beside them do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations
from typing import NamedTuple

from aggregates.kernel.messages import Plain
from aggregates.protocol.analysis.cuts import Domains, Region, domains, limits, regions
from aggregates.protocol.analysis.gaps import Covered, Uncovered, is_missing, range_of
from aggregates.protocol.analysis.search import Goal, find
from aggregates.protocol.conditions import inputs_of
from aggregates.protocol.entries import Declared, Row


class ForSome(NamedTuple):
    """A range that is uncovered with these other inputs only."""

    where: Uncovered
    example: dict[str, Plain]


def uncovered_for_some(rows: Sequence[Row], inputs: Sequence[Declared], known: Sequence[Uncovered]
                       ) -> Iterator[ForSome]:
    """Ranges between two rows on which, the other inputs being some way, no row holds; without those in *known*."""
    for declared in inputs:
        readers = [row for row in rows if declared.name in inputs_of(row.when)]
        if declared.kind == "number" and len(readers) > 1:
            yield from _of_input(declared, readers, inputs, known)


def _of_input(declared: Declared, readers: Sequence[Row], inputs: Sequence[Declared], known: Sequence[Uncovered]
              ) -> Iterator[ForSome]:
    by_input = domains((row.when for row in readers), inputs)
    line = regions(limits((row.when for row in readers), declared.name))
    for first in range(1, len(line) - 1):
        for last in range(first, len(line) - 1):
            run = [Covered(each, ()) for each in line[first:last + 1]]
            if not is_missing(declared, run) or _is_known(declared.name, run, known):
                continue
            found = _beside(declared.name, readers, (line[first - 1], line[last + 1]), line[first:last + 1], by_input)
            if found is not None:
                beside, example = found
                where = range_of(declared, run, beside, is_gap=False)
                yield ForSome(where, {**example, declared.name: where.value})


def _is_known(name: str, run: Sequence[Covered], known: Sequence[Uncovered]) -> bool:
    return any(each.input == name and all(each.holds(part.region.inside) for part in run) for each in known)


def _beside(name: str, readers: Sequence[Row], outside: tuple[Region, Region], inside: Sequence[Region],
            by_input: Domains) -> tuple[tuple[Row, Row], dict[str, Plain]] | None:
    """Two rows that hold on either side of a range, and other inputs with which none holds within."""
    below, above = ({name: each.inside} for each in outside)
    nobody = [Goal(row.when, False, {name: each.inside}) for each in inside for row in readers]
    for one, other in permutations(readers, 2):
        example = find([Goal(one.when, True, below), Goal(other.when, True, above), *nobody], by_input)
        if example is not None:
            return (one, other), example
    return None
