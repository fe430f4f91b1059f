"""What differs between two protocol packs, in words, and for whom."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from aggregates.protocol.analysis.changed import Change
from aggregates.protocol.analysis.effects import Effect
from aggregates.protocol.conditions import cells_of
from aggregates.protocol.entries import Number, Row
from projections.condition_words import cell_words, condition_words, measured
from projections.protocol_entries import FIELDS, basis_words
from projections.protocol_findings import Units, value_words
from projections.words import plain

KINDS = {"inputs": "input", "rows": "row", "numbers": "number", "deadlines": "deadline", "measures": "measure",
         "templates": "template", "words": "word"}


def headline(change: Change) -> str:
    """Which entry, and whether it came, went or differs."""
    kind = KINDS.get(change.kind, change.kind)
    if change.before is None:
        return f"{kind} {change.name} added"
    return f"{kind} {change.name} {'removed' if change.after is None else 'changed'}"


def change_lines(change: Change) -> Iterator[str]:
    """Each field that differs, from what to what; of a row that came or went when it applies and what it decides."""
    if change.before is not None and change.after is not None:
        for field in change.fields:
            yield from _field(field, getattr(change.before, field, None), getattr(change.after, field), change.after)
        return
    entry = change.after if change.before is None else change.before
    if isinstance(entry, Row):
        yield f"applies when {condition_words(entry.when)}"
        yield f"decides {entry.decision.value}: {entry.does}"
    elif isinstance(entry, Number):
        yield f"value {measured(entry.value, entry.unit)}"


def _field(field: str, old: Any, new: Any, entry: Any) -> Iterator[str]:
    if field == "when":
        yield f"applies when: from {condition_words(old)} to {condition_words(new)}"
        yield from _limits(old, new)
    elif field == "value":
        yield f"value: from {plain(old)} to {measured(new, getattr(entry, 'unit', None))}"
    elif field == "basis":
        yield f"basis: from {basis_words(old)} to {basis_words(new)}"
    else:
        yield f"{FIELDS.get(field, field.replace('_', ' '))}: from {_shown(old)} to {_shown(new)}"


def _limits(old: Any, new: Any) -> Iterator[str]:
    """The cells that differ, where both conditions are built alike."""
    before, after = cells_of(old), cells_of(new)
    if [cell.input for cell in before] == [cell.input for cell in after]:
        yield from (f"limit: from {cell_words(one)} to {cell_words(other)}"
                    for one, other in zip(before, after, strict=True) if one != other)


def _shown(value: Any) -> str:
    if isinstance(value, msgspec.Struct):
        return "; ".join(f"{FIELDS.get(field, field)} {_shown(getattr(value, field))}"
                         for field in value.__struct_fields__)
    if isinstance(value, tuple):
        return ", ".join(map(_shown, value)) or "nothing"
    return f'"{value}"' if isinstance(value, str) and value else "nothing" if value in (None, "") else plain(value)


def effect_words(effect: Effect, units: Units) -> str:
    """For whom: inputs, and what is decided now instead of before."""
    known = [value_words(name, value, units) for name, value in sorted(effect.example.items()) if value is not None]
    unknown = [value_words(name, value, units) for name, value in sorted(effect.example.items()) if value is None]
    given = f"with {', '.join(known or unknown)} and nothing else known"
    if effect.before is not effect.after:
        return f"for example {given}: {effect.after.value} instead of {effect.before.value}"
    moved = {(True, False): "the row no longer holds", (False, True): "the row now holds"}.get(
        (effect.held, effect.holds), "the row holds as before")
    return f"for example {given}: {moved}, and {effect.after.value} stays the decision of its table"
