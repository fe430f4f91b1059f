"""From the record to the inputs of the protocol, each with its source. A missing answer is left out, never "no"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from aggregates.client_care.commands import (
    RecordFollowUp,
    RecordMorning,
    RecordScreening,
    RecordSession,
    ReportAdverseResponse,
    ReportExacerbation,
    ReportHealthChange,
    ReportRedFlags,
    StartSession,
)
from aggregates.client_care.contents import (
    AdverseResponse,
    Answer,
    Morning,
    Readings,
    RedFlag,
    Screening,
    Session,
    StopSign,
)
from aggregates.client_care.context import CareContext
from aggregates.client_care.limits import missing_vitals, session_breaches
from aggregates.client_care.memory import CareMemory, SessionMemo
from aggregates.client_care.phases import IN_TRAINING
from aggregates.kernel.errors import InvalidInput
from aggregates.kernel.messages import Command
from aggregates.protocol.evaluate import evaluate
from aggregates.protocol.verdict import Given, Source, Verdict

Inputs = dict[str, Given]

QUESTIONS = ("SCR-01", "SCR-02", "SCR-03", "SCR-04", "SCR-05", "SCR-07", "SCR-08", "SCR-09", "SCR-10", "SCR-13",
             "SCR-14", "SCR-15")
FLAGS = ("RF-E1", "RF-E2", "RF-E3", "RF-U1", "RF-U3", "RF-U4")
COUNTED_FLAGS = ("RF-U2", "RF-R1")
SIGNS = ("STOP-01", "STOP-02", "STOP-03", "STOP-06", "STOP-09")
LASTING = {"STOP-01": "STOP-01.lasting", "STOP-02": "STOP-02.lasting", "STOP-09": "STOP-09.serious"}


def judge(care: CareMemory, command: Command, context: CareContext) -> Verdict | None:
    """The protocol's decision on *command*, or None if it asks for none."""
    match command:
        case RecordScreening():
            return judge_screening(care, command, context)
        case StartSession():
            return _evaluate(context, "May this session begin?", ("vitals", "red_flags", "pain"),
                             readings_inputs(care, command, context))
        case RecordSession():
            return judge_session(care, command, context)
        case RecordMorning():
            return judge_morning(care, command, care.session_before(context.day_began), context)
        case RecordFollowUp() if care.phase in IN_TRAINING:
            said = Morning(pain=command.pain, usual=command.usual)
            return judge_morning(care, said, care.session_before(context.day_began), context)
        case ReportAdverseResponse():
            return judge_adverse(command, context)
        case ReportRedFlags():
            return _evaluate(context, "What follows from these red flags?", ("red_flags",),
                             flag_inputs(command.red_flags, care, asked=False))
        case ReportHealthChange():
            return _evaluate(context, "Does the clearance still hold?", ("health",),
                             {"health_change": Given(True, "client_said")})
        case ReportExacerbation():
            return _evaluate(context, "May training go on?", ("exacerbation",),
                             {"exacerbation_reported": Given(True, "client_said")})
    return None


def _evaluate(context: CareContext, question: str, tables: tuple[str, ...], given: Inputs) -> Verdict:
    return evaluate(context.pack, question, tables, given)


def judge_adverse(response: AdverseResponse, context: CareContext) -> Verdict:
    """What follows from an adverse response outside a session?"""
    return _evaluate(context, "What follows from this adverse response?", ("adverse",),
                     {"adverse_grade": Given(response.grade, "coach_observed")})


