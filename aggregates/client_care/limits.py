"""Conditions of a clearance as limits that a machine checks; what can't be checked counts as outside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from aggregates.client_care.contents import Exercise, Limit, Readings, Session
from aggregates.kernel.messages import Plain
from aggregates.kernel.names import same_name

WHOLE = "whole_body"


class Breach(NamedTuple):
    """A condition that something lies outside of. `value` None: it was not stated, so it can't be checked."""

    condition: str
    subject: str
    value: Plain
    at_most: float | None


def exercise_breaches(limits: Iterable[Limit], exercises: Iterable[Exercise]) -> tuple[Breach, ...]:
    """Every condition that one of *exercises* lies outside of."""
    found = (_exercise_breach(limit, each) for each in exercises for limit in limits if _is_about(limit, each))
    return tuple(each for each in found if each is not None)


def unmatched_limits(limits: Iterable[Limit], exercises: Iterable[Exercise]) -> tuple[Limit, ...]:
    """The limits on an exercise or a region that none of *exercises* is or touches; none where nothing is planned."""
    planned = tuple(exercises)
    return tuple(each for each in limits if planned and not any(_touched_by(each, exercise) for exercise in planned))


def _touched_by(limit: Limit, exercise: Exercise) -> bool:
    if limit.of not in ("load", "range", "ban"):
        return True
    if limit.exercise is not None:
        return same_name(limit.exercise) == same_name(exercise.name)
    return limit.region is None or _touches(limit.region, exercise)


def _is_about(limit: Limit, exercise: Exercise) -> bool:
    if limit.of not in ("load", "range", "ban"):
        return False
    if limit.exercise is not None:
        return same_name(limit.exercise) == same_name(exercise.name)
    if limit.region is not None:
        loaded = bool(exercise.load_kg) or limit.of != "range"
        return loaded and _touches(limit.region, exercise)
    return True


def _touches(region: str, exercise: Exercise) -> bool:
    """Whether an exercise is of the region; one that names no region can't be checked, so it counts as inside."""
    return region == WHOLE or WHOLE in exercise.regions or not exercise.regions or region in exercise.regions


def _exercise_breach(limit: Limit, exercise: Exercise) -> Breach | None:
    if limit.of == "ban":
        return Breach(limit.words, exercise.name, "planned", None)
    value: float | None = exercise.load_kg
    if limit.of == "range":
        value = max(exercise.range_degrees) if exercise.range_degrees else None
    elif value is None and limit.exercise is None:
        value = 0.0  # a limit on every load says nothing about an exercise without one
    return _beyond(limit, exercise.name, value)


def reading_breaches(limits: Iterable[Limit], readings: Readings) -> tuple[Breach, ...]:
    """Every condition that a resting reading lies outside of; a reading that is absent is VIT-16's business."""
    values = {
        "resting_systolic": _mean([bp[0] for bp in readings.bp]),
        "resting_diastolic": _mean([bp[1] for bp in readings.bp]),
        "resting_heart_rate": readings.heart_rate,
    }
    return _measured(limits, values)


def session_breaches(limits: Iterable[Limit], session: Session, performed: Iterable[Exercise]) -> tuple[Breach, ...]:
    """Every condition that a session went beyond with what was *performed*; what nobody recorded counts as beyond."""
    limits = tuple(limits)
    return (*reading_breaches(limits, session),
            *(each for limit in limits for each in _heart_rate_breach(limit, session)),
            *(each for limit in limits for each in _effort_breach(limit, session)),
            *exercise_breaches(limits, performed))


def _heart_rate_breach(limit: Limit, session: Session) -> Iterator[Breach]:
    if limit.of == "training_heart_rate":
        breach = _beyond(limit, "training heart rate", session.highest_heart_rate)
        if breach is not None:
            yield breach


def _effort_breach(limit: Limit, session: Session) -> Iterator[Breach]:
    """Effort on another scale than the limit's can't be compared, so it counts as outside."""
    effort = session.effort
    if limit.of == "effort":
        same = effort is not None and limit.unit in (None, effort.scale)
        breach = _beyond(limit, "effort", effort.value if effort is not None and same else None)
        if breach is not None:
            yield breach


def in_words(breach: Breach) -> str:
    """What lies outside of which condition, with the numbers."""
    stated = "not stated" if breach.value is None else f"{breach.value:g}" if isinstance(
        breach.value, int | float) else str(breach.value)
    most = f", at most {breach.at_most:g} is allowed" if breach.at_most is not None else ""
    return f'{breach.subject}: {stated}{most} (the condition "{breach.condition}")'


def missing_vitals(limits: Iterable[Limit], readings: Readings) -> tuple[str, ...]:
    """The resting values that a clearance limits and nobody measured (VIT-16)."""
    present = {"resting_systolic": bool(readings.bp), "resting_diastolic": bool(readings.bp),
               "resting_heart_rate": readings.heart_rate is not None}
    return tuple(dict.fromkeys(limit.of for limit in limits if not present.get(limit.of, True)))


def _measured(limits: Iterable[Limit], values: dict[str, float | int | None]) -> tuple[Breach, ...]:
    found = (_beyond(limit, limit.of.replace("_", " "), values[limit.of])
             for limit in limits if values.get(limit.of) is not None)
    return tuple(each for each in found if each is not None)


def _beyond(limit: Limit, subject: str, value: float | None) -> Breach | None:
    if value is not None and limit.at_most is not None and value <= limit.at_most:
        return None
    return Breach(limit.words, subject, value, limit.at_most)


def _mean(values: list[int]) -> float | None:
    return sum(values) / len(values) if values else None
