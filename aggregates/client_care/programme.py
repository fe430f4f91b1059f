"""The programme: what a change makes of an exercise, and whether it raises the dose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from aggregates.client_care.contents import Change, Exercise


def changed_exercises(program: Mapping[str, Exercise], changes: Iterable[Change]) -> tuple[Exercise, ...]:
    """The exercises as *changes* would leave them; a change that does not fit changes nothing."""
    after: dict[str, Exercise] = {}
    for change in changes:
        exercise = after.get(change.exercise) or program.get(change.exercise)
        if exercise is not None and fits_its_field(change):
            after[change.exercise] = replace(exercise, **{change.what: _value(change)})
    return tuple(after.values())


def _value(change: Change) -> float | int | tuple[int, int]:
    if isinstance(change.to, tuple) or change.what in ("load_kg", "minutes"):
        return change.to
    return int(change.to)


def fits_its_field(change: Change) -> bool:
    """Whether the new value is of the kind that its field holds: a pair for a range, else one number."""
    if isinstance(change.to, tuple) or change.what == "range_degrees":
        return isinstance(change.to, tuple) and change.what == "range_degrees"
    if change.what == "load_kg":
        return 0 <= change.to <= 1_000
    if change.what == "minutes":
        return 0 < change.to <= 600
    return 1 <= change.to <= 1_000 and change.to == int(change.to)


def raised_percent(before: Exercise, change: Change) -> float | None:
    """By how many percent the change raises its number; None if it lowers it, or if there was none.

    A load where there was none is a raise from nothing.
    """
    was = getattr(before, change.what)
    if was is None and change.what == "load_kg":
        was = 0.0
    if was is None:
        return None
    old = float(max(was)) if isinstance(was, tuple) else float(was)
    new = float(max(change.to)) if isinstance(change.to, tuple) else float(change.to)
    if new <= old:
        return None
    return round(100.0 * (new - old) / old, 6) if old else 100.0  # 20 to 20.4 kg is 2 percent, not a trace less
