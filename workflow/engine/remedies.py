"""What would make a broken rule hold: each thing as the requests and the waiting that it comes to, and who supplies it.

They are only ever tried on a copy. A remedy is the plainest one there is: a screening without findings, a clearance
without conditions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple

from aggregates.client_care import commands as c
from aggregates.client_care.contents import Answer, YesNo
from aggregates.client_care.context import CareContext
from aggregates.client_care.judging.screening import QUESTIONS
from aggregates.client_care.limits import exercise_breaches
from aggregates.client_care.memory import CareMemory
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


class Remedy(NamedTuple):
    """One thing that can be missing: what it is, who can supply it, and how it comes about, the shortest way first.

    `deadlines` are the rules under which it may be owed already.
    """

    name: str
    what: str
    supplier: str
    ways: Ways
    deadlines: tuple[str, ...] = ()


def _screening(care: CareMemory, context: CareContext) -> Iterator[Way]:
    answers: dict[str, YesNo | Answer] = {each: "yes" if each in AGAINST else "no" for each in QUESTIONS}
    onset = None if care.onset is not None else context.today
    yield (Ask(c.RecordScreening(answers=answers, medicines=(), red_flags=(), onset=onset), context.now),)


def _clearance(_care: CareMemory, context: CareContext) -> Iterator[Way]:
    yield (Ask(c.RecordClearance(
        issuer=CLINICIAN, profession=context.house.accepted_issuers[0], dated=context.today, signed=True,
        diagnosis="-", decision="full", restrictions="none"), context.now),)


def _release(care: CareMemory, context: CareContext) -> Iterator[Way]:
    source = care.referral_source or (care.clearance.issuer if care.clearance else "")
    if source:
        yield (Ask(c.RecordAnswer(source=source, answer="resume"), context.now),)


def _usual(care: CareMemory, context: CareContext) -> Iterator[Way]:
    hours = timedelta(hours=context.pack.number("EXA-02.usual_hours"))
    since = care.usual_since(context.pack.number("PAIN-05.above_usual"))
    told = () if since is not None else (
        Ask(c.RecordFollowUp(pain=care.usual_pain or 0, usual=True), context.now),)
    yield (*told, Ask(None, (since or context.now) + hours))


def _resume(_care: CareMemory, context: CareContext) -> Iterator[Way]:
    most = int(context.pack.number("EXA-02.volume_percent"))
    yield (Ask(c.ResumeTraining(volume_percent=most), context.now),)


def _readmission(_care: CareMemory, context: CareContext) -> Iterator[Way]:
    yield (Ask(c.Readmit(reason="-"), context.now),)


def _signature(care: CareMemory, context: CareContext) -> Iterator[Way]:
    last = care.last_session_by(context.occurred_at)
    if last is not None:
        yield (Ask(c.AmendFact(version=last.version, corrected={"signed": True}, reason="-"), context.now),)


def _programme(care: CareMemory, context: CareContext) -> Iterator[Way]:
    """The programme without the exercises that lie outside of the clearance."""
    limits = care.limits(context.today, context.occurred_at)
    kept = tuple(each for each in care.program.values() if not exercise_breaches(limits, (each,)))
    if kept:
        template: Any = care.template or "DOS-LO"
        yield (Ask(c.DesignProgram(template=template, exercises=kept), context.now),)


def _good_sessions(_care: CareMemory, context: CareContext) -> Iterator[Way]:
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


def _earlier_session(_care: CareMemory, context: CareContext) -> Iterator[Way]:
    yield (Ask(_session(), context.now), Ask(None, _next_morning(context.now, context)))


def _session() -> c.RecordSession:
    return c.RecordSession(pain_before=0, pain_worst=0, pain_after=0, stop_signs=(), asked_to_stop=False,
                           red_flags=(), done="as planned", signed=True)


def _next_morning(at: datetime, context: CareContext) -> datetime:
    day = context.house.local(at)
    return datetime.combine(day.date() + timedelta(days=1), MORNING, day.tzinfo).astimezone(at.tzinfo)


def _retest(care: CareMemory, context: CareContext) -> Iterator[Way]:
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


SCREENING = Remedy("screening", "a complete screening without a finding that stops training",
                   "the coach, with the client", _screening)
CLEARANCE = Remedy("clearance", "a new clearance that is complete and allows it, dated today or later",
                   "a clinician of an accepted profession", _clearance, ("DL-09",))
RELEASE = Remedy("release", "the referral source's answer that training may resume", "the referral source", _release,
                 ("DL-07",))
USUAL = Remedy("usual pain", "usual pain until then without a break, as the client says", "the client", _usual,
               ("DL-08",))
RESUME = Remedy("resuming", "the decision to resume training, at no more than the allowed share of the last volume",
                "the coach", _resume)
READMISSION = Remedy("readmission", "readmission", "the coach or the owner", _readmission)
SIGNATURE = Remedy("signature", "the signature under the last session", "the coach who led it", _signature)
GOOD_SESSIONS = Remedy("good sessions", "sessions in a row as planned, each with little pain and a fine next morning",
                       "the client and the coach", _good_sessions)
EARLIER_SESSION = Remedy("earlier session", "a recorded session, and the morning after it", "the coach",
                         _earlier_session)
RETEST = Remedy("re-test", "a re-test that shows the gains", "the coach, with the client", _retest, ("OUT-02",))

PROGRAMME = Remedy("programme", "a programme within the conditions of the clearance", "the coach", _programme)

REMEDIES: dict[str, tuple[Remedy, ...]] = {
    "screening_is_complete": (SCREENING,), "screening_is_current": (SCREENING,),
    "client_is_screened_anew": (SCREENING,), "clearance_is_in_force": (CLEARANCE,),
    "client_is_not_referred_back": (CLEARANCE, RELEASE), "a_new_clearance_is_here": (CLEARANCE, RELEASE),
    "programme_is_still_within_the_clearance": (PROGRAMME, CLEARANCE), "program_is_within_the_clearance": (CLEARANCE,),
    "change_is_within_the_clearance": (CLEARANCE,), "training_is_not_paused": (RESUME,),
    "referral_source_has_released": (RELEASE,), "usual_pain_for_48_hours": (USUAL,),
    "care_is_open": (READMISSION,), "last_session_is_signed": (SIGNATURE,), "raising_is_earned": (GOOD_SESSIONS,),
    "a_session_came_before": (EARLIER_SESSION,), "gains_are_kept_on_retest": (RETEST,),
}
"""What helps against a broken rule, by the rule's name."""

