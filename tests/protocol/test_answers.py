"""The rows that are answered yes or no: screening, red flags, stops, the next morning, adverse responses."""

from __future__ import annotations

import pytest

from aggregates.protocol.decisions import Decision
from aggregates.protocol.verdict import Answer
from tests.protocol.example import PACK, ask_of, cases_of
from tests.protocol.test_every_number_at_its_edge import EDGES

YES = [
    ("screening", {"SCR-01": True}, "SCR-01", "", "REQUIRE_CLEARANCE"),
    ("screening", {"SCR-02": True}, "SCR-02", "", "REQUIRE_CLEARANCE"),
    ("screening", {"SCR-02": True, "SCR-02.now": True}, "SCR-02", "now", "EMERGENCY"),
    ("screening", {"SCR-03": True}, "SCR-03", "", "REQUIRE_CLEARANCE"),
    ("screening", {"SCR-04": True}, "SCR-04", "", "REQUIRE_CLEARANCE"),
    ("screening", {"SCR-05": True, "clearance_policy": "always"}, "SCR-05", "", "REQUIRE_CLEARANCE"),
    ("screening", {"SCR-05": True}, "SCR-05", "", "REQUIRE_CLEARANCE"),
    ("screening", {"SCR-05": True, "clearance_policy": "meti365"}, "SCR-05", "recorded", "NOTE"),
    ("screening", {"SCR-06.medicines": 1}, "SCR-06", "", "NOTE"),
    ("screening", {"SCR-07": True}, "SCR-07", "", "MODIFY"),
    ("screening", {"SCR-08": True}, "SCR-08", "", "REQUIRE_CLEARANCE"),
    ("screening", {"SCR-09": True}, "SCR-09", "", "REQUIRE_CLEARANCE"),
    ("screening", {"SCR-09": True, "training": True}, "SCR-09", "training", "PAUSE"),
    ("screening", {"SCR-10": False}, "SCR-10", "", "NOTE"),
    ("screening", {"days_since_onset": 100}, "SCR-11", "", "REQUIRE_CLEARANCE"),
    ("screening", {"days_since_onset": 900}, "SCR-12", "", "REQUIRE_CLEARANCE"),
    ("screening", {"days_since_onset": 900, "clearance_policy": "meti365", "open_red_flags": 1},
     "SCR-12", "red_flag", "REQUIRE_CLEARANCE"),
    ("screening", {"SCR-13": False}, "SCR-13", "", "REFER_SAME_DAY"),
    ("screening", {"SCR-14": True}, "SCR-14", "", "REQUIRE_CLEARANCE"),
    ("screening", {"SCR-15": True}, "SCR-15", "", "HOLD_SESSION"),
    ("screening", {"stage": "acute", "profile": "training"}, "SCR-17", "", "REFER_SAME_DAY"),
    ("screening", {"stage": "subacute"}, "SCR-17", "", "REFER_SAME_DAY"),
    ("screening", {"unanswered": 1}, "SCR-00", "", "HOLD_SESSION"),
    ("red_flags", {"RF-E1": True}, "RF-E1", "", "EMERGENCY"),
    ("red_flags", {"RF-E2": True}, "RF-E2", "", "EMERGENCY"),
    ("red_flags", {"RF-E3": True}, "RF-E3", "", "EMERGENCY"),
    ("red_flags", {"RF-U1": True}, "RF-U1", "", "REFER_SAME_DAY"),
    ("red_flags", {"RF-U2.features": 2}, "RF-U2", "", "REFER_SAME_DAY"),
    ("red_flags", {"RF-U3": True}, "RF-U3", "", "REFER_SAME_DAY"),
    ("red_flags", {"RF-U4": True}, "RF-U4", "", "REFER_SAME_DAY"),
    ("vitals", {"standing_drop": 21, "standing_symptoms": True}, "VIT-07", "", "HOLD_SESSION"),
    ("vitals", {"standing_drop": 21}, "VIT-07", "not_asked", "HOLD_SESSION"),
    ("vitals", {"spo2_rest": 89}, "VIT-14", "", "REFER_SAME_DAY"),
    ("vitals", {"heart_failure": True, "weight_gain_3_days": 2}, "VIT-15", "", "HOLD_SESSION"),
    ("vitals", {"vital_missing": True}, "VIT-16", "", "HOLD_SESSION"),
    ("vitals", {"heart_failure": True}, "VIT-16", "weight", "HOLD_SESSION"),
    ("stop", {"STOP-01": True}, "STOP-01", "", "STOP_SESSION"),
    ("stop", {"STOP-01": True, "STOP-01.lasting": True}, "STOP-01", "lasting", "EMERGENCY"),
    ("stop", {"STOP-02": True}, "STOP-02", "", "STOP_SESSION"),
    ("stop", {"STOP-02": True, "STOP-02.lasting": True}, "STOP-02", "lasting", "EMERGENCY"),
    ("stop", {"STOP-03": True}, "STOP-03", "", "EMERGENCY"),
    ("stop", {"systolic_fall": 11}, "STOP-04", "", "REFER_SAME_DAY"),
    ("stop", {"exercise_diastolic": 116}, "STOP-05", "", "REFER_SAME_DAY"),
    ("stop", {"STOP-06": True}, "STOP-06", "", "STOP_SESSION"),
    ("session", {"session_unanswered": 1}, "SES-01", "", "NOTE"),
    ("session", {"held_that_day": True}, "SES-08", "", "MODIFY"),
    ("readiness", {"pain_before": 1}, "SES-06", "", "HOLD_SESSION"),
    ("readiness", {}, "SES-07", "", "HOLD_SESSION"),
    ("readiness", {"screened_unwell_today": True}, "SCR-15", "that_day", "HOLD_SESSION"),
    ("readiness", {"diabetes": True, "helped_hypo_told": True}, "VIT-09", "not_asked", "HOLD_SESSION"),
    ("pain", {"pain_before": 6}, "PAIN-10", "usual_unknown", "HOLD_SESSION"),
    ("morning_record", {"morning_pain": 5}, "SES-04", "", "MODIFY"),
    ("stop", {"STOP-07": True}, "STOP-07", "", "STOP_SESSION"),
    ("stop", {"beyond_clearance_limit": True}, "STOP-08", "", "MODIFY"),
    ("stop", {"STOP-09": True}, "STOP-09", "", "STOP_SESSION"),
    ("stop", {"STOP-09": True, "STOP-09.serious": True}, "STOP-09", "serious", "EMERGENCY"),
    ("stop", {"spo2_exercise": 87}, "VIT-13", "", "STOP_SESSION"),
    ("pain", {"pain_worst": 6, "pain_ten_minutes_later": 6}, "PAIN-03", "not_settled", "STOP_SESSION"),
    ("pain", {"sore_two_hours_later": True}, "PAIN-04", "", "MODIFY"),
    ("pain", {"pain_before": 6, "pain_before_above_usual": True}, "PAIN-10", "", "HOLD_SESSION"),
    ("next_morning", {"back_to_usual": True, "above_usual": False}, "PAIN-05", "", "PROCEED"),
    ("next_morning", {"back_to_usual": True, "above_usual": True}, "PAIN-06", "", "MODIFY"),
    ("next_morning", {"back_to_usual": False}, "PAIN-06", "", "MODIFY"),
    ("next_morning", {"back_to_usual": False, "second_in_a_row": True},
     "PAIN-06", "repeated_or_after_pain_03", "PAUSE"),
    ("next_morning", {"above_usual": True, "second_in_a_row": True},
     "PAIN-06", "repeated_or_after_pain_03", "PAUSE"),
    ("next_morning", {"above_usual": True, "after_pain_03": True},
     "EXA-01", "repeated_or_after_pain_03", "PAUSE"),
    ("next_morning", {"back_to_usual": False, "second_in_a_row": True},
     "EXA-01", "repeated_or_after_pain_03", "PAUSE"),
    ("next_morning", {"above_usual": True, "hard_to_tolerate": True}, "EXA-01", "worsening", "PAUSE"),
    ("next_morning", {"back_to_usual": False, "affects_daily_life": True}, "EXA-01", "worsening", "PAUSE"),
    ("next_morning", {"usual_rise_7_days": 2}, "PAIN-07", "", "PAUSE"),
    ("next_morning", {"usual_rise_7_days": 2}, "EXA-01", "trend", "PAUSE"),
    ("next_morning", {"muscle_soreness": True}, "PAIN-08", "", "NOTE"),
    ("next_morning", {"soreness_alarm": True}, "PAIN-08", "alarm", "REFER_SAME_DAY"),
    ("adverse", {"adverse_grade": 1}, "AE-01", "", "NOTE"),
    ("adverse", {"adverse_grade": 2}, "AE-02", "", "PAUSE"),
    ("adverse", {"adverse_grade": 2}, "EXA-01", "adverse", "PAUSE"),
    ("adverse", {"adverse_grade": 3}, "AE-03", "", "REFER_SAME_DAY"),
    ("adverse", {"adverse_grade": 5}, "AE-04", "", "EMERGENCY"),
    ("health", {"health_change": True}, "CLR-06", "", "REQUIRE_CLEARANCE"),
    ("exacerbation", {"exacerbation_reported": True}, "EXA-01", "reported", "PAUSE"),
]


