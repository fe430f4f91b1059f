"""Screening: nothing begins before it, it counts for twelve months, and what it finds is acted on."""

from __future__ import annotations

from datetime import date

import pytest

from aggregates.client_care import commands as c
from aggregates.client_care import facts as f
from aggregates.client_care.contents import Answer, RedFlag
from aggregates.client_care.phases import Phase
from aggregates.kernel.errors import InvalidInput
from aggregates.kernel.house import House
from tests.care.examples import CALM, CLEARED, SCREENED, TRAINING, clearance, register, screening, session, without
from tests.care.scenario import At, given

MONTHS = House(practice="test", timezone="Europe/Oslo", clearance_policy="meti365")


def test_a_client_is_registered_once() -> None:
    given().when(register()).then_admitted().then_phase(Phase.SCREENING)
    given(register()).when(register()).then_refused("client_is_new")


@pytest.mark.parametrize("question", sorted(CALM))
def test_one_unanswered_question_keeps_the_client_in_screening(question: str) -> None:
    given(register()).when(without(question)).then_decided("REQUIRE_CLEARANCE", "SCR-00").then_phase(Phase.SCREENING)


def test_unknown_is_not_an_answer() -> None:
    given(register()).when(screening({"SCR-02": "unknown"})).then_phase(Phase.SCREENING)


@pytest.mark.parametrize("not_asked", ["medicines", "red_flags"])
def test_what_nobody_asked_about_is_missing(not_asked: str) -> None:
    given(register()).when(screening(**{not_asked: None})).then_phase(Phase.SCREENING)


def test_a_complete_screening_leads_to_clearance_or_where_the_practice_asks_for_none_to_training() -> None:
    given(register()).when(screening()).then_decided("REQUIRE_CLEARANCE", "SCR-12").then_phase(Phase.MEDICAL_CLEARANCE)
    given(register(), house=MONTHS).when(screening()).then_decided("NOTE").then_phase(Phase.ACTIVE_TRAINING)


def test_the_365th_day_after_onset_still_asks_for_clearance_and_the_366th_does_not_where_the_practice_says_so() -> None:
    on_day = At("2026-01-05T10:00", screening())
    given(register(onset=date(2025, 1, 5)), house=MONTHS).when(on_day).then_phase(Phase.MEDICAL_CLEARANCE)
    given(register(onset=date(2025, 1, 4)), house=MONTHS).when(on_day).then_phase(Phase.ACTIVE_TRAINING)


def test_a_session_waits_for_the_screening_and_the_refusal_says_who_supplies_it() -> None:
    refused = given(register()).when(c.StartSession()).then_refused("screening_is_complete")
    assert refused.refusals[0].unlock[0].supplier == "the coach, with the client"


def test_a_no_to_thirty_minutes_of_activity_refers_the_client_before_any_start() -> None:
    given(register()).when(screening({"SCR-13": "no"})).then_decided("REFER_SAME_DAY", "SCR-13").then_phase(
        Phase.REFERRAL_BACK).then(f.ReferredBack, rule="SCR-13")


@pytest.mark.parametrize("stage", ["acute", "subacute"])
def test_an_acute_stage_is_not_ours_to_train(stage: str) -> None:
    given(register(stage=stage)).when(screening()).then_decided("REFER_SAME_DAY", "SCR-17").then_phase(
        Phase.REFERRAL_BACK)


def test_chest_discomfort_now_is_an_emergency_and_earlier_asks_for_clearance() -> None:
    now, before = Answer(answer="yes", now=True), Answer(answer="yes", now=False)
    given(register()).when(screening({"SCR-02": now})).then_decided("EMERGENCY", "SCR-02").then_phase(
        Phase.REFERRAL_BACK)
    given(register()).when(screening({"SCR-02": before})).then_decided("REQUIRE_CLEARANCE", "SCR-02")


def test_a_yes_to_diabetes_or_kidneys_is_complete_only_when_the_condition_is_named() -> None:
    yes = {"SCR-04": "yes"}
    given(register()).when(screening(yes)).then_decided("REQUIRE_CLEARANCE", "SCR-00").then_phase(Phase.SCREENING)
    given(register()).when(screening(yes, conditions=())).then_phase(Phase.MEDICAL_CLEARANCE)
    named = given(register()).when(screening(yes, conditions=("diabetes",))).then_phase(Phase.MEDICAL_CLEARANCE)
    assert named.memory.conditions == ("diabetes",)
    given(register(conditions=("diabetes",))).when(screening(yes)).then_phase(Phase.MEDICAL_CLEARANCE)


def test_screening_adds_a_condition_and_never_takes_one_away() -> None:
    scenario = given(register(conditions=("diabetes",))).when(screening(conditions=("heart_failure",)))
    assert scenario.memory.conditions == ("diabetes", "heart_failure")


def test_the_twelfth_month_of_a_screening_still_counts_and_the_day_after_does_not() -> None:
    trained = (*TRAINING[:2], clearance(expires=date(2027, 12, 31)))
    given(*trained).when(session(), "2027-01-05T23:59").then_admitted()
    refused = given(*trained).when(session(), "2027-01-06T00:01").then_refused("screening_is_current")
    assert refused.broken("screening_is_current").seen == {
        "screened_on": "2026-01-05", "valid_until": "2027-01-05", "health_changed_on": None}


def test_an_incomplete_screening_does_not_renew_the_one_before() -> None:
    trained = (*TRAINING[:2], clearance(expires=date(2027, 12, 31)), At("2026-12-01T09:00", without("SCR-08")))
    given(*trained).when(session(), "2027-01-06T09:00").then_refused("screening_is_current")


