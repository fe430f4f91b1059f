"""Every threshold of the default pack just below, at and just above: comparisons are exact as written."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import pytest

from aggregates.protocol.conditions import cells_of
from aggregates.protocol.verdict import Answer
from tests.protocol.example import PACK, ask_of, cases_of


class Edge(NamedTuple):
    """One threshold: which row, where, and whether the row fires below, at and above it."""

    rule: str
    table: str
    reading: str
    at: float
    fires: tuple[bool, bool, bool]
    beside: Mapping[str, Answer] = MappingProxyType({})
    case: str = ""
    step: float = 1


ABOVE = (False, False, True)
FROM = (False, True, True)
BELOW = (True, False, False)
UP_TO = (True, True, False)
ONLY = (False, True, False)

DIABETES: dict[str, Answer] = {"diabetes": True}
SYMPTOMS: dict[str, Answer] = {"bp_symptoms": True}
TWICE: dict[str, Answer] = {"bp_readings": 2, "bp_symptoms": False}
ONCE: dict[str, Answer] = {"bp_readings": 1}
HIGH: dict[str, Answer] = {"least_systolic": 185}

EDGES = [
    Edge("SCR-00", "screening", "unanswered", 0, ABOVE),
    Edge("SES-01", "session", "session_unanswered", 0, ABOVE),
    Edge("SCR-06", "screening", "SCR-06.medicines", 0, ABOVE),
    Edge("SCR-11", "screening", "days_since_onset", 365, UP_TO),
    Edge("SCR-12", "screening", "days_since_onset", 365, ABOVE, {"clearance_policy": "always"}),
    Edge("SCR-12", "screening", "days_since_onset", 365, ABOVE,
         {"clearance_policy": "meti365", "open_red_flags": 1}, "red_flag"),
    Edge("SCR-12", "screening", "open_red_flags", 0, ABOVE,
         {"clearance_policy": "meti365", "days_since_onset": 366}, "red_flag"),
    Edge("RF-U2", "red_flags", "RF-U2.features", 2, FROM),
    Edge("RF-R1", "red_flags", "RF-R1.features", 1, ONLY),
    Edge("RF-R1", "red_flags", "RF-R1.features", 2, BELOW),
    Edge("RF-R1", "red_flags", "RF-R1.features", 2, FROM, case="several"),
    Edge("VIT-01", "vitals", "resting_systolic", 160, ABOVE, {"resting_diastolic": 80}),
    Edge("VIT-01", "vitals", "resting_diastolic", 100, ABOVE, {"resting_systolic": 120}),
    Edge("VIT-02", "vitals", "resting_systolic", 180, ABOVE, {"resting_diastolic": 80}),
    Edge("VIT-02", "vitals", "resting_diastolic", 105, ABOVE, {"resting_systolic": 120}),
    Edge("VIT-03", "vitals", "least_systolic", 180, FROM, {**TWICE, "least_diastolic": 80}),
    Edge("VIT-03", "vitals", "least_diastolic", 120, FROM, {**TWICE, "least_systolic": 120}),
    Edge("VIT-03", "vitals", "bp_readings", 2, FROM, {**HIGH, "bp_symptoms": False}),
    Edge("VIT-03", "vitals", "least_systolic", 180, FROM, {**ONCE, "least_diastolic": 80}, "unconfirmed"),
    Edge("VIT-03", "vitals", "least_diastolic", 120, FROM, {**ONCE, "least_systolic": 120}, "unconfirmed"),
    Edge("VIT-03", "vitals", "bp_readings", 2, BELOW, HIGH, "unconfirmed"),
    Edge("VIT-04", "vitals", "highest_systolic", 180, FROM, {**SYMPTOMS, "highest_diastolic": 80}),
    Edge("VIT-04", "vitals", "highest_diastolic", 120, FROM, {**SYMPTOMS, "highest_systolic": 120}),
    Edge("VIT-05", "vitals", "resting_heart_rate", 120, ABOVE),
    Edge("VIT-06", "vitals", "resting_heart_rate", 100, ABOVE),
    Edge("VIT-06", "vitals", "resting_heart_rate", 120, UP_TO),
    Edge("VIT-07", "vitals", "standing_drop", 20, ABOVE, {"standing_symptoms": True}),
    Edge("VIT-07", "vitals", "standing_drop", 20, ABOVE, case="not_asked"),
    Edge("VIT-08", "vitals", "temperature", 38.0, ABOVE, step=0.1),
    Edge("VIT-09", "vitals", "glucose", 72, BELOW, {**DIABETES, "helped_hypo_24h": False}),
    Edge("VIT-10", "vitals", "glucose", 72, FROM, DIABETES),
    Edge("VIT-10", "vitals", "glucose", 90, BELOW, DIABETES),
    Edge("VIT-11", "vitals", "glucose", 200, ABOVE, DIABETES),
    Edge("VIT-11", "vitals", "glucose", 240, BELOW, DIABETES),
    Edge("VIT-12", "vitals", "glucose", 240, FROM, {**DIABETES, "glucose_guided": False}),
    Edge("VIT-12", "vitals", "glucose", 240, FROM, {**DIABETES, "unwell": True}, "unwell"),
    Edge("VIT-12", "vitals", "glucose", 240, FROM, {**DIABETES, "ketones": True}, "unwell"),
    Edge("VIT-12", "vitals", "glucose", 270, ABOVE, {**DIABETES, "weakness": True}, "unwell"),
    Edge("VIT-13", "stop", "spo2_exercise", 88, BELOW),
    Edge("VIT-14", "vitals", "spo2_rest", 90, BELOW),
    Edge("VIT-15", "vitals", "weight_gain_3_days", 2, FROM, {"heart_failure": True}, step=0.1),
    Edge("STOP-04", "stop", "systolic_fall", 10, ABOVE),
    Edge("STOP-05", "stop", "exercise_systolic", 250, ABOVE, {"exercise_diastolic": 80}),
    Edge("STOP-05", "stop", "exercise_diastolic", 115, ABOVE, {"exercise_systolic": 180}),
    Edge("PAIN-01", "pain", "pain_worst", 2, UP_TO),
    Edge("PAIN-02", "pain", "pain_worst", 2, ABOVE),
    Edge("PAIN-02", "pain", "pain_worst", 5, UP_TO),
    Edge("PAIN-03", "pain", "pain_worst", 5, ABOVE),
    Edge("PAIN-03", "pain", "pain_worst", 5, ABOVE, {"pain_ten_minutes_later": 6}, "not_settled"),
    Edge("PAIN-03", "pain", "pain_ten_minutes_later", 5, ABOVE, {"pain_worst": 7}, "not_settled"),
    Edge("PAIN-10", "pain", "pain_before", 5, ABOVE, {"pain_before_above_usual": True}),
    Edge("PAIN-10", "pain", "pain_before", 5, ABOVE, case="usual_unknown"),
    Edge("PAIN-07", "next_morning", "usual_rise_7_days", 2, FROM),
    Edge("EXA-01", "next_morning", "usual_rise_7_days", 2, FROM, case="trend"),
    Edge("AE-01", "adverse", "adverse_grade", 1, ONLY),
    Edge("AE-02", "adverse", "adverse_grade", 2, ONLY),
    Edge("AE-03", "adverse", "adverse_grade", 3, ONLY),
    Edge("AE-04", "adverse", "adverse_grade", 4, FROM),
    Edge("EXA-01", "adverse", "adverse_grade", 2, FROM, case="adverse"),
]


@pytest.mark.parametrize("edge", EDGES, ids=lambda edge: f"{edge.rule}-{edge.case}-{edge.reading}-{edge.at}")
def test_a_row_fires_on_its_own_side_of_the_number_and_nowhere_else(edge: Edge) -> None:
    for reading, fires in zip((edge.at - edge.step, edge.at, edge.at + edge.step), edge.fires, strict=True):
        verdict = ask_of((edge.table,), {**edge.beside, edge.reading: reading})
        assert ((edge.rule, edge.case) in cases_of(verdict)) is fires, reading


def test_every_number_in_every_row_stands_in_this_table() -> None:
    numbers = {(row.id, row.case, cell.input, cell.value) for row in PACK.rows for cell in cells_of(row.when)
               if not isinstance(cell.value, bool | str | tuple)}
    assert numbers == {(edge.rule, edge.case, edge.reading, edge.at) for edge in EDGES}


@pytest.mark.parametrize("edge", EDGES, ids=lambda edge: f"{edge.rule}-{edge.case}-{edge.reading}-{edge.at}")
def test_without_the_reading_the_row_is_undecided_and_never_a_no(edge: Edge) -> None:
    cells = [cell for row in PACK.rows for cell in cells_of(row.when)
             if (row.id, row.case) == (edge.rule, edge.case)]
    verdict = ask_of((edge.table,), dict(edge.beside))
    if any(cell.input == edge.reading and cell.operator == "unknown" for cell in cells):
        assert (edge.rule, edge.case) in cases_of(verdict)
    else:
        assert (edge.rule, edge.case) not in cases_of(verdict)
        row = next(row for row in PACK.rows if (row.id, row.case) == (edge.rule, edge.case))
        assert edge.reading in verdict.unknown or not row.decision.outranks(verdict.outcome)
