"""How each thing that can be missing comes about: the plainest requests for it, which are only ever tried on a copy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, time, timedelta
from itertools import product
from typing import Any, NamedTuple

from msgspec.structs import replace

from aggregates.client_care import commands as c
from aggregates.client_care.contents import Answer, Exercise, YesNo
from aggregates.client_care.context import CareContext
from aggregates.client_care.judging.screening import QUESTIONS
from aggregates.client_care.limits import exercise_breaches
from aggregates.client_care.memory import CareMemory
from aggregates.client_care.volume import beyond_share
from aggregates.kernel.messages import Command
from aggregates.protocol.entries import Measure

CLINICIAN = "a clinician who may issue it"
AGAINST = ("SCR-10", "SCR-13")
"""The screening questions to which a yes is the answer without a finding."""
MORNING = time(8)


class Ask(NamedTuple):
    """A request and when it comes; without one, only time passes until then."""

    command: Command | None
    at: datetime


Way = tuple[Ask, ...]
Ways = Callable[[CareMemory, CareContext], Iterator[Way]]


def screening(care: CareMemory, context: CareContext) -> Iterator[Way]:
    """A whole screening without findings."""
    answers: dict[str, YesNo | Answer] = {each: "yes" if each in AGAINST else "no" for each in QUESTIONS}
    onset = None if care.onset is not None else context.today
    yield (Ask(c.RecordScreening(answers=answers, medicines=(), red_flags=(), onset=onset), context.now),)


def clearance(_care: CareMemory, context: CareContext) -> Iterator[Way]:
    """A complete clearance without conditions, dated that day."""
    yield (Ask(c.RecordClearance(
        issuer=CLINICIAN, profession=context.house.accepted_issuers[0], dated=context.today, signed=True,
        diagnosis="-", decision="full", restrictions="none"), context.now),)


def release(care: CareMemory, context: CareContext) -> Iterator[Way]:
    """The referral source's word to resume."""
    source = care.referral_source or (care.clearance.issuer if care.clearance else "")
    if source:
        yield (Ask(c.RecordAnswer(source=source, answer="resume"), context.now),)


def usual(care: CareMemory, context: CareContext) -> Iterator[Way]:
    """The client's word that pain is usual, and the time until it has been so long enough."""
    hours = timedelta(hours=context.pack.number("EXA-02.usual_hours"))
    since = care.usual_since(context.pack.number("PAIN-05.above_usual"))
    told = () if since is not None else (
        Ask(c.RecordFollowUp(pain=care.usual_pain or 0, usual=True), context.now),)
    yield (*told, Ask(None, (since or context.now) + hours))


def resume(_care: CareMemory, context: CareContext) -> Iterator[Way]:
    """Resuming at the most that is allowed."""
    most = int(context.pack.number("EXA-02.volume_percent"))
    yield (Ask(c.ResumeTraining(volume_percent=most), context.now),)


def readmission(_care: CareMemory, context: CareContext) -> Iterator[Way]:
    """Taking the client in again."""
    yield (Ask(c.Readmit(reason="-"), context.now),)


def signature(care: CareMemory, context: CareContext) -> Iterator[Way]:
    """The last session, corrected to be signed."""
    last = care.last_session_by(context.occurred_at)
    if last is not None:
        yield (Ask(c.AmendFact(version=last.version, corrected={"signed": True}, reason="-"), context.now),)


def programme(care: CareMemory, context: CareContext) -> Iterator[Way]:
    """The programme within the clearance and within the share of a resume, without what has no place there."""
    limits = care.limits(context.today, context.occurred_at)
    lowered = (_within_the_share(care, each) for each in care.program.values())
    kept = tuple(each for each in lowered if each is not None and not exercise_breaches(limits, (each,)))
    if kept:
        template: Any = care.template or "DOS-LO"
        yield (Ask(c.DesignProgram(template=template, exercises=kept), context.now),)


def _within_the_share(care: CareMemory, exercise: Exercise) -> Exercise | None:
    """An exercise at the largest dose that the share allows, if there is one."""
    share = care.share
    return exercise if share is None else next(
        (each for each in _smaller(exercise) if not beyond_share(share, [each])), None)


def _smaller(exercise: Exercise) -> Iterator[Exercise]:
    """An exercise at every smaller dose, the largest first: fewer sets and repetitions, and then fewer minutes."""
    doses = product(_down_from(exercise.sets), _down_from(exercise.reps))
    for sets, reps in sorted(doses, key=lambda dose: -(dose[0] or 1) * (dose[1] or 1)):
        for minutes in _down_from(None if exercise.minutes is None else int(exercise.minutes)):
            yield replace(exercise, sets=sets, reps=reps, minutes=minutes)


def _down_from(number: int | None) -> Iterable[int | None]:
    return (None,) if number is None else range(number, 0, -1)


def good_sessions(_care: CareMemory, context: CareContext) -> Iterator[Way]:
    """One good session with its morning, then two, up to as many as the pack asks for."""
    for number in range(1, int(context.pack.number("PRG-01.sessions")) + 1):
        way: list[Ask] = []
        at = context.now
        for _ in range(number):
            way.append(Ask(_session(), at))
            at = _next_morning(at, context)
            way.append(Ask(c.RecordMorning(pain=0, usual=True), at))
            at += timedelta(hours=1)
        yield tuple(way)


def earlier_session(_care: CareMemory, context: CareContext) -> Iterator[Way]:
    """A session, and the night after it."""
    yield (Ask(_session(), context.now), Ask(None, _next_morning(context.now, context)))


def _session() -> c.RecordSession:
    return c.RecordSession(pain_before=0, pain_worst=0, pain_after=0, stop_signs=(), asked_to_stop=False,
                           red_flags=(), done="as planned", signed=True)


def _next_morning(at: datetime, context: CareContext) -> datetime:
    day = context.house.local(at)
    return datetime.combine(day.date() + timedelta(days=1), MORNING, day.tzinfo).astimezone(at.tzinfo)


def retest(care: CareMemory, context: CareContext) -> Iterator[Way]:
    """The best score of every measure that has a baseline; where none has one, first measures and then a re-test."""
    measures = {each.id: each for each in context.pack.measures if each.changed is not None}
    known = {name: measures[name] for name in care.baseline if name in measures}
    if known:
        yield (_measured(known, context, best=True),)
    new = next((each for name, each in measures.items() if name not in care.baseline and each.high is not None), None)
    if new is not None:
        both = {**known, new.id: new}
        yield _measured({new.id: new}, context, best=False), _measured(both, context, best=True)


def _measured(measures: dict[str, Measure], context: CareContext, *, best: bool) -> Ask:
    scores = {name: _end(each, low=(each.better == "low") is best) for name, each in measures.items()}
    return Ask(c.RecordMeasures(scores=scores), context.now)


def _end(measure: Measure, *, low: bool) -> float:
    """One end of a measure's range; 1,000 where it has no upper one."""
    return float(measure.low if low else 1_000 if measure.high is None else measure.high)
