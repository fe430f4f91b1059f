"""What the check of a protocol pack finds, in words, each with inputs that show it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from aggregates.kernel.messages import Plain
from aggregates.protocol.analysis.findings import Finding, Kind
from aggregates.protocol.analysis.gaps import Uncovered
from aggregates.protocol.conditions import Values
from aggregates.protocol.entries import Declared, Row, named
from projections.condition_words import condition_words, measured
from projections.told_decisions import input_name
from projections.words import plain

Units = Mapping[str, str | None]


def units_of(inputs: Iterable[Declared]) -> Units:
    """The unit of each input."""
    return {each.name: each.unit for each in inputs}


def sentence(finding: Finding, units: Units) -> str:
    """A finding as one sentence with its counter-example."""
    match finding.kind:
        case Kind.UNREACHABLE:
            return _unreachable(finding.rows[0], finding.example, units)
        case Kind.HIDDEN:
            return _hidden(finding, units)
        case Kind.CONTRADICTION:
            return (f"{_decided(finding.rows)} say different things for the same inputs: "
                    f"{with_values(finding.example, units)} both hold.")
        case Kind.OVERLAP:
            return (f"{with_values(finding.example, units)} both {_decided(finding.rows)} hold; "
                    f"{finding.rows[0].decision.value} counts, and neither sentence speaks of the other.")
        case Kind.GAP_FOR_SOME:
            return _gap_for_some(finding, units)
        case _:
            return _uncovered(finding)


def with_values(values: Values, units: Units) -> str:
    """Values of inputs as the beginning of a sentence."""
    said = [value_words(name, value, units) for name, value in sorted(values.items())]
    return f"with {_and(said)}" if said else "whatever the inputs are"


def value_words(name: str, value: Plain, units: Units) -> str:
    """One input with its value."""
    if value is None:
        return f"{input_name(name)} not known"
    return f"{input_name(name)} {measured(value, units.get(name))}"


def _and(parts: list[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _decided(rows: Iterable[Row]) -> str:
    return _and([f"{named(row)} ({row.decision.value})" for row in rows])


def _unreachable(row: Row, example: Values, units: Units) -> str:
    nearest = f" Nearest to it: {with_values(example, units)} one part of it still does not hold." if example else ""
    return f"{named(row)} can never hold: no inputs are {condition_words(row.when)}.{nearest}"


def _hidden(finding: Finding, units: Units) -> str:
    *above, row = finding.rows
    return (f"{named(row)} ({row.decision.value}) never decides: whenever it holds, {_or(above)} "
            f"{'holds' if len(above) == 1 else 'hold'} too; so it is {with_values(finding.example, units)}.")


def _or(rows: list[Row]) -> str:
    return " or ".join(f"{named(row)} ({row.decision.value})" for row in rows)


def _uncovered(finding: Finding) -> str:
    where = finding.where
    assert where is not None
    example = f"with {input_name(where.input)} {measured(where.value, where.unit)}"
    beside = _and([named(row) for row in where.rows])
    if finding.kind is Kind.GAP:
        return f"Between {beside} {range_words(where)} is left out: {example} no row holds because of it."
    return f"Between {beside} no row speaks of {range_words(where)}, taken as the usual range: {example} none holds."


def _gap_for_some(finding: Finding, units: Units) -> str:
    where = finding.where
    assert where is not None
    beside = _and([named(row) for row in where.rows])
    return (f"Between {beside} {range_words(where)} is left out for some: no row that reads it holds "
            f"{with_values(finding.example, units)}.")


def range_words(where: Uncovered) -> str:
    """A range of an input with both of its ends."""
    name = input_name(where.input)
    if where.low == where.high:
        return f"{name} {measured(where.low, where.unit)}"
    low = f"{'from' if where.low_is_in else 'above'} {plain(where.low)}"
    return f"{name} {low} {'up to' if where.high_is_in else 'to below'} {measured(where.high, where.unit)}"
