"""Active training: signed sessions, one small step at a time, and what pain the next morning means."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from aggregates.client_care import commands as c
from aggregates.client_care import facts as f
from aggregates.client_care.contents import AdverseResponse, Change, Effort, Glucose, Limit, RedFlag, StopSign
from aggregates.client_care.phases import Phase
from aggregates.kernel.errors import InvalidInput
from tests.care.examples import (
    BIKE,
    EARNED,
    FINE,
    GATED,
    MAINTAINED,
    NOT_USUAL,
    RESUME,
    ROW,
    SCREENED,
    TRAINING,
    WORSE,
    change,
    clearance,
    ready,
    register,
    screening,
    session,
)
from tests.care.scenario import At, given


def test_the_next_session_waits_for_the_signature_under_the_last() -> None:
    unsigned = given(*TRAINING, session(signed=False)).when(c.StartSession()).then_refused("last_session_is_signed")
    assert unsigned.refusals[0].seen == {"last_session": unsigned.version_of(f.SessionRecorded),
                                         "held_at": "2026-01-05T14:00+01:00"}
    version = unsigned.version_of(f.SessionRecorded)
    signed = c.AmendFact(version=version, corrected={"signed": True}, reason="signed late")
    unsigned.and_given(signed).when(c.StartSession()).then_admitted()


def test_a_session_that_was_held_is_never_refused_for_want_of_a_signature_under_the_one_before() -> None:
    held = session(pain_worst=9, pain_after=8, pain_ten_minutes_later=8, asked_to_stop=True)
    given(*TRAINING, session(signed=False)).when(held).then_decided("STOP_SESSION")


def test_an_adverse_response_is_taken_although_the_last_session_is_not_signed() -> None:
    given(*TRAINING, session(signed=False)).when(session(adverse=AdverseResponse(grade=3))).then_decided(
        "REFER_SAME_DAY", "AE-03").then_phase(Phase.REFERRAL_BACK)


@pytest.mark.parametrize("names", [(), ("cable row", "cable row")])
def test_a_programme_names_each_exercise_once_and_at_least_one(names: tuple[str, ...]) -> None:
    exercises = tuple(replace(ROW, name=each) for each in names)
    refused = given(*TRAINING).when(c.DesignProgram(template="DOS-LO", exercises=exercises))
    assert refused.then_refused("exercises_have_distinct_names").refusals[0].seen == {
        "exercises": len(names), "distinct": len(set(names)), "named_twice": "cable row" if names else None}
    given(*TRAINING).when(c.DesignProgram(template="DOS-LO", exercises=(ROW, BIKE))).then(f.ProgramDesigned)


@pytest.mark.parametrize(("load", "admitted"), [
    (20.39, False), (20.4, True), (22.0, True), (22.01, False), (20.0, True), (19.0, True)])
def test_load_is_raised_by_two_to_ten_percent(load: float, admitted: bool) -> None:
    scenario = given(*EARNED).when(change("load_kg", load))
    if admitted:
        scenario.then(f.ProgramChanged, rule="PRG-01" if load > 20 else "PRG-03")
    else:
        scenario.then_refused("raise_is_small")
        assert scenario.refusals[0].seen["least"] == 2
        assert scenario.refusals[0].seen["most"] == 10


def test_a_load_where_there_was_none_is_a_raise_from_nothing() -> None:
    given(*EARNED).when(change("load_kg", 40, "bike")).then_refused("raise_is_small")


def test_a_step_is_one_change() -> None:
    one, other = Change(exercise="cable row", what="reps", to=16), Change(exercise="bike", what="minutes", to=11)
    given(*EARNED).when(c.ChangeProgram(changes=(one,))).then_admitted()
    for changes in ((), (one, other)):
        scenario = given(*EARNED).when(c.ChangeProgram(changes=changes)).then_refused("one_change_per_step")
        assert scenario.refusals[0].seen == {"changes": len(changes)}


@pytest.mark.parametrize(("what", "to"), [
    ("load_kg", -1), ("load_kg", float("nan")), ("load_kg", float("inf")), ("load_kg", (0, 90)), ("reps", 0),
    ("reps", 2.5), ("reps", float("nan")), ("sets", 1001), ("minutes", 0), ("range_degrees", 90)])
def test_a_change_holds_a_value_that_its_field_can_take(what: str, to: Any) -> None:
    given(*EARNED).when(change(what, to)).then_refused("change_fits_the_programme")


def test_an_exercise_that_is_not_in_the_programme_is_not_changed() -> None:
    scenario = given(*EARNED).when(change("load_kg", 21, "leg press")).then_refused("change_fits_the_programme")
    assert scenario.refusals[0].seen == {"not_in_programme": "leg press"}


@pytest.mark.parametrize("second", [
    session(pain_worst=3), session(pain_after=3), session(done="changed"), session(done=None),
    session(pain_worst=None, pain_after=None)])
def test_a_raise_follows_two_sessions_in_a_row_that_went_well(second: c.RecordSession) -> None:
    history = (*EARNED[:-2], At("2026-01-08T10:00", second), At("2026-01-09T08:00", FINE))
    refused = given(*history).when(change("load_kg", 21)).then_refused("raising_is_earned")
    assert refused.refusals[0].seen == {"sessions_that_went_well": 1, "needed": 2}
    given(*EARNED).when(change("load_kg", 21)).then(f.ProgramChanged, rule="PRG-01")


def test_a_raise_waits_for_the_morning_after_and_a_missing_answer_is_no_fine_morning() -> None:
    given(*EARNED[:-1]).when(change("load_kg", 21)).then_refused("raising_is_earned")
    given(*EARNED[:-1], At("2026-01-09T08:00", NOT_USUAL)).when(change("load_kg", 21)).then_refused("raising_is_earned")


def test_sessions_before_a_pause_earn_no_raise_after_it() -> None:
    history = (*EARNED, At("2026-01-12T09:00", WORSE), *GATED[-2:], At("2026-01-15T09:00", RESUME))
    given(*history).when(change("load_kg", 21)).then_refused("raising_is_earned", "change_keeps_the_resumed_volume")
    given(*history).when(change("load_kg", 15)).then_admitted()


def test_the_worst_pain_stated_anywhere_in_a_session_decides() -> None:
    for said in ({"pain_worst": 6}, {"pain_after": 6}, {"pain_worst": None, "pain_ten_minutes_later": 6}):
        scenario = given(*TRAINING).when(session(**said))
        assert next(x.verdict for x in scenario.facts if isinstance(x, f.DecisionMade)).fired("PAIN-03"), said


def test_one_stop_sign_noted_twice_keeps_the_graver_note() -> None:
    signs = (StopSign(id="STOP-01", lasting=True), StopSign(id="STOP-01"))
    given(*TRAINING).when(session(stop_signs=signs)).then_decided("EMERGENCY", "STOP-01")


def test_a_clearance_limit_that_was_passed_in_a_session_is_found() -> None:
    limit = Limit(of="training_heart_rate", words="at most 120", at_most=120, unit="beats per minute")
    limited = (*SCREENED, clearance(decision="conditional", conditions=(limit,), restrictions=None))
    given(*limited).when(session(highest_heart_rate=121)).then_decided("MODIFY", "STOP-08")
    given(*limited).when(session(highest_heart_rate=120)).then_decided("PROCEED")


def test_diabetes_from_the_screening_asks_for_glucose_and_without_it_the_session_is_held() -> None:
    history = (register(), screening({"SCR-04": "yes"}, conditions=("diabetes",)), clearance())
    given(*history).when(c.StartSession()).then_decided("HOLD_SESSION", "VIT-16")
    given(*history).when(c.StartSession(glucose=Glucose(value=71, unit="mg/dL"))).then_decided("HOLD_SESSION", "VIT-09")
    given(*history).when(ready(glucose=Glucose(value=90, unit="mg/dL"))).then_decided("PROCEED")


def test_pain_one_above_the_usual_is_usual_and_two_above_is_not() -> None:
    trained = (*TRAINING, At("2026-01-06T10:00", session()))
    given(*trained).when(c.RecordMorning(pain=3, usual=True), "2026-01-07T08:00").then_decided("PROCEED", "PAIN-05")
    given(*trained).when(c.RecordMorning(pain=4, usual=True), "2026-01-07T08:00").then_decided("MODIFY", "PAIN-06")


def test_two_mornings_in_a_row_that_are_not_usual_pause_training() -> None:
    first = (*TRAINING, At("2026-01-06T10:00", session()), At("2026-01-07T08:00", NOT_USUAL))
    given(*first).then_phase(Phase.ACTIVE_TRAINING)
    given(*first, At("2026-01-08T10:00", session())).when(NOT_USUAL, "2026-01-09T08:00").then_decided(
        "PAUSE", "PAIN-06", "EXA-01").then_phase(Phase.EXACERBATION_PAUSE)


def test_a_morning_nobody_heard_about_is_unknown_and_not_usual_by_silence() -> None:
    history = (*TRAINING, At("2026-01-06T10:00", session()), At("2026-01-08T10:00", session()))
    scenario = given(*history).when(NOT_USUAL, "2026-01-09T08:00").then_decided("MODIFY", "PAIN-06")
    verdict = next(each.verdict for each in scenario.facts if isinstance(each, f.DecisionMade))
    assert "second_in_a_row" in verdict.unknown


def test_a_morning_belongs_to_the_session_before_it_and_not_to_one_held_since() -> None:
    history = (*TRAINING, At("2026-01-06T10:00", session(pain_worst=6)), At("2026-01-07T18:00", session()))
    late = At("2026-01-07T20:00", NOT_USUAL, occurred="2026-01-07T08:00")
    scenario = given(*history).when(late)
    scenario.then(f.MorningAnswered, of_version=scenario.version_of(f.SessionRecorded, back=2)).then_decided("PAUSE")


def test_a_next_morning_answer_needs_a_session_on_an_earlier_day() -> None:
    given(*TRAINING).when(NOT_USUAL).then_refused("a_session_came_before")
    held = (*TRAINING, At("2026-01-06T10:00", session()))
    given(*held).when(NOT_USUAL, "2026-01-06T23:30").then_refused("a_session_came_before")
    given(*held).when(NOT_USUAL, "2026-01-07T00:30").then_admitted().then(f.MorningAnswered, of_version=given(
        *held).version_of(f.SessionRecorded))


@pytest.mark.parametrize("open_field", [
    "pain_before", "pain_worst", "pain_after", "stop_signs", "asked_to_stop", "done"])
def test_a_session_that_leaves_something_open_is_noted_as_incomplete_and_never_read_as_no(open_field: str) -> None:
    given(*TRAINING).when(session()).then_decided("PROCEED")
    given(*TRAINING).when(session(**{open_field: None})).then_decided("NOTE", "SES-01")


def test_a_session_of_which_nothing_is_stated_is_recorded_with_everything_unknown() -> None:
    scenario = given(*TRAINING).when(c.RecordSession()).then_decided("NOTE", "SES-01")
    verdict = next(each.verdict for each in scenario.facts if isinstance(each, f.DecisionMade))
    assert {"STOP-01", "STOP-07", "RF-E1", "pain_worst"} <= set(verdict.unknown)
    assert not {"STOP-01", "STOP-07", "RF-E1"} & {each.name for each in verdict.inputs}


@pytest.mark.parametrize(("sign", "lasting", "decision"), [
    ("STOP-01", False, "STOP_SESSION"), ("STOP-01", True, "EMERGENCY"), ("STOP-01", None, "EMERGENCY"),
    ("STOP-02", None, "EMERGENCY"), ("STOP-09", None, "EMERGENCY"), ("STOP-09", False, "STOP_SESSION")])
def test_a_reason_to_stop_that_nobody_watched_counts_as_lasting(sign: Any, lasting: bool | None, decision: str) -> None:
    given(*TRAINING).when(session(stop_signs=(StopSign(id=sign, lasting=lasting),))).then_decided(decision, sign)


def test_a_session_in_which_nobody_looked_for_reasons_to_stop_earns_no_raise() -> None:
    silent = session(stop_signs=None)
    given(*TRAINING, At("2026-01-06T10:00", silent), At("2026-01-07T08:00", FINE), At("2026-01-08T10:00", silent),
          At("2026-01-09T08:00", FINE)).when(change("load_kg", 21.0)).then_refused("raising_is_earned")


def test_a_score_is_checked_the_first_time_too() -> None:
    for scores in ({"NPRS": 40.0}, {"NPRS": float("nan")}, {"VAS": 3.0}):
        with pytest.raises(InvalidInput):
            given(*SCREENED).when(c.RecordMeasures(scores=scores))


def test_a_measure_that_is_a_change_already_is_recorded_without_a_label() -> None:
    given(*TRAINING, c.RecordMeasures(scores={"GROC": 2.0})).when(c.RecordMeasures(scores={"GROC": 3.0})).then(
        f.MeasuresRecorded, labels={})


def test_adverse_responses_count_in_functional_maintenance_too() -> None:
    given(*MAINTAINED).when(c.ReportAdverseResponse(grade=1)).then_phase(Phase.FUNCTIONAL_MAINTENANCE)
    given(*MAINTAINED).when(c.ReportAdverseResponse(grade=2)).then_decided("PAUSE", "AE-02").then_phase(
        Phase.EXACERBATION_PAUSE)
    given(*MAINTAINED).when(session(adverse=AdverseResponse(grade=4))).then_decided("EMERGENCY").then_phase(
        Phase.REFERRAL_BACK)


@pytest.mark.parametrize(("command", "phase"), [
    (c.ReportRedFlags(red_flags=(RedFlag(id="RF-U1"),)), Phase.REFERRAL_BACK),
    (session(adverse=AdverseResponse(grade=2)), Phase.EXACERBATION_PAUSE),
    (session(effort=Effort(value=13, scale="borg_6_20")), Phase.ACTIVE_TRAINING)])
def test_what_the_protocol_decides_moves_the_client(command: Any, phase: Phase) -> None:
    given(*TRAINING).when(command).then_admitted().then_phase(phase)