def test_a_change_of_health_asks_for_a_new_screening_before_the_next_session() -> None:
    changed = (*CLEARED, At("2026-02-01T09:00", c.ReportHealthChange(what="an operation")),
               At("2026-02-10T09:00", clearance(dated=date(2026, 2, 10))))
    given(*changed).then_phase(Phase.ACTIVE_TRAINING).when(c.StartSession()).then_refused("screening_is_current")
    given(*changed, screening()).when(c.StartSession()).then_admitted()


def test_a_new_finding_at_a_later_screening_asks_for_clearance_anew_and_a_known_one_does_not() -> None:
    known = (At("2026-01-05T09:00", register()), screening({"SCR-01": "yes"}, conditions=()), clearance())
    again = At("2026-06-01T09:00", screening({"SCR-01": "yes"}, conditions=()))
    given(*known).when(again).then_phase(Phase.ACTIVE_TRAINING)
    new = At("2026-06-01T09:00", screening({"SCR-01": "yes", "SCR-14": "yes"}, conditions=()))
    given(*known).when(new).then_phase(Phase.MEDICAL_CLEARANCE).then(f.ClearanceSuspended)


@pytest.mark.parametrize("symptom", ["SCR-02", "SCR-03", "SCR-09", "SCR-14"])
def test_a_clearance_from_before_a_symptom_was_told_does_not_answer_it(symptom: str) -> None:
    in_hand = (At("2026-01-05T09:00", register()), clearance())
    told = given(*in_hand).when(screening({symptom: "yes"}), "2026-01-07T09:00").then_phase(Phase.MEDICAL_CLEARANCE)
    told.then(f.ClearanceSuspended).when(session()).then_refused("clearance_is_in_force")
    told.when(clearance(), "2026-01-08T09:00").then_refused("clearance_is_newer_than_the_suspension")
    told.when(clearance(dated=date(2026, 1, 8)), "2026-01-08T10:00").then_phase(Phase.ACTIVE_TRAINING)


def test_a_clearance_in_hand_answers_the_diagnoses_and_the_history_that_its_form_names() -> None:
    in_hand = (At("2026-01-05T09:00", register()), clearance())
    known = screening(dict.fromkeys(("SCR-01", "SCR-04", "SCR-05", "SCR-08"), "yes"), conditions=("diabetes",))
    given(*in_hand).when(known, "2026-01-07T09:00").then_phase(Phase.ACTIVE_TRAINING)


def test_a_symptom_that_was_told_before_the_clearance_came_is_answered_by_it() -> None:
    back = (At("2026-01-05T09:00", register()), screening({"SCR-02": "yes"}), clearance(),
            At("2026-01-12T09:00", c.ReferBack(reason="unwell")),
            At("2026-01-13T09:00", clearance(dated=date(2026, 1, 13))))
    given(*back).when(screening({"SCR-02": "yes"})).then_phase(Phase.ACTIVE_TRAINING)
    given(*back).when(screening({"SCR-02": "yes", "SCR-09": "yes"})).then_phase(Phase.MEDICAL_CLEARANCE)


def test_a_red_flag_told_now_is_not_answered_by_a_clearance_in_hand() -> None:
    flag = screening(red_flags=(RedFlag(id="RF-R1", features=("weight loss",)),))
    in_hand = (At("2026-01-05T09:00", register()), clearance())
    given(*in_hand, house=MONTHS).when(flag, "2026-01-07T09:00").then_phase(Phase.MEDICAL_CLEARANCE)


def test_a_sign_of_the_heart_in_training_pauses_also_when_another_question_was_left_open() -> None:
    answers = {**CALM, "SCR-09": "yes"}
    del answers["SCR-08"]
    given(*TRAINING).when(c.RecordScreening(answers=answers, medicines=(), red_flags=())).then_decided(
        "PAUSE", "SCR-09", "SCR-00").then_phase(Phase.EXACERBATION_PAUSE)


def test_a_red_flag_at_screening_is_acted_on_in_every_phase_in_which_one_screens() -> None:
    flag = screening(red_flags=(RedFlag(id="RF-E1"),))
    for history in ((register(),), SCREENED, TRAINING):
        given(*history).when(flag).then_decided("EMERGENCY", "RF-E1").then_phase(Phase.REFERRAL_BACK)


@pytest.mark.parametrize("flags", [
    (RedFlag(id="RF-M5"),), (RedFlag(id="RF-E9"),), (RedFlag(id="RF-E1"), RedFlag(id="rf-e1"))])
def test_a_red_flag_that_the_protocol_does_not_know_is_no_input_and_never_ignored(flags: tuple[RedFlag, ...]) -> None:
    for command in (screening(red_flags=flags), c.ReportRedFlags(red_flags=flags), c.StartSession(red_flags=flags)):
        scenario = given(*TRAINING)
        version = scenario.care.version
        with pytest.raises(InvalidInput, match="is no red flag of this protocol"):
            scenario.when(command)
        assert scenario.care.version == version


def test_a_counted_red_flag_names_its_features_and_each_counts_once() -> None:
    with pytest.raises(InvalidInput, match="RF-R1 must name the features"):
        given(*TRAINING).when(c.ReportRedFlags(red_flags=(RedFlag(id="RF-R1", words="cannot sleep"),)))
    twice = (RedFlag(id="RF-R1", features=("severe night pain",)), RedFlag(id="RF-R1", features=("Severe night pain",)))
    given(*TRAINING).when(c.ReportRedFlags(red_flags=twice)).then_decided("NOTE", "RF-R1")
    parted = (RedFlag(id="RF-R1", features=("severe night pain",)), RedFlag(id="RF-R1", features=("weight loss",)))
    given(*TRAINING).when(c.ReportRedFlags(red_flags=parted)).then_decided("REFER_SAME_DAY", "RF-R1")
