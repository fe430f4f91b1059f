"""What can't be: dates before birth or in the future, two readings the wrong way round. It is not taken in at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import msgspec

from aggregates.client_care import commands as c
from aggregates.client_care import facts as f
from aggregates.client_care.amending import corrected_fact, fields_of
from aggregates.client_care.contents import ClearanceForm, Limit, Readings, Release, Screening, Session
from aggregates.client_care.context import CareContext
from aggregates.client_care.memory import CareMemory
from aggregates.kernel.errors import InvalidInput
from aggregates.kernel.house import months_later
from aggregates.kernel.messages import Command, Fact
from aggregates.protocol.outcomes import check_score

OLDEST_BIRTH = date(1900, 1, 1)
LONGEST_CLEARANCE_MONTHS = 60
"""Product choices: nobody in care was born before 1900, and no clearance lasts longer than five years."""

GLUCOSE = {"mg/dL": (20, 1_000), "mmol/L": (1, 56)}
EFFORT = {"borg_6_20": (6, 20), "cr10": (0, 10)}
UNITS = {"load": ("kg",), "range": ("degrees",), "effort": ("borg_6_20", "cr10"), "resting_systolic": ("mmHg",),
         "resting_diastolic": ("mmHg",), "resting_heart_rate": ("beats per minute",),
         "training_heart_rate": ("beats per minute",)}
"""Product choices: glucose that a meter shows in the one unit and nobody has in the other."""
AT_MOST = {"load": (0, 500), "range": (1, 180), "resting_systolic": (80, 250), "resting_diastolic": (40, 150),
           "resting_heart_rate": (40, 200), "training_heart_rate": (40, 240)}
"""Product choices: a limit beyond these was mistyped, and one digit too many would let everything pass."""

Complaints = Iterator[str]


def refuse_impossible(care: CareMemory, command: Command, context: CareContext) -> None:
    """Raise `InvalidInput` for the first date, time or reading of *command* that can't be."""
    for complaint in _complaints(care, command, context):
        raise InvalidInput(complaint)


def _complaints(care: CareMemory, command: Command, context: CareContext) -> Complaints:
    dated_back = context.occurred_at < context.now and not isinstance(command, c.AmendFact)
    if dated_back and care.born is not None and context.today < care.born:
        yield "occurred_at: lies before the client's birth"
    if isinstance(command, c.AmendFact) and context.original is not None:
        yield from _correction(command, context.original, context)
    check = CHECKS.get(type(command))
    if check is not None:
        yield from check(command, context)
    if isinstance(command, Readings):
        yield from _readings(command)


def _correction(asked: c.AmendFact, original: Fact, context: CareContext) -> Complaints:
    """A correction is held to what the original was held to, on the day of the original."""
    if not set(asked.corrected) <= set(fields_of(original)):
        return  # the correction itself says which field it does not know
    then = msgspec.structs.replace(context, occurred_at=original.occurred_at)
    match corrected_fact(original, asked.corrected):
        case f.ClientRegistered() as fact:
            yield from _registration(fact, then)
        case f.ScreeningRecorded() as fact:
            yield from _screening(fact.screening, then)
        case f.SessionRecorded() as fact:
            yield from _readings(fact.session)
        case f.MeasuresRecorded() as fact:
            yield from _measures(fact, then)
            for name, score in fact.scores.items():
                check_score(context.pack.measure(name), score)


def _registration(asked: c.RegisterClient | f.ClientRegistered, context: CareContext) -> Complaints:
    if not OLDEST_BIRTH <= asked.born <= context.today:
        yield f"born: must lie between {OLDEST_BIRTH} and the day of registration"
    if not asked.born <= asked.onset <= context.today:
        yield "onset: must lie between the client's birth and the day of registration"
    if isinstance(asked, c.RegisterClient) and asked.consent_to_release is not None:
        yield from _release(asked.consent_to_release, context, "consent_to_release.")


def _release(asked: Release, context: CareContext, where: str = "") -> Complaints:
    if asked.signed_on is not None and asked.signed_on > context.today:
        yield f"{where}signed_on: lies in the future"
    if asked.until < (asked.signed_on or context.today):
        yield f"{where}until: lies before the day of signing"


def _screening(asked: Screening, context: CareContext) -> Complaints:
    if asked.onset is not None and not OLDEST_BIRTH <= asked.onset <= context.today:
        yield "onset: must lie between the client's birth and the day of screening"


def _clearance(asked: ClearanceForm, _context: CareContext, where: str = "") -> Complaints:
    yield from _limits(asked.conditions or (), f"{where}conditions")
    if asked.dated is None:
        return
    if asked.dated < OLDEST_BIRTH:
        yield f"{where}dated: lies before {OLDEST_BIRTH}"
    elif asked.expires is not None and asked.expires < asked.dated:
        yield f"{where}expires: lies before the day on which it is dated"
    elif asked.expires is not None and asked.expires > months_later(asked.dated, LONGEST_CLEARANCE_MONTHS):
        yield f"{where}expires: lies more than {LONGEST_CLEARANCE_MONTHS} months after the day on which it is dated"


def _limits(limits: tuple[Limit, ...], where: str) -> Complaints:
    for limit in limits:
        units = UNITS.get(limit.of, ())
        if limit.unit is not None and limit.unit not in units:
            yield f"{where}: a limit on {limit.of.replace('_', ' ')} is given in {' or '.join(units) or 'no unit'}"
        least, most = EFFORT.get(limit.unit or "") or AT_MOST.get(limit.of) or (0, float("inf"))
        if limit.at_most is not None and not least <= limit.at_most <= most:
            scale = limit.unit or (units[0] if units else "")
            yield f"{where}: a limit on {limit.of.replace('_', ' ')} must lie between {least} and {most} {scale}"


def _answer(asked: c.RecordAnswer, context: CareContext) -> Complaints:
    yield from _limits(asked.new_limits, "new_limits")
    if asked.clearance is not None:
        yield from _clearance(asked.clearance, context, "clearance.")


def _measures(asked: c.RecordMeasures | f.MeasuresRecorded, _context: CareContext) -> Complaints:
    if not asked.scores and asked.usual_pain is None:
        yield "scores: must name at least one measure, or usual_pain must be given"


def _readings(asked: Readings) -> Complaints:
    if asked.glucose is not None:
        least, most = GLUCOSE[asked.glucose.unit]
        if not least <= asked.glucose.value <= most:
            yield f"glucose: must lie between {least} and {most} {asked.glucose.unit}; is it in another unit?"
    if isinstance(asked, Session) and asked.effort is not None:
        least, most = EFFORT[asked.effort.scale]
        if not least <= asked.effort.value <= most:
            yield f"effort: must lie between {least} and {most} on the scale {asked.effort.scale}"
    pairs = [("bp", pair) for pair in asked.bp]
    if isinstance(asked, Session) and asked.exercise_bp is not None:
        pairs.append(("exercise_bp", asked.exercise_bp))
    for field, (systolic, diastolic) in pairs:
        if diastolic >= systolic:
            yield f"{field}: the first number is the systolic pressure and must be above the second"


CHECKS: dict[type[Command], Callable[[Any, CareContext], Complaints]] = {
    c.RegisterClient: _registration, c.RecordRelease: _release, c.RecordScreening: _screening,
    c.RecordClearance: _clearance, c.RecordAnswer: _answer, c.RecordMeasures: _measures,
}