OF_THE_REQUEST = frozenset({
    "exercises_have_distinct_names", "one_change_per_step", "change_fits_the_programme", "raise_is_small",
    "volume_is_at_most_half", "readings_are_within_the_clearance", "what_held_the_session_is_measured_again",
    "issuer_is_accepted", "clearance_is_not_dated_ahead", "clearance_has_not_expired",
    "clearance_is_newer_than_the_suspension", "answer_comes_from_an_accepted_issuer",
    "answer_agrees_with_its_clearance", "answer_is_not_dated_ahead", "answer_has_not_expired",
    "answer_is_newer_than_the_suspension", "answer_brings_a_complete_clearance",
    "answer_comes_from_the_referral_source", "amendment_changes_something", "fact_can_be_amended",
    "contradiction_is_open", "a_release_is_on_record",
})
"""Rules that look at what the request says: another request would hold, whatever is on record."""

NEVER = frozenset({
    "a_hold_is_in_place", "an_emergency_cannot_be_overridden", "answer_is_the_newest", "client_is_new",
    "it_is_asked_on_its_day", "nothing_newer_stands_against_it", "step_belongs_to_this_phase",
    "the_row_allows_an_override", "training_went_on_then",
})
"""Rules against which nothing helps that anybody would wish for or could supply: they look at what is settled."""
