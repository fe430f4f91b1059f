"""Rows against rows: which contradict each other, and which hide one that is lower."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from aggregates.kernel.messages import Plain
from aggregates.protocol.analysis.cuts import Domains
from aggregates.protocol.analysis.search import Goal, find
from aggregates.protocol.conditions import AtLeast, Condition
from aggregates.protocol.entries import Row

Pair = tuple[Row, Row]


def weightier_first(one: Row, other: Row) -> Pair:
    """The two rows, that of the higher decision first."""
    return (other, one) if other.decision.outranks(one.decision) else (one, other)


def contradicting(rows: Sequence[Row], by_input: Domains) -> Iterator[tuple[Pair, dict[str, Plain]]]:
    """Rows of one id that decide differently: of one case for the same inputs, of two cases for exactly the same."""
    for one, other in combinations(rows, 2):
        if one.id == other.id and one.decision is not other.decision:
            together = find([Goal(one.when, True), Goal(other.when, True)], by_input)
            if together is not None and (one.case == other.case or _always_together(one, other, by_input)):
                yield weightier_first(one, other), together


def _always_together(one: Row, other: Row, by_input: Domains) -> bool:
    return one.table == other.table and not any(
        find([Goal(a.when, True), Goal(b.when, False)], by_input) is not None for a, b in ((one, other), (other, one)))


def hiders(row: Row, rows: Sequence[Row], by_input: Domains) -> tuple[Row, ...]:
    """The fewest rows of higher decisions of which one always holds where *row* does; none if *row* can decide."""
    above = [each for each in rows if each.decision.outranks(row.decision)]
    alone = next((each for each in above if _covers((each,), row, by_input)), None)
    if alone is not None:
        return (alone,)
    if not _covers(above, row, by_input):
        return ()
    for each in list(above):
        fewer = [other for other in above if other is not each]
        above = fewer if _covers(fewer, row, by_input) else above
    return tuple(above)


def _covers(above: Sequence[Row], row: Row, by_input: Domains) -> bool:
    return find([Goal(row.when, True), *(Goal(each.when, False) for each in above)], by_input) is None


def nearly(condition: Condition, by_input: Domains) -> dict[str, Plain]:
    """For a condition that never holds: inputs for which all of its parts but one do, if it has parts."""
    if not isinstance(condition, AtLeast):
        return {}
    for left_out in reversed(range(len(condition.of))):
        goals = [Goal(part, True) for place, part in enumerate(condition.of) if place != left_out]
        found = find(goals, by_input) if goals else None
        if found is not None:
            return found
    return {}
