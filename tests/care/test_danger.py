"""After a danger nobody trains on what was written, said or measured before it, in whatever order it is entered."""

from __future__ import annotations

from datetime import date

import pytest

from aggregates.client_care import commands as c
from aggregates.client_care import facts as f
from aggregates.client_care.contents import AdverseResponse, Change, ClearanceForm, Limit, RedFlag
from aggregates.client_care.phases import Phase
from aggregates.kernel.errors import InvalidInput
from tests.care.examples import (
    CLEARED,
    EARNED,
    FINE,
    GATED,
    NOT_USUAL,
    PAUSED,
    REFERRED,
    RELEASE,
    RESUME,
    SCREENED,
    TRAINING,
    USUAL,
    WAITING,
    WORSE,
    clearance,
    form,
    limited,
    ready,
    register,
    screening,
    session,
)
from tests.care.scenario import At, Scenario, given

START = ready()
HEALTH = c.ReportHealthChange(what="an operation")
WAIT = c.RecordAnswer(source="S. Berg", answer="stay paused")
STOP = c.RecordAnswer(source="S. Berg", answer="stop")
SHORT = (*TRAINING[:2], clearance(expires=date(2026, 1, 20)), *TRAINING[3:])
DECLINED = clearance(decision="declined", dated=date(2026, 1, 12))
LEAVE = c.Discharge(reason="other")


def grade(number: int) -> c.ReportAdverseResponse:
    return c.ReportAdverseResponse(grade=number)


def paper(day: str) -> c.RecordClearance:
    return clearance(dated=date.fromisoformat(day))


def late(command: c.Command, occurred: str, entered: str) -> At:
    return At(entered, command, occurred=occurred)


@pytest.mark.parametrize("history", [
    (*TRAINING, At("2026-01-10T09:00", HEALTH), At("2026-01-20T09:00", HEALTH), paper("2026-01-12")),
    (*REFERRED, At("2026-01-20T09:00", grade(4)), paper("2026-01-14")),
    (*REFERRED, At("2026-01-20T09:00", STOP), paper("2026-01-14")),
    (*REFERRED, LEAVE, c.Readmit(reason="back"), screening(), paper("2026-01-05")),
    (*PAUSED, LEAVE, c.Readmit(reason="back"), screening(), paper("2026-01-05")),
    (*SCREENED, At("2026-01-12T09:00", HEALTH), paper("2026-01-05")),
    (*SHORT, At("2026-01-22T09:00", HEALTH), paper("2026-01-21")),
    (*SCREENED, At("2026-01-12T09:00", DECLINED), paper("2026-01-05")),
    (*WAITING, At("2026-01-15T09:00", WAIT), paper("2026-01-13")),
    (*TRAINING, At("2026-01-12T09:00", grade(4)), late(paper("2026-01-12"), "2026-01-12T08:00", "2026-01-13T09:00")),
    (*TRAINING, late(HEALTH, "2026-01-04T09:00", "2026-03-02T09:00"), paper("2026-01-05")),
])
def test_only_a_clearance_given_since_the_newest_danger_answers_it(history: tuple[object, ...]) -> None:
    given(*history[:-1]).when(history[-1]).then_refused("clearance_is_newer_than_the_suspension")  # type: ignore[arg-type]


def test_a_clearance_of_the_day_of_the_danger_that_arrives_after_it_is_taken() -> None:
    given(*TRAINING, At("2026-01-12T09:00", HEALTH)).when(paper("2026-01-12"), "2026-01-12T17:00").then_phase(
        Phase.ACTIVE_TRAINING)


def test_an_older_paper_entered_late_replaces_no_newer_stricter_clearance() -> None:
    strict = limited(Limit(of="load", at_most=10, unit="kg", words="at most 10 kg"), dated=date(2026, 2, 1))
    scenario = given(*CLEARED, At("2026-02-01T12:00", strict), late(paper("2026-01-10"), "2026-01-10T09:00",
                                                                     "2026-02-03T09:00"))
    heavy = c.DesignProgram(template="DOS-LO", exercises=TRAINING[-1].exercises)
    scenario.when(heavy).then_refused("program_is_within_the_clearance")


