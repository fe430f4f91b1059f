"""A hold stays until what held is measured and asked again: neither silence nor another refusal is a way out."""

from __future__ import annotations

from typing import Any

import pytest

from aggregates.client_care import commands as c
from aggregates.client_care import facts as f
from aggregates.client_care.contents import Glucose, Limit, RedFlag
from aggregates.client_care.phases import Phase
from aggregates.kernel.messages import Command
from projections.told_decisions import held_all_the_same
from tests.care.examples import (
    CLEARED,
    SCREENED,
    TRAINING,
    clearance,
    limited,
    ready,
    register,
    screening,
    session,
)
from tests.care.scenario import At, given

AGAIN = "what_held_the_session_is_measured_again"
WITH_DIABETES = (At("2026-01-05T09:00", register(conditions=("diabetes",))),
                 screening({"SCR-04": "yes"}, conditions=("diabetes",)), clearance(), *TRAINING[len(CLEARED):])
SUGAR = Glucose(value=120, unit="mg/dL")
LOW = ready(glucose=SUGAR, glucose_symptoms=("helped_hypo_24h",))


def test_what_the_client_said_when_the_session_was_held_is_asked_again() -> None:
    held = given(*TRAINING, At("2026-01-12T10:00", ready(standing_drop=30, standing_symptoms=True)))
    held.when(ready(standing_drop=15)).then_refused(AGAIN)
    assert held.broken(AGAIN).seen["missing"] == "standing symptoms"
    held.when(ready(standing_drop=15, standing_symptoms=False)).then_decided("PROCEED")


@pytest.mark.parametrize(("drop", "said", "outcome"), [
    (60, {}, "HOLD_SESSION"), (21, {}, "HOLD_SESSION"), (20, {}, "PROCEED"),
    (60, {"standing_symptoms": False}, "PROCEED"), (21, {"standing_symptoms": True}, "HOLD_SESSION")])
def test_a_fall_on_standing_holds_until_somebody_asked_about_symptoms(
        drop: int, said: dict[str, Any], outcome: str) -> None:
    given(*TRAINING).when(ready(standing_drop=drop, **said)).then_decided(outcome)


def test_low_glucose_that_needed_help_holds_for_a_day_unless_somebody_asks_again() -> None:
    held = given(*WITH_DIABETES, At("2026-01-12T10:00", LOW))
    held.when(ready(glucose=SUGAR), "2026-01-12T12:00").then_refused(AGAIN)
    held.when(ready(glucose=SUGAR), "2026-01-13T10:00").then_decided("HOLD_SESSION", "VIT-09")
    held.when(ready(glucose=SUGAR, glucose_symptoms=()), "2026-01-13T10:00").then_decided("PROCEED")
    later = given(*WITH_DIABETES, At("2026-01-12T10:00", LOW))
    later.when(ready(glucose=SUGAR), "2026-01-13T10:01").then_decided("PROCEED")


FEVER_ELSEWHERE = (*SCREENED, limited(Limit(of="resting_systolic", words="at most 140", at_most=140)),
                   *TRAINING[len(CLEARED):])


def test_a_start_that_is_refused_by_the_clearance_holds_for_its_fever_all_the_same() -> None:
    refused = given(*FEVER_ELSEWHERE).when(ready(bp=((150, 80),), temperature_c=39.5), "2026-01-12T10:00")
    refused.then_refused("readings_are_within_the_clearance")
    (fact,) = refused.facts
    assert isinstance(fact, f.CommandRefused)
    assert held_all_the_same(fact.hold) == ["holds that day all the same: VIT-08: not today"]
    refused.when(ready(bp=((130, 80),))).then_refused(AGAIN)
    assert refused.broken(AGAIN).seen["missing"] == "temperature"
    refused.when(ready(bp=((130, 80),), temperature_c=36.8)).then_decided("PROCEED")
    refused.when(ready(bp=((130, 80),))).then_decided("PROCEED")


def test_a_start_that_is_refused_for_a_signature_holds_for_its_fever_all_the_same() -> None:
    unsigned = given(*TRAINING, At("2026-01-10T10:00", session(signed=False)))
    unsigned.when(ready(temperature_c=39.5), "2026-01-12T10:00").then_refused("last_session_is_signed")
    unsigned.when(c.AmendFact(version=unsigned.version_of(f.SessionRecorded), corrected={"signed": True}, reason="x"))
    unsigned.when(ready()).then_refused(AGAIN)
    unsigned.when(session()).then_decided("MODIFY", "SES-08")
    unsigned.when(ready(), "2026-01-13T10:00").then_decided("PROCEED")


def test_a_start_that_is_refused_and_would_not_be_held_holds_nothing() -> None:
    unsigned = given(*TRAINING, At("2026-01-10T10:00", session(signed=False)))
    unsigned.when(ready(temperature_c=36.5), "2026-01-12T10:00").then_refused("last_session_is_signed")
    unsigned.when(c.AmendFact(version=unsigned.version_of(f.SessionRecorded), corrected={"signed": True}, reason="x"))
    unsigned.when(ready()).then_decided("PROCEED")


def test_a_crisis_reading_of_a_refused_start_is_the_first_of_two() -> None:
    high = ready(bp=((195, 95),), bp_symptoms=False)
    refused = given(*TRAINING, At("2026-01-10T10:00", session(signed=False))).when(high, "2026-01-12T10:00")
    refused.then_refused("last_session_is_signed")
    refused.when(high, "2026-01-12T10:06").then_decided("REFER_SAME_DAY", "VIT-03")


