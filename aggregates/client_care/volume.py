"""The volume of an exercise, and the share of it that is allowed after a resume until a raise is earned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from aggregates.client_care.contents import Exercise, Session, Tolerated, VolumeUnit
from aggregates.client_care.limits import Breach
from aggregates.client_care.memory import Share
from aggregates.kernel.names import same_name
from aggregates.protocol.entries import Template

UNITS = {"kg": "kg in all, sets x repetitions x load", "repetitions": "repetitions in all", "minutes": "minutes"}


def unit_of(exercise: Exercise) -> VolumeUnit | None:
    """In what the volume of an exercise is counted; None where it states neither sets and repetitions nor minutes."""
    if exercise.sets is not None and exercise.reps is not None:
        return "kg" if exercise.load_kg else "repetitions"
    return "minutes" if exercise.minutes is not None else None


def volume_in(exercise: Exercise, unit: VolumeUnit | None) -> float | None:
    """The volume of an exercise counted in this unit; None where it does not state what that takes."""
    if unit == "minutes":
        return exercise.minutes
    if unit is None or exercise.sets is None or exercise.reps is None:
        return None
    repetitions = float(exercise.sets * exercise.reps)
    if unit == "repetitions":
        return repetitions
    return None if exercise.load_kg is None else round(repetitions * exercise.load_kg, 6)


def tolerated_volumes(program: Iterable[Exercise], share: Share | None) -> tuple[Tolerated, ...]:
    """The last tolerated volume of each exercise; where a share was still in force, what it allowed was tolerated."""
    return tuple(_tolerated(each, share) for each in program)


def _tolerated(exercise: Exercise, share: Share | None) -> Tolerated:
    unit, before = unit_of(exercise), tolerated_of(share, exercise.name)
    planned = volume_in(exercise, unit)
    if share is not None and before is not None and before.amount is not None:
        allowed, planned = allowed_amount(share, before), volume_in(exercise, before.unit)
        within = planned is not None and planned <= allowed
        return Tolerated(exercise=exercise.name, amount=planned if within else allowed, unit=before.unit)
    return Tolerated(exercise=exercise.name, amount=planned, unit=unit)


def tolerated_of(share: Share | None, name: str) -> Tolerated | None:
    """What was tolerated of the exercise of this name before the pause."""
    if share is None:
        return None
    return next((each for each in share.tolerated if same_name(each.exercise) == same_name(name)), None)


def allowed_amount(share: Share, tolerated: Tolerated) -> float:
    """The share of a tolerated volume."""
    return share_of(share.percent, tolerated.amount or 0.0)


def share_of(percent: int, amount: float) -> float:
    """So many percent of an amount, without the trace that binary fractions leave."""
    return round(amount * percent / 100, 6)


def beyond_share(share: Share, exercises: Iterable[Exercise]) -> tuple[Breach, ...]:
    """Every one of *exercises* that goes beyond the share; what does not state its dose counts as beyond it.

    An exercise whose dose nobody stated before the pause has no volume to take a share of, so it is not compared.
    """
    return tuple(each for exercise in exercises for each in _beyond(share, exercise))


def _beyond(share: Share, exercise: Exercise) -> Iterator[Breach]:
    tolerated = tolerated_of(share, exercise.name)
    if tolerated is None or tolerated.amount is None or tolerated.unit is None:
        return
    value, most = volume_in(exercise, tolerated.unit), allowed_amount(share, tolerated)
    if value is None or value > most:
        yield Breach(f"{share.percent} percent of the last tolerated volume, {tolerated.amount:g}",
                     f"{exercise.name} ({UNITS[tolerated.unit]})", value, most)


def performed_in(program: Mapping[str, Exercise], session: Session) -> tuple[Exercise, ...]:
    """What a session lists as performed; where it lists nothing, "as planned" is the programme."""
    planned = tuple(program.values()) if session.done == "as planned" else ()
    return session.performed or planned


def session_beyond_share(share: Share | None, program: Mapping[str, Exercise], session: Session
                         ) -> tuple[Breach, ...]:
    """Every exercise of a session that went beyond the share; where none is listed, "as planned" is the programme."""
    return () if share is None else beyond_share(share, performed_in(program, session))


def beyond_template(template: Template, percent: int, exercise: Exercise) -> Breach | None:
    """Whether an exercise that nobody has tolerated yet begins beyond *percent* of its template's dose."""
    unit = unit_of(exercise)
    dose = float(max(template.minutes)) if unit == "minutes" else float(template.sets * template.reps)
    value, most = volume_in(exercise, "minutes" if unit == "minutes" else "repetitions"), share_of(percent, dose)
    if value is None and percent == WHOLE:
        return None  # a dose that is still open is stated when it is chosen
    if value is not None and value <= most:
        return None
    said = f"{percent} percent of the dose of {template.id}" if percent != WHOLE else f"the dose of {template.id}"
    return Breach(said, f"{exercise.name} ({UNITS['minutes' if unit == 'minutes' else 'repetitions']})", value, most)


WHOLE = 100