def test_correcting_a_name_leaves_diabetes_on_record() -> None:
    history = (register(), screening({"SCR-04": "yes"}, conditions=("diabetes",)), clearance(),
               c.AmendFact(version=1, corrected={"name": "B Client"}, reason="typed wrong"))
    given(*history).when(START).then_decided("HOLD_SESSION", "VIT-16")


def test_a_screening_from_before_the_referral_back_is_not_the_new_one() -> None:
    scenario = given(*REFERRED, At("2026-01-20T09:00", paper("2026-01-20"))).then_phase(Phase.SCREENING)
    scenario.when(late(screening(), "2026-01-11T09:00", "2026-01-21T09:00")).then_phase(Phase.SCREENING)
    scenario.when(screening(), "2026-01-21T10:00").then_phase(Phase.ACTIVE_TRAINING)


def test_whether_a_session_may_begin_is_asked_on_its_day() -> None:
    given(*SHORT).when(late(START, "2026-01-20T09:00", "2026-01-21T09:00")).then_refused("it_is_asked_on_its_day")
    given(*SHORT).when(late(START, "2026-01-20T09:00", "2026-01-20T17:00")).then_decided("PROCEED")


def test_training_does_not_resume_for_a_moment_before_the_newest_danger() -> None:
    history = (*GATED, At("2026-01-16T09:00", HEALTH))
    given(*history).when(late(RESUME, "2026-01-15T10:00", "2026-01-17T09:00")).then_refused(
        "nothing_newer_stands_against_it")


@pytest.mark.parametrize("command", [LEAVE, c.MoveToMaintenance(reason="kept")])
def test_care_does_not_end_before_its_newest_session(command: c.Command) -> None:
    held = (*TRAINING, At("2026-02-01T09:00", session()))
    given(*held).when(late(command, "2026-01-10T09:00", "2026-02-02T09:00")).then_refused(
        "nothing_newer_stands_against_it")


@pytest.mark.parametrize(("history", "occurred", "entered"), [
    ((*GATED, At("2026-01-16T09:00", RESUME)), "2026-01-13T09:00", "2026-01-17T09:00"),
    ((*SCREENED, At("2026-01-10T09:00", clearance())), "2026-01-07T09:00", "2026-01-11T09:00")])
def test_a_session_outside_every_time_of_training_is_refused_also_when_training_goes_on(
        history: tuple[At, ...], occurred: str, entered: str) -> None:
    given(*history).when(late(session(), occurred, entered)).then_refused("training_went_on_then")


def test_a_session_of_an_earlier_time_of_training_is_taken_in_a_later_pause() -> None:
    history = (*GATED, At("2026-01-16T09:00", RESUME), At("2026-01-18T09:00", WORSE))
    given(*history).when(late(session(), "2026-01-09T10:00", "2026-01-19T09:00")).then_decided("PROCEED")


@pytest.mark.parametrize(("newest", "phase"), [(WAIT, Phase.EXACERBATION_PAUSE), (STOP, Phase.REFERRAL_BACK)])
def test_a_release_older_than_the_newest_word_of_the_referral_source_frees_nobody(
        newest: c.Command, phase: Phase) -> None:
    history = (*PAUSED, At("2026-01-13T09:00", USUAL), At("2026-01-16T09:00", newest))
    scenario = given(*history).when(late(RELEASE, "2026-01-14T09:00", "2026-01-17T09:00"))
    scenario.then_refused("answer_is_the_newest").then_phase(phase)


def test_a_late_worsening_leaves_the_newer_one_standing() -> None:
    history = (*PAUSED, At("2026-01-16T09:00", WORSE), late(WORSE, "2026-01-13T09:00", "2026-01-17T09:00"),
               late(USUAL, "2026-01-14T09:00", "2026-01-17T10:00"), At("2026-01-17T11:00", RELEASE))
    given(*history).when(RESUME, "2026-01-17T12:00").then_refused("usual_pain_for_48_hours")


@pytest.mark.parametrize("morning", [c.RecordMorning(pain=9), NOT_USUAL])
def test_a_bad_morning_in_the_pause_breaks_the_forty_eight_hours_also_if_nobody_asked_whether_it_was_usual(
        morning: c.RecordMorning) -> None:
    trained = (*TRAINING, At("2026-01-09T10:00", session()), *GATED[len(TRAINING):])
    given(*trained, At("2026-01-14T12:00", morning)).when(RESUME, "2026-01-15T10:00").then_refused(
        "usual_pain_for_48_hours")