def judge_screening(care: CareMemory, screening: Screening, context: CareContext) -> Verdict:
    """May training begin?"""
    _refuse_unknown_questions(screening)
    given = flag_inputs(screening.red_flags or (), care, asked=screening.red_flags is not None)
    onset, stage = screening.onset or care.onset, screening.stage or care.stage
    unanswered = sum(_yes(screening.answers.get(each)) is None for each in QUESTIONS)
    unanswered += (screening.medicines is None) + (screening.red_flags is None) + (onset is None)
    unanswered += _leaves_open_which_condition(care, screening)
    for each in QUESTIONS:
        _put(given, each, _yes(screening.answers.get(each)), "client_said")
    _put(given, "SCR-02.now", _now(screening.answers.get("SCR-02")), "client_said")
    _put(given, "SCR-06.medicines", None if screening.medicines is None else len(screening.medicines), "client_said")
    _put(given, "days_since_onset", None if onset is None else (context.today - onset).days, "derived")
    _put(given, "stage", stage or None, "referrer_wrote")
    given.update({
        "unanswered": Given(unanswered, "derived"), "profile": Given(care.profile, "record"),
        "clearance_policy": Given(care.clearance_policy, "record"),
        "training": Given(care.phase in IN_TRAINING, "record"),
        "open_red_flags": Given(len(screening.red_flags or ()), "derived"),
    })
    return _evaluate(context, "May training begin?", ("screening", "red_flags"), given)


def _refuse_unknown_questions(screening: Screening) -> None:
    """A question that no row reads would be answered for nothing, and the one that was meant stays open."""
    unknown = sorted(set(screening.answers) - set(QUESTIONS))
    if unknown:
        raise InvalidInput(f"answers: {unknown[0]} is no question of this protocol; known are {', '.join(QUESTIONS)}")


def _leaves_open_which_condition(care: CareMemory, screening: Screening) -> bool:
    """Whether SCR-04 is a yes and nobody said if it is diabetes, on which the glucose rows depend."""
    return (_yes(screening.answers.get("SCR-04")) is True and screening.conditions is None
            and "diabetes" not in care.conditions)


def judge_session(care: CareMemory, session: Session, context: CareContext) -> Verdict:
    """What follows from this session?"""
    given = readings_inputs(care, session, context)
    given.update(stop_inputs(session.stop_signs))
    given["session_unanswered"] = Given(sum(_unanswered(session)), "derived")
    _put(given, "STOP-07", session.asked_to_stop, "client_said")
    limits = care.limits(context.today, context.occurred_at)
    given["beyond_clearance_limit"] = Given(bool(session_breaches(limits, session)), "derived")
    _put(given, "pain_worst", worst_pain(session), "client_said")
    _put(given, "pain_ten_minutes_later", session.pain_ten_minutes_later, "client_said")
    _put(given, "systolic_fall", session.systolic_fall, "coach_measured")
    _put(given, "spo2_exercise", session.spo2_lowest, "coach_measured")
    if session.exercise_bp is not None:
        given["exercise_systolic"] = Given(session.exercise_bp[0], "coach_measured")
        given["exercise_diastolic"] = Given(session.exercise_bp[1], "coach_measured")
    if session.adverse is not None:
        given["adverse_grade"] = Given(session.adverse.grade, "coach_observed")
    return _evaluate(context, "What follows from this session?", ("session", "vitals", "red_flags", "stop", "pain",
                                                                   "adverse"), given)


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


def _unanswered(session: Session) -> tuple[bool, ...]:
    """What every record of a session has to say, and whether this one leaves it open."""
    said = (session.pain_before, session.pain_worst, session.pain_after, session.stop_signs, session.asked_to_stop,
            session.done)
    return tuple(each is None for each in said)


def judge_morning(care: CareMemory, morning: Morning, session: SessionMemo | None, context: CareContext) -> Verdict:
    """What follows from the morning after *session*?"""
    given: Inputs = {"morning_pain": Given(morning.pain, "client_said")}
    _put(given, "back_to_usual", morning.usual, "client_said")
    for name in ("affects_daily_life", "hard_to_tolerate", "muscle_soreness", "soreness_alarm"):
        _put(given, name, getattr(morning, name), "client_said")
    if care.usual_pain is not None:
        above = care.usual_pain + context.pack.number("PAIN-05.above_usual")
        given["above_usual"] = Given(morning.pain > above, "derived")
    if session is not None:
        given["after_pain_03"] = Given(session.stopped_by_pain, "record")
        _put(given, "second_in_a_row", _not_usual_before(care, session), "record")
    return _evaluate(context, "Is the client back to usual on the morning after?", ("next_morning", "morning_record"),
                     given)


def _not_usual_before(care: CareMemory, session: SessionMemo) -> bool | None:
    """Whether the morning after the session before was not as usual; None if nobody heard."""
    earlier = max((each for each in care.sessions if each.at < session.at), key=lambda each: each.at, default=None)
    if earlier is None:
        return False
    return None if earlier.morning_fine is None else not earlier.morning_fine


