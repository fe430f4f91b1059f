"""What follows from a session?"""

from __future__ import annotations

from aggregates.client_care.contents import Session, StopSign
from aggregates.client_care.context import CareContext
from aggregates.client_care.judging.asking import Inputs, ask, put
from aggregates.client_care.judging.readings import readings_inputs
from aggregates.client_care.judging.tables import WHAT_FOLLOWS_FROM_THIS_SESSION
from aggregates.client_care.limits import in_words, session_breaches
from aggregates.client_care.memory import CareMemory
from aggregates.client_care.volume import performed_in, session_beyond_share
from aggregates.protocol.verdict import Given, Verdict

SIGNS = ("STOP-01", "STOP-02", "STOP-03", "STOP-06", "STOP-09")
STATED = ("pain_before", "pain_worst", "pain_after", "stop_signs", "asked_to_stop", "done")
LASTING = {"STOP-01": "STOP-01.lasting", "STOP-02": "STOP-02.lasting", "STOP-09": "STOP-09.serious"}


def judge_session(care: CareMemory, session: Session, context: CareContext) -> Verdict:
    """What follows from this session?"""
    given = readings_inputs(care, session, context)
    given.update(stop_inputs(session.stop_signs))
    missing = unanswered(session)
    given["session_unanswered"] = Given(len(missing), "derived", named=missing)
    at = context.occurred_at
    held = care.was_on_hold(at, context.house.today) or care.unwell_that_day(at, context.house.today)
    given["held_that_day"] = Given(held or bool(care.unclear_at(at)), "record")
    put(given, "STOP-07", session.asked_to_stop, "client_said")
    breaches = (*session_breaches(care.limits(context.today, at), session, performed_in(care.program, session)),
                *session_beyond_share(care, session, at))
    given["beyond_clearance_limit"] = Given(bool(breaches), "derived", named=tuple(map(in_words, breaches)))
    put(given, "pain_worst", worst_pain(session), "client_said")
    put(given, "pain_ten_minutes_later", session.pain_ten_minutes_later, "client_said")
    put(given, "systolic_fall", session.systolic_fall, "coach_measured")
    put(given, "spo2_exercise", session.spo2_lowest, "coach_measured")
    if session.exercise_bp is not None:
        given["exercise_systolic"] = Given(session.exercise_bp[0], "coach_measured")
        given["exercise_diastolic"] = Given(session.exercise_bp[1], "coach_measured")
    if session.adverse is not None:
        given["adverse_grade"] = Given(session.adverse.grade, "coach_observed")
    return ask(context, WHAT_FOLLOWS_FROM_THIS_SESSION, given)


def stop_inputs(signs: tuple[StopSign, ...] | None) -> Inputs:
    """Reasons to stop as inputs; none of them if nobody said whether there was one.

    A sign of which nobody said whether it lasted counts as lasting: the row that would call for help decides.
    """
    if signs is None:
        return {}
    seen = {each.id for each in signs}
    lasted = {each.id for each in signs if each.lasting is not False}
    return {**{sign: Given(sign in seen, "coach_observed") for sign in SIGNS},
            **{name: Given(sign in lasted, "coach_observed") for sign, name in LASTING.items()}}


def unanswered(session: Session) -> tuple[str, ...]:
    """The fields that every record of a session has to state and that this one leaves open."""
    return tuple(each for each in STATED if getattr(session, each) is None)


def worst_pain(session: Session) -> int | None:
    """The worst pain stated during or after a session."""
    worst = session.pain_worst
    for each in (session.pain_after, session.pain_ten_minutes_later):
        if each is not None and (worst is None or each > worst):
            worst = each
    return worst


def free_of_stop_signs(session: Session) -> bool:
    """Whether somebody looked for reasons to stop and found none, and the client did not ask to stop."""
    return session.stop_signs == () and session.asked_to_stop is False
