"""The volume of an exercise, and the share of it that is allowed after a resume until a raise is earned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from aggregates.client_care.contents import Exercise, Session, Tolerated, VolumeUnit
from aggregates.client_care.limits import Breach
from aggregates.client_care.memory import CareMemory
from aggregates.client_care.memos import Share
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


def units_of(exercise: Exercise) -> tuple[VolumeUnit, ...]:
    """Every unit in which an exercise states a dose: its sets and repetitions, and its minutes."""
    first = unit_of(exercise)
    beside: tuple[VolumeUnit, ...] = ("minutes",) if first != "minutes" and exercise.minutes is not None else ()
    return beside if first is None else (first, *beside)


def volumes_of(exercise: Exercise) -> tuple[Tolerated, ...]:
    """The volumes of an exercise; one without a volume where it states no dose."""
    return tuple(Tolerated(exercise=exercise.name, amount=volume_in(exercise, unit), unit=unit)
                 for unit in units_of(exercise) or (None,))


def volumes_performed(planned: Iterable[Exercise] | None, session: Session) -> tuple[Tolerated, ...]:
    """What was performed of each exercise in a session; none where what was planned then was not kept."""
    if planned is None:
        return ()
    performed = performed_in({each.name: each for each in planned}, session)
    return tuple(volume for each in performed if units_of(each) for volume in volumes_of(each))


def allowed_amount(share: Share, tolerated: Tolerated) -> float:
    """The share of a tolerated volume."""
    return share_of(share.percent, tolerated.amount or 0.0)


def share_of(percent: int, amount: float) -> float:
    """So many percent of an amount, without the trace that binary fractions leave."""
    return round(amount * percent / 100, 6)


def beyond_share(share: Share, exercises: Iterable[Exercise], at: datetime | None = None) -> tuple[Breach, ...]:
    """Every one of *exercises* that goes beyond the share, now or *at* a moment; an open dose counts as beyond it.

    An exercise whose dose nobody stated before the pause has no volume to take a share of, so it is not compared.
    """
    return tuple(each for exercise in exercises for each in _beyond(share, exercise, at))


def _beyond(share: Share, exercise: Exercise, at: datetime | None) -> Iterator[Breach]:
    stated = [each for each in share.of(exercise.name, at) if each.amount is not None and each.unit is not None]
    for each in stated:
        value, most = volume_in(exercise, each.unit), allowed_amount(share, each)
        if value is None or value > most:
            yield _share_breach(share, exercise, each, value, most)
    timed = {each.unit == "minutes" for each in stated}
    for unit in units_of(exercise):
        if timed and (unit == "minutes") not in timed:  # a dose beside the one that was tolerated
            yield _share_breach(share, exercise, Tolerated(exercise=exercise.name, amount=0.0, unit=unit),
                                volume_in(exercise, unit), 0.0)


def _share_breach(share: Share, exercise: Exercise, tolerated: Tolerated, value: float | None, most: float) -> Breach:
    return Breach(f"{share.percent} percent of the last tolerated volume, {tolerated.amount:g}",
                  f"{exercise.name} ({UNITS[tolerated.unit or 'repetitions']})", value, most)


def holds_for_new(share: Share, program: Iterable[Exercise], at: datetime | None = None) -> bool:
    """Whether the share holds for what nobody tolerated before: until every planned dose has been raised since."""
    ended = {name for name, raised in share.raised.items() if at is None or raised <= at}
    return any(same_name(each.name) not in ended for each in program if units_of(each))


def performed_in(program: Mapping[str, Exercise], session: Session) -> tuple[Exercise, ...]:
    """What a session lists as performed; where it lists nothing, "as planned" is the programme."""
    planned = tuple(program.values()) if session.done == "as planned" else ()
    return session.performed or planned


def session_beyond_share(care: CareMemory, session: Session, at: datetime) -> tuple[Breach, ...]:
    """Every exercise of a session that went beyond the share that counted then, and every one that is not planned."""
    share = care.share_at(at)
    if share is None:
        return ()
    performed = performed_in(care.program, session)
    return (*beyond_share(share, performed, at), *_not_planned(care, share, performed, at))


def _not_planned(care: CareMemory, share: Share, performed: Iterable[Exercise], at: datetime) -> Iterator[Breach]:
    planned = {same_name(each) for each in care.program}
    if planned and holds_for_new(share, care.program.values(), at):
        for each in performed:
            if same_name(each.name) not in planned and not share.of(each.name, at):
                yield Breach(f"{share.percent} percent of the last tolerated volume", each.name,
                             "performed, and not planned", None)


def beyond_template(template: Template, percent: int, exercise: Exercise) -> tuple[Breach, ...]:
    """Where an exercise that nobody has tolerated yet begins beyond *percent* of its template's dose."""
    said = f"{percent} percent of the dose of {template.id}" if percent != WHOLE else f"the dose of {template.id}"
    units: tuple[VolumeUnit, ...] = tuple("minutes" if each == "minutes" else "repetitions"
                                          for each in units_of(exercise))
    doses = {"minutes": float(max(template.minutes)), "repetitions": float(template.sets * template.reps)}
    compared: tuple[VolumeUnit, ...] = units or ("repetitions",)
    found = ((unit, volume_in(exercise, unit), share_of(percent, doses[unit])) for unit in compared)
    return tuple(Breach(said, f"{exercise.name} ({UNITS[unit]})", value, most)
                 for unit, value, most in found if value is None or value > most)


WHOLE = 100