def readings_inputs(care: CareMemory, readings: Readings, context: CareContext) -> Inputs:
    """What was measured before a session."""
    given: Inputs = {"diabetes": Given("diabetes" in care.conditions, "record"),
                     "heart_failure": Given("heart_failure" in care.conditions, "record"),
                     "vital_missing": Given(missing_vitals(
                         care.limits(context.today, context.occurred_at), readings), "derived")}
    given.update(flag_inputs(readings.red_flags or (), care, asked=readings.red_flags is not None))
    if readings.bp:
        systolic, diastolic = [bp[0] for bp in readings.bp], [bp[1] for bp in readings.bp]
        given["resting_systolic"] = Given(sum(systolic) / len(systolic), "coach_measured")
        given["resting_diastolic"] = Given(sum(diastolic) / len(diastolic), "coach_measured")
        for which, of in (("least", min), ("highest", max)):
            given[f"{which}_systolic"] = Given(of(systolic), "coach_measured")
            given[f"{which}_diastolic"] = Given(of(diastolic), "coach_measured")
        given["bp_readings"] = Given(len(readings.bp), "coach_measured")
    _put(given, "bp_symptoms", readings.bp_symptoms, "client_said")
    for name, value in (("resting_heart_rate", readings.heart_rate), ("temperature", readings.temperature_c),
                        ("spo2_rest", readings.spo2), ("weight_gain_3_days", readings.weight_gain_kg),
                        ("standing_drop", readings.standing_drop)):
        _put(given, name, value, "coach_measured")
    _put(given, "standing_symptoms", readings.standing_symptoms, "client_said")
    if readings.glucose is not None:
        given["glucose"] = Given(readings.glucose.value, "coach_measured", readings.glucose.unit)
    for sign in ("unwell", "ketones", "weakness", "helped_hypo_24h"):
        if readings.glucose_symptoms is not None:
            given[sign] = Given(sign in readings.glucose_symptoms, "client_said")
    _put(given, "pain_before", readings.pain_before, "client_said")
    if readings.pain_before is not None and care.usual_pain is not None:
        given["pain_before_above_usual"] = Given(readings.pain_before > care.usual_pain, "derived")
    return given


def flag_inputs(flags: Iterable[RedFlag], care: CareMemory, *, asked: bool) -> Inputs:
    """Red flags as inputs. Only where all were asked about does an absent one mean "no".

    Features of one flag add up over the days until a clearance answers them.
    Raises `InvalidInput` for a flag that no row reads: to drop it silently would make it a "no".
    """
    found = _features_by_flag(flags)
    given: Inputs = {}
    for each in FLAGS:
        if asked or each in found:
            given[each] = Given(each in found, "client_said")
    for each in COUNTED_FLAGS:
        if asked or each in found:
            known = {name.casefold() for name in care.open_features.get(each, ())} if each in found else set()
            given[f"{each}.features"] = Given(len(found.get(each, set()) | known), "client_said")
    return given


def _features_by_flag(flags: Iterable[RedFlag]) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = {}
    for flag in flags:
        if flag.id not in (*FLAGS, *COUNTED_FLAGS):
            raise InvalidInput(f"red_flags: {flag.id} is no red flag of this protocol; known are "
                               f"{', '.join((*FLAGS, *COUNTED_FLAGS))}")
        found.setdefault(flag.id, set()).update(each.casefold() for each in flag.features)
        if flag.id in COUNTED_FLAGS and not flag.features:
            raise InvalidInput(f"red_flags: {flag.id} must name the features that are present")
    return found


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


def _yes(answer: str | Answer | None) -> bool | None:
    said = answer.answer if isinstance(answer, Answer) else answer
    return {"yes": True, "no": False}.get(said or "unknown")


def _now(answer: str | Answer | None) -> bool | None:
    if isinstance(answer, Answer):
        return answer.now if answer.answer == "yes" else False
    return False if answer == "no" else None


def _put(given: Inputs, name: str, value: float | bool | str | None, source: Source) -> None:
    if value is not None:
        given[name] = Given(value, source)
