"""One reading each in a client with diabetes who is otherwise well: the table a reviewer reads first."""

from __future__ import annotations

import pytest

from aggregates.protocol.decisions import Decision
from aggregates.protocol.evaluate import evaluate
from aggregates.protocol.verdict import Answer, Given
from tests.protocol.example import PACK, SESSION, WELL, ask_of, given


def pressure(systolic: int, diastolic: int, readings: int = 2, symptoms: bool = False) -> dict[str, Answer]:
    """The same blood pressure at every reading."""
    return {"resting_systolic": systolic, "least_systolic": systolic, "highest_systolic": systolic,
            "resting_diastolic": diastolic, "least_diastolic": diastolic, "highest_diastolic": diastolic,
            "bp_readings": readings, "bp_symptoms": symptoms}


SESSIONS: list[tuple[str, dict[str, Answer], str, set[str]]] = [
    ("blood pressure 160/100", pressure(160, 100), "PROCEED", set()),
    ("blood pressure 161/100", pressure(161, 100), "MODIFY", {"VIT-01"}),
    ("blood pressure 150/101", pressure(150, 101), "MODIFY", {"VIT-01"}),
    ("blood pressure 178/105", pressure(178, 105), "MODIFY", {"VIT-01"}),
    ("blood pressure 178/106", pressure(178, 106), "HOLD_SESSION", {"VIT-02", "VIT-01"}),
    ("blood pressure 180/90 twice", pressure(180, 90), "REFER_SAME_DAY", {"VIT-03", "VIT-01"}),
    ("blood pressure 170/120 twice", pressure(170, 120), "REFER_SAME_DAY", {"VIT-03", "VIT-02", "VIT-01"}),
    ("blood pressure 180/90 once", pressure(180, 90, 1), "HOLD_SESSION", {"VIT-03", "VIT-01"}),
    ("181/95 with blurred vision", pressure(181, 95, 1, True), "EMERGENCY",
     {"VIT-04", "VIT-03", "VIT-02", "VIT-01"}),
    ("resting heart rate 100", {"resting_heart_rate": 100}, "PROCEED", set()),
    ("resting heart rate 101", {"resting_heart_rate": 101}, "HOLD_SESSION", {"VIT-06"}),
    ("resting heart rate 121", {"resting_heart_rate": 121}, "REFER_SAME_DAY", {"VIT-05"}),
    ("temperature 38.0", {"temperature": 38.0}, "PROCEED", set()),
    ("temperature 38.1", {"temperature": 38.1}, "HOLD_SESSION", {"VIT-08"}),
    ("glucose 71", {"glucose": 71}, "HOLD_SESSION", {"VIT-09"}),
    ("glucose 72", {"glucose": 72}, "HOLD_SESSION", {"VIT-10"}),
    ("glucose 90", {"glucose": 90}, "PROCEED", set()),
    ("glucose 200", {"glucose": 200}, "PROCEED", set()),
    ("glucose 201", {"glucose": 201}, "MODIFY", {"VIT-11"}),
    ("glucose 240", {"glucose": 240}, "HOLD_SESSION", {"VIT-12"}),
    ("pain 2 at worst", {"pain_worst": 2}, "PROCEED", {"PAIN-01"}),
    ("pain 3 at worst", {"pain_worst": 3}, "PROCEED", {"PAIN-02"}),
    ("pain 5 at worst", {"pain_worst": 5}, "PROCEED", {"PAIN-02"}),
    ("pain 6 at worst", {"pain_worst": 6}, "MODIFY", {"PAIN-03"}),
    ("the client asks to stop", {"STOP-07": True}, "STOP_SESSION", {"STOP-07"}),
    ("night pain, new", {"RF-R1.features": 1}, "NOTE", {"RF-R1"}),
    ("night pain and weight loss, new", {"RF-R1.features": 2}, "REFER_SAME_DAY", {"RF-R1"}),
]


