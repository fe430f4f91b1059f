"""The record: what was wrong is corrected beside the original, and every decision that rests on it is made anew."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from aggregates.client_care import commands as c
from aggregates.client_care import facts as f
from aggregates.client_care.contents import AdverseResponse
from aggregates.client_care.phases import Phase
from aggregates.client_care.rules.care import AMENDABLE
from aggregates.client_care.rules.instead import INSTEAD, instead_of_amending
from tests.care.examples import (
    CLEARED,
    DISCHARGED,
    EARNED,
    FINE,
    GATED,
    NOT_USUAL,
    PAUSED,
    REFERRED,
    RESUME,
    SCREENED,
    TRAINING,
    change,
    clearance,
    session,
)
from tests.care.scenario import At, Scenario, given

SESSION = (*TRAINING, At("2026-01-06T10:00", session(pain_worst=4)))


def correct(scenario: Scenario, kind: type[f.CareFact], at: str | None = None, **corrected: Any) -> Scenario:
    """Correct the newest fact of a kind."""
    return scenario.when(c.AmendFact(version=scenario.version_of(kind), corrected=corrected, reason="typed wrong"), at)


def test_the_original_stays_readable_and_the_correction_is_remembered() -> None:
    scenario = correct(given(*SESSION), f.SessionRecorded, pain_worst=3)
    version = scenario.version_of(f.SessionRecorded)
    original = scenario.history[version - 1]
    assert isinstance(original, f.SessionRecorded)
    assert original.session.pain_worst == 4
    scenario.then(f.FactAmended, of_version=version, fields=("pain_worst",), reason="typed wrong")
    assert scenario.memory.session(version).pain_worst == 3


def test_a_second_correction_builds_on_the_first() -> None:
    scenario = correct(given(*SESSION), f.SessionRecorded, pain_worst=9).then_decided("MODIFY", "PAIN-03")
    scenario = correct(scenario, f.SessionRecorded, client_said="fine really").then_decided("MODIFY", "PAIN-03")
    assert scenario.memory.session(scenario.version_of(f.SessionRecorded)).pain_worst == 9
    second = scenario.facts[0]
    assert isinstance(second, f.FactAmended)
    assert second.fields == ("client_said",)
    assert second.content["session"]["pain_worst"] == 9


def test_a_corrected_session_and_the_morning_after_it_are_decided_anew() -> None:
    scenario = correct(given(*SESSION, At("2026-01-07T08:00", NOT_USUAL)), f.SessionRecorded, pain_worst=6)
    again = [(each.of_version, each.verdict.outcome) for each in scenario.facts if isinstance(each, f.DecisionMade)]
    assert again == [(scenario.version_of(f.SessionRecorded), "MODIFY"),
                     (scenario.version_of(f.MorningAnswered), "PAUSE")]
    assert all(each.again for each in scenario.facts if isinstance(each, f.DecisionMade))
    scenario.then_phase(Phase.EXACERBATION_PAUSE).then(f.ExacerbationOpened)


def test_the_morning_decided_anew_still_knows_everything_that_was_answered() -> None:
    answered = At("2026-01-07T08:00", c.RecordMorning(pain=3, usual=True, soreness_alarm=False, muscle_soreness=True))
    scenario = correct(given(*SESSION, answered), f.SessionRecorded, pain_worst=5)
    decided = [each.verdict for each in scenario.facts if isinstance(each, f.DecisionMade)]
    assert [each.fired("PAIN-08") for each in decided] == [False, True]


def test_a_correction_that_leads_to_more_than_one_pause_opens_one() -> None:
    history = (*TRAINING, At("2026-01-06T10:00", session(pain_worst=4)), At("2026-01-07T08:00", NOT_USUAL))
    graver = {"pain_worst": 7, "adverse": {"grade": 2}}
    scenario = correct(given(*history), f.SessionRecorded, **graver)
    assert [type(each) for each in scenario.facts].count(f.ExacerbationOpened) == 1


def test_a_typing_error_corrected_after_the_pause_does_not_pause_again() -> None:
    history = (*TRAINING, At("2026-01-12T09:00", session(adverse=AdverseResponse(grade=2))),
               *GATED[-2:], At("2026-01-15T09:00", RESUME))
    correct(given(*history), f.SessionRecorded, client_said="my left arm, not the right").then_phase(
        Phase.ACTIVE_TRAINING).then(f.DecisionMade, again=True).then_not(f.ExacerbationOpened)


def test_a_correction_within_the_pause_does_not_begin_the_pause_anew() -> None:
    history = (*SESSION, At("2026-01-12T09:00", c.ReportExacerbation()), *GATED[-2:])
    scenario = correct(given(*history), f.SessionRecorded, at="2026-01-14T10:00", adverse={"grade": 2})
    scenario.then(f.DecisionMade).then_not(f.ExacerbationOpened).when(RESUME, "2026-01-15T09:00").then_admitted()


def test_a_corrected_grade_of_an_adverse_response_is_decided_anew() -> None:
    scenario = correct(given(*TRAINING, c.ReportAdverseResponse(grade=1)), f.AdverseResponseReported, grade=3)
    scenario.then(f.ReferredBack, rule="AE-03").then_phase(Phase.REFERRAL_BACK)


def test_a_follow_up_corrected_to_not_usual_takes_back_its_forty_eight_hours() -> None:
    corrected = c.AmendFact(version=0, corrected={"usual": False}, reason="misheard")
    scenario = given(*GATED)
    amend = msgspec.structs.replace(corrected, version=scenario.version_of(f.FollowUpAnswered))
    scenario.and_given(amend).when(RESUME, "2026-01-16T09:00").then_refused("usual_pain_for_48_hours")


def test_a_corrected_morning_takes_back_the_raise_that_it_earned() -> None:
    scenario = correct(given(*EARNED), f.MorningAnswered, usual=False)
    scenario.when(change("load_kg", 21)).then_refused("raising_is_earned")


def test_a_corrected_screening_is_decided_anew() -> None:
    answers = {**{f"SCR-{n:02}": "no" for n in (1, 3, 4, 5, 7, 8, 9, 10, 14, 15)}, "SCR-13": "yes",
               "SCR-02": {"answer": "yes", "now": True}}
    correct(given(*SCREENED), f.ScreeningRecorded, answers=answers).then(f.ReferredBack, rule="SCR-02").then_phase(
        Phase.REFERRAL_BACK)


def test_a_corrected_registration_is_what_later_decisions_use() -> None:
    scenario = correct(given(*TRAINING), f.ClientRegistered, onset=date(2025, 12, 1), conditions=["diabetes"])
    assert (scenario.memory.onset, scenario.memory.conditions) == (date(2025, 12, 1), ("diabetes",))
    scenario.when(c.StartSession()).then_decided("HOLD_SESSION", "VIT-16")


@pytest.mark.parametrize(("corrected", "field"), [
    ({"pain_worst": 11}, "pain_worst"), ({"pain_worst": "four"}, "pain_worst"), ({"pian_worst": 4}, "pian_worst"),
    ({"bp": [[800, 76]]}, "bp"), ({"stop_signs": [{"id": "STOP-99"}]}, "stop_signs")])
def test_an_impossible_correction_names_its_field_and_changes_nothing(corrected: dict[str, Any], field: str) -> None:
    scenario = given(*SESSION)
    before = scenario.remembered()
    with pytest.raises(msgspec.ValidationError, match=field):
        correct(scenario, f.SessionRecorded, **corrected)
    assert scenario.remembered() == before


def test_a_decision_is_not_corrected_and_neither_is_what_never_was() -> None:
    scenario = given(*SESSION)
    refused = correct(scenario, f.DecisionMade, outcome="PROCEED").then_refused("fact_can_be_amended").refusals[0]
    assert refused.seen["fact"] == "care.decision_made"
    for version in (0, 999):
        never = c.AmendFact(version=version, corrected={"pain": 1}, reason="?")
        scenario.when(never).then_refused("fact_can_be_amended")


def test_whatever_can_not_be_corrected_says_what_to_do_instead() -> None:
    every = {each.TOPIC for each in f.CARE_FACTS}
    assert set(INSTEAD) == every - AMENDABLE
    for topic, what in INSTEAD.items():
        assert [(each.what, each.supplier) for each in instead_of_amending(topic)] == [(what, "whoever recorded it")]


def test_a_mistyped_clearance_is_recorded_again_and_the_new_one_counts() -> None:
    scenario = given(*CLEARED)
    mistyped = scenario.version_of(f.ClearanceGranted)
    asked = c.AmendFact(version=mistyped, corrected={"valid_until": "2026-11-30"}, reason="typed wrong")
    refused = scenario.when(asked).then_refused("fact_can_be_amended").refusals[0]
    assert refused.unlock[0].what.startswith("record the clearance again")
    scenario.when(clearance(expires=date(2026, 11, 30))).then_admitted()
    assert scenario.memory.clearance.valid_until == date(2026, 11, 30)


def test_a_version_that_never_was_asks_for_one_that_is() -> None:
    never = c.AmendFact(version=999, corrected={"pain": 1}, reason="?")
    refused = given(*SESSION).when(never).then_refused("fact_can_be_amended").refusals[0]
    assert refused.unlock[0].what == "the version of a recorded observation"


def test_a_correction_says_what_was_wrong() -> None:
    scenario = given(*SESSION)
    correct(scenario, f.SessionRecorded).then_refused("amendment_changes_something")
    correct(scenario, f.DecisionMade).then_refused("fact_can_be_amended", "amendment_changes_something")


def test_the_record_is_corrected_in_every_phase_also_after_discharge() -> None:
    for history in (SCREENED, TRAINING, PAUSED, REFERRED, DISCHARGED):
        correct(given(*history), f.ClientRegistered, diagnosis_as_given="as on the letter").then(f.FactAmended)


RUNNING = c.RecordStatement(source="client_said", words="the doctor cleared me for running", about="clearance",
                            activity="running")


def test_a_claim_that_the_clearance_does_not_bear_out_opens_a_contradiction_and_both_stay() -> None:
    scenario = given(*TRAINING).when(RUNNING).then(f.StatementRecorded, activity="running")
    scenario.then(f.ContradictionOpened, statement=scenario.version_of(f.StatementRecorded),
                  against="the clearance in force names no running")
    rowing = c.RecordStatement(source="client_said", words="I may row", about="clearance", activity="Cable Row")
    given(*TRAINING).when(rowing).then_not(f.ContradictionOpened)


def test_a_contradiction_is_settled_once_by_naming_what_stands() -> None:
    scenario = given(*TRAINING, RUNNING)
    statement = scenario.version_of(f.StatementRecorded)
    settle = c.ResolveContradiction(statement=statement, stands="record", reason="called")
    scenario.when(settle).then(f.ContradictionResolved, stands="record")
    assert scenario.when(settle).then_refused("contradiction_is_open").refusals[0].seen["open"] == 0
    none = c.ResolveContradiction(statement=1, stands="record", reason="?")
    scenario.when(none).then_refused("contradiction_is_open")


def test_only_a_hold_that_is_in_place_is_lifted_and_each_is_lifted_by_itself() -> None:
    lift, place = c.LiftHold(reason="the case is closed"), c.PlaceHold(reason="a claim")
    given(*TRAINING).when(lift).then_refused("a_hold_is_in_place")
    scenario = given(*TRAINING, place, place, lift)
    assert scenario.memory.holds == 1
    scenario.and_given(lift).when(lift).then_refused("a_hold_is_in_place")
    given(*DISCHARGED, place).when(lift).then(f.HoldLifted)


def test_readmission_begins_with_nothing_that_was_earned_before() -> None:
    scenario = given(*EARNED, c.Discharge(reason="other"), c.Readmit(reason="knee pain again"))
    memory = scenario.memory
    assert (memory.program, memory.sessions, memory.baseline, memory.clearance) == ({}, [], {}, None)
    assert memory.usual_pain is None


def test_a_fine_morning_is_only_what_the_protocol_calls_fine() -> None:
    for answer, fine in ((FINE, True), (NOT_USUAL, False)):
        scenario = given(*SESSION, At("2026-01-07T08:00", answer))
        assert scenario.memory.sessions[-1].morning_fine is fine


def test_a_corrected_baseline_is_the_baseline_and_gives_the_usual_pain() -> None:
    measured = (*TRAINING[:3], c.RecordMeasures(scores={"NPRS": 2.0, "LEFS": 40.0}))
    scenario = correct(given(*measured), f.MeasuresRecorded, scores={"NPRS": 6.0, "LEFS": 40.0})
    assert (scenario.memory.baseline, scenario.memory.usual_pain) == ({"NPRS": 6.0, "LEFS": 40.0}, 6)
    scenario.when(c.RecordMeasures(scores={"NPRS": 3.0})).then(f.MeasuresRecorded, labels={"NPRS": "improved"})


def test_a_corrected_retest_leaves_the_baseline_alone() -> None:
    retested = (*TRAINING, c.RecordMeasures(scores={"NPRS": 3.0, "LEFS": 40.0}))
    scenario = correct(given(*retested), f.MeasuresRecorded, scores={"NPRS": 1.0, "LEFS": 50.0})
    assert (scenario.memory.baseline, scenario.memory.usual_pain) == ({"NPRS": 2.0, "LEFS": 50.0}, 2)