def test_a_start_that_was_fine_earlier_and_is_entered_late_ends_no_hold() -> None:
    held = given(*TRAINING, At("2026-01-12T12:00", ready(pain_before=8)))
    held.when(At("2026-01-12T12:30", ready(), occurred="2026-01-12T11:00")).then_decided("PROCEED")
    held.when(session(), "2026-01-12T13:00").then_decided("MODIFY", "SES-08")


WEIGHT, NIGHT = (RedFlag(id="RF-R1", features=(each,)) for each in ("weight loss", "severe night pain"))
FEVER, INFECTION = (RedFlag(id="RF-U2", features=(each,)) for each in ("fever", "infection"))


@pytest.mark.parametrize("first", [ready(red_flags=(WEIGHT,)), session(red_flags=(WEIGHT,)),
                                   c.ReportRedFlags(red_flags=(WEIGHT,))])
@pytest.mark.parametrize("second", [ready(red_flags=(NIGHT,)), session(red_flags=(NIGHT,)),
                                    c.ReportRedFlags(red_flags=(NIGHT,))])
def test_soft_flags_add_up_wherever_they_are_told(first: Command, second: Command) -> None:
    once = given(*TRAINING, At("2026-01-12T09:00", first))
    once.when(second, "2026-01-14T09:00").then_decided("REFER_SAME_DAY", "RF-R1").then_phase(Phase.REFERRAL_BACK)


def test_the_same_soft_flag_twice_is_still_one() -> None:
    once = given(*TRAINING, At("2026-01-12T09:00", ready(red_flags=(WEIGHT,))))
    once.when(session(red_flags=(WEIGHT,)), "2026-01-12T10:00").then_decided("NOTE", "RF-R1")


def test_the_two_features_of_an_infection_of_the_spine_add_up() -> None:
    once = given(*TRAINING, At("2026-01-12T09:00", ready(red_flags=(FEVER,))))
    once.when(ready(red_flags=(INFECTION,)), "2026-01-14T09:00").then_decided("REFER_SAME_DAY", "RF-U2")


def test_a_soft_flag_told_at_a_refused_start_is_not_lost() -> None:
    unsigned = given(*TRAINING, At("2026-01-10T10:00", session(signed=False)))
    unsigned.when(ready(red_flags=(WEIGHT,)), "2026-01-12T10:00").then_refused("last_session_is_signed")
    unsigned.when(c.ReportRedFlags(red_flags=(NIGHT,))).then_decided("REFER_SAME_DAY", "RF-R1")


UNWELL = At("2026-01-12T09:00", screening({"SCR-15": "yes"}))


def test_who_said_at_the_screening_to_be_unwell_rests_that_day() -> None:
    given(*TRAINING, UNWELL).when(ready(), "2026-01-12T10:00").then_decided("HOLD_SESSION", "SCR-15")
    given(*TRAINING, UNWELL).when(session(), "2026-01-12T10:00").then_decided("MODIFY", "SES-08")
    given(*TRAINING, UNWELL).when(ready(), "2026-01-13T10:00").then_decided("PROCEED")


def test_a_screening_later_that_day_that_says_well_lets_the_session_begin() -> None:
    well = given(*TRAINING, UNWELL, At("2026-01-12T15:00", screening()))
    well.when(ready(), "2026-01-12T16:00").then_decided("PROCEED")


WITH_HEART_FAILURE = (At("2026-01-05T09:00", register()), screening({"SCR-01": "yes"}, conditions=("heart_failure",)),
                      clearance(), *TRAINING[len(CLEARED):])


@pytest.mark.parametrize(("said", "outcome"), [
    ({}, "HOLD_SESSION"), ({"weight_gain_kg": 1.9}, "PROCEED"), ({"weight_gain_kg": 2}, "HOLD_SESSION")])
def test_with_heart_failure_a_session_waits_for_the_weight(said: dict[str, Any], outcome: str) -> None:
    given(*WITH_HEART_FAILURE).when(ready(**said)).then_decided(outcome)
    held = ["VIT-16"] if not said else []
    given(*WITH_HEART_FAILURE).when(session(**said)).then_decided(outcome, *held)


def test_a_yes_to_the_heart_is_complete_only_when_the_condition_is_named() -> None:
    yes = {"SCR-01": "yes"}
    given(register()).when(screening(yes)).then_decided("REQUIRE_CLEARANCE", "SCR-00").then_phase(Phase.SCREENING)
    given(register()).when(screening(yes, conditions=())).then_phase(Phase.MEDICAL_CLEARANCE)
    named = given(register()).when(screening(yes, conditions=("heart_failure",))).then_phase(Phase.MEDICAL_CLEARANCE)
    assert named.memory.conditions == ("heart_failure",)
    given(register(conditions=("heart_failure",))).when(screening(yes)).then_phase(Phase.MEDICAL_CLEARANCE)


def test_much_pain_before_a_session_whose_usual_is_not_known_did_not_go_well() -> None:
    took_place = given(*CLEARED).when(session(pain_before=9, pain_worst=2)).then_decided("HOLD_SESSION", "PAIN-10")
    decided = next(each.verdict for each in took_place.facts if isinstance(each, f.DecisionMade))
    assert "That went well" not in decided.client
    given(*CLEARED).when(session(pain_before=5, pain_worst=2)).then_decided("PROCEED", "PAIN-01")