EITHER = ("PAIN-06", "", "back_to_usual")
"""Pain that is above usual is not back to usual, whatever the client calls it."""


@pytest.mark.parametrize(("table", "answers", "rule", "case", "decision"), YES)
def test_an_answer_leads_to_the_decision_of_its_row(
        table: str, answers: dict[str, Answer], rule: str, case: str, decision: str) -> None:
    verdict = ask_of((table,), answers)
    assert verdict.outcome == decision
    assert (rule, case) in cases_of(verdict)
    assert verdict.fired(rule, Decision(decision))


@pytest.mark.parametrize(("table", "answers", "rule", "case", "decision"), YES)
def test_turning_any_yes_or_no_of_the_answer_round_silences_the_row(
        table: str, answers: dict[str, Answer], rule: str, case: str, decision: str) -> None:
    for name, answer in answers.items():
        if isinstance(answer, bool) and (rule, case, name) != EITHER:
            assert (rule, case) not in cases_of(ask_of((table,), {**answers, name: not answer})), name


def test_an_acute_stage_is_no_reason_to_refer_in_a_practice_of_the_therapy_profile() -> None:
    assert ask_of(("screening",), {"stage": "acute", "profile": "therapy"}).matched == ()
    assert ask_of(("screening",), {"stage": "chronic", "profile": "training"}).matched == ()