def test_a_higher_usual_pain_told_in_the_pause_does_not_end_the_pause() -> None:
    history = (*PAUSED, c.RecordMeasures(scores={}, usual_pain=8),
               At("2026-01-13T09:00", c.RecordFollowUp(pain=8, usual=True)), At("2026-01-14T09:00", RELEASE))
    given(*history).when(RESUME, "2026-01-16T09:00").then_refused("usual_pain_for_48_hours")


def test_the_newest_health_change_asks_for_the_screening_also_when_an_older_one_is_told_after_it() -> None:
    history = (*TRAINING, At("2026-01-20T09:00", HEALTH), late(HEALTH, "2026-01-03T09:00", "2026-01-21T09:00"),
               At("2026-01-21T17:00", clearance(dated=date(2026, 1, 21), issuer="T. Dahl")))
    given(*history).when(START).then_refused("screening_is_current")


def test_after_a_health_change_a_new_finding_asks_for_clearance_again() -> None:
    history = (*TRAINING, At("2026-01-12T09:00", HEALTH), At("2026-01-13T09:00", paper("2026-01-13")))
    given(*history).when(screening({"SCR-01": "yes", "SCR-03": "yes"})).then_phase(Phase.MEDICAL_CLEARANCE)


def test_the_word_to_wait_counts_while_the_client_is_screened_anew() -> None:
    history = (*REFERRED, At("2026-01-20T09:00", paper("2026-01-20")), At("2026-01-20T10:00", WAIT))
    given(*history).when(screening(), "2026-01-20T11:00").then_phase(Phase.MEDICAL_CLEARANCE)


def test_a_word_to_wait_from_before_the_clearance_is_only_recorded() -> None:
    scenario = given(*TRAINING).when(late(WAIT, "2026-01-04T09:00", "2026-01-06T09:00"))
    scenario.then_admitted().then_not(f.ClearanceSuspended).then_phase(Phase.ACTIVE_TRAINING)


def test_sessions_from_paper_do_not_push_out_the_newest_unsigned_one() -> None:
    newest = (*TRAINING, At("2026-01-30T10:00", session(pain_worst=8, signed=False)))
    old = [late(session(), f"2026-01-{day:02}T10:00", "2026-01-30T12:00") for day in range(6, 18)]
    scenario = given(*newest, *old)
    scenario.when(START, "2026-01-30T18:00").then_refused("last_session_is_signed")
    scenario.when(NOT_USUAL, "2026-01-31T08:00").then_decided("PAUSE")


def test_each_raise_is_earned_by_sessions_since_the_last_one() -> None:
    once = c.ChangeProgram(changes=(Change(exercise="cable row", what="load_kg", to=22),))
    twice = c.ChangeProgram(changes=(Change(exercise="cable row", what="load_kg", to=24),))
    given(*EARNED, once).when(twice).then_refused("raising_is_earned")


def test_two_older_good_sessions_entered_late_do_not_outweigh_the_newest_bad_one() -> None:
    bad = (*TRAINING, At("2026-01-14T10:00", session(pain_worst=5)), At("2026-01-15T08:00", FINE))
    old = [late(step, f"2026-01-{day}", "2026-01-16T09:00") for step, day in (
        (session(), "06T10:00"), (FINE, "07T08:00"), (session(), "08T10:00"), (FINE, "09T08:00"))]
    raised = c.ChangeProgram(changes=(Change(exercise="cable row", what="load_kg", to=22),))
    given(*bad, *old).when(raised).then_refused("raising_is_earned")


def test_a_session_held_for_a_reading_is_asked_again_with_that_reading() -> None:
    held = given(*TRAINING, At("2026-01-06T09:00", ready(temperature_c=39.0)))
    held.when(START, "2026-01-06T09:05").then_refused("what_held_the_session_is_measured_again")
    held.when(ready(temperature_c=36.8), "2026-01-06T10:00").then_decided("PROCEED")
    given(*TRAINING, At("2026-01-06T09:00", ready(temperature_c=39.0))).when(
        START, "2026-01-07T09:00").then_decided("PROCEED")


