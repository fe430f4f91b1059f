"""Rows of different decisions that hold at once on one reading, where neither sentence speaks of the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from aggregates.kernel.messages import Plain
from aggregates.protocol.analysis.cuts import Domains
from aggregates.protocol.analysis.pairs import Pair, weightier_first
from aggregates.protocol.analysis.search import Goal, find
from aggregates.protocol.conditions import inputs_of
from aggregates.protocol.entries import Declared, Row


def overlapping(rows: Sequence[Row], inputs: Iterable[Declared], by_input: Domains
                ) -> Iterator[tuple[Pair, dict[str, Plain]]]:
    """Pairs of *rows* with inputs for which both hold. The highest decision wins, so this is no fault.

    Rows that look at different things can always hold at once and are not named.
    """
    readings = {each.name: _reading(each) for each in inputs}
    looks_at = {id(row): {readings[name] for name in inputs_of(row.when)} for row in rows}
    for one, other in combinations(rows, 2):
        if one.decision is other.decision or _spoken_of(one, other) or not looks_at[id(one)] & looks_at[id(other)]:
            continue
        together = find([Goal(one.when, True), Goal(other.when, True)], by_input)
        if together is not None:
            yield weightier_first(one, other), together


def _reading(declared: Declared) -> str:
    """What an input measures: resting and highest systolic are one reading, as their unit and last word say."""
    return declared.name if declared.unit is None else f"{declared.name.rpartition('_')[2]} {declared.unit}"


def _spoken_of(one: Row, other: Row) -> bool:
    """Whether they are cases of one rule, or a sentence of one names the other."""
    return one.id == other.id or _names(one, other.id) or _names(other, one.id)


def _names(row: Row, rule: str) -> bool:
    return any(rule in said for said in (row.asks, row.does, row.client, row.clinician))
