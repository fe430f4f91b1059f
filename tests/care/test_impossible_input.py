"""What can't be is not taken in: one sentence names the field and the rule, never the value."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from aggregates.client_care import commands as c
from aggregates.client_care.contents import Answer, ClearanceForm, Effort, Exercise, Glucose, Limit, Release
from aggregates.kernel.errors import InvalidInput
from tests.care.examples import CALM, SCREENED, TRAINING, clearance, form, limited, register, screening, session
from tests.care.scenario import At, given

TODAY = date(2026, 1, 5)
CASES: list[tuple[tuple[Any, ...], c.Command | At, str]] = [
    ((), register(born=date(2026, 1, 6)), "born:"), ((), register(born=date(1, 1, 1)), "born:"),
    ((), register(onset=date(2026, 1, 6)), "onset:"), ((), register(onset=date(1969, 12, 31)), "onset:"),
    ((), register(consent_to_release=Release(to="S. Berg", what="all", until=date(2025, 1, 1))),
     "consent_to_release.until:"),
    (SCREENED, c.RecordRelease(to="S. Berg", what="all", until=date(2027, 1, 1), signed_on=date(2026, 1, 6)),
     "signed_on:"),
    (SCREENED[:1], screening(onset=date(2026, 1, 6)), "onset:"),
    (SCREENED, clearance(expires=date(2026, 1, 4)), "expires:"),
    (SCREENED, clearance(expires=date(9999, 1, 1)), "expires:"),
    (SCREENED, clearance(dated=date(1, 1, 1)), "dated:"),
    (TRAINING, c.RecordAnswer(source="S. Berg", answer="new clearance",
                              clearance=ClearanceForm(**form(expires=date(9999, 1, 1)))), "clearance.expires:"),
    (SCREENED, c.RecordMeasures(scores={}), "scores:"),
    (SCREENED, c.RecordMeasures(scores={"NPRS": 11.0}), "scores.NPRS:"),
    (TRAINING, session(bp=((80, 120),)), "bp:"), (TRAINING, c.StartSession(bp=((120, 120),)), "bp:"),
    (TRAINING, session(exercise_bp=(80, 120)), "exercise_bp:"),
    (TRAINING, At("2026-01-06T09:00", session(), occurred="1969-01-01T09:00"), "occurred_at:"),
    (SCREENED[:1], c.RecordScreening(answers={**CALM, "SCR-99": Answer(answer="no")}, medicines=(), red_flags=()),
     "answers: SCR-99"),
]


@pytest.mark.parametrize(("history", "command", "says"), CASES)
def test_what_cannot_be_is_not_taken_in(history: tuple[Any, ...], command: c.Command | At, says: str) -> None:
    scenario = given(*history)
    with pytest.raises(InvalidInput, match=f"^{says}"):
        scenario.when(command)


@pytest.mark.parametrize("command", [
    register(born=TODAY, onset=TODAY), register(born=date(1900, 1, 1)), register(onset=date(1970, 1, 1))])
def test_the_first_and_the_last_possible_dates_are_taken(command: c.Command) -> None:
    given().when(command).then_admitted()


def test_a_clearance_of_five_years_is_taken_and_one_of_a_day_more_is_not() -> None:
    given(*SCREENED).when(clearance(expires=date(2031, 1, 5))).then_admitted()
    with pytest.raises(InvalidInput, match="expires: lies more than 60 months"):
        given(*SCREENED).when(clearance(expires=date(2031, 1, 6)))


def test_a_release_that_is_not_on_record_is_not_taken_back() -> None:
    given(*SCREENED).when(c.WithdrawRelease(to="Somebody")).then_refused("a_release_is_on_record")


@pytest.mark.parametrize(("command", "says"), [
    (c.StartSession(glucose=Glucose(value=15, unit="mg/dL")), "glucose: must lie between 20 and 1000 mg/dL"),
    (c.StartSession(glucose=Glucose(value=180, unit="mmol/L")), "glucose: must lie between 1 and 56 mmol/L"),
    (session(effort=Effort(value=15, scale="cr10")), "effort: must lie between 0 and 10"),
    (session(effort=Effort(value=3, scale="borg_6_20")), "effort: must lie between 6 and 20"),
    (c.RecordAnswer(source="S. Berg", answer="resume", new_limits=(
        Limit(of="load", at_most=40, unit="mmHg", words="40"),)), "new_limits: a limit on load is given in kg"),
    (limited(Limit(of="resting_systolic", at_most=1600, words="160")),
     "conditions: a limit on resting systolic must lie between 80 and 250 mmHg"),
    (limited(Limit(of="range", at_most=900, region="knee", words="knee 90")),
     "conditions: a limit on range must lie between 1 and 180 degrees"),
    (limited(Limit(of="training_heart_rate", at_most=1100, words="110")),
     "conditions: a limit on training heart rate must lie between 40 and 240 beats"),
    (limited(Limit(of="load", at_most=100_000, words="10 kg")),
     "conditions: a limit on load must lie between 0 and 500 kg"),
    (limited(Limit(of="effort", at_most=21, unit="borg_6_20", words="21")),
     "conditions: a limit on effort must lie between 6 and 20"),
    (limited(Limit(of="effort", at_most=5, unit="borg_6_20", words="5")), "conditions: a limit on effort"),
])
def test_a_value_in_a_unit_or_on_a_scale_that_cannot_be_meant_is_not_taken_in(command: c.Command, says: str) -> None:
    with pytest.raises(InvalidInput, match=f"^{says}"):
        given(*TRAINING).when(command)


def test_a_limit_finds_its_exercise_however_the_name_is_spaced_and_one_without_its_load_is_outside() -> None:
    cleared = (*SCREENED, limited(Limit(of="load", at_most=10, unit="kg", exercise="cable row", words="at most 10 kg")))
    for row in (Exercise(name="Cable  row ", kind="LOCAL", load_kg=20), Exercise(name="cable row", kind="LOCAL")):
        given(*cleared).when(c.DesignProgram(template="DOS-LO", exercises=(row,))).then_refused(
            "program_is_within_the_clearance")