def test_an_alarm_on_a_morning_without_its_session_is_acted_on() -> None:
    alarm = c.RecordMorning(pain=8, soreness_alarm=True, hard_to_tolerate=True)
    given(*TRAINING).when(alarm).then_decided("REFER_SAME_DAY").then_phase(Phase.REFERRAL_BACK)


def test_a_correction_that_cannot_be_is_not_taken_and_bars_nothing_after_it() -> None:
    scenario = given(*TRAINING)
    for corrected in ({"born": "2050-01-01"}, {"onset": "2030-01-01"}):
        with pytest.raises(InvalidInput):
            scenario.when(c.AmendFact(version=1, corrected=corrected, reason="typed wrong"))
    scenario.when(c.ReportRedFlags(red_flags=(RedFlag(id="RF-E1"),))).then_phase(Phase.REFERRAL_BACK)


@pytest.mark.parametrize(("kind", "corrected"), [
    (f.SessionRecorded, {"bp": [[80, 120]]}), (f.MeasuresRecorded, {"scores": {"NPRS": 400.0}})])
def test_a_correction_is_held_to_what_the_original_was_held_to(kind: type[f.CareFact], corrected: dict[str, object]
                                                               ) -> None:
    scenario = given(*TRAINING, At("2026-01-06T10:00", session()))
    with pytest.raises(InvalidInput):
        scenario.when(c.AmendFact(version=scenario.version_of(kind), corrected=corrected, reason="typed wrong"))


def test_a_grade_2_response_in_a_session_that_should_not_have_been_held_pauses() -> None:
    given(*WAITING).when(session(adverse=AdverseResponse(grade=2))).then_phase(Phase.EXACERBATION_PAUSE)


@pytest.mark.parametrize("step", [grade(2), WORSE])
def test_a_worsening_while_the_client_is_screened_anew_takes_the_clearance_away(step: c.Command) -> None:
    history = (*REFERRED, At("2026-01-20T09:00", paper("2026-01-20")), step)
    given(*history).when(screening()).then_phase(Phase.MEDICAL_CLEARANCE)


@pytest.mark.parametrize("history", [PAUSED, REFERRED])
def test_an_emergency_told_in_a_screening_is_acted_on_wherever_the_client_stands(history: tuple[At, ...]) -> None:
    given(*history).when(screening(red_flags=(RedFlag(id="RF-E1"),))).then_admitted().then_phase(Phase.REFERRAL_BACK)


def test_a_bad_answer_while_training_goes_on_is_decided_on_like_a_bad_morning() -> None:
    given(*TRAINING, At("2026-01-06T10:00", session())).when(
        c.RecordFollowUp(pain=9, usual=False), "2026-01-07T12:00").then_decided("MODIFY", "PAIN-06")


def test_a_morning_of_which_nobody_knows_what_is_usual_is_not_fine() -> None:
    history = (*CLEARED, At("2026-01-06T10:00", session()))
    scenario = given(*history).when(c.RecordMorning(pain=9), "2026-01-07T08:00").then_decided("MODIFY", "SES-04")
    assert scenario.memory.sessions[-1].morning_fine is False


def test_the_first_answer_of_a_morning_stands() -> None:
    history = (*TRAINING, At("2026-01-06T10:00", session()), At("2026-01-07T08:00", NOT_USUAL), FINE)
    assert given(*history).memory.sessions[-1].morning_fine is False


def test_soft_flags_of_two_days_add_up() -> None:
    one = c.ReportRedFlags(red_flags=(RedFlag(id="RF-R1", features=("weight loss",)),))
    two = c.ReportRedFlags(red_flags=(RedFlag(id="RF-R1", features=("night pain",)),))
    given(*TRAINING, one).then_phase(Phase.ACTIVE_TRAINING)
    given(*TRAINING, one).when(two).then_decided("REFER_SAME_DAY").then_phase(Phase.REFERRAL_BACK)


def test_a_call_from_before_the_emergency_meets_no_deadline_of_it() -> None:
    call = c.ContactReferralSource(spoke_with="S. Berg", agreed="to go on")
    scenario = given(*REFERRED).when(late(call, "2026-01-09T09:00", "2026-01-12T12:00")).then_not(f.DeadlineMet)
    scenario.when(call).then(f.DeadlineMet, id="DL-05/phone")


