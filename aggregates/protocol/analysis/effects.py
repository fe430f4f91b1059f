"""For whom a changed row changes something: inputs for which the two packs come to different decisions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from aggregates.kernel.messages import Plain
from aggregates.protocol.analysis.changed import Change
from aggregates.protocol.analysis.cuts import Domains, domains
from aggregates.protocol.analysis.search import Goal, find
from aggregates.protocol.conditions import Values, holds, inputs_of
from aggregates.protocol.decisions import Decision, highest
from aggregates.protocol.entries import Declared, Row
from aggregates.protocol.model import Pack


class Effect(NamedTuple):
    """Inputs, everything else not known: whether the row held and holds, what its table decided and decides."""

    example: Mapping[str, Plain]
    held: bool
    holds: bool
    before: Decision
    after: Decision


class Side(NamedTuple):
    """One of the two packs: its version of the row, if it has one, and all rows of that table."""

    row: Row | None
    table: Sequence[Row]


def effects(change: Change, before: Pack, after: Pack) -> Iterator[Effect]:
    """Inputs for which a row that differs lets its table decide otherwise; else those for which it holds otherwise.

    Exact: nothing comes out only where the row decides the same for all inputs.
    """
    rows = [each for each in (change.before, change.after) if isinstance(each, Row)]
    if not rows:
        return
    old, new = (_side(each, pack, rows) for each, pack in ((change.before, before), (change.after, after)))
    by_input = _domains(rows, old, new, before, after)
    sides = ((old, new), (new, old))
    found = [each for one, other in sides for each in _decides_more(one, other, by_input)]
    found = found or [each for one, other in sides for each in _holds_alone(one, other, by_input)]
    own = {name for row in rows for name in inputs_of(row.when)}
    for each in found:
        yield _effect({name: value for name, value in each.items() if name in own or value is not None}, old, new)


def _side(row: object, pack: Pack, rows: Sequence[Row]) -> Side:
    tables = {each.table for each in rows}
    return Side(row if isinstance(row, Row) else None, [each for each in pack.rows if each.table in tables])


def _domains(rows: Sequence[Row], old: Side, new: Side, before: Pack, after: Pack) -> Domains:
    """Inputs that the changed row does not read are not known wherever that will do."""
    found = domains([each.when for each in (*old.table, *new.table)], _declared(before, after))
    own = {name for row in rows for name in inputs_of(row.when)}
    return {name: values if name in own else tuple(reversed(values)) for name, values in found.items()}


def _declared(before: Pack, after: Pack) -> list[Declared]:
    """The inputs of both packs; one that both have with all options of either."""
    found = {each.name: each for each in before.inputs}
    for each in after.inputs:
        options = (*found[each.name].options, *each.options) if each.name in found else each.options
        found[each.name] = replace(each, options=tuple(dict.fromkeys(options)))
    return list(found.values())


def _decides_more(one: Side, other: Side, by_input: Domains) -> Iterator[dict[str, Plain]]:
    """Inputs for which the row of *one* holds, and no row of *other* decides as much."""
    if one.row is None or one.row.decision is Decision.PROCEED:
        return
    rivals = [Goal(row.when, False) for row in other.table if not one.row.decision.outranks(row.decision)]
    for with_the_other in _both_ways(one.row, other.row):
        example = find([Goal(one.row.when, True), *with_the_other, *rivals], by_input)
        if example is not None:
            yield example


def _both_ways(row: Row, other: Row | None) -> Sequence[Sequence[Goal]]:
    """A row that also decides less is looked at twice: where it still holds, and where it does not."""
    if other is None or not row.decision.outranks(other.decision):
        return ((),)
    return ((Goal(other.when, True),), (Goal(other.when, False),))


def _holds_alone(one: Side, other: Side, by_input: Domains) -> Iterator[dict[str, Plain]]:
    """Inputs for which the row of *one* holds and that of *other* does not, or decides something else."""
    if one.row is None:
        return
    same = other.row is not None and other.row.decision is one.row.decision
    against = [Goal(other.row.when, False)] if other.row is not None and same else []
    example = find([Goal(one.row.when, True), *against], by_input)
    if example is not None:
        yield example


def _effect(example: dict[str, Plain], old: Side, new: Side) -> Effect:
    held, now = (side.row is not None and holds(side.row.when, example) is True for side in (old, new))
    return Effect(example, held, now, _decided(old, example), _decided(new, example))


def _decided(side: Side, values: Values) -> Decision:
    return highest(row.decision for row in side.table if holds(row.when, values) is True)
