"""The programme: what a change makes of an exercise, and whether it raises the dose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from msgspec.structs import replace

from aggregates.client_care.contents import Change, Exercise
from aggregates.client_care.volume import unit_of, volume_in
from aggregates.kernel.names import same_name

WHOLE_DOSE = 100.0
FIRST_LOAD_KG = 2.0
"""The heaviest first load of an exercise without one: a product choice, for nothing has no percentage."""
NUMBERS = {"load_kg": "load", "reps": "repetitions", "sets": "sets", "minutes": "minutes", "range_degrees": "range"}


class Raise(NamedTuple):
    """Something of an exercise that is raised; `percent` None: its dose is stated in another way than before."""

    exercise: str
    what: str
    percent: float | None
    said: str


def raises_in(before: Mapping[str, Exercise], exercises: Iterable[Exercise]) -> list[Raise]:
    """Everything that *exercises* raise of those that were planned before, which are known by their compared names."""
    return [each for exercise in exercises if (was := before.get(same_name(exercise.name))) is not None
            for each in _raises(was, exercise)]


def _raises(was: Exercise, now: Exercise) -> Iterator[Raise]:
    unit = unit_of(was)
    another = unit is not None and volume_in(now, unit) is None
    if another:
        yield Raise(now.name, "dose", None, f"{now.name}, its dose can't be compared with the one before")
    opened = another or (unit is None and unit_of(now) is not None)
    first = [what for what in ("sets", "reps", "minutes")
             if opened and getattr(was, what) is None and getattr(now, what) is not None]
    if first and not another:
        yield Raise(now.name, "dose", WHOLE_DOSE, f"{now.name}, its dose, stated for the first time")
    for what, said in NUMBERS.items():
        to = None if what in first else getattr(now, what)
        percent = None if to is None else raised_percent(was, Change(exercise=now.name, what=what, to=to))  # type: ignore[arg-type]
        if percent is not None:
            small = what == "load_kg" and to is not None and is_first_load(was, to)
            yield Raise(now.name, "first load" if small else what, percent,
                        f"{now.name}, {said} from {_told(getattr(was, what))} to {_told(to)}")


def is_first_load(was: Exercise, to: float) -> bool:
    """Whether an exercise without a load gets its first one, and a small one."""
    return not was.load_kg and to <= FIRST_LOAD_KG


def _told(value: float | tuple[int, int] | None) -> str:
    if value is None:
        return "none"
    return f"{value[0]}-{value[1]}" if isinstance(value, tuple) else f"{value:g}"


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
    """By how many percent the change raises its number; None if it lowers it.

    A number where there was none is a raise from nothing.
    """
    was = getattr(before, change.what)
    if was is None:
        was = 0.0
    old = float(max(was)) if isinstance(was, tuple) else float(was)
    new = float(max(change.to)) if isinstance(change.to, tuple) else float(change.to)
    if new <= old:
        return None
    return round(100.0 * (new - old) / old, 6) if old else 100.0  # 20 to 20.4 kg is 2 percent, not a trace less