@pytest.mark.parametrize(("answers", "decision", "rules"), [row[1:] for row in SESSIONS],
                         ids=[row[0] for row in SESSIONS])
def test_a_session_at_the_edge_is_decided_as_the_protocol_says(
        answers: dict[str, Answer], decision: str, rules: set[str]) -> None:
    verdict = ask_of(SESSION, {**WELL, **answers})
    assert verdict.outcome == decision
    assert set(verdict.rules) - {"PAIN-01"} == rules - {"PAIN-01"}
    assert rules <= set(verdict.rules)


def test_a_client_who_is_well_may_train() -> None:
    verdict = ask_of(SESSION, WELL)
    assert (verdict.outcome, verdict.rules, verdict.unknown) == (Decision.PROCEED, ("PAIN-01",), ())


def test_glucose_in_mmol_per_litre_is_read_in_the_unit_of_the_row() -> None:
    answers = given(WELL) | {"glucose": Given(13.4, "coach_measured", "mmol/L")}
    verdict = evaluate(PACK, "May the session start?", SESSION, answers)
    assert (verdict.outcome, verdict.fired("VIT-12")) == (Decision.HOLD_SESSION, True)
    assert {each.name: (each.value, each.unit) for each in verdict.inputs}["glucose"] == (13.4, "mmol/L")


def test_glucose_that_was_not_measured_holds_the_session_of_a_client_with_diabetes() -> None:
    answers = {name: value for name, value in WELL.items() if name != "glucose"}
    verdict = ask_of(SESSION, answers)
    assert (verdict.outcome, verdict.rules) == (Decision.HOLD_SESSION, ("VIT-16", "PAIN-01"))
    assert verdict.unknown == ()


def test_glucose_that_could_still_raise_the_decision_is_named_as_unknown() -> None:
    answers = {name: value for name, value in {**WELL, "unwell": True}.items() if name != "glucose"}
    assert ask_of(SESSION, answers).unknown == ("glucose",)


def test_one_soft_flag_is_a_letter_within_a_week_and_not_an_alarm() -> None:
    verdict = ask_of(("red_flags",), {"RF-R1.features": 1})
    assert [each.does for each in verdict.matched] == ["letter to the referral source within 1 week"]


def test_symptoms_not_asked_for_do_not_silence_a_confirmed_crisis() -> None:
    answers = {**WELL, **pressure(185, 95)}
    del answers["bp_symptoms"]
    verdict = ask_of(SESSION, answers)
    assert verdict.fired("VIT-03", Decision.REFER_SAME_DAY)
    assert verdict.unknown == ("bp_symptoms",)


def test_readings_not_counted_are_repeated_and_not_taken_as_confirmed() -> None:
    verdict = ask_of(("vitals",), {"least_systolic": 185, "bp_symptoms": False})
    assert verdict.outcome == Decision.HOLD_SESSION
    assert "bp_readings" in verdict.unknown


def test_a_physicians_limit_for_glucose_lifts_the_hold_and_never_the_referral() -> None:
    guided = {**WELL, "glucose": 250, "glucose_guided": True}
    assert ask_of(SESSION, guided).outcome == Decision.PROCEED
    assert ask_of(SESSION, {**guided, "ketones": True}).outcome == Decision.REFER_SAME_DAY


def test_glucose_says_nothing_about_a_client_without_diabetes() -> None:
    assert ask_of(SESSION, {**WELL, "diabetes": False, "glucose": 60}).outcome == Decision.PROCEED


def test_low_glucose_that_needed_help_holds_the_session_also_when_glucose_is_normal_now() -> None:
    assert ask_of(SESSION, {**WELL, "helped_hypo_24h": True}).fired("VIT-09", Decision.HOLD_SESSION)


def test_a_vital_sign_that_is_too_old_holds_the_session() -> None:
    assert ask_of(SESSION, {**WELL, "vital_missing": True}).fired("VIT-16", Decision.HOLD_SESSION)
