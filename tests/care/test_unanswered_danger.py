"""Where a practice asks for clearance only with a reason, a danger is one: a clinician speaks before training."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from aggregates.client_care import commands as c
from aggregates.client_care import facts as f
from aggregates.client_care.contents import RedFlag
from aggregates.client_care.phases import Phase
from aggregates.kernel.house import House
from tests.care.examples import (
    BIKE,
    CALM,
    CLEARED,
    RELEASE,
    ROW,
    TRAINING,
    USUAL,
    WORSE,
    clearance,
    ready,
    register,
    screening,
    without,
)
from tests.care.scenario import At, Scenario, Told, given

MONTHS = House(practice="test", timezone="Europe/Oslo", clearance_policy="meti365")
REGISTERED = (At("2026-01-05T09:00", register()),)
TRAINS = (*REGISTERED, screening(), *TRAINING[len(CLEARED):])
EMERGENCY = c.ReportRedFlags(red_flags=(RedFlag(id="RF-E1"),))
LEG = c.ReportRedFlags(red_flags=(RedFlag(id="RF-U1"),))
BAD = c.ReportAdverseResponse(grade=3)
WAIT = c.RecordAnswer(source="S. Berg", answer="stay paused")
CHANGED = c.ReportHealthChange(what="an operation")
LEAVE, BACK = c.Discharge(reason="other"), c.Readmit(reason="back again")
HEART = screening({"SCR-01": "yes"}, conditions=())
HALVED = c.DesignProgram(template="DOS-LO", exercises=(replace(ROW, load_kg=10), replace(BIKE, minutes=5)))


def told(*steps: Any) -> Scenario:
    """A history in a practice that asks for clearance only where there is a reason."""
    return given(*steps, house=MONTHS)


def on(day: int, step: c.Command, hour: int = 9) -> At:
    return At(f"2026-01-{day:02}T{hour:02}:00", step)


UNANSWERED = [
    (*REGISTERED, WORSE), (*REGISTERED, c.ReportAdverseResponse(grade=2)), (*REGISTERED, CHANGED),
    (*TRAINS, on(12, WORSE), LEAVE, BACK), (*TRAINS, on(12, BAD), LEAVE, BACK),
    (*TRAINS, LEAVE, on(12, EMERGENCY), BACK),
]


@pytest.mark.parametrize("history", UNANSWERED)
def test_a_screening_without_findings_does_not_answer_a_danger(history: tuple[Any, ...]) -> None:
    waits = told(*history).when(screening(), "2026-01-13T09:00").then_phase(Phase.MEDICAL_CLEARANCE)
    refused = waits.when(ready()).then_refused("clearance_is_in_force").broken("clearance_is_in_force")
    assert [each.what for each in refused.unlock] == [
        "clearance from a physician, physical therapist or chiropractor",
        "the referral source's word to resume, given since"]


@pytest.mark.parametrize("history", UNANSWERED)
@pytest.mark.parametrize("answer", [RELEASE, clearance(dated=date(2026, 1, 14))])
def test_a_clinician_who_has_spoken_since_leads_on(history: tuple[Any, ...], answer: c.Command) -> None:
    told(*history, on(13, screening()), on(14, answer)).then_phase(Phase.ACTIVE_TRAINING)
    told(*history, on(14, answer), screening()).then_phase(Phase.ACTIVE_TRAINING)


def test_a_word_from_before_the_danger_answers_nothing() -> None:
    older = At("2026-01-13T12:00", RELEASE, occurred="2026-01-11T12:00")
    told(*TRAINS, on(12, WORSE), LEAVE, BACK, on(13, screening()), older, screening()).then_phase(
        Phase.MEDICAL_CLEARANCE)


def test_a_word_from_before_a_flag_that_was_told_after_the_referral_back_frees_nobody() -> None:
    for house in (MONTHS, House(practice="test", timezone="Europe/Oslo")):
        back = given(*TRAINING, on(12, BAD), on(14, LEG, 10), house=house)
        back.when(At("2026-01-14T11:00", RELEASE, occurred="2026-01-14T09:00")).then_refused("answer_is_the_newest")
        back.when(RELEASE, "2026-01-14T12:00").then_phase(Phase.SCREENING)


def test_after_a_pause_the_release_answers_and_nothing_else_is_asked_for() -> None:
    released = told(*TRAINS, on(12, WORSE), on(13, USUAL), on(14, RELEASE), on(15, c.ResumeTraining(volume_percent=50)))
    released.then_phase(Phase.ACTIVE_TRAINING).when(HALVED).when(ready()).then_decided("PROCEED")


def test_a_session_from_before_the_danger_needs_no_answer_to_it() -> None:
    late = At("2026-01-12T12:00", c.RecordSession(signed=True), occurred="2026-01-09T10:00")
    told(*TRAINS, on(12, WORSE)).when(late).then(f.SessionRecorded)


def test_who_got_into_training_past_a_danger_before_this_rule_begins_no_session_until_it_is_answered() -> None:
    past = Told(f.ReferredBack, phase=Phase.ACTIVE_TRAINING, rule="RF-U1", reason="as an older version let it be")
    scenario = told(*TRAINS, on(12, c.LetTimePass()), past)
    scenario.when(ready()).then_refused("clearance_is_in_force")
    scenario.when(RELEASE).when(ready()).then_decided("PROCEED")


def test_a_correction_that_changes_no_decision_asks_for_no_second_answer() -> None:
    scenario = told(*TRAINS, on(6, c.RecordSession(pain_worst=8, stop_signs=(), signed=True)),
                    on(7, c.RecordMorning(pain=7, usual=False)), on(8, USUAL), on(9, RELEASE),
                    on(11, c.ResumeTraining(volume_percent=50)))
    scenario.when(c.AmendFact(version=scenario.version_of(f.MorningAnswered), corrected={"pain": 8}, reason="mistyped"))
    scenario.then_admitted().then_phase(Phase.ACTIVE_TRAINING).when(HALVED).when(ready()).then_decided("PROCEED")


def test_a_corrected_screening_that_asks_for_no_clearance_leads_back() -> None:
    scenario = told(*REGISTERED, HEART).then_phase(Phase.MEDICAL_CLEARANCE)
    version = scenario.version_of(f.ScreeningRecorded)
    scenario.when(c.AmendFact(version=version, corrected={"answers": {**CALM, "SCR-02": "yes"}}, reason="mistyped"))
    scenario.then_phase(Phase.MEDICAL_CLEARANCE)
    scenario.when(c.AmendFact(version=version, corrected={"answers": CALM}, reason="mistyped"))
    scenario.then_phase(Phase.ACTIVE_TRAINING).when(ready()).then_decided("PROCEED")


def test_a_corrected_screening_from_before_a_danger_leads_nobody_back() -> None:
    for answers in ((), (on(13, RELEASE),)):
        scenario = told(*REGISTERED, HEART, on(12, CHANGED), *answers)
        version = scenario.version_of(f.ScreeningRecorded)
        scenario.when(c.AmendFact(version=version, corrected={"answers": CALM}, reason="mistyped"))
        scenario.then_phase(Phase.MEDICAL_CLEARANCE)


def test_a_new_complete_screening_that_asks_for_no_clearance_leads_back_and_an_incomplete_one_does_not() -> None:
    waits = (*REGISTERED, HEART)
    told(*waits, screening()).then_phase(Phase.ACTIVE_TRAINING)
    told(*waits, without("SCR-01"), RELEASE).then_phase(Phase.MEDICAL_CLEARANCE)
    told(*waits, screening({"SCR-15": "yes"})).then_phase(Phase.MEDICAL_CLEARANCE)
    given(*waits, screening()).then_phase(Phase.MEDICAL_CLEARANCE)


def test_after_the_word_to_wait_the_word_to_resume_leads_back() -> None:
    waits = (*TRAINS, on(12, WAIT))
    told(*waits).then_phase(Phase.MEDICAL_CLEARANCE)
    told(*waits, on(13, screening())).then_phase(Phase.MEDICAL_CLEARANCE)
    told(*waits, on(13, RELEASE)).then_phase(Phase.ACTIVE_TRAINING).when(ready()).then_decided("PROCEED")
    given(*TRAINING, on(12, WAIT), on(13, RELEASE)).then_phase(Phase.MEDICAL_CLEARANCE)