def test_each_pause_owes_a_letter_of_its_own() -> None:
    twice = (*GATED, At("2026-01-16T09:00", RESUME), At("2026-01-20T09:00", WORSE))
    letter = c.NoteLetter(letter="x-1", kind="change in status letter")
    scenario = given(*twice)
    assert {"DL-06/letter", "DL-06/letter/2"} <= set(scenario.memory.deadlines)
    assert "DL-06/letter/2" in scenario.when(letter).memory.deadlines
    assert "DL-06/letter/2" not in scenario.when(letter).memory.deadlines


def test_what_was_signed_before_a_release_was_taken_back_stays_taken_back() -> None:
    def release(day: int) -> c.RecordRelease:
        return c.RecordRelease(to="S. Berg", what="all", until=date(2027, 1, 1), signed_on=date(2026, 1, day))

    history = (*SCREENED, release(5), At("2026-01-10T09:00", c.WithdrawRelease(to="s. berg")))
    scenario = given(*history, late(release(6), "2026-01-06T09:00", "2026-01-11T09:00"))
    assert scenario.memory.released_to(date(2026, 1, 11)) == ()
    scenario.when(release(12), "2026-01-12T09:00")
    assert scenario.memory.released_to(date(2026, 1, 12)) == ("S. Berg",)


def test_the_calendars_facts_were_so_at_their_own_moment() -> None:
    scenario = given(*PAUSED).when(c.LetTimePass(), "2026-02-20T09:00")
    back = next(each for each in scenario.by_time if isinstance(each, f.ReferredBack))
    assert back.occurred_at == Scenario.utc("2026-01-26T09:00")
    assert back.timestamp == Scenario.utc("2026-02-20T09:00")
    scenario.when(paper("2026-02-01")).then_phase(Phase.SCREENING)


def test_the_baseline_is_the_first_score_that_was_taken_not_the_first_that_was_entered() -> None:
    first = late(c.RecordMeasures(scores={"LEFS": 40.0}), "2026-01-06T09:00", "2026-02-07T09:00")
    history = (*TRAINING, At("2026-02-06T09:00", c.RecordMeasures(scores={"LEFS": 30.0})), first)
    scenario = given(*history)
    assert scenario.memory.baseline["LEFS"] == 40.0
    scenario.when(c.RecordMeasures(scores={"LEFS": 30.0})).then(f.MeasuresRecorded, labels={"LEFS": "worse"})


def test_gains_in_one_measure_do_not_hide_a_loss_in_another() -> None:
    history = (*TRAINING, c.RecordMeasures(scores={"LEFS": 40.0}), c.RecordMeasures(scores={"NPRS": 8.0}),
               c.RecordMeasures(scores={"LEFS": 60.0}))
    given(*history).when(c.Discharge(reason="goals met")).then_refused("gains_are_kept_on_retest")


def test_a_limit_given_later_does_not_judge_an_earlier_session() -> None:
    limit = Limit(of="training_heart_rate", at_most=110, unit="beats per minute", words="at most 110")
    told = c.RecordAnswer(source="S. Berg", answer="resume", new_limits=(limit,))
    history = (*TRAINING, At("2026-01-14T09:00", told))
    fast = session(highest_heart_rate=120)
    given(*history).when(late(fast, "2026-01-09T10:00", "2026-01-15T09:00")).then_decided("PROCEED")
    given(*history).when(fast, "2026-01-15T10:00").then_decided("MODIFY", "STOP-08")


def test_an_answer_that_brings_a_complete_clearance_leads_back_into_training() -> None:
    brought = ClearanceForm(**form(dated=date(2026, 1, 13)))
    given(*WAITING).when(c.RecordAnswer(source="S. Berg", answer="new clearance", clearance=brought),
                         "2026-01-13T09:00").then_phase(Phase.ACTIVE_TRAINING)


def test_a_persons_own_referral_back_borrows_no_rule() -> None:
    given(*TRAINING).when(c.ReferBack(rule="VIT-04", reason="unwell")).then(f.ReferredBack, rule="REF-04")
