"""What the static analysis of a pack's rows finds: each finding with inputs that show it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from aggregates.kernel.messages import Plain
from aggregates.protocol.analysis.cuts import Domains, domains
from aggregates.protocol.analysis.gaps import Uncovered, uncovered
from aggregates.protocol.analysis.gaps_for_some import uncovered_for_some
from aggregates.protocol.analysis.overlaps import overlapping
from aggregates.protocol.analysis.pairs import contradicting, hiders, nearly
from aggregates.protocol.analysis.search import Goal, find
from aggregates.protocol.conditions import Values
from aggregates.protocol.entries import Declared, Row


class Kind(StrEnum):
    """What a finding is; the first four make a pack unsound, the others are for the reader to know."""

    UNREACHABLE = "unreachable"
    HIDDEN = "hidden"
    CONTRADICTION = "contradiction"
    GAP = "gap"
    OVERLAP = "overlap"
    USUAL_RANGE = "usual_range"
    GAP_FOR_SOME = "gap_for_some"

    @property
    def is_unsound(self) -> bool:
        """Whether a pack with it must not decide."""
        return self in (Kind.UNREACHABLE, Kind.HIDDEN, Kind.CONTRADICTION, Kind.GAP)


class Finding(NamedTuple):
    """One finding: the rows that it is about, the weightier first, and values of inputs that show it."""

    kind: Kind
    table: str
    rows: tuple[Row, ...]
    example: Values
    where: Uncovered | None = None


def analyse(rows: Sequence[Row], inputs: Iterable[Declared]) -> list[Finding]:
    """Everything that is to be said about *rows*, table by table; exact over the inputs that they read."""
    inputs = tuple(inputs)
    by_input = domains((row.when for row in rows), inputs)
    reached = {id(row): find([Goal(row.when, True)], by_input) for row in rows}
    reachable = [row for row in rows if reached[id(row)] is not None]
    found = [_unreachable(row, by_input) for row in rows if reached[id(row)] is None]
    against = [Finding(Kind.CONTRADICTION, pair[0].table, pair, example)
               for pair, example in contradicting(reachable, by_input)]
    found += against
    settled = {id(row) for each in against for row in each.rows}
    for table in dict.fromkeys(row.table for row in rows):
        of_table = [row for row in reachable if row.table == table]
        found += _hidden(of_table, settled, by_input, reached)
        open_to_all = list(uncovered(of_table, inputs))
        found += [_range(table, each) for each in open_to_all]
        found += [Finding(Kind.GAP_FOR_SOME, table, each.where.rows, each.example, each.where)
                  for each in uncovered_for_some(of_table, inputs, open_to_all)]
        found += [Finding(Kind.OVERLAP, table, pair, example)
                  for pair, example in overlapping(of_table, inputs, by_input)]
    return sorted(found, key=lambda each: list(Kind).index(each.kind))


def _unreachable(row: Row, by_input: Domains) -> Finding:
    return Finding(Kind.UNREACHABLE, row.table, (row,), nearly(row.when, by_input))


def _range(table: str, where: Uncovered) -> Finding:
    kind = Kind.GAP if where.is_gap else Kind.USUAL_RANGE
    return Finding(kind, table, where.rows, {where.input: where.value}, where)


def _hidden(rows: Sequence[Row], settled: set[int], by_input: Domains,
            reached: dict[int, dict[str, Plain] | None]) -> list[Finding]:
    """Rows that never decide: whenever one holds, a row of a higher decision holds too."""
    found = []
    for row in rows:
        above = hiders(row, rows, by_input) if id(row) not in settled else ()
        if above:
            example = find([Goal(above[0].when, True), Goal(row.when, True)], by_input)
            found.append(Finding(Kind.HIDDEN, row.table, (*above, row), example or reached[id(row)] or {}))
    return found
