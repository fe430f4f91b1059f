"""The default pack, and short words to hold it against answers."""

from __future__ import annotations

from pathlib import Path

import aggregates.protocol
from aggregates.protocol.evaluate import evaluate
from aggregates.protocol.read import read_pack
from aggregates.protocol.verdict import Answer, Given, Verdict

TEXT = (Path(aggregates.protocol.__file__).parent / "packs" / "met-default-3.toml").read_text("utf-8")
PACK = read_pack(TEXT)

SESSION = ("vitals", "pain", "stop", "red_flags")
"""The tables that are asked around a session."""

WELL: dict[str, Answer] = {
    "resting_systolic": 124, "resting_diastolic": 78, "least_systolic": 122, "least_diastolic": 76,
    "highest_systolic": 126, "highest_diastolic": 80,
    "crisis_at_every_reading": False, "crisis_earlier_today": False,
    "bp_readings": 2, "bp_symptoms": False, "resting_heart_rate": 68, "temperature": 36.6, "diabetes": True,
    "glucose": 120, "helped_hypo_24h": False, "unwell": False, "ketones": False, "weakness": False,
    "spo2_rest": 97, "heart_failure": False, "standing_drop": 4, "standing_symptoms": False,
    "vital_missing": False, "STOP-01": False, "STOP-02": False, "STOP-03": False, "STOP-06": False,
    "STOP-07": False, "STOP-09": False, "systolic_fall": 0, "exercise_systolic": 150,
    "exercise_diastolic": 80, "spo2_exercise": 96, "beyond_clearance_limit": False, "pain_worst": 1,
    "pain_before": 1, "sore_two_hours_later": False, "RF-E1": False, "RF-E2": False, "RF-E3": False,
    "RF-U1": False, "RF-U2.features": 0, "RF-U3": False, "RF-U4": False, "RF-R1.features": 0,
}
"""A client with diabetes who is well and training, and about whom everything is known."""


def given(answers: dict[str, Answer]) -> dict[str, Given]:
    """The answers as a coach would hand them in."""
    return {name: Given(value, "coach_measured") for name, value in answers.items()}


def ask(*tables: str, **answers: Answer) -> Verdict:
    """What *tables* say to *answers*."""
    return ask_of(tables, answers)


def ask_of(tables: tuple[str, ...], answers: dict[str, Answer]) -> Verdict:
    """What *tables* of the default pack say to *answers*."""
    return evaluate(PACK, "May this go on?", tables, given(answers))


def cases_of(verdict: Verdict) -> set[tuple[str, str]]:
    """The rows that matched, by id and case."""
    return {(each.rule, each.case) for each in verdict.matched}