def test_the_screening_of_a_client_with_high_blood_pressure_asks_for_clearance() -> None:
    no = dict.fromkeys((f"SCR-{number:02}" for number in (2, 3, 4, 5, 8, 9, 14, 15)), False)
    verdict = ask_of(("screening", "red_flags"), {
        **no, "SCR-01": True, "SCR-07": True, "SCR-06.medicines": 1, "SCR-10": False, "SCR-13": True,
        "days_since_onset": 888, "clearance_policy": "always", "stage": "chronic", "profile": "training",
        "unanswered": 0})
    assert verdict.outcome == Decision.REQUIRE_CLEARANCE
    assert verdict.rules == ("SCR-01", "SCR-12", "SCR-07", "SCR-06", "SCR-10")


def test_a_morning_after_pain_03_that_touches_daily_life_pauses_for_both_reasons() -> None:
    verdict = ask_of(("next_morning",), {"morning_pain": 6, "back_to_usual": False, "above_usual": True,
                                         "affects_daily_life": True, "after_pain_03": True})
    assert (verdict.outcome, verdict.rules) == (Decision.PAUSE, ("EXA-01", "PAIN-06"))


def test_a_late_morning_answer_alone_changes_the_next_session_and_does_not_pause() -> None:
    no = dict.fromkeys(("second_in_a_row", "after_pain_03", "affects_daily_life", "hard_to_tolerate"), False)
    verdict = ask_of(("next_morning",), {"back_to_usual": False, "above_usual": True, **no})
    assert (verdict.outcome, verdict.rules) == (Decision.MODIFY, ("PAIN-06",))


def test_every_row_of_the_pack_is_asked_for_here_or_at_its_number() -> None:
    asked = {(rule, case) for _, _, rule, case, _ in YES} | {(edge.rule, edge.case) for edge in EDGES}
    asked.add(("VIT-16", "glucose"))
    assert asked == {(row.id, row.case) for row in PACK.rows}
